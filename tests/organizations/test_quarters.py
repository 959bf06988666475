from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from organizations.models import Cycle, FiscalCalendar, Organization
from organizations.tenancy import organization_scope

LIST = "/o/acme/organization/quarters/"
NEW = f"{LIST}new/"
RHYTHM = f"{LIST}check-ins/"
HTMX = {"HX-Request": "true"}
NOVEMBER = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("UTC"))


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOVEMBER, tick=False):
        yield


def labels(acme):
    with organization_scope(acme):
        return list(Cycle.objects.quarters().values_list("label", flat=True))


def test_a_year_is_shown_with_all_its_dates_before_anything_is_saved(as_ada, acme):
    page = as_ada.get(NEW, {"start_month": 4, "year": 2026}, headers=HTMX)
    text = BeautifulSoup(page.content, "html.parser").text
    assert "Set up FY27" in text
    for date in ("11 Mar to 8 Apr", "1 Apr to 30 Jun", "15 Apr", "23 Jun to 7 Jul", "14 Jul"):
        assert date in text
    assert "<html" not in page.text
    assert page.text.count('class="dot"') > 20
    assert labels(acme) == []


def test_publishing_lays_the_year_out_once(as_ada, acme):
    for _ in range(2):
        assert as_ada.post(NEW, {"start_month": 4, "year": 2026}).status_code == 302
    assert labels(acme) == ["Q1 FY27", "Q2 FY27", "Q3 FY27", "Q4 FY27"]
    assert "was published before" in as_ada.get(LIST).text
    with organization_scope(acme):
        assert FiscalCalendar.objects.get().start_month == 4


def test_what_is_shown_is_what_is_published(as_ada, acme):
    page = BeautifulSoup(as_ada.get(NEW, {"start_month": 7, "year": 2026}).content, "html.parser")
    form = {field["name"]: field["value"] for field in page.select("#publish-form [name]")}
    as_ada.post(NEW, form)
    with organization_scope(acme):
        assert Cycle.objects.get(kind=Cycle.Kind.YEAR).start.isoformat() == "2026-07-01"


def test_the_first_year_fixes_the_month(as_ada, acme):
    as_ada.post(NEW, {"start_month": 4, "year": 2026})
    page = as_ada.get(NEW)
    assert "Fixed since the first year was published" in page.text
    as_ada.post(NEW, {"start_month": 1, "year": 2027})
    assert labels(acme)[4:] == ["Q1 FY28", "Q2 FY28", "Q3 FY28", "Q4 FY28"]
    with organization_scope(acme):
        assert FiscalCalendar.objects.get().start_month == 4


def test_the_phase_stands_there_in_a_word(as_ada, acme):
    as_ada.post(NEW, {"start_month": 1, "year": 2026})
    as_ada.post(NEW, {"start_month": 1, "year": 2027})
    page = BeautifulSoup(as_ada.get(LIST).content, "html.parser")
    words = {row.th.text: row("td")[0].text for row in page.select("tbody tr")}
    assert words["Q4 FY26"] == "Running"
    assert words["Q3 FY26"] == "Overdue to close"
    assert words["Q1 FY27"] == "Upcoming"


@pytest.mark.parametrize("year", ["1999", "no year", "99999"])
def test_a_year_far_off_is_refused(as_ada, acme, year):
    answer = as_ada.post(NEW, {"start_month": 1, "year": year})
    assert answer.status_code == 422
    assert labels(acme) == []
    assert as_ada.get(NEW, {"start_month": "13", "year": year}).status_code == 200


def test_without_a_year_the_page_says_how_to_begin(as_ada):
    assert "Set up the first year" in as_ada.get(LIST).text


def test_an_auditor_reads_quarters_and_changes_nothing(as_vera, acme):
    page = as_vera.get(LIST)
    assert page.status_code == 200
    assert "Set up" not in page.text
    assert as_vera.get(NEW).status_code == 403
    assert as_vera.post(NEW, {"start_month": 1, "year": 2027}).status_code == 403
    assert as_vera.post(RHYTHM, {}).status_code == 403


def test_quarters_are_not_for_everybody(as_cleo, as_mallory):
    assert as_cleo.get(LIST).status_code == 403
    assert as_mallory.get(LIST).status_code == 404


MONDAYS = {
    "checkin_cadence": "weekly",
    "checkin_weekday": "0",
    "checkin_at": "08:30",
    "time_zone": "berlin",
}


def test_check_ins_come_round_as_chosen_and_are_planned_anew(as_ada, acme):
    Organization.objects.update(next_due_at=timezone.now() + timedelta(days=1))
    assert as_ada.post(RHYTHM, MONDAYS).status_code == 302
    acme.refresh_from_db()
    assert (acme.checkin_cadence, acme.checkin_weekday) == ("weekly", 0)
    assert (acme.checkin_at, acme.time_zone) == (time(8, 30), "Europe/Berlin")
    assert "Every Monday, reminder at 08:30" in as_ada.get(LIST).text


def test_an_unknown_zone_is_refused_and_nothing_is_lost(as_ada, acme):
    answer = as_ada.post(RHYTHM, MONDAYS | {"time_zone": "Mars"})
    assert answer.status_code == 422
    assert "“Mars” is not a time zone" in answer.text
    assert 'value="08:30"' in answer.text
    acme.refresh_from_db()
    assert acme.checkin_cadence == "biweekly"
