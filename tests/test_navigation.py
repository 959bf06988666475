"""The ways that a person is offered from a page."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import set_urlconf

from okr_platform.navigation import Navigation, navigation
from organizations.middleware import mounted_at


@pytest.fixture
def at(rf):
    """Stand on a page of Acme as somebody who may do what is named."""

    def stand(path, *, manages=False, administers=False, leads=False):
        request = rf.get(f"/o/acme{path}")
        request.user = SimpleNamespace(is_authenticated=True)
        request.person = SimpleNamespace(
            manages_anyone=manages,
            administers=administers,
            leads_programme=administers or leads,
        )
        return Navigation(request)

    with mounted_at("/o/acme/"):
        set_urlconf(settings.ORGANIZATION_URLCONF)
        yield stand


def labels(entries):
    return [entry.label for entry in entries]


def test_an_employee_sees_no_team_and_no_administration(at):
    everybodys = ["Home", "My OKRs", "Alignment", "Conversations", "Planning board", "One focus"]
    assert labels(at("/").main) == everybodys
    assert at("/").administration == []


def test_a_manager_sees_their_team(at):
    assert labels(at("/", manages=True).main)[:4] == ["Home", "My OKRs", "Team", "Alignment"]


def test_the_people_team_administers(at):
    entries = at("/", administers=True).administration
    assert labels(entries) == ["Quarters", "People", "Departments", "Values and levels"]


def test_a_programme_lead_sees_the_quarters_alone(at):
    assert labels(at("/", leads=True).administration) == ["Quarters"]


def test_the_phone_has_a_bar_and_the_menu_has_the_rest(at):
    here = at("/", manages=True, administers=True)
    assert labels(here.phone) == ["Home", "My OKRs", "Align", "Talks", "Add"]
    administered = ["Quarters", "People", "Departments", "Values and levels"]
    assert labels(here.menu) == ["Team", "Planning board", "One focus", *administered]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["Home"]),
        ("/objectives/", ["My OKRs"]),
        ("/objectives/alignment/", ["Alignment"]),
        ("/objectives/map/", ["Alignment"]),
        ("/objectives/0198a1b2-0000-7000-8000-000000000000/", ["My OKRs"]),
        ("/objectives/new/", []),
        ("/organization/people/new/", ["People"]),
        ("/conversations/new/", ["Conversations"]),
        ("/check-in/", []),
    ],
)
def test_one_entry_at_most_is_current(at, path, current):
    here = at(path, manages=True, administers=True)
    assert [entry.label for entry in here.places if entry.current] == current


def test_addresses_stay_inside_the_organization(at):
    here = at("/", manages=True, administers=True)
    entries = [*here.places, *here.phone, *here.actions]
    assert all(entry.url.startswith("/o/acme/") for entry in entries)


def test_outside_an_organization_there_is_none(rf):
    assert navigation(rf.get("/")) == {"navigation": None}


def test_a_link_from_a_mail_opens_no_other_page(rf):
    request = rf.get("/l/token/check-in/")
    request.person, request.link = SimpleNamespace(), SimpleNamespace()
    assert navigation(request) == {"navigation": None}
