"""Every kind of card, by keyboard, with errors and at its end, in both themes and widths."""

import os
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from checkins.models import CheckIn, CheckInPeriod, Reading
from objectives.models import Milestone
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days

PAGE = "/o/acme/check-in/"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def period(transactional_db, acme, cleo):
    """Cleo's turn is today; three numbers from a fortnight ago, a switch, steps and a long one."""
    with organization_scope(acme):
        today = acme.today()
        objective = ObjectiveFactory(title="Cut cold-start failures to near zero", owner=cleo)
        more = {"objective": objective}
        rate = KeyResultFactory(
            title="Cold-start failure rate",
            measure="percent",
            direction="decrease",
            decimals=1,
            start=Decimal("6.2"),
            target=2,
            **more,
        )
        bikes = KeyResultFactory(
            title="Battery pre-heat", unit="bikes", target=9000, position=1, **more
        )
        for one, value, confidence in ((rate, "3.9", 6), (bikes, "4150", 3)):
            reading = Reading(Decimal(value), confidence)
            CheckIn.record(one, cleo, reading, uuid4(), on=today - days(14))
        due = CheckInPeriod(person=cleo, opens_on=today, due_on=today, grace_until=today + days(3))
        due.save()
        return due


@pytest.fixture
def link(acme, period):
    with organization_scope(acme):
        return period.link(acme.today()).path


@pytest.fixture
def all_measures(acme, period, cleo):
    with organization_scope(acme):
        more = {"objective": ObjectiveFactory(title=LONG * 2, owner=cleo)}
        KeyResultFactory(title="Contract signed", measure="yes_no", start=None, target=None, **more)
        steps = KeyResultFactory(
            title="Launched", measure="milestones", start=None, target=None, **more
        )
        for title in ("Plan", "Pilot in Lyon", LONG):
            Milestone.objects.create(key_result=steps, title=title)
        KeyResultFactory(title="Sales", measure="currency", unit="€", target=1250000, **more)


def test_a_wrong_number_is_said_at_once_and_again_after_saving(page_as, cleo, period):
    page = page_as(cleo, answers=[422])
    page.goto(PAGE)
    bikes = page.get_by_role("region", name="Battery pre-heat")
    field = bikes.get_by_role("textbox", name="Where it stands now")
    field.fill("many")
    expect(bikes.get_by_text("Enter a number, for example 12 or 3.5.")).to_be_visible()
    expect(field).to_be_focused()
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("1 key result is saved")).to_be_visible()
    expect(page.get_by_role("textbox", name="Where it stands now")).to_be_focused()


def test_the_whole_form_works_by_keyboard(page_as, acme, cleo, period):
    page = page_as(cleo)
    page.goto(PAGE)
    field = page.get_by_role("textbox", name="Where it stands now").first
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3,5")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/acme/")
    with organization_scope(acme):
        assert CheckIn.objects.filter(value=Decimal("3.5")).exists()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_it_looks_and_reads_well(page_as, cleo, max, all_measures, link, width, theme):
    for name, person, path in (
        ("page", cleo, PAGE),
        ("link", max, link),
        ("unchanged", None, f"{link}?unchanged=1"),
    ):
        page = page_as(person, width, theme)
        page.goto(path)
        look(page, f"check-in-{name}-{theme}-{width}")
    page.get_by_role("button", name="Nothing changed").click()
    expect(page.get_by_text("3 key results need their first number.").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_errors_look_well(page_as, cleo, all_measures, width, theme):
    page = page_as(cleo, width, theme, answers=[422])
    page.goto(PAGE)
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("2 key results are saved")).to_be_visible()
    look(page, f"check-in-errors-{theme}-{width}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_the_end_looks_well(page_as, link, width, theme):
    page = page_as(None, width, theme)
    page.goto(link)
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("All checked in until")
    look(page, f"check-in-done-{theme}-{width}")


def look(page, name):
    """No finding of axe, and nothing to scroll to sideways; keep a picture where one is wanted."""
    if folder := os.environ.get("OKR_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
