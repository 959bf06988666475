"""How many goals are linked, and how many of them up to the company (domain §5, §12).

*Aligned* is a goal below the company that contributes to or supports one that runs. *Connected* is
one that leads up to a company's objective that way. Both are asked for a whole span of time at
once, and as far as the reader may see: what is hidden from them is on no path and in no count.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from organizations.models import Person
from organizations.tenancy import current_organization_id

from .models import Objective
from .models.objective import ObjectiveQuerySet

LISTED = 50


@dataclass(frozen=True)
class Reach:
    """The two figures, as counts out of ``total``."""

    total: int
    aligned: int
    connected: int

    @property
    def aligned_share(self) -> Decimal | None:
        return self.share(self.aligned)

    @property
    def connected_share(self) -> Decimal | None:
        return self.share(self.connected)

    def share(self, part: int) -> Decimal | None:
        return Decimal(part) / self.total if self.total else None


class Gap(StrEnum):
    """Why a goal is not connected."""

    LOST = "lost"  # all it contributed to is over (A6)
    LOOSE = "loose"  # linked to nothing
    SHORT = "short"  # linked, and that leads to no company's objective


@dataclass
class Gaps:
    """What is not connected, the first of each kind, and how many there are of it."""

    goals: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def groups(self) -> list[tuple[str, list[Any], int]]:
        return [(gap, self.goals[gap], self.counts[gap]) for gap in Gap if gap in self.counts]

    @property
    def all(self) -> list[Any]:
        return [goal for goals in self.goals.values() for goal in goals]


def reach(goals: ObjectiveQuerySet, person: Person) -> Reach:
    """Count over these goals, in one statement, however many they are."""
    with connection.cursor() as cursor:
        statement, values = standing(goals, person)
        cursor.execute(f"{statement} {COUNT}", values)
        return Reach(*cursor.fetchone())


def gaps(goals: ObjectiveQuerySet, person: Person) -> Gaps:
    """Return what of these goals is not connected, in two statements."""
    found = Gaps()
    with connection.cursor() as cursor:
        statement, values = standing(goals, person)
        cursor.execute(f"{statement} {LIST}", [*values, LISTED])
        rows: list[tuple[UUID, str, int]] = cursor.fetchall()
    listed = Objective.objects.with_people().in_bulk([pk for pk, _gap, _count in rows])
    for pk, gap, count in rows:
        found.goals[gap].append(listed[pk])
        found.counts[gap] = count
    return found


def standing(goals: ObjectiveQuerySet, person: Person) -> tuple[str, list[Any]]:
    """Return the statement that says of each goal whether it is aligned and connected."""
    below = goals.live().exclude(level=Objective.Level.COMPANY)
    seen = Objective.objects.committed().visible_to(person)
    values: list[Any] = []
    parts = []
    for rows in (below, seen, seen.live()):
        sql, its_values = ids(rows).query.sql_with_params()
        parts.append(sql)
        values += its_values
    organization = current_organization_id()
    return STANDING % tuple(parts), [*values, organization]


def ids(rows: ObjectiveQuerySet) -> Any:
    return rows.select_related(None).order_by().values("pk").distinct()


STANDING = """
WITH RECURSIVE goals(id) AS (%s), seen(id) AS (%s), running(id) AS (%s), links AS (
    SELECT a.child_id, a.parent_id FROM objectives_alignment a JOIN seen ON seen.id = a.parent_id
     WHERE a.organization_id = %%s AND a.kind IN ('contributes', 'supports')
       AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
), connected AS (
    SELECT o.id FROM objectives_objective o JOIN running ON running.id = o.id
     WHERE o.level = 'company'
    UNION
    SELECT l.child_id FROM links l JOIN connected ON connected.id = l.parent_id
      JOIN running ON running.id = l.child_id
), aligned AS (
    SELECT DISTINCT l.child_id AS id FROM links l JOIN running ON running.id = l.parent_id
), standing AS (
    SELECT goals.id, aligned.id IS NOT NULL AS is_aligned, connected.id IS NOT NULL AS is_connected
      FROM goals LEFT JOIN aligned ON aligned.id = goals.id
      LEFT JOIN connected ON connected.id = goals.id
)
"""
COUNT = """
SELECT count(*), count(*) FILTER (WHERE is_aligned), count(*) FILTER (WHERE is_connected)
  FROM standing
"""
LIST = """
, gaps AS (
    SELECT s.id, CASE WHEN is_aligned THEN 'short'
                      WHEN EXISTS (SELECT FROM links l WHERE l.child_id = s.id) THEN 'lost'
                      ELSE 'loose' END AS gap
      FROM standing s WHERE NOT is_connected
), numbered AS (
    SELECT gaps.*, count(*) OVER (PARTITION BY gap) AS many,
           row_number() OVER (PARTITION BY gap ORDER BY o.title, o.id) AS n
      FROM gaps JOIN objectives_objective o ON o.id = gaps.id
)
SELECT id, gap, many FROM numbered WHERE n <= %s ORDER BY gap, n
"""
