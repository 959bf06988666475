"""Which periods of a limit are over, and what each of them ended with (domain §4, §14.1).

A key result keeps the last days of its own periods, so that a new owner or another cadence never
rewrites what was asked for; their values follow from the check-ins alone. A period counts once it
is over or answered; one that passed in silence is unknown, and not kept.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models.functions import Coalesce

from objectives.models import KeyResult
from objectives.progress import over_periods

from .period import CheckInPeriod

type Readings = dict[UUID, list[tuple[date, Decimal]]]


def limits_among(key_results: Iterable[KeyResult]) -> list[KeyResult]:
    return [one for one in key_results if one.is_limit and not one.is_fed]


def count_periods(limits: list[KeyResult], on: date, said: Readings) -> list[KeyResult]:
    """Set on each limit its periods that are over by ``on``, with their values.

    Returns those that differ from before; saving them is the caller's.
    """
    ends = ends_of(limits, on)
    changed = []
    for one in limits:
        before = (one.period_ends, one.period_values)
        last = one.period_ends[-1] if one.period_ends else date.min
        one.period_ends = [*one.period_ends, *(end for end in ends[one.pk] if end > last)]
        one.period_values = list(over_periods(one.period_ends, said[one.pk]))
        if before != (one.period_ends, one.period_values):
            changed.append(one)
    return changed


def ends_of(key_results: Iterable[KeyResult], on: date) -> dict[UUID, list[date]]:
    """Return the last days of each owner's periods that are over and asked for it, in order."""
    rows = KeyResult.objects.filter(pk__in=[one.pk for one in key_results])
    since = Coalesce("objective__committed_at", "created_at")
    frames = rows.annotate(since=since).values_list(
        "pk",
        "owner_id",
        "since",
        "created_at",
        "objective__cycle__start",
        "objective__cycle__grading_due",
    )
    owners = {owner for _pk, owner, *_frame in frames}
    periods = CheckInPeriod.objects.filter(person__in=owners, grace_until__lt=on)
    by_owner: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for owner, due_on, end in periods.order_by("grace_until").values_list(
        "person_id", "due_on", "grace_until"
    ):
        by_owner[owner].append((due_on, end))
    found: dict[UUID, list[date]] = {}
    for pk, owner, committed_at, created_at, start, grading_due in frames:
        begins = max(start, committed_at.date(), created_at.date())
        found[pk] = [end for due, end in by_owner[owner] if begins <= due <= grading_due]
    return found
