"""The conversation from preparing to sign-off, as both see it (domain §9, Q1 to Q6)."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from activity.models import Event, Notification
from checkins.arranging import arrange
from checkins.models import (
    ActionItem,
    Answer,
    CheckIn,
    Conversation,
    ConversationTemplate,
    PrivateNote,
    Question,
    TalkingPoint,
)
from checkins.starting import start
from organizations.tenancy import organization_scope
from tests.factories import LONG_AGO, KeyResultFactory, ObjectiveFactory, join, running_quarter
from tests.queries import assert_queries_do_not_grow

pytestmark = pytest.mark.django_db
SECRET = "The forecast for the cold weeks is wrong"
REPLY = "You kept the fleet calm"


@pytest.fixture
def talk(acme, cleo, max):
    """Cleo's bi-weekly conversation with Max, due today."""
    with organization_scope(acme):
        running_quarter()
        acme.checkin_anchor = acme.today()
        acme.checkin_weekday = acme.today().weekday()
        acme.save()
        arrange(acme, acme.today())
        return Conversation.objects.get(employee=cleo, kind="biweekly", due_on=acme.today())


def path(talk, verb=""):
    return f"/o/acme/conversations/{talk.pk}/{verb}"


def questions(talk, side):
    with organization_scope(talk.organization_id):
        return [
            one
            for one in Question.objects.filter(template=talk.template_id)
            if one.is_asked_of(side)
        ]


def filled(talk, side="employee", text=SECRET, **more):
    """A whole side: whatever each question takes."""
    data = dict(more)
    for question in questions(talk, side):
        if question.type == "scale":
            data[f"{question.pk}-chosen"] = "4"
        elif question.type == "choice":
            data[f"{question.pk}-chosen"] = question.options[0][0]
            data[f"{question.pk}-text"] = text
        elif question.type == "time_split":
            data |= {f"{question.pk}-0-what": "Calls", f"{question.pk}-0-share": "60"}
            data |= {f"{question.pk}-1-what": "Vans", f"{question.pk}-1-share": "40"}
        elif question.type in {"outcomes", "action", "decision"}:
            data[f"{question.pk}-0-what"] = text
            if question.type == "decision":
                data[f"{question.pk}-0-chosen"] = question.options[0][0]
        else:
            data[f"{question.pk}-text"] = text
    return data


def share(client, talk, side="employee", text=SECRET):
    return client.post(path(talk, "answers/"), filled(talk, side, text, share="1"))


def fresh(talk):
    with organization_scope(talk.organization_id):
        return Conversation.objects.get(pk=talk.pk)


def sees(client, talk, words):
    return words in client.get(path(talk)).content.decode()


def test_a_draft_is_its_authors_alone(as_cleo, as_max, talk):
    assert as_cleo.post(path(talk, "answers/"), filled(talk)).status_code == 302
    assert sees(as_cleo, talk, SECRET)
    assert not sees(as_max, talk, SECRET)


def test_sharing_shows_it_once_the_other_has_opened_it(as_cleo, as_max, talk, max):
    assert share(as_cleo, talk).status_code == 302
    assert not sees(as_max, talk, SECRET)
    assert as_max.post(path(talk, "open/")).status_code == 302
    assert sees(as_max, talk, SECRET)
    with organization_scope(talk.organization_id):
        told = Notification.objects.get(person=max, event__kind="conversation_shared")
        assert SECRET not in str(told.event.details)


def test_the_managers_side_is_blind_until_it_is_shared(as_cleo, as_max, talk):
    share(as_cleo, talk)
    as_max.post(path(talk, "open/"))
    as_max.post(path(talk, "answers/"), filled(talk, "counterpart", REPLY))
    assert as_cleo.post(path(talk, "open/")).status_code == 403
    assert not sees(as_cleo, talk, REPLY)
    assert share(as_max, talk, "counterpart", REPLY).status_code == 302
    as_cleo.post(path(talk, "open/"))
    assert sees(as_cleo, talk, REPLY)


