"""One reminder to each, at the organization's hour where they are, about what is still due."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.test import Client

from activity.delivery import deliver, organizations_with_mail_due
from activity.models import Mail
from checkins.models import CheckInPeriod
from checkins.reminders import compose, plan
from organizations.models import Organization
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days, join

from .test_check_in_page import filled, measured

DUE = date(2026, 11, 17)
NINE = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def before(time_machine):
    time_machine.move_to(NINE - timedelta(hours=4))


@pytest.fixture
def tick(time_machine, settings, tmp_path):
    """Let it be a moment, do what a beat would do then, and return the mails it sent."""
    settings.MAILERS = {
        "default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(tmp_path)}}
    }
    read = set()

    def tick(moment):
        time_machine.move_to(moment)
        # The database's clock, which a new organization begins with, is not frozen.
        Organization.objects.filter(next_due_at__gt=moment + days(3)).update(next_due_at=moment)
        for organization in Organization.objects.due(moment):
            with organization_scope(organization):
                plan(organization, moment)
        for organization_id in organizations_with_mail_due(moment):
            deliver(organization_id, compose, moment)
        files = set(tmp_path.glob("*.eml")) - read
        read.update(files)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return tick


def addressees(mails):
    return sorted(re.search("<(.+)@", mail["To"])[1] for mail in mails)


def ends(acme):
    with organization_scope(acme):
        return [mail.reason for mail in Mail.objects.exclude(skipped_at=None)]


def at(text):
    return datetime.fromisoformat(text)


def test_it_comes_at_the_hour_and_only_once(tick, acme, key_result):
    assert tick(NINE - timedelta(minutes=1)) == []
    [mail] = tick(NINE)
    assert mail["Subject"] == "One key result due, Tuesday"
    assert tick(NINE) == []
    assert tick(NINE + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("UTC", "2026-11-17T09:00+00:00"),
        ("Pacific/Kiritimati", "2026-11-16T19:00+00:00"),
        ("Pacific/Auckland", "2026-11-16T20:00+00:00"),
        ("Asia/Kathmandu", "2026-11-17T03:15+00:00"),
        ("Pacific/Pago_Pago", "2026-11-17T20:00+00:00"),
    ],
)
def test_it_comes_at_nine_wherever_one_is(tick, acme, cleo, key_result, zone, moment):
    with organization_scope(acme):
        cleo.time_zone = zone
        cleo.save()
    assert tick(at(moment) - timedelta(minutes=1)) == []
    assert addressees(tick(at(moment))) == ["cleo"]


@pytest.mark.parametrize(
    ("zone", "due_on", "clock", "moment"),
    [
        # The clocks go forward: 02:30 does not exist; a reminder waits for the morning anyway.
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29T06:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(9), "2026-03-29T07:00+00:00"),
        # They go back.
        ("Europe/Berlin", date(2026, 10, 25), time(9), "2026-10-25T08:00+00:00"),
        ("America/New_York", date(2026, 11, 1), time(9), "2026-11-01T14:00+00:00"),
    ],
)
def test_the_day_on_which_the_clocks_change(
    tick, time_machine, acme, cleo, zone, due_on, clock, moment
):
    time_machine.move_to(at(moment) - timedelta(days=3))
    Organization.objects.update(
        time_zone=zone,
        checkin_cadence="weekly",
        checkin_weekday=due_on.weekday(),
        checkin_at=clock,
        working_days=list(range(7)),
    )
    with organization_scope(acme):
        KeyResultFactory(objective=ObjectiveFactory(owner=cleo))
    assert tick(at(moment) - timedelta(minutes=1)) == []
    assert addressees(tick(at(moment))) == ["cleo"]


def test_six_hours_late_is_still_sent(tick, key_result):
    assert len(tick(NINE + timedelta(hours=6))) == 1


def test_too_late_in_the_day_waits_for_the_next_morning(tick, key_result):
    assert tick(NINE + timedelta(hours=11)) == []
    assert tick(NINE + timedelta(hours=22, minutes=59)) == []
    assert len(tick(NINE + timedelta(hours=23))) == 1


def test_after_the_grace_nothing_is_sent(tick, acme, key_result):
    assert tick(NINE + timedelta(days=4)) == []
    assert ends(acme) == []
    with organization_scope(acme):
        assert not Mail.objects.exists()


def test_three_days_late_within_the_grace_is_sent(tick, key_result):
    assert len(tick(NINE + timedelta(days=3))) == 1


def test_what_was_planned_and_not_sent_in_time_is_never_sent(tick, time_machine, acme, key_result):
    time_machine.move_to(NINE)
    with organization_scope(acme):
        plan(acme, NINE)
    assert tick(NINE + timedelta(days=4)) == []
    assert ends(acme) == ["its time is over"]


def test_who_checked_in_meanwhile_is_left_alone(tick, time_machine, acme, as_cleo, key_result):
    time_machine.move_to(NINE)
    with organization_scope(acme):
        plan(acme, NINE)
    data = filled(as_cleo.get("/o/acme/check-in/"))
    data |= {f"{key_result.pk}-value": "40", f"{key_result.pk}-confidence": "8"}
    as_cleo.post("/o/acme/check-in/", data)
    assert tick(NINE + timedelta(minutes=1)) == []
    assert ends(acme) == ["checked in meanwhile"]


def test_who_left_meanwhile_is_left_alone(tick, time_machine, acme, cleo, key_result):
    time_machine.move_to(NINE)
    with organization_scope(acme):
        plan(acme, NINE)
        cleo.leave(on=DUE)
    assert tick(NINE + timedelta(minutes=1)) == []
    assert ends(acme) == ["left the organization"]


def test_who_has_nothing_running_hears_nothing(tick, acme, max, objective):
    assert addressees(tick(NINE)) == ["cleo"]
    with organization_scope(acme):
        assert not CheckInPeriod.objects.of(max).exists()


def test_who_has_not_begun_hears_nothing(tick, acme, cleo, key_result):
    with organization_scope(acme):
        cleo.starts_on = DUE + days(1)
        cleo.save()
    assert tick(NINE) == []


def test_a_new_cadence_leaves_an_open_period_alone(tick, acme, key_result):
    tick(NINE - timedelta(days=1))
    Organization.objects.update(checkin_cadence="weekly", checkin_weekday=3)
    Organization.objects.update(next_due_at=NINE)
    assert len(tick(NINE)) == 1
    assert tick(NINE + timedelta(days=2)) == []
    with organization_scope(acme):
        assert [period.due_on for period in CheckInPeriod.objects.all()] == [DUE]
    assert len(tick(NINE + timedelta(days=9))) == 1


def test_one_address_in_two_organizations_is_asked_by_both(tick, acme, globex, cleo, key_result):
    with organization_scope(globex):
        twin = join(globex, "Cleo", email="cleo@globex.example")
        twin.change_email(cleo.email)
        KeyResultFactory(objective=ObjectiveFactory(owner=twin))
    mails = tick(NINE)
    assert addressees(mails) == ["cleo", "cleo"]
    assert len({mail["Message-ID"] for mail in mails}) == 2


def test_a_holiday_moves_it_to_the_next_working_morning(tick, acme, key_result):
    Organization.objects.update(holidays=[DUE])
    assert tick(NINE) == []
    assert tick(NINE + timedelta(hours=22, minutes=59)) == []
    assert len(tick(NINE + timedelta(hours=23))) == 1


def test_a_moment_in_between_costs_nothing(tick, acme, key_result, django_assert_num_queries):
    tick(NINE)
    with django_assert_num_queries(1):
        assert not Organization.objects.due(NINE + timedelta(minutes=5)).exists()


# The mail itself.


def test_the_mail_says_the_thing_and_its_links_open_the_form(tick, acme, objective, key_result):
    measured(acme, key_result, 40)
    with organization_scope(acme):
        objective.title = "A & B"
        objective.save()
        KeyResultFactory(objective=objective, title="Speed <fast> & safe", unit="km/h")
        Organization.objects.update(name="Acme & Sons")
    [mail] = tick(NINE)
    assert mail["Subject"] == "Two key results due, Tuesday"
    text = mail.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert "- Speed <fast> & safe: —, target 100 km/h" in text
    assert "own key results at Acme & Sons" in text
    assert "The next one comes on 1 December" in text
    html = BeautifulSoup(mail.get_body(["html"]).get_content(), "html.parser")
    assert html.h1.text.strip() == "Two key results are due a check-in"
    assert "40 target 100" in html.text
    check_in, unchanged = (link["href"] for link in html.select("a"))
    assert unchanged == f"{check_in}?unchanged=1"
    assert f"\n{check_in}\n" in text
    path = check_in.removeprefix(project.SITE_URL)
    assert Client().get(path).status_code == 200
    assert Client().get(f"{path}?unchanged=1").status_code == 200


def test_its_styles_are_inline_and_dark_is_kept(tick, key_result):
    [mail] = tick(NINE)
    html = mail.get_body(["html"]).get_content()
    assert "prefers-color-scheme: dark" in html
    page = BeautifulSoup(html, "html.parser")
    assert "background: #204ec3" in page.select_one("a.primary")["style"]
    assert page.find(["img", "script", "link"]) is None
    assert "max-width: 540px" in html


def test_numbers_and_days_are_in_the_readers_language(tick, acme, cleo, key_result):
    with organization_scope(acme):
        cleo.language = "de"
        cleo.save()
        key_result.target = 12500
        key_result.save()
    [mail] = tick(NINE)
    assert "12.500" in mail.get_body(["plain"]).get_content()
    assert mail["Subject"].endswith("Dienstag")
    assert 'lang="de"' in mail.get_body(["html"]).get_content()


def test_a_name_cannot_forge_a_header(tick, acme, cleo, key_result):
    with organization_scope(acme):
        cleo.name = 'Cleo "Bcc: all@example.com" Quick'
        cleo.save()
    [mail] = tick(NINE)
    assert mail["Bcc"] is None
    assert addressees([mail]) == ["cleo"]


# The command.


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAILERS = {
        "default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(tmp_path)}}
    }
    return tmp_path


def rehearse(moment):
    output = StringIO()
    call_command("tick", now=moment, stdout=output)
    return output.getvalue()


def test_a_rehearsal_sends_once(folder, key_result):
    said = [rehearse("2026-11-17T09:00+00:00") for _ in range(2)]
    assert said == [
        "1 mails sent, as of 2026-11-17T09:00+00:00.\n",
        "0 mails sent, as of 2026-11-17T09:00+00:00.\n",
    ]
    assert len(list(folder.glob("*.eml"))) == 1


def test_a_rehearsal_of_a_later_moment_silences_nothing(folder, tick, key_result):
    assert rehearse("2026-12-15T09:00").startswith("1 mails sent")
    assert len(tick(NINE)) == 2  # the rehearsed one lies in the folder too


def test_what_is_not_a_moment_is_refused(db):
    with pytest.raises(CommandError, match="not 'tomorrow'"):
        call_command("tick", now="tomorrow")
