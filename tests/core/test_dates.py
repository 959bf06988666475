"""Dates, working days and local clocks (`core/dates.py`)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import WorkingWeek, add_months, local_instant, today_in

A_DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
NEAR_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
WEEKS = st.builds(
    WorkingWeek,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(NEAR_DAYS, max_size=30),
)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "instant"),
    [
        pytest.param("2026-01-15", "09:00", "Europe/Berlin", "2026-01-15 08:00", id="winter"),
        pytest.param("2026-07-15", "09:00", "Europe/Berlin", "2026-07-15 07:00", id="summer"),
        pytest.param(
            "2026-03-29", "02:30", "Europe/Berlin", "2026-03-29 01:00", id="a gap ends at 03:00"
        ),
        pytest.param(
            "2026-03-29", "02:00", "Europe/Berlin", "2026-03-29 01:00", id="a gap's first minute"
        ),
        pytest.param(
            "2026-03-29", "03:00", "Europe/Berlin", "2026-03-29 01:00", id="just after a gap"
        ),
        pytest.param(
            "2026-10-25", "02:30", "Europe/Berlin", "2026-10-25 00:30", id="a fold, first time"
        ),
        pytest.param(
            "2026-10-04",
            "02:15",
            "Australia/Lord_Howe",
            "2026-10-03 15:30",
            id="half an hour's gap",
        ),
        pytest.param(
            "2026-09-06", "00:00", "America/Santiago", "2026-09-06 04:00", id="no midnight that day"
        ),
        pytest.param(
            "2011-12-30", "09:00", "Pacific/Apia", "2011-12-30 10:00", id="a day that never was"
        ),
        pytest.param("2026-05-01", "09:00", "Asia/Kathmandu", "2026-05-01 03:15", id="odd offset"),
        pytest.param("2026-05-01", "09:00", "UTC", "2026-05-01 09:00", id="UTC"),
    ],
)
def test_local_instant(day, clock, zone, instant):
    assert local_instant(date.fromisoformat(day), time.fromisoformat(clock), zone) == utc(instant)


def test_local_instant_ignores_the_fold_of_the_clock_it_is_given():
    second = time(2, 30, fold=1)
    assert local_instant(date(2026, 10, 25), second, "Europe/Berlin") == utc("2026-10-25 00:30")


def test_local_instant_refuses_a_zone_nobody_knows():
    with pytest.raises(ZoneInfoNotFoundError):
        local_instant(date(2026, 1, 1), time(9), "Atlantis/Capital")


def clock_changes(zone):
    """Every change of the zone's clocks from 2024 to 2035: (instant, local before, local at)."""
    tz = ZoneInfo(zone)
    changes = []
    at, end = utc("2024-01-01"), utc("2036-01-01")
    while at < end:
        then = at + timedelta(days=7)
        if at.astimezone(tz).utcoffset() != then.astimezone(tz).utcoffset():
            low, high = at, then
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=1) // 2)
                same = middle.astimezone(tz).utcoffset() == at.astimezone(tz).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            before = (high + at.astimezone(tz).utcoffset()).replace(tzinfo=None)
            changes.append((high, before, high.astimezone(tz).replace(tzinfo=None)))
        at = then
    return changes


def test_every_zone_has_exactly_one_instant_at_every_change_of_clock():
    seen = 0
    for zone in sorted(available_timezones()):
        for instant, before, after in clock_changes(zone):
            first, last = sorted((before, after))
            inside = first + (last - first) / 2
            for wanted in (first - timedelta(minutes=1), first, inside, last):
                found = local_instant(wanted.date(), wanted.time(), zone)
                shown = found.astimezone(ZoneInfo(zone))
                if before <= wanted < after:
                    assert found == instant, (zone, wanted)
                else:
                    assert shown.replace(tzinfo=None) == wanted, (zone, wanted)
                    assert shown.fold == 0, (zone, wanted)
                seen += 1
    assert seen > 10_000  # else the zone database is missing and nothing was tried


@given(
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.times(),
    st.sampled_from(sorted(available_timezones())),
)
@settings(max_examples=200, deadline=None)
def test_local_instant_falls_on_the_day_asked_for(day, clock, zone):
    shown = local_instant(day, clock, zone).astimezone(ZoneInfo(zone))
    assert shown.date() == day
    assert shown.replace(tzinfo=None) >= datetime.combine(day, clock)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        pytest.param("UTC", "2026-03-31", id="where it is said"),
        pytest.param("Pacific/Kiritimati", "2026-04-01", id="already tomorrow"),
        pytest.param("Pacific/Pago_Pago", "2026-03-31", id="still today"),
    ],
)
def test_today_in(zone, day):
    assert today_in(zone, utc("2026-03-31 23:30")) == date.fromisoformat(day)


