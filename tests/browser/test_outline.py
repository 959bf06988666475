"""The alignment outline by keyboard, by words and by address."""

import re

import pytest
from playwright.sync_api import expect

from objectives.alignment import align
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory

from .hands import tab_to

OUTLINE = "/o/acme/objectives/alignment/"
COMPANY = "Make winter riding the default"
PRODUCT = "A bike ready every cold morning"
MINE = "Cut cold-start failures"


@pytest.fixture
def goals(acme, cleo, max):
    with organization_scope(acme):
        company = ObjectiveFactory(title=COMPANY, owner=max, level="company", kind="one_focus")
        product = ObjectiveFactory(title=PRODUCT, owner=max)
        mine = ObjectiveFactory(title=MINE, owner=cleo)
        KeyResultFactory(objective=mine, title="Failures per thousand starts")
        align(product, company, by=max)
        align(mine, product, by=cleo)


def row(page, title):
    return page.get_by_role("row").filter(has_text=title)


def in_the_tab_order(page):
    return page.locator("tr[aria-level][tabindex='0']")


def test_the_outline_is_walked_with_the_keyboard_alone(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    tab_to(page, row(page, COMPANY))
    for key, title in [("ArrowDown", PRODUCT), ("Home", COMPANY), ("End", PRODUCT)]:
        page.keyboard.press(key)
        expect(row(page, title)).to_be_focused()
        expect(in_the_tab_order(page)).to_have_count(1)
    outline = "(row) => getComputedStyle(row.cells[0]).boxShadow"
    assert row(page, PRODUCT).evaluate(outline) != "none", "The focus cannot be seen."
    page.keyboard.press("ArrowRight")
    expect(row(page, MINE)).to_be_visible()
    expect(row(page, PRODUCT)).to_be_focused()
    expect(row(page, PRODUCT)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    expect(row(page, MINE)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(row(page, PRODUCT)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(row(page, MINE)).to_be_hidden()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=COMPANY)).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, COMPANY)).to_be_focused()


def test_a_goal_opens_beside_the_outline_and_gives_the_address_back(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    before = page.url
    row(page, PRODUCT).get_by_role("link", name=PRODUCT).click()
    sheet = page.get_by_role("dialog", name=PRODUCT)
    expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/objectives/[0-9a-f-]{36}/$"))
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(before)
    expect(row(page, PRODUCT).get_by_role("link", name=PRODUCT)).to_be_focused()


def test_back_closes_a_goal_and_forward_opens_its_page(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    row(page, PRODUCT).get_by_role("link", name=PRODUCT).click()
    sheet = page.get_by_role("dialog", name=PRODUCT)
    expect(sheet).to_be_visible()
    page.go_back()
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"{OUTLINE}"))
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(PRODUCT)


def test_from_beside_the_outline_one_goes_to_the_page_and_back(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    row(page, PRODUCT).get_by_role("link", name=PRODUCT).click()
    page.get_by_role("link", name="Open the goal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PRODUCT)
    page.go_back()
    expect(row(page, PRODUCT)).to_be_visible()


def test_with_ctrl_the_page_opens_elsewhere(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    with page.context.expect_page() as opened:
        row(page, PRODUCT).get_by_role("link", name=PRODUCT).click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(PRODUCT)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_opened_rows_stand_in_the_address_and_survive_a_reload(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    row(page, PRODUCT).get_by_role("button", name=f"Expand {PRODUCT}").click()
    row(page, MINE).get_by_role("button", name=f"Expand {MINE}").click()
    expect(row(page, "Failures per thousand starts")).to_be_visible()
    expect(page).to_have_url(re.compile(r"open=[^&,]+,[^&,]+,[^&,]+$"))
    page.reload()
    expect(row(page, "Failures per thousand starts")).to_be_visible()
    row(page, COMPANY).get_by_role("button", name=f"Collapse {COMPANY}").click()
    expect(row(page, PRODUCT)).to_be_hidden()
    expect(page).to_have_url(re.compile(r"open=[^&,]+,[^&,]+$"))
    page.reload()
    expect(row(page, COMPANY)).to_be_visible()
    expect(row(page, PRODUCT)).to_have_count(0)


def test_a_branch_is_fetched_once_however_fast_the_keys(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    tab_to(page, row(page, COMPANY))
    page.keyboard.press("ArrowDown")
    for key in ["ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft"]:
        page.keyboard.press(key)
    fetched = page.locator("tr[aria-level='3']")
    expect(fetched).to_have_count(1)
    expect(fetched).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(fetched).to_be_visible()
    expect(fetched).to_have_count(1)


def test_searching_says_how_many_match_and_keeps_the_focus(page_as, cleo, goals):
    page = page_as(cleo)
    page.goto(OUTLINE)
    search = page.get_by_role("searchbox")
    tab_to(page, search)
    page.keyboard.type("cold-start")
    expect(page.locator("#live")).to_have_text("1 goal matches.")
    expect(search).to_be_focused()
    expect(search).to_have_value("cold-start")
    expect(page.locator("mark")).to_have_text("cold-start")
    expect(page).to_have_url(re.compile(r"\?q=cold-start"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("cold")
    expect(page.locator("#live")).to_have_text("2 goals match.")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("nothing like it")
    expect(page.locator("#live")).to_have_text("0 goals match.")
    expect(page.get_by_role("heading", name="No goal matches")).to_be_visible()
    page.go_back()
    expect(page.locator("mark")).to_have_count(2)


def test_the_outline_is_searched_without_script(page_as, cleo, goals):
    page = page_as(cleo, script=False)
    page.goto(OUTLINE)
    page.get_by_role("searchbox").fill("cold-start")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("mark")).to_have_text("cold-start")
    row(page, MINE).get_by_role("link", name=MINE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MINE)
