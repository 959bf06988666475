"""What we do about an objective: planned, ticked, taken off; never counted."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from activity.models import Event
from objectives.models import Initiative
from organizations.tenancy import organization_scope
from tests.queries import assert_queries_do_not_grow


@pytest.fixture
def page(objective):
    return f"/o/acme/objectives/{objective.pk}/initiatives/"


@pytest.fixture
def initiative(acme, objective, cleo):
    with organization_scope(acme):
        return Initiative.add(objective, by=cleo, text="Ask ten riders", owner=cleo)


def test_an_initiative_is_added_and_changed(as_cleo, acme, objective, page):
    due = acme.today() + timedelta(days=9)
    form = {"text": "Ask ten riders", "owner": "Cleo", "due_on": due.isoformat()}
    assert as_cleo.post(f"{page}new/", form).status_code == 302
    with organization_scope(acme):
        initiative = Initiative.objects.get()
        told = (initiative.text, initiative.owner.name, initiative.due_on)
    assert told == ("Ask ten riders", "Cleo", due)
    edit = f"/o/acme/objectives/initiatives/{initiative.pk}/edit/"
    assert as_cleo.post(edit, form | {"text": "Ask twenty riders"}).status_code == 302
    assert "Ask twenty riders" in as_cleo.get(page).content.decode()
    assert as_cleo.post(edit, form | {"text": ""}).status_code == 422


def test_ticking_twice_is_done_once(in_acme, initiative, cleo):
    assert initiative.tick(by=cleo)
    assert not initiative.tick(by=cleo)
    assert Event.objects.filter(kind="initiative_done").count() == 1
    assert initiative.untick()
    assert not initiative.untick()
    initiative.refresh_from_db()
    assert (initiative.is_done, initiative.done_by) == (False, None)


def test_what_was_taken_off_is_ticked_no_more(in_acme, initiative, cleo):
    assert initiative.drop(by=cleo)
    assert not initiative.drop(by=cleo)
    assert not initiative.tick(by=cleo)
    assert not initiative.revise(by=cleo, text="Other")


def test_a_fragment_comes_back_after_a_tick(as_cleo, initiative, page):
    tick = f"/o/acme/objectives/initiatives/{initiative.pk}/tick/"
    answer = as_cleo.post(tick, follow=True, headers={"hx-request": "true"})
    body = answer.content.decode()
    assert body.lstrip().startswith("<section")
    shown = BeautifulSoup(body, "html.parser")
    assert shown.select_one("#initiatives s").text == "Ask ten riders"
    assert as_cleo.post(tick, {"undo": "1"}).url == page


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "late since"), (0, "due"), (1, "due"), (None, "")]
)
def test_its_day_is_said(as_cleo, acme, initiative, page, days, words):
    with organization_scope(acme):
        due = None if days is None else acme.today() + timedelta(days=days)
        Initiative.objects.update(due_on=due)
    told = BeautifulSoup(as_cleo.get(page).content, "html.parser").select_one(".initiative .s").text
    assert words in told
    assert ("late" in told) == (days == -1)


def test_it_never_counts(acme, initiative, objective, cleo):
    with organization_scope(acme):
        before = objective.progress
        initiative.tick(by=cleo)
        objective.refresh_from_db()
    assert objective.progress == before


def test_queries_do_not_grow(as_cleo, acme, initiative, objective, cleo, page):
    def grow():
        with organization_scope(acme):
            for n in range(5):
                Initiative.add(objective, by=cleo, text=f"Again {n}", owner=cleo)

    assert_queries_do_not_grow(lambda: as_cleo.get(page), grow, at_most=10)
