"""The outline and an objective's page as they were at the end of a day."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from checkins.models import CheckIn, Reading
from objectives.alignment import align
from objectives.as_it_was import as_it_was
from objectives.models import Alignment, KeyResult, Objective
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days
from tests.queries import assert_queries_do_not_grow

from .test_outline import OUTLINE, rows


def age(acme, by):
    """Let all that has been written have been written so much earlier."""
    with organization_scope(acme):
        for model in (Objective, KeyResult, Alignment):
            versions = model.history.rel.related_model.objects
            for version in versions.all():
                versions.filter(pk=version.pk).update(pgh_created_at=version.pgh_created_at - by)


@pytest.fixture
def three_weeks_ago(acme, tree):
    age(acme, timedelta(days=21))
    return acme.today() - days(21)


def test_a_page_reads_as_it_did(as_cleo, acme, tree, three_weeks_ago):
    _company, _product, mine, _loose = tree
    with organization_scope(acme):
        Objective.objects.filter(pk=mine.pk).update(title="Cut them to nothing")
    path = f"/o/acme/objectives/{mine.pk}/"
    assert "Cut them to nothing" in as_cleo.get(path).content.decode()
    then = as_cleo.get(f"{path}?on={three_weeks_ago}").content.decode()
    assert "Cut cold-start failures" in then
    assert "Cut them to nothing" not in then


def test_the_outline_stands_as_it_did(as_cleo, acme, tree, max, cleo, three_weeks_ago):
    company, product, mine, loose = tree
    with organization_scope(acme):
        align(loose, company, by=cleo)
        align(product, None, by=max)
        ObjectiveFactory(title="Begun since", owner=max, level="company", kind="thematic")
    now = [title for _level, title in rows(as_cleo.get(OUTLINE))]
    assert set(now) == {company.title, loose.title, "Begun since"}
    then = rows(as_cleo.get(f"{OUTLINE}?on={three_weeks_ago}"))
    assert then == [(1, company.title), (2, product.title)]
    branch = f"/o/acme/objectives/{product.pk}/branch/?level=3&on={three_weeks_ago}"
    assert rows(as_cleo.get(branch)) == [(3, mine.title)]
    assert as_cleo.get(f"/o/acme/objectives/{loose.pk}/?on=1999-01-01").status_code == 404


def test_links_and_branches_stay_on_the_day(as_cleo, tree, three_weeks_ago):
    page = as_cleo.get(f"{OUTLINE}?on={three_weeks_ago}").content.decode()
    assert f"{tree[0].pk}/?on={three_weeks_ago}" in page
    assert f"branch/?level=3&amp;on={three_weeks_ago}" in page
    assert "Back to today" in page
    drawn = as_cleo.get(f"/o/acme/objectives/map/?on={three_weeks_ago}").content.decode()
    assert f"{tree[0].pk}/?on={three_weeks_ago}" in drawn


def test_figures_are_those_of_the_day(as_cleo, acme, cleo, tree):
    _company, _product, mine, _loose = tree
    with organization_scope(acme):
        key_result = mine.key_results.get()
        CheckIn.record(key_result, cleo, Reading(Decimal(20), 8), uuid4(), on=acme.today())
    age(acme, timedelta(days=21))
    with organization_scope(acme):
        seen = CheckIn.objects.get().pk
        CheckIn.record(
            key_result, cleo, Reading(Decimal(60), 4, seen=seen), uuid4(), on=acme.today()
        )
    path = f"/o/acme/objectives/{mine.pk}/"
    assert "60%" in as_cleo.get(path).content.decode()
    then = as_cleo.get(f"{path}?on={acme.today() - days(21)}").content.decode()
    assert "20%" in then
    assert "60%" not in then


def test_nothing_can_be_done_to_the_past(as_cleo, tree, three_weeks_ago):
    path = f"/o/acme/objectives/{tree[2].pk}/"
    assert f"{path}edit/" in as_cleo.get(path).content.decode()
    assert f"{path}edit/" not in as_cleo.get(f"{path}?on={three_weeks_ago}").content.decode()


def test_what_is_hidden_today_was_never_there(as_vera, acme, tree, three_weeks_ago):
    product = tree[1]
    with organization_scope(acme):
        Objective.objects.filter(pk=product.pk).update(visibility="private")
    assert as_vera.get(f"/o/acme/objectives/{product.pk}/?on={three_weeks_ago}").status_code == 404
    then = as_vera.get(f"{OUTLINE}?on={three_weeks_ago}&q=cold").content.decode()
    assert product.title not in then
    since = as_vera.get(f"/o/acme/objectives/changes/?since={three_weeks_ago}").content.decode()
    assert product.title not in since


def test_what_was_hidden_then_stays_hidden_then(as_vera, acme, tree):
    product = tree[1]
    with organization_scope(acme):
        Objective.objects.filter(pk=product.pk).update(visibility="private", title="A secret")
    age(acme, timedelta(days=21))
    with organization_scope(acme):
        Objective.objects.filter(pk=product.pk).update(visibility="public", title="For all")
    then = f"/o/acme/objectives/{product.pk}/?on={acme.today() - days(21)}"
    assert as_vera.get(then).status_code == 404
    assert as_vera.get(f"/o/acme/objectives/{product.pk}/").status_code == 200


@pytest.mark.parametrize("day", ["nonsense", "9999-12-31", "0001-01-01", "2026-02-30", ""])
def test_a_day_that_makes_no_sense_is_today(as_cleo, tree, day):
    assert len(rows(as_cleo.get(f"{OUTLINE}?on={day}"))) == 2


def test_afterwards_the_tables_are_themselves_again(acme, cleo, tree, three_weeks_ago):
    mine = tree[2]
    with organization_scope(acme):
        Objective.objects.filter(pk=mine.pk).update(title="New words")
        with as_it_was(cleo, three_weeks_ago):
            assert Objective.objects.get(pk=mine.pk).title == "Cut cold-start failures"
        assert Objective.objects.get(pk=mine.pk).title == "New words"
        Objective.objects.filter(pk=mine.pk).update(title="Still writable")


def test_what_changed_since_is_said_in_words(as_cleo, acme, max, cleo, tree, three_weeks_ago):
    company, product, mine, loose = tree
    with organization_scope(acme):
        Objective.objects.filter(pk=mine.pk).update(title="Cut them to nothing", owner=max)
        KeyResultFactory(objective=mine, title="Complaints per week")
        align(mine, company, by=max)
        ObjectiveFactory(title="Begun since", owner=max)
        Objective.objects.filter(pk=loose.pk).update(title="Rider voice")
    page = as_cleo.get(f"/o/acme/objectives/changes/?since={three_weeks_ago}").content.decode()
    for words in ("Begun since", "Cut cold-start failures → Cut them to nothing", "Cleo → Max"):
        assert words in page
    assert f"{product.title} → {company.title}" in page
    assert "Complaints per week" in page
    assert "Rider voice" in page
    one = as_cleo.get(f"/o/acme/objectives/{mine.pk}/changes/?since={three_weeks_ago}")
    assert "Cut them to nothing" in one.content.decode()
    assert "Rider voice" not in one.content.decode()


def test_days_in_the_wrong_order_are_said(as_cleo, acme, tree):
    today = acme.today()
    for query in (f"since={today}", f"since={today - days(3)}&until={today - days(5)}", "since=x"):
        answer = as_cleo.get(f"/o/acme/objectives/changes/?{query}")
        assert answer.status_code == 200
        assert 'aria-invalid="true"' in answer.content.decode()


def test_nothing_changed_is_said(as_cleo, tree, three_weeks_ago):
    answer = as_cleo.get(f"/o/acme/objectives/changes/?since={three_weeks_ago}")
    assert "Nothing changed" in answer.content.decode()


def test_queries_do_not_grow_with_rows(as_cleo, acme, max, tree, three_weeks_ago):
    def more():
        with organization_scope(acme):
            for n in range(5):
                KeyResultFactory(objective=ObjectiveFactory(title=f"More {n}", owner=max))

    since = f"/o/acme/objectives/changes/?since={three_weeks_ago}"
    assert_queries_do_not_grow(lambda: as_cleo.get(since), more, at_most=50)
    past = f"{OUTLINE}?on={three_weeks_ago}"
    assert_queries_do_not_grow(lambda: as_cleo.get(past), more, at_most=24)
