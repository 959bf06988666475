"""Where a key result should be by today, and how its progress compares (domain §4)."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from core.dates import A_DAY, WorkingWeek

from .explanations import ONE, ZERO, Explanation, Formula, Input, in_percent, ratio


class Expectation(StrEnum):
    """The shape of the expected line."""

    LINEAR = "linear"
    PHASED = "phased"
    END_LOADED = "end_loaded"


class Pace(StrEnum):
    """How progress compares with what is expected by today."""

    TOO_EARLY = "too_early"
    ON_PACE = "on_pace"
    SLIPPING = "slipping"
    BEHIND = "behind"


class PaceBands(NamedTuple):
    """Where the bands of pace begin; an organization may set its own."""

    too_early_below: Decimal = Decimal("0.10")
    on_pace_from: Decimal = Decimal("0.90")
    slipping_from: Decimal = Decimal("0.70")


USUAL_PACE = PaceBands()
A_WEEK = timedelta(days=7)

type Phases = Iterable[tuple[date, Decimal]]


def expected(
    expectation: Expectation,
    start: date,
    end: date,
    today: date,
    working_week: WorkingWeek,
    *,
    phases: Phases = (),
) -> Decimal:
    """The fraction expected by the end of `today`, from 0 before `start` to 1 on `end` and after.

    Both days are inclusive. `phases` are (day, fraction expected by the end of that day); between
    them, the start and the end it rises evenly over working days, and those outside are ignored.
    Raises ValueError when `end` lies before `start`. Source: domain §4.
    """
    figure = explain_expected(expectation, start, end, today, working_week, phases=phases).figure
    assert figure is not None
    return figure


def explain_expected(
    expectation: Expectation,
    start: date,
    end: date,
    today: date,
    working_week: WorkingWeek,
    *,
    phases: Phases = (),
) -> Explanation:
    """The expected fraction together with its formula, dates and working days; see `expected`."""
    if end < start:
        raise ValueError("what is expected needs an end on or after the start")

    def days_by(day: date) -> int:
        return working_week.days_between(start, min(day, end) + A_DAY)

    elapsed, whole = days_by(today), days_by(end)
    if today >= end:
        figure = ONE
    elif not elapsed:
        figure = ZERO
    elif expectation == Expectation.END_LOADED:
        figure = ratio(elapsed**2, whole**2)
    elif expectation == Expectation.PHASED:
        knots = [(days_by(day), by) for day, by in sorted(phases) if start <= day < end]
        figure = _interpolated(elapsed, [(0, ZERO), *knots, (whole, ONE)])
    else:
        figure = ratio(elapsed, whole)
    inputs = (
        Input("start", start),
        Input("end", end),
        Input("today", today),
        Input("working_days_elapsed", elapsed),
        Input("working_days_total", whole),
    )
    return Explanation(Formula(expectation), figure, inputs)


def expected_line(
    expectation: Expectation,
    start: date,
    end: date,
    working_week: WorkingWeek,
    *,
    phases: Phases = (),
) -> list[tuple[date, Decimal]]:
    """The expected line to be drawn: (day, fraction) at the ends, each week and each phase."""
    phases = tuple(phases)
    weeks = (start + n * A_WEEK for n in range(1, (end - start).days // 7 + 1))
    days = sorted({*weeks, end, *(day for day, _ in phases if start <= day < end)})
    by = (
        (day, expected(expectation, start, end, day, working_week, phases=phases)) for day in days
    )
    return [(start, ZERO), *((day, share) for day, share in by if day > start)]


def phases_of_values(
    points: Iterable[tuple[date, Decimal]], start: Decimal | None, target: Decimal | None
) -> Phases:
    """Points in a key result's own unit as the fractions of its way from start to target."""
    if start is None or target is None or start == target:
        return ()
    return tuple((day, ratio(value - start, target - start)) for day, value in points)


def phases_of_milestones(milestones: Iterable[tuple[int, date | None]]) -> Phases:
    """The weight due by each day as a fraction of all; what has no date is due at the end."""
    milestones = tuple(milestones)
    whole = sum(weight for weight, _ in milestones)
    if not whole:
        return ()
    days = sorted({due for _, due in milestones if due})
    return tuple(
        (day, ratio(sum(weight for weight, due in milestones if due and due <= day), whole))
        for day in days
    )


def _interpolated(x: int, knots: list[tuple[int, Decimal]]) -> Decimal:
    """The height at `x` of straight lines through the knots, which are in order."""
    following = bisect_right(knots, x, key=lambda knot: knot[0])
    if following == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[following - 1 : following + 1]
    return ratio(y0 * (x1 - x) + y1 * (x - x0), x1 - x0)


def pace(p: Decimal | None, e: Decimal, bands: PaceBands = USUAL_PACE) -> Pace | None:
    """How progress `p` compares with the expected `e`; None while progress is unknown.

    p / e is read with four decimals, so that neither's rounding moves it over an edge.
    """
    if p is None:
        return None
    if e < bands.too_early_below or not e:
        return Pace.TOO_EARLY
    kept = (p / e).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    if kept >= bands.on_pace_from:
        return Pace.ON_PACE
    return Pace.SLIPPING if kept >= bands.slipping_from else Pace.BEHIND


def gap_in_points(p: Decimal, e: Decimal) -> int:
    """Percentage points ahead of what is expected; negative when behind.

    The difference of the two percentages as they are shown, so that a reader can check it.
    """
    return in_percent(p) - in_percent(e)
