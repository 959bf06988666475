"""How things stand today: progress beside what is expected, and what a badge may say (domain §4).

Progress is stored; what is expected by today, and whether silence has made a green one overdue,
follow from the date and are computed when somebody looks.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from organizations.models import Cycle, Organization

from .models import KeyResult, Objective
from .progress import (
    OVERDUE,
    Expectation,
    Pace,
    Status,
    disagreement,
    expected,
    gap_in_points,
    is_stale,
    pace,
)

# The interface's words for a status: data-st on a page.
SHOWN = {Status.ON_TRACK: "on", Status.AT_RISK: "risk", Status.OFF_TRACK: "off", OVERDUE: OVERDUE}
WEEKS = {"weekly": 1, "biweekly": 2, "monthly": 4}


@dataclass(frozen=True)
class Standing:
    """One objective or key result as a page shows it.

    ``status`` is on, risk, off, overdue, paused, cancelled or none, ``declared`` what its people
    say, whatever the date; ``gap`` in points, negative when behind; ``disagreement`` the points
    behind pace while somebody says "on track".
    """

    progress: Decimal | None
    expected: Decimal | None
    status: str
    declared: str
    pace: Pace | None
    disagreement: int | None

    @property
    def gap(self) -> int | None:
        if self.progress is None or self.expected is None:
            return None
        return gap_in_points(self.progress, self.expected)


@dataclass
class Yardstick:
    """What today asks of every cycle; made once a request."""

    organization: Organization
    today: date

    def __post_init__(self) -> None:
        self._expected: dict[UUID, Decimal] = {}

    @cached_property
    def period(self) -> int:
        """Return the check-in period in working days."""
        return WEEKS[self.organization.checkin_cadence] * len(self.organization.working_days)

    def expected_in(self, cycle: Cycle) -> Decimal:
        if cycle.pk not in self._expected:
            week = self.organization.working_week
            self._expected[cycle.pk] = expected(
                Expectation.LINEAR, cycle.start, cycle.end, self.today, week
            )
        return self._expected[cycle.pk]

    def expected_of(self, key_result: KeyResult, cycle: Cycle) -> Decimal:
        """Return what its own line expects by today: even, in phases, or towards the end."""
        if key_result.expectation == Expectation.LINEAR:
            return self.expected_in(cycle)
        shape, week = Expectation(key_result.expectation), self.organization.working_week
        phases = key_result.phases if shape == Expectation.PHASED else ()
        return expected(shape, cycle.start, cycle.end, self.today, week, phases=phases)

    def measure(self, thing: Objective | KeyResult, cycle: Cycle) -> Standing:
        declared = Status(thing.status) if thing.status else None
        if isinstance(thing, KeyResult):
            by_today = self.expected_of(thing, cycle)
        else:
            by_today = self.expected_in(cycle)
        return Standing(
            progress=thing.progress,
            expected=by_today,
            status=self.shown(thing, declared, cycle),
            declared=SHOWN[declared] if declared else "none",
            pace=pace(thing.progress, by_today),
            disagreement=disagreement(declared, thing.progress, by_today),
        )

    def shown(self, thing: Objective | KeyResult, declared: Status | None, cycle: Cycle) -> str:
        """An overdue check-in outranks a declared green: silence is never green (I11).

        What rests or was cancelled says so, whatever was declared before.
        """
        if isinstance(thing, Objective) and (thing.cancelled_at or thing.paused_at):
            return "cancelled" if thing.cancelled_at else "paused"
        if declared is None:
            return "none"
        running = cycle.start <= self.today <= cycle.end
        since = thing.checked_in_on
        week = self.organization.working_week
        if running and since and is_stale(since, self.today, self.period, week):
            return OVERDUE
        return SHOWN[declared]

    def hold(self, *things: Any) -> None:
        """Give each objective its ``standing``, and each key result fetched with it."""
        for thing in things:
            cycle = thing.objective.cycle if isinstance(thing, KeyResult) else thing.cycle
            thing.standing = self.measure(thing, cycle)
