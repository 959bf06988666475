"""How progress rises: from key results and contributing objectives to the top (domain §4, §6).

The arithmetic is progress.py's; here are the rows it is fed with and written to. Three statements,
however large the tree. The caller holds `tree_lock("objectives")`, or two check-ins under one
parent would each add up without the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from typing import Any, Self
from uuid import UUID

from django.db import connection
from django.db.models import Q

from organizations.models import Person
from organizations.tenancy import current_organization_id

from .dependencies import tell_dependents
from .models import Circle, Goal, KeyResult, Objective, objective_of
from .progress import Item, RollUp, Status, mean_confidence, roll_up, weakest
from .sums import FED, add_up

TROUBLE = {Status.AT_RISK, Status.OFF_TRACK}


@dataclass
class Basis:
    """What an objective's progress is made of."""

    key_results: list[KeyResult] = field(default_factory=list)
    children: list[tuple[Goal, int]] = field(default_factory=list)

    def items(self, objective: Objective) -> list[Item]:
        items = []
        if objective.basis != Objective.Basis.CHILDREN:
            items += [
                Item(
                    key_result.title,
                    key_result.weight,
                    key_result.progress,
                    measured_on=key_result.checked_in_on,
                )
                for key_result in self.key_results
            ]
        if objective.basis != Objective.Basis.KEY_RESULTS:
            items += [
                Item(
                    child.title,
                    weight,
                    child.progress,
                    counts=not rests(child),
                    why_not="paused" if rests(child) else "",
                    restricted=not counts(child, objective),
                    measured_on=child.checked_in_on,
                )
                for child, weight in self.children
                if counts(child, objective) or gives_number(child)
            ]
        return items


def counts(goal: Goal, parent: Objective) -> bool:
    """Whether a child counts by name: all who may read the parent may read it too (V3).

    Drafts never count, nor does what was cancelled or dropped.
    """
    child = objective_of(goal)
    if not stands(goal):
        return False
    public = Objective.Visibility.PUBLIC
    if public in {child.visibility, parent.visibility}:  # as nearly all are; no need to compare
        return child.visibility == public
    return circle_of(child).covers(circle_of(parent))


def gives_number(goal: Goal) -> bool:
    """Whether a child that not everybody may read counts all the same, among others (V3)."""
    return objective_of(goal).shares_number and stands(goal)


def stands(goal: Goal) -> bool:
    """Whether it was committed to, and neither cancelled nor dropped since."""
    objective = objective_of(goal)
    dropped = isinstance(goal, KeyResult) and goal.is_dropped
    return not (objective.is_draft or objective.cancelled_at or dropped)


def circle_of(row: Any) -> Circle:
    """Return who may read a row of WAYS_UP once it is committed; nothing more is asked for it."""
    return Circle.around(row, row.people, row.departments, row.counting).once_told


def rests(goal: Goal) -> bool:
    """Whether a child is left out for a while, which what stands above says by name."""
    return objective_of(goal).is_paused


def roll_up_from(objectives: Iterable[UUID], on: date, by: Person | None = None) -> None:
    """Recompute these objectives and everything above them, bottom up."""
    tree = Tree.above(objectives)
    tree.settle(on)
    tell_dependents(tree.turned(), by)


@dataclass
class Tree:
    """Some objectives and all that stands above them, each after everything below it."""

    objectives: dict[UUID, Objective]
    bases: dict[UUID, Basis]
    key_results: dict[UUID, KeyResult]
    declared: dict[UUID, str] = field(init=False)

    def __post_init__(self) -> None:
        goals: list[Goal] = [*self.objectives.values(), *self.key_results.values()]
        self.declared = {goal.pk: goal.status for goal in goals}

    @classmethod
    def above(cls, start: Iterable[UUID], **along: Any) -> Self:
        """Read the tree; ``along`` is what to annotate each key result with."""
        start = list(start)
        found: dict[UUID, Any] = {}
        links: list[Any] = []
        below: dict[UUID, set[UUID]] = defaultdict(set)
        rows: Iterable[Any] = Objective.objects.raw(WAYS_UP, [start, current_organization_id()])
        for row in rows:
            found.setdefault(row.pk, row)
            below.setdefault(row.pk, set())
            if row.above:
                links.append(row)
                below[row.above].add(row.pk)
        order = [pk for pk in TopologicalSorter(below).static_order() if found[pk].is_up]
        linked = [link.of_key_result for link in links if link.of_key_result]
        bases: dict[UUID, Basis] = defaultdict(Basis)
        key_results: dict[UUID, KeyResult] = {}
        wanted = Q(objective__in=order) | Q(pk__in=linked) if linked else Q(objective__in=order)
        for key_result in KeyResult.objects.filter(wanted).annotate(**along):
            key_result.objective = found[key_result.objective_id]
            key_results[key_result.pk] = key_result
            if found[key_result.objective_id].is_up and not key_result.is_dropped:
                bases[key_result.objective_id].key_results.append(key_result)
        for link in counted(links):
            goal = key_results.get(link.of_key_result, found[link.pk])
            bases[link.above].children.append((goal, link.link_weight))
        return cls({pk: found[pk] for pk in order}, bases, key_results)

    def turned(self) -> set[UUID]:
        """Return the goals and key results that have got into trouble since they were read."""
        goals: list[Goal] = [*self.objectives.values(), *self.key_results.values()]
        troubled = [goal for goal in goals if goal.status in TROUBLE]
        return {goal.pk for goal in troubled if goal.status != self.declared[goal.pk]}

    def settle(self, on: date) -> None:
        """Store what every objective comes to, and where it stood at the end of the day.

        What is closed keeps its figures for good (F1), and so it counts in what stands above.

        What is entered late changes how things stand now; how they stood on a day that later days
        have followed is not known any more, and stays as it was written.
        """
        KeyResult.objects.bulk_update(add_up(self.key_results), FED)
        rows = [one for one in self.objectives.values() if one.closed_at is None]
        for objective in rows:
            settle(objective, self.bases[objective.pk])
        columns = [[getattr(row, name) for row in rows] for name in STORED]
        organization = current_organization_id()
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, [*columns, organization, organization, on, on])


