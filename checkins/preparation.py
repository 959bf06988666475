"""What lies on the table of a conversation: the same facts for both (domain §9).

What one of the two may not see isn't on it for either.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from objectives.models import ChangeRequest, KeyResult, Objective
from objectives.standing import Yardstick
from organizations.models import Person

from .models import ActionItem, CheckIn, CheckInPeriod, Conversation, TalkingPoint
from .windows import Kind

A_FORTNIGHT = timedelta(days=14)
CHANGES_SHOWN, GOALS_SHOWN = 5, 6


@dataclass
class Preparation:
    conversation: Conversation
    reader: Person
    today: date

    @cached_property
    def since(self) -> date:
        """The day the two last met; at the end of a quarter, its first day."""
        one = self.conversation
        if one.kind == Kind.QUARTER_END and one.cycle:
            return one.cycle.start
        earlier = Conversation.objects.between(one.employee_id, one.counterpart_id)
        held = earlier.filter(held_on__isnull=False, due_on__lt=one.due_on).order_by("-held_on")
        last: date | None = held.values_list("held_on", flat=True).first()
        return last or one.due_on - A_FORTNIGHT

    @property
    def until(self) -> date:
        """Once it was held, what came later belongs to the next one."""
        return self.conversation.held_on or self.today

    @property
    def seen(self) -> Any:
        """What both may see."""
        both = (self.conversation.employee, self.conversation.counterpart)
        for person in both:
            person.organization = self.reader.organization
        first, second = both
        return Objective.objects.visible_to(first).visible_to(second)

    @cached_property
    def key_results(self) -> list[KeyResult]:
        """The employee's running key results, each with its value of last time as ``before``."""
        one = self.conversation
        running = KeyResult.objects.owned_by(one.employee).running(self.until)
        running = running.filter(objective__in=self.seen.order_by().values("pk"))
        found = list(running.with_objective().in_order())
        Yardstick(self.reader.organization, self.today).hold(*found)
        before = CheckIn.objects.filter(key_result__in=found, effective_on__lte=self.since)
        latest = before.latest_by_key_result()
        for key_result in found:
            known = latest.get(key_result.pk)
            key_result.before = known.value if known else None  # type: ignore[attr-defined]
        return found

    @cached_property
    def missed_check_ins(self) -> int:
        """How many of the employee's turns passed in silence since last time."""
        periods = CheckInPeriod.objects.of(self.conversation.employee)
        past = periods.filter(due_on__gt=self.since, grace_until__lt=self.until)
        made = CheckIn.objects.filter(period=OuterRef("pk"))
        return past.filter(~Exists(made)).count()

    @cached_property
    def changes(self) -> list[ChangeRequest]:
        """What was changed after the lock since last time, and why."""
        about = {one.objective_id for one in self.key_results}
        asked = ChangeRequest.objects.filter(
            objective__in=about, requested_at__date__gte=self.since
        )
        return list(asked.select_related("objective").order_by("-requested_at")[:CHANGES_SHOWN])

    @cached_property
    def goals(self) -> list[Objective]:
        """What the company wants in the quarter that begins."""
        if self.conversation.kind != Kind.QUARTER_START or self.conversation.cycle is None:
            return []
        one = self.conversation
        company = self.seen.open().in_cycle(one.cycle).filter(level=Objective.Level.COMPANY)
        return list(company.exclude(committed_at=None).order_by("title")[:GOALS_SHOWN])

    @cached_property
    def talking_points(self) -> list[TalkingPoint]:
        points = TalkingPoint.objects.readable_by(self.reader)
        return list(points.on_the_table(self.conversation))

    @cached_property
    def actions(self) -> list[Any]:
        """What is to be done, with how often it was carried over."""
        actions = ActionItem.objects.readable_by(self.reader)
        found: list[Any] = list(actions.on_the_table(self.conversation, self.since))
        for action in found:
            action.carried = action.carried_into(self.conversation)
            action.late = action.is_overdue(self.today)
        return found
