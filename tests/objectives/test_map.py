"""The alignment map: the outline's goals as cards, and never what the reader may not see."""

import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from objectives.alignment import align
from objectives.map import CARDS, COLUMN, HEIGHT, MARGIN, ROW, WIDTH, Forest, Place
from objectives.models import Objective
from objectives.templatetags.map import bar_path, edge, from_start
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory
from tests.queries import assert_queries_do_not_grow

from .test_outline import OUTLINE, rows

MAP = "/o/acme/objectives/map/"
COMPANY = "Make winter riding the default"
PRODUCT = "A bike ready every cold morning"
MINE = "Cut cold-start failures"
LOOSE = "Bring rider voice into every sprint"


def page(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content.decode(), "html.parser")


def cards(answer):
    """Return the label of every card as people come to it."""
    return [card["aria-label"] for card in page(answer).select(".map a[data-st]")]


def titles(answer):
    return [label.split(",")[0] for label in cards(answer)]


def test_goals_stand_in_reading_order_and_say_how_they_are(as_cleo, tree):
    labels = cards(as_cleo.get(MAP))
    assert [label.split(",")[0] for label in labels] == [COMPANY, PRODUCT, MINE]
    assert "supports" not in labels[0]
    assert re.fullmatch(rf"{MINE}, Cleo.*, No update, .*, supports “{PRODUCT}”", labels[2])


def test_a_card_leads_to_its_goal_and_shows_it_in_text(as_cleo, tree):
    card = page(as_cleo.get(MAP)).select(".map a[data-st]")[1]
    assert card["href"] == f"/o/acme/objectives/{tree[1].pk}/"
    assert card.select_one("text").text == PRODUCT
    assert "style" not in str(card)


def test_a_title_too_long_for_two_lines_ends_in_dots(as_cleo, max, acme):
    title = "Rindfleischetikettierungsüberwachungsaufgaben " * 4
    with organization_scope(acme):
        ObjectiveFactory(title=title.strip(), owner=max, level="company", kind="thematic")
    card = page(as_cleo.get(MAP)).select_one(".map a[data-st]")
    lines = [line.text for line in card.select("text:not([class])")]
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert card.select_one("title").text == title.strip()


def test_a_hidden_goal_is_not_there_and_what_is_below_it_begins_a_tree(as_vera, acme, tree):
    with organization_scope(acme):
        Objective.objects.filter(pk=tree[1].pk).update(visibility="private")
    answer = as_vera.get(MAP)
    assert titles(answer) == [COMPANY, MINE]
    assert PRODUCT not in answer.content.decode()
    assert "supports" not in "".join(cards(answer))
    for query in ("q=cold", "status=none", "kind=supporting"):
        assert PRODUCT not in as_vera.get(f"{MAP}?{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "bright"),
    [
        ("q=cold-start", {MINE}),
        ("q=failure+rate", {MINE}),
        ("q=cleo", {MINE, LOOSE}),
        ("kind=one_focus", {COMPANY}),
        ("unlinked=1", {LOOSE}),
        ("q=cold&status=none", {PRODUCT, MINE}),
        ("department=x", None),
        ("owner=../..", None),
    ],
)
def test_what_does_not_match_is_dimmed(as_cleo, tree, query, bright):
    answer = as_cleo.get(f"{MAP}?{query}")
    soup = page(answer)
    found = soup.select(".map a[data-st]:not([data-dim])")
    expected = {COMPANY, PRODUCT, MINE} if bright is None else bright
    assert {card["aria-label"].split(",")[0] for card in found} == expected
    assert {COMPANY, PRODUCT, MINE} <= set(titles(answer))
    dimmed = soup.select(".map a[data-dim]")
    assert all(card["aria-label"].endswith("does not match") for card in dimmed)
    if bright:
        count = len(bright)
        assert f"{count} goal matches." in soup.text or f"{count} goals match." in soup.text


def test_a_department_dims_the_others(as_cleo, acme, tree):
    with organization_scope(acme):
        works = Department.objects.create(name="Works")
        Objective.objects.filter(pk=tree[1].pk).update(department=works)
    soup = page(as_cleo.get(f"{MAP}?department={works.pk}"))
    assert len(soup.select(".map [data-dim]")) == 2


def test_nothing_found_is_said_as_in_the_outline(as_cleo, tree):
    soup = page(as_cleo.get(f"{MAP}?q=nothing+like+it"))
    assert "No goal matches" in soup.text
    assert not soup.select(".map")


def test_another_view_keeps_the_filters(as_cleo, tree):
    query = "?q=cold&kind=supporting"
    for here, there in ((MAP, OUTLINE), (OUTLINE, MAP)):
        views = page(as_cleo.get(f"{here}{query}")).select_one("nav#views")
        assert views.select_one("[aria-current]")["href"] == f"{here}{query}"
        assert views.select_one("a:not([aria-current])")["href"] == f"{there}{query}"


def test_a_search_brings_the_map_the_views_and_a_sentence(as_cleo, tree):
    answer = as_cleo.get(f"{MAP}?q=cold", headers={"hx-request": "true"})
    soup = page(answer)
    assert soup.select_one("#map .map")
    assert soup.select_one("nav#views[hx-swap-oob] a")["href"] == f"{OUTLINE}?q=cold"
    assert soup.select_one("[hx-swap-oob='innerHTML:#live']").text == "2 goals match."
    assert not soup.select("html, form")


def test_what_is_not_linked_is_counted_and_a_link_away(as_cleo, tree):
    soup = page(as_cleo.get(MAP))
    loose = soup.select_one("section[aria-labelledby=loose]")
    assert "Not linked yet 1" in loose.text
    assert loose.select_one("a")["href"] == f"{OUTLINE}?unlinked=1"


