"""One request: by its door, inside the scope, and nothing done by what ends in an error."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import get_script_prefix, get_urlconf
from django.utils import timezone

from accounts.models import User
from organizations.links import MailLink
from organizations.models import Department, Membership, Organization, RoleGrant
from organizations.tenancy import NoOrganization, organization_scope

from .answers import bare
from .conftest import signed_in
from .factories import PASSWORD, ObjectiveFactory, join

HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def misbehaving(settings):
    settings.ORGANIZATION_URLCONF = settings.LINK_URLCONF = "tests.misbehaving_urls"


def forgiving(person=None, **options):
    """A browser: it gets a page for an error, where a test would get the exception."""
    client = Client(raise_request_exception=False, **options)
    if person:
        client.force_login(person.user)
    return client


def written(organization):
    with organization_scope(organization):
        return Department.objects.filter(name__startswith="written").exists()


# An error changes nothing.

ENDINGS = [
    ("fine", 302, True),
    ("invalid", 422, False),
    ("refuse", 403, False),
    ("explode", 500, False),
    ("broken", 500, False),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("page", "status", "kept"), ENDINGS)
def test_what_answers_with_an_error_changed_nothing(acme, ada, page, status, kept):
    assert forgiving(ada).get(f"/o/acme/{page}/").status_code == status
    assert written(acme) is kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organization_id', true)")
        assert cursor.fetchone() == ("",)


@pytest.mark.parametrize(("page", "status", "kept"), ENDINGS)
def test_the_same_holds_within_a_test_transaction(acme, ada, page, status, kept):
    assert forgiving(ada).get(f"/o/acme/{page}/").status_code == status
    assert written(acme) is kept


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_is_not_shown_as_success(acme, ada, mallory):
    assert forgiving(ada).get(f"/o/acme/reach_out/?person={mallory.pk}").status_code == 500
    assert not written(acme)


@pytest.mark.django_db(transaction=True)
def test_a_broken_broker_breaks_no_form(acme, as_ada, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr("kombu.messaging.Producer.publish", refuse)
    assert as_ada.get("/o/acme/ask/").status_code == 302
    assert written(acme)
    assert "Error calling" in caplog.text


def test_what_is_read_after_the_scope_fails_closed(objective, as_ada):
    with pytest.raises(NoOrganization):
        list(as_ada.get("/o/acme/stream/").streaming_content)


# The mount.


@pytest.mark.parametrize("page", ["honest", "refuse", "explode", "nowhere"])
def test_the_mount_is_taken_down(ada, page):
    forgiving(ada).get(f"/o/acme/{page}/")
    assert (get_script_prefix(), get_urlconf()) == ("/", None)
    assert forgiving().get("/health/").status_code == 200


def test_a_page_is_rendered_inside_the_scope(objective, mallory, globex, as_ada):
    with organization_scope(globex):
        ObjectiveFactory(title="Overtake everybody", owner=mallory)
    body = as_ada.get("/o/acme/honest/").content.decode()
    assert "Answer before riders worry, Cleo" in body
    assert "/o/acme/objectives/" in body
    assert 'action="/accounts/logout/"' in body or 'href="/accounts/logout/"' in body
    assert "/static/css/app.css" in body
    assert "Overtake everybody" not in body


def test_addresses_carry_the_organization(as_ada):
    assert as_ada.get("/o/acme/paths/?q=1").json() == {
        "home": "/o/acme/",
        "full": "/o/acme/paths/?q=1",
    }


def test_only_the_door_decides_which_organization(acme, globex, ada, mallory):
    """Whoever belongs to both is in one of them at a time."""
    with organization_scope(globex):
        twin = join(globex, "Ada's twin", email="twin@globex.example")
    Membership.objects.create(user=twin.user, organization=acme)
    with organization_scope(acme):
        ada.user = None
        ada.save(update_fields=["user"])
        type(ada).objects.filter(pk=ada.pk).update(user=twin.user)
        ObjectiveFactory(title="Acme's own", owner=ada)
    with organization_scope(globex):
        ObjectiveFactory(title="Globex's own", owner=twin)
    client = signed_in(twin)
    for slug, mine, other in (("acme", "Acme", "Globex"), ("globex", "Globex", "Acme")):
        body = client.get(f"/o/{slug}/honest/").content.decode()
        assert f"{mine}&#x27;s own" in body
        assert f"{other}&#x27;s own" not in body


# Who gets in.


def test_an_expired_session_leads_to_sign_in_and_back(client, acme):
    answer = client.get("/o/acme/honest/?q=1")
    assert answer.url == "/accounts/login/?next=/o/acme/honest/%3Fq%3D1"


def test_under_htmx_the_whole_page_goes_to_sign_in_and_back_to_where_one_was(client, acme):
    page = {"hx-current-url": "http://testserver/o/acme/honest/"}
    answer = client.get("/o/acme/honest/more/", headers=HTMX | page)
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/o/acme/honest/"
    assert not answer.content
    assert answer.status_code == 200
    elsewhere = {"hx-current-url": "https://elsewhere.example/o/acme/honest/"}
    answer = client.post("/o/acme/honest/", headers=HTMX | elsewhere)
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/o/acme/honest/"


def test_signing_in_leads_back_through_the_door(client, ada, acme):
    form = {"login": ada.user.email, "password": PASSWORD}
    answer = client.post("/accounts/login/?next=/o/acme/honest/", form)
    assert answer.url == "/o/acme/honest/"
    assert client.get(answer.url).status_code == 200


def test_signing_in_leads_to_no_other_host(client, ada):
    form = {"login": ada.user.email, "password": PASSWORD}
    answer = client.post("/accounts/login/?next=https://elsewhere.example/", form)
    assert answer.url == "/"


def closed_membership(acme, ada):
    Membership.objects.filter(user=ada.user).update(active=False)


def no_membership(acme, ada):
    Membership.objects.filter(user=ada.user).delete()


def gone(acme, ada):
    with organization_scope(acme):
        ada.leave(on=acme.today())


def no_person(acme, ada):
    with organization_scope(acme):
        type(ada).objects.filter(pk=ada.pk).update(user=None)


def no_account(acme, ada):
    User.objects.filter(pk=ada.user_id).update(is_active=False)


@pytest.mark.parametrize("close", [closed_membership, no_membership, gone, no_person])
def test_the_door_closes(acme, ada, as_ada, close):
    assert as_ada.get("/o/acme/honest/").status_code == 200
    close(acme, ada)
    assert as_ada.get("/o/acme/honest/").status_code == 404


def test_a_disabled_account_is_signed_out(acme, ada, as_ada):
    no_account(acme, ada)
    assert as_ada.get("/o/acme/honest/").url.startswith("/accounts/login/")


def test_who_leaves_tomorrow_is_still_here_today(acme, ada, as_ada):
    with organization_scope(acme):
        ada.leave(on=acme.today() + timedelta(days=1))
    assert as_ada.get("/o/acme/honest/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert as_ada.get("/o/acme/honest/").status_code == 404


def test_a_strange_organization_and_one_that_is_not_there_answer_alike(as_mallory, acme):
    answers = [as_mallory.get(f"/o/{slug}/honest/") for slug in ("acme", "nobody")]
    assert answers[0].status_code == 404
    assert bare(answers[0], "acme") == bare(answers[1], "nobody")


def test_a_foreign_form_is_refused(acme, ada):
    client = forgiving(ada, enforce_csrf_checks=True)
    assert client.post("/o/acme/fine/").status_code == 403
    assert not written(acme)


# A mail's link.


def link_for(person, purpose="by-link", days=1):
    return MailLink.sign(person, purpose, uuid4(), timedelta(days=days))


def test_a_link_opens_its_form_without_a_session(cleo):
    client = Client()
    answer = client.get(link_for(cleo).path)
    assert answer.json() == {"person": "Cleo", "signed in": False}
    assert not client.cookies.get("sessionid")


def test_a_links_form_is_posted_where_it_is(acme, cleo):
    path = link_for(cleo).path
    assert Client().post(path).url == path
    assert written(acme)


def test_reading_a_link_changes_nothing(acme, cleo):
    for method in ("get", "head"):
        getattr(Client(), method)(link_for(cleo).path)
    assert not written(acme)


@pytest.mark.parametrize("page", ["fine/", "honest/", "", "objectives/", "by-linked/"])
def test_a_link_opens_nothing_else(acme, cleo, page):
    token = link_for(cleo).token
    assert Client().get(f"/l/{token}/{page}").status_code == 404
    assert not written(acme)


def test_a_links_purpose_opens_no_other(cleo):
    for purpose in ("check-in", "by_link", "fine"):
        token = link_for(cleo, purpose).token
        assert Client().get(f"/l/{token}/by-link/").status_code == 404


def test_nobody_writes_a_link_but_us(cleo, mallory):
    token = link_for(cleo).token
    other = link_for(mallory).token
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "a:b:c"]
    forged += [f"{other.split(':')[0]}:{':'.join(token.split(':')[1:])}"]
    for text in forged:
        assert Client().get(f"/l/{text}/by-link/").status_code == 404


def test_a_link_for_a_stranger_finds_nobody(acme, globex, cleo, mallory):
    """Even signed by us, a link finds its person inside its organization only."""
    for link in (
        replace(link_for(mallory), organization=str(acme.pk)),
        replace(link_for(cleo), organization=str(globex.pk)),
    ):
        assert forgiving().get(link.path).status_code == 410
        assert not written(acme)


def test_a_link_dies(acme, cleo):
    def leave():
        cleo.leave(on=acme.today())

    def change_email():
        cleo.change_email("cleo@elsewhere.example")

    late, early = link_for(cleo, days=-1), link_for(cleo)
    assert forgiving().get(late.path).status_code == 410
    for end in (change_email, leave):
        link = link_for(cleo)
        assert forgiving().get(link.path).status_code == 200
        with organization_scope(acme):
            end()
        for old in (link, early):
            assert forgiving().post(old.path).status_code == 410
    assert not written(acme)


def test_a_link_and_a_session_do_not_mix(acme, cleo, as_mallory):
    """Signed in as somebody else, the link is still the addressee's, and the session unchanged."""
    answer = as_mallory.get(link_for(cleo).path)
    assert answer.json()["person"] == "Cleo"
    assert as_mallory.get("/o/acme/honest/").status_code == 404


