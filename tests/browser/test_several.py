"""Several objectives are changed in a browser, by keyboard, on a phone and without a script."""

import re

import pytest
from playwright.sync_api import expect

from objectives.models import Batch, Objective
from organizations.tenancy import organization_scope
from tests.factories import DepartmentFactory, KeyResultFactory, ObjectiveFactory

from .hands import tab_to

SEVERAL = "/o/acme/objectives/several/"


@pytest.fixture
def three(acme, cleo):
    with organization_scope(acme):
        found = [ObjectiveFactory(title=f"Goal {n}", owner=cleo) for n in (1, 2)]
        found.append(ObjectiveFactory(title="A draft", owner=cleo, committed_at=None))
        KeyResultFactory(objective=found[-1])
        DepartmentFactory(name="Rider Care")
        return found


def departments(acme):
    with organization_scope(acme):
        rows = Objective.objects.order_by("title").values_list("department__name", flat=True)
        return list(rows)


def test_the_keyboard_alone_changes_two_and_takes_them_back(page_as, acme, cleo, three):
    page = page_as(cleo)
    page.goto("/o/acme/objectives/")
    tab_to(page, page.get_by_role("link", name="Change several"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SEVERAL}")
    for title in ("Goal 1", "Goal 2"):
        tab_to(page, page.get_by_role("checkbox", name=title))
        page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("2 / 3")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.get_by_role("combobox", name="New department")
    expect(page.get_by_role("combobox", name="New owner")).to_be_hidden()
    tab_to(page, chosen)
    page.keyboard.type("Rider")
    expect(chosen).to_have_value(re.compile(".+"))
    tab_to(page, page.get_by_role("button", name="Preview"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 change")).to_be_visible()
    assert departments(acme) == [None, None, None]
    tab_to(page, page.get_by_role("button", name="Change 2 objectives"))
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("2 objectives changed.")
    assert departments(acme) == [None, "Rider Care", "Rider Care"]
    tab_to(page, page.locator("#toast").get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("2 objectives put back.")
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    assert departments(acme) == [None, None, None]


def test_all_are_chosen_with_one_press_on_a_phone(page_as, acme, cleo, three):
    page = page_as(cleo, width=390)
    page.goto(SEVERAL)
    page.get_by_text("All of these").click()
    expect(page.locator("[data-count]")).to_have_text("3 / 3")
    page.get_by_role("checkbox", name="Goal 1").uncheck()
    everything = page.get_by_role("checkbox", name="All of these")
    assert everything.evaluate("(box) => box.indeterminate")
    page.get_by_text("Commit them").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("It is committed already.")).to_be_visible()
    page.get_by_role("button", name="Change 1 objective").dblclick()
    expect(page.get_by_role("heading", name="Commit them")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with organization_scope(acme):
        assert Batch.objects.count() == 1
        assert not Objective.objects.get(title="A draft").is_draft


def test_it_works_without_a_script(page_as, acme, cleo, three):
    page = page_as(cleo, script=False)
    page.goto(SEVERAL)
    expect(page.get_by_text("All of these")).to_be_hidden()
    page.get_by_role("checkbox", name="A draft").check()
    page.get_by_role("radio", name="Archive the drafts").check()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change 1 objective").click()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    with organization_scope(acme):
        assert not Objective.objects.get(title="A draft").is_archived
