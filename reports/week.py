"""What a person needs to see first this week: what waits, what moved, what comes (interface §1)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.models import Notification
from checkins.models import CheckInPeriod
from core.templatetags.ui import short_day
from objectives.alignment import chain
from objectives.links import proposals_for
from objectives.models import (
    Alignment,
    ChangeRequest,
    Dependency,
    KeyResult,
    Objective,
    Part,
    Review,
)
from objectives.permissions import departments_of
from objectives.planning import unanswered
from objectives.standing import Yardstick
from organizations.models import Cycle, Department, DepartmentParent, Person, Placement
from organizations.models.department import reachable

NEWS_SHOWN = 6
OBJECTIVES_SHOWN = 6
WAITING_SHOWN = 3
PARTS_SHOWN = 3


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person: what, why, and the way to it."""

    icon: str
    title: str
    detail: str
    url: str
    act: str


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
    def objectives(self) -> list[Objective]:
        """Return what the person owns that runs today."""
        live = Objective.objects.live().owned_by(self.person).with_people()
        running = live.filter(cycle__start__lte=self.today, cycle__end__gte=self.today)
        objectives = list(running.order_by("cycle__end", "title", "pk")[:OBJECTIVES_SHOWN])
        self.yardstick.hold(*objectives)
        return objectives

    @cached_property
    def chain(self) -> list[Objective]:
        """Return the way from the company's objective down to the person's most linked one."""
        linked = Alignment.objects.primary().filter(child__in=self.objectives)
        children = set(linked.values_list("child_id", flat=True))
        lowest = next((one for one in self.objectives if one.pk in children), None)
        steps = chain(lowest, self.person) if lowest else []
        self.yardstick.hold(*steps)
        return steps if len(steps) > 1 else []

    @cached_property
    def proposals(self) -> list[Alignment]:
        """Return the links that others propose to what is the person's."""
        return proposals_for(self.person)

    @property
    def waiting_count(self) -> int:
        return len(self.waiting) + len(self.proposals)

    @cached_property
    def focus(self) -> Focus | None:
        """Return what the whole company moves: the first thing everybody sees (R32)."""
        visible = Objective.objects.visible_to(self.person).with_people()
        objective = visible.one_focus_on(self.today).first()
        if objective is None:
            return None
        self.yardstick.hold(objective)
        counted = Department.objects.planning(self.today)
        owned = Part.objects.owned().filter(objective=objective)
        around = departments_around(self.person, self.today)
        mine = owned.filter(Q(owner=self.person) | Q(department__in=around))
        return Focus(
            objective,
            list(mine.select_related("owner", "department")[:PARTS_SHOWN]),
            owned.filter(department__in=counted).count(),
            counted.count(),
            is_linked=any(one.pk == objective.pk for one in self.chain),
        )

    @cached_property
    def waiting(self) -> list[Waiting]:
        mine = Objective.objects.owned_by(self.person).open().filter(cycle__end__gte=self.today)
        drafts = mine.drafts().order_by("pk")[:WAITING_SHOWN]
        loose = mine.committed().unlinked().order_by("pk")[:WAITING_SHOWN]
        lost = mine.live().lost_their_parent().order_by("pk")[:WAITING_SHOWN]
        return [
            *self._to_decide(),
            *(closing_waiting(one) for one in self._to_score()),
            *(draft_waiting(one) for one in drafts),
            *(loose_waiting(one) for one in loose),
            *(lost_waiting(one) for one in lost),
            *self._team_waiting(),
            *self._planning_waiting(),
        ]

    def _planning_waiting(self) -> list[Waiting]:
        """Return what other departments wait for, from whoever speaks for one."""
        mine = departments_of(self.person)
        if not mine:
            return []
        needs = Dependency.objects.waiting_for(mine).visible_to(self.person).with_ends()
        live = Objective.objects.open()
        asked = Part.objects.asked().filter(department__in=mine, objective__in=live)
        cycles = Cycle.objects.open().filter(planning_opens__lte=self.today, end__gte=self.today)
        silent = unanswered(self.person, mine, cycles)
        return [
            *(need_waiting(one) for one in needs[:WAITING_SHOWN]),
            *(part_waiting(one) for one in asked.select_related("department", "asked_by")),
            *([answers_waiting(silent)] if silent else []),
        ]

    def _to_decide(self) -> list[Waiting]:
        """What reports have handed in, or want to change, and this person decides."""
        if not self.person.manages_anyone:
            return []
        reports = Person.objects.reporting_to(self.person, self.today)
        theirs = Objective.objects.visible_to(self.person).filter(owner__in=reports)
        reviews = Review.objects.open().filter(objective__in=theirs)
        changes = ChangeRequest.objects.open().filter(objective__in=theirs)
        people = ("objective", "objective__owner")
        return [
            *(review_waiting(one) for one in reviews.select_related(*people)[:WAITING_SHOWN]),
            *(change_waiting(one) for one in changes.select_related(*people)[:WAITING_SHOWN]),
        ]

    def _to_score(self) -> list[Objective]:
        """What the person owns whose cycle is to be scored."""
        mine = Objective.objects.live().unpaused().owned_by(self.person)
        ripe = mine.filter(cycle__grading_opens__lte=self.today, cycle__closed_at=None)
        return list(ripe.select_related("cycle").order_by("cycle__end", "pk")[:WAITING_SHOWN])

    def _team_waiting(self) -> list[Waiting]:
        if not self.person.manages_anyone:
            return []
        silent = late_reports(self.person, self.today)
        if not silent:
            return []
        title = ngettext(
            "%(n)d of your reports is late with a check-in",
            "%(n)d of your reports are late with a check-in",
            len(silent),
        ) % {"n": len(silent)}
        names = ", ".join(person.name for person in silent[:4])
        return [Waiting("users-round", title, names, reverse("team"), _("See the team"))]

    @cached_property
    def news(self) -> list[Any]:
        """Return what others did to what is the person's, as far as they may still see it."""
        unread = Notification.objects.unread().filter(person=self.person)
        found = unread.select_related("event__actor").order_by("-pk")[:NEWS_SHOWN]
        events: list[Any] = [notification.event for notification in found]
        others = {UUID(one.details["other"]) for one in events if "other" in one.details}
        about = {one.thing for one in events} | others
        things = Objective.objects.visible_to(self.person).in_bulk(about)
        for event in events:
            event.objective = things.get(event.thing)
            other = event.details.get("other")
            event.other = things.get(UUID(other)) if other else None
        return [event for event in events if event.objective]

    @cached_property
    def coming_up(self) -> list[Date]:
        due_on = CheckInPeriod.next_after(self.person.organization, self.today).due_on
        dates = [Date(due_on, _("Next check-in"))]
        for cycle in [one for one in self.quarters if one.closed_at is None][:2]:
            dates += [
                Date(cycle.planning_opens, _("Planning opens for %s") % cycle.label),
                Date(cycle.planning_due, _("Plans due for %s") % cycle.label),
                Date(cycle.end, _("%s ends") % cycle.label),
                Date(cycle.grading_due, _("Grading due for %s") % cycle.label),
            ]
        ahead = [one for one in dates if one.day >= self.today]
        return sorted(ahead, key=lambda one: one.day)[:4]


