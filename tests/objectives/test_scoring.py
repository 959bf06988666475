"""Scores as tables of cases, and what holds whatever the numbers (domain §4)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.models import Objective
from objectives.progress import Status
from objectives.scoring import (
    Ambition,
    Foresight,
    Scored,
    band,
    calibration,
    key_result_score,
    needs_a_reason,
    objective_score,
)

PROGRESS = st.decimals(min_value=-5, max_value=5, places=6)
SCORES = st.one_of(st.none(), st.decimals(min_value=0, max_value=1, places=1))
ITEMS = st.lists(st.builds(Scored, st.integers(0, 100), SCORES), max_size=8)


def decimal(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("progress", "score"),
    [
        (None, None),
        ("0", "0.0"),
        ("0.04", "0.0"),
        ("0.049999", "0.0"),
        ("0.05", "0.1"),
        ("0.649999", "0.6"),
        ("0.65", "0.7"),
        ("0.949999", "0.9"),
        ("0.95", "1.0"),
        ("1", "1.0"),
        ("1.28", "1.0"),
        ("-0.4", "0.0"),
    ],
)
def test_a_key_results_score(progress, score):
    assert key_result_score(decimal(progress)) == decimal(score)


@pytest.mark.parametrize(
    ("items", "score"),
    [
        ([], None),
        ([(1, None)], None),
        ([(0, "1.0"), (0, "0.5")], None),
        ([(1, "0.7")], "0.70"),
        ([(1, "1.0"), (1, "0.5")], "0.75"),
        ([(3, "1.0"), (1, "0.0")], "0.75"),
        ([(1, "1.0"), (1, None)], "1.00"),
        ([(1, "1.0"), (1, "1.0"), (1, "0.0")], "0.67"),
        ([(0, "0.0"), (2, "0.4")], "0.40"),
        # What was dropped after the lock still counts against the original.
        ([(1, "1.0"), (1, "0.0")], "0.50"),
    ],
)
def test_an_objectives_score(items, score):
    scored = [Scored(weight, decimal(one)) for weight, one in items]
    assert objective_score(scored) == decimal(score)


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        objective_score([Scored(-1, Decimal(1))])


@pytest.mark.parametrize(
    ("ambition", "score", "status"),
    [
        ("aspirational", "0.70", Status.ON_TRACK),
        ("aspirational", "0.69", Status.AT_RISK),
        ("aspirational", "0.40", Status.AT_RISK),
        ("aspirational", "0.39", Status.OFF_TRACK),
        ("committed", "1.00", Status.ON_TRACK),
        ("committed", "0.99", Status.AT_RISK),
        ("committed", "0.90", Status.AT_RISK),
        ("committed", "0.89", Status.OFF_TRACK),
        ("learning", "1.00", None),
        ("aspirational", None, None),
    ],
)
def test_the_band_of_a_score(ambition, score, status):
    assert band(ambition, decimal(score)) == status


def test_the_ambitions_are_the_models():
    assert {*Ambition} == {*Objective.Ambition.values}


@pytest.mark.parametrize(
    ("own", "suggested", "needed"),
    [
        ("0.70", "0.70", False),
        ("0.70", "0.61", False),
        ("0.70", "0.60", True),
        ("0.50", "0.60", True),
        (None, "0.60", False),
        ("0.50", None, True),
        (None, None, False),
    ],
)
def test_whose_score_needs_a_reason(own, suggested, needed):
    assert needs_a_reason(decimal(own), decimal(suggested)) is needed


def test_calibration_is_silent_about_fewer_than_five_people():
    said = [Foresight(person, 8, hit=True) for person in "abcd"]
    assert calibration([*said, *said]) is None
    assert calibration([*said, Foresight("e", 8, hit=True)]) == Decimal("0.0400")


@pytest.mark.parametrize(
    ("confidence", "hit", "error"),
    [(10, True, "0"), (10, False, "1"), (5, True, "0.25"), (5, False, "0.25"), (1, False, "0.01")],
)
def test_calibration(confidence, hit, error):
    said = [Foresight(person, confidence, hit) for person in range(5)]
    assert calibration(said) == Decimal(error)


@given(PROGRESS, PROGRESS)
def test_more_progress_never_scores_less(one, other):
    low, high = sorted([one, other])
    assert 0 <= key_result_score(low) <= key_result_score(high) <= 1


@given(PROGRESS)
def test_a_score_lies_within_half_a_tenth_of_what_counts(progress):
    assert abs(key_result_score(progress) - min(max(progress, 0), 1)) <= Decimal("0.05")


@given(ITEMS)
def test_an_objectives_score_lies_between_its_lowest_and_highest(items):
    score = objective_score(items)
    known = [item.score for item in items if item.score is not None and item.weight]
    assert (score is None) == (not known)
    if known:
        slack = Decimal("0.005")
        assert min(known) - slack <= score <= max(known) + slack


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_the_items_says_nothing(items, random):
    shuffled = random.sample(items, len(items))
    assert objective_score(shuffled) == objective_score(items)


@given(ITEMS, st.integers(1, 9))
def test_only_the_proportion_of_the_weights_counts(items, factor):
    heavier = [item._replace(weight=item.weight * factor) for item in items]
    assert objective_score(heavier) == objective_score(items)


@given(ITEMS)
def test_what_is_not_scored_changes_nothing(items):
    assert objective_score([*items, Scored(7, None)]) == objective_score(items)
