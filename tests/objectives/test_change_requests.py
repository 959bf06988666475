"""What was committed changes after the lock with a reason, and the first promise is kept (§8)."""

import threading
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connections, transaction

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from checkins.verification import differences
from objectives.change_requests import Asked, accept, ask, decline, found, withdraw, written_of
from objectives.closing import suggest
from objectives.models import Baseline, ChangeRequest, KeyResult, Objective
from objectives.writing import Step, Written
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import KeyResultFactory, days, running_quarter
from tests.queries import assert_queries_do_not_grow

from .test_objectives import edited

pytestmark = pytest.mark.usefixtures("mid_quarter")
PATH = "/o/acme/objectives/{}/"
WHY = {
    "change-reason": "world_changed",
    "change-words": "The supplier is gone.",
    "change-effective_on": "2026-11-18",
}


def measured(key_result, value):
    seen = CheckIn.objects.latest_of([key_result]).get(key_result.pk)
    reading = Reading(Decimal(value), confidence=8, seen=seen)
    today = key_result.organization.today()
    CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=today)
    key_result.refresh_from_db()


# A milestone as a change request keeps it.
STEP = {"weight": 1, "due_on": None, "pk": None}


def wanted(objective, **changes):
    """Return the change that somebody wants of the objective's one key result."""
    return found(objective, [replace(written_of(objective.key_results.get()), **changes)])


def asked(objective, by, changes=None, **options):
    changes = wanted(objective, target=Decimal(80)) if changes is None else changes
    why = Asked(
        "world_changed", "Gone", by.organization.today(), options.pop("submission", uuid4())
    )
    return ask(objective, changes, by, why)


@pytest.fixture
def form(acme, objective):
    """The form of the edit page, with another target and a reason."""
    with organization_scope(acme):
        changes = edited(objective, key_results__0__target="80", title=objective.title)
        return {**changes, **WHY, "change-submission": str(uuid4())}


def test_a_target_is_asked_for_and_stays_until_the_manager_decides(
    as_cleo, as_max, acme, max, objective, key_result, form
):
    path = PATH.format(objective.pk)
    answer = as_cleo.post(f"{path}edit/", form, follow=True)
    assert "Max decides, and until then it stays." in answer.content.decode()
    with organization_scope(acme):
        key_result.refresh_from_db()
        assert key_result.target == 100
        request = ChangeRequest.objects.get()
        assert Notification.objects.filter(person=max, event__kind="change_requested").exists()
    assert "One change waits for an answer" in as_max.get(path).content.decode()
    page = as_max.get(f"{path}requests/").content.decode()
    assert "The supplier is gone." in page
    assert "Waits for an answer" in page
    for _ in range(2):
        accepted = as_max.post(f"/o/acme/objectives/requests/{request.pk}/accept/")
        assert accepted.status_code == 302
    with organization_scope(acme):
        key_result.refresh_from_db()
        assert key_result.target == 80
        assert Baseline.objects.get().key_results[0]["target"] == "100"
        assert Event.objects.filter(kind="change_accepted").count() == 1
    page = as_cleo.get(f"{path}requests/").content.decode()
    assert "<del>100</del>" in page
    assert "<ins>80</ins>" in page
    assert "Accepted by Max" in page


