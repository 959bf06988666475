"""The directory, adding, editing, leaving: what the people team does, over HTTP."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from organizations.models import Organization, Person, RoleGrant
from organizations.tenancy import organization_scope
from tests.factories import LONG_AGO, DepartmentFactory, PersonFactory, RoleGrantFactory, join
from tests.queries import assert_queries_do_not_grow

LIST = "/o/acme/organization/people/"
NEW = f"{LIST}new/"
HTMX = {"HX-Request": "true"}
GRACE = {"name": "Grace", "email": "grace@acme.example"}


def edit_url(person):
    return f"{LIST}{person.pk}/edit/"


def shown(client, url):
    """Return what the form on a page would send if nobody typed anything."""
    page = BeautifulSoup(client.get(url).content, "html.parser")
    form = page.select_one("main form[method=post]")
    fields = {}
    for control in form.select("input[name], select[name]"):
        if control.get("type") in {"checkbox", "radio"}:
            if control.has_attr("checked"):
                fields.setdefault(control["name"], []).append(control["value"])
        elif control.name == "select":
            chosen = control.select_one("option[selected]")
            fields[control["name"]] = chosen["value"] if chosen else ""
        else:
            fields[control["name"]] = control.get("value", "")
    return fields


@pytest.fixture
def owner(acme):
    with organization_scope(acme):
        person = join(acme, "Olga")
        RoleGrantFactory(person=person, role=RoleGrant.Role.OWNER)
        return person


@pytest.fixture
def sales(acme):
    with organization_scope(acme):
        return DepartmentFactory(name="Sales")


def test_the_list_shows_who_is_here_and_where(as_ada, acme, cleo, sales):
    with organization_scope(acme):
        cleo.place(sales, on=LONG_AGO)
    page = BeautifulSoup(as_ada.get(LIST).content, "html.parser")
    row = next(row for row in page.select("#people tbody tr") if "Cleo" in row.text)
    assert "Sales" in row.text
    assert "Max" in row.text
    assert "Active" in row.text


def test_an_auditor_reads_the_list_and_changes_nothing(as_vera, cleo):
    page = as_vera.get(LIST)
    assert page.status_code == 200
    assert "Add a person" not in page.text
    assert as_vera.get(NEW).status_code == 403
    assert as_vera.post(NEW, GRACE).status_code == 403
    assert as_vera.get(edit_url(cleo)).status_code == 403
    assert as_vera.post(f"{LIST}{cleo.pk}/invite/").status_code == 403
    assert as_vera.post(f"{LIST}{cleo.pk}/leave/", {"on": "2026-01-01"}).status_code == 403


def test_the_list_is_not_for_everybody(as_cleo):
    assert as_cleo.get(LIST).status_code == 403


@pytest.mark.parametrize("page", ["", "edit/", "leave/"])
def test_another_organization_finds_nobody(as_mallory, cleo, page):
    assert as_mallory.get(f"{LIST}{cleo.pk}/{page}").status_code == 404
    inside_her_own = f"/o/globex/organization/people/{cleo.pk}/{page}"
    assert as_mallory.get(inside_her_own).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "cle"}, {"Cleo"}),
        ({"q": "MAX@acme"}, {"Max"}),
        ({"manager": "Max"}, {"Cleo"}),
        ({"role": "hr_admin"}, {"Ada"}),
        ({"department": "Sales"}, {"Cleo"}),
        ({"department": "Field"}, {"Cleo"}),
        ({"status": "left"}, {"Lars"}),
        ({"status": "invited"}, {"Ines"}),
        ({"status": "new"}, {"Nils"}),
        ({"status": "active"}, {"Ada", "Max", "Cleo"}),
        ({"status": "active", "q": "ada"}, {"Ada"}),
    ],
)
def test_the_list_narrows(as_ada, acme, cleo, sales, asked, found):
    with organization_scope(acme):
        cleo.place(sales, on=LONG_AGO)
        sales.move(DepartmentFactory(name="Field"), on=LONG_AGO)
        PersonFactory(name="Lars", leaves_on=LONG_AGO)
        PersonFactory(name="Ines", invited_at=timezone.now())
        PersonFactory(name="Nils")
    page = BeautifulSoup(as_ada.get(LIST, asked).content, "html.parser")
    assert {name.text for name in page.select("#people tbody td:first-child b")} == found


def test_who_has_left_is_only_listed_when_asked_for(as_ada, acme):
    with organization_scope(acme):
        PersonFactory(name="Lars", leaves_on=LONG_AGO)
    assert "Lars" not in as_ada.get(LIST).text
    assert "Lars" in as_ada.get(LIST, {"status": "left"}).text


def test_a_filter_nobody_is_called_by_says_so(as_ada):
    page = as_ada.get(LIST, {"manager": "Nobody Known"}, headers=HTMX)
    assert "Nothing here is called “Nobody Known”" in page.text


def test_the_fragment_is_the_list_alone_and_says_how_many(as_ada, cleo):
    page = as_ada.get(LIST, {"q": "cleo"}, headers=HTMX)
    assert page.text.lstrip().startswith("<section")
    assert "<html" not in page.text
    assert "1 person" in page.text


def test_the_list_is_paged_and_asks_no_more_for_more(as_ada, acme, cleo):
    def page():
        return as_ada.get(LIST)

    def grow():
        with organization_scope(acme):
            department = DepartmentFactory()
            for _ in range(100):
                person = PersonFactory()
                person.place(department, on=LONG_AGO)
                person.report_to(cleo, on=LONG_AGO)
                RoleGrantFactory(person=person, role=RoleGrant.Role.AUDITOR)

    with organization_scope(acme):
        for _ in range(10):
            PersonFactory()
    assert_queries_do_not_grow(page, grow)
    document = BeautifulSoup(page().content, "html.parser")
    assert len(document.select("#people tbody tr")) == 50
    assert "1 to 50 of 113" in document.text
    assert len(page().content) < 100_000


def test_names_of_any_length_and_kind_are_shown_as_they_are(as_ada, acme):
    name = "<b>" + "Donaudampfschifffahrt" * 4
    with organization_scope(acme):
        PersonFactory(name=name)
    assert name.replace("<", "&lt;").replace(">", "&gt;") in as_ada.get(LIST).text


def test_adding_somebody_writes_their_place_and_invites_them(as_ada, acme, ada, max, sales):
    answer = as_ada.post(
        NEW,
        GRACE
        | {"department": "Sales", "manager": "max@acme.example", "roles": ["auditor"]}
        | {"job_title": "Admiral", "starts_on": "2026-01-05", "invite": "on"},
    )
    with organization_scope(acme):
        grace = Person.objects.get(name="Grace")
        assert answer.status_code == 302
        assert grace.department_on(date(2026, 1, 5)) == sales
        assert grace.department_on(date(2026, 1, 4)) is None
        assert grace.manager_on(date(2026, 1, 5)) == max
        assert grace.roles_on(acme.today()) == {"auditor"}
        assert grace.status_on(acme.today()) == Person.Status.INVITED
        assert grace.invited_by == ada


def test_adding_without_inviting_invites_nobody(as_ada, acme):
    as_ada.post(NEW, GRACE)
    with organization_scope(acme):
        assert Person.objects.get(name="Grace").invited_at is None


def test_adding_twice_adds_one_and_says_why(as_ada, acme):
    as_ada.post(NEW, GRACE)
    again = as_ada.post(NEW, GRACE | {"email": "GRACE@acme.example", "job_title": "Admiral"})
    assert again.status_code == 422
    assert "Somebody here has that e-mail address already." in again.text
    assert 'value="Admiral"' in again.text
    with organization_scope(acme):
        assert Person.objects.filter(name="Grace").count() == 1


def test_an_ambiguous_manager_keeps_what_was_typed(as_ada, acme):
    with organization_scope(acme):
        PersonFactory(name="Sam Green")
        PersonFactory(name="Sam Brown")
    answer = as_ada.post(NEW, GRACE | {"manager": "sam"})
    assert answer.status_code == 422
    assert "“sam” may be Sam Brown, Sam Green." in answer.text
    assert 'value="sam"' in answer.text
    assert 'value="grace@acme.example"' in answer.text


def test_only_an_owner_makes_an_owner(as_ada, acme, owner, client):
    assert as_ada.post(NEW, GRACE | {"roles": ["owner"]}).status_code == 422
    client.force_login(owner.user)
    assert client.post(NEW, GRACE | {"roles": ["owner"]}).status_code == 302
    with organization_scope(acme):
        assert Person.objects.get(name="Grace").owns


def test_an_owner_is_edited_by_owners_only(as_ada, owner):
    assert as_ada.get(edit_url(owner)).status_code == 403
    assert as_ada.post(edit_url(owner), {"name": "Mine"}).status_code == 403
    assert as_ada.get(f"{LIST}{owner.pk}/").status_code == 200


def test_the_directory_is_for_everybody(as_cleo, acme, max, cleo):
    page = as_cleo.get(f"{LIST}{max.pk}/")
    assert page.status_code == 200
    assert "Cleo" in page.text
    assert "max@acme.example" not in page.text
    assert "Edit" not in page.text


def test_who_has_left_is_gone_for_colleagues(as_cleo, as_ada, acme):
    with organization_scope(acme):
        lars = PersonFactory(name="Lars", leaves_on=LONG_AGO)
    assert as_cleo.get(f"{LIST}{lars.pk}/").status_code == 404
    assert as_ada.get(f"{LIST}{lars.pk}/").status_code == 200


def test_editing_changes_only_what_was_changed(as_ada, acme, cleo, max):
    fields = shown(as_ada, edit_url(cleo)) | {"job_title": "Rider", "time_zone": "Berlin"}
    assert as_ada.post(edit_url(cleo), fields).status_code == 302
    with organization_scope(acme):
        cleo = Person.objects.get(pk=cleo.pk)
        assert (cleo.job_title, cleo.time_zone) == ("Rider", "Europe/Berlin")
        assert cleo.manager_on(acme.today()) == max
        assert cleo.link_version == 1


def test_a_new_place_counts_from_the_day_given(as_ada, acme, cleo, max, ada, sales):
    day = acme.today() + timedelta(days=30)
    fields = shown(as_ada, edit_url(cleo))
    fields |= {"manager": "Ada", "department": "Sales", "on": day.isoformat()}
    as_ada.post(edit_url(cleo), fields)
    with organization_scope(acme):
        assert cleo.manager_on(day - timedelta(days=1)) == max
        assert cleo.manager_on(day) == ada
        assert cleo.department_on(day) == sales
        assert cleo.department_on(acme.today()) is None
    assert "Manager: Ada" in as_ada.get(f"{LIST}{cleo.pk}/").text


def test_emptying_a_picker_ends_the_place(as_ada, acme, cleo):
    as_ada.post(edit_url(cleo), shown(as_ada, edit_url(cleo)) | {"manager": ""})
    with organization_scope(acme):
        assert cleo.manager_on(acme.today()) is None


def test_a_circle_is_refused_beside_the_field_and_nothing_is_lost(as_ada, acme, cleo, max):
    fields = shown(as_ada, edit_url(max)) | {"manager": "Cleo", "job_title": "Captain"}
    answer = as_ada.post(edit_url(max), fields)
    assert answer.status_code == 422
    assert "Cleo reports to Max already" in answer.text
    assert 'value="Captain"' in answer.text
    with organization_scope(acme):
        assert Person.objects.get(pk=max.pk).job_title == ""


def test_two_who_edit_at_once_do_not_overwrite_each_other_unseen(as_ada, acme, cleo):
    mine = shown(as_ada, edit_url(cleo)) | {"job_title": "Mine"}
    as_ada.post(edit_url(cleo), shown(as_ada, edit_url(cleo)) | {"job_title": "Theirs"})
    answer = as_ada.post(edit_url(cleo), mine)
    assert answer.status_code == 422
    assert "It says now: Job title “Theirs”" in answer.text
    page = BeautifulSoup(answer.content, "html.parser")
    mine["seen"] = page.select_one("input[name=seen]")["value"]
    assert as_ada.post(edit_url(cleo), mine).status_code == 302
    with organization_scope(acme):
        assert Person.objects.get(pk=cleo.pk).job_title == "Mine"


def test_another_address_kills_links_sent_before(as_ada, acme, cleo):
    as_ada.post(edit_url(cleo), shown(as_ada, edit_url(cleo)) | {"email": "new@acme.example"})
    with organization_scope(acme):
        cleo = Person.objects.get(pk=cleo.pk)
        assert (cleo.email, cleo.link_version) == ("new@acme.example", 2)


def test_leaving_closes_the_door_on_that_day(as_ada, as_cleo, acme, cleo):
    tomorrow = acme.today() + timedelta(days=1)
    as_ada.post(f"{LIST}{cleo.pk}/leave/", {"on": tomorrow.isoformat()})
    assert as_cleo.get(f"{LIST}{cleo.pk}/").status_code == 200
    as_ada.post(f"{LIST}{cleo.pk}/leave/", {"on": acme.today().isoformat()})
    assert as_cleo.get(f"{LIST}{cleo.pk}/").status_code == 404


def test_leaving_needs_a_day(as_ada, cleo):
    assert as_ada.post(f"{LIST}{cleo.pk}/leave/", {"on": "31 Nov"}).status_code == 422


def test_the_only_owner_cannot_leave_nor_give_it_up(acme, owner, client):
    client.force_login(owner.user)
    leave = client.post(f"{LIST}{owner.pk}/leave/", {"on": acme.today().isoformat()})
    assert leave.status_code == 422
    assert "Olga is the only owner" in leave.text
    fields = shown(client, edit_url(owner))
    del fields["roles"]
    answer = client.post(edit_url(owner), fields)
    assert answer.status_code == 422
    assert "Olga is the only owner" in answer.text


def test_who_comes_back_is_the_same_person_without_old_roles(as_ada, acme, vera, client):
    as_ada.post(f"{LIST}{vera.pk}/leave/", {"on": acme.today().isoformat()})
    as_ada.post(f"{LIST}{vera.pk}/rejoin/")
    client.force_login(vera.user)
    assert client.get(f"{LIST}{vera.pk}/").status_code == 200
    assert client.get(LIST).status_code == 403


def test_inviting_stamps_it_and_has_the_reminder_look_at_once(as_ada, acme, ada):
    Organization.objects.filter(pk=acme.pk).update(next_due_at=timezone.now() + timedelta(days=1))
    with organization_scope(acme):
        grace = PersonFactory(name="Grace")
    for _ in range(2):
        assert as_ada.post(f"{LIST}{grace.pk}/invite/").status_code == 302
    with organization_scope(acme):
        assert Person.objects.get(pk=grace.pk).invited_by == ada
    assert Organization.objects.due(timezone.now()).filter(pk=acme.pk).exists()


def test_who_is_here_already_needs_no_invitation(as_ada, acme, cleo):
    as_ada.post(f"{LIST}{cleo.pk}/invite/")
    with organization_scope(acme):
        assert Person.objects.get(pk=cleo.pk).invited_at is None


def test_get_invites_nobody(as_ada, cleo):
    assert as_ada.get(f"{LIST}{cleo.pk}/invite/").status_code == 405


def test_pickers_offer_who_is_here(as_cleo, acme, max, mallory):
    with organization_scope(acme):
        PersonFactory(name="Maximilian", leaves_on=LONG_AGO)
    page = as_cleo.get(f"{LIST}options/", {"q": "ma"}, headers=HTMX)
    assert [li["data-text"] for li in BeautifulSoup(page.content, "html.parser")("li")] == ["Max"]


def test_a_chosen_id_of_another_organization_is_nobody(as_ada, acme, mallory):
    fields = GRACE | {"manager": "Mallory", "manager_chosen": str(mallory.pk)}
    assert as_ada.post(NEW, fields).status_code == 422
    assert as_ada.post(NEW, fields | {"manager_chosen": "no id"}).status_code == 422


def test_of_two_with_one_name_the_chosen_one_is_taken(as_ada, acme):
    with organization_scope(acme):
        PersonFactory(name="Sam")
        second = PersonFactory(name="Sam")
    as_ada.post(NEW, GRACE | {"manager": "Sam", "manager_chosen": str(second.pk)})
    with organization_scope(acme):
        assert Person.objects.get(name="Grace").manager_on(acme.today()) == second
