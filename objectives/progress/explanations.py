"""Figures together with what they were computed from, and the one way of dividing.

A figure is a fraction: 0.55 is 55 %. It has six decimals and is rounded down, so that 1 means
reached, and what was stored equals what is computed again.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import NamedTuple

ZERO = Decimal(0)
ONE = Decimal(1)
PLACES = Decimal("0.000001")

# Wide enough that no value which fits a column overflows on its way to six decimals.
_WIDE = Context(prec=80, rounding=ROUND_FLOOR)


class Formula(StrEnum):
    """Which sentence explains a figure."""

    INCREASE = "increase"
    DECREASE = "decrease"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    WITHIN = "within"
    BASELINE = "baseline"
    SHARE_OF_PERIODS_OK = "share_of_periods_ok"
    YES_NO = "yes_no"
    MILESTONES = "milestones"
    JUDGEMENT = "judgement"
    WEIGHTED_MEAN = "weighted_mean"
    LINEAR = "linear"
    PHASED = "phased"
    END_LOADED = "end_loaded"


class Input(NamedTuple):
    """One value that went into a figure; `name` is a key for its label."""

    name: str
    value: Decimal | int | date | str | None


class Line(NamedTuple):
    """One item of a weighted mean, or several restricted ones `together` and without a label.

    `progress` is raw, `share` the item's part of all the weight that counts.
    """

    label: str
    weight: int
    progress: Decimal
    share: Decimal
    measured_on: date | None = None
    together: int = 1


class LeftOut(NamedTuple):
    """An item that did not count; `why` is a code: `not_measured`, or what the caller gave."""

    label: str
    why: str


class Explanation(NamedTuple):
    """A figure and everything it was computed from, as the page "explain this number" shows it.

    `figure` is None when it is unknown, and `unknown_because` then holds a code.
    """

    formula: Formula
    figure: Decimal | None
    inputs: tuple[Input, ...] = ()
    unknown_because: str = ""
    lines: tuple[Line, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Decimal:
    """The quotient with six decimals, rounded down. Raises `DivisionByZero` like any other."""
    figure = _WIDE.quantize(_WIDE.divide(numerator, denominator), PLACES)
    return figure or abs(figure)  # a decrease that has not begun is 0, not -0


def total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def counted(p: Decimal) -> Decimal:
    """What counts in a roll-up and fills a bar: `p` clamped to 0 … 1 (domain §4)."""
    return max(ZERO, min(ONE, p))


def in_percent(figure: Decimal) -> int:
    """The whole percentage that people read; halves are rounded away from zero."""
    return int((figure * 100).to_integral_value(ROUND_HALF_UP))
