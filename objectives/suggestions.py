"""What a goal that hangs on nothing might contribute to, and why it is suggested (domain §5).

Plain facts and no learning: words that both use, the same department, a department above. A word
that many goals use, such as what the company makes, says nothing.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from re import findall
from typing import Any
from uuid import UUID

from django.db import connection

from organizations.models import Person
from organizations.tenancy import current_organization_id

from .models import Objective

SUGGESTED = 3
WORDS_NAMED = 3


@dataclass(frozen=True)
class Suggestion:
    """A goal above that may fit; ``words`` are those of its title that the other has as well."""

    goal: Objective
    words: list[str]
    same_department: bool
    department_above: bool


def suggestions(
    goals: Collection[Objective], person: Person, most: int = SUGGESTED
) -> dict[UUID, list[Suggestion]]:
    """Return what each of these may contribute to, the best first, in two statements.

    Only what the person may see and what may be linked to is suggested; nothing that stands below
    the goal, and nothing that it leads up to already.
    """
    found: dict[UUID, list[Suggestion]] = defaultdict(list)
    if not goals:
        return found
    offered = Objective.objects.offered_as_parent(person).exclude(level=Objective.Level.INDIVIDUAL)
    sql, its_values = offered.select_related(None).order_by().values("pk").query.sql_with_params()
    wanted = [goal.pk for goal in goals]
    organization, today = current_organization_id(), person.organization.today()
    links = [wanted, organization]
    values: list[Any] = [*links, *links, *its_values, today, organization, most]
    with connection.cursor() as cursor:
        cursor.execute(SUGGEST % sql, values)
        rows = cursor.fetchall()
    above = Objective.objects.with_people().in_bulk([row[1] for row in rows])
    for pk, parent, stems, same, upper in rows:
        goal = above[parent]
        found[pk].append(Suggestion(goal, words_of(goal.title, stems), same, upper))
    return found


def words_of(title: str, stems: Collection[str]) -> list[str]:
    """Return the words of a title that have one of these stems, as they are written there."""
    words = [word for word in findall(r"\w+", title) if word.lower().startswith(tuple(stems))]
    return list(dict.fromkeys(words))[:WORDS_NAMED]


SUGGEST = """
WITH RECURSIVE below(root, id) AS (
    SELECT wanted, wanted FROM unnest(%%s::uuid[]) AS wanted
    UNION
    SELECT below.root, a.child_id FROM below JOIN objectives_alignment a ON a.parent_id = below.id
     WHERE a.organization_id = %%s AND a.kind <> 'depends_on'
       AND a.declined_at IS NULL AND a.ended_at IS NULL
), reached(root, id) AS (
    SELECT wanted, wanted FROM unnest(%%s::uuid[]) AS wanted
    UNION
    SELECT r.root, a.parent_id FROM reached r JOIN objectives_alignment a ON a.child_id = r.id
     WHERE a.organization_id = %%s AND a.kind <> 'depends_on'
       AND a.declined_at IS NULL AND a.ended_at IS NULL
), goals AS (
    SELECT o.id, o.department_id, o.level, c.start, c."end",
           (SELECT array_agg(word)
              FROM unnest(tsvector_to_array(to_tsvector('english', o.title))) AS word
             WHERE length(word) > 3) AS words
      FROM objectives_objective o JOIN organizations_cycle c ON c.id = o.cycle_id
     WHERE o.id IN (%s) OR o.id IN (SELECT root FROM below)
), common AS (
    SELECT word FROM goals, unnest(words) AS word GROUP BY word
    HAVING count(*) > greatest(3, (SELECT count(*) FROM goals) / 5)
), upper AS (
    SELECT department_id, parent_id FROM organizations_departmentparent
     WHERE during @> %%s::date AND organization_id = %%s
), pairs AS (
    SELECT goal.id, above.id AS parent_id,
           array(SELECT unnest(goal.words) INTERSECT SELECT unnest(above.words)
                 EXCEPT SELECT word FROM common ORDER BY 1) AS shared,
           coalesce(goal.department_id = above.department_id, false) AS same,
           coalesce(upper.parent_id = above.department_id, false) AS higher,
           above.level = 'company' AS company
      FROM goals goal JOIN goals above
        ON above.level <> 'individual' AND above.start <= goal."end"
       AND above."end" >= goal."end"
      LEFT JOIN upper ON upper.department_id = goal.department_id
     WHERE goal.id IN (SELECT root FROM below)
       AND (goal.id, above.id) NOT IN (SELECT root, id FROM below)
       AND (goal.id, above.id) NOT IN (SELECT root, id FROM reached)
), scored AS (
    SELECT pairs.*, row_number() OVER (
               PARTITION BY id
               ORDER BY 2 * cardinality(shared) + 2 * same::int + 3 * higher::int
                        + company::int DESC, parent_id) AS place
      FROM pairs WHERE same OR higher OR cardinality(shared) > 0
)
SELECT id, parent_id, shared, same, higher FROM scored WHERE place <= %%s ORDER BY id, place
"""