def test_today_in_refuses_a_moment_without_a_zone():
    with pytest.raises(ValueError, match="aware"):
        today_in("UTC", datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        pytest.param("2026-01-31", 1, "2026-02-28", id="clamped"),
        pytest.param("2028-01-31", 1, "2028-02-29", id="leap year"),
        pytest.param("2028-02-29", 12, "2029-02-28", id="a year after 29 February"),
        pytest.param("2026-12-15", 1, "2027-01-15", id="into the next year"),
        pytest.param("2026-01-15", -1, "2025-12-15", id="back into the last year"),
        pytest.param("2026-05-31", 0, "2026-05-31", id="none"),
    ],
)
def test_add_months(day, n, expected):
    assert add_months(date.fromisoformat(day), n) == date.fromisoformat(expected)


def test_add_months_refuses_to_leave_the_calendar():
    with pytest.raises(ValueError, match="outside"):
        add_months(date(1, 1, 31), -1)


@given(DAYS, st.integers(-600, 600))
def test_add_months_reaches_the_month_and_never_a_later_day(day, n):
    there = add_months(day, n)
    assert (there.year - day.year) * 12 + there.month - day.month == n
    assert there.day == day.day or (there.day < day.day and (there + A_DAY).day == 1)


OFFICE = WorkingWeek(frozenset(range(5)), frozenset({date(2026, 4, 3), date(2026, 4, 4)}))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param("2026-04-06", "2026-04-13", 5, id="a week"),
        pytest.param("2026-04-06", "2026-04-06", 0, id="an empty range"),
        pytest.param("2026-04-06", "2026-04-07", 1, id="the first day counts, the last does not"),
        pytest.param("2026-04-07", "2026-04-06", 0, id="backwards is empty"),
        pytest.param("2026-03-30", "2026-04-06", 4, id="Good Friday, and a holiday on Saturday"),
        pytest.param("2026-03-30", "2026-04-03", 4, id="up to a holiday"),
        pytest.param("2026-04-11", "2026-04-13", 0, id="a weekend"),
    ],
)
def test_working_days_between(start, end, days):
    assert OFFICE.days_between(date.fromisoformat(start), date.fromisoformat(end)) == days


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        pytest.param("2026-04-02", 1, "2026-04-06", id="over Good Friday and the weekend"),
        pytest.param("2026-04-06", -1, "2026-04-02", id="and back"),
        pytest.param("2026-04-06", 3, "2026-04-09", id="three days"),
        pytest.param("2026-04-04", 0, "2026-04-04", id="none stays, even on a Saturday"),
        pytest.param("2026-04-04", 1, "2026-04-06", id="from a Saturday to Monday"),
    ],
)
def test_adding_working_days(day, n, expected):
    assert OFFICE.add(date.fromisoformat(day), n) == date.fromisoformat(expected)


@given(WEEKS, NEAR_DAYS, st.integers(0, 400))
@settings(max_examples=60)
def test_working_days_agree_with_counting_them(week, start, length):
    days = [start + n * A_DAY for n in range(length)]
    assert week.days_between(start, start + length * A_DAY) == sum(map(week.is_working, days))


@given(WEEKS, NEAR_DAYS, st.integers(0, 400), st.integers(0, 400))
def test_working_days_of_two_halves_make_the_whole(week, start, first, second):
    middle, end = start + first * A_DAY, start + (first + second) * A_DAY
    halves = week.days_between(start, middle) + week.days_between(middle, end)
    assert week.days_between(start, end) == halves


@given(WEEKS, NEAR_DAYS, st.integers(1, 60))
def test_adding_lands_on_the_nth_working_day(week, day, n):
    there = week.add(day, n)
    assert week.is_working(there)
    assert week.days_between(day + A_DAY, there + A_DAY) == n
    back = week.add(day, -n)
    assert week.is_working(back)
    assert week.days_between(back, day) == n


@pytest.mark.parametrize(
    "weekdays", [pytest.param(set(), id="none"), pytest.param({7}, id="an eighth")]
)
def test_a_week_without_real_weekdays_is_refused(weekdays):
    with pytest.raises(ValueError, match="weekday"):
        WorkingWeek(frozenset(weekdays), frozenset())
