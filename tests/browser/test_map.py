"""The alignment map by keyboard, by zoom and by address."""

import re

import pytest
from playwright.sync_api import expect

from objectives.alignment import align
from organizations.tenancy import organization_scope
from tests.factories import ObjectiveFactory

from .hands import tab_to

MAP = "/o/acme/objectives/map/"
COMPANY = "Make winter riding the default"
LAST = "Goal 11"


@pytest.fixture
def goals(acme, max):
    """More goals than a frame has room for."""
    with organization_scope(acme):
        company = ObjectiveFactory(title=COMPANY, owner=max, level="company", kind="one_focus")
        for number in range(12):
            align(ObjectiveFactory(title=f"Goal {number:02}", owner=max), company, by=max)


def card(page, title):
    return page.get_by_role("link", name=re.compile(f"^{title},"))


def test_the_map_is_walked_with_the_keyboard_alone(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(MAP)
    tab_to(page, card(page, COMPANY))
    for number in range(12):
        page.keyboard.press("Tab")
        expect(card(page, f"Goal {number:02}")).to_be_focused()
    expect(card(page, LAST)).to_be_in_viewport(ratio=1)
    shown = "(card) => getComputedStyle(card.querySelector('use')).strokeWidth"
    assert card(page, LAST).evaluate(shown) == "2.5px", "The focus cannot be seen."
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=LAST)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page, LAST)).to_be_focused()


def test_the_map_begins_at_its_first_goal(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(MAP)
    expect(card(page, COMPANY)).to_be_in_viewport(ratio=1)


def test_fit_shows_everything_and_zoom_goes_back(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(MAP)
    drawing = page.locator(".map svg[viewBox]").first
    before = drawing.bounding_box()["height"]
    tab_to(page, page.get_by_role("button", name="Fit"))
    page.keyboard.press("Enter")
    frame = page.locator(".map").bounding_box()
    assert drawing.bounding_box()["height"] <= frame["height"] < before
    page.get_by_role("button", name="Zoom in").click()
    assert drawing.bounding_box()["height"] > frame["height"] / 2


def test_searching_dims_the_rest_and_the_outline_keeps_the_words(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(MAP)
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type(LAST)
    expect(page.locator("#live")).to_have_text("1 goal matches.")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator(".map a:not([data-dim])")).to_have_count(1)
    expect(card(page, LAST)).to_be_in_viewport(ratio=1)
    page.get_by_role("navigation", name="View").get_by_role("link", name="Outline").click()
    expect(page).to_have_url(re.compile(r"/alignment/\?q=Goal\+11$"))
    expect(page.get_by_role("searchbox")).to_have_value(LAST)
    expect(page.locator("mark")).to_have_text(LAST)
    page.get_by_role("navigation", name="View").get_by_role("link", name="Map").click()
    expect(page).to_have_url(re.compile(r"/map/\?q=Goal\+11$"))
