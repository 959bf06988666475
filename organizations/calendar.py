"""Fiscal years, quarters and where today stands in a cycle, as plain dates (domain §2).

A cycle's phase is computed from today in the calendar's zone and never stored; only "closed" is a
fact that somebody made. Nothing here knows the database.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from core.dates import A_DAY, add_months


class Kind(StrEnum):
    """How long a cycle is."""

    YEAR = "year"
    HALF = "half"
    TRIMESTER = "trimester"
    QUARTER = "quarter"
    MONTH = "month"
    CUSTOM = "custom"


class Phase(StrEnum):
    """What a cycle is about today: the most advanced of these whose first day has come.

    upcoming   before planning opens.
    planning   from `planning_opens` to the day before `start`: drafts, reviews, responses.
    active     from `start`, also while late plans are still written: committed objectives run and
               people check in, so that is what they see first. Until `planning_due` the page adds
               "planning until …" (`CycleDates.planning_is_open`).
    closing    from `grading_opens` to `close_on`. Its first days lie inside the cycle, and people
               go on checking in.
    overdue    after `close_on`, as long as nobody has closed it: "overdue to close".
    closed     once somebody has closed it, whatever the date.
    """

    UPCOMING = "upcoming"
    PLANNING = "planning"
    ACTIVE = "active"
    CLOSING = "closing"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True)
class CycleDates:
    """A cycle's dates. All are inclusive: what is due on a day is in time on that day."""

    start: date
    end: date
    planning_opens: date
    planning_due: date
    lock_on: date
    grading_opens: date
    grading_due: date
    close_on: date

    @classmethod
    def default(cls, start: date, end: date) -> Self:
        """The quarter's offsets of domain §2 around `start` and `end`.

        In a cycle shorter than they are long, what belongs inside stays inside.
        Raises ValueError when `end` lies before `start`.
        """
        if end < start:
            raise ValueError("a cycle ends on or after the day it starts")
        return cls(
            start=start,
            end=end,
            planning_opens=start - timedelta(days=21),
            planning_due=min(start + timedelta(days=7), end),
            lock_on=min(start + timedelta(days=14), end),
            grading_opens=max(end - timedelta(days=7), start),
            grading_due=end + timedelta(days=7),
            close_on=end + timedelta(days=14),
        )

    def phase(self, today: date, *, closed: bool) -> Phase:
        """The phase on `today`, a date in the calendar's zone; see `Phase` for the boundaries."""
        if closed:
            return Phase.CLOSED
        if today > self.close_on:
            return Phase.OVERDUE
        begins = (
            (self.grading_opens, Phase.CLOSING),
            (self.start, Phase.ACTIVE),
            (self.planning_opens, Phase.PLANNING),
        )
        return next((phase for first, phase in begins if today >= first), Phase.UPCOMING)

    def planning_is_open(self, today: date) -> bool:
        """Whether plans may still be written in time, before the cycle or in its first days."""
        return self.planning_opens <= today <= self.planning_due

    def is_locked(self, today: date) -> bool:
        """Whether a change to what was committed needs a reason, from `lock_on` (domain §8)."""
        return today >= self.lock_on

    def problem(self) -> str | None:
        """Why these dates cannot be a cycle's, as a code for the form, or None.

        `ends_before_start`, `planning_opens_late` (after the start), `planning_due_early` (before
        it opens), `lock_early` (before planning is due), `lock_late` (after the end),
        `grading_opens_early` (before the start), `grading_opens_late` (after the end),
        `grading_due_early` (before the end), `close_early` (before grading is due).
        """
        rules = (
            ("ends_before_start", self.start, self.end),
            ("planning_opens_late", self.planning_opens, self.start),
            ("planning_due_early", self.planning_opens, self.planning_due),
            ("lock_early", self.planning_due, self.lock_on),
            ("lock_late", self.lock_on, self.end),
            ("grading_opens_early", self.start, self.grading_opens),
            ("grading_opens_late", self.grading_opens, self.end),
            ("grading_due_early", self.end, self.grading_due),
            ("close_early", self.grading_due, self.close_on),
        )
        return next((code for code, earlier, later in rules if earlier > later), None)


class Quarter(NamedTuple):
    """One quarter of a fiscal year; `end` is its last day."""

    label: str
    start: date
    end: date


class Year(NamedTuple):
    """A fiscal year with its four quarters in order; `end` is its last day."""

    label: str
    start: date
    end: date
    quarters: tuple[Quarter, ...]


def lay_out_year(start_month: int, year_starting: int) -> Year:
    """The fiscal year that begins on the first of `start_month` (1 to 12) in `year_starting`.

    It is named after the calendar year in which it ends, as most companies do: April 2025 to March
    2026 is "FY26", and January to December 2026 is "FY26" too. Its quarters are "Q1 FY26" and on.
    Raises ValueError for a month that is not 1 to 12.
    """
    first = date(year_starting, start_month, 1)
    starts = [add_months(first, 3 * n) for n in range(5)]
    end = starts[4] - A_DAY
    label = f"FY{end.year % 100:02}"
    quarters = tuple(
        Quarter(f"Q{n + 1} {label}", starts[n], starts[n + 1] - A_DAY) for n in range(4)
    )
    return Year(label, first, end, quarters)


def fiscal_year(start_month: int, day: date) -> int:
    """The calendar year in which the fiscal year begins that `day` lies in."""
    return day.year if day.month >= start_month else day.year - 1