def review_waiting(review: Review) -> Waiting:
    return Waiting(
        "send",
        _("“%s” waits for your review") % review.objective.title,
        _("Handed in by %(name)s") % {"name": review.objective.owner.name},
        review.objective.get_absolute_url(),
        _("Read it"),
    )


def change_waiting(change: ChangeRequest) -> Waiting:
    return Waiting(
        "hourglass",
        _("A change of “%s” waits for your answer") % change.objective.title,
        change.words,
        reverse("objectives:requests", args=[change.objective_id]),
        _("Decide"),
    )


def closing_waiting(objective: Objective) -> Waiting:
    due = short_day(objective.cycle.grading_due)
    return Waiting(
        "scale",
        _("“%s” is to be closed and scored") % objective.title,
        _("By %(day)s") % {"day": due},
        reverse("objectives:close", args=[objective.pk]),
        _("Score it"),
    )


def draft_waiting(objective: Objective) -> Waiting:
    return Waiting(
        "pencil",
        _("“%s” is a draft") % objective.title,
        _("It counts, and others see it, once you commit to it."),
        objective.get_absolute_url(),
        _("Finish it"),
    )


def loose_waiting(objective: Objective) -> Waiting:
    return Waiting(
        "git-branch",
        _("“%s” has no parent goal") % objective.title,
        _("Linking it shows everybody what it moves."),
        reverse("objectives:link_create", args=[objective.pk]),
        _("Link it"),
    )