def test_the_employee_writes_first(as_cleo, as_max, talk):
    """Until she has shared or the due day has passed (Q1)."""
    assert as_max.post(path(talk, "answers/"), filled(talk, "counterpart")).status_code == 403
    share(as_cleo, talk)
    assert as_max.post(path(talk, "answers/"), filled(talk, "counterpart")).status_code == 302


def test_the_manager_may_write_once_the_due_day_has_passed(as_max, talk):
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert as_max.post(path(talk, "answers/"), filled(talk, "counterpart")).status_code == 302


def test_where_both_prepare_at_once_neither_reads_before_both_have_shared(as_cleo, as_max, talk):
    with organization_scope(talk.organization_id):
        ConversationTemplate.objects.filter(pk=talk.template_id).update(order="parallel")
    share(as_cleo, talk)
    assert as_max.post(path(talk, "open/")).status_code == 403
    assert not sees(as_max, talk, SECRET)
    assert share(as_max, talk, "counterpart", REPLY).status_code == 302
    as_max.post(path(talk, "open/"))
    assert sees(as_max, talk, SECRET)


def test_what_is_missing_is_said_and_nothing_is_lost(as_cleo, talk):
    data = filled(talk, share="1")
    emptied = next(one for one in questions(talk, "employee") if one.becomes == "help")
    data[f"{emptied.pk}-text"] = " "
    answer = as_cleo.post(path(talk, "answers/"), data)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "1 question needs you" in body
    assert SECRET in body
    assert fresh(talk).employee_shared_at is None


def test_time_adds_up_to_all_of_it(as_cleo, acme, cleo, max, talk):
    with organization_scope(acme):
        cleo.organization = acme
        begun = start(cleo, max, "quarter_start", by=cleo)
    data = filled(begun, share="1")
    [split] = [one for one in questions(begun, "employee") if one.type == "time_split"]
    data[f"{split.pk}-1-share"] = "30"
    answer = as_cleo.post(path(begun, "answers/"), data)
    assert "Together it is 90 per cent" in answer.content.decode()
    data[f"{split.pk}-1-share"] = "40"
    assert as_cleo.post(path(begun, "answers/"), data).status_code == 302


def test_sharing_is_final_once_the_other_has_opened_it(as_cleo, as_max, talk):
    share(as_cleo, talk)
    assert as_cleo.post(path(talk, "take-back/")).status_code == 302
    assert fresh(talk).employee_shared_at is None
    share(as_cleo, talk)
    as_max.post(path(talk, "open/"))
    assert as_cleo.post(path(talk, "take-back/")).status_code == 403
    assert fresh(talk).employee_shared_at
    with organization_scope(talk.organization_id):
        with pytest.raises(DatabaseError, match="shared is final"), transaction.atomic():
            Answer.objects.update(text="otherwise")


def test_a_request_for_help_becomes_the_managers_action(as_cleo, as_max, talk, max):
    share(as_cleo, talk)
    with organization_scope(talk.organization_id):
        [action] = ActionItem.objects.all()
        assert (action.owner, action.text) == (max, SECRET)
    as_cleo.post(path(talk, "take-back/"))
    with organization_scope(talk.organization_id):
        assert not ActionItem.objects.exists()
    share(as_cleo, talk)
    share(as_cleo, talk)  # a double click
    with organization_scope(talk.organization_id):
        assert ActionItem.objects.count() == 1
        assert Event.objects.filter(kind="conversation_shared").count() == 2


def test_whoever_needs_no_help_asks_for_none(as_cleo, talk):
    data = filled(talk, share="1")
    [help_] = [one for one in questions(talk, "employee") if one.becomes == "help"]
    data |= {f"{help_.pk}-chosen": "nothing", f"{help_.pk}-text": ""}
    assert as_cleo.post(path(talk, "answers/"), data).status_code == 302
    with organization_scope(talk.organization_id):
        assert not ActionItem.objects.exists()


def test_meeting_without_writing_counts_as_held(as_cleo, as_max, talk):
    assert as_cleo.post(path(talk, "hold/")).status_code == 302
    assert as_cleo.post(path(talk, "hold/")).status_code == 302
    held = fresh(talk)
    assert held.held_by_id == held.employee_id
    assert held.state(held.due_on) == "held"