# What every answer says to the browser.


@pytest.fixture
def answers(acme, ada, cleo, mallory):
    """One answer of every kind."""
    inside, outside = forgiving(ada), forgiving()
    strict = forgiving(ada, enforce_csrf_checks=True)
    return {
        "page": inside.get("/o/acme/honest/"),
        "redirect": inside.get("/o/acme/fine/"),
        "invalid": inside.get("/o/acme/invalid/"),
        "refused": inside.get("/o/acme/refuse/"),
        "no such page": inside.get("/o/acme/nothing/"),
        "no such row": inside.get(f"/o/acme/honest/{uuid4()}/"),
        "broken": inside.get("/o/acme/explode/"),
        "stranger": forgiving(mallory).get("/o/acme/honest/"),
        "anonymous": outside.get("/o/acme/honest/"),
        "anonymous, htmx": outside.get("/o/acme/honest/", headers=HTMX),
        "foreign form": strict.post("/o/acme/fine/"),
        "link": outside.get(link_for(cleo).path),
        "broken link": outside.get("/l/x/by-link/"),
        "expired link": outside.get(link_for(cleo, days=-1).path),
        "sign-in": outside.get("/accounts/login/"),
        "health": outside.get("/health/"),
        "nowhere": outside.get("/nowhere/"),
        "wrong method": inside.post("/health/"),
    }


