"""Objectives over HTTP: written, revised, committed, read."""

from decimal import Decimal
from uuid import uuid4

import pytest

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from objectives.alignment import align
from objectives.models import Alignment, KeyResult, Objective
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import KeyResultFactory, ObjectiveFactory, days, running_quarter
from tests.queries import assert_queries_do_not_grow

HTMX = {"hx-request": "true"}


def typed(**changes):
    """Return a form as somebody fills it in; every value can be changed by its name."""
    row = {"title": "Answers within an hour", "measure": "percent", "start": "60", "target": "90"}
    form = {
        "title": "Answer before riders worry",
        "kind": "supporting",
        "level": "individual",
        "why": "Two of three riders who left named a wait.",
        "visibility": "public",
        "ambition": "aspirational",
        "basis": "both",
        "key_results-TOTAL_FORMS": "2",
        "key_results-INITIAL_FORMS": "0",
        **{f"key_results-0-{name}": value for name, value in {**row, "weight": "1"}.items()},
        "key_results-1-title": "",
        "key_results-1-measure": "number",
        "key_results-1-weight": "1",
    }
    return {**form, **{name.replace("__", "-"): value for name, value in changes.items()}}


@pytest.fixture
def quarter(acme):
    with organization_scope(acme):
        return running_quarter()


@pytest.fixture
def company(acme, max):
    with organization_scope(acme):
        return ObjectiveFactory(
            title="Make winter riding the default", owner=max, level="company", kind="one_focus"
        )


@pytest.fixture
def draft(acme, cleo):
    with organization_scope(acme):
        return ObjectiveFactory(owner=cleo, committed_at=None, committed_by=None, title="A draft")


def test_an_objective_is_drafted_with_its_key_results(as_cleo, acme, cleo, quarter, company):
    form = typed(owner="Cleo", cycle=quarter.pk, parent="Make winter riding the default")
    answer = as_cleo.post("/o/acme/objectives/new/", form)
    with organization_scope(acme):
        objective = Objective.objects.get(owner=cleo)
        assert answer.url == f"/o/acme/objectives/{objective.pk}/"
        assert objective.is_draft
        key_result = objective.key_results.get()
        assert (key_result.start, key_result.target) == (60, 90)
        assert Alignment.objects.get(child=objective).parent == company


