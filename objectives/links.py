"""The links of one objective as somebody sees them, from its own end (domain §5, A3, A4, A7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce

from organizations.models import Person

from .models import Alignment, Goal, Objective
from .models.alignment import AlignmentQuerySet

SHOWN = 50
OVER_SHOWN = 30


@dataclass
class Tie:
    """A link seen from one end: ``here`` is the goal or key result at this end, ``other`` there."""

    link: Alignment
    at_child: bool
    may_answer: bool = False
    may_end: bool = False

    @property
    def here(self) -> Goal:
        return self.link.source if self.at_child else self.link.target

    @property
    def other(self) -> Goal:
        return self.link.target if self.at_child else self.link.source

    @property
    def whole(self) -> Objective:
        """The objective at the other end."""
        return self.link.parent if self.at_child else self.link.child

    @property
    def of_key_result(self) -> bool:
        """Whether the other end is a key result."""
        key_result = self.link.parent_key_result if self.at_child else self.link.child_key_result
        return key_result is not None

    @property
    def here_is_key_result(self) -> bool:
        key_result = self.link.child_key_result if self.at_child else self.link.parent_key_result
        return key_result is not None


@dataclass
class Links:
    """What a person may see of an objective's links; one statement, however many there are.

    Where they are read as they were on a day gone by, they are ``frozen``.
    """

    objective: Objective
    person: Person
    editor: bool
    frozen: bool = False

    @cached_property
    def up(self) -> list[Tie]:
        """What it contributes to, supports or depends on; first what it hangs on."""
        ties = [tie for tie in self.both if tie.at_child][:SHOWN]
        return sorted(ties, key=lambda tie: (not tie.link.is_primary, tie.link.created_at))

    @cached_property
    def down(self) -> list[Tie]:
        """What contributes to it, supports it or depends on it, without drafts; proposals first."""
        return [tie for tie in self.both if not tie.at_child][:SHOWN]

    @cached_property
    def both(self) -> list[Tie]:
        """What it leads to and what leads to it, by one statement."""
        committed = Objective.objects.committed().order_by().values("pk")
        up, down = Q(child=self.objective), Q(parent=self.objective, child__in=committed)
        up_first = Case(When(child=self.objective, then=0), default=1)
        proposed_first = Case(When(accepted_at=None, then=0), default=1)
        links = Alignment.objects.open().filter(up | down)
        return self.ties(links.order_by(up_first, proposed_first, "child__title", "pk"))

    @cached_property
    def over(self) -> list[Tie]:
        """What was declined or ended, the latest first (A4)."""
        links = Alignment.objects.over().touching(self.objective).visible_to(self.person)
        latest = links.order_by(Coalesce("ended_at", "declined_at").desc(), "pk").with_ends()
        return [Tie(one, one.child_id == self.objective.pk) for one in latest[:OVER_SHOWN]]

    def ties(self, links: AlignmentQuerySet) -> list[Tie]:
        ties = []
        for link in links.visible_to(self.person).with_ends()[: 2 * SHOWN]:
            for key_result, objective in (
                (link.child_key_result, link.child),
                (link.parent_key_result, link.parent),
            ):
                if key_result:
                    key_result.objective = objective
            tie = Tie(link, at_child=link.child_id == self.objective.pk)
            ties.append(tie)
            if self.frozen:
                continue
            owners = {tie.here.owner_id, *([link.created_by_id] if link.is_proposed else [])}
            tie.may_end = self.editor or self.person.pk in owners | {tie.other.owner_id}
            asked_here = link.is_proposed and link.asked.pk == self.objective.pk
            tie.may_answer = asked_here and (self.editor or link.answerer == self.person)
        return ties

    @cached_property
    def further_up(self) -> list[Tie]:
        """What the objective itself leads up to, beside its primary parent."""
        ties = [tie for tie in self.up if tie.link.is_upward and not tie.here_is_key_result]
        return [tie for tie in ties if tie.link.is_proposed or not tie.link.is_primary]

    @cached_property
    def of_key_results(self) -> dict[UUID, list[Tie]]:
        """What each of its key results leads up to or depends on."""
        found: dict[UUID, list[Tie]] = defaultdict(list)
        for tie in self.up:
            if tie.here_is_key_result:
                found[tie.here.pk].append(tie)
        return found

    def hang_on(self, key_results: Iterable[Any]) -> None:
        """Give each key result its ``ties``."""
        for key_result in key_results:
            key_result.ties = self.of_key_results[key_result.pk]

    @property
    def children(self) -> list[Tie]:
        return [tie for tie in self.down if tie.link.is_upward]

    @property
    def needs(self) -> list[Tie]:
        return [tie for tie in self.up if not tie.link.is_upward]

    @property
    def needed(self) -> list[Tie]:
        return [tie for tie in self.down if not tie.link.is_upward]

    @property
    def to_answer(self) -> list[Tie]:
        return [tie for tie in (*self.up, *self.down) if tie.may_answer]

    @property
    def goals(self) -> list[Goal]:
        """Everything at the other ends, to be held against today."""
        return [tie.other for tie in (*self.up, *self.down)]


def proposals_for(person: Person) -> list[Alignment]:
    """Return what waits for a person's answer, as far as they may see both ends."""
    waiting = Alignment.objects.waiting_for(person).visible_to(person).with_ends()
    return list(waiting.order_by("asked_at", "pk")[:SHOWN])
