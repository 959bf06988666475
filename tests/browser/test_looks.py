"""Colours, motion and contrast as each reader wants them."""

import pytest
from playwright.sync_api import expect

HOME, OUTLINE = "/o/acme/", "/o/acme/objectives/alignment/"
PAPER = "getComputedStyle(document.documentElement).colorScheme"


def open_menu(page):
    page.get_by_role("button", name="Your menu").or_(
        page.get_by_role("button", name="your menu")
    ).locator("visible=true").first.click()


def test_colours_change_at_once_and_stay(page_as, cleo):
    page = page_as(cleo)
    page.goto(HOME)
    assert page.evaluate(PAPER) == "light dark"
    open_menu(page)
    with page.expect_response("**/preferences/theme/"):
        page.get_by_role("radio", name="Dark").check(force=True)
        expect(page.locator("html")).to_have_attribute("data-theme", "night")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    assert page.evaluate(PAPER) == "dark"


def test_colours_are_kept_without_script(page_as, cleo):
    page = page_as(cleo, script=False)
    page.goto(OUTLINE)
    open_menu(page)
    page.get_by_role("radio", name="Dark").check(force=True)
    page.get_by_role("button", name="Keep these colours").click()
    page.wait_for_url(f"**{OUTLINE}")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")


MOVING = """() => [...document.querySelectorAll("*")].flatMap((element) => {
  const { transitionDuration, animationName } = getComputedStyle(element);
  const still = animationName === "none" && /^(0s(, )?)+$/.test(transitionDuration);
  return still ? [] : [element.outerHTML.slice(0, 80)];
})"""


@pytest.mark.parametrize("path", [HOME, OUTLINE])
def test_nothing_moves_for_who_wants_no_motion(page_as, cleo, objective, path):
    page = page_as(cleo, reduced_motion="reduce")
    page.goto(path)
    assert page.evaluate(MOVING) == []


def test_bars_and_focus_can_be_seen_in_forced_colours(page_as, cleo, objective):
    page = page_as(cleo, forced_colors="active")
    page.goto(f"{OUTLINE}?unlinked=1")
    drawn = "getComputedStyle(document.querySelector('.bar .t')).stroke"
    surface = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(drawn) not in {"none", page.evaluate(surface)}
    row = page.locator("tr[aria-level]").first
    row.focus()
    page.keyboard.press("Home")
    assert row.evaluate("(row) => getComputedStyle(row).outlineStyle") == "solid"