def test_an_empty_organization_is_told_what_to_write_first(as_cleo):
    assert "No company objective yet" in page(as_cleo.get(MAP)).text


@pytest.fixture
def two_hundred(acme, max, tree):
    """A fourth level below one of twenty on the second, and more than there is room for."""
    company, product, mine, _loose = tree
    with organization_scope(acme):
        for number in range(197):
            goal = ObjectiveFactory(
                title=f"Goal {number:03} that people in many places care for", owner=max
            )
            align(goal, (company, product, mine)[number % 3], by=max)


def test_many_goals_are_three_levels_and_links_to_the_rest(as_cleo, two_hundred, tree):
    company, product, mine, _loose = tree
    answer = as_cleo.get(MAP)
    soup = page(answer)
    assert len(soup.select(".map a[data-st]")) == 1 + 1 + 66 + 1 + 66
    assert len(answer.content) < 100_000
    (more,) = soup.select(".map a.more")
    assert more["aria-label"] == f"+ 65 more below {MINE}"
    assert more.text == "+ 65 more"
    path = ",".join(str(goal.pk) for goal in (company, product, mine))
    assert more["href"] == f"{OUTLINE}?open={path}#g-{mine.pk}"
    assert len(rows(as_cleo.get(more["href"]))) > 50


def test_a_search_among_many_draws_what_matches(as_cleo, two_hundred, tree):
    soup = page(as_cleo.get(f"{MAP}?q=Goal+002"))
    assert [card["aria-label"].split(",")[0] for card in soup.select(".map a[data-dim]")] == [
        COMPANY,
        PRODUCT,
        MINE,
    ]
    assert len(soup.select(".map a[data-st]:not([data-dim])")) == 1


def test_a_page_of_as_many_cards_as_fit_stays_small(as_cleo, acme, max, tree):
    with organization_scope(acme):
        for number in range(CARDS - 3):
            title = f"Goal {number:03}: spare parts never stop a repair"
            align(ObjectiveFactory(title=title, owner=max), tree[number % 3], by=max)
        Objective.objects.update(progress=Decimal("0.52"), status="at_risk")
    answer = as_cleo.get(MAP)
    assert len(cards(answer)) == CARDS
    assert len(answer.content) < 100_000


def test_queries_do_not_grow_with_goals(as_cleo, as_ada, acme, max, tree):
    def grow():
        with organization_scope(acme):
            for number in range(10):
                child = ObjectiveFactory(title=f"More {number}", owner=max)
                KeyResultFactory(objective=child)
                align(child, tree[number % 3], by=max)

    for client in (as_cleo, as_ada):
        for address in (MAP, f"{MAP}?q=more"):
            assert_queries_do_not_grow(lambda: client.get(address), grow, at_most=15)  # noqa: B023


# Geometry, for trees of any shape.


@st.composite
def forests(draw, most=40):
    """Goals that contribute to an earlier one, to none, or to one that is not there."""
    goals = list(range(draw(st.integers(0, most))))
    links = {
        goal: draw(st.one_of(st.integers(0, goal - 1), st.just(most + 1)))
        for goal in goals[1:]
        if draw(st.booleans())
    }
    return Forest.grow(draw(st.permutations(goals)), links)


@given(forests())
def test_no_two_cards_overlap_and_every_goal_has_one(forest):
    places = forest.places()
    assert sorted(places) == sorted(forest.parents)
    columns = {}
    for place in sorted(places.values()):
        assert place.x >= MARGIN
        assert place.y >= MARGIN
        if place.x in columns:
            assert place.y - columns[place.x] >= ROW > HEIGHT
        columns[place.x] = place.y
    assert COLUMN > WIDTH


@given(forests())
def test_a_parent_stands_between_its_children_and_before_them(forest):
    places = forest.places()
    for parent, children in forest.below.items():
        if parent is None:
            continue
        heights = [places[child].y for child in children]
        assert heights == sorted(heights)
        assert places[parent].y == (heights[0] + heights[-1]) // 2
        assert {places[child].x for child in children} == {places[parent].x + COLUMN}


@given(forests())
def test_the_order_is_that_of_reading_and_stays(forest):
    order = list(forest.places())
    again = Forest(dict(forest.parents))
    assert order == list(again.places())
    for goal, parent in forest.parents.items():
        assert parent is None or order.index(parent) < order.index(goal)


@given(forests(), st.integers(1, 4), st.integers(1, 20))
def test_what_is_left_out_is_counted_once(forest, levels, most):
    drawn = forest.upper(levels, most)
    assert len(drawn.parents) <= most
    assert all(depth < levels for _goal, depth in drawn.walk())
    assert set(drawn.places()) == set(drawn.parents)
    missing = forest.missing_from(drawn)
    assert sum(missing.values()) == len(forest.parents) - len(drawn.parents)


def test_from_right_to_left_everything_is_mirrored():
    parent, child = Place(20, 20), Place(340, 128)
    assert edge(parent, child, 622) == "M282 67C311 67 311 175 340 175"
    assert bar_path(Decimal("0.5")) == "M107 77h47"
    with translation.override("ar"):
        assert edge(parent, child, 622) == "M340 67C311 67 311 175 282 175"
        assert bar_path(Decimal("0.5")) == "M155 77h-47"
        assert from_start(18) == WIDTH - 18


@pytest.mark.parametrize(("share", "path"), [(None, ""), ("0", ""), ("1.4", "M107 77h100")])
def test_a_bar_is_as_long_as_its_progress_and_no_longer(share, path):
    assert bar_path(share and Decimal(share)) == path
