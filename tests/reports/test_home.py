"""Home and Team: what waits for a person first, and never what they may not see."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from checkins.models import CheckIn, CheckInPeriod, Reading
from objectives.alignment import align
from objectives.models import ChangeRequest, Objective, Review
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory
from tests.queries import assert_queries_do_not_grow


def check_in(key_result, value=40):
    reading = Reading(Decimal(value), confidence=8)
    today = key_result.organization.today()
    return CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=today)


@pytest.fixture
def due(acme):
    """Stand on a day on which check-ins are due."""
    with organization_scope(acme):
        first = CheckInPeriod.next_after(acme, acme.today()).due_on
    with time_machine.travel(f"{first} 10:00 +0000", tick=False):
        yield first


def test_what_is_due_comes_first(due, as_cleo, objective):
    page = as_cleo.get("/o/acme/").content.decode()
    assert "1 key result is due a check-in today" in page
    assert "Answers within an hour" in page


def test_what_was_checked_in_waits_no_more(due, as_cleo, acme, key_result):
    with organization_scope(acme):
        check_in(key_result)
    page = as_cleo.get("/o/acme/").content.decode()
    assert "Nothing waits for a check-in" in page


def test_my_work_is_shown_with_what_it_moves(due, as_cleo, acme, objective, max):
    with organization_scope(acme):
        company = ObjectiveFactory(title="Make winter riding the default", owner=max)
        align(objective, company, by=max)
    page = as_cleo.get("/o/acme/").content.decode()
    assert "What your work moves" in page
    assert "Make winter riding the default" in page


def test_drafts_and_goals_without_a_parent_wait(as_cleo, acme, objective, cleo):
    with organization_scope(acme):
        ObjectiveFactory(owner=cleo, title="Half an idea", committed_at=None)
    assert 'hx-get="/o/acme/waiting/"' in as_cleo.get("/o/acme/").content.decode()
    page = as_cleo.get("/o/acme/waiting/").content.decode()
    assert "“Half an idea” is a draft" in page
    assert "“Answer before riders worry” has no parent goal" in page


def test_what_others_did_is_news_until_it_is_read(as_cleo, as_max, acme, cleo):
    with organization_scope(acme):
        draft = ObjectiveFactory(owner=cleo, title="Half an idea", committed_at=None)
        KeyResultFactory(objective=draft)
    as_max.post(f"/o/acme/objectives/{draft.pk}/commit/")
    page = as_cleo.get("/o/acme/")
    assert "Since you were last here" in page.content.decode()
    events = [event.pk for event in page.context_data["week"].news]
    for _ in range(2):
        as_cleo.post("/o/acme/news/read/", {"event": [*events, "nonsense"]})
    assert "Since you were last here" not in as_cleo.get("/o/acme/").content.decode()


def test_news_of_what_became_private_is_not_shown(as_cleo, as_max, acme, max, cleo):
    with organization_scope(acme):
        draft = ObjectiveFactory(owner=max, created_by=cleo, title="A merger", committed_at=None)
        KeyResultFactory(objective=draft)
    as_max.post(f"/o/acme/objectives/{draft.pk}/commit/")
    assert "A merger" in as_cleo.get("/o/acme/").content.decode()
    with organization_scope(acme):
        Objective.objects.update(visibility="private")
    assert "A merger" not in as_cleo.get("/o/acme/").content.decode()


def test_a_manager_sees_who_is_late_and_nobody_elses_reports(acme, as_max, as_vera, objective):
    with organization_scope(acme):
        period = CheckInPeriod.next_after(acme, acme.today())
    with time_machine.travel(f"{period.grace_until} 10:00 +0000", tick=False):
        page = as_max.get("/o/acme/waiting/").content.decode()
        assert "1 of your reports is late with a check-in" in page
        team = as_max.get("/o/acme/team/").content.decode()
        assert "Check-in late" in team
        assert "Answer before riders worry" in team
        assert "Nobody reports to you yet" in as_vera.get("/o/acme/team/").content.decode()


def test_a_manager_does_not_see_a_reports_private_objective(acme, as_max, objective):
    with organization_scope(acme):
        Objective.objects.update(visibility="private")
    assert "Answer before riders worry" not in as_max.get("/o/acme/team/").content.decode()


def test_a_newcomer_has_a_page_without_gaps(as_vera):
    page = as_vera.get("/o/acme/").content.decode()
    assert "No objective of yours runs now" in page
    assert "Coming up" in page


def test_who_has_nothing_waiting_reads_so_and_home_shows_nothing(as_vera):
    assert "Nothing waits" in as_vera.get("/o/acme/waiting/").content.decode()
    fragment = as_vera.get("/o/acme/waiting/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in fragment
    assert "Also waiting" not in fragment


def test_queries_do_not_grow_with_rows(due, as_cleo, as_max, acme, cleo, max, objective):
    def grow():
        with organization_scope(acme):
            for _ in range(10):
                more = ObjectiveFactory(owner=cleo)
                KeyResultFactory(objective=more)
                KeyResultFactory(objective=ObjectiveFactory(owner=max))
                align(more, objective, by=cleo)

    for client, page in (
        (as_cleo, ""),
        (as_max, ""),
        (as_max, "team/"),
        (as_cleo, "waiting/"),
        (as_max, "waiting/"),
    ):
        grow()
        assert_queries_do_not_grow(lambda: client.get(f"/o/acme/{page}"), grow, at_most=20)  # noqa: B023


def test_a_manager_sees_what_a_report_checked_in(due, as_max, as_vera, acme, key_result):
    with organization_scope(acme):
        check_in(key_result)
    page = as_max.get("/o/acme/").content.decode()
    assert "Answers within an hour" in page
    assert "<b>40</b>" in page
    assert "Answers within an hour" not in as_vera.get("/o/acme/").content.decode()


def test_a_manager_finds_what_waits_for_their_word(as_max, as_cleo, acme, cleo, objective):
    with organization_scope(acme):
        drafted = {"committed_at": None, "committed_by": None}
        draft = ObjectiveFactory(title="Handed in", owner=cleo, **drafted)
        Review.objects.create(objective=draft, submitted_by=cleo)
        ChangeRequest.objects.create(
            objective=objective,
            reason="was_wrong",
            words="The number was a guess.",
            effective_on=acme.today(),
            requested_by=cleo,
            submission=uuid4(),
        )
    page = as_max.get("/o/acme/waiting/").content.decode()
    assert "“Handed in” waits for your review" in page
    assert "The number was a guess." in page
    assert "waits for your answer" not in as_cleo.get("/o/acme/waiting/").content.decode()


def test_an_owner_finds_what_is_to_be_scored(as_cleo, acme, objective):
    for offset, found in ((1, False), (0, True)):
        with organization_scope(acme):
            opens = acme.today() + timedelta(days=offset)
            Cycle.objects.filter(pk=objective.cycle_id).update(grading_opens=opens)
        page = as_cleo.get("/o/acme/waiting/").content.decode()
        assert ("is to be closed and scored" in page) is found
