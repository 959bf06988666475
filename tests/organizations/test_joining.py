"""From the button that invites, through the mail, to the first page inside."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings as project
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from activity.models import Mail
from core.mail import read_folder
from organizations.invitations import Invitation
from organizations.links import MailLink
from organizations.models import Membership, Person
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import PASSWORD, PersonFactory, UserFactory, join

GOOD = {"password": "a bicycle in the rain"}


@pytest.fixture(autouse=True)
def mails(settings, tmp_path):
    settings.MAILERS = {
        "default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(tmp_path)}}
    }
    return lambda: read_folder(Path(tmp_path))


@pytest.fixture
def grace(acme):
    with organization_scope(acme):
        person = PersonFactory(name="Grace", email="grace@acme.example")
    person.organization = acme
    return person


def path_of(person):
    return Invitation.of(person).url.removeprefix(project.SITE_URL.rstrip("/"))


def invite(as_ada, person):
    as_ada.post(f"/o/acme/organization/people/{person.pk}/invite/")
    call_command("tick")


def test_the_whole_way_in(as_ada, acme, grace, mails):
    invite(as_ada, grace)
    [mail] = mails()
    assert mail.to == "Grace <grace@acme.example>"
    assert "Ada invites you to Acme" in mail.text
    path = re.search(r"/join/\S+/", mail.text).group()
    assert path in mail.html

    visitor = Client()
    page = visitor.get(path)
    assert page.status_code == 200
    assert "Acme" in page.text
    assert "grace@acme.example" in page.text

    answer = visitor.post(path, GOOD)
    assert answer.status_code == 302
    assert answer.url == "/o/acme/"
    user = get_user(visitor)
    assert user.email == "grace@acme.example"
    assert user.check_password(GOOD["password"])
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    assert Membership.objects.filter(user=user, organization=acme, active=True).exists()
    with organization_scope(acme):
        assert Person.objects.get(pk=grace.pk).user == user
    assert visitor.get(f"/o/acme/organization/people/{grace.pk}/").status_code == 200


def test_looking_at_an_invitation_changes_nothing(acme, grace):
    Client().get(path_of(grace))
    assert not User.objects.filter(email=grace.email).exists()


def test_inviting_twice_on_a_day_sends_one_mail(as_ada, grace, mails):
    invite(as_ada, grace)
    invite(as_ada, grace)
    assert len(mails()) == 1


def test_inviting_on_another_day_sends_another(as_ada, grace, mails):
    invite(as_ada, grace)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        invite(as_ada, grace)
    assert len(mails()) == 2


def test_who_joins_before_the_mail_is_sent_gets_none(as_ada, acme, grace, mails):
    as_ada.post(f"/o/acme/organization/people/{grace.pk}/invite/")
    with organization_scope(acme):
        Mail.objects.create(person=grace, rule="invitation", thing=grace.pk, period="a day")
        Person.objects.get(pk=grace.pk).join(UserFactory(email=grace.email))
    call_command("tick")
    assert mails() == []
    with organization_scope(acme):
        assert Mail.objects.get().reason == "has joined"


def test_an_invitation_works_once(grace):
    path = path_of(grace)
    assert Client().post(path, GOOD).status_code == 302
    again = Client().post(path, {"password": "another bicycle, stolen"})
    assert again.status_code == 410
    assert User.objects.get(email=grace.email).check_password(GOOD["password"])


def test_an_invitation_ends_after_fourteen_days(grace):
    path = path_of(grace)
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        assert Client().get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert Client().get(path).status_code == 410


def test_an_invitation_dies_with_the_address_and_with_leaving(acme, grace):
    path = path_of(grace)
    with organization_scope(acme):
        grace.change_email("hopper@acme.example")
    assert Client().get(path).status_code == 410
    path = path_of(grace)
    assert Client().get(path).status_code == 200
    with organization_scope(acme):
        grace.leave(on=acme.today())
    assert Client().post(path, GOOD).status_code == 410


def test_nobody_makes_an_invitation_up(grace):
    path = path_of(grace)
    assert Client().get(path[:-3] + "xx/").status_code == 404
    assert Client().get("/join/x/").status_code == 404


@pytest.mark.parametrize("password", ["", "short", "password123", "grace@acme.example"])
def test_a_weak_password_is_refused(grace, password):
    answer = Client().post(path_of(grace), {"password": password})
    assert answer.status_code == 422
    assert not User.objects.filter(email=grace.email).exists()


def test_an_address_with_an_account_signs_in_and_presses_once(acme, globex):
    with organization_scope(globex):
        elsewhere = join(globex, "Grace", email="grace@acme.example")
    with organization_scope(acme):
        person = PersonFactory(name="Grace", email="Grace@Acme.example")
    person.organization = acme
    path = path_of(person)
    visitor = Client()
    page = visitor.get(path)
    assert f"/accounts/login/?next={path.replace(':', '%3A')}" in page.text
    assert "password" not in page.text.lower()
    assert visitor.post(path, GOOD).status_code == 422
    sign_in = {"login": "grace@acme.example", "password": PASSWORD}
    assert visitor.post(f"/accounts/login/?next={path}", sign_in).url == path
    assert "Join" in visitor.get(path).text
    assert visitor.post(path).url == "/o/acme/"
    assert visitor.get("/o/acme/organization/people/").status_code == 403
    with organization_scope(acme):
        assert Person.objects.get(pk=person.pk).user == elsewhere.user
    assert "Where to?" in visitor.get("/").text


def test_somebody_else_who_is_signed_in_is_told_so_and_does_not_join(acme, grace, mallory):
    UserFactory(email=grace.email)
    client = signed_in(mallory)
    assert "mallory@globex.example" in client.get(path_of(grace)).text
    assert client.post(path_of(grace)).status_code == 422
    assert client.get("/o/acme/").status_code == 404


def test_a_mail_link_is_no_invitation(acme, cleo, grace):
    link = MailLink.sign(grace, "check-in", grace.pk, timedelta(days=1))
    assert Client().get(f"/join/{link.token}/").status_code == 404


def test_create_organization_prints_the_way_in(db, capsys):
    call_command("create_organization", "Kestrel Mobility", owner="hanna@kestrel.example")
    told = capsys.readouterr().out
    assert "/o/kestrel-mobility/" in told
    visitor = Client()
    answer = visitor.post(re.search(r"/join/\S+/", told).group(), GOOD)
    assert answer.url == "/o/kestrel-mobility/"
    quarters = visitor.get("/o/kestrel-mobility/organization/quarters/").text
    assert "Q4 FY" in quarters


def test_create_organization_again_says_so_and_helps(db, capsys):
    call_command("create_organization", "Kestrel", owner="hanna@kestrel.example")
    capsys.readouterr()
    call_command("create_organization", "kestrel", owner="hanna@kestrel.example")
    told = capsys.readouterr().out
    assert "is there already" in told
    path = re.search(r"/join/\S+/", told).group()
    Client().post(path, GOOD)
    with pytest.raises(CommandError, match="is there already"):
        call_command("create_organization", "Kestrel", owner="hanna@kestrel.example")


@pytest.mark.parametrize("wrong", [{"owner": "nobody"}, {"time_zone": "Mars"}, {"slug": "a b"}])
def test_create_organization_refuses_nonsense(db, wrong):
    with pytest.raises(CommandError):
        call_command("create_organization", "Kestrel", **{"owner": "a@kestrel.example"} | wrong)


FOUND = {"name": "Kestrel", "owner_name": "Hanna", "time_zone": "Europe/Berlin"}


def test_where_sign_up_is_open_somebody_without_an_organization_begins_one(db, settings, client):
    settings.SIGN_UP_OPEN = True
    user = UserFactory(email="hanna@kestrel.example")
    client.force_login(user)
    assert "Or begin one" in client.get("/").text
    assert client.post("/organizations/new/", FOUND).url == "/o/kestrel/"
    assert client.get("/o/kestrel/organization/people/").status_code == 200
    assert client.post("/organizations/new/", FOUND).url == "/"
    assert Membership.objects.filter(user=user).count() == 1


def test_beginning_one_without_a_name_keeps_the_rest(db, settings, client):
    settings.SIGN_UP_OPEN = True
    client.force_login(UserFactory())
    answer = client.post("/organizations/new/", FOUND | {"name": ""})
    assert answer.status_code == 422
    assert 'value="Hanna"' in answer.text


def test_where_sign_up_is_closed_the_landing_says_what_to_do(db, client):
    client.force_login(UserFactory())
    page = client.get("/").text
    assert "Ask your people team" in page
    assert "Or begin one" not in page
    assert client.post("/organizations/new/", FOUND).status_code == 403


def test_who_has_left_is_not_led_to_a_closed_door(acme, cleo):
    with organization_scope(acme):
        cleo.leave(on=acme.today())
    page = signed_in(cleo).get("/")
    assert page.status_code == 200
    assert "not in an organization yet" in page.text
