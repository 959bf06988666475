"""What a person needs to see first this week: what waits, what moved, what comes (interface §1)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from activity.models import Notification
from checkins.models import CheckInPeriod, Conversation
from objectives.alignment import chain
from objectives.models import (
    Alignment,
    KeyResult,
    Objective,
    Part,
)
from objectives.standing import Yardstick
from organizations.models import Cycle, Department, DepartmentParent, Person, Placement
from organizations.models.department import reachable

NEWS_SHOWN = 6
OBJECTIVES_SHOWN = 6
PARTS_SHOWN = 3


@dataclass(frozen=True)
class Focus:
    """The one focus as it concerns a person: the parts of theirs, and whether they are linked."""

    objective: Objective
    parts: list[Part]
    owned: int
    departments: int
    is_linked: bool


@dataclass(frozen=True)
class Date:
    day: date
    what: str


class Week:
    """One person's week; everything is asked for when the page shows it."""

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        self.today = today
        self.yardstick = Yardstick(person.organization, today)

    @cached_property
    def quarters(self) -> list[Cycle]:
        """Return this quarter and those around it that are not to be closed yet."""
        ahead = Cycle.objects.quarters().filter(close_on__gte=self.today)
        return list(ahead.order_by("start")[:4])

    @cached_property
    def quarter(self) -> Cycle | None:
        return next((one for one in self.quarters if one.start <= self.today <= one.end), None)

    @cached_property
    def period(self) -> CheckInPeriod | None:
        return CheckInPeriod.current(self.person, self.today)

    @cached_property
    def due(self) -> list[KeyResult]:
        """Return the key results that still want a check-in in the period open now."""
        if self.period is None:
            return []
        key_results = list(self.period.due_key_results())
        self.yardstick.hold(*key_results)
        return key_results

    @cached_property
    def next_due_on(self) -> date:
        if self.period and self.period.due_on >= self.today and self.due:
            return self.period.due_on
        return CheckInPeriod.next_after(self.person.organization, self.today).due_on

    @cached_property
    def objectives(self) -> list[Any]:
        """Return what the person owns that runs today, each with whether it is ``placed``."""
        live = Objective.objects.live().owned_by(self.person).with_people()
        running = live.filter(cycle__start__lte=self.today, cycle__end__gte=self.today)
        running = running.annotate(placed=Exists(Alignment.objects.primary().of(OuterRef("pk"))))
        objectives: list[Any] = list(
            running.order_by("cycle__end", "title", "pk")[:OBJECTIVES_SHOWN]
        )
        self.yardstick.hold(*objectives)
        return objectives

    @cached_property
    def chain(self) -> list[Objective]:
        """Return the way from the company's objective down to the person's most linked one."""
        lowest = next((one for one in self.objectives if one.placed), None)
        steps = chain(lowest, self.person) if lowest else []
        self.yardstick.hold(*steps)
        return steps if len(steps) > 1 else []

    @cached_property
    def focus(self) -> Focus | None:
        """Return what the whole company moves: the first thing everybody sees (R32)."""
        visible = Objective.objects.visible_to(self.person).with_people()
        objective = visible.one_focus_on(self.today).first()
        if objective is None:
            return None
        self.yardstick.hold(objective)
        owned = Part.objects.owned().filter(objective=objective)
        has_one = Exists(owned.filter(department=OuterRef("pk")).order_by())
        planning = Department.objects.planning(self.today).order_by().annotate(has_one=has_one)
        counts = planning.aggregate(n=Count("pk"), owned=Count("pk", filter=Q(has_one=True)))
        around = departments_around(self.person, self.today)
        mine = owned.filter(Q(owner=self.person) | Q(department__in=around))
        return Focus(
            objective,
            list(mine.select_related("owner", "department")[:PARTS_SHOWN]),
            counts["owned"],
            counts["n"],
            is_linked=any(one.pk == objective.pk for one in self.chain),
        )

    @cached_property
    def news(self) -> list[Any]:
        """Return what others did to what is the person's, as far as they may still see it."""
        unread = Notification.objects.unread().filter(person=self.person)
        found = unread.select_related("event__actor").order_by("-pk")[:NEWS_SHOWN]
        events: list[Any] = [notification.event for notification in found]
        others = {UUID(one.details["other"]) for one in events if "other" in one.details}
        about = {one.thing for one in events} | others
        things = Objective.objects.visible_to(self.person).in_bulk(about)
        talks = Conversation.objects.visible_to(self.person).in_bulk(about - things.keys())
        for event in events:
            event.conversation = talks.get(event.thing)
            event.objective = things.get(event.thing)
            other = event.details.get("other")
            event.other = things.get(UUID(other)) if other else None
        return [event for event in events if event.objective or event.conversation]

    @cached_property
    def coming_up(self) -> list[Date]:
        due_on = CheckInPeriod.next_after(self.person.organization, self.today).due_on
        dates = [Date(due_on, _("Next check-in"))]
        mine = Conversation.objects.visible_to(self.person).unheld().with_people()
        dates += [
            Date(one.meets_on, _("Conversation with %s") % one.other_than(self.person).first_name)
            for one in mine.filter(meets_on__gte=self.today).order_by("meets_on", "pk")[:4]
        ]
        for cycle in [one for one in self.quarters if one.closed_at is None][:2]:
            dates += [
                Date(cycle.planning_opens, _("Planning opens for %s") % cycle.label),
                Date(cycle.planning_due, _("Plans due for %s") % cycle.label),
                Date(cycle.end, _("%s ends") % cycle.label),
                Date(cycle.grading_due, _("Grading due for %s") % cycle.label),
            ]
        ahead = [one for one in dates if one.day >= self.today]
        return sorted(ahead, key=lambda one: one.day)[:4]


def departments_around(person: Person, day: date) -> set[UUID]:
    """Return where a person is placed, with every department above it."""
    placed = Placement.objects.on(day).filter(person=person).values_list("department", flat=True)
    start = set(placed)
    links = DepartmentParent.objects.on(day).values_list("department_id", "parent_id")
    return start | reachable(start, links) if start else start
