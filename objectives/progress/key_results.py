"""How far a key result has come: every measure and direction of domain §4.

`explain` is the one function that computes it. A number, a percentage, a currency, a duration and a
score differ in how they are written and not in how they progress: their direction decides. For
yes_no, milestones and judgement the measure decides, and the direction says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from .explanations import ONE, ZERO, Explanation, Formula, Input, ratio, total


class Measure(StrEnum):
    """What kind of thing a key result counts."""

    NUMBER = "number"
    PERCENT = "percent"
    CURRENCY = "currency"
    DURATION = "duration"
    SCORE = "score"
    YES_NO = "yes_no"
    MILESTONES = "milestones"
    JUDGEMENT = "judgement"


class Direction(StrEnum):
    """Which way is good."""

    INCREASE = "increase"
    DECREASE = "decrease"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    WITHIN = "within"
    BASELINE = "baseline"


class Aggregation(StrEnum):
    """How the periods of a limit become one value."""

    LATEST = "latest"
    MEAN_OF_PERIODS = "mean_of_periods"
    SHARE_OF_PERIODS_OK = "share_of_periods_ok"


class Problem(StrEnum):
    """Why a key result's progress cannot be computed as it is written (K1, K3, K5)."""

    NO_START = "no_start"
    NO_TARGET = "no_target"
    START_EQUALS_TARGET = "start_equals_target"
    WRONG_WAY = "wrong_way"
    NO_BOUNDS = "no_bounds"
    BOUNDS_CROSSED = "bounds_crossed"
    RED_NOT_BEYOND_LIMIT = "red_not_beyond_limit"
    NO_MILESTONES = "no_milestones"
    NEGATIVE_WEIGHT = "negative_weight"
    WEIGHTS_ALL_ZERO = "weights_all_zero"
    GRADE_OUT_OF_RANGE = "grade_out_of_range"


