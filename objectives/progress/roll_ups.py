"""How an objective's progress follows from its key results, its children, or both (domain §4)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .explanations import ONE, Explanation, Formula, LeftOut, Line, counted, ratio, total


class Item(NamedTuple):
    """A key result or a child as its parent sees it.

    weight      at least 0.
    progress    raw; None while unknown.
    counts      False for what never counts, such as a draft, with the reason's code in `why_not`.
    restricted  its owner shares the number only; its label is never shown (V3).
    """

    label: str
    weight: int
    progress: Decimal | None
    counts: bool = True
    why_not: str = ""
    restricted: bool = False
    measured_on: date | None = None


class RollUp(NamedTuple):
    """A parent's progress, None while unknown, and how many of its items are measured.

    `restricted` of the measured ones are shown only as "n restricted".
    """

    progress: Decimal | None
    measured: int
    total: int
    restricted: int
    explanation: Explanation


def roll_up(items: Iterable[Item]) -> RollUp:
    """The weighted mean of what the items count for, each clamped to 0 … 1.

    Unknown items are left out and named, never 0; all weights 0 is unknown too (K3). Restricted
    items count only two or more together, else one reader could work out a number that isn't
    theirs; those that don't count leave no trace, and the figure is the same for every reader.
    Raises ValueError for a negative weight. Source: domain §4, §6 V3; lessons 25, 26.
    """
    items = tuple(items)
    if any(item.weight < 0 for item in items):
        raise ValueError("a weight is 0 or more")
    named = [item for item in items if not item.restricted]
    countable = [item for item in named if item.counts]
    known = [item for item in countable if item.progress is not None]
    hidden = _countable_together(items)
    weight = sum(item.weight for item in (*known, *hidden))
    figure = _mean((*known, *hidden))
    explanation = Explanation(
        Formula.WEIGHTED_MEAN,
        figure,
        unknown_because="" if figure is not None else _why_unknown(countable, known, hidden),
        lines=(*(_line(item, weight) for item in known), *_hidden_line(hidden, weight)),
        left_out=tuple(
            LeftOut(item.label, "not_measured" if item.counts else item.why_not)
            for item in named
            if not item.counts or item.progress is None
        ),
    )
    measured, hidden_count = len(known) + len(hidden), len(hidden)
    return RollUp(figure, measured, len(countable) + hidden_count, hidden_count, explanation)


def _countable_together(items: Sequence[Item]) -> list[Item]:
    """The restricted items that count, none unless two or more of them carry weight."""
    hidden = [
        item
        for item in items
        if item.restricted and item.counts and item.progress is not None and item.weight
    ]
    return hidden if len(hidden) >= 2 else []


def _mean(items: Sequence[Item]) -> Decimal | None:
    """The weighted mean of items whose progress is known."""
    weight = sum(item.weight for item in items)
    earned = total(item.weight * counted(item.progress) for item in items if item.progress)
    return ratio(earned, weight) if weight else None


def _line(item: Item, weight: int) -> Line:
    assert item.progress is not None
    share = _share(item.weight, weight)
    return Line(item.label, item.weight, item.progress, share, item.measured_on)


def _hidden_line(hidden: Sequence[Item], weight: int) -> tuple[Line, ...]:
    mean = _mean(hidden)
    if mean is None:
        return ()
    together = sum(item.weight for item in hidden)
    return (Line("", together, mean, _share(together, weight), together=len(hidden)),)


def _share(part: int, whole: int) -> Decimal:
    return ratio(part, whole or 1)


def _why_unknown(countable: Sequence[Item], known: Sequence[Item], hidden: Sequence[Item]) -> str:
    if not countable and not hidden:
        return "nothing_counts"
    return "weights_all_zero" if known else "nothing_measured"


class Contribution(NamedTuple):
    """A child's part in its parent's sum: `allocation` (0 … 1) of its current value in `unit`."""

    label: str
    unit: str
    allocation: Decimal
    current: Decimal | None


class ChildrenSum(NamedTuple):
    """A parent's current value, None while no child has one, and the children left out."""

    value: Decimal | None
    left_out: tuple[LeftOut, ...]


class MixedUnits(ValueError):
    """Two units or two currencies under one sum."""


def children_sum(unit: str, children: Iterable[Contribution]) -> ChildrenSum:
    """The parent's current value: Σ allocation · current over the children that have one.

    `unit` holds the currency for money. Raises MixedUnits when a child has another one, known or
    not, since a sum of both means nothing. Source: domain §4, children_sum.
    """
    children = tuple(children)
    if any(child.unit != unit for child in children):
        raise MixedUnits(f"every child of a sum in {unit} is in {unit}")
    known = [child.allocation * child.current for child in children if child.current is not None]
    unknown = (child.label for child in children if child.current is None)
    left_out = tuple(LeftOut(label, "not_measured") for label in unknown)
    return ChildrenSum(total(known) if known else None, left_out)


def is_over_allocated(allocations: Iterable[Decimal]) -> bool:
    """Whether one child gives its parents more than 100 % of itself."""
    return total(allocations) > ONE
