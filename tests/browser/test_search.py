"""Find or do, and the page of all that was found, with the keyboard."""

import re

from playwright.sync_api import expect


def test_a_goal_is_found_and_opened_with_the_keyboard(page_as, cleo, objective):
    page = page_as(cleo)
    page.goto("/o/acme/")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("riders worry")
    option = page.get_by_role("option", name=objective.title)
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(objective.title)


def test_pages_are_still_found_and_all_else_is_one_press_away(page_as, cleo, objective):
    page = page_as(cleo)
    page.goto("/o/acme/")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("align")
    expect(page.get_by_role("option", name="Go to Alignment")).to_be_visible()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("riders")
    expect(page.get_by_role("option", name="Go to Alignment")).to_be_hidden()
    page.get_by_role("option", name="Search everything for “riders”").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=riders$"))
    page.get_by_role("searchbox").fill("within an hour")
    expect(page.get_by_role("link", name="Answers within an hour")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_it_is_found_without_script(page_as, cleo, objective):
    page = page_as(cleo, script=False)
    page.goto("/o/acme/search/")
    page.get_by_role("searchbox").fill("riders")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=objective.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(objective.title)