def test_a_target_below_the_start_is_a_decrease(as_cleo, acme, quarter):
    row = {"key_results__0__start": "6.2", "key_results__0__target": "2"}
    as_cleo.post("/o/acme/objectives/new/", typed(owner="Cleo", cycle=quarter.pk, **row))
    with organization_scope(acme):
        key_result = KeyResult.objects.get()
        assert (key_result.direction, key_result.decimals) == ("decrease", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"kind": ""}, "kind"),
        ({"kind": "secret"}, "kind"),
        ({"owner": "Nobody at all"}, "owner"),
        ({"cycle": str(uuid4())}, "cycle"),
        ({"parent": "A goal that is not there"}, "parent"),
        ({"level": "department", "department": ""}, "department"),
        ({"key_results__0__target": "60"}, "key_results-0-target"),
        ({"key_results__0__start": "a lot"}, "key_results-0-start"),
        ({"key_results__0__measure": "milestones"}, "key_results-0-milestones"),
    ],
    ids=[
        "no title",
        "title too long",
        "no kind",
        "kind unknown",
        "owner unknown",
        "cycle unknown",
        "parent unknown",
        "no department",
        "goes nowhere",
        "no number",
        "no milestone",
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    as_cleo, acme, quarter, wrong, field
):
    form = typed(**{"owner": "Cleo", "cycle": quarter.pk, **wrong})
    for headers, start in (({}, "<!doctype html>"), (HTMX, '<form id="form"')):
        answer = as_cleo.post("/o/acme/objectives/new/", form, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.lstrip().startswith(start)
        assert f'href="#id_{field}' in page
        assert form["why"] in page
        assert form["key_results-0-title"] in page
    with organization_scope(acme):
        assert not Objective.objects.exists()


def test_another_organizations_person_cannot_own_it(as_cleo, quarter, mallory):
    form = typed(owner="Mallory", cycle=quarter.pk)
    answer = as_cleo.post("/o/acme/objectives/new/", form)
    assert answer.status_code == 422
    assert "Nothing here is called" in answer.content.decode()


def test_committing_twice_changes_nothing(as_cleo, acme, draft):
    with organization_scope(acme):
        KeyResultFactory(objective=draft)
    for _ in range(2):
        answer = as_cleo.post(f"/o/acme/objectives/{draft.pk}/commit/")
        assert answer.url == f"/o/acme/objectives/{draft.pk}/"
    with organization_scope(acme):
        assert Event.objects.filter(kind="objective_committed").count() == 1


def test_what_is_committed_counts_above_at_once(as_cleo, acme, draft, company, cleo):
    with organization_scope(acme):
        KeyResultFactory(objective=draft)
        align(draft, company, by=cleo)
        company.refresh_from_db()
        before = company.countable
    as_cleo.post(f"/o/acme/objectives/{draft.pk}/commit/")
    with organization_scope(acme):
        company.refresh_from_db()
        assert company.countable == before + 1


def test_a_draft_says_what_it_lacks_and_is_not_committed_without(as_cleo, acme, draft):
    page = as_cleo.get(f"/o/acme/objectives/{draft.pk}/").content.decode()
    assert "Add at least one key result." in page
    as_cleo.post(f"/o/acme/objectives/{draft.pk}/commit/")
    with organization_scope(acme):
        assert Objective.objects.get().is_draft


def test_a_second_one_focus_is_refused(as_cleo, acme, draft, company):
    with organization_scope(acme):
        KeyResultFactory(objective=draft)
        Objective.objects.filter(pk=draft.pk).update(kind="one_focus")
    answer = as_cleo.post(f"/o/acme/objectives/{draft.pk}/commit/", follow=True)
    assert "There can only be one at a time." in answer.content.decode()
    with organization_scope(acme):
        assert Objective.objects.get(pk=draft.pk).is_draft


def test_committing_tells_the_owner_when_somebody_else_does(as_max, acme, draft, cleo):
    with organization_scope(acme):
        KeyResultFactory(objective=draft)
    as_max.post(f"/o/acme/objectives/{draft.pk}/commit/")
    with organization_scope(acme):
        assert Notification.objects.get().person == cleo


def test_a_discarded_draft_is_gone_and_a_committed_objective_is_not(
    as_cleo, acme, draft, objective
):
    assert as_cleo.post(f"/o/acme/objectives/{draft.pk}/discard/").url == "/o/acme/objectives/"
    assert as_cleo.post(f"/o/acme/objectives/{objective.pk}/discard/").status_code == 403
    with organization_scope(acme):
        assert Objective.objects.get() == objective


@pytest.mark.parametrize("verb", ["edit", "commit", "discard"])
def test_who_may_see_but_not_edit_is_refused(vera, objective, verb):
    path = f"/o/acme/objectives/{objective.pk}/"
    vera_in = signed_in(vera)
    assert vera_in.get(path).status_code == 200
    assert vera_in.post(f"{path}{verb}/").status_code == 403


@pytest.mark.parametrize("page", ["", "edit/", "branch/"])
def test_what_is_private_or_a_draft_is_not_there_for_others(as_vera, acme, objective, draft, page):
    with organization_scope(acme):
        Objective.objects.filter(pk=objective.pk).update(visibility="private")
    for hidden in (objective, draft):
        assert as_vera.get(f"/o/acme/objectives/{hidden.pk}/{page}").status_code == 404


def test_a_manager_reads_a_reports_draft_but_not_a_private_objective(as_max, acme, draft):
    path = f"/o/acme/objectives/{draft.pk}/"
    assert as_max.get(path).status_code == 200
    with organization_scope(acme):
        Objective.objects.filter(pk=draft.pk).update(visibility="private")
    assert as_max.get(path).status_code == 404


@pytest.fixture
def unlocked(acme, objective):
    """The quarter is not locked yet, so that everything is edited freely."""
    with organization_scope(acme):
        Cycle.objects.filter(pk=objective.cycle_id).update(lock_on=acme.today() + days(1))
        return Objective.objects.with_people().get(pk=objective.pk)


def edited(objective, **changes):
    key_result = objective.key_results.get()
    row = {"id": key_result.pk, "title": key_result.title, "measure": "number"}
    row |= {"start": "0", "target": "100", "weight": "1"}
    form = {f"key_results__0__{name}": value for name, value in row.items()}
    form |= {"key_results__INITIAL_FORMS": "1", "owner": "Cleo", "cycle": objective.cycle_id}
    return typed(**{**form, "version": objective.version, **changes})


def test_an_edit_keeps_what_was_checked_in(as_cleo, acme, cleo, unlocked, key_result):
    objective = unlocked
    with organization_scope(acme):
        reading = Reading(Decimal(40), confidence=8)
        CheckIn.record(key_result, cleo, reading, uuid4(), on=acme.today())
        form = edited(objective, key_results__0__target="80")
    answer = as_cleo.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.status_code == 302
    with organization_scope(acme):
        key_result.refresh_from_db()
        objective.refresh_from_db()
        assert key_result.progress == objective.progress == Decimal("0.5")


def test_the_second_of_two_editors_sees_what_the_first_saved(as_cleo, as_max, acme, unlocked):
    objective = unlocked
    path = f"/o/acme/objectives/{objective.pk}/edit/"
    with organization_scope(acme):
        form = edited(objective)
    assert as_max.post(path, {**form, "title": "Max was here first"}).status_code == 302
    answer = as_cleo.post(path, {**form, "title": "Cleo typed this"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Max was here first" in page
    assert 'value="Cleo typed this"' in page
    form |= {"title": "Cleo typed this", "version": "2"}
    assert as_cleo.post(path, form).status_code == 302


def test_a_removed_key_result_with_check_ins_stays_struck_through(
    as_cleo, acme, cleo, unlocked, key_result
):
    objective = unlocked
    with organization_scope(acme):
        reading = Reading(Decimal(40), confidence=8)
        CheckIn.record(key_result, cleo, reading, uuid4(), on=acme.today())
        form = edited(objective, key_results__0__DELETE="on")
    answer = as_cleo.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.status_code == 302
    with organization_scope(acme):
        key_result.refresh_from_db()
        objective.refresh_from_db()
        assert key_result.is_dropped
        assert objective.progress is None
    page = as_cleo.get(f"/o/acme/objectives/{objective.pk}/").content.decode()
    assert f"<del>{key_result.title}</del>" in page


def test_a_link_that_would_close_a_circle_is_refused(
    as_cleo, as_max, acme, objective, company, max
):
    with organization_scope(acme):
        align(objective, company, by=max)
        KeyResultFactory(objective=company)
        Objective.objects.filter(pk=company.pk).update(kind="supporting")
        company.refresh_from_db()
        form = edited(company, owner="Max", level="company", parent=objective.title)
    answer = as_max.post(f"/o/acme/objectives/{company.pk}/edit/", form)
    assert answer.status_code == 422
    assert "already contributes to this one" in answer.content.decode()


def test_activity_does_not_name_what_the_reader_may_not_see(as_vera, acme, objective, company, max):
    with organization_scope(acme):
        align(objective, company, by=max)
        Objective.objects.filter(pk=company.pk).update(visibility="private", title="A merger")
    page = as_vera.get(f"/o/acme/objectives/{objective.pk}/").content.decode()
    assert "linked this to a goal above" in page
    assert "A merger" not in page


def test_pickers_offer_only_what_one_may_link_to(as_cleo, acme, company, draft, max):
    with organization_scope(acme):
        ObjectiveFactory(title="Max keeps this to himself", owner=max, visibility="private")
    options = as_cleo.get("/o/acme/objectives/options/?q=m").content.decode()
    assert "Make winter riding the default" in options
    assert "to himself" not in options


def test_a_newcomer_is_told_how_to_start(as_cleo):
    assert "No objective of yours yet" in as_cleo.get("/o/acme/objectives/").content.decode()


def check_in(key_result, value):
    today = key_result.organization.today()
    reading = Reading(Decimal(value), confidence=8)
    CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=today)


def test_the_top_shows_what_moved_it_from_below(as_max, acme, cleo, objective, key_result, company):
    with organization_scope(acme):
        align(objective, company, by=cleo)
        check_in(key_result, 40)
    assert (
        f"{company.pk}/moves/" in as_max.get(f"/o/acme/objectives/{company.pk}/").content.decode()
    )
    page = as_max.get(f"/o/acme/objectives/{company.pk}/moves/").content.decode()
    assert "What moved it from below" in page
    assert "Answers within an hour" in page


def test_what_moved_it_names_nothing_the_reader_may_not_see(
    as_vera, acme, cleo, objective, key_result, company
):
    with organization_scope(acme):
        align(objective, company, by=cleo)
        check_in(key_result, 40)
        Objective.objects.filter(pk=objective.pk).update(visibility="private")
    page = as_vera.get(f"/o/acme/objectives/{company.pk}/moves/").content.decode()
    assert "Nothing that contributes to it has moved lately" in page
    assert "Answers within an hour" not in page


def test_key_results_of_mine_in_others_objectives_are_mine_too(as_cleo, acme, cleo, company):
    with organization_scope(acme):
        KeyResultFactory(objective=company, owner=cleo, title="Riders who come back")
    page = as_cleo.get("/o/acme/objectives/").content.decode()
    assert "Key results of mine in others" in page
    assert "Riders who come back" in page


def test_queries_of_an_objectives_page_do_not_grow(as_cleo, as_ada, acme, cleo, objective):
    def grow():
        with organization_scope(acme):
            for _ in range(10):
                below = ObjectiveFactory(owner=cleo)
                align(below, objective, by=cleo)
                key_result = KeyResultFactory(objective=below)
                KeyResultFactory(objective=objective)
                check_in(key_result, 20)

    for client in (as_cleo, as_ada):
        for page in ("", "edit/") if client is as_cleo else ("",):
            path = f"/o/acme/objectives/{objective.pk}/{page}"
            grow()
            assert_queries_do_not_grow(lambda: client.get(path), grow, at_most=20)  # noqa: B023