def test_the_other_may_object_for_three_days(as_cleo, as_max, talk):
    as_cleo.post(path(talk, "hold/"))
    assert as_cleo.post(path(talk, "object/")).status_code == 403
    assert as_max.post(path(talk, "object/")).status_code == 302
    assert fresh(talk).held_at is None
    as_cleo.post(path(talk, "hold/"))
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert as_max.post(path(talk, "object/")).status_code == 403


def test_both_sign_and_the_text_is_frozen(as_cleo, as_max, talk):
    share(as_cleo, talk)
    as_max.post(path(talk, "open/"))
    assert as_max.post(path(talk, "sign/")).status_code == 403
    as_max.post(path(talk, "hold/"))
    assert as_max.post(path(talk, "sign/")).status_code == 302
    assert as_cleo.post(path(talk, "sign/"), {"sign-dissent": "Not so"}).status_code == 302
    signed = fresh(talk)
    assert signed.closed_at
    assert signed.employee_dissent == "Not so"
    assert sees(as_max, talk, "Not so")
    with organization_scope(talk.organization_id):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Conversation.objects.filter(pk=talk.pk).update(employee_dissent="So")
    assert as_cleo.post(path(talk, "answers/"), filled(talk)).status_code == 403
    addendum = {"addendum-text": "It was the sensor", "addendum-submission": uuid4()}
    for _twice in range(2):
        assert as_cleo.post(path(talk, "add/"), addendum).status_code == 302
    assert as_max.get(path(talk)).content.decode().count("It was the sensor") == 1


def test_nobody_signs_what_they_have_not_opened(as_cleo, as_max, talk):
    share(as_cleo, talk)
    as_cleo.post(path(talk, "hold/"))
    assert as_max.post(path(talk, "sign/")).status_code == 403
    as_max.post(path(talk, "open/"))
    assert as_max.post(path(talk, "sign/")).status_code == 302


def test_skipping_wants_a_reason(as_cleo, as_max, talk):
    assert as_cleo.post(path(talk, "skip/"), {}).status_code == 422
    assert as_cleo.post(path(talk, "skip/"), {"reason": "leave"}).status_code == 302
    assert fresh(talk).state(talk.due_on) == "skipped"
    assert as_max.post(path(talk, "hold/")).status_code == 403


def test_the_day_moves_and_the_due_day_stays(as_cleo, max, talk):
    later = talk.due_on + timedelta(days=2)
    form = {"meets_on": later, "meets_at": "10:30"}
    assert as_cleo.post(path(talk, "move/"), form).status_code == 302
    moved = fresh(talk)
    assert (moved.meets_on, moved.due_on) == (later, talk.due_on)
    early = {"meets_on": talk.opens_on - timedelta(days=1)}
    assert as_cleo.post(path(talk, "move/"), early).status_code == 422
    with organization_scope(talk.organization_id):
        assert Notification.objects.filter(person=max, event__kind="conversation_moved").count()


def test_private_notes_are_the_authors_alone(as_cleo, as_max, talk, cleo):
    as_cleo.post(path(talk, "note/"), {"note-text": "Ask about the raise"})
    assert sees(as_cleo, talk, "Ask about the raise")
    assert not sees(as_max, talk, "Ask about the raise")
    with organization_scope(talk.organization_id):
        assert PrivateNote.objects.get().author == cleo


def test_a_private_topic_is_the_authors_alone(as_cleo, as_max, talk):
    for audience, text in (("private", "My raise"), ("shared", "The vans")):
        form = {"point-text": text, "point-audience": audience}
        assert as_cleo.post(path(talk, "points/"), form).status_code == 302
    assert sees(as_cleo, talk, "My raise")
    assert not sees(as_max, talk, "My raise")
    assert sees(as_max, talk, "The vans")
    assert as_max.post(path(talk, "points/"), {"point-text": ""}).status_code == 422


