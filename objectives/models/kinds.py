"""What each kind of objective asks for before it is committed (domain §3)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from . import one_focus

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
    if taken := one_focus.in_the_way(objective, objective.cycle):
        missing.append(taken)
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
