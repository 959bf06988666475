"""Who reads an objective, in names, and what letting fewer do so does to others (domain §6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Count, Q, Window

from organizations.models import Person

from .models import Circle, Objective

NAMED_FIRST = 12


@dataclass(frozen=True)
class Seen:
    """How many people a choice lets read, and the first of them by name."""

    count: int
    names: list[str]
    everybody: bool

    @property
    def more(self) -> int:
        return self.count - len(self.names)

    @classmethod
    def of(cls, circle: Circle, day: date) -> "Seen":
        readers = circle.readers(day).order_by("name", "pk")
        counted = readers.annotate(in_all=Window(Count("pk"))).values_list("name", "in_all")
        rows = list(counted[:NAMED_FIRST])
        count = rows[0][1] if rows else 0
        return cls(count, [name for name, _count in rows], circle.is_everybody)


@dataclass(frozen=True)
class Narrowing:
    """Who follows an objective and would lose sight of it, and which goals it would leave.

    Names only what the person who asks may see.
    """

    followers: list[Person]
    above: list[Objective]
    below: list[Objective]

    def __bool__(self) -> bool:
        return bool(self.followers or self.above or self.below)

    @classmethod
    def to(cls, objective: Objective, circle: Circle, by: Person) -> Self:
        """Compare with what is saved; nothing is affected by letting more people read."""
        before, after = objective.circle.once_told, circle.once_told
        if after.covers(before):
            return cls([], [], [])
        today = by.organization.today()
        followers = {one.pk: one for one in objective.audience()}
        kept = set(after.readers(today).filter(pk__in=followers).values_list("pk", flat=True))
        lost = [one for pk, one in followers.items() if pk not in kept and pk != by.pk]
        seen = Objective.objects.visible_to(by).order_by("title", "pk")
        linked = {"ended_at": None}
        up = seen.filter(links_with("links_down", child=objective, **linked))
        down = seen.filter(links_with("links_up", parent=objective, **linked))
        return cls(
            sorted(lost, key=lambda one: one.name),
            loosened(up.distinct(), before, after),
            loosened(down.distinct(), before, after),
        )


def links_with(name: str, **facts: object) -> Q:
    return Q(**{f"{name}__{fact}": value for fact, value in facts.items()})


def loosened(others: Iterable[Objective], before: Circle, after: Circle) -> list[Objective]:
    """Return those all of whose readers could see the narrowed objective, and can't any more."""
    circles = [(one, one.circle.once_told) for one in others]
    return [one for one, circle in circles if before.covers(circle) and not after.covers(circle)]
