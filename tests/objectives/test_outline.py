"""The alignment outline: a branch at a time, and never what the reader may not see."""

import pytest
from bs4 import BeautifulSoup

from objectives.alignment import align
from objectives.models import Objective
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory
from tests.queries import assert_queries_do_not_grow

OUTLINE = "/o/acme/objectives/alignment/"


def rows(answer):
    """Return (level, title) of every row of an outline or a branch."""
    assert answer.status_code == 200
    soup = BeautifulSoup(f"<table>{answer.content.decode()}</table>", "html.parser")
    found = soup.select("tr[aria-level]")
    return [(int(row["aria-level"]), row.select_one(".name").text) for row in found]


def test_the_first_view_shows_the_company_and_one_level_below(as_cleo, tree):
    assert rows(as_cleo.get(OUTLINE)) == [
        (1, "Make winter riding the default"),
        (2, "A bike ready every cold morning"),
    ]


def test_a_branch_brings_key_results_and_children(as_cleo, tree):
    _company, product, mine, _loose = tree
    branch = as_cleo.get(f"/o/acme/objectives/{product.pk}/branch/?level=3")
    assert rows(branch) == [(3, "Cut cold-start failures")]
    branch = as_cleo.get(f"/o/acme/objectives/{mine.pk}/branch/?level=4")
    assert rows(branch) == [(4, "Failure rate from 6.2% to 2.0%")]


def test_the_address_says_what_is_open(as_cleo, tree):
    company, product, mine, _loose = tree
    opened = ",".join(str(one.pk) for one in (company, product, mine))
    assert [level for level, _ in rows(as_cleo.get(f"{OUTLINE}?open={opened}"))] == [1, 2, 3, 4]
    assert [level for level, _ in rows(as_cleo.get(f"{OUTLINE}?open="))] == [1]
    assert as_cleo.get(f"{OUTLINE}?open=nonsense,{product.pk}").status_code == 200


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=cold-start", {"Cut cold-start failures"}),
        ("q=COLD", {"A bike ready every cold morning", "Cut cold-start failures"}),
        ("q=failure+rate", {"Cut cold-start failures"}),
        ("q=cleo", {"Cut cold-start failures", "Bring rider voice into every sprint"}),
        ("kind=one_focus", {"Make winter riding the default"}),
        ("unlinked=1", {"Bring rider voice into every sprint"}),
        ("status=on_track", set()),
        ("q=cold&kind=one_focus", set()),
    ],
)
def test_search_and_filters_combine(as_cleo, tree, query, titles):
    answer = as_cleo.get(f"{OUTLINE}?{query}")
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    matches = soup.select("tr[aria-level]:not([data-dim]):not([data-kr]) .name")
    assert {row.text for row in matches} == titles
    count = len(titles)
    assert f"{count} goal matches." in soup.text or f"{count} goals match." in soup.text


def test_matches_stand_below_what_they_support(as_cleo, tree):
    soup = BeautifulSoup(as_cleo.get(f"{OUTLINE}?q=failures").content.decode(), "html.parser")
    dimmed = [row.select_one(".name").text for row in soup.select("tr[data-dim]")]
    assert dimmed == ["Make winter riding the default", "A bike ready every cold morning"]
    assert soup.select_one("mark").text == "failures"


def test_what_is_typed_is_shown_as_text(as_cleo, tree):
    page = as_cleo.get(f"{OUTLINE}?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "query", ["department=x", "kind=secret", "owner=../..", "cycle=1", "level=x"]
)
def test_an_address_that_makes_no_sense_shows_the_outline(as_cleo, tree, query):
    assert len(rows(as_cleo.get(f"{OUTLINE}?{query}"))) == 2


