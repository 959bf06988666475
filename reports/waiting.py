"""What waits for a person: their own unfinished work, and what others want from them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkins.models import Conversation
from core.templatetags.ui import short_day
from objectives.life import Stage, stage_of
from objectives.links import proposals_for
from objectives.models import (
    Alignment,
    ChangeRequest,
    Dependency,
    Objective,
    Part,
    Review,
)
from objectives.permissions import departments_of
from objectives.planning import unanswered
from organizations.models import Cycle, Person

from .team import late_reports

WAITING_SHOWN = 3
OWN_LOOKED_AT = 200


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person: what, why, and the way to it."""

    icon: str
    title: str
    detail: str
    url: str
    act: str


class Inbox:
    """One person's; everything is asked for when the page shows it."""

    def __init__(self, person: Person, today: date) -> None:
        self.person, self.today = person, today

    @cached_property
    def proposals(self) -> list[Alignment]:
        """Return the links that others propose to what is the person's."""
        return proposals_for(self.person)

    @property
    def count(self) -> int:
        return len(self.waiting) + len(self.proposals)

    @cached_property
    def own(self) -> list[Any]:
        """Return what is theirs and not over, each with whether it is ``placed`` in the tree.

        ``lost`` says that what it hangs on is over (A6).
        """
        placed = Alignment.objects.primary().of(OuterRef("pk"))
        gone = placed.exclude(parent__in=Objective.objects.open().order_by().values("pk"))
        mine = Objective.objects.owned_by(self.person).open().filter(cycle__closed_at=None)
        found = mine.annotate(placed=Exists(placed), lost=Exists(gone)).select_related("cycle")
        return list(found.order_by("cycle__end", "pk")[:OWN_LOOKED_AT])

    @cached_property
    def waiting(self) -> list[Waiting]:
        ahead = [one for one in self.own if one.cycle.end >= self.today]
        drafts = [one for one in ahead if one.is_draft]
        live = [one for one in ahead if not one.is_draft]
        loose = [one for one in live if not one.placed and one.level != Objective.Level.COMPANY]
        lost = [one for one in live if one.lost]
        return [
            *(talk_waiting(one, self.person) for one in self._talks()),
            *self._to_decide(),
            *(closing_waiting(one) for one in self._to_score()[:WAITING_SHOWN]),
            *(draft_waiting(one) for one in drafts[:WAITING_SHOWN]),
            *(loose_waiting(one) for one in loose[:WAITING_SHOWN]),
            *(lost_waiting(one) for one in lost[:WAITING_SHOWN]),
            *self._team_waiting(),
            *self._planning_waiting(),
        ]

    def _talks(self) -> list[Conversation]:
        """The conversations in which it is this person's turn."""
        turn = Conversation.objects.waiting_for(self.person, self.person.today())
        return list(turn.with_people()[:WAITING_SHOWN])

    def _to_score(self) -> list[Any]:
        """What is theirs whose cycle is to be scored."""
        return [one for one in self.own if stage_of(one, self.today) == Stage.CLOSING]

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


def talk_waiting(one: Conversation, person: Person) -> Waiting:
    """Say whose turn it is and who will read it, before anything is written."""
    names = {"kind": one.get_kind_display(), "name": one.other_than(person).name}
    about = {"day": short_day(one.due_on), "name": one.other_than(person).first_name}
    if one.held_at:
        title, detail, act = _("Sign off: %(kind)s with %(name)s"), _("Held"), _("Read it")
    elif person.pk == one.employee_id:
        title, act = _("Prepare: %(kind)s with %(name)s"), _("Prepare")
        detail = _("Due %(day)s. Only you and %(name)s read it.")
    else:
        title, act = _("Answer: %(kind)s with %(name)s"), _("Answer")
        detail = _("Due %(day)s. Only you and %(name)s read it.")
    url = one.get_absolute_url()
    return Waiting("messages-square", title % names, detail % about, url, act)


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
