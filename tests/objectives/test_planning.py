"""The planning board: drafts are shared, heads answer, a need becomes a promise (R22 to R24)."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from core.ids import uuid7
from objectives.models import Dependency, Objective, PlanningResponse
from objectives.promises import warn_dependents
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    DepartmentalFactory,
    DepartmentFactory,
    KeyResultFactory,
    ObjectiveFactory,
    join,
    running_quarter,
)
from tests.queries import assert_queries_do_not_grow

BOARD = "/o/acme/objectives/planning/"


@pytest.fixture
def otto(acme):
    """Heads another department than max."""
    with organization_scope(acme):
        return join(acme, "Otto")


@pytest.fixture
def as_otto(otto):
    return signed_in(otto)


@pytest.fixture
def care(acme, max):
    with organization_scope(acme):
        return DepartmentFactory(name="Rider Care", head=max)


@pytest.fixture
def supply(acme, otto):
    with organization_scope(acme):
        return DepartmentFactory(name="Supply", head=otto)


@pytest.fixture
def plan(acme, max, care):
    """Max's departmental objective of the running quarter, which the supply depends on."""
    with organization_scope(acme):
        objective = DepartmentalFactory(title="Back on the road", owner=max, department=care)
        KeyResultFactory(objective=objective)
        return objective


@pytest.fixture
def need(acme, plan, supply, otto):
    with organization_scope(acme):
        return Dependency.ask(plan, supply, otto, text="A forecast by district")


def path(thing, verb=""):
    kind = "needs/" if isinstance(thing, Dependency) else ""
    return f"/o/acme/objectives/{kind}{thing.pk}/{verb}"


def in_days(acme, number):
    return acme.today() + timedelta(days=number)


def told(person, kind):
    return Notification.objects.filter(person=person, event__kind=kind).count()


# Who reads a plan.


def test_a_shared_draft_is_read_by_everybody_and_the_other_heads_are_told(
    as_max, as_vera, acme, care, supply, max, otto
):
    with organization_scope(acme):
        draft = DepartmentalFactory(
            title="Half a plan", owner=max, department=care, committed_at=None
        )
    assert as_vera.get(path(draft)).status_code == 404
    assert "Half a plan" not in as_vera.get(BOARD).content.decode()
    for _ in range(2):
        as_max.post(path(draft, "share/"))
    assert as_vera.get(path(draft)).status_code == 200
    assert "Half a plan" in as_vera.get(BOARD).content.decode()
    with organization_scope(acme):
        assert Event.objects.filter(kind="objective_shared").count() == 1
        assert told(otto, "objective_shared") == 1


def test_sharing_twice_or_a_private_or_supporting_draft_changes_nothing(in_acme, max):
    supporting = ObjectiveFactory(owner=max, committed_at=None)
    theme = ObjectiveFactory(owner=max, kind="thematic", committed_at=None)
    private = ObjectiveFactory(owner=max, kind="thematic", visibility="private", committed_at=None)
    assert theme.share(by=max)
    assert not any(one.share(by=max) for one in (theme, supporting, private))


@pytest.mark.parametrize("visibility", ["restricted", "private"])
def test_a_departmental_objective_is_everybodys(in_acme, max, care, visibility):
    with pytest.raises(IntegrityError, match="departmental_is_everybodys"):
        with transaction.atomic():
            DepartmentalFactory(owner=max, department=care, visibility=visibility)


# Answers.


def test_a_head_answers_once_and_the_board_says_who_has_not(
    as_otto, as_cleo, acme, plan, supply, otto, max
):
    with organization_scope(acme):
        DepartmentFactory(name="Silent Works")
    form = {"department": supply.pk, "stance": "concern", "text": "We have six vans."}
    for _ in range(2):
        assert as_otto.post(path(plan, "respond/"), form).url == BOARD
    with organization_scope(acme):
        response = PlanningResponse.objects.get()
        assert (response.stance, response.author) == ("concern", otto)
        assert told(max, "planning_responded") == 1
    page = as_cleo.get(BOARD)
    [plan_shown] = page.context_data["board"].plans
    assert [one.name for one in plan_shown.silent] == ["Silent Works"]
    assert "1 of 2 answered" in page.content.decode()
    assert "We have six vans." in page.content.decode()


def test_another_answer_takes_the_place_of_the_first(in_acme, plan, supply, otto):
    PlanningResponse.give(plan, supply, otto, "need", "A forecast")
    PlanningResponse.give(plan, supply, otto, "support")
    assert PlanningResponse.objects.get().stance == "support"
    assert Dependency.objects.get().state == "withdrawn"


