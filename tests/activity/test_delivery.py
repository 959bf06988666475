"""Nothing is lost, whatever is killed; nothing comes twice where the provider can be asked."""

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage, mailers
from django.db import connection, connections
from django.utils import timezone

from activity.delivery import claim, deliver, organizations_with_mail_due, send
from activity.models import Mail
from activity.models.mail import CLAIM, LAST_TRY
from checkins.models import CheckInPeriod
from objectives.models import KeyResult
from organizations.models import Organization, Person
from organizations.tenancy import organization_scope
from tests.factories import ObjectiveFactory, days

from .sink import running_sink, through


def plain(mail, now):
    return EmailMessage(
        "Due", "Soon", to=[mail.person.email], headers={"Message-ID": mail.message_id}
    )


def plan(organization, size, due_at=None):
    """Put mails to so many people into the outbox."""
    with organization_scope(organization):
        people = Person.objects.bulk_create(
            Person(name=f"P {n}", email=f"p{n}-{uuid4().hex[:6]}@{organization.slug}.example")
            for n in range(size)
        )
        return Mail.objects.bulk_create(
            Mail(
                person=person,
                rule="test",
                thing=uuid4(),
                period="2026-11-17",
                due_at=due_at or timezone.now(),
            )
            for person in people
        )


def outbox(organization):
    with organization_scope(organization):
        rows = Mail.objects.all()
        return {"mails": rows.count(), "sent": rows.exclude(sent_at=None).count()}


def change(organization, **values):
    with organization_scope(organization):
        Mail.objects.update(**values)


def the_mail(organization):
    with organization_scope(organization):
        return Mail.objects.get()


@pytest.fixture
def sink(settings):
    with running_sink() as sink:
        settings.MAILERS = through(sink.port)
        yield sink


def test_who_has_mail_due_is_answered_with_ids_only(acme, globex):
    now = timezone.now()
    assert organizations_with_mail_due(now) == []
    plan(acme, 3)
    plan(globex, 3, due_at=now + timedelta(days=1))
    assert organizations_with_mail_due(timezone.now()) == [acme.pk]
    with organization_scope(globex):
        assert organizations_with_mail_due(timezone.now()) == [acme.pk]
    claim(acme.pk, timezone.now())
    assert organizations_with_mail_due(timezone.now()) == []


def test_all_that_is_due_is_sent_once(acme, globex, sink):
    plan(acme, 30)
    plan(globex, 2)
    assert deliver(acme.pk, plain, timezone.now()) == 30
    assert deliver(acme.pk, plain, timezone.now()) == 0
    assert (len(sink.seen), sink.copies) == (30, 0)
    assert outbox(globex) == {"mails": 2, "sent": 0}


def test_a_lost_claim_does_not_send(acme, sink):
    plan(acme, 1)
    now = timezone.now()
    [mine] = claim(acme.pk, now)
    change(acme, lease_until=now - timedelta(seconds=1))
    [theirs] = claim(acme.pk, now)
    post = mailers.default
    assert not send(acme.pk, mine, plain, now, post)
    assert send(acme.pk, theirs, plain, now, post)
    assert not send(acme.pk, theirs, plain, now, post)
    post.close()
    assert list(sink.seen) == [theirs.message_id]


def test_a_refusal_is_tried_again_later_and_later(acme, sink):
    plan(acme, 1)
    sink.refuses = True
    pauses = []
    for _ in range(3):
        begun = timezone.now()
        assert deliver(acme.pk, plain, timezone.now()) == 0
        mail = the_mail(acme)
        assert mail.lease_until is None
        pauses.append(round((mail.due_at - begun).total_seconds() / 60))
        assert deliver(acme.pk, plain, timezone.now()) == 0
        change(acme, due_at=timezone.now())
    assert pauses == [2, 4, 8]
    assert the_mail(acme).attempts == 3
    sink.refuses = False
    assert deliver(acme.pk, plain, timezone.now()) == 1


def test_the_sixth_refusal_is_the_last(acme, sink):
    plan(acme, 1)
    sink.refuses = True
    for _ in range(LAST_TRY + 2):
        deliver(acme.pk, plain, timezone.now())
        change(acme, due_at=timezone.now(), lease_until=None)
    with organization_scope(acme):
        assert [mail.attempts for mail in Mail.objects.given_up()] == [LAST_TRY]
    sink.refuses = False
    assert deliver(acme.pk, plain, timezone.now()) == 0


def test_a_provider_that_is_away_costs_no_try(settings, acme):
    with running_sink() as sink:
        settings.MAILERS = through(sink.port)
    plan(acme, 1)
    for _ in range(LAST_TRY + 2):
        assert deliver(acme.pk, plain, timezone.now()) == 0
        change(acme, lease_until=None)
    assert the_mail(acme).attempts == 0
    with running_sink() as sink:
        settings.MAILERS = through(sink.port)
        assert deliver(acme.pk, plain, timezone.now()) == 1


def test_what_is_not_wanted_any_more_is_left_with_a_reason(acme, sink):
    plan(acme, 1)
    assert deliver(acme.pk, lambda mail, now: "checked in meanwhile", timezone.now()) == 0
    mail = the_mail(acme)
    assert mail.reason == "checked in meanwhile"
    assert mail.skipped_at
    assert deliver(acme.pk, plain, timezone.now()) == 0


