"""From draft to paused and cancelled: what follows from dates, and what somebody does (§3)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from checkins.verification import differences
from objectives.alignment import align
from objectives.life import Life, Stage, approve, cancel, pause, resume, stage_of, submit
from objectives.models import KeyResult, Objective, Review
from objectives.rollup import explain
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    RoleGrantFactory,
    days,
)

pytestmark = pytest.mark.usefixtures("mid_quarter")
PATH = "/o/acme/objectives/{}/"


@pytest.fixture
def reviewed(acme, cleo):
    """Cleo's draft in a department that wants drafts approved; max stands above her."""
    with organization_scope(acme):
        department = Department.objects.create(name="Rider Care", reviews=True)
        drafted = {"committed_at": None, "committed_by": None}
        draft = ObjectiveFactory(title="A draft", owner=cleo, department=department, **drafted)
        KeyResultFactory(objective=draft)
        return draft


def counted(kind):
    return Event.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("before", Stage.COMMITTED),
        ("start", Stage.ACTIVE),
        ("before_grading", Stage.ACTIVE),
        ("grading_opens", Stage.CLOSING),
        ("long_after", Stage.CLOSING),
    ],
)
def test_what_was_committed_begins_and_comes_to_its_end_by_itself(in_acme, objective, day, stage):
    cycle = objective.cycle
    when = {
        "before": cycle.start - days(1),
        "start": cycle.start,
        "before_grading": cycle.grading_opens - days(1),
        "grading_opens": cycle.grading_opens,
        "long_after": cycle.end + days(100),
    }
    assert stage_of(objective, when[day]) == stage


def test_what_people_did_outranks_the_dates(in_acme, cleo, objective):
    today = in_acme.today()
    pause(objective, cleo, "Ill")
    assert stage_of(objective, today) == Stage.PAUSED
    resume(objective, cleo)
    assert stage_of(objective, today) == Stage.ACTIVE
    cancel(objective, cleo, "Sold")
    assert stage_of(objective, today) == Stage.CANCELLED


# Review.


def test_a_draft_is_handed_in_approved_and_committed(as_cleo, as_max, acme, reviewed):
    path = PATH.format(reviewed.pk)
    assert "Max reads it before it counts" in as_cleo.get(path).content.decode()
    for _ in range(2):
        assert as_cleo.post(f"{path}submit/").status_code == 302
    assert "Approve and commit" in as_max.get(path).content.decode()
    for _ in range(2):
        assert as_max.post(f"{path}approve/", {"version": "1"}).status_code == 302
    with organization_scope(acme):
        review = Review.objects.get()
        objective = Objective.objects.get()
        assert review.decision == "approved"
        assert objective.committed_by == review.decided_by != review.submitted_by
        assert (counted("objective_submitted"), counted("objective_committed")) == (1, 1)


def test_nobody_commits_their_own_where_somebody_stands_above(as_cleo, acme, cleo, reviewed):
    path = PATH.format(reviewed.pk)
    assert as_cleo.post(f"{path}commit/").status_code == 403
    as_cleo.post(f"{path}submit/")
    assert as_cleo.post(f"{path}approve/", {"version": "1"}).status_code == 403
    with organization_scope(acme):
        assert Objective.objects.get().is_draft
        cleo.report_to(None, on=acme.today())
    as_cleo.post(f"{path}take-back/")
    assert as_cleo.post(f"{path}commit/").status_code == 302
    with organization_scope(acme):
        assert not Objective.objects.get().is_draft


def test_a_manager_commits_what_was_handed_in_and_its_review_is_over(
    as_cleo, as_max, acme, reviewed
):
    as_cleo.post(PATH.format(reviewed.pk) + "submit/")
    as_max.post(PATH.format(reviewed.pk) + "commit/")
    with organization_scope(acme):
        assert Review.objects.get().decision == "approved"


def test_a_returned_draft_shows_the_words_and_can_be_handed_in_again(
    as_cleo, as_max, acme, reviewed
):
    path = PATH.format(reviewed.pk)
    as_cleo.post(f"{path}submit/")
    assert as_max.post(f"{path}return/", {"words": ""}).status_code == 422
    assert as_max.post(f"{path}return/", {"words": "Which riders?"}).status_code == 302
    page = as_cleo.get(path).content.decode()
    assert "Which riders?" in page
    assert "Hand in for review" in page
    as_cleo.post(f"{path}submit/")
    with organization_scope(acme):
        assert [one.decision for one in Review.objects.newest_first()] == ["", "returned"]
        assert Notification.objects.filter(event__kind="objective_returned").count() == 1


def test_what_was_edited_since_it_was_read_is_not_approved(as_max, acme, cleo, reviewed):
    with organization_scope(acme):
        submit(reviewed, by=cleo)
        reviewed.revise(by=cleo, version=1, title="Something else")
    answer = as_max.post(PATH.format(reviewed.pk) + "approve/", {"version": "1"}, follow=True)
    assert "Read it again" in answer.content.decode()
    with organization_scope(acme):
        assert Objective.objects.get().is_draft
        assert Review.objects.open().exists()


def test_a_draft_without_a_key_result_is_not_handed_in(in_acme, cleo, reviewed):
    reviewed.key_results.all().delete()
    with pytest.raises(ValidationError, match="key result"):
        submit(reviewed, by=cleo)


