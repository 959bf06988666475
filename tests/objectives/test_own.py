"""My OKRs: light however much it is, and what is over with its scores."""

import pytest
from bs4 import BeautifulSoup

from objectives.closing import Closing, close
from objectives.life import cancel
from objectives.models import Snapshot
from objectives.own import EARLIER_ON_A_PAGE, IN_FULL, RUNNING_ON_A_PAGE
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days, running_quarter
from tests.queries import assert_queries_do_not_grow

MINE = "/o/acme/objectives/"
EARLIER = f"{MINE}earlier/"
LIGHT = 100_000


@pytest.fixture
def quarter(acme):
    with organization_scope(acme):
        return running_quarter()


def many(acme, owner, count, **fields):
    """Objectives with three key results each, as people have them."""
    with organization_scope(acme):
        for n in range(count):
            objective = ObjectiveFactory(owner=owner, title=f"Goal {n:03}", **fields)
            for _ in range(3):
                KeyResultFactory(objective=objective, title="A measure of some length " * 3)


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def test_a_hundred_objectives_are_a_light_page(as_cleo, acme, cleo):
    many(acme, cleo, 100)
    many(acme, cleo, 60, committed_at=None)
    answer = as_cleo.get(MINE)
    assert len(answer.content) < LIGHT
    page = soup(answer)
    running = page.select("section:not([aria-labelledby=drafts]) a.plain[href*=objectives]")
    assert len({one["href"].split("#")[0] for one in running}) >= RUNNING_ON_A_PAGE
    assert page.text.count("A measure of some length") >= 3 * IN_FULL
    assert "1 to 30 of 100" in " ".join(page.text.split())
    last = soup(as_cleo.get(MINE, {"page": 4}))
    assert "Goal 099" in last.text
    assert "Goal 000" not in last.text.partition("Drafts")[0]


def test_what_is_over_shows_its_score_and_not_its_progress(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        over = ObjectiveFactory(title="Is over", owner=cleo, cycle=quarter)
        KeyResultFactory(objective=over)
        close(over, cleo, Closing(score=None, outcome="missed"))
        gone = ObjectiveFactory(title="Was cancelled", owner=cleo, cycle=quarter)
        cancel(gone, cleo, "Not needed")
        runs = ObjectiveFactory(title="Runs on", owner=cleo, cycle=quarter)
        score = Snapshot.objects.get(objective=over).score
    page = as_cleo.get(MINE).content.decode()
    assert "Runs on" in page
    assert "Is over" not in page
    assert f'hx-get="{EARLIER}"' in page
    found = soup(as_cleo.get(EARLIER)).select("#earlier-rows .row")
    rows = {row.find(class_="t").text: row.text for row in found}
    assert set(rows) == {"Is over", "Was cancelled"}
    assert "Missed" in rows["Is over"]
    assert ("Not scored" if score is None else str(score)) in rows["Is over"]
    assert "%" not in "".join(rows.values())
    assert "Cancelled" in rows["Was cancelled"]
    assert runs.title not in rows


def test_what_is_past_and_not_scored_yet_still_waits_among_what_runs(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        before = running_quarter(quarter.start - days(1))
        ObjectiveFactory(title="Nobody scored it", owner=cleo, cycle=before)
    assert "Nobody scored it" in as_cleo.get(MINE).content.decode()


def test_what_is_over_comes_in_pages_and_alone(as_cleo, acme, cleo):
    with organization_scope(acme):
        for n in range(EARLIER_ON_A_PAGE + 1):
            close(ObjectiveFactory(owner=cleo, title=f"Past {n:03}"), cleo)
    answer = as_cleo.get(EARLIER, headers={"HX-Request": "true"})
    assert b"<h1" not in answer.content
    assert "Past 000" in answer.content.decode()
    assert "Past 050" not in answer.content.decode()
    assert "Past 050" in as_cleo.get(EARLIER, {"page": 2}).content.decode()
    assert len(answer.content) < LIGHT


def test_nothing_over_says_so(as_vera):
    assert "Nothing of yours is over yet." in as_vera.get(EARLIER).content.decode()
    assert EARLIER not in as_vera.get(MINE).content.decode()


def test_the_pages_cost_the_same_for_few_and_for_many(as_cleo, acme, cleo):
    def grow():
        many(acme, cleo, 10)
        many(acme, cleo, 3, committed_at=None)
        with organization_scope(acme):
            for _ in range(5):
                close(ObjectiveFactory(owner=cleo), cleo)

    grow()
    for path in (MINE, EARLIER):
        assert_queries_do_not_grow(lambda: as_cleo.get(path), grow, at_most=20)  # noqa: B023
