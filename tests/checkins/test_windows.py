"""When each conversation opens and is due: a table of cases (domain §9, §14.4)."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from checkins.windows import Kind, Window
from core.dates import WorkingWeek, local_instant, today_in

START, END = Kind.QUARTER_START, Kind.QUARTER_END


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "start", "end", "opens_on", "due_on"),
    [
        pytest.param(START, "2026-10-01", "2026-12-31", "2026-09-17", "2026-10-11", id="usual"),
        pytest.param(START, "2027-01-01", "2027-03-31", "2026-12-18", "2027-01-11", id="new year"),
        pytest.param(END, "2026-10-01", "2026-12-31", "2026-12-24", "2027-01-07", id="year's end"),
        pytest.param(END, "2027-12-26", "2028-03-25", "2028-03-18", "2028-04-01", id="4-4-5"),
        pytest.param(END, "2028-10-01", "2029-01-06", "2028-12-30", "2029-01-13", id="53rd week"),
        pytest.param(START, "2028-03-01", "2028-05-31", "2028-02-16", "2028-03-11", id="leap day"),
        pytest.param(END, "2028-01-01", "2028-02-29", "2028-02-22", "2028-03-07", id="leap end"),
        pytest.param(END, "2026-01-01", "2026-03-31", "2026-03-24", "2026-04-07", id="clocks on"),
        pytest.param(END, "2026-08-01", "2026-10-31", "2026-10-24", "2026-11-07", id="clocks back"),
    ],
)
def test_a_quarters_conversations_hang_on_its_first_and_its_last_day(
    kind, start, end, opens_on, due_on
):
    window = Window.quarterly(kind, day(start), day(end))
    assert window == (day(opens_on), day(due_on))


def test_a_biweekly_one_opens_four_days_before_it_is_due():
    assert Window.biweekly(day("2027-01-02")) == (day("2026-12-29"), day("2027-01-02"))
    with pytest.raises(ValueError, match="does not hang on a cycle"):
        Window.quarterly(Kind.BIWEEKLY, day("2026-10-01"), day("2026-12-31"))


@pytest.mark.parametrize(
    ("due_on", "holidays", "meets_on"),
    [
        pytest.param("2027-01-07", [], "2027-01-07", id="a working day"),
        pytest.param("2026-11-28", [], "2026-11-27", id="a Saturday"),
        pytest.param("2026-12-25", ["2026-12-24", "2026-12-25"], "2026-12-23", id="Christmas"),
        pytest.param("2026-11-29", ["2026-11-27"], "2026-11-26", id="a bridge before a Sunday"),
        pytest.param("2026-11-08", ["2026-11-05", "2026-11-06"], "2026-11-08", id="no day at all"),
    ],
)
def test_the_day_proposed_is_a_working_one_inside_the_window(due_on, holidays, meets_on):
    week = WorkingWeek(frozenset(range(5)), frozenset(map(day, holidays)))
    assert Window.biweekly(day(due_on)).meeting_day(week) == day(meets_on)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("end", ["2026-03-28", "2026-10-24", "2026-03-07", "2026-09-26"])
def test_a_change_of_clocks_costs_no_day_of_the_window(zone, end):
    """Seven days are seven dates, also when they are an hour shorter or longer."""
    window = Window.quarterly(END, day(end) - timedelta(days=89), day(end))
    midnights = [local_instant(day(end) + timedelta(days=n), time(), zone) for n in range(8)]
    assert [today_in(zone, moment) for moment in midnights][-1] == window.due_on
    assert (midnights[-1].astimezone(ZoneInfo(zone)).date() - day(end)).days == 7
