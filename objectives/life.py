"""An objective's life: where it stands today, and what takes it further (domain §3).

Only what somebody did is stored, as a time and an actor. Whether a committed objective waits, runs
or is to be scored follows from its cycle's dates and is computed when somebody looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import tree_lock

from . import permissions
from .models import Amendment, ChangeRequest, Objective, Review, Snapshot
from .models.one_focus import refuse_taken_days
from .rollup import roll_up_from
from .writing import commit


class Stage(StrEnum):
    """Where an objective stands; ``active`` and ``closing`` begin by themselves."""

    DRAFT = "draft"
    ARCHIVED = "archived"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    COMMITTED = "committed"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def stage_of(objective: Objective, today: date, review: Review | None = None) -> Stage:
    """Return the stage on a day; a draft's also depends on its latest ``review``."""
    if objective.closed_at:
        return Stage.CANCELLED if objective.cancelled_at else Stage.CLOSED
    if objective.cancelled_at:
        return Stage.CANCELLED
    if objective.is_draft:
        return stage_of_draft(objective, review)
    if objective.paused_at:
        return Stage.PAUSED
    cycle = objective.cycle
    begun = ((cycle.grading_opens, Stage.CLOSING), (cycle.start, Stage.ACTIVE))
    return next((stage for first, stage in begun if today >= first), Stage.COMMITTED)


def stage_of_draft(objective: Objective, review: Review | None) -> Stage:
    if objective.is_archived:
        return Stage.ARCHIVED
    if review and review.is_open:
        return Stage.IN_REVIEW
    return Stage.RETURNED if review and review.was_returned else Stage.DRAFT


# The way as the page draws it; what is not on it stands where the objective left it.
WAY = [Stage.DRAFT, Stage.COMMITTED, Stage.ACTIVE, Stage.CLOSING, Stage.CLOSED]
STANDS_AT = {
    Stage.ARCHIVED: Stage.DRAFT,
    Stage.IN_REVIEW: Stage.DRAFT,
    Stage.RETURNED: Stage.DRAFT,
    Stage.PAUSED: Stage.ACTIVE,
}
NAMES = {
    Stage.DRAFT: _("Draft"),
    Stage.ARCHIVED: _("Archived"),
    Stage.IN_REVIEW: _("In review"),
    Stage.RETURNED: _("Returned"),
    Stage.COMMITTED: _("Committed"),
    Stage.ACTIVE: _("Running"),
    Stage.PAUSED: _("Paused"),
    Stage.CLOSING: _("Scoring"),
    Stage.CLOSED: _("Closed"),
    Stage.CANCELLED: _("Cancelled"),
}
ICONS = {
    Stage.DRAFT: "pencil",
    Stage.ARCHIVED: "archive",
    Stage.IN_REVIEW: "hourglass",
    Stage.RETURNED: "undo-2",
    Stage.COMMITTED: "flag",
    Stage.ACTIVE: "target",
    Stage.PAUSED: "hourglass",
    Stage.CLOSING: "scale",
    Stage.CLOSED: "lock",
    Stage.CANCELLED: "x",
}
CHANGES_SHOWN = 20


