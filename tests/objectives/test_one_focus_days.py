"""At most one one focus at any date, and the next one ahead of its time (domain §3)."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from objectives.closing import close
from objectives.coverage import competes
from objectives.life import cancel, pause, resume
from objectives.models import Objective, Part
from objectives.writing import commit, revise
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    DepartmentFactory,
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    days,
    running_quarter,
)
from tests.queries import assert_queries_do_not_grow

BOARD = "/o/acme/objectives/focus/"


@pytest.fixture
def quarter(acme):
    with organization_scope(acme):
        return running_quarter()


@pytest.fixture
def following(acme, quarter):
    with organization_scope(acme):
        return running_quarter(quarter.end + days(1))


@pytest.fixture
def focus(acme, max, quarter):
    with organization_scope(acme):
        objective = OneFocusFactory(title="Winter is ours", owner=max, cycle=quarter)
        KeyResultFactory(objective=objective)
        return objective


@pytest.fixture
def spring(acme, max, following):
    """A draft for the quarter after."""
    return drafted(acme, max, following, "Spring is ours")


def drafted(acme, owner, cycle, title="Another"):
    with organization_scope(acme):
        draft = OneFocusFactory(title=title, owner=owner, cycle=cycle, committed_at=None)
        KeyResultFactory(objective=draft)
        return draft


def days_of(objective):
    return Objective.objects.filter(pk=objective.pk).values_list("runs_from", "runs_until").get()


def in_threads(acme, *acts):
    """Do all of it at once, each in a transaction of its own; return how many were refused."""
    ready, refused = threading.Barrier(len(acts)), []

    def do(act):
        ready.wait()
        try:
            with organization_scope(acme), transaction.atomic():
                act()
        except ValidationError as error:
            refused.append(error)
        connections.close_all()

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)


def test_the_next_quarters_is_committed_while_this_one_runs(
    in_acme, max, focus, spring, quarter, following
):
    assert commit(spring, by=max)
    assert days_of(focus) == (quarter.start, quarter.end)
    assert days_of(spring) == (following.start, following.end)
    today = in_acme.today()
    assert Objective.objects.one_focus_on(today).get() == focus
    assert Objective.objects.one_focus_on(following.start).get() == spring


def test_another_of_the_same_days_is_refused_by_the_name_of_its_cycle(in_acme, max, focus, quarter):
    draft = drafted(in_acme, max, quarter)
    with pytest.raises(ValidationError) as refused:
        commit(draft, by=max)
    sentence = " ".join(refused.value.messages)
    assert quarter.label in sentence
    assert focus.title not in sentence
    assert days_of(draft) == (None, None)


def test_a_years_and_a_quarters_share_days(in_acme, max, focus, quarter):
    draft = drafted(in_acme, max, quarter.parent)
    with pytest.raises(ValidationError, match="There can only be one at a time"):
        commit(draft, by=max)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_cannot_commit_two_of_the_same_days(acme, max):
    with organization_scope(acme):
        quarter = running_quarter()
    first, second = (drafted(acme, max, quarter) for _ in range(2))
    acts = (lambda: first.commit(by=max), lambda: second.commit(by=max))
    assert in_threads(acme, *acts) == 1
    with organization_scope(acme):
        assert Objective.objects.one_focus().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_may_commit_those_of_two_quarters(acme, max):
    with organization_scope(acme):
        quarter = running_quarter()
        following = running_quarter(quarter.end + days(1))
    first, second = (drafted(acme, max, cycle) for cycle in (quarter, following))
    acts = (lambda: first.commit(by=max), lambda: second.commit(by=max))
    assert in_threads(acme, *acts) == 0
    with organization_scope(acme):
        assert Objective.objects.one_focus().count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_goes_on_while_another_is_committed_in_its_days(acme, max):
    """Whoever comes second is refused, whichever it is."""
    with organization_scope(acme):
        quarter = running_quarter()
        resting = OneFocusFactory(owner=max, cycle=quarter)
        pause(resting, max, "The frost is late")
    draft = drafted(acme, max, quarter)
    acts = (lambda: resume(resting, by=max), lambda: commit(draft, by=max))
    assert in_threads(acme, *acts) == 1
    with organization_scope(acme):
        assert Objective.objects.one_focus().count() == 1


def test_the_database_refuses_a_second_one_by_itself(in_acme, max, focus, quarter, following):
    with pytest.raises(IntegrityError, match="one_live_one_focus"), transaction.atomic():
        OneFocusFactory(owner=max, cycle=quarter)
    ahead = OneFocusFactory(owner=max, cycle=following)
    with pytest.raises(IntegrityError, match="one_live_one_focus"), transaction.atomic():
        Objective.objects.filter(pk=ahead.pk).update(cycle=quarter)


def test_nobody_writes_the_days_but_the_database(in_acme, max, focus, following):
    Objective.objects.filter(pk=focus.pk).update(
        runs_from=following.start, runs_until=following.end
    )
    assert days_of(focus) == (focus.cycle.start, focus.cycle.end)
    other = ObjectiveFactory(owner=max)
    Objective.objects.filter(pk=other.pk).update(
        runs_from=following.start, runs_until=following.end
    )
    assert days_of(other) == (None, None)


@pytest.mark.parametrize("ends", [pause, cancel, lambda one, by, _why: close(one, by)])
def test_what_rests_or_is_over_frees_its_days(in_acme, max, focus, quarter, ends):
    assert ends(focus, max, "The threat is gone")
    assert days_of(focus) == (None, None)
    draft = drafted(in_acme, max, quarter)
    assert commit(draft, by=max)
    assert Objective.objects.one_focus_on(in_acme.today()).get() == draft


def test_one_that_rests_goes_on_only_where_its_days_are_free(as_max, acme, max, focus, quarter):
    draft = drafted(acme, max, quarter)
    with organization_scope(acme):
        pause(focus, max, "The frost is late")
        commit(draft, by=max)
    path = f"/o/acme/objectives/{focus.pk}/resume/"
    assert "There can only be one at a time" in as_max.post(path, follow=True).content.decode()
    with organization_scope(acme):
        assert Objective.objects.get(pk=focus.pk).is_paused
        cancel(draft, max, "It was a bad idea")
    as_max.post(path)
    with organization_scope(acme):
        assert days_of(focus) == (quarter.start, quarter.end)


def test_moved_dates_of_a_cycle_move_the_days(in_acme, max, focus, spring, quarter, following):
    commit(spring, by=max)
    Cycle.objects.filter(pk=quarter.pk).update(end=quarter.end - days(7))
    assert days_of(focus) == (quarter.start, quarter.end - days(7))
    Cycle.objects.filter(pk=following.pk).update(start=quarter.end - days(6))
    assert days_of(spring) == (quarter.end - days(6), following.end)


def test_moved_dates_leave_alone_what_is_closed(in_acme, max, focus, quarter):
    close(focus, max)
    Cycle.objects.filter(pk=quarter.pk).update(end=quarter.end - days(7))
    assert days_of(focus) == (None, None)


def test_a_cycle_is_not_moved_into_the_days_of_another_one_focus(in_acme, max, focus, quarter):
    """Quarters keep apart by themselves; a cycle with its own dates does not."""
    own = Cycle.objects.create(
        calendar=quarter.calendar,
        kind="custom",
        label="The launch",
        start=quarter.end + days(1),
        end=quarter.end + days(30),
        **dict.fromkeys(("planning_opens", "planning_due", "lock_on"), quarter.end),
        **dict.fromkeys(("grading_opens", "grading_due", "close_on"), quarter.end),
    )
    OneFocusFactory(owner=max, cycle=own)
    with pytest.raises(IntegrityError, match="one_live_one_focus"), transaction.atomic():
        Cycle.objects.filter(pk=own.pk).update(start=quarter.end)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_committed_one_moves_to_another_cycle_only_where_it_is_free(
    in_acme, max, focus, spring, quarter, following
):
    commit(spring, by=max)

    def move(cycle):
        spring.refresh_from_db()
        return revise(spring, max, spring.version, [], None, cycle=cycle)

    with pytest.raises(ValidationError, match="There can only be one at a time"):
        move(quarter)
    after = running_quarter(following.end + days(1))
    assert move(after)
    assert days_of(spring) == (after.start, after.end)


def test_home_shows_todays_and_the_board_the_next_one_too(
    as_cleo, acme, max, focus, spring, following
):
    with organization_scope(acme):
        commit(spring, by=max)
    home = as_cleo.get("/o/acme/").content.decode()
    assert focus.title in home
    assert spring.title not in home
    board = as_cleo.get(BOARD).content.decode()
    assert focus.title in board
    assert f"?cycle={following.pk}" in board
    assert spring.title not in board
    ahead = as_cleo.get(BOARD, {"cycle": following.pk}).content.decode()
    assert spring.title in ahead
    assert focus.title not in ahead
    for nonsense in ("x", focus.pk):
        assert focus.title in as_cleo.get(BOARD, {"cycle": nonsense}).content.decode()


def test_before_the_next_one_begins_the_page_leads_to_it(as_cleo, acme, max, spring, following):
    with organization_scope(acme):
        commit(spring, by=max)
    board = as_cleo.get(BOARD).content.decode()
    assert "No one focus runs now" in board
    assert f"?cycle={following.pk}" in board


def test_a_part_of_the_next_one_is_taken_on_its_own_page(acme, max, spring):
    with organization_scope(acme):
        commit(spring, by=max)
        department = DepartmentFactory(name="Care", head=max)
    form = {"line": "A bike is back by the evening", "owner": "Max", "owner_chosen": max.pk}
    path = f"/o/acme/objectives/{spring.pk}/parts/{department.pk}/"
    answer = signed_in(max).post(path, form)
    assert answer.url == f"/o/acme/objectives/{spring.pk}/"
    with organization_scope(acme):
        assert Part.objects.get().objective == spring


def test_only_what_runs_beside_it_competes(in_acme, max, cleo, focus, quarter, following):
    beside = ObjectiveFactory(owner=max, level="company", kind="thematic", cycle=quarter)
    later = ObjectiveFactory(owner=max, level="company", kind="thematic", cycle=following)
    assert competes(beside, cleo)
    assert not competes(later, cleo)


def test_the_board_costs_no_more_for_the_next_ones(as_cleo, acme, max, focus, spring):
    def grow():
        with organization_scope(acme):
            commit(spring, by=max)

    assert_queries_do_not_grow(lambda: as_cleo.get(BOARD), grow, at_most=20)