def test_every_answer_carries_a_strict_policy(answers):
    statuses = {answer.status_code for answer in answers.values()}
    assert statuses == {200, 302, 403, 404, 405, 410, 422, 500}
    for name, answer in answers.items():
        policy = answer.headers.get("Content-Security-Policy", "")
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'", name
        assert rules["script-src"] == rules["style-src"] == "'self'", name
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'", name
        assert "unsafe" not in policy, name
        assert answer.headers.get("X-Frame-Options") == "DENY", name
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", name
        assert answer.headers.get("Referrer-Policy") == "same-origin", name
        assert answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin", name


def test_an_error_says_nothing_of_its_cause(answers):
    for name, answer in answers.items():
        for secret in ("Traceback", "meant to", "RuntimeError", "okr_app"):
            assert secret not in answer.content.decode(), name


def test_htmx_is_configured_for_a_strict_policy(as_ada):
    page = as_ada.get("/o/acme/honest/").content.decode()
    found = re.search(r"name=\"htmx-config\" content='(.*?)'", page)
    config = json.loads(found[1])
    assert config["selfRequestsOnly"] is True
    for name in ("includeIndicatorStyles", "allowEval", "allowScriptTags", "historyCacheSize"):
        assert not config[name], name


# The way in from the front.


def test_the_landing_page_leads_to_ones_own_organizations_only(acme, globex, ada, as_mallory):
    assert as_mallory.get("/").url == "/o/globex/"
    assert Client().get("/").url.startswith("/accounts/login/")


def test_nobody_is_let_into_an_organization_by_a_grant_alone(acme, globex, mallory, as_mallory):
    """The door reads memberships; a person row with a role does not open it."""
    with organization_scope(acme):
        person = join(acme, "Ghost", email="ghost@acme.example")
        RoleGrant.objects.create(
            person=person, role=RoleGrant.Role.OWNER, during=(acme.today(), None)
        )
    Membership.objects.filter(user=person.user).delete()
    assert signed_in(person).get("/o/acme/honest/").status_code == 404
    assert not Organization.objects.open_to(person.user).exists()