NUMERIC = frozenset(
    {Measure.NUMBER, Measure.PERCENT, Measure.CURRENCY, Measure.DURATION, Measure.SCORE}
)
LIMITS = frozenset({Direction.AT_LEAST, Direction.AT_MOST, Direction.WITHIN})
_BY_MEASURE = frozenset({Measure.YES_NO, Measure.MILESTONES, Measure.JUDGEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultFacts:
    """What progress depends on. Values are in the key result's own unit, None where not given.

    start, target       increase and decrease; a limit has only a target.
    lower, upper        the bounds of `within`, inclusive.
    red_low, red_high   where a limit's progress has fallen to 0. Without one, every breach is 0.
    current             the latest value, None before the first check-in; 0 or 1 for yes_no, a
                        grade from 0.0 to 1.0 for judgement; not read for milestones.
    measured_on         the effective date of the latest check-in.
    source              for a baseline, where its value comes from.
    milestones          (weight, done) of each.
    periods             for a limit, the value of each due period, None for a missed one.
    """

    measure: Measure
    direction: Direction = Direction.INCREASE
    start: Decimal | None = None
    target: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    red_low: Decimal | None = None
    red_high: Decimal | None = None
    current: Decimal | None = None
    measured_on: date | None = None
    source: str = ""
    milestones: tuple[tuple[int, bool], ...] = ()
    aggregation: Aggregation = Aggregation.LATEST
    periods: tuple[Decimal | None, ...] = ()

    @property
    def weight_total(self) -> int:
        return sum(weight for weight, _ in self.milestones)

    @property
    def weight_done(self) -> int:
        return sum(weight for weight, done in self.milestones if done)

    @property
    def periods_due(self) -> int:
        return len(self.periods)

    @property
    def periods_missed(self) -> int:
        return self.periods.count(None)

    @property
    def periods_ok(self) -> int:
        return sum(_keeps_limit(self, c) == ONE for c in self.periods if c is not None)


def progress(facts: KeyResultFacts) -> Decimal | None:
    """The raw fraction, which may exceed 1 or fall below 0; None while unknown, never 0 instead.

    Six decimals, rounded down, so that 1 means reached. Source: domain §4; lessons 9.
    """
    return explain(facts).figure


def explain(facts: KeyResultFacts) -> Explanation:
    """The progress together with its formula and inputs (domain §4, "explain this number").

    An unknown figure says why: a `Problem`'s code, or `no_check_in`.
    """
    formula = _formula(facts)
    rule = _RULES[formula]
    reached = value(facts)
    why = rule.problem(facts) or ("no_check_in" if reached is None else "")
    figure = None if why or reached is None else rule.progress(facts, reached)
    inputs = [Input(name, getattr(facts, name)) for name in rule.inputs]
    inputs = [given for given in inputs if given.value is not None]
    if _is_limit(facts):
        inputs.append(Input("aggregation", facts.aggregation))
    inputs += [Input("value", reached), Input("measured_on", facts.measured_on)]
    return Explanation(formula, figure, tuple(inputs), why)


def problem(facts: KeyResultFacts) -> str | None:
    """Why progress cannot be computed as the key result is written, as a code, or None.

    Never raises, since a draft may hold anything. Source: domain §4, K1, K3, K5.
    """
    return _RULES[_formula(facts)].problem(facts)


def value(facts: KeyResultFacts) -> Decimal | None:
    """The value that the formula reads, None before the first check-in.

    The weight done for milestones, the mean of the periods that have a value, the number of periods
    that kept a limit, else the latest value. A missed period is not ok and has no part in a mean.
    """
    if facts.measure == Measure.MILESTONES:
        started = facts.weight_done or facts.measured_on or facts.current is not None
        return Decimal(facts.weight_done) if started else None
    if not _is_limit(facts) or facts.aggregation == Aggregation.LATEST:
        return facts.current
    known = [c for c in facts.periods if c is not None]
    if not known:
        return None
    if facts.aggregation == Aggregation.SHARE_OF_PERIODS_OK:
        return Decimal(facts.periods_ok)
    return total(known) / len(known)


def values_at(facts: KeyResultFacts, at: Decimal) -> tuple[Decimal, ...]:
    """The values at which progress is `at` (0.5 is half way), in the key result's own unit.

    One for most; two, low then high, for `within`; none where no value gives that progress, as in a
    limit without a red bound, or while there is a `problem`. For milestones it is the weight done,
    for share_of_periods_ok the share itself.
    """
    rule = _RULES[_formula(facts)]
    return () if rule.problem(facts) else rule.values_at(facts, at)


def in_words(facts: KeyResultFacts, at: Decimal) -> Decimal | None:
    """The one value at which progress is `at`, for "50 % would be …"; None if none or two."""
    values = values_at(facts, at)
    return values[0] if len(values) == 1 else None


def target_by_percent(start: Decimal, percent: Decimal, direction: Direction) -> Decimal:
    """The target "by `percent` %" from `start`: s · (1 ± x/100), resolved when written (domain §4).

    Below zero it still moves the way the direction says: 10 % less than -100 is -110.
    Raises ValueError for a start of 0, of which every percentage is 0, for a percentage that is not
    above 0, and for a direction other than increase and decrease.
    """
    if start == 0 or percent <= 0:
        raise ValueError("a change by a percentage needs a start that is not 0 and a percentage")
    if direction not in {Direction.INCREASE, Direction.DECREASE}:
        raise ValueError("only an increase or a decrease goes by a percentage")
    change = abs(start) * percent / 100
    return start + change if direction == Direction.INCREASE else start - change


def _is_limit(facts: KeyResultFacts) -> bool:
    return facts.measure not in _BY_MEASURE and facts.direction in LIMITS


def _formula(facts: KeyResultFacts) -> Formula:
    if facts.measure in _BY_MEASURE:
        return Formula(facts.measure)
    if _is_limit(facts) and facts.aggregation == Aggregation.SHARE_OF_PERIODS_OK:
        return Formula.SHARE_OF_PERIODS_OK
    return Formula(facts.direction)


# From start to target.


def _change_problem(facts: KeyResultFacts) -> Problem | None:
    if facts.start is None:
        return Problem.NO_START
    if facts.target is None:
        return Problem.NO_TARGET
    if facts.start == facts.target:
        return Problem.START_EQUALS_TARGET
    upward = facts.target > facts.start
    return None if upward == (facts.direction == Direction.INCREASE) else Problem.WRONG_WAY


def _change(facts: KeyResultFacts, c: Decimal) -> Decimal:
    assert facts.start is not None
    assert facts.target is not None
    return ratio(c - facts.start, facts.target - facts.start)


def _change_at(facts: KeyResultFacts, at: Decimal) -> tuple[Decimal, ...]:
    assert facts.start is not None
    assert facts.target is not None
    return (facts.start + at * (facts.target - facts.start),)


# Limits: each direction is a pair of sides, (bound, red), either of which may be missing.


class _Side(NamedTuple):
    """A limit from above; one from below is mirrored, with every value negated."""

    bound: Decimal
    red: Decimal | None

    def progress(self, c: Decimal) -> Decimal:
        if c <= self.bound:
            return ONE
        if self.red is None or c >= self.red:
            return ZERO
        return ratio(self.red - c, self.red - self.bound)

    def values_at(self, at: Decimal) -> tuple[Decimal, ...]:
        if at == ONE:
            return (self.bound,)
        if self.red is None or not ZERO <= at < ONE:
            return ()
        return (self.red - at * (self.red - self.bound),)


def _bounds(facts: KeyResultFacts) -> tuple[Decimal | None, Decimal | None]:
    """The lowest and the highest value that keep the limit."""
    match facts.direction:
        case Direction.AT_LEAST:
            return facts.target, None
        case Direction.AT_MOST:
            return None, facts.target
        case _:
            return facts.lower, facts.upper


def _from_below(facts: KeyResultFacts) -> _Side | None:
    bound, red = _bounds(facts)[0], facts.red_low
    return None if bound is None else _Side(-bound, None if red is None else -red)


def _from_above(facts: KeyResultFacts) -> _Side | None:
    bound = _bounds(facts)[1]
    return None if bound is None else _Side(bound, facts.red_high)


def _limit_problem(facts: KeyResultFacts) -> Problem | None:
    below, above = _from_below(facts), _from_above(facts)
    if facts.direction == Direction.WITHIN:
        if below is None or above is None:
            return Problem.NO_BOUNDS
        if -below.bound > above.bound:
            return Problem.BOUNDS_CROSSED
    elif facts.target is None:
        return Problem.NO_TARGET
    sides = [side for side in (below, above) if side and side.red is not None]
    crossed = any(side.red is not None and side.red <= side.bound for side in sides)
    return Problem.RED_NOT_BEYOND_LIMIT if crossed else None


def _keeps_limit(facts: KeyResultFacts, c: Decimal) -> Decimal:
    """The worse of the two sides; 1 where a side is missing."""
    below, above = _from_below(facts), _from_above(facts)
    return min(below.progress(-c) if below else ONE, above.progress(c) if above else ONE)


def _limit_at(facts: KeyResultFacts, at: Decimal) -> tuple[Decimal, ...]:
    below, above = _from_below(facts), _from_above(facts)
    low = tuple(-c for c in below.values_at(at)) if below else ()
    return low + (above.values_at(at) if above else ())


# What is not a number on a scale.


def _milestones_problem(facts: KeyResultFacts) -> Problem | None:
    if not facts.milestones:
        return Problem.NO_MILESTONES
    if any(weight < 0 for weight, _ in facts.milestones):
        return Problem.NEGATIVE_WEIGHT
    return None if facts.weight_total else Problem.WEIGHTS_ALL_ZERO


def _judgement_problem(facts: KeyResultFacts) -> Problem | None:
    graded = facts.current is None or ZERO <= facts.current <= ONE
    return None if graded else Problem.GRADE_OUT_OF_RANGE


def _baseline(facts: KeyResultFacts, _: Decimal) -> Decimal:
    """1 once value, date and source are recorded; a value alone is a beginning, so 0."""
    return ONE if facts.measured_on and facts.source else ZERO


class _Rule(NamedTuple):
    """How one formula works; `inputs` names the facts it reads beside the value."""

    inputs: tuple[str, ...]
    problem: Callable[[KeyResultFacts], Problem | None]
    progress: Callable[[KeyResultFacts, Decimal], Decimal]
    values_at: Callable[[KeyResultFacts, Decimal], tuple[Decimal, ...]]


_CHANGE = _Rule(("start", "target"), _change_problem, _change, _change_at)
_RULES = {
    Formula.INCREASE: _CHANGE,
    Formula.DECREASE: _CHANGE,
    Formula.AT_LEAST: _Rule(("target", "red_low"), _limit_problem, _keeps_limit, _limit_at),
    Formula.AT_MOST: _Rule(("target", "red_high"), _limit_problem, _keeps_limit, _limit_at),
    Formula.WITHIN: _Rule(
        ("lower", "upper", "red_low", "red_high"), _limit_problem, _keeps_limit, _limit_at
    ),
    Formula.SHARE_OF_PERIODS_OK: _Rule(
        ("target", "lower", "upper", "periods_due", "periods_missed"),
        _limit_problem,
        lambda facts, ok: ratio(ok, facts.periods_due),
        lambda _, at: (at,),
    ),
    Formula.BASELINE: _Rule(("source",), lambda _: None, _baseline, lambda *_: ()),
    Formula.YES_NO: _Rule(
        (),
        lambda _: None,
        lambda _, c: ONE if c else ZERO,
        lambda _, at: (at,) if at in {ZERO, ONE} else (),
    ),
    Formula.MILESTONES: _Rule(
        ("weight_total",),
        _milestones_problem,
        lambda facts, done: ratio(done, facts.weight_total),
        lambda facts, at: (at * facts.weight_total,),
    ),
    Formula.JUDGEMENT: _Rule((), _judgement_problem, lambda _, c: ratio(c, 1), lambda _, at: (at,)),
}