def counted(links: Iterable[Any]) -> list[Any]:
    """Return the links that count, each goal once for every direct parent (§14.2).

    A key result adds nothing where its objective contributes as a whole. What contributes to a key
    result moves that one, by its own measure, and not its objective a second time.
    """
    direct = [link for link in links if not link.to_key_result]
    whole = {(link.pk, link.above) for link in direct if not link.of_key_result}
    return [link for link in direct if not link.of_key_result or (link.pk, link.above) not in whole]


def explain(objective: Objective) -> RollUp:
    """Return what an objective's progress is made of, by the function that computed it."""
    tree = Tree.above([objective.pk])
    return roll_up(tree.bases[objective.pk].items(tree.objectives[objective.pk]))


def settle(objective: Objective, basis: Basis) -> RollUp:
    """Set on the objective what its basis comes to."""
    result = roll_up(basis.items(objective))
    objective.progress = result.progress
    objective.measured, objective.countable = result.measured, result.total
    measured = [one for one in basis.key_results if one.status]
    children = [
        child for child, _weight in basis.children if counts(child, objective) and not rests(child)
    ]
    declared = [one.status for one in measured]
    declared = declared or [child.status for child in children if child.status]
    objective.status = weakest(Status(status) for status in declared) or ""
    objective.confidence = mean_confidence([(one.weight, one.confidence) for one in measured])
    dates = [one.checked_in_on for one in basis.key_results if one.checked_in_on]
    dates += [child.checked_in_on for child in children if child.checked_in_on]
    objective.checked_in_on = max(dates, default=None)
    return result


# Each objective of the tree, and each that contributes to one; a row for every link between them.
# Where a key result is added up in another, that one's objective is part of the tree too.
WAYS_UP = """
WITH RECURSIVE given AS (
    SELECT unnest(%s::uuid[]) AS id
), fed AS (
    SELECT a.parent_id AS id FROM given
      JOIN objectives_keyresult k ON k.objective_id = given.id
      JOIN objectives_allocation a ON a.child_id = k.id
     WHERE k.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
    UNION
    SELECT a.parent_id FROM objectives_allocation a JOIN fed ON a.child_id = fed.id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
), up AS (
    (SELECT id FROM given
     UNION
     SELECT k.objective_id FROM fed JOIN objectives_keyresult k ON k.id = fed.id)
    UNION
    SELECT a.parent_id FROM objectives_alignment a JOIN up ON a.child_id = up.id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.kind = 'contributes' AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
), links AS (
    SELECT a.* FROM objectives_alignment a JOIN up ON a.parent_id = up.id
     WHERE a.organization_id = %s
       AND a.kind = 'contributes' AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
)
SELECT o.*, l.parent_id AS above, l.parent_key_result_id AS to_key_result,
       l.child_key_result_id AS of_key_result, l.weight AS link_weight, up.id IS NOT NULL AS is_up,
       named.people, named.departments, named.counting
  FROM (SELECT id FROM up UNION SELECT child_id FROM links) every
  JOIN objectives_objective o ON o.id = every.id
  LEFT JOIN up ON up.id = o.id LEFT JOIN links l ON l.child_id = o.id
  LEFT JOIN LATERAL (
    SELECT array_agg(r.person_id) FILTER (WHERE r.person_id IS NOT NULL) AS people,
           array_agg(r.department_id) FILTER (WHERE r.department_id IS NOT NULL) AS departments,
           (SELECT array_agg(k.owner_id) FROM objectives_keyresult k
             WHERE k.organization_id = o.organization_id AND k.objective_id = o.id) AS counting
      FROM objectives_reader r
     WHERE r.organization_id = o.organization_id AND r.objective_id = o.id
  ) named ON o.visibility <> 'public'
"""

STORED = ["pk", "progress", "status", "confidence", "measured", "countable", "checked_in_on"]
SETTLE = """
WITH settled AS (
    UPDATE objectives_objective o
       SET progress = new.progress, status = new.status, confidence = new.confidence,
           measured = new.measured, countable = new.countable, checked_in_on = new.checked_in_on
      FROM unnest(%s::uuid[], %s::numeric[], %s::text[], %s::numeric[], %s::int[], %s::int[],
                  %s::date[])
        AS new (id, progress, status, confidence, measured, countable, checked_in_on)
     WHERE o.organization_id = %s AND o.id = new.id
    RETURNING o.id, o.progress
)
INSERT INTO objectives_progresspoint (organization_id, objective_id, "on", progress)
SELECT %s, id, %s, progress FROM settled
 WHERE progress IS NOT NULL AND NOT EXISTS (
       SELECT FROM objectives_progresspoint p WHERE p.objective_id = settled.id AND p."on" > %s)
ON CONFLICT (organization_id, objective_id, "on") DO UPDATE SET progress = excluded.progress
"""