@pytest.mark.parametrize("missing", ["change-reason", "change-words", "change-effective_on"])
def test_without_its_reason_nothing_is_asked_for_and_nothing_typed_is_lost(
    as_cleo, acme, objective, form, missing
):
    answer = as_cleo.post(PATH.format(objective.pk) + "edit/", {**form, missing: ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{missing}' in page
    assert 'value="80"' in page
    with organization_scope(acme):
        assert not ChangeRequest.objects.exists()


def test_what_nobody_promised_is_saved_at_once_and_needs_no_reason(as_cleo, acme, objective):
    with organization_scope(acme):
        form = edited(objective, title=objective.title, why="Riders ask.")
    assert as_cleo.post(PATH.format(objective.pk) + "edit/", form).status_code == 302
    with organization_scope(acme):
        assert Objective.objects.get().why == "Riders ask."
        assert not ChangeRequest.objects.exists()


def test_after_the_lock_it_stays_in_its_cycle(as_cleo, acme, objective):
    with organization_scope(acme):
        another = running_quarter(objective.cycle.end + days(1))
        form = edited(objective, title=objective.title, cycle=str(another.pk))
    answer = as_cleo.post(PATH.format(objective.pk) + "edit/", {**form, **WHY})
    assert answer.status_code == 422
    assert "locked in its cycle" in answer.text
    with organization_scope(acme):
        objective.refresh_from_db()
        assert objective.cycle_id != another.pk


def test_before_the_lock_no_reason_is_asked_for(as_cleo, objective, time_machine):
    path = PATH.format(objective.pk) + "edit/"
    assert "Counts from" in as_cleo.get(path).content.decode()
    time_machine.move_to("2026-10-05T12:00:00Z")
    assert "Counts from" not in as_cleo.get(path).content.decode()


def test_whoever_stands_above_changes_it_by_asking(as_max, acme, objective, key_result, form):
    as_max.post(PATH.format(objective.pk) + "edit/", form)
    with organization_scope(acme):
        key_result.refresh_from_db()
        assert key_result.target == 80
        assert ChangeRequest.objects.get().decision == "accepted"


def test_where_nobody_stands_above_the_owner_decides(in_acme, cleo, max, objective):
    cleo.report_to(None, on=in_acme.today())
    assert asked(objective, cleo).decision == "accepted"


def test_who_is_kept_out_decides_nothing_though_named(in_acme, cleo, max, objective):
    objective.visibility, objective.manager_chain = "restricted", "none"
    objective.save()
    objective.readers.create(person=max)
    assert Objective.objects.visible_to(max).filter(pk=objective.pk).exists()
    assert Objective.objects.with_people().get(pk=objective.pk).decider is None
    objective.manager_chain = "direct"
    objective.save()
    assert Objective.objects.with_people().get(pk=objective.pk).decider == max


def test_the_programme_lead_decides_too_and_others_do_not(acme, ada, vera, cleo, objective):
    with organization_scope(acme):
        request = asked(objective, cleo)
    path = f"/o/acme/objectives/requests/{request.pk}/accept/"
    assert signed_in(vera).post(path).status_code == 403
    assert signed_in(cleo).post(path).status_code == 403
    assert signed_in(ada).post(path).status_code == 302
    with organization_scope(acme):
        assert ChangeRequest.objects.get().decided_by == ada


def test_the_same_form_twice_asks_once(as_cleo, acme, objective, form):
    path = PATH.format(objective.pk) + "edit/"
    as_cleo.post(path, form)
    as_cleo.post(path, {**form, "version": "2"})
    with organization_scope(acme):
        assert ChangeRequest.objects.count() == 1


def test_declining_wants_words_and_changes_nothing(as_max, as_cleo, acme, cleo, objective):
    with organization_scope(acme):
        request = asked(objective, cleo)
    path = f"/o/acme/objectives/requests/{request.pk}/decline/"
    assert as_max.post(path, {"words": ""}).status_code == 422
    for _ in range(2):
        assert as_max.post(path, {"words": "We promised it."}).status_code == 302
    with organization_scope(acme):
        assert KeyResult.objects.get().target == 100
        assert not Baseline.objects.exists()
        assert Event.objects.filter(kind="change_declined").count() == 1
    page = as_cleo.get(PATH.format(objective.pk) + "requests/", headers={"hx-request": "true"})
    assert "We promised it." in page.content.decode()
    assert page.content.decode().lstrip().startswith("<section")


def test_who_asked_withdraws_and_nobody_else(as_max, as_cleo, acme, cleo, objective):
    with organization_scope(acme):
        request = asked(objective, cleo)
    path = f"/o/acme/objectives/requests/{request.pk}/withdraw/"
    assert as_max.post(path).status_code == 403
    assert as_cleo.post(path).status_code == 302
    with organization_scope(acme):
        assert not accept(ChangeRequest.objects.get(), cleo)
        assert KeyResult.objects.get().target == 100


def test_a_decision_is_made_once(in_acme, cleo, max, objective):
    request = asked(objective, cleo)
    assert decline(request, max, "No")
    assert not accept(request, max)
    assert not withdraw(request, cleo)
    assert ChangeRequest.objects.get().decision == "declined"


def test_what_changed_meanwhile_is_not_overwritten(in_acme, cleo, max, objective):
    one, other = (asked(objective, cleo) for _ in range(2))
    assert accept(one, max)
    with pytest.raises(ValidationError, match="changed since"):
        accept(other, max)
    assert ChangeRequest.objects.get(pk=other.pk).is_open


def test_all_of_a_change_takes_effect_or_nothing(in_acme, cleo, max, objective):
    changes = wanted(objective, target=Decimal(80))
    both = [*found(objective, [written_of(objective.key_results.get())], title="New"), *changes]
    request = asked(objective, cleo, both)
    KeyResult.objects.update(target=90)
    with pytest.raises(ValidationError, match="changed since"):
        accept(request, max)
    assert Objective.objects.get().title != "New"


def test_a_dropped_key_result_stays_struck_through_and_counts_in_the_original(
    as_cleo, acme, cleo, max, objective, key_result
):
    with organization_scope(acme):
        kept = KeyResultFactory(objective=objective, title="Second", position=1)
        measured(key_result, 100)
        measured(kept, 50)
        left = [written_of(kept)]
        accept(asked(objective, cleo, found(objective, left)), max)
        objective.refresh_from_db()
        assert objective.progress == Decimal("0.5")
        suggestion = suggest(objective)
        assert (suggestion.score, suggestion.original) == (Decimal("0.50"), Decimal("0.75"))
        assert differences() == []
    page = as_cleo.get(PATH.format(objective.pk)).content.decode()
    assert f"<del>{key_result.title}</del>" in page


def test_an_added_key_result_counts_now_and_not_in_the_original(in_acme, cleo, max, objective):
    first = objective.key_results.get()
    measured(first, 50)
    new = Written(None, "Added", "percent", "increase", Decimal("0.5"), Decimal(10), weight=1)
    accept(asked(objective, cleo, found(objective, [written_of(first), new])), max)
    added = KeyResult.objects.get(title="Added")
    assert (added.start, added.decimals, added.owner) == (Decimal("0.5"), 1, cleo)
    measured(added, 10)
    suggestion = suggest(objective)
    assert (suggestion.score, suggestion.original) == (Decimal("0.75"), Decimal("0.50"))
    assert differences() == []


@pytest.mark.parametrize(
    ("change", "current", "original"),
    [
        ({"target": Decimal(50)}, "0.80", "0.40"),
        ({"start": Decimal(20)}, "0.30", "0.40"),
        ({"weight": 0}, None, "0.40"),
        ({"target": Decimal(-60)}, "0.00", "0.40"),
    ],
    ids=["target", "start", "weight", "turned around"],
)
def test_both_scores_after_a_change(in_acme, cleo, max, objective, change, current, original):
    key_result = objective.key_results.get()
    accept(asked(objective, cleo, wanted(objective, **change)), max)
    key_result.refresh_from_db()
    measured(key_result, 40)
    suggestion = suggest(objective)
    assert suggestion.score == (None if current is None else Decimal(current))
    assert suggestion.original == Decimal(original)


def test_the_first_promise_is_kept_through_many_changes(in_acme, cleo, max, objective):
    for target in (90, 80, 70):
        accept(asked(objective, cleo, wanted(objective, target=Decimal(target))), max)
    measured(objective.key_results.get(), 70)
    assert Baseline.objects.get().key_results[0]["target"] == "100"
    assert (suggest(objective).score, suggest(objective).original) == (1, Decimal("0.7"))


def test_milestones_are_scored_against_those_first_named(in_acme, cleo, max, objective):
    key_result = objective.key_results.get()
    KeyResult.objects.filter(pk=key_result.pk).update(measure="milestones", start=None, target=None)
    steps = [
        key_result.milestones.create(title=title, position=n) for n, title in enumerate("abcd")
    ]
    changes = wanted(objective, milestones=[Step("a"), Step("b")])
    assert [(one.field, one.new) for one in changes] == [
        ("milestones", [STEP | {"title": title} for title in "ab"])
    ]
    accept(asked(objective, cleo, changes), max)
    done = [step.pk for step in steps[:2]]
    reading = Reading(Decimal(2), confidence=8, done_milestones=done)
    CheckIn.record(key_result, cleo, reading, uuid4(), on=in_acme.today())
    suggestion = suggest(objective)
    assert (suggestion.score, suggestion.original) == (Decimal("1.00"), Decimal("0.50"))


def test_the_database_keeps_the_baseline(in_acme, cleo, max, objective):
    accept(asked(objective, cleo), max)
    for write in (lambda: Baseline.objects.update(title="Other"), Baseline.objects.all().delete):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            write()


def test_measure_and_unit_stay_once_there_is_a_check_in(in_acme, cleo, objective):
    measured(objective.key_results.get(), 40)
    assert wanted(objective, measure="percent", unit="%") == []


def test_an_unchanged_form_asks_for_nothing(as_cleo, acme, objective):
    with organization_scope(acme):
        form = edited(objective, title=objective.title)
    assert as_cleo.post(PATH.format(objective.pk) + "edit/", form).status_code == 302
    with organization_scope(acme):
        assert not ChangeRequest.objects.exists()


def test_queries_of_the_page_do_not_grow_with_changes(as_cleo, as_ada, acme, cleo, objective):
    def grow():
        with organization_scope(acme):
            for _ in range(5):
                asked(objective, cleo)

    for client in (as_cleo, as_ada):
        for page in ("", "requests/"):
            grow()
            path = PATH.format(objective.pk) + page
            assert_queries_do_not_grow(lambda: client.get(path), grow, at_most=20)  # noqa: B023


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(acme, cleo, max, ada, objective):
    with organization_scope(acme):
        request = asked(objective, cleo)
    outcomes, ready = [], threading.Barrier(2)

    def decide(person):
        with organization_scope(acme):
            ready.wait()
            mine = ChangeRequest.objects.get(pk=request.pk)
            outcomes.append(accept(mine, person))
        connections.close_all()

    threads = [threading.Thread(target=decide, args=[person]) for person in (max, ada)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    with organization_scope(acme):
        assert Event.objects.filter(kind="change_accepted").count() == 1
