"""Writing an objective: with the keyboard alone, without script, and with something missing."""

import pytest
from playwright.sync_api import expect

from .hands import tab_to

LIST, NEW = "/o/acme/objectives/", "/o/acme/objectives/new/"
TITLE, KEY_RESULT = "Riders trust the range shown", "Riders who run dry"


@pytest.fixture
def calendar(acme, cleo, objective):
    """A quarter runs already, and cleo has an objective in it."""
    return objective.cycle


def test_an_objective_with_a_key_result_is_written_with_the_keyboard(page_as, cleo, calendar):
    page = page_as(cleo)
    page.goto(LIST)
    tab_to(page, page.get_by_role("main").get_by_role("link", name="New objective"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{NEW}")
    tab_to(page, page.get_by_role("link", name="Write a supporting objective"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Objective", exact=True))
    page.keyboard.type(TITLE)
    row = page.get_by_role("group", name="Key result 1")
    tab_to(page, row.get_by_label("What you measure"))
    page.keyboard.type(KEY_RESULT)
    for label, text in [("From", "120"), ("To", "20")]:
        tab_to(page, row.get_by_label(label, exact=False).first)
        page.keyboard.type(text)
    tab_to(page, page.get_by_role("button", name="Save draft"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("heading", name=KEY_RESULT)).to_be_visible()
    expect(page.locator("#live")).to_contain_text("Draft saved.")


def test_an_objective_is_written_and_read_without_script(page_as, cleo, calendar):
    page = page_as(cleo, script=False)
    page.goto("/o/acme/")
    page.get_by_role("link", name="My OKRs").first.click()
    page.get_by_role("main").get_by_role("link", name="New objective").click()
    page.get_by_role("link", name="Write a supporting objective").click()
    page.get_by_label("Objective", exact=True).fill(TITLE)
    page.get_by_role("group", name="Key result 1").get_by_label("What you measure").fill(KEY_RESULT)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("heading", name=KEY_RESULT)).to_be_visible()


def test_what_is_missing_is_said_and_gets_the_focus(page_as, cleo, calendar):
    page = page_as(cleo, answers={422})
    page.goto(f"{NEW}?kind=supporting")
    page.get_by_label("Why it matters").fill("Nobody likes to walk home.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_be_visible()
    title = page.get_by_label("Objective", exact=True)
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Why it matters")).to_have_value("Nobody likes to walk home.")


def test_a_goal_above_is_picked_with_the_keyboard(page_as, max, objective):
    page = page_as(max)
    page.goto(f"{NEW}?kind=supporting")
    above = page.get_by_role("combobox", name="Supports")
    tab_to(page, above)
    page.keyboard.type("answer")
    option = page.get_by_role("option", name=f"{objective.title} Cleo")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(above).to_have_value(objective.title)
    expect(option).to_be_hidden()
