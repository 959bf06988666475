"""Whose turn it is to check in, on what: from the page, or from the link in a mail."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.dates import A_DAY
from objectives.models import KeyResult
from objectives.models.key_result import KeyResultQuerySet
from organizations.models import Person

from .models import CheckIn, CheckInPeriod, Reading, Recorded
from .models.check_in import readable_by


@dataclass(frozen=True)
class Turn:
    """One person's check-in of a day; ``period`` is the one it answers, if one is open."""

    person: Person
    today: date
    period: CheckInPeriod | None
    via: str = CheckIn.Via.WEB

    def key_results(self) -> KeyResultQuerySet:
        """Everything of theirs that takes check-ins."""
        if self.period:
            running = self.period.key_results()
        else:
            running = KeyResult.objects.owned_by(self.person).running(self.today)
        return running.select_related("objective__cycle").in_order()

    def due(self) -> KeyResultQuerySet:
        if self.period:
            return self.period.due_key_results()
        nothing: KeyResultQuerySet = KeyResult.objects.none()
        return nothing

    def check_ins(self) -> list[CheckIn]:
        """What the period has been answered with so far, the latest of each key result."""
        if self.period is None:
            return []
        made = CheckIn.objects.in_period(self.period).order_by("key_result_id", "-recorded_at")
        made = made.distinct("key_result_id").select_related("key_result__objective")
        made = made.prefetch_related("key_result__milestones")
        return sorted(made, key=lambda check_in: check_in.recorded_at)

    def next_due_on(self) -> date:
        after = max(self.today, self.period.due_on) if self.period else self.today - A_DAY
        return CheckInPeriod.next_after(self.person.organization, after).due_on

    def record(self, readings: dict[KeyResult, Reading], submission: UUID) -> Recorded:
        """Save what was read, in the period it answers."""
        period = self.period.keep() if self.period and readings else None
        return CheckIn.record_all(
            readings, self.person, submission, on=self.today, period=period, via=self.via
        )

    def record_unchanged(self, submission: UUID) -> Recorded:
        """Say "no change" for all that is due and has been measured before (I3)."""
        before = [one for one in self.due() if one.current is not None]
        latest = CheckIn.objects.latest_of(before)
        readings = {
            one: Reading.unchanged(one, latest[one.pk]) for one in before if one.pk in latest
        }
        return self.record(readings, submission)

    def reader(self, check_ins: list[CheckIn]) -> Person | None:
        """The manager of today, where they can see any of it."""
        manager = self.person.manager_on(self.today)
        if manager is None:
            return None
        about = {one.key_result.objective_id: one.key_result.objective for one in check_ins}
        return manager if readable_by(manager, about) else None
