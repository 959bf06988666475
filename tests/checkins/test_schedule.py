"""Cadences, periods and their states (`checkins/schedule.py`)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.schedule import Cadence, Period, Rhythm, State, due_at, is_overdue, state

A_DAY = timedelta(days=1)
FRIDAY = 4
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CADENCES = st.builds(
    Cadence, st.sampled_from(Rhythm), st.integers(0, 6), st.just(time(9)), anchor=DAYS
)


def day(text):
    return date.fromisoformat(text)


def cadence(kind, weekday=FRIDAY, anchor="2026-01-01"):
    return Cadence(kind, weekday, time(9), day(anchor))


@pytest.mark.parametrize(
    ("kind", "start", "due"),
    [
        pytest.param("weekly", "2026-01-05", "2026-01-09", id="this week's Friday"),
        pytest.param("weekly", "2026-01-09", "2026-01-09", id="a Friday is its own"),
        pytest.param("weekly", "2026-01-10", "2026-01-16", id="next week's Friday"),
        pytest.param("biweekly", "2026-01-01", "2026-01-02", id="the first Friday from the anchor"),
        pytest.param("biweekly", "2026-01-03", "2026-01-16", id="a fortnight later"),
        pytest.param("biweekly", "2025-12-20", "2026-01-02", id="between two fortnights"),
        pytest.param("biweekly", "2025-12-19", "2025-12-19", id="also before the anchor"),
        pytest.param("monthly", "2026-01-01", "2026-01-02", id="the first Friday of the month"),
        pytest.param("monthly", "2026-01-03", "2026-02-06", id="the next month's first Friday"),
        pytest.param("monthly", "2025-12-31", "2026-01-02", id="over New Year"),
        pytest.param("monthly", "2026-01-31", "2026-02-06", id="from a day February lacks"),
    ],
)
def test_due_on_or_after(kind, start, due):
    assert cadence(Rhythm(kind)).due_on_or_after(day(start)) == day(due)


@pytest.mark.parametrize(
    ("kind", "end", "due"),
    [
        pytest.param("weekly", "2026-01-09", "2026-01-02", id="strictly before"),
        pytest.param("weekly", "2026-01-10", "2026-01-09", id="yesterday"),
        pytest.param("biweekly", "2026-01-16", "2026-01-02", id="a fortnight earlier"),
        pytest.param("biweekly", "2026-01-02", "2025-12-19", id="before the anchor"),
        pytest.param("monthly", "2026-02-06", "2026-01-02", id="last month's"),
        pytest.param("monthly", "2026-02-07", "2026-02-06", id="this month's"),
        pytest.param("monthly", "2026-03-31", "2026-03-06", id="on a 31st"),
    ],
)
def test_due_before(kind, end, due):
    assert cadence(Rhythm(kind)).due_before(day(end)) == day(due)


def test_due_dates_of_a_quarter():
    dates = cadence(Rhythm.BIWEEKLY).due_dates(day("2026-01-01"), day("2026-04-01"))
    assert dates == [day("2026-01-02") + timedelta(days=14 * n) for n in range(7)]


def test_due_dates_include_the_start_and_leave_out_the_end():
    weekly = cadence(Rhythm.WEEKLY)
    assert weekly.due_dates(day("2026-01-09"), day("2026-01-16")) == [day("2026-01-09")]
    assert weekly.due_dates(day("2026-01-09"), day("2026-01-09")) == []


@given(DAYS, st.integers(0, 6), DAYS)
@settings(max_examples=20)
def test_fortnights_never_drift_in_ten_years(anchor, weekday, start):
    dates = Cadence(Rhythm.BIWEEKLY, weekday, time(9), anchor).due_dates(
        start, start + timedelta(days=3653)
    )
    assert {later - earlier for earlier, later in pairwise(dates)} == {timedelta(days=14)}
    assert {due.weekday() for due in dates} == {weekday}
    assert {(due - anchor).days // 7 % 2 for due in dates} == {0}


@given(CADENCES, DAYS)
def test_no_due_date_lies_between_the_last_and_the_next(cadence, today):
    last, following = cadence.due_before(today), cadence.due_on_or_after(today)
    assert last < today <= following
    assert cadence.due_on_or_after(last) == last
    assert cadence.due_on_or_after(last + A_DAY) == following
    assert cadence.due_before(following) == last
    assert following.weekday() == cadence.weekday


@given(CADENCES, DAYS, st.integers(0, 200), st.integers(0, 200))
def test_due_dates_of_two_spans_make_those_of_the_whole(cadence, start, first, second):
    middle, end = start + first * A_DAY, start + (first + second) * A_DAY
    assert cadence.due_dates(start, end) == [
        *cadence.due_dates(start, middle),
        *cadence.due_dates(middle, end),
    ]


@given(DAYS)
def test_a_monthly_cadence_has_one_due_date_in_every_month(start):
    dates = cadence(Rhythm.MONTHLY).due_dates(
        start.replace(day=1), start.replace(day=28) + 9 * A_DAY
    )
    assert [due.day <= 7 for due in dates if due.month == start.month] == [True]


def test_a_period_opens_two_days_before_and_has_three_days_of_grace():
    period = cadence(Rhythm.BIWEEKLY).period_for(day("2026-01-16"))
    assert period == Period(day("2026-01-14"), day("2026-01-16"), day("2026-01-19"))


def test_grace_ends_before_the_next_period_opens():
    period = cadence(Rhythm.WEEKLY).period_for(day("2026-01-16"), opens_before=3, grace=6)
    assert period == Period(day("2026-01-13"), day("2026-01-16"), day("2026-01-19"))


def test_a_period_belongs_to_a_due_date():
    with pytest.raises(ValueError, match="not a due date"):
        cadence(Rhythm.BIWEEKLY).period_for(day("2026-01-09"))


@given(CADENCES, DAYS, st.integers(0, 40), st.integers(0, 40))
def test_periods_never_overlap(cadence, start, opens_before, grace):
    due = cadence.due_on_or_after(start)
    this = cadence.period_for(due, opens_before=opens_before, grace=grace)
    following = cadence.period_for(
        cadence.due_on_or_after(due + A_DAY), opens_before=opens_before, grace=grace
    )
    assert this.opens_on <= this.due_on <= this.grace_until < following.opens_on


PERIOD = Period(opens_on=date(2026, 1, 14), due_on=date(2026, 1, 16), grace_until=date(2026, 1, 19))


@pytest.mark.parametrize(
    ("today", "done_on", "excused", "expected"),
    [
        pytest.param("2026-01-13", None, False, State.UPCOMING, id="before it opens"),
        pytest.param("2026-01-14", None, False, State.OPEN, id="the day it opens"),
        pytest.param("2026-01-16", None, False, State.OPEN, id="the due day"),
        pytest.param("2026-01-19", None, False, State.OPEN, id="the last day of grace"),
        pytest.param("2026-01-20", None, False, State.MISSED, id="after the grace"),
        pytest.param("2026-01-20", "2026-01-15", False, State.DONE, id="done in time"),
        pytest.param("2026-01-16", "2026-01-16", False, State.DONE, id="done on the due day"),
        pytest.param("2026-01-12", "2026-01-12", False, State.DONE, id="done before it opened"),
        pytest.param("2026-01-17", "2026-01-17", False, State.LATE, id="done in the grace"),
        pytest.param("2026-01-25", "2026-01-19", False, State.LATE, id="late stays late"),
        pytest.param("2026-01-25", "2026-01-20", False, State.MISSED, id="done after the grace"),
        pytest.param("2026-01-13", None, True, State.EXCUSED, id="excused beforehand"),
        pytest.param("2026-01-25", None, True, State.EXCUSED, id="excused and not done"),
        pytest.param("2026-01-25", "2026-01-15", True, State.DONE, id="excused, done all the same"),
        pytest.param("2026-01-25", "2026-01-18", True, State.EXCUSED, id="excused is never late"),
    ],
)
def test_state(today, done_on, excused, expected):
    done_on = done_on and day(done_on)
    assert state(PERIOD, day(today), done_on, excused=excused) is expected


@pytest.mark.parametrize(
    ("today", "done_on", "excused", "overdue"),
    [
        pytest.param("2026-01-16", None, False, False, id="the due day"),
        pytest.param("2026-01-17", None, False, True, id="the day after, in the grace"),
        pytest.param("2026-02-17", None, False, True, id="missed"),
        pytest.param("2026-01-17", "2026-01-16", False, False, id="done"),
        pytest.param("2026-01-18", "2026-01-17", False, False, id="done late"),
        pytest.param("2026-01-17", None, True, False, id="excused"),
    ],
)
def test_overdue(today, done_on, excused, overdue):
    done_on = done_on and day(done_on)
    assert is_overdue(PERIOD, day(today), done_on, excused=excused) is overdue


def test_due_at_follows_the_local_clock_across_a_change():
    friday, monday = day("2026-03-27"), day("2026-03-30")
    before = due_at(friday, time(9), "Europe/Berlin")
    after = due_at(monday, time(9), "Europe/Berlin")
    assert before == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert after == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_a_weekday_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="weekday"):
        cadence(Rhythm.WEEKLY, weekday=7)


def test_a_rhythm_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="hourly"):
        cadence("hourly")