def test_what_has_to_wait_is_kept_and_costs_no_try(acme, sink):
    plan(acme, 1)
    morning = timezone.now() + timedelta(hours=9)
    assert deliver(acme.pk, lambda mail, now: morning, timezone.now()) == 0
    mail = the_mail(acme)
    assert (mail.attempts, mail.due_at, mail.lease_until) == (0, morning, None)


def broken(mail, now):
    raise LookupError("no such template")


def test_a_mail_that_cannot_be_written_is_given_up_at_last(acme, sink):
    plan(acme, 1)
    for _ in range(LAST_TRY):
        with pytest.raises(LookupError):
            deliver(acme.pk, broken, timezone.now())
        change(acme, lease_until=None)
    assert deliver(acme.pk, broken, timezone.now()) == 0
    with organization_scope(acme):
        assert Mail.objects.given_up().count() == 1


def test_what_the_provider_has_already_is_only_marked(acme, sink):
    plan(acme, 1)
    sink.seen[the_mail(acme).message_id] = 1
    change(acme, attempts=1)
    assert deliver(acme.pk, plain, timezone.now()) == 1
    assert sink.copies == 0


@pytest.mark.django_db(transaction=True)
def test_two_drainers_share_the_work(acme, sink):
    plan(acme, 200)
    shares = []

    def drain():
        shares.append(deliver(acme.pk, plain, timezone.now()))
        connections.close_all()

    drainers = [threading.Thread(target=drain) for _ in range(2)]
    for drainer in drainers:
        drainer.start()
    for drainer in drainers:
        drainer.join()
    assert sum(shares) == 200
    assert all(shares)
    assert (len(sink.seen), sink.copies) == (200, 0)


def due(acme, size):
    """So many people with a key result that is due today, and their reminders in the outbox."""
    with organization_scope(acme):
        today = acme.today()
        owners = [mail.person for mail in plan(acme, size)]
        Mail.objects.all().delete()
        objective = ObjectiveFactory(owner=owners[0])
        KeyResult.objects.bulk_create(
            KeyResult(objective=objective, owner=owner, title="Due", start=0, target=100)
            for owner in owners
        )
        periods = CheckInPeriod.objects.bulk_create(
            CheckInPeriod(person=one, opens_on=today, due_on=today, grace_until=today + days(3))
            for one in owners
        )
        Mail.objects.bulk_create(
            Mail(person=one.person, rule="checkin_due", thing=one.pk, period=f"{today}")
            for one in periods
        )
    Organization.objects.update(
        next_due_at=timezone.now() + timedelta(days=1), working_days=list(range(7))
    )


@contextmanager
def drainers(environment):
    """Offer to begin a drainer, and to ask whether it has ended."""
    command = [sys.executable, "-m", "tests.activity.drainer"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, bufsize=0, **pipes) as process:

        def begin(moment):
            process.stdin.write(f"{moment}\n".encode())
            return int(process.stdout.readline())

        def has_ended():
            readable, _, _ = select.select([process.stdout], [], [], 0.0005)
            return bool(readable and process.stdout.readline())

        yield begin, has_ended
        process.stdin.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("backend", "copies_of_a_kill"),
    [
        pytest.param(
            "tests.activity.sink.AnsweringBackend",
            0,
            marks=pytest.mark.thorough((100, 3), (300, 10)),
            id="answers",
        ),
        pytest.param(
            "django.core.mail.backends.smtp.EmailBackend",
            1,
            marks=pytest.mark.thorough((60, 2), (60, 3)),
            id="silent",
        ),
    ],
)
def test_kill_minus_nine(acme, sink, environment, capsys, rounds, backend, copies_of_a_kill):
    mails, kills = rounds
    chance = random.Random(7)
    due(acme, mails)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.activity.sink_settings",
        "SINK_PORT": str(sink.port),
        "SINK_BACKEND": backend,
        "MAIL_LEASE": "1",
    }
    noon = (timezone.now() + timedelta(days=1)).replace(hour=12).isoformat()
    killed = 0
    end = time.monotonic() + 30
    with drainers(environment) as (begin, has_ended):
        while outbox(acme)["sent"] < mails and time.monotonic() < end:
            child = begin(noon)
            wanted = sink.seen.total() + chance.randrange(3, 25)
            while not has_ended():
                if killed < kills and sink.seen.total() >= wanted:
                    time.sleep(chance.random() * 0.008)
                    os.kill(child, signal.SIGKILL)
                    killed += 1
                    wanted = float("inf")
    lost = mails - len(sink.seen)
    with capsys.disabled():
        sys.stdout.write(f" {mails} mails, {killed} kills: {lost} lost, {sink.copies} copies ")
    assert killed == kills
    assert lost == 0
    assert sink.copies <= kills * copies_of_a_kill
    assert outbox(acme) == {"mails": mails, "sent": mails}


def test_the_claim_walks_its_index(acme):
    with organization_scope(acme), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        limits = [acme.pk, timezone.now(), 20, timedelta(seconds=1)]
        cursor.execute("EXPLAIN " + CLAIM, limits)
        plan_of_query = "\n".join(line for (line,) in cursor.fetchall())
    assert "mail_unfinished" in plan_of_query
    assert "Sort" not in plan_of_query
