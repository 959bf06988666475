"""One search over everything a person may see, and nothing else."""

import itertools
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from objectives.models import Comment, Objective
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, join
from tests.queries import assert_queries_do_not_grow

SEARCH, OPTIONS = "/o/acme/search/", "/o/acme/search/options/"


@pytest.fixture
def riders(acme, cleo, max, ada, objective):
    with organization_scope(acme):
        Department.objects.create(name="Rider Care")
        join(acme, "Rider Haggard")
        ObjectiveFactory(title="Riders trust the range", owner=max)
        ObjectiveFactory(title="A rider's secret", owner=ada, visibility="private")
        ObjectiveFactory(title="Rider drafts", owner=ada, committed_at=None, committed_by=None)
        KeyResultFactory(objective=objective, title="Calls of riders answered")


def found(answer):
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    return {link.text for link in soup.select("#found a.plain")}


def test_everything_of_that_word_is_found(as_cleo, riders):
    assert found(as_cleo.get(f"{SEARCH}?q=RIDER")) == {
        "Answer before riders worry",
        "Riders trust the range",
        "Calls of riders answered",
        "Rider Haggard",
        "Rider Care",
    }


def test_every_word_must_be_there_in_any_order(as_cleo, riders):
    assert found(as_cleo.get(f"{SEARCH}?q=worry+answer")) == {"Answer before riders worry"}
    assert found(as_cleo.get(f"{SEARCH}?q=worry+range")) == set()


def test_what_may_not_be_read_is_never_found(as_cleo, as_ada, as_mallory, globex, riders):
    hidden = {"A rider's secret", "Rider drafts"}
    assert hidden <= found(as_ada.get(f"{SEARCH}?q=rider"))
    for path in (SEARCH, OPTIONS):
        page = as_cleo.get(f"{path}?q=rider").content.decode()
        assert "secret" not in page
        assert "drafts" not in page
    assert found(as_mallory.get("/o/globex/search/?q=rider")) == set()


def test_a_key_result_is_found_only_where_its_objective_may_be_read(as_vera, acme, riders):
    with organization_scope(acme):
        Objective.objects.filter(title__startswith="Answer").update(visibility="private")
    assert "Calls of riders answered" not in found(as_vera.get(f"{SEARCH}?q=calls"))


@pytest.mark.parametrize("query", ["", "?q=", "?q=+++"])
def test_no_words_find_nothing_and_say_what_to_do(as_cleo, riders, query):
    answer = as_cleo.get(f"{SEARCH}{query}")
    assert found(answer) == set()
    assert "What are you looking for?" in answer.content.decode()
    assert as_cleo.get(f"{OPTIONS}{query}").content.decode().strip() == ""


def test_nothing_found_is_said(as_cleo, riders):
    assert "Nothing found" in as_cleo.get(f"{SEARCH}?q=zeppelin").content.decode()


@pytest.mark.parametrize("words", ["%", "_", "<b>", "'", "\\", "ü" * 500])
def test_strange_words_are_only_words(as_cleo, riders, words):
    answer = as_cleo.get(SEARCH, {"q": words})
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_the_palette_is_offered_the_first_ones_and_the_way_to_all(as_cleo, riders):
    page = as_cleo.get(f"{OPTIONS}?q=rider").content.decode()
    assert page.count('role="option"') == 6
    assert "/o/acme/search/?q=rider" in page


def test_many_are_cut_with_a_word(as_cleo, acme, max, riders):
    with organization_scope(acme):
        for n in range(21):
            ObjectiveFactory(title=f"Riders, part {n}", owner=max)
    assert "There is more." in as_cleo.get(f"{SEARCH}?q=part").content.decode()


def test_queries_do_not_grow_with_rows(as_cleo, acme, max, riders):
    numbers = itertools.count()

    def more():
        with organization_scope(acme):
            for n in itertools.islice(numbers, 8):
                objective = ObjectiveFactory(title=f"Riders {n}", owner=max)
                KeyResultFactory(objective=objective, title=f"Rider figure {n}")
                join(acme, f"Rider{n}")

    for path in (SEARCH, OPTIONS):
        assert_queries_do_not_grow(lambda: as_cleo.get(f"{path}?q=rider"), more, at_most=15)  # noqa: B023


def test_comments_are_found_by_those_who_may_read_them(as_cleo, as_vera, acme, cleo, objective):
    with organization_scope(acme):
        comment = Comment.write(objective, cleo, "The ferry was late again", submission=uuid4())
        for _ in range(25):
            Comment.write(objective, cleo, "And again", submission=uuid4())
    for client in (as_cleo, as_vera):
        assert found(client.get(f"{SEARCH}?q=ferry")) == {"The ferry was late again"}
    page = BeautifulSoup(as_cleo.get(f"{SEARCH}?q=ferry").content.decode(), "html.parser")
    there = as_cleo.get(page.select_one("#found a.plain")["href"]).content.decode()
    assert f'id="comment-{comment.pk}"' in there
    with organization_scope(acme):
        Objective.objects.filter(pk=objective.pk).update(visibility="private")
    assert found(as_vera.get(f"{SEARCH}?q=ferry")) == set()
