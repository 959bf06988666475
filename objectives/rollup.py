"""How progress rises: from key results and contributing objectives to the top (domain §4, §6).

The arithmetic is progress.py's; here are the rows it is fed with and written to. Five statements,
however large the tree. The caller holds `tree_lock("objectives")`, or two check-ins under one
parent would each add up without the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from uuid import UUID

from django.db import connection

from organizations.tenancy import current_organization_id

from .models import Alignment, KeyResult, Objective, ProgressPoint
from .progress import Item, RollUp, Status, mean_confidence, roll_up, weakest

STORED = ["progress", "status", "confidence", "measured", "countable", "checked_in_on"]


@dataclass
class Basis:
    """What an objective's progress is made of."""

    key_results: list[KeyResult] = field(default_factory=list)
    children: list[tuple[Objective, int]] = field(default_factory=list)

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
                Item(child.title, weight, child.progress, measured_on=child.checked_in_on)
                for child, weight in self.children
                if counts(child, objective)
            ]
        return items


def counts(child: Objective, parent: Objective) -> bool:
    """Whether a child counts: everybody who sees the parent must be able to see it (V3)."""
    if child.is_draft:
        return False
    public = Objective.Visibility.PUBLIC
    return child.visibility == public or (
        parent.visibility != public and child.owner_id == parent.owner_id
    )


def roll_up_from(objectives: Iterable[UUID], on: date) -> None:
    """Recompute these objectives and everything above them, bottom up."""
    order = ancestry(set(objectives))
    rows = Objective.objects.in_bulk(order)
    bases = bases_of(order, rows)
    for pk in order:
        settle(rows[pk], bases[pk])
    Objective.objects.bulk_update([rows[pk] for pk in order], STORED)
    ProgressPoint.mark(rows.values(), on)


def explain(objective: Objective) -> RollUp:
    """Return what an objective's progress is made of, by the function that computed it."""
    basis = bases_of([objective.pk], {objective.pk: objective})[objective.pk]
    return roll_up(basis.items(objective))


def settle(objective: Objective, basis: Basis) -> RollUp:
    """Set on the objective what its basis comes to."""
    result = roll_up(basis.items(objective))
    objective.progress = result.progress
    objective.measured, objective.countable = result.measured, result.total
    measured = [one for one in basis.key_results if one.status]
    declared = [one.status for one in measured]
    declared = declared or [child.status for child, _ in basis.children if child.status]
    objective.status = weakest(Status(status) for status in declared) or ""
    objective.confidence = mean_confidence([(one.weight, one.confidence) for one in measured])
    dates = [one.checked_in_on for one in basis.key_results if one.checked_in_on]
    dates += [child.checked_in_on for child, _ in basis.children if child.checked_in_on]
    objective.checked_in_on = max(dates, default=None)
    return result


def bases_of(order: list[UUID], rows: dict[UUID, Objective]) -> dict[UUID, Basis]:
    """Fetch key results and children of all; a child that is being recomputed is the same row."""
    bases: dict[UUID, Basis] = defaultdict(Basis)
    for key_result in KeyResult.objects.filter(objective__in=order):
        bases[key_result.objective_id].key_results.append(key_result)
    links = Alignment.objects.contributing().filter(parent__in=order).select_related("child")
    for link in links:
        child = rows.get(link.child_id, link.child)
        bases[link.parent_id].children.append((child, link.weight))
    return bases


def ancestry(start: set[UUID]) -> list[UUID]:
    """Return the objectives and all above them, each after everything below it."""
    below: dict[UUID, set[UUID]] = {pk: set() for pk in start}
    with connection.cursor() as cursor:
        cursor.execute(ANCESTRY, [current_organization_id(), list(start)])
        for child, parent in cursor.fetchall():
            below.setdefault(parent, set()).add(child)
    return list(TopologicalSorter(below).static_order())


ANCESTRY = """
WITH RECURSIVE up AS (
    SELECT a.child_id, a.parent_id FROM objectives_alignment a
     WHERE a.organization_id = %s AND a.ended_at IS NULL AND a.child_id = ANY(%s)
    UNION
    SELECT a.child_id, a.parent_id FROM objectives_alignment a
      JOIN up ON a.child_id = up.parent_id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.ended_at IS NULL
)
SELECT child_id, parent_id FROM up
"""