def test_topics_and_actions_carry_over(as_cleo, as_max, talk, cleo):
    """An action that was carried twice says so."""
    as_cleo.post(path(talk, "points/"), {"point-text": "The vans", "point-audience": "shared"})
    with organization_scope(talk.organization_id):
        action = ActionItem.objects.create(conversation=talk, owner=cleo, text="Ask Lena")
        ActionItem.objects.create(conversation=talk, owner=cleo, text="Done with")
    as_cleo.post(path(talk, "hold/"))
    second = following(talk)
    assert sees(as_max, second, "The vans")
    assert sees(as_max, second, "carried over once")
    with organization_scope(talk.organization_id):
        second.hold(cleo, talk.due_on)
        point = TalkingPoint.objects.get()
        arrange(talk.organization, second.due_on)
    as_max.post(path(second, f"points/{point.pk}/tick/"))
    third = following(second)
    body = as_max.get(path(third)).content.decode()
    assert "carried over 2 times" in body
    assert "The vans" not in body
    as_cleo.post(path(third, f"actions/{action.pk}/tick/"))
    as_cleo.post(path(third, f"actions/{action.pk}/tick/"))
    with organization_scope(talk.organization_id):
        action.refresh_from_db()
        assert action.done_at
    as_cleo.post(path(third, f"actions/{action.pk}/tick/"), {"undo": "1"})
    with organization_scope(talk.organization_id):
        action.refresh_from_db()
        assert action.done_at is None


def following(talk):
    with organization_scope(talk.organization_id):
        after = Conversation.objects.filter(employee=talk.employee_id, kind=talk.kind)
        return after.filter(due_on__gt=talk.due_on).first()


def test_the_review_is_the_check_in(as_cleo, as_max, talk, key_result):
    """Nobody is asked twice for the same number (I12)."""
    refused = share(as_cleo, talk)
    assert refused.status_code == 422
    assert "Check in on the key results above first" in refused.content.decode()
    pk = key_result.pk
    form = {"key_result": pk, "submission": uuid4(), f"{pk}-value": "40", f"{pk}-confidence": "8"}
    assert as_max.post(path(talk, "review/"), form).status_code == 403
    assert as_cleo.post(path(talk, "review/"), form | {f"{pk}-value": "x"}).status_code == 422
    assert as_cleo.post(path(talk, "review/"), form).status_code == 302
    with organization_scope(talk.organization_id):
        assert CheckIn.objects.get().period is not None
    assert "All checked in until" in as_cleo.get("/o/acme/check-in/").content.decode()
    assert share(as_cleo, talk).status_code == 302


def test_both_see_the_same_facts_and_nothing_that_one_may_not_see(
    acme, as_cleo, as_max, cleo, talk, key_result
):
    with organization_scope(acme):
        hidden = ObjectiveFactory(title="Leave for Rome", owner=cleo, visibility="private")
        KeyResultFactory(objective=hidden, title="Flats seen in Rome")
    for client in (as_cleo, as_max):
        body = client.get(path(talk)).content.decode()
        facts = body.partition('id="progress-title"')[2].partition("</section>")[0]
        assert key_result.title in facts
        assert "Rome" not in facts


def test_an_answer_saves_itself_and_notices_another_window(as_cleo, talk):
    question = questions(talk, "employee")[1]
    there, key = path(talk, f"answers/{question.pk}/"), str(question.pk)
    headers = {"hx-request": "true"}
    first = as_cleo.post(there, {f"{key}-text": "one", f"{key}-seen": "0"}, headers=headers)
    assert first.status_code == 302
    saved = as_cleo.get(there, headers=headers).content.decode()
    assert "Draft saved" in saved
    assert f'name="{key}-seen" value="1"' in saved
    as_cleo.post(there, {f"{key}-text": "two", f"{key}-seen": "1"}, headers=headers)
    late = as_cleo.post(there, {f"{key}-text": "another", f"{key}-seen": "1"}, headers=headers)
    assert late.status_code == 422
    assert "two" in late.content.decode()
    assert f'name="{key}-seen" value="2"' in late.content.decode()
    again = as_cleo.post(there, {f"{key}-text": "another", f"{key}-seen": "2"}, headers=headers)
    assert again.status_code == 302
    whole = {**filled(talk), f"{key}-text": "third", f"{key}-seen": "1"}
    refused = as_cleo.post(path(talk, "answers/"), whole)
    assert refused.status_code == 422
    assert "third" in refused.content.decode()
    assert "another" in refused.content.decode()


