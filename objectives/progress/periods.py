"""Limits over time: which value each period of a key result ended with (domain §4)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal


def over_periods(
    ends: Sequence[date], readings: Iterable[tuple[date, Decimal]]
) -> tuple[Decimal | None, ...]:
    """The latest value of each period that is over, None for a missed one, and of the one after.

    `ends` are the last days of the periods that are over, in order; `readings` are (day, value),
    the later of a day's last. Whatever was read after a period's end and by the next one's belongs
    to the next, so early is in time. What has been read since the last end counts already; while
    nothing has, the period that runs is not missed and is left out.
    """
    values: list[Decimal | None] = [None] * (len(ends) + 1)
    for day, value in sorted(readings, key=lambda reading: reading[0]):
        values[bisect_left(ends, day)] = value
    return tuple(values if values[-1] is not None else values[:-1])
