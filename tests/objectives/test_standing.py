"""What was declared, the pace and the confidence, side by side (domain §4, I11)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from checkins.models import CheckIn, Reading
from core.templatetags.ui import confidence_history
from objectives.models import KeyResult
from objectives.standing import Yardstick
from objectives.templatetags.key_results import pace_word
from organizations.tenancy import organization_scope

# Status and progress, how far the cycle is, days since the check-in: badge, pace, points behind.
CASES = [
    ("on_track", "0.50", 0.5, 0, "on", "On pace", None),
    ("on_track", "0.49", 0.5, 0, "on", "1 point behind", None),
    ("on_track", "0.32", 0.5, 0, "on", "18 points behind", 18),
    ("at_risk", "0.32", 0.5, 0, "risk", "18 points behind", None),
    ("off_track", "0.60", 0.5, 0, "off", "10 points ahead", None),
    ("on_track", "0.00", 0.02, 0, "on", "Too early to tell", None),
    ("on_track", "0.50", 0.5, 40, "overdue", "On pace", None),
    ("off_track", "0.50", 0.5, 40, "overdue", "On pace", None),
    ("on_track", "0.32", 0.5, 40, "overdue", "18 points behind", 18),
    ("", None, 0.5, 0, "none", "Not measured yet", None),
]


@pytest.mark.parametrize(
    ("declared", "progress", "through", "silent", "badge", "pace", "behind"), CASES
)
def test_standing(in_acme, key_result, declared, progress, through, silent, badge, pace, behind):
    cycle, week = key_result.objective.cycle, in_acme.working_week
    whole = week.days_between(cycle.start, cycle.end + timedelta(days=1))
    today = week.add(cycle.start - timedelta(days=1), max(1, round(whole * through)))
    key_result.status = declared
    exact = None if progress is None else Decimal(progress)
    expected = Yardstick(in_acme, today).expected_in(cycle)
    if exact and through == 0.5:
        exact += expected - Decimal("0.5")  # quarters have odd numbers of working days
    key_result.progress = exact
    key_result.checked_in_on = today - timedelta(days=silent)
    Yardstick(in_acme, today).hold(key_result)
    standing = key_result.standing
    words = {"on_track": "on", "at_risk": "risk", "off_track": "off", "": "none"}
    assert (standing.status, standing.declared) == (badge, words[declared])
    assert (pace_word(standing), standing.disagreement) == (pace, behind)


def stretch(cycle, today):
    """Let a cycle have begun 60 days ago, and end in as many."""
    dates = {"start": today - timedelta(days=60), "end": today + timedelta(days=60)}
    dates |= {"planning_due": dates["start"], "lock_on": dates["start"], "kind": "custom"}
    dates |= {"grading_due": dates["end"], "close_on": dates["end"]}
    type(cycle).objects.filter(pk=cycle.pk).update(**dates)


def test_nobody_overwrites_what_was_declared(as_cleo, acme, cleo, key_result):
    with organization_scope(acme):
        CheckIn.record(key_result, cleo, Reading(Decimal(1), 9), uuid4(), on=acme.today())
        long_ago = acme.today() - timedelta(days=35)
        stretch(key_result.objective.cycle, acme.today())
        KeyResult.objects.update(checked_in_on=long_ago)
    page = as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/").content
    row = BeautifulSoup(page, "html.parser").select_one(f"#kr-{key_result.pk} .signals")
    told = " ".join(row.text.split())
    assert "Overdue said On track" in told
    assert "Confidence9 of 10" in told
    assert "behind" in told


def test_a_disagreement_is_said_in_words_beside_the_key_result(as_cleo, acme, cleo, key_result):
    with organization_scope(acme):
        stretch(key_result.objective.cycle, acme.today())
        CheckIn.record(key_result, cleo, Reading(Decimal(5), 9), uuid4(), on=acme.today())
    page = BeautifulSoup(
        as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/").content, "html.parser"
    )
    assert "Says on track" in page.select_one(f"#kr-{key_result.pk} .chip-note").text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([7], [7]),
        ([7, 4, 9], [7, 4, 9]),
        (list(range(1, 11)), [3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_confidence_history(in_acme, key_result, cleo, said, kept):
    seen = None
    for confidence in said:
        reading = Reading(Decimal(5), confidence, seen=seen)
        seen = CheckIn.record(key_result, cleo, reading, uuid4(), on=in_acme.today()).pk
    assert (key_result.confidences, key_result.confidence) == (kept, said[-1])
    drawn = confidence_history(key_result.confidences)
    assert [column["status"] for column in drawn["columns"]][-1] == (
        "on" if said[-1] >= 7 else "risk"
    )
    assert drawn["sentence"].endswith(f"{', '.join(map(str, kept))} of 10")


def test_a_late_entry_for_an_earlier_day_changes_no_confidence(in_acme, key_result, cleo):
    today = in_acme.today()
    first = CheckIn.record(key_result, cleo, Reading(Decimal(5), 8), uuid4(), on=today)
    late = Reading(Decimal(4), 2, seen=first.pk)
    CheckIn.record(key_result, cleo, late, uuid4(), on=today - timedelta(days=3))
    assert (key_result.confidence, key_result.confidences, key_result.current) == (8, [8], 5)
