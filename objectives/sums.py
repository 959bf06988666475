"""Key results that others add up to: c = Σ allocation · c of each child (domain §4, children_sum).

Whoever writes here holds ``tree_lock("objectives")``: what is added up must not move meanwhile, and
two people must not close a circle, or give one key result away twice, in the same moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, Sum
from django.utils.translation import gettext as _

from organizations.models import Person
from organizations.tenancy import current_organization_id, tree_lock

from .models import Allocation, KeyResult, Objective
from .progress import Contribution, Status, children_sum, mean_confidence, progress, weakest

HUNDRED = Decimal(100)


@transaction.atomic
def allocate(parent: KeyResult, child: KeyResult, percent: Decimal, by: Person) -> bool:
    """Let a part of one key result's value count in another; return whether that is new.

    Raises ValidationError where it makes no sense: other units, a circle, more than all of it.
    """
    tree_lock("objectives")
    parent.refresh_from_db()
    child.refresh_from_db()
    refuse_impossible(parent, child, percent)
    _row, made = Allocation.objects.update_or_create(
        parent=parent,
        child=child,
        defaults={"percent": percent},
        create_defaults={
            "percent": percent,
            "created_by": by,
        },
    )
    if made:
        parent.fed_by = KeyResult.FedBy.CHILDREN_SUM
        KeyResult.objects.filter(pk=parent.pk).update(fed_by=KeyResult.FedBy.CHILDREN_SUM)
        others = {"other": child.objective_id, "tell": [child.owner]}
        parent.record("key_result_fed", by, **others)
    return made


@transaction.atomic
def release(allocation: Allocation, by: Person) -> bool:
    """Count it no longer; the last one to go leaves the key result to check-ins.

    What is closed keeps what it was made of (F1).
    """
    tree_lock("objectives")
    open_ = Allocation.objects.filter(parent__objective__closed_at=None)
    gone, _rows = open_.filter(pk=allocation.pk).delete()
    if not gone:
        return False
    parent = allocation.parent
    if not parent.allocations.exists():
        parent.unmeasured()
        parent.fed_by = KeyResult.FedBy.MANUAL
        parent.save(update_fields=["fed_by", *FED])
    allocation.parent.record(
        "key_result_released",
        by,
        other=allocation.child.objective_id,
        tell=[allocation.child.owner],
    )
    return True


def with_sums() -> "Prefetch[Any]":
    """An objective's key results, each with whether it ``gives`` anything to a sum."""
    given = Allocation.objects.filter(child=OuterRef("pk"))
    key_results = KeyResult.objects.select_related("owner").annotate(gives=Exists(given))
    return Prefetch("key_results", key_results)


def hold_parts(key_results: Iterable[KeyResult], person: Person) -> None:
    """Give each its ``parts`` and what it ``adds_to``, as far as a person may see them (V2).

    They are fetched ``with_sums``, so that a page without any asks for nothing more.
    """
    by_id: dict[UUID, Any] = {one.pk: one for one in key_results}
    for one in by_id.values():
        one.parts, one.adds_to = [], []
    if not any(one.is_fed or one.gives for one in by_id.values()):
        return
    touching = Allocation.objects.filter(Q(parent__in=by_id) | Q(child__in=by_id))
    rows = list(touching.select_related("parent__objective").with_children())
    ends = {end.objective_id for row in rows for end in (row.parent, row.child)}
    visible = Objective.objects.visible_to(person).in_bulk(ends) if rows else {}
    for row in rows:
        if row.parent_id in by_id and row.child.objective_id in visible:
            by_id[row.parent_id].parts.append(row)
        if row.child_id in by_id and row.parent.objective_id in visible:
            by_id[row.child_id].adds_to.append(row)


