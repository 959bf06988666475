"""What the four kinds are, for whoever is about to write one (R8, R20 to R44)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from organizations.models import Cycle

from .examples import EXAMPLES, Example
from .models import Objective

Kind = Objective.Kind


@dataclass(frozen=True)
class Choice:
    """A kind in words: what it is, when it fits, and what pressing it does."""

    kind: Objective.Kind
    icon: str
    title: Any
    sentence: Any
    when: Any
    act: Any

    @property
    def examples(self) -> tuple[Example, ...]:
        return EXAMPLES[self.kind]


CHOICES = (
    Choice(
        Kind.DEPARTMENTAL,
        "building-2",
        _("New departmental objective"),
        _("What one department sets out to reach, with the others watching and answering."),
        _("Fits when the direction is known and departments count on each other."),
        _("Write a departmental objective"),
    ),
    Choice(
        Kind.SUPPORTING,
        "target",
        _("New supporting objective"),
        _("The share of a team or a person in something larger."),
        _("Fits for most of what teams and people take on in a quarter."),
        _("Write a supporting objective"),
    ),
    Choice(
        Kind.THEMATIC,
        "users-round",
        _("New theme"),
        _("A line that four to six functions follow together, with key results they share."),
        _("Fits when the change runs across departments, like how customers are treated."),
        _("Write a theme"),
    ),
    Choice(
        Kind.ONE_FOCUS,
        "flag",
        _("New one focus"),
        _("The one answer of the whole company to a threat or an opportunity."),
        _("Fits when one thing outweighs all else. Only one runs; every department has a part."),
        _("Draft a one focus"),
    ),
)


# How many closed quarters make an organization practised enough to plan across departments.
PRACTISED_AFTER = 2


def suggested_kind() -> str:
    """Return the kind worth trying next: departmental ones, after a few closed quarters (R21)."""
    closed = Cycle.objects.quarters().exclude(closed_at=None)
    return Kind.DEPARTMENTAL if closed.count() >= PRACTISED_AFTER else ""


def words_of(kind: str) -> Choice | None:
    return next((one for one in CHOICES if one.kind == kind), None)