def test_only_ones_own_questions_are_answered(as_cleo, as_max, talk):
    theirs = questions(talk, "counterpart")[0]
    assert as_cleo.post(path(talk, f"answers/{theirs.pk}/"), {}).status_code == 403
    assert as_cleo.post(path(talk, f"answers/{uuid4()}/"), {}).status_code == 404


@pytest.mark.parametrize("who", ["ada", "vera", "mallory"])
def test_nobody_else_reads_it(who, request, as_cleo, talk):
    outsider = request.getfixturevalue(f"as_{who}")
    assert outsider.get(path(talk)).status_code == 404


def test_the_people_team_sees_that_it_took_place_and_not_what_was_said(as_ada, as_cleo, talk):
    share(as_cleo, talk)
    as_cleo.post(path(talk, "hold/"))
    record = as_ada.get("/o/acme/conversations/record/").content.decode()
    assert "Cleo" in record
    assert "Held" in record
    assert SECRET not in record
    assert as_cleo.get("/o/acme/conversations/record/").status_code == 403


def test_somebody_starts_one_any_time(as_cleo, as_max, cleo, max, talk):
    page = as_cleo.get("/o/acme/conversations/new/").content.decode()
    assert "Max" in page
    form = {"employee": max.pk, "kind": "quarter_end"}
    started = as_cleo.post("/o/acme/conversations/new/", form)
    assert started.status_code == 302
    assert as_max.get(started.url).status_code == 200
    assert as_max.post("/o/acme/conversations/new/", {"employee": cleo.pk}).status_code == 422
    mine = as_max.post("/o/acme/conversations/new/", {**form, "employee": cleo.pk})
    assert mine.url == started.url


def test_home_and_team_say_whose_turn_it_is(as_cleo, as_max, talk):
    waiting = "/o/acme/waiting/"
    assert "Prepare: Bi-weekly conversation with Max" in as_cleo.get(waiting).content.decode()
    assert "Answer: Bi-weekly" not in as_max.get(waiting).content.decode()
    share(as_cleo, talk)
    assert "Answer: Bi-weekly conversation with Cleo" in as_max.get(waiting).content.decode()
    assert "shared their part of" in as_max.get("/o/acme/").content.decode()
    team = as_max.get("/o/acme/team/").content.decode()
    assert path(talk) in team
    assert "Cleo has shared" in team


def test_pages_cost_the_same_however_much_there_is(acme, as_cleo, as_max, cleo, talk, key_result):
    share_data = {"point-text": "One", "point-audience": "shared"}

    def grow():
        with organization_scope(acme):
            objective = ObjectiveFactory(owner=cleo)
            for n in range(5):
                KeyResultFactory(objective=objective, title=f"Number {n}")
                ActionItem.objects.create(conversation=talk, owner=cleo, text=f"Action {n}")
            cleo.organization = acme
            for n in range(5):
                TalkingPoint.objects.create(conversation=talk, author=cleo, text=f"Topic {n}")

    as_cleo.post(path(talk, "points/"), share_data)
    with organization_scope(acme):
        ActionItem.objects.create(conversation=talk, owner=cleo, text="First")
    for client in (as_max, as_cleo):
        assert_queries_do_not_grow(lambda client=client: client.get(path(talk)), grow, at_most=20)


def test_lists_cost_the_same_however_many_reports(acme, as_max, as_ada, max, talk):
    numbers = count()

    def grow():
        with organization_scope(acme):
            for n in (next(numbers) for _ in range(5)):
                join(acme, f"Report{n}").report_to(max, on=LONG_AGO)
            arrange(acme, acme.today())

    for client, page in ((as_max, ""), (as_ada, "record/")):
        there = f"/o/acme/conversations/{page}"
        assert_queries_do_not_grow(lambda: client.get(there), grow, at_most=12)  # noqa: B023
