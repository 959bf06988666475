"""When each conversation opens and is due, as plain dates (domain §9).

All days are calendar dates in the employee's zone, so no change of clocks moves them. Nothing here
knows the database.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from core.dates import WorkingWeek


class Kind(StrEnum):
    """The three conversations that come by themselves."""

    BIWEEKLY = "biweekly"
    QUARTER_START = "quarter_start"
    QUARTER_END = "quarter_end"


QUARTERLY = (Kind.QUARTER_START, Kind.QUARTER_END)
# Days to sit down and write before a bi-weekly conversation is due.
BIWEEKLY_OPENS = timedelta(days=4)
START_OPENS, START_DUE = timedelta(days=14), timedelta(days=10)
# R67: within seven days of the quarter's end, before or after.
END_AROUND = timedelta(days=7)


class Window(NamedTuple):
    """From when one can prepare, and by when it is to be held. Both days are inclusive."""

    opens_on: date
    due_on: date

    @classmethod
    def biweekly(cls, due_on: date) -> Self:
        return cls(due_on - BIWEEKLY_OPENS, due_on)

    @classmethod
    def quarterly(cls, kind: Kind, start: date, end: date) -> Self:
        """Around the first or the last day of a cycle; raises ValueError for another kind."""
        match kind:
            case Kind.QUARTER_START:
                return cls(start - START_OPENS, start + START_DUE)
            case Kind.QUARTER_END:
                return cls(end - END_AROUND, end + END_AROUND)
        raise ValueError(f"{kind} does not hang on a cycle")

    def meeting_day(self, week: WorkingWeek) -> date:
        """Return the day to propose: the last working day in the window, for due days are fixed.

        Where nobody works in the whole window it is the due day all the same.
        """
        days = (self.due_on - timedelta(days=n) for n in range((self.due_on - self.opens_on).days))
        return next((day for day in days if week.is_working(day)), self.due_on)