def lost_waiting(objective: Objective) -> Waiting:
    return Waiting(
        "unlink",
        _("“%s” lost its parent goal") % objective.title,
        _("What it contributed to is over. It goes on; link it to something that runs."),
        reverse("objectives:link_create", args=[objective.pk]),
        _("Link it"),
    )


def need_waiting(one: Dependency) -> Waiting:
    title = _("%(asker)s needs something from %(provider)s")
    if one.state == Dependency.State.COUNTERED:
        title = _("%(provider)s offers %(asker)s something else")
    names = {"asker": one.asker.name, "provider": one.provider.name}
    act = _("Answer")
    return Waiting("hand-helping", title % names, one.promise, one.get_absolute_url(), act)


def part_waiting(part: Part) -> Waiting:
    title = _("What does %(department)s take on for the one focus?")
    asked = _("%(name)s asks you for its part.") % {
        "name": part.asked_by.name if part.asked_by else ""
    }
    url = reverse("objectives:part_write", args=[part.objective_id, part.department_id])
    return Waiting("flag", title % {"department": part.department.name}, asked, url, _("Take it"))


def answers_waiting(count: int) -> Waiting:
    title = ngettext(
        "%(n)d draft of another department waits for your answer",
        "%(n)d drafts of other departments wait for your answer",
        count,
    ) % {"n": count}
    detail = _("Support it, say what worries you, or what you need.")
    return Waiting("messages-square", title, detail, reverse("objectives:planning"), _("Answer"))


def departments_around(person: Person, day: date) -> set[UUID]:
    """Return where a person is placed, with every department above it."""
    placed = Placement.objects.on(day).filter(person=person).values_list("department", flat=True)
    start = set(placed)
    links = DepartmentParent.objects.on(day).values_list("department_id", "parent_id")
    return start | reachable(start, links) if start else start


@dataclass
class Member:
    """A report as their manager sees them."""

    person: Person
    objectives: list[Objective]
    last_check_in: date | None
    is_late: bool


def team_of(manager: Person, today: date) -> list[Member]:
    """Return the people who report to a manager today, whoever is late first.

    Three statements, however many they are.
    """
    people = list(Person.objects.present(today).reporting_to(manager, today))
    late = set(late_reports(manager, today))
    objectives = Objective.objects.live().visible_to(manager).filter(owner__in=people)
    running = list(objectives.filter(cycle__start__lte=today, cycle__end__gte=today).with_people())
    Yardstick(manager.organization, today).hold(*running)
    members = []
    for person in people:
        own = [one for one in running if one.owner_id == person.pk]
        dates = [one.checked_in_on for one in own if one.checked_in_on]
        members.append(Member(person, own, max(dates, default=None), person in late))
    return sorted(members, key=lambda member: (not member.is_late, member.person.name))


def late_reports(manager: Person, today: date) -> list[Person]:
    """Return who of a manager's reports has let the period's due date pass in silence.

    Asked in their organization's usual period; a person with a period of their own is told apart
    by it on their own page.
    """
    period = CheckInPeriod.usual(manager.organization, today)
    if period is None or today <= period.due_on:
        return []
    made = KeyResult.objects.filter(check_ins__effective_on__gte=period.opens_on)
    waiting = KeyResult.objects.running(period.due_on).exclude(pk__in=made.values("pk"))
    reports = Person.objects.present(today).reporting_to(manager, today)
    return list(reports.filter(pk__in=waiting.values("owner")))
