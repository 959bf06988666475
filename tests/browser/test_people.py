"""The people team's pages as a browser works them: pickers by keyboard, search, publishing."""

import re

import pytest
from playwright.sync_api import expect

from organizations.models import Cycle, Person
from organizations.tenancy import organization_scope
from tests.factories import PersonFactory

PEOPLE = "/o/acme/organization/people/"
QUARTERS = "/o/acme/organization/quarters/"
OFFERED = "[data-picker] [role=option]"


def offered(page):
    return page.locator(OFFERED)


def test_a_picker_is_worked_by_keyboard(page_as, ada, cleo, acme):
    with organization_scope(acme):
        sams = [PersonFactory(name=name) for name in ("Sam Baker", "Sam Rider")]
    page = page_as(ada)
    page.goto(f"{PEOPLE}{cleo.pk}/edit/")
    manager = page.get_by_label("Manager", exact=False).first
    manager.fill("sa")
    expect(offered(page)).to_have_count(2)
    expect(manager).to_have_attribute("aria-expanded", "true")
    manager.press("ArrowDown")
    manager.press("ArrowDown")
    expect(page.locator(f"{OFFERED}[aria-selected=true]")).to_contain_text("Rider")
    manager.press("Enter")
    expect(manager).to_have_value("Sam Rider")
    expect(manager).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(rf"/people/{cleo.pk}/$"))
    with organization_scope(acme):
        assert cleo.manager_on(acme.today()) == sams[1]


def test_escape_closes_the_suggestions_and_keeps_the_words(page_as, ada, cleo, acme):
    page = page_as(ada)
    page.goto(f"{PEOPLE}new/")
    manager = page.get_by_role("combobox", name="Manager")
    manager.fill("cl")
    expect(offered(page)).to_have_count(1)
    manager.press("Escape")
    expect(offered(page)).to_have_count(0)
    expect(manager).to_have_value("cl")


def test_a_wrong_field_takes_the_focus_and_nothing_is_lost(page_as, ada, cleo):
    page = page_as(ada, answers=[422])
    page.goto(f"{PEOPLE}new/")
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("E-mail").fill("grace@acme.example")
    page.get_by_role("combobox", name="Manager").fill("nobody at all")
    page.get_by_role("button", name="Add person").click()
    manager = page.get_by_role("combobox", name="Manager")
    expect(manager).to_be_focused()
    expect(manager).to_have_value("nobody at all")
    expect(page.get_by_label("Name")).to_have_value("Grace")


@pytest.mark.parametrize("script", [True, False])
def test_somebody_is_added_with_and_without_script(page_as, ada, max, acme, script):
    page = page_as(ada, script=script)
    page.goto(f"{PEOPLE}new/")
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("E-mail").fill("grace@acme.example")
    page.get_by_role("combobox", name="Manager").fill("max")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_role("heading", name="Grace")).to_be_visible()
    with organization_scope(acme):
        assert Person.objects.get(name="Grace").manager_on(acme.today()) == max


def test_searching_finds_while_typing_and_says_how_many(page_as, ada, cleo):
    page = page_as(ada)
    page.goto(PEOPLE)
    page.get_by_label("Name or e-mail").press_sequentially("cleo")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#live")).to_have_text("1 person ")
    expect(page.get_by_label("Name or e-mail")).to_be_focused()
    assert "q=cleo" in page.url


def test_a_chosen_department_or_status_narrows_at_once(page_as, ada, cleo, acme):
    with organization_scope(acme):
        PersonFactory(name="Nils")
    page = page_as(ada)
    page.goto(PEOPLE)
    page.get_by_text("Filters").click()
    page.get_by_label("Status").select_option("new")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#people tbody")).to_contain_text("Nils")


@pytest.mark.parametrize("script", [True, False])
def test_a_year_is_published_after_one_question(page_as, ada, acme, script):
    page = page_as(ada, script=script)
    page.goto(f"{QUARTERS}new/")
    page.get_by_label("Fiscal year starts").select_option("4")
    if not script:
        page.get_by_role("button", name="Show these dates").click()
    expect(page.locator("#publish-form [name=start_month]")).to_have_value("4")
    page.get_by_role("button", name=re.compile("Publish")).click()
    if script:
        page.get_by_role("dialog").get_by_role("button", name=re.compile("Publish FY")).click()
    page.wait_for_url(re.compile(r"/quarters/$"))
    with organization_scope(acme):
        starts = {start.month for start in Cycle.objects.values_list("start", flat=True)}
    assert starts == {1, 4, 7, 10}
    with organization_scope(acme):
        assert Cycle.objects.get(kind=Cycle.Kind.YEAR).start.month == 4
