"""Who is told when something happens to an objective: those who follow it and may read it."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from organizations.models import Person
from organizations.tenancy import current_organization_id

if TYPE_CHECKING:
    from .objective import Objective


def audiences(objectives: "Collection[Objective]") -> dict[UUID, list[Person]]:
    """Return who is told of each; the owner, the writer and the owners of its key results
    follow by themselves, and whoever has stopped is left alone.
    """
    return audiences_and_manager(objectives, None, None)[0]


def audiences_and_manager(
    objectives: "Collection[Objective]", of: Person | None, on: date | None
) -> tuple[dict[UUID, list[Person]], Person | None]:
    """Return who is told of each, and the manager of a person on a day (I10).

    One statement for both, and some more for each that is not everybody's.
    """
    told: dict[UUID, list[Person]] = {one.pk: [] for one in objectives}
    organization, manager = current_organization_id(), None
    asked = [list(told), organization, of and of.pk, on, organization]
    rows: Iterable[Any] = Person.objects.raw(FOLLOWERS, asked)
    for person in rows:
        if person.follows:
            told[person.follows].append(person)
        else:
            manager = person
    for one in objectives:
        if told[one.pk] and not one.is_everybodys:
            readers = one.circle.readers(told[one.pk][0].organization.today())
            allowed = set(readers.filter(pk__in=[each.pk for each in told[one.pk]]))
            told[one.pk] = [person for person in told[one.pk] if person in allowed]
    return told, manager


FOLLOWERS = """
SELECT p.*, o.id AS follows
  FROM objectives_objective o
 CROSS JOIN LATERAL (
       SELECT o.owner_id AS id UNION SELECT o.created_by_id
        UNION SELECT k.owner_id FROM objectives_keyresult k WHERE k.objective_id = o.id
        UNION SELECT f.person_id FROM objectives_follower f WHERE f.objective_id = o.id
       EXCEPT SELECT f.person_id FROM objectives_follower f
               WHERE f.objective_id = o.id AND f.stopped_at IS NOT NULL
       ) who
  JOIN organizations_person p ON p.id = who.id
 WHERE o.id = ANY(%s) AND o.organization_id = %s
 UNION ALL
SELECT p.*, NULL FROM organizations_reportingline l JOIN organizations_person p
    ON p.id = l.manager_id
 WHERE l.person_id = %s AND l.during @> %s::date AND l.organization_id = %s AND l.kind = 'solid'
"""
