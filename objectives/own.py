"""A person's own work: what they draft, what runs, and what is over (My OKRs, issue 3 item 9)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from organizations.models import Person

from .alignment import chains
from .models import KeyResult, Objective
from .models.objective import ObjectiveQuerySet
from .standing import Yardstick

DRAFTS_SHOWN = 30
RUNNING_ON_A_PAGE = 30
# So many show what they are measured by at once; the others are a line, and a press away.
IN_FULL = 6
ELSEWHERE_SHOWN = 50
EARLIER_ON_A_PAGE = 50
OVER = Q(closed_at__isnull=False) | Q(cancelled_at__isnull=False)


@dataclass
class Own:
    """One person's; a fixed number of statements and a bounded page, however much it is."""

    person: Person
    today: date
    number: str | None = None

    @cached_property
    def yardstick(self) -> Yardstick:
        return Yardstick(self.person.organization, self.today)

    @property
    def mine(self) -> ObjectiveQuerySet:
        seen: ObjectiveQuerySet = Objective.objects.visible_to(self.person)
        return seen.owned_by(self.person).with_people().order_by("-cycle__start", "title", "pk")

    @cached_property
    def drafts(self) -> list[Any]:
        return list(self.mine.drafts()[: DRAFTS_SHOWN + 1])

    @property
    def drafts_shown(self) -> list[Any]:
        return self.drafts[:DRAFTS_SHOWN]

    @property
    def more_drafts(self) -> bool:
        return len(self.drafts) > DRAFTS_SHOWN

    @cached_property
    def page(self) -> Page[Any]:
        """Return a page of what runs or is to be scored, each with what it ``moves``."""
        running = self.mine.live().order_by("-cycle__start", "title", "pk")
        page = Paginator(running, RUNNING_ON_A_PAGE).get_page(self.number)
        found: list[Any] = list(page.object_list)
        page.object_list = found
        above = chains(found, self.person)
        for one in found:
            one.moves = above[one.pk]
        self.yardstick.hold(*found)
        return page

    @cached_property
    def in_full(self) -> list[Any]:
        """Return the first of the page with their key results."""
        first = list(self.page.object_list[:IN_FULL])
        key_results = KeyResult.objects.kept().filter(objective__in=first).with_objective()
        rows: dict[Any, list[Any]] = {one.pk: [] for one in first}
        for key_result in key_results.in_order():
            rows[key_result.objective_id].append(key_result)
            self.yardstick.hold(key_result)
        for one in first:
            one.counted = rows[one.pk]
        return first

    @property
    def in_brief(self) -> list[Any]:
        return list(self.page.object_list[IN_FULL:])

    @cached_property
    def elsewhere(self) -> list[Any]:
        """Return what the person counts for others' objectives."""
        found: list[Any] = list(
            KeyResult.objects.in_others_objectives(self.person, self.today)[:ELSEWHERE_SHOWN]
        )
        self.yardstick.hold(*found)
        return found

    @cached_property
    def has_earlier(self) -> bool:
        return self.mine.filter(OVER).exists()

    @cached_property
    def has_archived(self) -> bool:
        return self.mine.archived().exists()

    @property
    def is_empty(self) -> bool:
        here = self.drafts or self.page.paginator.count or self.elsewhere
        return not (here or self.has_earlier or self.has_archived)

    @cached_property
    def earlier(self) -> Page[Any]:
        """Return a page of what is over, the newest cycle first, each with its score (F3)."""
        over = self.mine.filter(OVER).select_related("owner", "cycle", "snapshot")
        return Paginator(over, EARLIER_ON_A_PAGE).get_page(self.number)
