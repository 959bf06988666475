"""Closing an objective and a cycle: scored twice, frozen, amended, carried over (domain §8)."""

import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, ProgrammingError, connections, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from checkins.verification import differences
from objectives.alignment import align
from objectives.carrying import carry_over
from objectives.change_requests import accept
from objectives.closing import Closing, close, suggest
from objectives.cycle_end import Ending, close_cycle
from objectives.life import cancel
from objectives.models import (
    Alignment,
    Amendment,
    KeyResult,
    Objective,
    ObjectiveValue,
    Review,
    Snapshot,
    Value,
)
from objectives.themes import Named, name_functions
from organizations.models import Cycle, Department
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    RoleGrantFactory,
    days,
    running_quarter,
)
from tests.queries import assert_queries_do_not_grow

from .test_change_requests import asked, measured, wanted

pytestmark = pytest.mark.usefixtures("mid_quarter")
PATH = "/o/acme/objectives/{}/"


def said(objective, **changes):
    """Return the closing form as somebody fills it in."""
    decisions = {
        f"decision-{one.pk}": changes.pop("decision", "continue")
        for one in objective.key_results.kept()
    }
    form = {"outcome": "partly", "score": "0.4", "reflection": "We began too late."}
    return form | decisions | changes


@pytest.fixture
def half(acme, objective, key_result):
    """Cleo's objective with 40 of 100 done."""
    with organization_scope(acme):
        measured(key_result, 40)
        objective.refresh_from_db()
    return objective


@pytest.fixture
def closed(acme, cleo, half, key_result):
    with organization_scope(acme):
        closing = Closing("partly", Decimal("0.4"), decisions={key_result.pk: "continue"})
        close(half, cleo, closing)
    return half


# An objective.