@dataclass
class Life:
    """An objective's life as its page shows it to one person; asked for when it is shown."""

    objective: Objective
    person: Person
    today: date
    # False where the page is read as it was on another day: then nobody may do anything.
    now: bool = True

    @cached_property
    def review(self) -> Review | None:
        """The latest review of a draft."""
        if not self.objective.is_draft or not self.now:
            return None
        reviews = Review.objects.filter(objective=self.objective).newest_first()
        latest: Review | None = reviews.select_related("submitted_by", "decided_by").first()
        if latest:
            latest.objective = self.objective
        return latest

    @cached_property
    def stage(self) -> Stage:
        return stage_of(self.objective, self.today, self.review)

    @property
    def here(self) -> Stage:
        """Where on the way it stands."""
        return STANDS_AT.get(self.stage, self.stage)

    @property
    def way(self) -> list[tuple[Stage, str, bool]]:
        """Return each step of the way: its stage, its name, and whether it is behind."""
        if self.here not in WAY:
            return []
        place = WAY.index(self.here)
        return [(one, str(NAMES[one]), number < place) for number, one in enumerate(WAY)]

    @property
    def name(self) -> str:
        return str(NAMES[self.stage])

    @property
    def icon(self) -> str:
        return ICONS[self.stage]

    @property
    def is_locked(self) -> bool:
        return self.objective.is_locked(self.today)

    @cached_property
    def missing(self) -> list[str]:
        """What a draft lacks before it can be committed."""
        drafted = self.objective.is_draft and not self.objective.is_archived and self.now
        return self.objective.missing_for_commitment() if drafted else []

    @cached_property
    def change_counts(self) -> dict[str, int]:
        """How many changes were asked for after the lock, and how many of them wait."""
        if self.objective.is_draft or not self.now:
            return {"asked": 0, "waiting": 0}
        counted: Any = self.objective  # annotated by with_change_counts()
        return {"asked": counted.changes_asked or 0, "waiting": counted.changes_waiting or 0}

    @cached_property
    def changes(self) -> list[ChangeRequest]:
        """What changed after the lock, or is asked for, and why; the newest first."""
        requests = ChangeRequest.objects.filter(objective=self.objective)
        found = list(requests.with_changes().newest_first()[:CHANGES_SHOWN])
        for one in found:
            one.objective = self.objective
        return found

    @cached_property
    def snapshot(self) -> Snapshot | None:
        if self.objective.closed_at is None:
            return None
        taken = Snapshot.objects.filter(objective=self.objective)
        snapshot: Snapshot | None = taken.select_related("taken_by", "confirmed_by").first()
        if snapshot:
            snapshot.objective = self.objective
        return snapshot

    @cached_property
    def amendments(self) -> list[Amendment]:
        made = Amendment.objects.filter(objective=self.objective)
        told = self.snapshot is not None and self.now
        return list(made.select_related("made_by", "key_result")) if told else []

    @cached_property
    def origin(self) -> Objective | None:
        """What it was carried over from, where the reader may see that."""
        if self.objective.carried_from_id is None:
            return None
        visible = Objective.objects.visible_to(self.person).select_related("cycle")
        origin: Objective | None = visible.filter(pk=self.objective.carried_from_id).first()
        return origin

    @cached_property
    def successor(self) -> Objective | None:
        """What it was carried over to, where the reader may see that."""
        if self.objective.closed_at is None or not self.now:
            return None
        visible = Objective.objects.visible_to(self.person).select_related("cycle")
        successor: Objective | None = visible.filter(carried_from=self.objective).first()
        return successor

    @property
    def running(self) -> int:
        """In how many cycles running it stands by now."""
        return self.objective.times_carried + 1

    @cached_property
    def may(self) -> "May":
        return May(self)


@dataclass
class May:
    """What one person may do to an objective where it stands now; a page's buttons follow it."""

    life: Life

    def _asks(self, rule: Callable[[Person, Objective], bool]) -> bool:
        return self.life.now and rule(self.life.person, self.life.objective)

    @property
    def commit(self) -> bool:
        ready = self.life.objective.is_draft and not self.life.missing
        in_review = self.life.stage == Stage.IN_REVIEW
        return ready and not in_review and self._asks(permissions.can_commit)

    @property
    def archive(self) -> bool:
        waits = self.life.stage in {Stage.DRAFT, Stage.RETURNED}
        return waits and self._asks(permissions.can_edit)

    @property
    def restore(self) -> bool:
        return self.life.stage == Stage.ARCHIVED and self._asks(permissions.can_restore)

    @property
    def submit(self) -> bool:
        waits = self.life.stage in {Stage.DRAFT, Stage.RETURNED}
        may = waits and not self.life.missing and not self.commit
        return may and self._asks(permissions.can_submit)

    @property
    def review(self) -> bool:
        return self.life.stage == Stage.IN_REVIEW and self._asks(permissions.can_decide)

    @property
    def take_back(self) -> bool:
        return self.life.stage == Stage.IN_REVIEW and self._asks(permissions.can_edit)

    @property
    def check_in(self) -> bool:
        objective, person = self.life.objective, self.life.person
        begun = self.life.stage in {Stage.ACTIVE, Stage.CLOSING}
        in_time = self.life.today <= objective.cycle.grading_due
        kept = [one for one in objective.key_results.all() if not one.is_dropped]
        may = self.life.now and begun and in_time
        return may and any(permissions.can_check_in(person, one) for one in kept)

    @property
    def close(self) -> bool:
        return self._asks(permissions.can_close)

    @property
    def score_now(self) -> bool:
        return self.life.stage == Stage.CLOSING and self.close

    @property
    def pause(self) -> bool:
        return self.life.stage != Stage.PAUSED and self._asks(permissions.can_steer)

    @property
    def resume(self) -> bool:
        return self.life.stage == Stage.PAUSED and self._asks(permissions.can_steer)

    @property
    def cancel(self) -> bool:
        return self._asks(permissions.can_steer)

    @property
    def confirm(self) -> bool:
        snapshot = self.life.snapshot
        waits = snapshot is not None and snapshot.confirmed_at is None
        return waits and self._asks(permissions.can_confirm)

    @property
    def amend(self) -> bool:
        return self.life.snapshot is not None and self._asks(permissions.can_amend)

    @property
    def carry(self) -> bool:
        return self.life.successor is None and self._asks(permissions.can_carry)

    @property
    def decide(self) -> bool:
        return self.life.objective.is_open and self._asks(permissions.can_decide)


