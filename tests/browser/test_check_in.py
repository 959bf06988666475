"""The product's main act, with its interactions counted (interface §1 and §3)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from checkins.models import CheckIn, CheckInPeriod, Reading
from objectives.alignment import align
from organizations.tenancy import organization_scope
from tests.factories import ObjectiveFactory, days

from .hands import counting, interactions

COMPANY = "Make winter riding the default"
PHONE = {"has_touch": True, "is_mobile": True, "width": 390}


@pytest.fixture
def company(acme, max, objective):
    with organization_scope(acme):
        company = ObjectiveFactory(title=COMPANY, owner=max, level="company", kind="one_focus")
        align(objective, company, by=max)
        return company


@pytest.fixture
def period(acme, cleo, company, key_result):
    """Cleo's turn is today, and last time she said 40 of 100."""
    with organization_scope(acme):
        today = acme.today()
        last_time = Reading(Decimal(40), 8)
        CheckIn.record(key_result, cleo, last_time, uuid4(), on=today - days(1))
        return CheckInPeriod.objects.create(
            person=cleo, opens_on=today, due_on=today, grace_until=today + days(3)
        )


@pytest.fixture
def link(acme, period):
    """The path of the link in the reminder's mail."""
    with organization_scope(acme):
        return period.link(acme.today()).path


def test_from_the_mail_one_changed_key_result_takes_at_most_three_taps(
    page_as,
    link,
    max,
):
    manager = page_as(max)
    manager.goto("/o/acme/objectives/alignment/")
    above = manager.get_by_role("row").filter(has_text=COMPANY)
    expect(above).to_contain_text("40%")
    phone = counting(page_as(None, **PHONE))
    phone.goto(link)
    phone.get_by_role("button", name="Raise by").tap()
    expect(phone.get_by_text("41% done", exact=False).first).to_be_visible()
    expect(phone.get_by_text("1 change to save")).to_be_visible()
    phone.get_by_role("button", name="Save check-in").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("All checked in until")
    expect(phone.get_by_text("40 to 41")).to_be_visible()
    assert interactions(phone) <= 3
    manager.reload()
    expect(above).to_contain_text("41%")


def test_from_the_mail_nothing_changed_takes_one_tap(page_as, link):
    phone = counting(page_as(None, **PHONE))
    phone.goto(link)
    phone.get_by_role("button", name="Nothing changed").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("All checked in until")
    assert interactions(phone) == 1


def test_from_the_mail_a_value_is_saved_without_script(page_as, link):
    phone = page_as(None, script=False, **PHONE)
    phone.goto(link)
    phone.locator("input[inputmode=decimal]").fill("55")
    phone.get_by_role("button", name="Save check-in").tap()
    expect(phone.get_by_text("40 to 55")).to_be_visible()


def test_from_home_nothing_changed_takes_one_press(page_as, cleo, period):
    page = counting(page_as(cleo))
    page.goto("/o/acme/")
    expect(page.get_by_role("heading", name="1 key result is due a check-in today")).to_be_visible()
    page.get_by_role("button", name="Nothing changed").click()
    expect(page.locator("#live")).to_contain_text("Checked in on 1 key result.")
    expect(page.get_by_role("heading", name="Nothing waits for a check-in")).to_be_visible()
    assert interactions(page) == 1


def test_a_wrong_value_is_kept_and_gets_the_focus(page_as, cleo, period):
    page = page_as(cleo, answers={422})
    page.goto("/o/acme/check-in/")
    value = page.locator("input[inputmode=decimal]")
    value.fill("many")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing needs you")
    expect(value).to_be_focused()
    expect(value).to_have_value("many")


def test_less_confidence_opens_the_note(page_as, cleo, period):
    page = page_as(cleo)
    page.goto("/o/acme/check-in/")
    note = page.get_by_label("Note on")
    expect(note).to_be_hidden()
    page.get_by_role("radio", name="3", exact=True).check()
    expect(note).to_be_visible()
    expect(page.get_by_text("1 change to save")).to_be_visible()