def test_an_owner_closes_and_both_scores_are_read(as_cleo, acme, cleo, max, half):
    with organization_scope(acme):
        accept(asked(half, cleo, wanted(half, target=Decimal(50))), max)
        form = said(half, score="0.8", outcome="achieved")
    path = PATH.format(half.pk)
    page = as_cleo.get(f"{path}close/").content.decode()
    assert "Suggested score 0.8" in page
    assert "0.4 against what was first committed to" in page
    for _ in range(2):
        assert as_cleo.post(f"{path}close/", form).url == path
    with organization_scope(acme):
        snapshot = Snapshot.objects.get()
        scores = (snapshot.score, snapshot.suggested, snapshot.original)
        assert scores == (Decimal("0.80"), Decimal("0.80"), Decimal("0.40"))
        assert Event.objects.filter(kind="objective_closed").count() == 1
        assert Notification.objects.filter(person=max, event__kind="objective_closed").exists()
    page = as_cleo.get(path).content.decode()
    assert "Against what was first committed to" in page
    assert "We began too late." in page
    assert "Score 0.8" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score": "0.5"}, "score_reason"),
        ({"score": "0.3"}, "score_reason"),
        ({"score": "1.5"}, "score"),
        ({"score": "a lot"}, "score"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "splendid"}, "outcome"),
        ({"reflection": ""}, "reflection"),
        ({"decision": "burn"}, "decision"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(as_cleo, acme, half, changes, field):
    with organization_scope(acme):
        form = {"reflection": "Ninety words.", "outcome": "missed", **changes}
        form = said(half, **form)
    answer = as_cleo.post(PATH.format(half.pk) + "close/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}' in page
    assert form["reflection"] in page
    with organization_scope(acme):
        assert not Snapshot.objects.exists()


def test_a_reason_makes_another_score_possible(as_cleo, acme, half):
    with organization_scope(acme):
        form = said(half, score="0.9", score_reason="The last week is not in it.")
    assert as_cleo.post(PATH.format(half.pk) + "close/", form).status_code == 302
    with organization_scope(acme):
        assert (Snapshot.objects.get().score, Snapshot.objects.get().suggested) == (
            Decimal("0.90"),
            Decimal("0.40"),
        )


def test_what_was_meant_for_learning_says_what_was_learned(as_cleo, acme, half):
    with organization_scope(acme):
        Objective.objects.update(ambition="learning")
        form = said(half)
    path = PATH.format(half.pk) + "close/"
    assert 'href="#id_learned"' in as_cleo.post(path, form).content.decode()
    assert as_cleo.post(path, form | {"learned": "Riders fear ice."}).status_code == 302
    assert "Riders fear ice." in as_cleo.get(PATH.format(half.pk)).content.decode()


def test_a_score_that_moved_meanwhile_is_shown_before_it_is_signed(as_cleo, acme, half, key_result):
    path = PATH.format(half.pk) + "close/"
    with organization_scope(acme):
        form = said(half, seen="0.40 0.4")
        measured(key_result, 44)
        assert suggest(half).score == Decimal("0.40")
        measured(key_result, 46)
    answer = as_cleo.post(path, form)
    assert answer.status_code == 422
    assert "the suggestion is another now" in answer.content.decode()
    with organization_scope(acme):
        form["seen"] = "0.50 0.5"
        form["score"] = "0.5"
    assert as_cleo.post(path, form).status_code == 302


def test_unmeasured_is_not_scored_and_never_nothing(as_cleo, acme, objective):
    with organization_scope(acme):
        form = said(objective, score="")
    assert as_cleo.post(PATH.format(objective.pk) + "close/", form).status_code == 302
    with organization_scope(acme):
        snapshot = Snapshot.objects.get()
        assert (snapshot.score, snapshot.suggested, snapshot.original) == (None, None, None)
    assert "Not scored" in as_cleo.get(PATH.format(objective.pk)).content.decode()


def test_a_change_that_waits_is_decided_first(as_cleo, acme, cleo, half):
    with organization_scope(acme):
        asked(half, cleo)
        form = said(half)
    answer = as_cleo.post(PATH.format(half.pk) + "close/", form)
    assert answer.status_code == 422
    assert "waits for an answer" in answer.content.decode()


def test_nobody_closes_before_it_has_begun(as_cleo, acme, half):
    with organization_scope(acme):
        Cycle.objects.filter(pk=half.cycle_id).update(start=acme.today() + days(1))
    assert as_cleo.get(PATH.format(half.pk) + "close/").status_code == 403


def test_a_late_check_in_is_possible_until_grading_ends(in_acme, half):
    cycle = half.cycle
    assert KeyResult.objects.running(cycle.grading_due).exists()
    assert not KeyResult.objects.running(cycle.grading_due + days(1)).exists()


def test_what_contributes_is_scored_by_what_it_was_closed_with(in_acme, cleo, max, closed):
    company = ObjectiveFactory(owner=max, basis="both")
    Alignment.objects.create(
        child=closed, parent=company, created_by=cleo, accepted_at=timezone.now(), answered_by=cleo
    )
    measured(KeyResultFactory(objective=company), 100)
    assert suggest(company).score == Decimal("0.70")


def test_the_snapshot_holds_names_and_places_of_the_day(in_acme, cleo, max, half, key_result):
    above = Department.add(on=in_acme.today(), name="Customers")
    care = Department.add(on=in_acme.today(), parent=above, name="Rider Care")
    Objective.objects.update(department=care)
    company = ObjectiveFactory(title="Above", owner=max)
    align(half, company, by=cleo)
    close(half, cleo, Closing("partly", decisions={key_result.pk: "drop"}))
    Department.objects.filter(pk=care.pk).update(name="Renamed")
    snapshot = Snapshot.objects.get()
    assert snapshot.department_path == ["Customers", "Rider Care"]
    assert (snapshot.owner_name, snapshot.manager_name) == ("Cleo", "Max")
    assert [(one["way"], one["title"]) for one in snapshot.links] == [("up", "Above")]
    line = snapshot.key_results[0]
    assert (line["target"], line["current"], line["score"]) == ("100", "40", "0.4")
    assert (line["decision"], snapshot.formula) == ("drop", 1)


@pytest.mark.parametrize(
    "write",
    [
        lambda: Objective.objects.update(title="Other"),
        lambda: KeyResult.objects.update(current=90),
        lambda: KeyResult.objects.all().delete(),
        lambda: Snapshot.objects.update(score=1),
        lambda: Snapshot.objects.all().delete(),
    ],
    ids=["objective", "key result", "its deletion", "snapshot", "its deletion too"],
)
def test_the_database_refuses_to_change_what_is_closed(in_acme, closed, write):
    with pytest.raises((DatabaseError, ProtectedError), match=r"frozen|Cannot"):
        with transaction.atomic():
            write()


def test_a_closed_parent_keeps_its_figures_and_its_children_live_on(in_acme, cleo, max, half):
    company = ObjectiveFactory(title="Above", owner=max, basis="children")
    align(half, company, by=cleo)
    company.refresh_from_db()
    assert company.progress == Decimal("0.4")
    close(company, max)
    measured(half.key_results.get(), 90)
    company.refresh_from_db()
    half.refresh_from_db()
    assert (company.progress, half.progress) == (Decimal("0.4"), Decimal("0.9"))
    assert differences() == []


def test_a_check_in_after_the_close_is_not_kept(in_acme, cleo, closed, key_result):
    reading = {key_result: Reading(Decimal(90), confidence=8)}
    recorded = CheckIn.record_all(reading, cleo, uuid4(), on=in_acme.today())
    assert recorded.check_ins == {}
    assert CheckIn.objects.count() == 1


def test_only_the_manager_confirms_and_once(as_cleo, as_max, as_ada, acme, closed):
    path = PATH.format(closed.pk) + "confirm/"
    assert as_cleo.post(path).status_code == 403
    assert as_ada.post(path).status_code == 403
    for _ in range(2):
        assert as_max.post(path).status_code == 302
    with organization_scope(acme):
        assert Event.objects.filter(kind="score_confirmed").count() == 1
    assert "Max confirmed the score" in as_cleo.get(PATH.format(closed.pk)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once(acme, cleo, max, half):
    outcomes, ready = [], threading.Barrier(2)

    def end(person):
        with organization_scope(acme):
            ready.wait()
            outcomes.append(close(Objective.objects.get(pk=half.pk), person))
        connections.close_all()

    threads = [threading.Thread(target=end, args=[person]) for person in (cleo, max)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    with organization_scope(acme):
        assert Snapshot.objects.count() == 1


# Amendments.


def test_an_amendment_stands_beside_the_frozen_score(as_cleo, acme, closed, key_result):
    path = PATH.format(closed.pk) + "amend/"
    form = {"words": "Two answers were lost.", "score": "0.3", "submission": str(uuid4())}
    form |= {"key_result": str(key_result.pk), "value": "30"}
    for _ in range(2):
        assert as_cleo.post(path, form).status_code == 302
    with organization_scope(acme):
        assert Amendment.objects.get().score == Decimal("0.30")
        assert Snapshot.objects.get().score == Decimal("0.40")
    page = as_cleo.get(PATH.format(closed.pk)).content.decode()
    assert "Two answers were lost." in page
    assert "score 0.3" in page


@pytest.mark.parametrize(
    "wrong", [{"words": ""}, {"score": "2"}, {"value": "3"}, {"key_result": str(uuid4())}]
)
def test_an_amendment_has_words_and_sound_figures(as_cleo, acme, closed, wrong):
    form = {"words": "Late truth", "submission": str(uuid4()), **wrong}
    assert as_cleo.post(PATH.format(closed.pk) + "amend/", form).status_code == 422
    with organization_scope(acme):
        assert not Amendment.objects.exists()


def test_the_database_keeps_amendments(in_acme, cleo, closed):
    Amendment.make(Snapshot.objects.get(), cleo, uuid4(), "Late truth")
    for write in (lambda: Amendment.objects.update(words="x"), Amendment.objects.all().delete):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            write()


def test_what_is_open_is_not_amended(as_cleo, half):
    assert as_cleo.get(PATH.format(half.pk) + "amend/").status_code == 404


# A cycle.


@pytest.fixture
def over(time_machine):
    """The quarter has ended, and is to be closed."""
    time_machine.move_to("2027-01-12T12:00:00Z")


def end_of(objective):
    return f"/o/acme/objectives/cycles/{objective.cycle_id}/close/"


def test_what_blocks_a_cycle_is_listed_with_links(as_ada, acme, cleo, half, over):
    with organization_scope(acme):
        drafted = {"committed_at": None, "committed_by": None, "cycle": half.cycle}
        asked(half, cleo)
        Review.objects.create(
            objective=ObjectiveFactory(title="Cleo's draft", owner=cleo, **drafted),
            submitted_by=cleo,
        )
        private = {"visibility": "private", "cycle": half.cycle}
        ObjectiveFactory(title="Cleo's secret", owner=cleo, **private)
    page = as_ada.get(end_of(half)).content.decode()
    assert f'href="{PATH.format(half.pk)}"' in page
    assert "Not scored yet" in page
    assert "A change waits" in page
    assert "A draft waits for review" in page
    assert "secret" not in page
    assert "1 more" in page


def test_closing_over_what_is_open_wants_a_reason_and_scores_nothing(as_ada, acme, half, over):
    answer = as_ada.post(end_of(half), {"reason": ""})
    assert answer.status_code == 422
    for _ in range(2):
        assert as_ada.post(end_of(half), {"reason": "Nobody answers."}).status_code in {200, 302}
    with organization_scope(acme):
        snapshot = Snapshot.objects.get()
        assert (snapshot.score, snapshot.suggested) == (None, Decimal("0.40"))
        assert snapshot.forced_because == "Nobody answers."
        assert Cycle.objects.get(pk=half.cycle_id).closed_at
        assert Event.objects.filter(kind="cycle_closed").count() == 1
    assert "Nobody answers." in as_ada.get(end_of(half)).content.decode()


def test_a_cycle_with_nothing_open_closes_without_a_word(as_ada, acme, closed, over):
    assert "Every objective of it is scored" in as_ada.get(end_of(closed)).content.decode()
    assert as_ada.post(end_of(closed)).status_code == 302
    with organization_scope(acme):
        assert Cycle.objects.get(pk=closed.cycle_id).closed_at


def test_the_cycle_says_it_has_not_ended(as_ada, acme, closed):
    assert "It has not ended yet" in as_ada.get(end_of(closed)).content.decode()
    with organization_scope(acme):
        year = closed.cycle.parent
    page = as_ada.get(f"/o/acme/objectives/cycles/{year.pk}/close/").content.decode()
    assert "A cycle inside it is open" in page


def test_what_waits_is_settled_and_what_was_cancelled_is_frozen(in_acme, ada, cleo, half, over):
    cancelled = ObjectiveFactory(owner=cleo, cycle=half.cycle)
    cancel(cancelled, cleo, "Sold")
    request = asked(half, cleo)
    drafted = {"committed_at": None, "committed_by": None, "cycle": half.cycle}
    review = Review.objects.create(
        objective=ObjectiveFactory(owner=cleo, **drafted), submitted_by=cleo
    )
    with pytest.raises(ValidationError, match="Say why"):
        close_cycle(half.cycle, ada)
    assert close_cycle(half.cycle, ada, "Enough")
    assert not close_cycle(half.cycle, ada, "Enough")
    request.refresh_from_db()
    review.refresh_from_db()
    assert (request.decision, review.decision) == ("declined", "returned")
    assert Snapshot.objects.get(objective=cancelled).outcome == "cancelled"
    assert differences() == []


def test_who_leads_the_programme_closes_and_an_auditor_only_reads(acme, max, vera, closed, over):
    path = end_of(closed)
    assert signed_in(max).get(path).status_code == 403
    assert signed_in(vera).get(path).status_code == 200
    assert signed_in(vera).post(path).status_code == 403
    with organization_scope(acme):
        RoleGrantFactory(person=max, role="programme_lead")
    assert signed_in(max).post(path).status_code == 302


def test_closing_a_cycle_asks_no_more_for_more(as_ada, acme, cleo, half, over):
    def grow():
        with organization_scope(acme):
            for _ in range(10):
                measured(
                    KeyResultFactory(objective=ObjectiveFactory(owner=cleo, cycle=half.cycle)), 9
                )

    assert_queries_do_not_grow(lambda: as_ada.get(end_of(half)), grow, at_most=20)


def test_a_very_long_list_of_blockers_is_counted(in_acme, ada, cleo, half):
    for _ in range(52):
        ObjectiveFactory(owner=cleo, cycle=half.cycle)
    ending = Ending(half.cycle, ada, half.cycle.end + days(1))
    assert [one.more for one in ending.blockers() if one.more] == [3]


# Carrying over.


@pytest.fixture
def following(acme):
    with organization_scope(acme):
        return running_quarter(acme.today() + days(90))


def test_what_is_carried_over_remembers_its_origin_and_is_a_draft(as_cleo, acme, closed, following):
    path = PATH.format(closed.pk) + "carry/"
    assert "goes on from 40" in as_cleo.get(path).content.decode()
    first, second = (as_cleo.post(path, {"cycle": str(following.pk)}) for _ in range(2))
    assert first.url == second.url
    with organization_scope(acme):
        draft = Objective.objects.get(carried_from=closed)
        assert draft.is_draft
        assert (draft.title, draft.cycle, draft.times_carried) == (closed.title, following, 1)
        key_result = draft.key_results.get()
        assert (key_result.start, key_result.target, key_result.current) == (40, 100, None)
        assert Event.objects.filter(kind="objective_carried").count() == 1
    assert "Second quarter running" in as_cleo.get(first.url).content.decode()
    assert "It goes on in" in as_cleo.get(PATH.format(closed.pk)).content.decode()
    assert as_cleo.get(f"{first.url}edit/").status_code == 200


@pytest.mark.parametrize(
    ("decision", "kept"), [("continue", 40), ("restart", 0), ("done", None), ("drop", None)]
)
def test_what_was_decided_of_a_key_result_says_how_it_goes_on(
    in_acme, cleo, half, key_result, following, decision, kept
):
    close(half, cleo, Closing(decisions={key_result.pk: decision}))
    draft = carry_over(half, cleo, following)
    assert list(draft.key_results.values_list("start", flat=True)) == (
        [] if kept is None else [kept]
    )


def test_what_reached_its_target_goes_on_and_wants_a_new_one(
    in_acme, cleo, objective, key_result, following
):
    measured(key_result, 100)
    close(objective, cleo, Closing(decisions={key_result.pk: "continue"}))
    carried = carry_over(objective, cleo, following).key_results.get()
    assert (carried.start, carried.target) == (100, None)


def test_milestones_that_are_done_stay_behind(in_acme, cleo, objective, key_result, following):
    KeyResult.objects.update(measure="milestones", start=None, target=None)
    steps = [key_result.milestones.create(title=title, position=n) for n, title in enumerate("abc")]
    reading = Reading(Decimal(1), confidence=8, done_milestones=[steps[0].pk])
    CheckIn.record(key_result, cleo, reading, uuid4(), on=in_acme.today())
    close(objective, cleo, Closing(decisions={key_result.pk: "continue"}))
    carried = carry_over(objective, cleo, following).key_results.get()
    assert [step.title for step in carried.milestones.all()] == ["b", "c"]


def test_it_contributes_to_what_its_parent_was_carried_over_to(in_acme, cleo, max, half, following):
    company = ObjectiveFactory(title="Above", owner=max)
    align(half, company, by=cleo)
    for one, by in ((half, cleo), (company, max)):
        close(one, by)
    above = carry_over(company, max, following)
    Objective.objects.filter(pk=above.pk).update(committed_at=above.created_at)
    assert carry_over(half, cleo, following).links_up.get().parent == above


def test_a_third_quarter_running_is_counted(in_acme, cleo, closed, following):
    second = carry_over(closed, cleo, following)
    Objective.objects.filter(pk=second.pk).update(committed_at=second.created_at)
    second.refresh_from_db()
    close(second, cleo)
    third = carry_over(second, cleo, running_quarter(in_acme.today() + days(180)))
    assert third.times_carried == 2


def test_the_database_refuses_a_second_copy(in_acme, cleo, closed, following):
    carry_over(closed, cleo, following)
    with pytest.raises(IntegrityError, match="carried_over_once"), transaction.atomic():
        ObjectiveFactory(owner=cleo, carried_from=closed)


def test_a_discarded_copy_can_be_made_again(in_acme, cleo, closed, following):
    carry_over(closed, cleo, following).discard(by=cleo)
    assert carry_over(closed, cleo, following).is_draft


@pytest.mark.django_db(transaction=True)
def test_two_who_carry_at_once_make_one(acme, cleo, max, closed, following):
    made, ready = [], threading.Barrier(2)

    def carry(person):
        with organization_scope(acme):
            ready.wait()
            made.append(carry_over(Objective.objects.get(pk=closed.pk), person, following).pk)
        connections.close_all()

    threads = [threading.Thread(target=carry, args=[person]) for person in (cleo, max)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1


def test_without_a_later_cycle_the_page_says_so(as_cleo, acme, closed):
    with organization_scope(acme):
        Cycle.objects.filter(start__gt=closed.cycle.start).delete()
    page = as_cleo.get(PATH.format(closed.pk) + "carry/").content.decode()
    assert "No later cycle is published yet." in page


def test_queries_of_a_closed_objectives_page_do_not_grow(as_cleo, as_ada, acme, cleo, half):
    def grow():
        with organization_scope(acme):
            for _ in range(3):
                KeyResultFactory(objective=half)

    with organization_scope(acme):
        grow()
        close(half, cleo)
        snapshot = Snapshot.objects.get()

    def amend():
        with organization_scope(acme):
            for _ in range(5):
                Amendment.make(snapshot, cleo, uuid4(), "Late truth")

    for client in (as_cleo, as_ada):
        amend()
        page = PATH.format(half.pk)
        assert_queries_do_not_grow(lambda: client.get(page), amend, at_most=20)  # noqa: B023


def test_a_one_focus_goes_on_with_what_it_answers(in_acme, max, following):
    focus = OneFocusFactory(owner=max)
    close(focus, max)
    made = carry_over(focus, max, following)
    assert made.challenge
    assert (made.challenge, made.challenge_words) == (focus.challenge, focus.challenge_words)


def test_a_theme_goes_on_with_its_functions_and_values(in_acme, cleo, max, following):
    theme = ObjectiveFactory(owner=max, kind="thematic", level="company")
    KeyResultFactory(objective=theme, title="Shared by both")
    name_functions(
        theme,
        max,
        [
            Named("Care", cleo, key_results=frozenset({theme.key_results.get().pk})),
            Named("Sales", max),
        ],
        "Two are enough",
    )
    kept, archived = (Value.objects.create(name=name, created_by=max) for name in ("Care", "Speed"))
    ObjectiveValue.choose(theme, [kept, archived])
    close(theme, max)
    Value.objects.filter(pk=archived.pk).update(archived_at=timezone.now(), archived_by=max)
    cleo.leave(on=in_acme.today())
    made = carry_over(theme, max, following)
    made.refresh_from_db()
    assert [one.name for one in made.functions.all()] == ["Sales"]
    assert made.functions_reason == "Two are enough"
    assert [use.value for use in ObjectiveValue.objects.filter(objective=made)] == [kept]


def test_a_function_works_on_in_the_carried_key_result(in_acme, cleo, max, following):
    theme = ObjectiveFactory(owner=max, kind="thematic", level="company")
    key_result = KeyResultFactory(objective=theme, title="Shared by both")
    name_functions(theme, max, [Named("Care", cleo, key_results=frozenset({key_result.pk}))])
    close(theme, max)
    made = carry_over(theme, max, following)
    link = made.functions.get().key_result_links.get()
    assert link.key_result == made.key_results.get()
