"""One search over everything a person may see (interface §2, "Find or do")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from objectives.models import Comment, KeyResult, Objective
from objectives.standing import Yardstick
from organizations.models import Department, Person

LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """One thing that was found; ``status`` is there for what is measured."""

    thing: Any
    hint: str
    status: str = ""
    is_draft: bool = False


@dataclass(frozen=True)
class Group:
    """What of one sort was found, and whether there is more of it."""

    name: str
    icon: str
    hits: list[Hit]
    more: bool


@dataclass
class Search:
    """Words, every one of which must be in a name, a title or a comment.

    Five statements, however many rows; ``most`` is how many of each sort to look for.
    """

    person: Person
    words: str
    most: int

    @cached_property
    def terms(self) -> list[str]:
        return self.words[:LONGEST].split()

    @cached_property
    def groups(self) -> list[Group]:
        """Return what was found, sort by sort; nothing is found for no words."""
        if not self.terms:
            return []
        goals, people = (self._objectives, self._key_results), (self._people, self._departments)
        looks = (*goals, *people, self._comments)
        return [group for look in looks if (group := look()).hits]

    def _objectives(self) -> Group:
        seen = Objective.objects.visible_to(self.person).with_people().filter(self._in("title"))
        found = seen.order_by(F("closed_at").desc(nulls_first=True), "-cycle__start", "title", "pk")
        return self._group(_("Objectives"), "target", self._measured(found, objective_hit))

    def _key_results(self) -> Group:
        seen = Objective.objects.visible_to(self.person).values("pk")
        rows = KeyResult.objects.filter(self._in("title"), objective__in=seen)
        found = rows.select_related("objective__cycle").order_by(
            "-objective__cycle__start", "title"
        )
        return self._group(_("Key results"), "diamond", self._measured(found, key_result_hit))

    def _comments(self) -> Group:
        seen = Comment.objects.visible_to(self.person).filter(self._in("text"))
        found = seen.newest_first().select_related("author", "objective")[: self.most + 1]
        hits = [Hit(one, f"{one.author.name}, {one.objective.title}") for one in found]
        return self._group(_("Comments"), "message-square-text", hits)

    def _people(self) -> Group:
        seen = Person.objects.visible_to(self.person, self.today).filter(self._in("name", "email"))
        hits = [Hit(one, one.job_title) for one in seen[: self.most + 1]]
        return self._group(_("People"), "user-round", hits)

    def _departments(self) -> Group:
        seen = Department.objects.filter(self._in("name"))[: self.most + 1]
        hits = [Hit(one, one.get_kind_display()) for one in seen]
        return self._group(_("Departments"), "building-2", hits)

    def _measured(self, rows: Any, hit: Callable[[Any], Hit]) -> list[Hit]:
        found = list(rows[: self.most + 1])
        Yardstick(self.person.organization, self.today).hold(*found)
        return [hit(one) for one in found]

    def _group(self, name: str, icon: str, hits: list[Hit]) -> Group:
        return Group(name, icon, hits[: self.most], len(hits) > self.most)

    def _in(self, *names: str) -> Q:
        condition = Q()
        for term in self.terms:
            either = Q()
            for name in names:
                either |= Q(**{f"{name}__icontains": term})
            condition &= either
        return condition

    @cached_property
    def today(self) -> date:
        return self.person.organization.today()


def objective_hit(objective: Any) -> Hit:
    return Hit(objective, objective.hint, objective.standing.status, objective.is_draft)


def key_result_hit(key_result: Any) -> Hit:
    above = key_result.objective
    return Hit(key_result, above.title, key_result.standing.status, above.is_draft)
