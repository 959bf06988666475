"""What each kind of objective asks for before it is committed (domain §3)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from .objective import Objective

FEWEST_FUNCTIONS, MOST_FUNCTIONS = 4, 6


def missing_for_kind(objective: "Objective") -> list[str]:
    """Return what a kind still asks for, as sentences for the owner."""
    rules = {
        "one_focus": missing_for_one_focus,
        "departmental": missing_for_departmental,
        "thematic": missing_for_theme,
    }
    rule = rules.get(objective.kind)
    return rule(objective) if rule else []


def missing_for_one_focus(objective: "Objective") -> list[str]:
    missing = []
    if not objective.challenge or not objective.challenge_words:
        missing.append(gettext("Say which threat or opportunity it answers."))
    others = type(objective).objects.live().filter(kind=objective.kind)
    if others.exclude(pk=objective.pk).exists():
        missing.append(gettext("Close the one focus there is. There can only be one."))
    return missing


def missing_for_departmental(objective: "Objective") -> list[str]:
    return [] if objective.department_id else [gettext("Say which department it belongs to.")]


def missing_for_theme(objective: "Objective") -> list[str]:
    """Four to six functions, or a reason for another number: a warning and not a wall (R37)."""
    if functions_fit(objective.functions.count()) or objective.functions_reason:
        return []
    return [
        gettext("Name the four to six functions that take part, or say why it is another number.")
    ]


def functions_fit(count: int) -> bool:
    return FEWEST_FUNCTIONS <= count <= MOST_FUNCTIONS
