"""Departments plan in a browser: an answer, a need, its promise; and the parts of the one focus."""

import pytest
from playwright.sync_api import expect

from organizations.tenancy import organization_scope
from tests.factories import (
    DepartmentalFactory,
    DepartmentFactory,
    KeyResultFactory,
    OneFocusFactory,
    join,
)

from .hands import tab_to

BOARD, FOCUS = "/o/acme/objectives/planning/", "/o/acme/objectives/focus/"
NEED = "A forecast of repairs by district"


@pytest.fixture
def otto(acme):
    with organization_scope(acme):
        otto = join(acme, "Otto")
        DepartmentFactory(name="Supply", head=otto)
        return otto


@pytest.fixture
def plan(acme, max, otto):
    """Max plans for Rider Care, beside Otto's Supply."""
    with organization_scope(acme):
        care = DepartmentFactory(name="Rider Care", head=max)
        objective = DepartmentalFactory(
            title="Back on the road the same day", owner=max, department=care, committed_at=None
        )
        KeyResultFactory(objective=objective)
        return objective


def test_a_draft_is_shared_answered_with_a_need_and_promised(page_as, acme, plan, max, otto):
    planner, other = page_as(max), page_as(otto)
    planner.goto(f"/o/acme/objectives/{plan.pk}/")
    planner.get_by_role("button", name="Share the draft").click()
    expect(planner.locator("#live")).to_contain_text("Everybody can read the draft now")
    expect(planner.get_by_role("heading", name="What other departments say")).to_be_visible()

    other.goto(BOARD)
    other.get_by_role("link", name=f"Need from you {plan.title}").click()
    expect(other.get_by_role("radio", name="Need from you")).to_be_checked()
    expect(other.get_by_label("Needed by")).to_be_visible()
    other.get_by_label("In words").fill(NEED)
    other.get_by_label("Needed by").fill("2099-01-15")
    other.get_by_role("button", name="Answer").click()
    expect(other.locator("#live")).to_contain_text("Answered.")
    expect(other.get_by_role("link", name=NEED)).to_be_visible()
    expect(other.get_by_text("1 of 1 answered")).to_be_visible()

    planner.goto("/o/acme/")
    planner.get_by_role("main").get_by_role("link", name="Answer").click()
    expect(planner.get_by_role("heading", level=1)).to_have_text(NEED)
    day = planner.get_by_label("By which day")
    expect(day).to_have_value("2099-01-15")
    tab_to(planner, planner.get_by_role("button", name="Answer"))
    planner.keyboard.press("Enter")
    expect(planner.locator("#live")).to_contain_text("Answered. Supply is told.")
    expect(planner.locator(".pill", has_text="Promised")).to_be_visible()

    other.goto(f"/o/acme/objectives/{plan.pk}/")
    expect(other.get_by_role("link", name=NEED)).to_be_visible()
    expect(other.locator("#kind .pill", has_text="Promised")).to_be_visible()


def test_support_is_one_press_and_works_without_script(page_as, acme, plan, otto, max):
    with organization_scope(acme):
        plan.share(by=max)
    page = page_as(otto, script=False)
    page.goto(BOARD)
    page.get_by_role("button", name=f"Support {plan.title}").click()
    expect(page.get_by_text("You said: Support")).to_be_visible()
    page.goto(f"/o/acme/objectives/{plan.pk}/")
    page.get_by_role("link", name="What other departments say").click()
    expect(page.get_by_text("1 of 1 answered")).to_be_visible()


def test_a_need_in_the_answer_form_is_asked_for_only_where_there_is_one(
    page_as, acme, plan, otto, max
):
    with organization_scope(acme):
        plan.share(by=max)
    page = page_as(otto, answers={422})
    page.goto(f"/o/acme/objectives/{plan.pk}/respond/?stance=concern")
    expect(page.get_by_label("Needed by")).to_be_hidden()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_label("In words")).to_be_focused()
    page.get_by_role("radio", name="Need from you").check()
    expect(page.get_by_label("Needed by")).to_be_visible()


def test_the_head_is_asked_takes_the_part_and_coverage_rises(page_as, acme, ada, max, otto):
    with organization_scope(acme):
        DepartmentFactory(name="Rider Care", head=max)
        focus = OneFocusFactory(title="Winter is ours", owner=ada)
        KeyResultFactory(objective=focus)
    asker, head = page_as(ada), page_as(max, width=390)
    asker.goto(FOCUS)
    expect(asker.get_by_text("0 of 2", exact=True)).to_be_visible()
    asker.get_by_role("button", name="Ask the head Rider Care").click()
    expect(asker.locator("#live")).to_contain_text("Max is asked.")

    head.goto("/o/acme/")
    expect(head.get_by_role("link", name="Winter is ours").first).to_be_visible()
    head.get_by_role("link", name="Take it").click()
    head.get_by_label("What the department takes on").fill("A broken bike is back by the evening")
    head.get_by_role("button", name="Save the part").click()
    expect(head.get_by_text("1 of 2", exact=True)).to_be_visible()
    expect(head.get_by_text("A broken bike is back by the evening")).to_be_visible()
