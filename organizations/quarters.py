"""A quarter as the pages about quarters show it, published or not."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from core.dates import A_DAY

from .cadence import Cadence
from .calendar import CycleDates, Phase, Quarter
from .models import Cycle


@dataclass(frozen=True)
class PlannedQuarter:
    label: str
    dates: CycleDates
    check_ins: list[date]
    phase: Phase | None = None
    planning_is_open: bool = False
    pk: UUID | None = None

    @classmethod
    def of(cls, cycle: Cycle, cadence: Cadence, today: date) -> Self:
        dates = cycle.dates
        due = cadence.due_dates(dates.start, dates.end + A_DAY)
        phase = cycle.phase(today)
        return cls(cycle.label, dates, due, phase, dates.planning_is_open(today), cycle.pk)

    @property
    def can_end(self) -> bool:
        """Whether its end is near or over, and nobody has closed it."""
        return self.phase in {Phase.CLOSING, Phase.OVERDUE}

    @classmethod
    def default(cls, quarter: Quarter, cadence: Cadence) -> Self:
        dates = CycleDates.default(quarter.start, quarter.end)
        return cls(quarter.label, dates, cadence.due_dates(dates.start, dates.end + A_DAY))

    @property
    def planning_ends(self) -> date:
        return self.dates.start - A_DAY

    @property
    def closing_begins(self) -> date:
        return self.dates.end + A_DAY