@pytest.mark.parametrize("stance", ["concern", "need"])
def test_a_worry_or_a_need_is_said_in_words(as_otto, plan, supply, stance):
    form = {"department": supply.pk, "stance": stance, "text": ""}
    answer = as_otto.post(path(plan, "respond/"), form)
    assert answer.status_code == 422
    assert 'href="#id_text"' in answer.content.decode()


def test_only_heads_of_other_departments_answer(as_max, as_cleo, as_ada, plan, supply):
    form = {"department": supply.pk, "stance": "support"}
    for client in (as_max, as_cleo, as_ada):
        assert client.post(path(plan, "respond/"), form).status_code == 403
        assert client.get(path(plan, "respond/")).status_code == 403


def test_nobody_answers_for_a_department_that_is_not_theirs(as_otto, plan, supply, care):
    answer = as_otto.post(path(plan, "respond/"), {"department": care.pk, "stance": "support"})
    assert answer.status_code == 422


# Needs and promises.


def test_a_need_is_asked_for_and_promised_with_a_date(
    as_otto, as_max, acme, plan, supply, otto, max
):
    with organization_scope(acme):
        mine = DepartmentalFactory(title="Parts in time", owner=otto, department=supply)
    form = {
        "department": supply.pk,
        "stance": "need",
        "text": "A forecast by district",
        "wanted_on": in_days(acme, 7),
        "dependent": mine.pk,
    }
    for _ in range(2):
        as_otto.post(path(plan, "respond/"), form)
    with organization_scope(acme):
        need = Dependency.objects.get()
        assert (need.state, need.provider, need.dependent) == ("asked", plan.department, mine)
        assert told(max, "dependency_asked") == 1
    assert (
        "Supply needs something from Rider Care" in as_max.get("/o/acme/waiting/").content.decode()
    )
    promise = {"answer": "accept", "on": in_days(acme, 9)}
    for _ in range(2):
        assert as_max.post(path(need), promise).url == path(need)
    with organization_scope(acme):
        need.refresh_from_db()
        assert (need.state, need.promised_on) == ("accepted", in_days(acme, 9))
        assert told(otto, "dependency_accepted") == 1
    for one in (plan, mine):
        assert "A forecast by district" in as_max.get(path(one, "kind/")).content.decode()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"answer": "accept"}, "on"),
        ({"answer": "accept", "on": "2020-01-01"}, "on"),
        ({"answer": "decline"}, "words"),
        ({"answer": "counter", "words": "Later"}, "on"),
        ({"answer": ""}, "answer"),
    ],
)
def test_a_promise_wants_a_day_and_a_refusal_a_reason(as_max, acme, need, form, field):
    answer = as_max.post(path(need), form)
    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    with organization_scope(acme):
        need.refresh_from_db()
        assert need.state == "asked"


def test_a_counter_offer_counts_once_the_asker_agrees(as_max, as_otto, acme, need, max):
    offer = {"answer": "counter", "on": in_days(acme, 20), "words": "By region only"}
    as_max.post(path(need), offer)
    assert as_max.post(path(need, "agree/")).status_code == 403
    with organization_scope(acme):
        need.refresh_from_db()
        assert (need.state, need.promise) == ("countered", "A forecast by district")
    for _ in range(2):
        as_otto.post(path(need, "agree/"))
    with organization_scope(acme):
        need.refresh_from_db()
        assert (need.state, need.promise) == ("accepted", "By region only")
        assert need.promised_on == in_days(acme, 20)
        assert told(max, "dependency_agreed") == 1


def test_a_refusal_is_told_with_its_reason(as_max, as_otto, acme, need, otto):
    as_max.post(path(need), {"answer": "decline", "words": "We are short ourselves."})
    assert "We are short ourselves." in as_otto.get(path(need)).content.decode()
    with organization_scope(acme):
        assert told(otto, "dependency_declined") == 1


def test_after_a_refusal_it_can_be_asked_again(in_acme, need, max, otto, plan, supply):
    need.decline(max, "No")
    again = Dependency.ask(plan, supply, otto, text="Half a forecast")
    assert again.pk != need.pk
    assert again.state == "asked"


def test_a_promise_at_risk_is_told_once(as_max, acme, need, max, otto):
    with organization_scope(acme):
        need.accept(max, in_days(acme, 3))
    for _ in range(2):
        as_max.post(path(need, "doubt/"), {"risk": "Two are ill"})
    with organization_scope(acme):
        assert warn_dependents(in_days(acme, 9)) == 0
        assert told(otto, "promise_at_risk") == 1


def test_a_promise_whose_day_has_passed_is_told_once(in_acme, need, max, otto):
    need.accept(max, in_days(in_acme, 3))
    assert warn_dependents(in_days(in_acme, 3)) == 0
    assert [warn_dependents(in_days(in_acme, 4)) for _ in range(2)] == [1, 0]
    assert told(otto, "promise_at_risk") == 1
    need.refresh_from_db()
    assert need.is_overdue(in_days(in_acme, 4))


