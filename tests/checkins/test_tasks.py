"""From the tick to the mail, with a real worker on a real broker; and what happens without one."""

import subprocess
import sys
import time
from datetime import time as clock
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import transaction
from django.utils import timezone

from activity.models import Mail
from checkins.models import CheckIn
from checkins.tasks import deliver_due_mail, deliver_mail, plan_reminders, tick
from okr_platform.celery import app as celery_app
from organizations.models import Organization
from organizations.tenancy import organization_scope


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


@pytest.fixture
def midday(acme):
    """Acme lives where it is about noon now, and today is its due day."""
    offset = 12 - timezone.now().hour
    acme.time_zone = f"Etc/GMT{-offset:+d}" if offset else "UTC"
    acme.checkin_cadence, acme.checkin_weekday = "weekly", acme.today().weekday()
    acme.checkin_at, acme.working_days = clock(8), list(range(7))
    acme.save()


@pytest.fixture
def worker(environment, tmp_path):
    """Run a real worker on the session's broker, against the test's database."""
    celery_app.control.purge()
    command = ["-m", "celery", "-A", "okr_platform", "worker", "-P", "solo", "-l", "INFO"]
    log = tmp_path / "worker.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--without-mingle"], env=environment, stderr=output
        )
    wait_until(lambda: " ready." in log.read_text())
    yield process
    process.terminate()
    process.wait(20)
    sys.stdout.write(log.read_text())


@pytest.fixture
def nobody_listens(monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr("kombu.messaging.Producer.publish", refuse)


@pytest.mark.django_db(transaction=True)
def test_a_tick_becomes_a_mail(acme, midday, key_result, worker):
    folder = Path(project.MAIL_FOLDER)
    for _ in range(2):
        tick.delay()
    wait_until(lambda: list(folder.glob("*.eml")))
    wait_until(lambda: not Organization.objects.due(timezone.now()).exists())
    with organization_scope(acme):
        wait_until(lambda: Mail.objects.exclude(sent_at=None).exists())
        mail = Mail.objects.get()
    assert [file.stem for file in folder.glob("*.eml")] == [mail.message_id.strip("<>")]


def test_what_an_earlier_round_left_behind_is_rung_for_again(acme, midday, key_result, monkeypatch):
    with organization_scope(acme):
        monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **options: None)
        plan_reminders.run()
    rung = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda self, args, *rest, **options: rung.append(args)
    )
    deliver_due_mail.run()
    assert rung == [(str(acme.pk),)]


@pytest.mark.django_db(transaction=True)
def test_a_broken_broker_breaks_no_plan_and_no_form(
    as_cleo, acme, midday, key_result, nobody_listens, caplog
):
    with transaction.atomic(), organization_scope(acme):
        plan_reminders.run()
    assert "no broker" in caplog.text
    data = {
        "key_result": key_result.pk,
        "submission": "0198c0de-0000-7000-8000-000000000001",
        f"{key_result.pk}-value": "40",
        f"{key_result.pk}-confidence": "8",
    }
    assert as_cleo.post("/o/acme/check-in/", data).status_code == 302
    with organization_scope(acme):
        assert CheckIn.objects.count() == 1
        assert Mail.objects.count() == 1
    assert deliver_mail.run(str(acme.pk)) == 0
    with organization_scope(acme):
        assert Mail.objects.get().reason == "checked in meanwhile"
