"""Two requests at the same moment: one of them wins, and nothing is lost or told twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from activity.models import Event
from checkins.arranging import arrange
from checkins.models import ActionItem, Answer, Conversation, Question
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import running_quarter

from .test_conversation_pages import filled, path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talk(acme, cleo, max):
    with organization_scope(acme):
        running_quarter()
        acme.checkin_anchor = acme.today()
        acme.checkin_weekday = acme.today().weekday()
        acme.save()
        arrange(acme, acme.today())
        return Conversation.objects.get(employee=cleo, kind="biweekly", due_on=acme.today())


def together(*requests):
    """Send all of them at once, each from a thread of its own; return their statuses."""
    start = Barrier(len(requests))

    def send(request):
        start.wait()
        try:
            return request().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def test_sharing_from_two_windows_at_once_shares_one_of_them(acme, cleo, talk):
    clients = [signed_in(cleo) for _ in range(4)]
    forms = [filled(talk, text=f"Window {n}", share="1") for n in range(4)]
    sends = [
        lambda client=client, form=form: client.post(path(talk, "answers/"), form)
        for client, form in zip(clients, forms, strict=True)
    ]
    assert set(together(*sends)) <= {302, 422}
    with organization_scope(acme):
        assert Event.objects.filter(kind="conversation_shared").count() == 1
        assert ActionItem.objects.count() == 1
        texts = {one.text for one in Answer.objects.exclude(text="")}
        assert len(texts) == 1, texts


def test_an_answer_that_saves_itself_late_changes_nothing_that_is_shared(acme, cleo, talk):
    with organization_scope(acme):
        question = Question.objects.filter(template=talk.template_id, type="text").first()
    late, now = signed_in(cleo), signed_in(cleo)
    there = path(talk, f"answers/{question.pk}/")
    statuses = together(
        lambda: now.post(path(talk, "answers/"), filled(talk, text="Shared", share="1")),
        lambda: late.post(there, {f"{question.pk}-text": "Late"}),
    )
    assert statuses[0] in {302, 422}
    assert statuses[1] in {302, 403}
    with organization_scope(acme):
        shared = Conversation.objects.get(pk=talk.pk).employee_shared_at
        assert not shared or Answer.objects.get(question=question).text == "Shared"


def test_both_sign_at_once_and_it_is_closed_once(acme, cleo, max, talk):
    with organization_scope(acme):
        talk.hold(cleo, acme.today())
    clients = [signed_in(person) for person in (cleo, max, cleo, max)]
    sends = [lambda client=client: client.post(path(talk, "sign/")) for client in clients]
    assert set(together(*sends)) <= {302, 403}
    with organization_scope(acme):
        assert Conversation.objects.get(pk=talk.pk).closed_at
        assert Event.objects.filter(kind="conversation_signed").count() == 2


def test_two_beats_at_once_make_every_conversation_once(acme, cleo, max, talk):
    def beat():
        with organization_scope(acme):
            arrange(acme, acme.today())
        connection.close()

    start = Barrier(3)

    def wait_and_beat(_n):
        start.wait()
        beat()

    with organization_scope(acme):
        before = Conversation.objects.count()
        Conversation.objects.exclude(pk=talk.pk).delete()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(wait_and_beat, range(3)))
    with organization_scope(acme):
        assert Conversation.objects.count() == before
