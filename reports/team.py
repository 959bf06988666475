"""A manager's own people: where each stands, and the conversation that comes next."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from checkins.models import CheckInPeriod, Conversation
from objectives.models import KeyResult, Objective
from objectives.standing import Yardstick
from organizations.models import Person


@dataclass
class Member:
    """A report as their manager sees them."""

    person: Person
    objectives: list[Objective]
    last_check_in: date | None
    is_late: bool
    talk: Any = None  # the conversation with them that comes next


def team_of(manager: Person, today: date) -> list[Member]:
    """Return the people who report to a manager today, whoever is late first.

    As many statements for one as for a hundred.
    """
    people = list(Person.objects.present(today).reporting_to(manager, today))
    late = set(late_reports(manager, today))
    objectives = Objective.objects.live().visible_to(manager).filter(owner__in=people)
    running = list(objectives.filter(cycle__start__lte=today, cycle__end__gte=today).with_people())
    Yardstick(manager.organization, today).hold(*running)
    talks = next_talks(manager)
    members = []
    for person in people:
        own = [one for one in running if one.owner_id == person.pk]
        dates = [one.checked_in_on for one in own if one.checked_in_on]
        late_one, talk = person in late, talks.get(person.pk)
        members.append(Member(person, own, max(dates, default=None), late_one, talk))
    return sorted(members, key=lambda member: (not member.is_late, member.person.name))


def next_talks(manager: Person) -> dict[UUID, Any]:
    """Return the next open conversation with each report, and whether it waits for the manager."""
    today = manager.today()
    led = Conversation.objects.filter(counterpart=manager).open()
    waiting = set(led.waiting_for(manager, today).values_list("pk", flat=True))
    talks: dict[UUID, Any] = {}
    talking: list[Any] = list(led.with_people().order_by("meets_on", "pk"))
    for one in talking:
        one.stands, one.late = one.state(today), one.is_late(today)
        one.waits = one.pk in waiting
        first = talks.setdefault(one.employee_id, one)
        if one.waits and not first.waits:
            talks[one.employee_id] = one
    return talks


def late_reports(manager: Person, today: date) -> list[Person]:
    """Return who of a manager's reports has let the period's due date pass in silence.

    Asked in their organization's usual period; a person with a period of their own is told apart
    by it on their own page.
    """
    period = CheckInPeriod.usual(manager.organization, today)
    if period is None or today <= period.due_on:
        return []
    made = KeyResult.objects.filter(check_ins__effective_on__gte=period.opens_on)
    waiting = KeyResult.objects.running(period.due_on).exclude(pk__in=made.values("pk"))
    reports = Person.objects.present(today).reporting_to(manager, today)
    return list(reports.filter(pk__in=waiting.values("owner")))
