"""The arithmetic of scores (domain §4): pure functions over plain values, Decimal throughout.

A score says at the end how much of what was meant has come true. Every key result is scored twice:
against the target as it stands now, and against the one that was first committed to.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from objectives.progress import Status, counted

# Rises when the same progress would be scored differently; every snapshot names the one it used.
FORMULA_VERSION = 1

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
# How far a person's own score may lie from the suggested one without a word about it.
NEEDS_A_REASON = TENTH
# Below this many people a figure about how well they foresee would be about somebody (domain §4).
FEWEST_PEOPLE = 5


class Ambition(StrEnum):
    """How much of an objective is counted on (domain §3)."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"
    LEARNING = "learning"


# From which score an ambition is green, and from which amber. What is meant for learning has none.
BANDS = {
    Ambition.COMMITTED: (Decimal("1.0"), Decimal("0.9")),
    Ambition.ASPIRATIONAL: (Decimal("0.7"), Decimal("0.4")),
}


class Scored(NamedTuple):
    """A key result, or an objective that contributes, as the objective's score sees it."""

    weight: int
    score: Decimal | None


def key_result_score(progress: Decimal | None) -> Decimal | None:
    """Score a key result from its final progress: to a tenth, between 0 and 1.

    What was never measured has no score; it is not 0. Source: domain §4.
    """
    if progress is None:
        return None
    return counted(progress).quantize(TENTH, ROUND_HALF_UP)


def objective_score(items: Iterable[Scored]) -> Decimal | None:
    """The weighted mean of what is scored, to a hundredth; None while nothing with weight is.

    Raises ValueError for a negative weight. Source: domain §4.
    """
    items = tuple(items)
    if any(item.weight < 0 for item in items):
        raise ValueError("a weight is 0 or more")
    known = [(item.weight, item.score) for item in items if item.score is not None]
    weight = sum(weight for weight, _ in known)
    if not weight:
        return None
    earned = sum((weight * score for weight, score in known), Decimal(0))
    return (earned / weight).quantize(HUNDREDTH, ROUND_HALF_UP)


def band(ambition: str, score: Decimal | None) -> Status | None:
    """How good a score is, as a status; None without a score, and for a learning ambition."""
    bounds = BANDS.get(Ambition(ambition))
    if score is None or bounds is None:
        return None
    green, amber = bounds
    if score >= green:
        return Status.ON_TRACK
    return Status.AT_RISK if score >= amber else Status.OFF_TRACK


def needs_a_reason(own: Decimal | None, suggested: Decimal | None) -> bool:
    """Whether a person's own score lies so far from the suggested one that they say why (§8).

    Where nothing is suggested there is nothing to differ from, so a score of one's own says why.
    """
    if own is None:
        return False
    return suggested is None or abs(own - suggested) >= NEEDS_A_REASON


class Foresight(NamedTuple):
    """How sure somebody was of a key result, from 1 to 10, and whether it was reached."""

    person: object
    confidence: int
    hit: bool


def calibration(said: Iterable[Foresight]) -> Decimal | None:
    """The mean squared error of what was foreseen: 0 is perfect, 0.25 is tossing a coin.

    None for fewer than five people, of whom it would tell too much. Source: domain §4.
    """
    said = tuple(said)
    if len({one.person for one in said}) < FEWEST_PEOPLE:
        return None
    errors = [(Decimal(one.confidence) / 10 - int(one.hit)) ** 2 for one in said]
    return (sum(errors, Decimal(0)) / len(errors)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