# A draft is handed in.


@transaction.atomic
def submit(objective: Objective, by: Person) -> bool:
    """Hand a draft in for review; while it waits, handing it in again changes nothing.

    Raises ValidationError with what is missing before it could be committed.
    """
    tree_lock("objectives")
    if missing := objective.missing_for_commitment():
        raise ValidationError(missing)
    if not objective.is_draft or Review.objects.open().filter(objective=objective).exists():
        return False
    Review.objects.create(objective=objective, submitted_by=by)
    above = objective.decider
    tell = [*objective.audience(), *([above] if above else [])]
    Event.record("objective_submitted", objective.pk, by, tell=tell)
    return True


@transaction.atomic
def approve(review: Review, by: Person, version: int) -> bool:
    """Approve a draft as it was read, which commits it; approving again changes nothing.

    Raises ValidationError when it was edited since, or lacks something to be committed.
    """
    tree_lock("objectives")
    objective = Objective.objects.with_people().get(pk=review.objective_id)
    if objective.version != version:
        raise ValidationError(_("It was edited since you opened it. Read it again."), code="stale")
    if not review.decide(Review.Decision.APPROVED, by):
        return False
    return commit(objective, by=by)


# What was committed rests, goes on, or ends early.


@transaction.atomic
def pause(objective: Objective, by: Person, reason: str) -> bool:
    """Let it rest: no check-ins are asked for, and it is left out above. Again changes nothing."""
    tree_lock("objectives")
    running = Objective.objects.live().unpaused().filter(pk=objective.pk)
    facts = {"paused_at": timezone.now(), "paused_by": by, "pause_reason": reason}
    return _turned(objective, running.update(**facts), "objective_paused", by, note=reason)


@transaction.atomic
def resume(objective: Objective, by: Person) -> bool:
    """Go on where it was; again changes nothing.

    Raises ValidationError where another one focus has taken its days meanwhile.
    """
    tree_lock("objectives")
    if objective.is_one_focus:
        refuse_taken_days(objective, objective.cycle)
    resting = Objective.objects.live().filter(pk=objective.pk, paused_at__isnull=False)
    facts = {"paused_at": None, "paused_by": None, "pause_reason": ""}
    return _turned(objective, resting.update(**facts), "objective_resumed", by)


@transaction.atomic
def cancel(objective: Objective, by: Person, reason: str) -> bool:
    """End it before its time, with a reason; what contributed to it lives on (A6)."""
    tree_lock("objectives")
    live = Objective.objects.live().filter(pk=objective.pk)
    facts = {"cancelled_at": timezone.now(), "cancelled_by": by, "cancel_reason": reason}
    return _turned(objective, live.update(**facts), "objective_cancelled", by, note=reason)


def _turned(objective: Objective, won: int, kind: str, by: Person, note: str = "") -> bool:
    """Tell of a turn that was taken, and let what stands above count anew."""
    objective.refresh_from_db()
    if won:
        roll_up_from([objective.pk], on=by.organization.today())
        manager = objective.manager
        tell = [*objective.audience(), *([manager] if manager else [])]
        Event.record(kind, objective.pk, by, tell=tell, **({"note": note} if note else {}))
    return bool(won)
