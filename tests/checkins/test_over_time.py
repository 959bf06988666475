"""Limits over time: what periods that passed, in silence or not, make of a key result (§14.1)."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from checkins.missed import miss_periods
from checkins.models import CheckIn, CheckInPeriod, Reading
from checkins.reminders import plan
from checkins.verification import differences
from objectives.models import KeyResult, Objective
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory

FORTNIGHT, GRACE = timedelta(days=14), timedelta(days=3)


@pytest.fixture
def cycle(acme, objective):
    """A quarter of which 70 days have passed."""
    with organization_scope(acme):
        cycle, today = objective.cycle, acme.today()
        dates = {"start": today - timedelta(days=70), "end": today + timedelta(days=20)}
        dates["kind"] = "custom"  # so that it may lie beside the quarters
        dates["grading_due"] = today + timedelta(days=27)
        type(cycle).objects.filter(pk=cycle.pk).update(**dates)
        Objective.objects.update(committed_at=acme_noon(dates["start"]))
        cycle.refresh_from_db()
        return cycle


def acme_noon(day):
    return datetime.combine(day, time(12), UTC)


@pytest.fixture
def limit(acme, objective, cycle):
    def make(aggregation, **more):
        with organization_scope(acme):
            facts = {"direction": "at_most", "start": None, "target": 10, "red_high": 20}
            one = KeyResultFactory(
                objective=objective, title="Overtime", aggregation=aggregation, **facts | more
            )
            KeyResult.objects.filter(pk=one.pk).update(created_at=acme_noon(cycle.start))
            one.refresh_from_db()
            return one

    return make


@pytest.fixture
def periods(acme, cycle, cleo):
    """Four fortnights that are over, and one that is open."""
    with organization_scope(acme):
        dues = [acme.today() - n * FORTNIGHT for n in range(4, -1, -1)]
        return [
            CheckInPeriod.objects.create(
                person=cleo,
                opens_on=due - timedelta(days=2),
                due_on=due,
                grace_until=due + GRACE,
            )
            for due in dues
        ]


def say(key_result, value, on):
    latest = CheckIn.objects.latest_of([key_result]).get(key_result.pk)
    reading = Reading(Decimal(value), 8, seen=latest)
    CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=on)


# What each of the four periods over ends with, None for silence; what is made of it.
CASES = [
    ("latest", [9, 15, None, None], "0.5"),
    ("mean_of_periods", [8, 12, None, None], "1"),
    ("mean_of_periods", [20, None, 10, None], "0.5"),
    ("share_of_periods_ok", [9, 11, 9, 9], "0.75"),
    ("share_of_periods_ok", [9, None, 10, None], "0.5"),
    ("share_of_periods_ok", [None, None, 9, None], "0.25"),
]


@pytest.mark.parametrize(("aggregation", "values", "progress"), CASES)
def test_a_limit_over_its_periods(in_acme, limit, periods, aggregation, values, progress):
    key_result = limit(aggregation)
    for period, value in zip(periods, values, strict=False):
        if value is not None:
            say(key_result, value, period.due_on)
    miss_periods(in_acme.today())
    key_result.refresh_from_db()
    assert key_result.progress == Decimal(progress)
    assert key_result.period_values == values
    key_result.objective.refresh_from_db()
    assert differences() == []


def test_silence_alone_is_unknown(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    miss_periods(in_acme.today())
    key_result.refresh_from_db()
    assert (key_result.period_values, key_result.progress) == ([None] * 4, None)
    assert differences() == []


def test_what_passed_counts_once(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    say(key_result, 9, periods[0].due_on)
    assert miss_periods(in_acme.today()) == 1
    assert miss_periods(in_acme.today()) == 0


def test_what_the_running_period_says_counts_already(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    for period in periods:
        say(key_result, 9 if period.due_on < in_acme.today() else 12, period.due_on)
    assert key_result.progress == Decimal("0.8")
    say(key_result, 10, in_acme.today())
    assert key_result.progress == 1


def test_a_late_entry_fills_its_own_period(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    say(key_result, 9, periods[3].due_on)
    miss_periods(in_acme.today())
    key_result.refresh_from_db()
    assert key_result.progress == Decimal("0.25")
    say(key_result, 10, periods[1].due_on)
    assert (key_result.progress, key_result.current) == (Decimal("0.5"), 9)
    assert differences() == []


def test_early_is_in_time(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    say(key_result, 9, periods[1].opens_on - timedelta(days=4))
    miss_periods(in_acme.today())
    key_result.refresh_from_db()
    assert key_result.period_values == [None, 9, None, None]


def test_what_was_asked_before_it_was_written_is_not_missed(in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    added = acme_noon(periods[2].due_on - timedelta(days=1))
    KeyResult.objects.filter(pk=key_result.pk).update(created_at=added)
    miss_periods(in_acme.today())
    key_result.refresh_from_db()
    assert key_result.period_values == [None, None]


def test_the_tick_counts_what_passed(acme, limit, periods, cleo):
    key_result = limit("share_of_periods_ok")
    with organization_scope(acme):
        say(key_result, 9, periods[0].due_on)
        plan(acme, timezone.now())
        key_result.refresh_from_db()
        assert key_result.progress == Decimal("0.25")


def test_the_explanation_shows_what_is_missing(as_cleo, in_acme, limit, periods):
    key_result = limit("share_of_periods_ok")
    say(key_result, 9, periods[0].due_on)
    say(key_result, 9, periods[2].due_on)
    miss_periods(in_acme.today())
    page = as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/").content
    shown = BeautifulSoup(page, "html.parser")
    row = shown.select_one(f"#kr-{key_result.pk} .under").text
    assert "Kept in 2 of 4 periods, 2 missed" in row
    explained = shown.select_one(f"#explain-{key_result.pk}")
    rows = {row.th.text: row.td.text for row in explained.select("tr")}
    assert rows["Periods due"] == "4"
    assert rows["Missed, so unknown"] == "2"
    assert rows["Periods that kept it"] == "2"
    assert rows["Progress"] == "50%"
