"""A mail's link opens one form for one person, works until then, and reading it does nothing."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone

from activity.models import Event
from checkins.models import CheckIn, CheckInPeriod
from objectives.closing import close
from objectives.models import KeyResult
from organizations.checks import tenant_models
from organizations.links import MailLink
from organizations.tenancy import organization_scope

from .test_check_in_page import check_ins, filled, measured, read


@pytest.fixture
def link(acme, cleo, period, key_result):
    measured(acme, key_result, 40)
    return period.link(acme.today()).path


def everything(acme):
    """Every row of every table that holds customers' data."""
    with organization_scope(acme):
        return {
            model.__name__: list(model.objects.order_by("pk").values_list())
            for model in tenant_models()
        }


def test_looking_changes_nothing_and_opens_no_session(client, acme, link):
    before = everything(acme)
    answer = client.get(link)
    assert answer.status_code == 200
    assert client.get(f"{link}?unchanged=1").status_code == 200
    assert client.head(link).status_code in {200, 405}
    assert everything(acme) == before
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies


def test_the_page_says_whose_it_is_and_has_no_navigation(client, link):
    page = read(client.get(link))
    assert "Cleo for Acme, due Tuesday 17 November" in page.text
    assert page.nav is None
    assert [button.text for button in page.select(".savebar button")] == [
        "Nothing changed",
        "Save check-in",
    ]


def test_saving_from_a_link_leads_to_what_was_saved(client, acme, link, key_result):
    data = filled(client.get(link)) | {f"{key_result.pk}-value": "55"}
    answer = client.post(link, data)
    assert (answer.status_code, answer.url) == (302, link)
    page = read(client.get(link))
    assert page.h1.text == "All checked in until 1 Dec"
    assert "40 to 55" in page.select_one("li.row").text
    assert "Max can see it." in page.text
    assert check_ins(acme)[-1].via == "mail"
    assert client.post(link, data).status_code == 302
    assert len(check_ins(acme)) == 2
    assert not Session.objects.exists()


def test_nothing_changed_is_one_press_from_a_link(client, acme, link):
    data = filled(client.get(link))
    answers = [client.post(f"{link}unchanged/", data) for _ in range(2)]
    assert [one.url for one in answers] == [link] * 2
    assert len(check_ins(acme)) == 2


def test_the_preview_works_from_a_link(client, link, key_result):
    answer = client.get(f"{link}{key_result.pk}/preview/", {f"{key_result.pk}-value": "55"})
    assert "55% done" in answer.text


def test_wrong_input_comes_back(client, link, key_result):
    answer = client.post(link, filled(client.get(link)) | {f"{key_result.pk}-value": "x"})
    assert answer.status_code == 422
    assert "Enter a number" in answer.text


def test_somebody_else_who_is_signed_in_is_told_whose_link_it_is(as_max, as_cleo, link):
    assert "You are signed in as max@acme.example" in as_max.get(link).text
    assert "You are signed in as" not in as_cleo.get(link).text


def test_another_organizations_session_does_not_matter(as_mallory, link):
    assert as_mallory.get(link).status_code == 200


def test_a_link_opens_no_other_page(client, link):
    root = link.removesuffix("check-in/")
    for path in ("", "objectives/", "organization/people/", "check-in", "team/"):
        assert client.get(root + path).status_code == 404


def tampered(link):
    token = link.split("/")[2]
    return link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_link_nobody_signed_is_not_there(client, link):
    assert client.get(tampered(link)).status_code == 404
    assert client.get("/l/nonsense/check-in/").status_code == 404


@pytest.mark.parametrize("thing", ["nobody's", "max's"])
def test_a_link_to_somebody_elses_period_is_not_there(client, acme, cleo, max, period, thing):
    with organization_scope(acme):
        other = CheckInPeriod.current(max, acme.today()).keep()
    wrong = uuid4() if thing == "nobody's" else other.pk
    link = MailLink.sign(cleo, "check-in", wrong, timedelta(days=1))
    assert client.get(link.path).status_code == 404


def test_a_link_for_another_purpose_does_not_check_in(client, cleo, period):
    link = MailLink.sign(cleo, "sign-off", period.pk, timedelta(days=1))
    assert client.get(link.path).status_code == 404
    assert client.get(link.path.replace("sign-off", "check-in")).status_code == 404


def later(acme, cleo, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=7))


def gone(acme, cleo, time_machine):
    cleo.leave(on=acme.today())


def renamed(acme, cleo, time_machine):
    cleo.change_email("cleo@elsewhere.example")


@pytest.mark.parametrize("end", [later, gone, renamed])
def test_an_ended_link_says_so_kindly(client, acme, cleo, link, time_machine, end):
    data = filled(client.get(link))
    with organization_scope(acme):
        end(acme, cleo, time_machine)
    for answer in (client.get(link), client.post(link, data)):
        assert answer.status_code == 410
        assert "This link has ended" in answer.text
    assert len(check_ins(acme)) == 1


def test_a_link_answers_its_own_period_even_before_it_opens(client, acme, cleo, link):
    with organization_scope(acme):
        following = CheckInPeriod.next_after(acme, acme.today())
        period = CheckInPeriod(person=cleo, **following._asdict()).keep()
        path = period.link(acme.today()).path
    assert client.post(path, filled(client.get(path))).status_code == 302
    assert check_ins(acme)[-1].period_id == period.pk
    assert read(client.get(path)).h1.text == "All checked in until 15 Dec"


def test_a_closed_objective_leaves_nothing_to_say(client, acme, cleo, link, objective):
    data = filled(client.get(link))
    with organization_scope(acme):
        close(objective, by=cleo)
    assert client.post(link, data).status_code == 422
    assert "All checked in until" in client.get(link).text
    assert len(check_ins(acme)) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect(acme, cleo, link, key_result):
    page = Client().get(link)
    data = filled(page) | {f"{key_result.pk}-value": "55"}
    token = page.cookies["csrftoken"].value if "csrftoken" in page.cookies else ""
    answers, ready = [], threading.Barrier(10)

    def post():
        client = Client()
        client.cookies["csrftoken"] = token
        ready.wait()
        answers.extend(client.post(link, data).status_code for _ in range(5))
        connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 50
    with organization_scope(acme):
        assert CheckIn.objects.filter(submission=data["submission"][0]).count() == 1
        assert Event.objects.filter(kind="checked_in").count() == 2
        assert KeyResult.objects.get().current == 55