def refuse_impossible(parent: KeyResult, child: KeyResult, percent: Decimal) -> None:
    """Refuse what the arithmetic or the readers could not bear, as a sentence for who asks."""
    if not parent.objective.is_open:
        raise ValidationError(_("The objective is over, so nothing of it changes."), code="over")
    if not parent.is_numeric or measured_in(parent) != measured_in(child):
        raise ValidationError(
            _("Only what is counted in the same unit adds up: here %(unit)s."),
            code="mixed_units",
            params={"unit": parent.unit or parent.get_measure_display()},
        )
    if not parent.is_fed and parent.checked_in_on:
        raise ValidationError(_("It has check-ins of its own, so nothing else adds up to it."))
    if not may_be_read_with(child.objective, parent.objective):
        raise ValidationError(
            _("Not everybody who reads this objective may read that one, so it cannot be counted.")
        )
    if child.pk == parent.pk or child.pk in above(parent.pk):
        raise ValidationError(_("That would add up in a circle."), code="circle")
    given = child.given.exclude(parent=parent).aggregate(all=Sum("percent"))["all"] or Decimal(0)
    if given + percent > HUNDRED:
        raise ValidationError(
            _("It gives %(given)s%% to others already, so %(left)s%% are left."),
            code="over_allocated",
            params={
                "given": f"{given.normalize():f}",
                "left": f"{(HUNDRED - given).normalize():f}",
            },
        )


def measured_in(key_result: KeyResult) -> tuple[str, str]:
    return key_result.measure, key_result.unit.strip().casefold()


def may_be_read_with(child: Objective, parent: Objective) -> bool:
    """Whether everybody who reads the parent may read the child too (V3)."""
    public = Objective.Visibility.PUBLIC
    if public in {child.visibility, parent.visibility}:  # as nearly all are; no need to ask
        return child.visibility == public
    return child.circle.once_told.covers(parent.circle.once_told)


def above(key_result: UUID) -> set[UUID]:
    """Return everything that a key result adds up to, at whatever height."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [key_result, current_organization_id()])
        return {pk for (pk,) in cursor.fetchall()}


def add_up(key_results: Mapping[UUID, KeyResult]) -> list[KeyResult]:
    """Set on each key result that others add up to what they come to, each after all below it.

    ``key_results`` are those in hand, whose values may not be saved yet. Saving is the caller's.
    """
    # What is closed keeps its figures for good (F1), and so it counts in what it feeds.
    fed = [one for one in key_results.values() if one.is_fed and one.objective.closed_at is None]
    if not fed:
        return []
    below: dict[UUID, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(parent__in=[one.pk for one in fed]).with_children()
    for row in rows:
        below[row.parent_id].append(row)
    order = TopologicalSorter(
        {one.pk: {row.child_id for row in below[one.pk]} for one in fed}
    ).static_order()
    moving = {one.pk: one for one in fed}
    changed = [moving[pk] for pk in order if pk in moving]
    for parent in changed:
        parts = [(row, key_results.get(row.child_id, row.child)) for row in below[parent.pk]]
        take_sum(parent, [(row, child) for row, child in parts if counts(child, parent)])
    return changed


def counts(child: KeyResult, parent: KeyResult) -> bool:
    return (
        not child.objective.is_draft
        and not child.is_dropped
        and may_be_read_with(child.objective, parent.objective)
    )


def take_sum(parent: KeyResult, parts: list[tuple[Allocation, KeyResult]]) -> None:
    """Let a key result stand where the parts of others put it."""
    known = [(row, child) for row, child in parts if child.current is not None]
    total = children_sum(
        "",
        (
            Contribution(child.title, "", row.percent / HUNDRED, child.current)
            for row, child in known
        ),
    )
    parent.unmeasured()
    if total.value is not None:
        parent.current = total.value.quantize(Decimal("0.000001"), ROUND_HALF_UP)
        parent.period_values = [parent.current]
    parent.checked_in_on = max(
        (c.checked_in_on for _r, c in known if c.checked_in_on), default=None
    )
    parent.status = weakest(Status(child.status) for _row, child in known if child.status) or ""
    weighted = [(int(row.percent * 100), child.confidence) for row, child in known]
    mean = mean_confidence(weighted)
    parent.confidence = None if mean is None else int(mean.to_integral_value(ROUND_HALF_UP))
    parent.progress = progress(parent.facts())


def contribution(row: Allocation, child: KeyResult) -> Contribution:
    return Contribution(child.title, child.unit, row.percent / HUNDRED, child.current)


# What a key result that is fed takes over from those below it.
FED = [
    "current",
    "done_milestones",
    "progress",
    "status",
    "confidence",
    "note",
    "checked_in_on",
    "period_ends",
    "period_values",
]

ABOVE = """
WITH RECURSIVE up AS (
    SELECT %s::uuid AS id
    UNION
    SELECT a.parent_id FROM objectives_allocation a JOIN up ON a.child_id = up.id
     WHERE a.organization_id = %s
)
SELECT id FROM up
"""
