"""Closing a cycle: what blocks it, and freezing all that was committed in it (domain §8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activity.models import Event
from organizations.models import Cycle, Person
from organizations.tenancy import tree_lock

from .closing import Closing, freeze
from .models import ChangeRequest, Objective, Review, Snapshot

SHOWN = 50


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way of closing a cycle, or how many ``more`` there are.

    What somebody may not read is only counted.
    """

    why: str
    objective: Objective | None = None
    cycle: Cycle | None = None
    more: int = 0


@dataclass
class Ending:
    """What is left to do before a cycle closes, as one person may read it."""

    cycle: Cycle
    person: Person
    today: date

    def blockers(self) -> list[Blocker]:
        return [
            *self._too_early(),
            *self._about(self.unscored, _("Not scored yet")),
            *self._about(self._waiting(ChangeRequest.objects.open()), _("A change waits")),
            *self._about(self._waiting(Review.objects.open()), _("A draft waits for review")),
            *self._inner_cycles(),
        ]

    @property
    def unscored(self) -> Any:
        return Objective.objects.live().in_cycle(self.cycle)

    @property
    def drafts(self) -> int:
        """How many drafts of it stay drafts, which is nobody's fault and stops nothing."""
        return Objective.objects.drafts().in_cycle(self.cycle).count()

    def _waiting(self, things: Any) -> Any:
        return Objective.objects.in_cycle(self.cycle).filter(pk__in=things.values("objective"))

    def _about(self, objectives: Any, why: str) -> list[Blocker]:
        readable = objectives.visible_to(self.person).order_by("title", "pk")
        found = [Blocker(why, objective=one) for one in readable[:SHOWN]]
        more = objectives.count() - len(found)
        return [*found, *([Blocker(why, more=more)] if more else [])]

    def _too_early(self) -> list[Blocker]:
        if self.today > self.cycle.end:
            return []
        return [Blocker(_("It has not ended yet"), cycle=self.cycle)]

    def _inner_cycles(self) -> list[Blocker]:
        inner = Cycle.objects.open().filter(parent=self.cycle)
        return [Blocker(_("A cycle inside it is open"), cycle=one) for one in inner]


@transaction.atomic
def close_cycle(cycle: Cycle, by: Person, reason: str = "") -> bool:
    """Close a cycle once, and freeze every objective that was committed in it.

    What blocks it wants a reason; what nobody scored is then "not scored", and never 0. Raises
    ValidationError where there is something in the way and no reason.
    """
    tree_lock("objectives")
    open_one = Cycle.objects.open().filter(pk=cycle.pk).first()
    if open_one is None:
        return False
    ending = Ending(open_one, by, by.organization.today())
    if ending.blockers() and not reason:
        raise ValidationError(_("Say why it closes although something is open."), code="blocked")
    settle_what_waits(open_one, by)
    rows = list(Objective.objects.committed().filter(cycle=open_one, closed_at=None).with_people())
    cancelled = {
        one.pk: Closing(outcome=Snapshot.Outcome.CANCELLED, reflection=one.cancel_reason)
        for one in rows
        if one.cancelled_at
    }
    freeze(rows, by, cancelled, because=reason)
    open_one.close(by=by)
    cycle.refresh_from_db()
    Event.record_all(
        (
            Event(kind="objective_closed", thing=one.pk, actor=by, details={"score": None}),
            [one.owner],
        )
        for one in rows
        if one.pk not in cancelled
    )
    details: dict[str, Any] = {
        "label": cycle.label,
        "note": reason,
        "unscored": len(rows) - len(cancelled),
    }
    Event.record("cycle_closed", cycle.pk, by, **details)
    return True


def settle_what_waits(cycle: Cycle, by: Person) -> None:
    """Answer what nobody did in time: drafts go back, and changes are declined."""
    for review in Review.objects.open().filter(objective__cycle=cycle):
        review.send_back(by, _("%(cycle)s was closed.") % {"cycle": cycle.label})
    for request in ChangeRequest.objects.open().filter(objective__cycle=cycle):
        answer = _("%(cycle)s was closed.") % {"cycle": cycle.label}
        request.decide(ChangeRequest.Decision.DECLINED, by, answer)
