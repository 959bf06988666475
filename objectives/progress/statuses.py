"""What people declare, how sure they are, and where that disagrees with the figures (domain §4)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.dates import WorkingWeek

from .expectations import USUAL_PACE, Pace, PaceBands, gap_in_points, pace
from .explanations import ratio


class Status(StrEnum):
    """What a person declares, from best to worst."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


OVERDUE: Final = "overdue"
_FROM_WORST = tuple(reversed(Status))


def status_from_confidence(
    confidence: int, *, at_risk_from: int = 4, on_track_from: int = 7
) -> Status:
    """The band of a confidence from 1 to 10. Raises ValueError outside."""
    if not 1 <= confidence <= 10:
        raise ValueError("confidence is 1 to 10")
    if confidence >= on_track_from:
        return Status.ON_TRACK
    return Status.AT_RISK if confidence >= at_risk_from else Status.OFF_TRACK


def weakest(statuses: Iterable[Status | None]) -> Status | None:
    """An objective's default: its weakest key result's, None where nobody declared any."""
    declared = set(statuses)
    return next((status for status in _FROM_WORST if status in declared), None)


def mean_confidence(items: Iterable[tuple[int, int | None]]) -> Decimal | None:
    """The mean of (weight, confidence) over those that have one; None when nothing has weight."""
    known = [(weight, confidence) for weight, confidence in items if confidence is not None]
    weights = sum(weight for weight, _ in known)
    return ratio(sum(weight * c for weight, c in known), weights) if weights else None


def lowest_confidence(items: Iterable[tuple[int, int | None]]) -> int | None:
    """The lowest confidence of (weight, confidence), also where the weight is 0."""
    return min((confidence for _, confidence in items if confidence is not None), default=None)


def disagreement(
    status: Status | None, p: Decimal | None, e: Decimal, bands: PaceBands = USUAL_PACE
) -> int | None:
    """Points behind, for "says on track, 18 points behind pace"; None where the two agree.

    They disagree when a person declared on track and the pace is behind. Nothing is overwritten.
    """
    if status != Status.ON_TRACK or p is None or pace(p, e, bands) != Pace.BEHIND:
        return None
    return -gap_in_points(p, e)


def shown_status(declared: Status | None, *, overdue: bool) -> str | None:
    """What a badge says: an overdue check-in outranks whatever was declared (I11, lessons 11)."""
    return OVERDUE if overdue else declared


def is_stale(since: date, today: date, period: int, working_week: WorkingWeek) -> bool:
    """Whether more than one and a half periods have passed without a check-in.

    `since` is the last check-in's day, or the day it became active if there is none; `period` is
    the cadence in working days (10 for a fortnight of five-day weeks).
    """
    return 2 * working_week.days_between(since, today) > 3 * period


def is_dormant(missed: Sequence[bool], *, after: int = 3) -> bool:
    """Whether the last `after` due periods, oldest first and without excused ones, were missed."""
    return len(missed) >= after and all(missed[-after:])
