"""A one focus through its whole quarter, by those who plan, carry and read it (domain §3, §8)."""

from dataclasses import asdict

import pytest
from playwright.sync_api import expect

from objectives.models import Objective
from organizations.calendar import CycleDates
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.factories import DepartmentalFactory, DepartmentFactory, days, join, running_quarter
from tests.objectives.test_as_it_was import age

TITLE = "We are the first name in the north"
WHY = "Two hundred towns look for somebody who delivers in the snow."


@pytest.fixture
def otto(acme):
    with organization_scope(acme):
        return join(acme, "Otto")


@pytest.fixture
def quarter(acme):
    """A quarter that began forty days ago and is not locked yet, with one after it."""
    with organization_scope(acme):
        quarter, today = running_quarter(), acme.today()
        Cycle.objects.filter(kind=Cycle.Kind.QUARTER).exclude(pk=quarter.pk).delete()
        Cycle.objects.filter(pk=quarter.pk).update(
            start=today - days(40),
            end=today + days(50),
            lock_on=today + days(1),
            grading_opens=today + days(45),
            grading_due=today + days(57),
        )
        following = CycleDates.default(today + days(51), today + days(140))
        Cycle.objects.create(
            calendar=quarter.calendar,
            kind=Cycle.Kind.QUARTER,
            label="The next",
            **asdict(following),
        )
        quarter.refresh_from_db()
        return quarter


@pytest.fixture
def towns(acme, otto, quarter):
    """The plan of the department that the focus needs something of."""
    with organization_scope(acme):
        works = DepartmentFactory(name="Works", head=otto)
        return DepartmentalFactory(
            title="Deliver within two days", department=works, owner=otto, cycle=quarter
        )


def move(acme, quarter, **dates):
    with organization_scope(acme):
        Cycle.objects.filter(pk=quarter.pk).update(**dates)


def check_in(page, path, value):
    page.goto(path)
    page.get_by_role("link", name="Check in", exact=True).click()
    page.locator("input[inputmode=decimal]").fill(value)
    page.get_by_role("radio", name="8", exact=True).check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_url("**/o/acme/")


def plan(page, head, towns):
    """Write it, put it before the departments, and have one of them take its part and promise."""
    page.goto("/o/acme/objectives/new/?kind=one_focus")
    page.get_by_role("radio", name="Opportunity").check(force=True)
    page.get_by_label("The threat or opportunity").fill(WHY)
    page.get_by_label("Objective", exact=True).fill(TITLE)
    row = page.get_by_role("group", name="Key result 1", exact=True)
    row.get_by_label("What you measure").fill("Towns with a customer")
    row.get_by_label("From optional", exact=True).fill("0")
    row.get_by_label("To optional", exact=True).fill("100")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Share the draft").click()
    path = page.url

    page.goto(path)
    page.get_by_role("button", name="Ask the head Works").click()
    head.goto("/o/acme/")
    head.get_by_role("link", name="Take it").click()
    head.get_by_label("What the department takes on").fill("A part is there in two days")
    head.get_by_role("button", name="Save the part").click()
    expect(head.get_by_text("A part is there in two days")).to_be_visible()

    page.goto(f"{path}links/new/")
    page.get_by_label("How").select_option("depends on")
    page.get_by_role("combobox", name="Goal or key result").fill(towns.title)
    page.get_by_role("button", name="Link", exact=True).click()
    page.goto(path)
    page.get_by_role("button", name="Commit").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Running")
    # What a draft needs of others is asked of them once it is committed.
    head.goto(f"/o/acme/objectives/{towns.pk}/")
    head.get_by_role("button", name="Accept").click()
    return path


def ask_for_another_target(page, manager, path):
    page.goto(path)
    page.get_by_role("link", name="Edit", exact=True).click()
    row = page.get_by_role("group", name="Key result 1", exact=True)
    row.get_by_label("To optional", exact=True).fill("80")
    page.get_by_role("radio", name="The world changed").check(force=True)
    page.get_by_label("In your words").fill("The ferry is gone.")
    page.get_by_role("button", name="Save changes").click()
    manager.goto(path)
    manager.get_by_role("button", name="Accept").click()
    expect(manager.get_by_text("Accepted by Max")).to_be_visible()


def close(page, path):
    page.goto(path)
    page.get_by_role("link", name="Close and score").click()
    expect(page.get_by_text("Suggested score 0.5")).to_be_visible()
    page.get_by_role("radio", name="Partly achieved").check(force=True)
    page.get_by_label("Looking back").fill("The ferry taught us to ask sooner.")
    page.get_by_role("button", name="Close the objective").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Closed")


def test_a_one_focus_goes_through_its_quarter(page_as, acme, cleo, max, otto, quarter, towns):
    page, head = page_as(cleo), page_as(otto, width=390)
    path = plan(page, head, towns)
    check_in(page, path, "20")
    expect(page.get_by_role("link", name=TITLE).first).to_be_visible()

    # Three weeks go by, and the quarter is locked.
    age(acme, days(21))
    third_week = quarter.start + days(19)
    move(acme, quarter, lock_on=third_week)
    ask_for_another_target(page, page_as(max), path)
    check_in(page, path, "40")

    move(acme, quarter, grading_opens=quarter.start + days(30))
    close(page, path)
    page.get_by_role("link", name="Carry over").click()
    page.get_by_role("button", name="Carry over").click()
    expect(page.get_by_text("Second quarter running")).to_be_visible()

    page.goto(path)
    scores = page.locator(".scores")
    expect(scores.locator("div", has_text="first committed to")).to_contain_text("0.4")
    expect(scores.locator("div", has_text="target at the end")).to_contain_text("0.5")

    page.goto(f"/o/acme/objectives/alignment/?on={third_week}")
    then = page.get_by_role("row").filter(has_text=TITLE)
    expect(then).to_contain_text("20%")
    page.goto(f"{path}?on={third_week}")
    expect(page.locator(".key")).to_contain_text("of 100")
    with organization_scope(acme):
        assert Objective.objects.get(carried_from__title=TITLE).is_draft
