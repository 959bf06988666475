"""Choosing who reads an objective, and talking about it, as people do it in a browser."""

import pytest
from playwright.sync_api import expect

from objectives.models import Objective
from organizations.tenancy import organization_scope

from .hands import tab_to


@pytest.fixture
def edit(objective):
    return f"/o/acme/objectives/{objective.pk}/edit/"


def test_who_will_read_it_follows_the_choice(page_as, cleo, max, ada, edit):
    page = page_as(cleo)
    page.goto(edit)
    told = page.get_by_role("note").filter(has_text="able to read it")
    expect(told).to_contain_text("Everyone here will be able to read it: 3 people")
    expect(page.get_by_role("group", name="People optional")).to_be_hidden()
    page.get_by_role("radio", name="The owner and people named").check(force=True)
    expect(told).to_contain_text("1 person will be able to read it")
    expect(page.locator("#live")).to_contain_text("1 person can read it.")
    people = page.get_by_role("group", name="People optional")
    tab_to(page, people.get_by_role("combobox"))
    page.keyboard.type("ada")
    expect(people.get_by_role("option", name="Ada")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(people.get_by_role("checkbox", name="Ada")).to_be_checked()
    expect(people.get_by_role("combobox")).to_be_focused()
    expect(told).to_contain_text("2 people will be able to read it")
    expect(told).to_contain_text("Ada, Cleo")


def test_narrowing_asks_and_then_saves(page_as, acme, cleo, objective, edit, vera):
    with organization_scope(acme):
        objective.follower_rows.create(person=vera)
    page = page_as(cleo, answers={422})
    page.goto(edit)
    page.get_by_role("radio", name="The owner and people named").check(force=True)
    page.get_by_role("button", name="Save changes").click()
    asked = page.get_by_role("group", name="Fewer people will be able to read it")
    expect(asked).to_contain_text("Vera")
    asked.get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(objective.title)
    with organization_scope(acme):
        assert Objective.objects.get(pk=objective.pk).visibility == "private"


def test_people_talk_with_the_keyboard_alone(page_as, cleo, max, objective):
    page = page_as(cleo)
    page.goto(f"/o/acme/objectives/{objective.pk}/")
    area = page.get_by_role("textbox", name="Comment")
    expect(area).to_be_visible()
    expect(area).not_to_be_focused()
    expect(page.get_by_role("heading", name="Discussion")).not_to_be_focused()
    tab_to(page, area)
    page.keyboard.type("Can you look, @ma")
    expect(page.get_by_role("option", name="Max")).to_be_visible()
    page.keyboard.press("Enter")
    expect(area).to_have_value("Can you look, @Max ")
    tab_to(page, page.get_by_role("button", name="Comment", exact=True))
    page.keyboard.press("Enter")
    said = page.locator("li.message")
    expect(said.locator(".mention")).to_have_text("@Max")
    agree = said.get_by_role("button", name="Agree")
    tab_to(page, agree)
    page.keyboard.press("Enter")
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_be_focused()
    said.get_by_role("link", name="Edit").click()
    said.get_by_role("textbox").fill("Could you look, @Max?")
    said.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("edited")
    expect(said).to_contain_text("Could you look")


def test_people_talk_and_follow_without_script(page_as, vera, objective):
    page = page_as(vera, script=False)
    page.goto(f"/o/acme/objectives/{objective.pk}/")
    page.get_by_role("main").get_by_role("link", name="Discussion").click()
    page.get_by_role("textbox", name="Comment").fill("What about Sundays?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("li.message")).to_contain_text("What about Sundays?")
    page.get_by_role("button", name="Stop following").click()
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
