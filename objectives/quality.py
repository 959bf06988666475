"""Hints at the moment of writing: plain words, never a score, each open to "yes, on purpose" (§11).

Nothing here knows the database: what is asked is a draft as it stands, saved or not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MOST_OBJECTIVES = 5
MOST_KEY_RESULTS = 5
WORDS = re.compile(r"[^\W\d_]+")
# A key result that is measured, but cannot be measured as it is written (K5).
UNMEASURABLE = frozenset(
    {"no_start", "no_target", "no_bounds", "no_milestones", "weights_all_zero"}
)


class Kind(StrEnum):
    """What a hint is about."""

    TOO_MANY_OBJECTIVES = "too_many_objectives"
    TOO_MANY_KEY_RESULTS = "too_many_key_results"
    NO_KEY_RESULT = "no_key_result"
    NO_UPWARD_LINK = "no_upward_link"
    NOT_MEASURABLE = "not_measurable"
    NO_BASELINE = "no_baseline"
    NO_OWNER = "no_owner"
    ACTIVITY_WORDS = "activity_words"
    MET_AT_THE_START = "met_at_the_start"


@dataclass(frozen=True)
class Hint:
    """One thing worth a second look; ``key_result`` is None where it is the whole objective."""

    kind: Kind
    sentence: str
    key_result: Any = None

    @property
    def about(self) -> tuple[UUID | None, str]:
        return (self.key_result.pk if self.key_result else None, self.kind)


def hints_about_key_result(key_result: Any) -> list[Hint]:
    """What is worth a second look in one key result, saved or not."""
    asked = [
        (Kind.NOT_MEASURABLE, unmeasurable(key_result)),
        (Kind.NO_BASELINE, without_baseline(key_result)),
        (Kind.ACTIVITY_WORDS, activity(key_result)),
        (Kind.MET_AT_THE_START, met_at_the_start(key_result)),
    ]
    return [Hint(kind, sentence, key_result) for kind, sentence in asked if sentence]


def hints_about_objective(
    objective: Any,
    key_results: Sequence[Any],
    *,
    others_of_owner: int,
    is_linked: bool,
    absent: Iterable[UUID] = (),
) -> list[Hint]:
    """What is worth a second look in an objective with its key results.

    ``others_of_owner`` counts what its owner has open beside it in the same cycle; ``absent`` are
    the owners of key results who are not here any more.
    """
    hints = []
    if others_of_owner + 1 > MOST_OBJECTIVES:
        hints.append(Hint(Kind.TOO_MANY_OBJECTIVES, too_many_objectives(others_of_owner + 1)))
    if len(key_results) > MOST_KEY_RESULTS:
        hints.append(Hint(Kind.TOO_MANY_KEY_RESULTS, too_many_key_results(len(key_results))))
    if not key_results and objective.basis != "children":
        words = _("It has no key result yet. How will somebody else see that you got there?")
        hints.append(Hint(Kind.NO_KEY_RESULT, words))
    if objective.level != "company" and not is_linked:
        words = _("It supports nothing above it. Which goal would miss it?")
        hints.append(Hint(Kind.NO_UPWARD_LINK, words))
    gone = set(absent)
    for one in key_results:
        hints += hints_about_key_result(one)
        if one.owner_id in gone:
            words = _("Its owner is not here any more. Who counts it from now on?")
            hints.append(Hint(Kind.NO_OWNER, words, one))
    return hints


def too_many_objectives(count: int) -> str:
    words = ngettext(
        "Its owner has %(n)d objective in this cycle. Three get done more often than seven.",
        "Its owner has %(n)d objectives in this cycle. Three get done more often than seven.",
        count,
    )
    return words % {"n": count}


def too_many_key_results(count: int) -> str:
    words = ngettext(
        "It has %(n)d key result. Which two to four would prove it?",
        "It has %(n)d key results. Which two to four would prove it?",
        count,
    )
    return words % {"n": count}


def unmeasurable(key_result: Any) -> str:
    if key_result.problem in UNMEASURABLE - {"no_start"}:
        return _("It cannot be measured as it stands. What number would tell, or which milestones?")
    return ""


def without_baseline(key_result: Any) -> str:
    if key_result.problem == "no_start":
        return _("Where does it stand today? If nobody knows, finding out is a key result too.")
    return ""


def activity(key_result: Any) -> str:
    """A numeric key result that begins with what somebody does, and not with what changes."""
    if not key_result.is_numeric:
        return ""
    first = next(iter(WORDS.findall(key_result.title.casefold())), "")
    if first not in activity_words():
        return ""
    words = _("“%(word)s” says what you will do. What will be different when you have done it?")
    return words % {"word": first}


def activity_words() -> set[str]:
    """The verbs of doing in the reader's language; a translation names its own."""
    words = pgettext(
        "words that begin an activity, separated by spaces",
        "build create deliver develop do draft hold host implement introduce launch make meet "
        "migrate organise organize plan prepare produce publish release roll run send set ship "
        "start train visit write",
    )
    return set(words.casefold().split())


def met_at_the_start(key_result: Any) -> str:
    """A target that was reached on the day it was set asks nothing of anybody."""
    if key_result.was_met_at_the_start:
        return _("It was reached from the first day. What would be worth reaching from here?")
    return ""
