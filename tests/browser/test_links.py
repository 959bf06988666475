"""Links between goals: asked for and answered with the keyboard alone, and without script."""

import re

import pytest
from playwright.sync_api import expect

from objectives import linking
from objectives.models import Alignment
from organizations.tenancy import organization_scope
from tests.factories import ObjectiveFactory, join

from .hands import tab_to

HOME = "/o/acme/"


@pytest.fixture
def otto(acme):
    with organization_scope(acme):
        return join(acme, "Otto")


@pytest.fixture
def his(acme, otto):
    with organization_scope(acme):
        return ObjectiveFactory(owner=otto, title="Parts are there in time")


def state(acme):
    with organization_scope(acme):
        return Alignment.objects.get().state


def test_a_link_is_proposed_and_accepted_with_the_keyboard(
    page_as, acme, cleo, otto, his, objective, key_result
):
    page = page_as(otto)
    page.goto(f"/o/acme/objectives/{his.pk}/links/")
    tab_to(page, page.get_by_role("link", name="Add a link"))
    page.keyboard.press("Enter")
    above = page.get_by_role("combobox", name="Goal or key result")
    tab_to(page, above)
    page.keyboard.type("within an hour")
    option = page.get_by_role("option", name=key_result.title)
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(above).to_have_value(key_result.title)
    tab_to(page, page.get_by_role("button", name="Link", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Proposed. Cleo is asked.")
    expect(page.locator(".goal[data-proposed]")).to_contain_text("waits for Cleo")

    page = page_as(cleo)
    page.goto(HOME)
    tab_to(page, page.get_by_role("button", name=re.compile("Accept")))
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Accepted.")
    expect(page.get_by_text("wants to contribute to")).to_have_count(0)
    assert state(acme) == "accepted"


def test_a_proposal_is_declined_with_a_reason_without_script(
    page_as, acme, cleo, otto, his, objective
):
    with organization_scope(acme):
        linking.link(his, objective, by=otto, kind="depends_on")
    page = page_as(cleo, script=False)
    page.goto(f"/o/acme/objectives/{objective.pk}/")
    page.get_by_text("Decline", exact=False).first.click()
    page.get_by_label("Why not, and what instead").fill("Not this quarter.")
    page.get_by_role("button", name="Decline with this reason").click()
    expect(page.get_by_role("heading", name=re.compile("waits for your answer"))).to_have_count(0)
    assert state(acme) == "declined"
    page = page_as(otto, script=False)
    page.goto(HOME)
    expect(page.get_by_text("Not this quarter.")).to_be_visible()


def test_above_the_outline_stands_how_much_is_connected(page_as, acme, cleo, max, objective):
    with organization_scope(acme):
        company = ObjectiveFactory(owner=max, level="company", title="Grow in winter")
        linked = ObjectiveFactory(owner=cleo, title="Answer by night too")
        linking.link(linked, company, by=cleo)
    page = page_as(cleo)
    page.goto("/o/acme/objectives/alignment/")
    expect(page.locator(".reach")).to_contain_text("1 of 2 goals below the company")
    page.get_by_role("link", name="See what is not connected").click()
    expect(page.get_by_role("heading", name="Not linked yet")).to_be_visible()
    expect(page.get_by_role("link", name=objective.title).first).to_be_visible()
