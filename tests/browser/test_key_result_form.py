"""Writing key results: what they mean is shown before they are saved, with script and without."""

import re

import pytest
from playwright.sync_api import expect

from objectives.models import KeyResult
from organizations.tenancy import organization_scope

NEW = "/o/acme/objectives/new/?kind=supporting"


@pytest.fixture
def calendar(acme, cleo, objective):
    """A quarter runs already, and cleo has an objective in it."""
    return objective.cycle


def row_of(page, number=1):
    return page.get_by_role("group", name=f"Key result {number}", exact=True)


def test_a_row_shows_its_levels_and_its_line_while_it_is_typed(page_as, acme, cleo, calendar):
    page = page_as(cleo)
    page.goto(NEW)
    row = row_of(page)
    row.get_by_label("What you measure").fill("Overhead per month")
    row.get_by_label("Measure", exact=True).select_option("Money")
    row.get_by_label("What is good").select_option("Decrease by per cent")
    expect(row.get_by_label("To optional", exact=True)).to_be_hidden()
    row.get_by_label("From optional", exact=True).fill("400,000")
    row.get_by_label("By per cent").fill("2")
    preview = page.locator("#key_results-0-preview")
    expect(preview).to_contain_text("2% less than €400,000 is €392,000.")
    expect(preview).to_contain_text("100% €392,000")
    row.get_by_label("Comes on").select_option("Mostly towards the end")
    expect(preview.locator("svg[role=img]")).to_have_accessible_name(
        re.compile("^Expected mostly towards the end: a quarter at half time, all by")
    )
    row.get_by_label("From optional", exact=True).fill("0")
    expect(preview).to_contain_text("Any per cent of 0 is 0.")
    with organization_scope(acme):
        assert KeyResult.objects.count() == 1  # the one there was


def test_milestones_get_another_row_and_their_order(page_as, acme, cleo, calendar):
    page = page_as(cleo)
    page.goto(NEW)
    page.get_by_label("Objective", exact=True).fill("Ship it")
    row = row_of(page)
    row.get_by_label("What you measure").fill("The new bike is on sale")
    row.get_by_label("Measure", exact=True).select_option("Milestones")
    for number, title in enumerate(["Build", "Plan"], 1):
        row.get_by_label(f"Milestone, row {number}").fill(title)
    row.get_by_role("button", name="Another row").first.click()
    third = row.get_by_label("Milestone, row 3")
    expect(third).to_be_focused()
    third.fill("Sell")
    row.get_by_label("Weight, row 3").fill("3")
    row.get_by_label("Order, row 2").fill("0")
    row.get_by_label("Order, row 2").fill("1")
    row.get_by_label("Order, row 1").fill("2")
    expect(page.locator("#key_results-0-preview")).to_contain_text("50% 2.5 of a weight of 5")
    page.get_by_role("button", name="Save draft").click()
    ticks = page.locator(".ticks li")
    expect(ticks).to_have_text(["Open:Plan", "Open:Build", "Open:Sell weight 3"])


def test_without_script_a_button_shows_the_same(page_as, acme, cleo, calendar):
    page = page_as(cleo, script=False, answers={422})
    page.goto(NEW)
    row = row_of(page)
    row.get_by_label("What you measure").fill("Answers within an hour")
    row.get_by_label("From optional", exact=True).fill("40")
    row.get_by_label("To optional", exact=True).fill("80")
    page.get_by_role("button", name="Show what this means").click()
    preview = page.locator("#key_results-0-preview")
    expect(preview).to_contain_text("50% 60")
    expect(preview.locator("svg[role=img]")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(row_of(page).get_by_label("From optional", exact=True)).to_have_value("40")


def test_an_example_is_a_start(page_as, acme, cleo, calendar):
    page = page_as(cleo, answers={422})
    page.goto(NEW)
    page.get_by_label("Start from an example").select_option("Overtime per person")
    page.get_by_role("button", name="Start from it").click()
    row = row_of(page)
    expect(row.get_by_label("What you measure")).to_have_value("Overtime per person")
    expect(row.get_by_label("What counts")).to_have_value("share_of_periods_ok")
    expect(page.locator("#key_results-0-preview")).to_contain_text("100% kept in every period")


def test_initiatives_load_are_ticked_and_keep_the_focus(page_as, acme, cleo, objective):
    page = page_as(cleo)
    page.goto(f"/o/acme/objectives/{objective.pk}/")
    page.get_by_role("link", name="Add an initiative").click()
    page.get_by_label("What we do").fill("Ask ten riders")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Done: Ask ten riders").click()
    again = page.get_by_role("button", name="Open again: Ask ten riders")
    expect(again).to_be_visible()
    expect(again).to_be_focused()
    expect(page.locator("#live")).to_contain_text("Done.")