def test_a_check_in_that_says_at_risk_tells_whoever_waits(in_acme, need, plan, max, otto):
    need.accept(max, in_days(in_acme, 30))
    for confidence in (5, 4):
        reading = Reading(value=10, confidence=confidence, seen=latest(plan))
        CheckIn.record(plan.key_results.get(), max, reading, uuid7(), on=in_acme.today())
    assert told(otto, "promise_at_risk") == 1
    assert need.pk in {one.pk for one in Dependency.objects.in_trouble(in_acme.today())}


def latest(plan):
    check_in = CheckIn.objects.filter(key_result__objective=plan).order_by("-pk").first()
    return check_in and check_in.pk


def test_what_is_kept_is_in_trouble_no_more(in_acme, need, max, otto):
    need.accept(max, in_days(in_acme, 3))
    assert need.keep(max)
    assert not need.keep(max)
    assert warn_dependents(in_days(in_acme, 9)) == 0
    assert told(otto, "dependency_kept") == 1


def test_who_may_not_see_the_dependent_is_not_told_its_title(as_cleo, as_otto, acme, need, otto):
    with organization_scope(acme):
        secret = ObjectiveFactory(title="A merger", owner=otto, visibility="private")
        Dependency.objects.filter(pk=need.pk).update(dependent=secret)
    assert "A merger" not in as_cleo.get(path(need)).content.decode()
    assert "A merger" in as_otto.get(path(need)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one(acme, need, max):
    """Accept and decline in the same moment, again and again: one of them wins."""
    with organization_scope(acme):
        outcomes = []
        ready = threading.Barrier(2)
        day = in_days(acme, 3)

    def answer(verb):
        ready.wait()
        with organization_scope(acme):
            one = Dependency.objects.get(pk=need.pk)
            outcomes.append(one.accept(max, day) if verb == "accept" else one.decline(max, "No"))
        connections.close_all()

    for _ in range(8):
        with organization_scope(acme):
            Dependency.objects.filter(pk=need.pk).update(state="asked", promised_on=None)
        threads = [threading.Thread(target=answer, args=[verb]) for verb in ("accept", "decline")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == 8 * [False] + 8 * [True]


@pytest.mark.django_db(transaction=True)
def test_asking_in_two_tabs_at_once_asks_once(acme, plan, supply, otto):
    ready = threading.Barrier(2)

    def ask():
        ready.wait()
        with organization_scope(acme):
            PlanningResponse.give(plan, supply, otto, "need", "A forecast")
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with organization_scope(acme):
        assert Dependency.objects.count() == PlanningResponse.objects.count() == 1


# The board.


def test_who_has_no_department_of_that_kind_plans_by_division(in_acme, max):
    today = in_acme.today()
    division = DepartmentFactory(kind="division")
    DepartmentFactory(kind="group")
    team = DepartmentFactory(kind="team")
    assert list(Department.objects.planning(today)) == [division]
    assert division.dissolve(on=today)
    assert list(Department.objects.planning(today)) == [team]


def test_the_board_costs_the_same_for_one_and_for_many(as_otto, acme, plan, supply, otto, max):
    def grow():
        with organization_scope(acme):
            for _ in range(5):
                department = DepartmentFactory(head=max)
                one = DepartmentalFactory(owner=max, department=department)
                PlanningResponse.give(one, supply, otto, "need", "Parts")

    grow()
    assert_queries_do_not_grow(lambda: as_otto.get(BOARD), grow, at_most=20)


def test_without_a_quarter_or_a_department_the_board_says_so(as_cleo, acme):
    assert "Nobody plans here yet" in as_cleo.get(BOARD).content.decode()
    with organization_scope(acme):
        running_quarter()
    assert "Nobody plans here yet" in as_cleo.get(f"{BOARD}?cycle=nonsense").content.decode()


def test_a_plan_of_another_cycle_is_not_on_this_ones_board(as_cleo, acme, plan):
    with organization_scope(acme):
        quarters = plan.cycle.calendar.cycles.quarters()
        other = quarters.exclude(pk=plan.cycle.pk).first()
    page = as_cleo.get(f"{BOARD}?cycle={other.pk}").content.decode()
    assert "Back on the road" not in page
    assert "Back on the road" in as_cleo.get(f"{BOARD}?cycle={plan.cycle.pk}").content.decode()


def test_drafts_of_others_wait_for_a_head(as_otto, acme, plan, supply):
    with organization_scope(acme):
        Objective.objects.update(committed_at=None, shared_at=acme.created_at)
    page = as_otto.get("/o/acme/waiting/").content.decode()
    assert "1 draft of another department waits for your answer" in page
