"""Dates, working days and local clocks: what every calendar in the product is made of.

Dates are calendar dates; the caller knows in which zone. Moments are aware and in UTC.
"""

import calendar
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)


def local_instant(day: date, clock: time, zone: str) -> datetime:
    """The moment, in UTC, when the clocks of `zone` (an IANA name) show `clock` on `day`.

    Where the clocks skip that time, the first valid instant after it; where they show it twice, the
    first of the two. Raises `zoneinfo.ZoneInfoNotFoundError` for a zone nobody knows.
    Source: promises, Delivery.
    """
    tz = ZoneInfo(zone)
    wanted = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    instant = wanted.replace(tzinfo=tz).astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == wanted:
        return instant
    before = wanted.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return _clock_change(before, instant, tz)


def _clock_change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The instant between the two at which the zone's offset changes, to the second."""
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    old = before.astimezone(tz).utcoffset()
    while after - before > A_SECOND:
        middle = before + (after - before) // A_SECOND // 2 * A_SECOND
        if middle.astimezone(tz).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def today_in(zone: str, now: datetime) -> date:
    """The date that people in `zone` (an IANA name) write at the moment `now`.

    Raises ValueError when `now` has no zone of its own, since a guess would be off by a day.
    """
    if now.utcoffset() is None:
        raise ValueError("now must be an aware datetime")
    return now.astimezone(ZoneInfo(zone)).date()


def add_months(day: date, n: int) -> date:
    """The same day `n` months later (earlier when negative), or that month's last day.

    31 January and one month is 28 or 29 February. Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{n} months from {day} lie outside the calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class WorkingWeek:
    """Which days an organization works: weekdays (Monday is 0) without its holidays.

    Raises ValueError without a weekday, or with one that is not 0 to 6. Source: domain §1.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("a working week has at least one weekday, from 0 (Monday) to 6")

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def days_between(self, start: date, end: date) -> int:
        """Working days from `start` up to, and without, `end`; 0 when `end` is not after `start`.

        Costs the same for a week as for a century.
        """
        if end <= start:
            return 0
        weeks, rest = divmod((end - start).days, 7)
        days = weeks * len(self.weekdays)
        days += sum((start.weekday() + n) % 7 in self.weekdays for n in range(rest))
        free = self._free_days
        return days - (bisect_left(free, end) - bisect_left(free, start))

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`, or before it when negative; `day` itself for 0."""
        step = A_DAY if n > 0 else -A_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    @cached_property
    def _free_days(self) -> list[date]:
        """The holidays that take a working day away, in order."""
        return sorted(day for day in self.holidays if day.weekday() in self.weekdays)


def waking_instant(
    moment: datetime, zone: str, week: WorkingWeek, day: tuple[time, time]
) -> datetime:
    """The first instant from `moment` on, in UTC, that is in somebody's working day in `zone`.

    `day` is when it begins and ends: at its end it is over. Source: domain §11, N1.
    """
    begins, ends = day
    local = moment.astimezone(ZoneInfo(zone))
    if week.is_working(local.date()) and begins <= local.time() < ends:
        return moment
    today = local.date()
    if not (week.is_working(today) and local.time() < begins):
        today = week.add(today, 1)
    return local_instant(today, begins, zone)
