"""Fiscal years, quarters and phases (`organizations/calendar.py`)."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizations.calendar import CycleDates, Phase, lay_out_year

A_DAY = timedelta(days=1)
ORDER = list(Phase)
Q2 = CycleDates.default(date(2026, 4, 1), date(2026, 6, 30))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_a_quarter_has_the_usual_dates():
    dates = CycleDates.default(date(2026, 4, 1), date(2026, 6, 30))
    assert dates == CycleDates(
        start=date(2026, 4, 1),
        end=date(2026, 6, 30),
        planning_opens=date(2026, 3, 11),
        planning_due=date(2026, 4, 8),
        lock_on=date(2026, 4, 15),
        grading_opens=date(2026, 6, 23),
        grading_due=date(2026, 7, 7),
        close_on=date(2026, 7, 14),
    )


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        pytest.param("2026-03-10", Phase.UPCOMING, id="the day before planning opens"),
        pytest.param("2026-03-11", Phase.PLANNING, id="planning opens"),
        pytest.param("2026-03-31", Phase.PLANNING, id="the day before the start"),
        pytest.param("2026-04-01", Phase.ACTIVE, id="the start"),
        pytest.param("2026-04-08", Phase.ACTIVE, id="planning is due, and it has long begun"),
        pytest.param("2026-06-22", Phase.ACTIVE, id="the day before grading opens"),
        pytest.param("2026-06-23", Phase.CLOSING, id="grading opens inside the cycle"),
        pytest.param("2026-06-30", Phase.CLOSING, id="the last day"),
        pytest.param("2026-07-14", Phase.CLOSING, id="the day to close on"),
        pytest.param("2026-07-15", Phase.OVERDUE, id="nobody closed it"),
    ],
)
def test_phase(today, phase):
    today = date.fromisoformat(today)
    assert Q2.phase(today, closed=False) is phase
    assert Q2.phase(today, closed=True) is Phase.CLOSED


def test_moving_the_dates_can_jump_from_active_to_closing():
    today = date(2026, 5, 20)
    assert Q2.phase(today, closed=False) is Phase.ACTIVE
    shortened = CycleDates.default(date(2026, 4, 1), date(2026, 5, 24))
    assert shortened.phase(today, closed=False) is Phase.CLOSING


@pytest.mark.parametrize(
    ("today", "planning", "locked"),
    [
        pytest.param("2026-03-10", False, False, id="before"),
        pytest.param("2026-03-11", True, False, id="planning opens"),
        pytest.param("2026-04-08", True, False, id="planning is due"),
        pytest.param("2026-04-09", False, False, id="the week between"),
        pytest.param("2026-04-15", False, True, id="locked"),
        pytest.param("2026-08-01", False, True, id="long after"),
    ],
)
def test_planning_and_lock(today, planning, locked):
    today = date.fromisoformat(today)
    assert Q2.planning_is_open(today) is planning
    assert Q2.is_locked(today) is locked


@given(DAYS, st.integers(0, 400), st.integers(-40, 440), st.integers(0, 40))
def test_a_phase_never_goes_back(start, length, offset, later):
    dates = CycleDates.default(start, start + length * A_DAY)
    first = dates.phase(start + offset * A_DAY, closed=False)
    second = dates.phase(start + (offset + later) * A_DAY, closed=False)
    assert ORDER.index(first) <= ORDER.index(second)


@given(DAYS, st.integers(0, 400))
def test_the_usual_dates_are_in_order_however_short_the_cycle(start, length):
    assert CycleDates.default(start, start + length * A_DAY).problem() is None


def test_a_cycle_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="ends on or after"):
        CycleDates.default(date(2026, 4, 2), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("field", "day", "code"),
    [
        pytest.param("end", "2026-03-31", "ends_before_start", id="end"),
        pytest.param("planning_opens", "2026-04-02", "planning_opens_late", id="planning opens"),
        pytest.param("planning_due", "2026-03-10", "planning_due_early", id="planning due"),
        pytest.param("lock_on", "2026-04-07", "lock_early", id="lock before planning is due"),
        pytest.param("lock_on", "2026-07-01", "lock_late", id="lock after the end"),
        pytest.param("grading_opens", "2026-03-31", "grading_opens_early", id="grading at once"),
        pytest.param("grading_opens", "2026-07-01", "grading_opens_late", id="grading after it"),
        pytest.param("grading_due", "2026-06-29", "grading_due_early", id="grading due"),
        pytest.param("close_on", "2026-07-06", "close_early", id="close"),
    ],
)
def test_dates_out_of_order_have_a_problem(field, day, code):
    assert replace(Q2, **{field: date.fromisoformat(day)}).problem() == code


def test_every_date_is_inclusive_of_its_own_day():
    same_day = CycleDates(**{field.name: date(2026, 4, 1) for field in fields(CycleDates)})
    assert same_day.problem() is None
    assert same_day.phase(date(2026, 4, 1), closed=False) is Phase.CLOSING


@pytest.mark.parametrize(
    ("start_month", "year_starting", "label", "first", "last"),
    [
        pytest.param(1, 2026, "FY26", "2026-01-01", "2026-12-31", id="the calendar year"),
        pytest.param(4, 2025, "FY26", "2025-04-01", "2026-03-31", id="from April"),
        pytest.param(12, 2025, "FY26", "2025-12-01", "2026-11-30", id="from December"),
        pytest.param(3, 2027, "FY28", "2027-03-01", "2028-02-29", id="to a leap day"),
        pytest.param(7, 1999, "FY00", "1999-07-01", "2000-06-30", id="two digits, always"),
    ],
)
def test_fiscal_year(start_month, year_starting, label, first, last):
    year = lay_out_year(start_month, year_starting)
    assert (year.label, year.start, year.end) == (
        label,
        date.fromisoformat(first),
        date.fromisoformat(last),
    )
    assert [quarter.label for quarter in year.quarters] == [f"Q{n} {label}" for n in (1, 2, 3, 4)]


def test_quarters_of_a_year_from_february():
    spans = [(quarter.start, quarter.end) for quarter in lay_out_year(2, 2027).quarters]
    assert spans == [
        (date(2027, 2, 1), date(2027, 4, 30)),
        (date(2027, 5, 1), date(2027, 7, 31)),
        (date(2027, 8, 1), date(2027, 10, 31)),
        (date(2027, 11, 1), date(2028, 1, 31)),
    ]


@pytest.mark.parametrize("start_month", range(1, 13))
def test_quarters_tile_every_year_and_years_follow_each_other(start_month):
    for year_starting in range(2000, 2101):
        year = lay_out_year(start_month, year_starting)
        edges = [year.start - A_DAY]
        for quarter in year.quarters:
            assert quarter.start == edges[-1] + A_DAY
            assert 89 <= (quarter.end - quarter.start).days + 1 <= 92
            edges.append(quarter.end)
        assert edges[-1] == year.end
        assert lay_out_year(start_month, year_starting + 1).start == year.end + A_DAY


@pytest.mark.parametrize("start_month", [0, 13])
def test_a_month_that_does_not_exist_is_refused(start_month):
    with pytest.raises(ValueError, match="month"):
        lay_out_year(start_month, 2026)
