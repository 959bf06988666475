"""A whole quarter in the browser: committed, changed, scored, carried over, and read afterwards."""

import pytest
from playwright.sync_api import expect

from objectives.models import Objective
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days, running_quarter

from .hands import tab_to


@pytest.fixture
def draft(acme, cleo):
    """Cleo's draft in a quarter that is locked and to be scored today, with one after it."""
    with organization_scope(acme):
        quarter, today = running_quarter(), acme.today()
        Cycle.objects.filter(pk=quarter.pk).update(lock_on=today, grading_opens=today + days(1))
        running_quarter(quarter.end + days(1))
        drafted = {"committed_at": None, "committed_by": None}
        draft = ObjectiveFactory(title="Answer before riders worry", owner=cleo, **drafted)
        KeyResultFactory(objective=draft, title="Answers within an hour")
        return draft


def grading_opens(acme, draft):
    with organization_scope(acme):
        Cycle.objects.filter(pk=draft.cycle_id).update(grading_opens=acme.today())


def test_an_objective_lives_through_its_quarter(page_as, acme, cleo, max, draft):
    path = f"/o/acme/objectives/{draft.pk}/"
    page = page_as(cleo)
    page.goto(path)
    page.get_by_role("button", name="Commit").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Running")

    page.get_by_role("link", name="Edit", exact=True).click()
    row = page.get_by_role("group", name="Key result 1")
    row.get_by_label("To", exact=False).first.fill("80")
    page.get_by_role("radio", name="The world changed").check(force=True)
    page.get_by_label("In your words").fill("The supplier is gone.")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("One change waits for an answer")).to_be_visible()

    manager = page_as(max)
    manager.goto(path)
    manager.get_by_role("button", name="Accept").click()
    expect(manager.get_by_text("Accepted by Max")).to_be_visible()

    page.goto(path)
    expect(page.locator("#requests ins")).to_have_text("80")
    page.get_by_role("link", name="Check in", exact=True).click()
    page.locator("input[inputmode=decimal]").fill("40")
    page.get_by_role("radio", name="8", exact=True).check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_url("**/o/acme/")

    grading_opens(acme, draft)
    page.goto(path)
    page.get_by_role("link", name="Close and score").click()
    expect(page.get_by_text("Suggested score 0.5")).to_be_visible()
    expect(page.get_by_text("0.4 against what was first committed to")).to_be_visible()
    page.get_by_role("radio", name="Partly achieved").check(force=True)
    page.get_by_label("Looking back").fill("We began too late.")
    page.get_by_role("button", name="Close the objective").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Closed")

    page.get_by_role("link", name="Carry over").click()
    expect(page.get_by_text("goes on from 40")).to_be_visible()
    page.get_by_role("button", name="Carry over").click()
    expect(page.get_by_text("Second quarter running")).to_be_visible()
    with organization_scope(acme):
        assert Objective.objects.get(carried_from=draft.pk).is_draft

    page.goto(path)
    scores = page.locator(".scores")
    expect(scores.locator("div", has_text="first committed to")).to_contain_text("0.4")
    expect(scores.locator("div", has_text="target at the end")).to_contain_text("0.5")


def test_closing_is_done_with_the_keyboard_and_errors_get_the_focus(page_as, acme, cleo, draft):
    grading_opens(acme, draft)
    with organization_scope(acme):
        draft.commit(by=cleo)
    page = page_as(cleo, answers={422})
    page.goto(f"/o/acme/objectives/{draft.pk}/close/")
    page.get_by_label("Looking back").fill("Ninety words.")
    tab_to(page, page.get_by_role("button", name="Close the objective"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Looking back")).to_have_value("Ninety words.")


def test_a_life_needs_no_script(page_as, cleo, draft):
    page = page_as(cleo, script=False)
    page.goto(f"/o/acme/objectives/{draft.pk}/")
    page.get_by_role("button", name="Commit").click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Why it rests").fill("Ill until Monday.")
    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_text("Ill until Monday.").first).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Running")