def test_what_is_private_is_in_no_row_search_or_count(as_vera, as_cleo, acme, tree):
    _company, product, mine, loose = tree
    with organization_scope(acme):
        hidden = Objective.objects.filter(pk__in=[mine.pk, loose.pk])
        hidden.update(visibility="private")
    assert "Not linked yet" not in as_vera.get(OUTLINE).content.decode()
    assert rows(as_vera.get(f"/o/acme/objectives/{product.pk}/branch/")) == []
    for query in ("q=failure", "q=rider+voice", "unlinked=1"):
        assert rows(as_vera.get(f"{OUTLINE}?{query}")) == []
    assert "Not linked yet" in as_cleo.get(OUTLINE).content.decode()


def test_a_hidden_goal_between_does_not_hide_what_is_below(as_vera, acme, tree):
    _company, product, _mine, _loose = tree
    with organization_scope(acme):
        Objective.objects.filter(pk=product.pk).update(visibility="private")
    assert rows(as_vera.get(f"{OUTLINE}?q=failures")) == [(1, "Cut cold-start failures")]


def test_many_children_come_fifty_at_a_time(as_cleo, acme, max, tree):
    company, *_ = tree
    with organization_scope(acme):
        for number in range(60):
            align(ObjectiveFactory(title=f"Child {number:02}", owner=max), company, by=max)
    first = as_cleo.get(f"/o/acme/objectives/{company.pk}/branch/")
    assert len(rows(first)) == 50
    assert "Show 11 more" in first.content.decode()
    second = as_cleo.get(f"/o/acme/objectives/{company.pk}/branch/?skip=50")
    assert len(rows(second)) == 11
    opened = as_cleo.get(f"{OUTLINE}?open={company.pk}").content.decode()
    assert "Show 11 more" in opened


def test_an_empty_organization_is_told_what_to_write_first(as_cleo):
    assert "No company objective yet" in as_cleo.get(OUTLINE).content.decode()


def test_queries_do_not_grow_with_rows(as_cleo, as_ada, acme, max, tree):
    company, product, *_ = tree

    def grow():
        with organization_scope(acme):
            for number in range(10):
                child = ObjectiveFactory(title=f"More {number}", owner=max)
                KeyResultFactory(objective=child)
                align(child, company if number % 2 else product, by=max)

    opened = f"{OUTLINE}?open={company.pk},{product.pk}"
    pages = (OUTLINE, opened, f"{OUTLINE}?q=more", f"/o/acme/objectives/{company.pk}/branch/")
    for client in (as_cleo, as_ada):
        for page in pages:
            assert_queries_do_not_grow(lambda: client.get(page), grow, at_most=15)  # noqa: B023


def test_a_first_view_of_many_goals_stays_short(as_cleo, acme, max, tree):
    """Sixty rows and 100 KB of HTML at most; what doesn't fit stays closed."""
    with organization_scope(acme):
        for number in range(20):
            top = ObjectiveFactory(
                title=f"Top {number:02}: {'long ' * 20}", owner=max, level="company"
            )
            for below in range(4):
                child = ObjectiveFactory(title=f"Below {below} {'long ' * 20}", owner=max)
                align(child, top, by=max)
    answer = as_cleo.get(OUTLINE)
    assert 40 < len(rows(answer)) <= 60
    assert len(answer.content) < 100_000


def test_a_goal_comes_alone_to_be_shown_beside_the_outline(as_cleo, as_vera, acme, tree):
    mine = f"/o/acme/objectives/{tree[2].pk}/"
    headers = {"hx-request": "true"}
    soup = BeautifulSoup(as_cleo.get(mine, headers=headers).content.decode(), "html.parser")
    assert soup.select_one("#peek-title").text == "Cut cold-start failures"
    assert soup.select_one("a.btn-primary")["href"] == mine
    assert "Failure rate from 6.2% to 2.0%" in soup.text
    assert not soup.select("html, h1")
    assert as_vera.get(mine, headers=headers).status_code == 200
    with organization_scope(acme):
        Objective.objects.filter(pk=tree[2].pk).update(visibility="private")
    assert as_vera.get(mine, headers=headers).status_code == 404