def test_two_open_reviews_of_one_draft_are_refused_by_the_database(in_acme, cleo, reviewed):
    submit(reviewed, by=cleo)
    with pytest.raises(IntegrityError, match="one_open_review"), transaction.atomic():
        Review.objects.create(objective=reviewed, submitted_by=cleo)


def test_a_review_is_decided_once(in_acme, cleo, max, reviewed):
    submit(reviewed, by=cleo)
    review = Review.objects.get()
    assert approve(review, max, version=1)
    assert not review.send_back(max, "Too late")
    assert Review.objects.get().decision == "approved"


def test_a_department_wants_review_by_its_own_switch(as_ada, acme):
    with organization_scope(acme):
        department = Department.objects.create(name="Works", kind="team")
    form = {"name": "Works", "kind": "team", "reviews": "on"}
    path = f"/o/acme/organization/departments/{department.pk}/edit/"
    assert as_ada.post(path, form).status_code == 302
    with organization_scope(acme):
        assert Department.objects.get().reviews


# Resting and ending.


def measured(key_result, value):
    reading, today = Reading(Decimal(value), confidence=8), key_result.organization.today()
    CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=today)


@pytest.fixture
def company(acme, max, cleo, objective, key_result):
    """A goal above cleo's, whose progress comes from what contributes."""
    with organization_scope(acme):
        company = ObjectiveFactory(title="Above", owner=max, basis="children")
        align(objective, company, by=cleo)
        measured(key_result, 40)
        company.refresh_from_db()
        return company


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_a_turn_wants_a_reason_and_shows_it(as_cleo, acme, objective, verb):
    path = PATH.format(objective.pk)
    answer = as_cleo.post(f"{path}{verb}/", {"words": " "})
    assert answer.status_code == 422
    assert "Say it in a sentence or two." in answer.content.decode()
    for _ in range(2):
        answer = as_cleo.post(f"{path}{verb}/", {"words": "The supplier is gone."})
        assert answer.status_code in {302, 403}
    assert "The supplier is gone." in as_cleo.get(path).content.decode()
    with organization_scope(acme):
        kind = {"pause": "objective_paused", "cancel": "objective_cancelled"}[verb]
        assert counted(kind) == 1


def test_what_rests_is_left_out_above_and_named(in_acme, cleo, objective, company):
    assert company.progress == Decimal("0.4")
    pause(objective, cleo, "Ill")
    company.refresh_from_db()
    assert company.progress is None
    left_out = explain(company).explanation.left_out
    assert [(one.label, one.why) for one in left_out] == [(objective.title, "paused")]
    resume(objective, cleo)
    company.refresh_from_db()
    assert company.progress == Decimal("0.4")
    assert differences() == []


def test_what_was_cancelled_counts_nowhere_and_leaves_no_trace(in_acme, cleo, objective, company):
    cancel(objective, cleo, "Sold")
    company.refresh_from_db()
    assert (company.progress, company.countable) == (None, 0)
    assert differences() == []


@pytest.mark.parametrize("turn", [pause, cancel])
def test_nobody_is_asked_about_what_rests_or_was_cancelled(in_acme, cleo, objective, turn):
    today = in_acme.today()
    assert KeyResult.objects.running(today).exists()
    turn(objective, cleo, "Ill")
    assert not KeyResult.objects.running(today).exists()


def test_a_check_in_that_comes_too_late_is_not_kept(in_acme, cleo, objective, key_result):
    cancel(objective, cleo, "Sold")
    reading = {key_result: Reading(Decimal(40), confidence=8)}
    recorded = CheckIn.record_all(reading, cleo, uuid4(), on=in_acme.today())
    assert recorded.check_ins == recorded.overtaken == {}
    assert not CheckIn.objects.exists()


def test_a_cancelled_one_focus_makes_room_for_another(in_acme, max):
    first = OneFocusFactory(owner=max)
    cancel(first, max, "The threat is gone")
    drafted = {"committed_at": None, "committed_by": None}
    second = OneFocusFactory(owner=max, **drafted)
    KeyResultFactory(objective=second)
    assert second.commit(by=max)


@pytest.mark.parametrize("name", ["paused_at", "cancelled_at"])
def test_the_database_wants_the_reason_too(in_acme, cleo, objective, name):
    with pytest.raises(IntegrityError, match="with_a_reason"), transaction.atomic():
        Objective.objects.update(**{name: objective.created_at})


def test_a_draft_is_neither_paused_nor_cancelled(as_cleo, acme, reviewed):
    for verb in ("pause", "cancel", "close"):
        assert (
            as_cleo.post(PATH.format(reviewed.pk) + f"{verb}/", {"words": "x"}).status_code == 403
        )


def test_the_page_offers_one_next_step(acme, ada, cleo, max, objective):
    with organization_scope(acme):
        RoleGrantFactory(person=max, role="programme_lead")
    for person, act in ((cleo, "Check in"), (max, None), (ada, None)):
        page = signed_in(person).get(PATH.format(objective.pk)).content.decode()
        primary = page.count("btn-primary")
        assert primary == (1 if act else 0)
        assert not act or f">{act}</a>" in page


def test_the_way_says_where_it_stands(in_acme, cleo, objective):
    life = Life(objective, cleo, in_acme.today())
    assert [(name, behind) for _stage, name, behind in life.way] == [
        ("Draft", True),
        ("Committed", True),
        ("Running", False),
        ("Scoring", False),
        ("Closed", False),
    ]
