"""When an organization's check-ins come round, as plain dates (domain §7).

Due dates come from the cadence alone, never from the last check-in, so that nothing drifts
(lessons 24). All days are calendar dates in the person's zone. Nothing here knows the database.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.dates import A_DAY, add_months


class Rhythm(StrEnum):
    """How often a cadence comes round."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class Period(NamedTuple):
    """A period's dates, all inclusive: it can be filled from `opens_on` to `grace_until`."""

    opens_on: date
    due_on: date
    grace_until: date


@dataclass(frozen=True)
class Cadence:
    """Every week, every two weeks or once a month on a weekday (Monday is 0), at a local time.

    weekly     every such weekday.
    biweekly   every second one, counted in both directions from the first on or after `anchor`.
    monthly    the first such weekday of each calendar month.

    Raises ValueError for a kind that is none of these, and for a weekday that is not 0 to 6.
    """

    kind: Rhythm
    weekday: int
    clock: time
    anchor: date

    def __post_init__(self) -> None:
        Rhythm(self.kind)
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 (Monday) to 6")

    def due_on_or_after(self, day: date) -> date:
        """The first due date that is not before `day`."""
        match self.kind:
            case Rhythm.WEEKLY:
                return self._weekday_from(day)
            case Rhythm.BIWEEKLY:
                origin = self._weekday_from(self.anchor)
                return day + timedelta(days=(origin - day).days % 14)
            case Rhythm.MONTHLY:
                due = self._weekday_from(day.replace(day=1))
                return due if due >= day else self._weekday_from(add_months(day, 1).replace(day=1))

    def due_before(self, day: date) -> date:
        """The last due date that is before `day`."""
        match self.kind:
            case Rhythm.WEEKLY:
                return self.due_on_or_after(day) - timedelta(days=7)
            case Rhythm.BIWEEKLY:
                return self.due_on_or_after(day) - timedelta(days=14)
            case Rhythm.MONTHLY:
                due = self._weekday_from(day.replace(day=1))
                return due if due < day else self._weekday_from(add_months(day, -1).replace(day=1))

    def due_dates(self, start: date, end: date) -> list[date]:
        """The due dates from `start` up to, and without, `end`, in order."""
        dates = []
        due = self.due_on_or_after(start)
        while due < end:
            dates.append(due)
            due = self.due_on_or_after(due + A_DAY)
        return dates

    def period_for(self, due_on: date, *, opens_before: int = 2, grace: int = 3) -> Period:
        """The period of a due date: open `opens_before` days earlier, with `grace` days after.

        Periods never overlap: whatever the two say, a period opens after the last due date, and its
        grace ends before the next one opens. Raises ValueError for a day the cadence does not have.
        """
        if self.due_on_or_after(due_on) != due_on:
            raise ValueError(f"{due_on} is not a due date of this cadence")
        before = timedelta(days=opens_before)
        opens_on = max(due_on - before, self.due_before(due_on) + A_DAY)
        next_opens = max(self.due_on_or_after(due_on + A_DAY) - before, due_on + A_DAY)
        grace_until = min(due_on + timedelta(days=grace), next_opens - A_DAY)
        return Period(opens_on, due_on, grace_until)

    def _weekday_from(self, day: date) -> date:
        return day + timedelta(days=(self.weekday - day.weekday()) % 7)
