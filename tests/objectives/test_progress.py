"""The arithmetic of progress (`objectives/progress`): the cases of domain §4 and §14."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.dates import WorkingWeek
from objectives.progress import (
    Aggregation,
    Contribution,
    Direction,
    Expectation,
    Formula,
    Item,
    KeyResultFacts,
    LeftOut,
    Measure,
    MixedUnits,
    Pace,
    PaceBands,
    Problem,
    Status,
    children_sum,
    counted,
    disagreement,
    expected,
    expected_line,
    explain,
    explain_expected,
    gap_in_points,
    in_percent,
    in_words,
    is_dormant,
    is_over_allocated,
    is_stale,
    lowest_confidence,
    mean_confidence,
    over_periods,
    pace,
    phases_of_milestones,
    phases_of_values,
    problem,
    progress,
    roll_up,
    shown_status,
    status_from_confidence,
    target_by_percent,
    value,
    values_at,
    weakest,
)

A_DAY = timedelta(days=1)
VALUES = st.decimals(-10_000, 10_000, places=2)
STEPS = st.decimals("0.01", 10_000, places=2)
FACTORS = st.decimals("0.001", 1_000, places=3)
FRACTIONS = st.decimals(-1, 2, places=6)
ON = Status.ON_TRACK
RISK = Status.AT_RISK
OFF = Status.OFF_TRACK


def D(text):  # noqa: N802
    return None if text is None else Decimal(text)


def key_result(direction="increase", current=None, measure="number", **facts):
    """Facts written with plain numbers."""
    numbers = ("start", "target", "lower", "upper", "red_low", "red_high")
    given = {name: D(number) if name in numbers else number for name, number in facts.items()}
    if "periods" in given:
        given["periods"] = tuple(D(c) for c in given["periods"])
    return KeyResultFacts(
        measure=Measure(measure), direction=Direction(direction), current=D(current), **given
    )


def up(current, start=0, target=100, **facts):
    return key_result("increase", current, start=start, target=target, **facts)


def down(current, start=100, target=0):
    return key_result("decrease", current, start=start, target=target)


def at_most(current, red_high=20, **facts):
    return key_result("at_most", current, target=10, red_high=red_high, **facts)


def at_least(current, red_low=80, **facts):
    return key_result("at_least", current, target=90, red_low=red_low, **facts)


def within(current, red_low=20, red_high=80, **facts):
    bounds = {"lower": 40, "upper": 60, "red_low": red_low, "red_high": red_high}
    return key_result("within", current, **bounds, **facts)


# Key results

PROGRESS = [
    pytest.param(up(0), "0", id="increase, at the start"),
    pytest.param(up(55), "0.55", id="increase, on the way"),
    pytest.param(up(100), "1", id="increase, reached"),
    pytest.param(up(128), "1.28", id="increase, beyond 100 %"),
    pytest.param(up(-20), "-0.2", id="increase, below the start"),
    pytest.param(up(70, start=40, target=80), "0.75", id="the baseline counts"),
    pytest.param(up(-5, start=-10, target=0), "0.5", id="increase, from below zero"),
    pytest.param(up("2", start=0, target=3), "0.666666", id="rounded down"),
    pytest.param(up("99.99999999"), "0.999999", id="1 means reached"),
    pytest.param(down(100), "0", id="decrease, at the start"),
    pytest.param(down(40), "0.6", id="decrease, on the way"),
    pytest.param(down(-20), "1.2", id="decrease, below zero and beyond"),
    pytest.param(down(-5, start=10, target=-10), "0.75", id="decrease, to a target below zero"),
    pytest.param(down(110), "-0.1", id="decrease, worse than the start"),
    pytest.param(up("1e15", target="0.0001"), "1e19", id="far beyond"),
    pytest.param(at_most(9), "1", id="at most, kept"),
    pytest.param(at_most(10), "1", id="at most, exactly"),
    pytest.param(at_most(10, red_high=None), "1", id="at most, exactly, without a red bound"),
    pytest.param(at_most(15), "0.5", id="at most, half way to red"),
    pytest.param(at_most(20), "0", id="at most, red"),
    pytest.param(at_most(99), "0", id="at most, far beyond red"),
    pytest.param(at_most("10.01", red_high=None), "0", id="at most, breached without a red bound"),
    pytest.param(at_least(95), "1", id="at least, kept"),
    pytest.param(at_least(90), "1", id="at least, exactly"),
    pytest.param(at_least(85), "0.5", id="at least, half way to red"),
    pytest.param(at_least(80), "0", id="at least, red"),
    pytest.param(at_least("89.9", red_low=None), "0", id="at least, breached without a red bound"),
    pytest.param(within(40), "1", id="within, on the lower bound"),
    pytest.param(within(60), "1", id="within, on the upper bound"),
    pytest.param(within(30), "0.5", id="within, too low"),
    pytest.param(within(75), "0.25", id="within, too high"),
    pytest.param(within(20), "0", id="within, red below"),
    pytest.param(within(61, red_high=None), "0", id="within, no red above"),
    pytest.param(key_result(measure="yes_no", current=0), "0", id="yes/no, no"),
    pytest.param(key_result(measure="yes_no", current=1), "1", id="yes/no, yes"),
    pytest.param(
        key_result(measure="milestones", milestones=((1, True), (3, False))),
        "0.25",
        id="milestones, by weight",
    ),
    pytest.param(
        key_result(measure="milestones", milestones=((0, True), (2, True))),
        "1",
        id="milestones, all done",
    ),
    pytest.param(
        key_result(measure="milestones", milestones=((1, False),), measured_on=date(2026, 4, 3)),
        "0",
        id="milestones, none done says the check-in",
    ),
    pytest.param(key_result(measure="judgement", current="0.7"), "0.7", id="judgement"),
    pytest.param(
        key_result("baseline", 42, measured_on=date(2026, 4, 3), source="Survey"),
        "1",
        id="baseline, recorded",
    ),
    pytest.param(key_result("baseline", 42, source="Survey"), "0", id="baseline, without a date"),
    pytest.param(
        key_result("baseline", 0, measured_on=date(2026, 4, 3), source="Survey"),
        "1",
        id="baseline, of zero",
    ),
]


@pytest.mark.parametrize(("facts", "expected"), PROGRESS)
def test_progress(facts, expected):
    assert progress(facts) == D(expected)
    assert problem(facts) is None


@pytest.mark.parametrize("measure", ["number", "percent", "currency", "duration", "score"])
def test_every_number_progresses_alike(measure):
    assert progress(key_result(current=30, measure=measure, start=20, target=40)) == D("0.5")


UNKNOWN = [
    pytest.param(up(None), id="increase"),
    pytest.param(down(None), id="decrease"),
    pytest.param(at_most(None), id="at most"),
    pytest.param(at_least(None), id="at least"),
    pytest.param(within(None), id="within"),
    pytest.param(key_result("baseline"), id="baseline"),
    pytest.param(key_result(measure="yes_no"), id="yes/no"),
    pytest.param(key_result(measure="judgement"), id="judgement"),
    pytest.param(key_result(measure="milestones", milestones=((1, False),)), id="milestones"),
    pytest.param(at_most(5, aggregation=Aggregation.MEAN_OF_PERIODS), id="mean of no periods"),
    pytest.param(
        at_most(5, aggregation=Aggregation.SHARE_OF_PERIODS_OK, periods=(None, None)),
        id="share of periods, all missed",
    ),
]


@pytest.mark.parametrize("facts", UNKNOWN)
def test_without_a_check_in_progress_is_unknown_and_not_zero(facts):
    assert progress(facts) is None
    assert explain(facts).unknown_because == "no_check_in"


def test_a_decrease_that_has_not_begun_is_not_minus_zero():
    assert str(progress(down(100))) == "0.000000"


def test_what_was_reached_and_lost_falls_again():
    assert [progress(up(current)) for current in (80, 100, 70)] == [D("0.8"), D(1), D("0.7")]


@pytest.mark.parametrize(
    ("aggregation", "periods", "expected"),
    [
        pytest.param("latest", (9, 30), "0.5", id="latest reads the current value"),
        pytest.param("mean_of_periods", (8, 12), "1", id="mean, one makes up for the other"),
        pytest.param("mean_of_periods", (10, 20), "0.5", id="mean, half way to red"),
        pytest.param("mean_of_periods", (20, None, 10, None), "0.5", id="mean, two missing"),
        pytest.param("share_of_periods_ok", (9, 10, 11, 12), "0.5", id="share, two of four"),
        pytest.param("share_of_periods_ok", (9, None, 10, None), "0.5", id="share, two missing"),
        pytest.param("share_of_periods_ok", (11, 30), "0", id="share, none ok"),
    ],
)
def test_limits_over_time(aggregation, periods, expected):
    facts = at_most(15, aggregation=Aggregation(aggregation), periods=periods)
    assert progress(facts) == D(expected)


def test_missed_periods_are_shown():
    facts = within(
        50, aggregation=Aggregation.SHARE_OF_PERIODS_OK, periods=(50, None, 61, 40, None)
    )
    explanation = explain(facts)
    assert explanation.formula is Formula.SHARE_OF_PERIODS_OK
    assert explanation.figure == D("0.4")
    assert dict(explanation.inputs) == {
        "lower": 40,
        "upper": 60,
        "periods_due": 5,
        "periods_missed": 2,
        "aggregation": "share_of_periods_ok",
        "value": 2,
        "measured_on": None,
    }


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param(up(5, start=None), Problem.NO_START, id="no start"),
        pytest.param(up(5, target=None), Problem.NO_TARGET, id="no target"),
        pytest.param(up(5, start=7, target=7), Problem.START_EQUALS_TARGET, id="increase by 0"),
        pytest.param(down(5, start=7, target=7), Problem.START_EQUALS_TARGET, id="decrease by 0"),
        pytest.param(up(5, start=7, target=6), Problem.WRONG_WAY, id="increase downwards"),
        pytest.param(down(5, start=6, target=7), Problem.WRONG_WAY, id="decrease upwards"),
        pytest.param(key_result("at_most", 5), Problem.NO_TARGET, id="a limit of nothing"),
        pytest.param(at_most(5, red_high=10), Problem.RED_NOT_BEYOND_LIMIT, id="red on the limit"),
        pytest.param(at_least(5, red_low=91), Problem.RED_NOT_BEYOND_LIMIT, id="red above it"),
        pytest.param(within(5, red_low=41), Problem.RED_NOT_BEYOND_LIMIT, id="red inside, low"),
        pytest.param(within(5, red_high=60), Problem.RED_NOT_BEYOND_LIMIT, id="red inside, high"),
        pytest.param(key_result("within", 5, lower=1), Problem.NO_BOUNDS, id="half a range"),
        pytest.param(
            key_result("within", 5, lower=2, upper=1), Problem.BOUNDS_CROSSED, id="bounds crossed"
        ),
        pytest.param(key_result(measure="milestones"), Problem.NO_MILESTONES, id="no milestones"),
        pytest.param(
            key_result(measure="milestones", milestones=((0, True), (0, False))),
            Problem.WEIGHTS_ALL_ZERO,
            id="milestones without weight",
        ),
        pytest.param(
            key_result(measure="milestones", milestones=((-1, True), (3, False))),
            Problem.NEGATIVE_WEIGHT,
            id="a milestone with a negative weight",
        ),
        pytest.param(
            key_result(measure="judgement", current="1.1"),
            Problem.GRADE_OUT_OF_RANGE,
            id="a grade above 1.0",
        ),
    ],
)
def test_a_problem_makes_progress_unknown_and_says_why(facts, code):
    assert problem(facts) == code
    assert progress(facts) is None
    assert explain(facts).unknown_because == code
    assert values_at(facts, D("0.5")) == ()


def test_the_direction_says_nothing_where_the_measure_decides():
    for direction in Direction:
        facts = key_result(direction, 1, measure="yes_no")
        assert progress(facts) == 1
        assert [name for name, _ in explain(facts).inputs] == ["value", "measured_on"]


def test_explaining_a_key_result():
    explanation = explain(up(70, start=40, target=80, measured_on=date(2026, 4, 3)))
    assert explanation.formula is Formula.INCREASE
    assert explanation.figure == D("0.75")
    assert dict(explanation.inputs) == {
        "start": 40,
        "target": 80,
        "value": 70,
        "measured_on": date(2026, 4, 3),
    }


@pytest.mark.parametrize(
    ("facts", "at_0", "at_50", "at_100"),
    [
        pytest.param(up(None, start=40, target=80), [40], [60], [80], id="increase"),
        pytest.param(down(None, start=10, target=-10), [10], [0], [-10], id="decrease"),
        pytest.param(at_most(None), [20], [15], [10], id="at most"),
        pytest.param(at_most(None, red_high=None), [], [], [10], id="at most, without red"),
        pytest.param(at_least(None), [80], [85], [90], id="at least"),
        pytest.param(within(None), [20, 80], [30, 70], [40, 60], id="within has two sides"),
        pytest.param(key_result(measure="yes_no"), [0], [], [1], id="yes/no has no middle"),
        pytest.param(key_result(measure="judgement"), [0], ["0.5"], [1], id="judgement"),
        pytest.param(
            key_result(measure="milestones", milestones=((1, False), (3, False))),
            [0],
            [2],
            [4],
            id="milestones, the weight done",
        ),
        pytest.param(key_result("baseline"), [], [], [], id="baseline"),
    ],
)
def test_in_words(facts, at_0, at_50, at_100):
    for at, values in (("0", at_0), ("0.5", at_50), ("1", at_100)):
        assert values_at(facts, D(at)) == tuple(map(D, values))
        assert in_words(facts, D(at)) == (D(values[0]) if len(values) == 1 else None)


def test_no_value_takes_a_limit_beyond_its_ends():
    assert values_at(at_most(None), D("1.2")) == ()
    assert values_at(within(None), D("-0.1")) == ()


@pytest.mark.parametrize(
    ("start", "percent", "direction", "target"),
    [
        pytest.param(200, 2, "decrease", 196, id="overhead reduced by two percent"),
        pytest.param(200, "12.5", "increase", 225, id="increase"),
        pytest.param(-100, 10, "decrease", -110, id="below zero, still downwards"),
        pytest.param(-100, 10, "increase", -90, id="below zero, still upwards"),
        pytest.param(50, 150, "decrease", -25, id="by more than all of it"),
    ],
)
def test_target_by_percent(start, percent, direction, target):
    assert target_by_percent(D(start), D(percent), Direction(direction)) == target


@pytest.mark.parametrize(
    ("start", "percent", "direction"),
    [
        pytest.param(0, 10, "increase", id="percent of a baseline of 0"),
        pytest.param(100, 0, "increase", id="by nothing"),
        pytest.param(100, 10, "at_most", id="a limit"),
    ],
)
def test_target_by_percent_refuses(start, percent, direction):
    with pytest.raises(ValueError, match="percentage"):
        target_by_percent(D(start), D(percent), Direction(direction))


@st.composite
def changes(draw):
    """An increase or a decrease that is well written, and its current value."""
    start, step = draw(VALUES), draw(STEPS)
    direction = draw(st.sampled_from(["increase", "decrease"]))
    target = start + step if direction == "increase" else start - step
    return key_result(direction, draw(VALUES), start=start, target=target)


@st.composite
def limits(draw):
    """A limit that is well written, and its current value."""
    direction = draw(st.sampled_from(["at_least", "at_most", "within"]))
    lower = draw(VALUES)
    upper = lower + draw(STEPS)
    low, high = lower - draw(STEPS), upper + draw(STEPS)
    target = lower if direction == "at_least" else upper
    bounds = {"lower": lower, "upper": upper, "target": target}
    return key_result(direction, draw(VALUES), red_low=low, red_high=high, **bounds)


KEY_RESULTS = st.one_of(changes(), limits())


def moved(facts, by=0, factor=1):
    """The same key result in another unit, or with another current value."""
    names = ("start", "target", "lower", "upper", "red_low", "red_high")
    given = {name: getattr(facts, name) for name in names}
    scaled = {name: n if n is None else n * factor for name, n in given.items()}
    return key_result(facts.direction, (facts.current + by) * factor, **scaled)


@given(KEY_RESULTS, STEPS)
def test_progress_is_monotone_in_the_current_value(facts, step):
    now, then = progress(facts), progress(moved(facts, by=step))
    match facts.direction:
        case Direction.INCREASE | Direction.AT_LEAST:
            assert now <= then
        case Direction.DECREASE | Direction.AT_MOST:
            assert now >= then
        case _:
            middle_passed = facts.current >= facts.upper
            assert not middle_passed or now >= then


@given(KEY_RESULTS)
def test_counted_is_a_fraction_and_only_one_when_reached(facts):
    p = progress(facts)
    assert 0 <= counted(p) <= 1
    if facts.direction == Direction.INCREASE:
        assert (p >= 1) == (facts.current >= facts.target)
    if facts.direction == Direction.DECREASE:
        assert (p >= 1) == (facts.current <= facts.target)


@given(KEY_RESULTS, FACTORS)
def test_progress_is_the_same_in_every_unit(facts, factor):
    assert progress(moved(facts, factor=factor)) == progress(facts)


@given(changes())
def test_progress_is_the_exact_quotient_rounded_down(facts):
    exact = Fraction(facts.current - facts.start) / Fraction(facts.target - facts.start)
    assert 0 <= exact - Fraction(progress(facts)) < Fraction(1, 1_000_000)


@given(KEY_RESULTS, st.sampled_from(["0", "0.25", "0.5", "1"]))
def test_the_value_in_words_gives_that_progress(facts, at):
    for reached in values_at(facts, D(at)):
        assert progress(moved(facts, by=reached - facts.current)) == D(at)


@given(KEY_RESULTS)
def test_unknown_is_never_zero(facts):
    empty = KeyResultFacts(measure=facts.measure, direction=facts.direction, target=facts.target)
    assert progress(empty) is None
    assert value(empty) is None


# Every measure: whatever is measured, more of what is good never counts for less.

BOUNDS = {"target": 10, "lower": 10, "upper": 20, "red_low": 0, "red_high": 40}
OTHERS = st.one_of(
    st.builds(
        lambda done: key_result(measure="yes_no", current=int(done)),
        st.booleans(),
    ),
    st.builds(
        lambda grade: key_result(measure="judgement", current=D(grade) / 10),
        st.integers(0, 10),
    ),
    st.builds(
        lambda steps: key_result(measure="milestones", current=1, milestones=tuple(steps)),
        st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6),
    ),
    st.builds(
        lambda source: key_result("baseline", 3, measured_on=date(2026, 4, 1), source=source),
        st.sampled_from(["", "A survey"]),
    ),
)
SAID = st.lists(st.one_of(st.none(), st.integers(-5, 60)), min_size=1, max_size=6)
OVER_TIME = st.builds(
    lambda direction, aggregation, said: key_result(
        direction, 1, aggregation=aggregation, periods=tuple(said), **BOUNDS
    ),
    st.sampled_from(["at_least", "at_most", "within"]),
    st.sampled_from(list(Aggregation)),
    SAID,
)
EVERY_MEASURE = st.one_of(KEY_RESULTS, OTHERS, OVER_TIME)


@given(EVERY_MEASURE)
def test_every_measure_is_bounded(facts):
    p = progress(facts)
    assert p is None or 0 <= counted(p) <= 1
    assert p is None or p == p.quantize(D("0.000001"))


@given(OVER_TIME, st.randoms())
def test_the_order_of_periods_does_not_matter(facts, random):
    shuffled = list(facts.periods)
    random.shuffle(shuffled)
    assert progress(replace(facts, periods=tuple(shuffled))) == progress(facts)


@given(OVER_TIME, st.integers(0, 5), st.integers(0, 9))
def test_a_better_period_never_counts_for_less(facts, which, better):
    if facts.direction == Direction.WITHIN or facts.aggregation == Aggregation.LATEST:
        return
    known = [n for n, value in enumerate(facts.periods) if value is not None]
    if not known:
        return
    periods, n = list(facts.periods), known[which % len(known)]
    periods[n] += better if facts.direction == Direction.AT_LEAST else -better
    assert progress(replace(facts, periods=tuple(periods))) >= progress(facts)


@given(OVER_TIME, FACTORS)
def test_limits_over_time_are_the_same_in_every_unit(facts, factor):
    scaled = {name: getattr(facts, name) * factor for name in BOUNDS}
    periods = tuple(None if value is None else value * factor for value in facts.periods)
    other = replace(facts, current=facts.current * factor, periods=periods, **scaled)
    assert progress(other) == progress(facts)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6),
    st.randoms(),
    st.integers(1, 9),
)
def test_milestones_in_any_order_and_any_scale_of_weights(steps, random, factor):
    facts = key_result(measure="milestones", current=1, milestones=tuple(steps))
    shuffled = [(weight * factor, done) for weight, done in steps]
    random.shuffle(shuffled)
    other = replace(facts, milestones=tuple(shuffled))
    assert progress(other) == progress(facts)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6))
def test_one_more_milestone_never_counts_for_less(steps):
    done = [(weight, True) for weight, _done in steps]
    partly = key_result(measure="milestones", current=1, milestones=tuple(steps))
    assert progress(replace(partly, milestones=tuple(done))) == 1 >= progress(partly)


# Which value each period ended with.

DAYS = [date(2026, 4, day) for day in (10, 20, 30)]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        pytest.param([], [None, None, None], id="silence"),
        pytest.param([(10, 5)], [5, None, None], id="on the last day"),
        pytest.param([(11, 5)], [None, 5, None], id="the day after is the next one's, early"),
        pytest.param([(3, 4), (9, 5)], [5, None, None], id="the latest of a period"),
        pytest.param([(9, 5), (3, 4)], [5, None, None], id="entered late"),
        pytest.param([(9, 4), (9, 5)], [5, None, None], id="the last of a day"),
        pytest.param([(5, 1), (15, 2), (25, 3)], [1, 2, 3], id="each"),
    ],
)
def test_over_periods(said, values):
    readings = [(date(2026, 4, day), D(value)) for day, value in said]
    assert over_periods(DAYS, readings) == tuple(values)


def test_the_running_period_counts_once_it_is_answered():
    assert over_periods(DAYS, [(date(2026, 5, 2), D(7))]) == (None, None, None, 7)
    assert over_periods([], []) == ()
    assert over_periods([], [(DAYS[0], D(7))]) == (7,)


# What is expected, and pace

OFFICE = WorkingWeek(frozenset(range(5)), frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))  # 20 working days, without Easter
HALF_BY_THE_10TH = ((date(2026, 4, 10), D("0.5")),)


@pytest.mark.parametrize(
    ("shape", "today", "figure"),
    [
        pytest.param("linear", "2026-03-31", "0", id="before the start"),
        pytest.param("linear", "2026-04-01", "0.05", id="the first day counts"),
        pytest.param("linear", "2026-04-02", "0.1", id="Thursday before Easter"),
        pytest.param("linear", "2026-04-06", "0.1", id="Easter asks for nothing"),
        pytest.param("linear", "2026-04-16", "0.5", id="half way"),
        pytest.param("linear", "2026-04-29", "0.95", id="the day before the end"),
        pytest.param("linear", "2026-04-30", "1", id="the end"),
        pytest.param("linear", "2026-05-20", "1", id="after the end"),
        pytest.param("end_loaded", "2026-04-16", "0.25", id="end-loaded, half way"),
        pytest.param("end_loaded", "2026-04-30", "1", id="end-loaded, the end"),
        pytest.param("phased", "2026-04-08", "0.333333", id="phased, on the way to the first"),
        pytest.param("phased", "2026-04-10", "0.5", id="phased, at the first"),
        pytest.param("phased", "2026-04-21", "0.75", id="phased, on the way to the end"),
        pytest.param("phased", "2026-04-30", "1", id="phased, the end"),
    ],
)
def test_expected(shape, today, figure):
    shape, today = Expectation(shape), date.fromisoformat(today)
    assert expected(shape, *APRIL, today, OFFICE, phases=HALF_BY_THE_10TH) == D(figure)


def test_an_end_on_a_holiday_expects_everything_on_the_last_working_day():
    end_on_easter_monday = (date(2026, 3, 23), date(2026, 4, 6))
    assert expected(Expectation.LINEAR, *end_on_easter_monday, date(2026, 4, 2), OFFICE) == 1


def test_without_a_working_day_everything_is_expected_at_the_end():
    easter = (date(2026, 4, 3), date(2026, 4, 6))
    days = [easter[0] + n * A_DAY for n in range(4)]
    for shape in Expectation:
        assert [expected(shape, *easter, day, OFFICE) for day in days] == [0, 0, 0, 1]


def test_phases_outside_the_dates_are_ignored():
    outside = ((date(2026, 3, 1), D("0.8")), (date(2026, 5, 1), D("0.1")))
    today = date(2026, 4, 16)
    assert expected(Expectation.PHASED, *APRIL, today, OFFICE, phases=outside) == D("0.5")


def test_two_phases_within_one_weekend_leave_no_gap():
    weekend = ((date(2026, 4, 11), D("0.4")), (date(2026, 4, 12), D("0.5")))
    on = [date(2026, 4, day) for day in (10, 13)]
    line = [expected(Expectation.PHASED, *APRIL, day, OFFICE, phases=weekend) for day in on]
    assert line == [D("0.5"), D("0.535714")]


def test_explaining_what_is_expected():
    explanation = explain_expected(Expectation.LINEAR, *APRIL, date(2026, 4, 16), OFFICE)
    assert explanation.formula is Formula.LINEAR
    assert explanation.figure == D("0.5")
    assert dict(explanation.inputs) == {
        "start": APRIL[0],
        "end": APRIL[1],
        "today": date(2026, 4, 16),
        "working_days_elapsed": 10,
        "working_days_total": 20,
    }


def test_what_is_expected_needs_dates_in_order():
    with pytest.raises(ValueError, match="on or after"):
        expected(Expectation.LINEAR, APRIL[1], APRIL[0], APRIL[0], OFFICE)


def test_milestones_are_expected_by_the_weight_due():
    due = [(1, date(2026, 4, 10)), (2, None), (1, date(2026, 4, 20)), (4, date(2026, 4, 10))]
    assert phases_of_milestones(due) == (
        (date(2026, 4, 10), D("0.625")),
        (date(2026, 4, 20), D("0.75")),
    )
    assert phases_of_milestones([(0, date(2026, 4, 10))]) == ()


def test_points_are_fractions_of_the_way():
    points = [(date(2026, 4, 10), D(15))]
    assert phases_of_values(points, D(20), D(10)) == ((date(2026, 4, 10), D("0.5")),)
    for start, target in ((None, D(1)), (D(1), None), (D(1), D(1))):
        assert phases_of_values(points, start, target) == ()


@given(st.sampled_from(Expectation), st.integers(0, 120))
def test_the_drawn_line_is_what_is_expected(shape, length):
    end = APRIL[0] + timedelta(days=length)
    drawn = expected_line(shape, APRIL[0], end, OFFICE, phases=HALF_BY_THE_10TH)
    assert drawn[0] == (APRIL[0], 0)
    if length:
        assert drawn[-1] == (end, 1)
    for day, share in drawn[1:]:
        kept = expected(shape, APRIL[0], end, day, OFFICE, phases=HALF_BY_THE_10TH)
        assert share == kept
    assert [share for _day, share in drawn] == sorted(share for _day, share in drawn)


@given(st.sampled_from(Expectation), st.integers(0, 400), st.integers(-10, 410), st.integers(0, 30))
def test_what_is_expected_never_falls(shape, length, offset, later):
    start = date(2026, 1, 1)
    end, today = start + length * A_DAY, start + offset * A_DAY
    phases = ((date(2026, 1, 20), D("0.1")), (date(2026, 3, 1), D("0.8")))
    first = expected(shape, start, end, today, OFFICE, phases=phases)
    second = expected(shape, start, end, today + later * A_DAY, OFFICE, phases=phases)
    assert 0 <= first <= second <= 1


@pytest.mark.parametrize(
    ("p", "e", "kept"),
    [
        pytest.param("0", "0", Pace.TOO_EARLY, id="nothing is expected yet"),
        pytest.param("0.01", "0.099999", Pace.TOO_EARLY, id="just below a tenth"),
        pytest.param("0.09", "0.1", Pace.ON_PACE, id="exactly 90 % of a tenth"),
        pytest.param("0.62", "0.6", Pace.ON_PACE, id="ahead"),
        pytest.param("0.53", "0.6", Pace.SLIPPING, id="slipping"),
        pytest.param("0.42", "0.6", Pace.SLIPPING, id="exactly 70 %"),
        pytest.param("0.233333", "0.333333", Pace.SLIPPING, id="70 % of a third, both rounded"),
        pytest.param("0.41", "0.6", Pace.BEHIND, id="behind"),
        pytest.param("-0.2", "0.6", Pace.BEHIND, id="below the start"),
        pytest.param("1.28", "1", Pace.ON_PACE, id="beyond"),
        pytest.param(None, "0.6", None, id="unknown"),
    ],
)
def test_pace(p, e, kept):
    assert pace(D(p), D(e)) is kept


def test_an_organization_sets_its_own_bands_of_pace():
    strict = PaceBands(D("0.05"), D("1"), D("0.95"))
    assert pace(D("0.58"), D("0.6"), strict) is Pace.SLIPPING


@pytest.mark.parametrize(
    ("p", "e", "points"),
    [
        pytest.param("0.55", "0.59", -4, id="behind"),
        pytest.param("0.59", "0.55", 4, id="ahead"),
        pytest.param("0.515", "0.594", -7, id="the difference of what is shown, 52 and 59"),
        pytest.param("-0.1", "0.5", -60, id="below the start"),
    ],
)
def test_gap_in_points(p, e, points):
    assert gap_in_points(D(p), D(e)) == points
    assert in_percent(D(p)) - in_percent(D(e)) == points


# Objectives


def item(progress, weight=1, label="Item", **given):
    return Item(label, weight, D(progress), **given)


HIDDEN = {"label": "Secret", "restricted": True}


@pytest.mark.parametrize(
    ("items", "figure", "measured", "total"),
    [
        pytest.param([], None, 0, 0, id="nothing"),
        pytest.param([item("0.5")], "0.5", 1, 1, id="one"),
        pytest.param([item("0.4"), item("0.8")], "0.6", 2, 2, id="the mean"),
        pytest.param([item("0", 1), item("1", 3)], "0.75", 2, 2, id="weighted"),
        pytest.param([item("0.4"), item(None)], "0.4", 1, 2, id="unknown is not zero"),
        pytest.param([item(None), item(None)], None, 0, 2, id="nothing measured"),
        pytest.param([item("0.4", 0), item("0.8", 0)], None, 2, 2, id="all weights zero"),
        pytest.param([item("0.4", 0), item(None)], None, 1, 2, id="no weight among the known"),
        pytest.param([item("0.1", 0), item("0.8")], "0.8", 2, 2, id="a weight of zero"),
        pytest.param([item("1.28"), item("0.5")], "0.75", 2, 2, id="beyond 100 % counts as 100"),
        pytest.param([item("-0.5"), item("0.5")], "0.25", 2, 2, id="below zero counts as 0"),
        pytest.param(
            [item("0.4"), item("0.8", counts=False, why_not="draft")], "0.4", 1, 1, id="a draft"
        ),
        pytest.param([item("0.4", **HIDDEN)], None, 0, 0, id="one restricted leaves no trace"),
        pytest.param(
            [item("0.4", **HIDDEN), item("0.8", **HIDDEN)], "0.6", 2, 2, id="two restricted"
        ),
        pytest.param(
            [item("0.4", **HIDDEN), item("0.8", 0, **HIDDEN), item("1")],
            "1",
            1,
            1,
            id="a second restricted one without weight hides nothing",
        ),
        pytest.param(
            [item("0.4", **HIDDEN), item(None, **HIDDEN), item("1")],
            "1",
            1,
            1,
            id="nor does one that is not measured",
        ),
    ],
)
def test_roll_up(items, figure, measured, total):
    result = roll_up(items)
    assert (result.progress, result.measured, result.total) == (D(figure), measured, total)
    assert result.explanation.figure == result.progress


@pytest.mark.parametrize(
    ("items", "why"),
    [
        pytest.param([], "nothing_counts", id="nothing"),
        pytest.param([item("1", counts=False, why_not="draft")], "nothing_counts", id="drafts"),
        pytest.param([item("1", **HIDDEN)], "nothing_counts", id="one restricted"),
        pytest.param([item(None)], "nothing_measured", id="unknown"),
        pytest.param([item("1", 0)], "weights_all_zero", id="no weight"),
        pytest.param([item("1")], "", id="known"),
    ],
)
def test_an_unknown_roll_up_says_why(items, why):
    assert roll_up(items).explanation.unknown_because == why


def test_explaining_a_roll_up():
    result = roll_up(
        [
            item("0.5", 1, "Signups", measured_on=date(2026, 4, 3)),
            item(None, 2, "Churn"),
            item("0.9", 1, "Idea", counts=False, why_not="proposed"),
            item("1.5", 1, **HIDDEN),
            item("0.5", 2, **HIDDEN),
        ]
    )
    assert (result.measured, result.total, result.restricted) == (3, 4, 2)
    explanation = result.explanation
    assert explanation.formula is Formula.WEIGHTED_MEAN
    assert explanation.lines == (
        ("Signups", 1, D("0.5"), D("0.25"), date(2026, 4, 3), 1),
        ("", 3, D("0.666666"), D("0.75"), None, 2),
    )
    assert explanation.left_out == (LeftOut("Churn", "not_measured"), LeftOut("Idea", "proposed"))
    assert "Secret" not in repr(result)


def test_a_restricted_item_is_never_named_whatever_keeps_it_from_counting():
    hidden = [item("1", **HIDDEN), item(None, **HIDDEN), item("1", counts=False, **HIDDEN)]
    result = roll_up([item("0.5"), *hidden])
    assert result == roll_up([item("0.5")])


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        roll_up([item("0.5", -1), item("0.5", 2)])


ITEMS = st.lists(
    st.builds(
        Item,
        st.just("Item"),
        st.integers(0, 20),
        st.none() | FRACTIONS,
        counts=st.booleans(),
        restricted=st.booleans(),
    ),
    max_size=12,
)


@given(ITEMS, st.integers())
def test_the_order_of_items_does_not_matter(items, seed):
    shuffled = Random(seed).sample(items, len(items))
    assert roll_up(shuffled)[:4] == roll_up(items)[:4]


@given(ITEMS, st.integers(1, 50))
def test_only_the_relation_of_weights_matters(items, factor):
    scaled = [item._replace(weight=item.weight * factor) for item in items]
    assert roll_up(scaled)[:4] == roll_up(items)[:4]


@given(ITEMS)
def test_a_roll_up_lies_between_its_items(items):
    result = roll_up(items)
    parts = [counted(item.progress) for item in items if item.counts and item.progress is not None]
    if result.progress is not None:
        assert min(parts) <= result.progress <= max(parts)
    assert result.measured <= result.total <= len(items)


@given(ITEMS)
def test_an_unknown_item_changes_the_count_and_not_the_figure(items):
    with_unknown = roll_up([*items, item(None, 7)])
    assert with_unknown.progress == roll_up(items).progress
    assert with_unknown.total == roll_up(items).total + 1


@given(ITEMS, FRACTIONS, FRACTIONS)
def test_a_better_item_never_lowers_the_roll_up(items, one, other):
    assume(one <= other)
    low, high = roll_up([*items, item(one, 3)]), roll_up([*items, item(other, 3)])
    assert low.progress <= high.progress


def test_children_sum():
    children = [
        Contribution("North", "EUR", D(1), D(100)),
        Contribution("South", "EUR", D("0.5"), D(60)),
        Contribution("East", "EUR", D(1), None),
    ]
    assert children_sum("EUR", children) == (D(130), (LeftOut("East", "not_measured"),))
    assert children_sum("EUR", children[2:]).value is None
    assert children_sum("EUR", []).value is None


def test_two_currencies_under_one_sum_are_refused():
    children = [
        Contribution("North", "EUR", D(1), D(100)),
        Contribution("South", "USD", D(1), None),
    ]
    with pytest.raises(MixedUnits, match="EUR"):
        children_sum("EUR", children)


def test_a_child_gives_no_more_than_itself():
    assert not is_over_allocated([D("0.4"), D("0.6")])
    assert is_over_allocated([D("0.4"), D("0.61")])


# Status and confidence


@pytest.mark.parametrize(
    ("confidence", "status"), [(1, OFF), (3, OFF), (4, RISK), (6, RISK), (7, ON), (10, ON)]
)
def test_status_from_confidence(confidence, status):
    assert status_from_confidence(confidence) is status


@pytest.mark.parametrize("confidence", [0, 11])
def test_confidence_is_one_to_ten(confidence):
    with pytest.raises(ValueError, match="1 to 10"):
        status_from_confidence(confidence)


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        pytest.param([], None, id="none"),
        pytest.param([None, None], None, id="undeclared"),
        pytest.param([ON, None, ON], ON, id="on track"),
        pytest.param([ON, RISK], RISK, id="at risk"),
        pytest.param([RISK, OFF, ON], OFF, id="off track"),
    ],
)
def test_the_weakest_status(statuses, worst):
    assert weakest(statuses) is worst


@pytest.mark.parametrize(
    ("items", "mean", "lowest"),
    [
        pytest.param([], None, None, id="none"),
        pytest.param([(1, None)], None, None, id="nobody said"),
        pytest.param([(1, 4), (3, 8)], 7, 4, id="weighted"),
        pytest.param([(1, 4), (5, None)], 4, 4, id="unknown is left out"),
        pytest.param([(0, 2), (0, 9)], None, 2, id="no weight"),
    ],
)
def test_confidence_of_an_objective(items, mean, lowest):
    assert mean_confidence(items) == mean
    assert lowest_confidence(items) == lowest


@pytest.mark.parametrize(
    ("status", "p", "e", "points"),
    [
        pytest.param(ON, "0.41", "0.59", 18, id="says on track, 18 points behind pace"),
        pytest.param(ON, "0.5", "0.59", None, id="slipping is no disagreement"),
        pytest.param(ON, "0", "0.09", None, id="too early"),
        pytest.param(ON, None, "0.59", None, id="unknown"),
        pytest.param(RISK, "0.1", "0.59", None, id="says at risk"),
        pytest.param(None, "0.1", "0.59", None, id="says nothing"),
    ],
)
def test_disagreement(status, p, e, points):
    assert disagreement(status, D(p), D(e)) == points


def test_overdue_outranks_what_was_declared():
    assert shown_status(ON, overdue=True) == "overdue"
    assert shown_status(None, overdue=True) == "overdue"
    assert shown_status(ON, overdue=False) is ON
    assert shown_status(None, overdue=False) is None


@pytest.mark.parametrize(
    ("today", "stale"),
    [
        pytest.param("2026-05-04", False, id="the same day"),
        pytest.param("2026-05-25", False, id="15 working days, one and a half fortnights"),
        pytest.param("2026-05-26", True, id="16 working days"),
    ],
)
def test_stale_after_one_and_a_half_periods(today, stale):
    assert is_stale(date(2026, 5, 4), date.fromisoformat(today), 10, OFFICE) is stale


@pytest.mark.parametrize(
    ("missed", "dormant"),
    [
        pytest.param([], False, id="none yet"),
        pytest.param([True, True], False, id="two"),
        pytest.param([True, True, True], True, id="three in a row"),
        pytest.param([True, True, True, False], False, id="back again"),
        pytest.param([True, False, True, True], False, id="interrupted"),
        pytest.param([False, True, True, True], True, id="the last three"),
    ],
)
def test_dormant_after_three_missed_in_a_row(missed, dormant):
    assert is_dormant(missed) is dormant
