"""The directory, and what the people team does with it."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from organizations import permissions
from organizations.forms import LeaveForm, PeopleFilterForm, PersonCreateForm, PersonEditForm
from organizations.http import OrganizationRequest
from organizations.models import Department, Person, Placement, ReportingLine
from organizations.models.department import subtree_ids

PAGE = 50
OFFERED = 10


@require_GET
def person_list(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_read_administration(request.person):
        raise PermissionDenied
    filters = PeopleFilterForm(request.GET if request.GET else None)
    people = narrowed(request, filters)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": bool(filters.wanted()),
        "narrowed": bool(filters.wanted().keys() - {"q"}) or bool(filters.errors),
        "page": page,
        "today": request.organization.today(),
        "can_administer": permissions.can_administer(request.person),
    }
    count = page.paginator.count
    spoken = ngettext("%(n)d person", "%(n)d people", count) % {"n": count}
    template = "organizations/person_list.html"
    return render(request, template, context, fragment="people", spoken=spoken)


def narrowed(request: OrganizationRequest, filters: PeopleFilterForm) -> QuerySet[Person]:
    """Return the people asked for; who has left is only there when asked for."""
    today = request.organization.today()
    wanted = filters.wanted()
    people = Person.objects.with_places(today)
    if "status" in wanted:
        people = people.with_status(wanted["status"], today)
    else:
        people = people.present(today)
    if "q" in wanted:
        people = people.named_like(wanted["q"])
    if "role" in wanted:
        people = people.holding(wanted["role"], today)
    if "manager" in wanted:
        people = people.reporting_to(wanted["manager"], today)
    if "department" in wanted:
        below = Department.objects.filter(pk__in=subtree_ids([wanted["department"].pk], today))
        people = people.in_departments(below, today)
    return people


@require_GET
def person_options(request: OrganizationRequest) -> HttpResponse:
    """Offer people to a picker; everybody may, as the directory is everybody's."""
    people = Person.objects.present(request.organization.today())
    found = people.named_like(request.GET.get("q", "").strip())[:OFFERED]
    return render(request, "components/_picker_options.html", {"things": found})


@require_http_methods(["GET", "POST"])
def person_create(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = PersonCreateForm(request.POST or None, by=request.person)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        invite = facts.pop("invite")
        first_day = facts["starts_on"] or request.organization.today()
        person = Person.add(by=request.person, on=first_day, **facts)
        if invite:
            person.invite(by=request.person)
        messages.success(request, told(person, invited=invite))
        return redirect(person)
    context = {"form": form}
    return render(request, "organizations/person_create.html", context)


def told(person: Person, *, invited: bool) -> str:
    if invited:
        return _("%(name)s is added and gets an invitation by mail.") % {"name": person.name}
    return _("%(name)s is added, and not invited yet.") % {"name": person.name}


@require_GET
def person_detail(request: OrganizationRequest, pk: str) -> HttpResponse:
    today = request.organization.today()
    person = get_object_or_404(Person.objects.visible_to(request.person, today), pk=pk)
    reports = Person.objects.present(today).reporting_to(person, today)
    can_edit = permissions.can_edit_person(request.person, person)
    context = {
        "person": person,
        "department": person.department_on(today),
        "manager": person.manager_on(today),
        "reports": Paginator(reports, PAGE).get_page(request.GET.get("page")),
        "status": person.status_on(today),
        "can_edit": can_edit,
        "can_invite": permissions.can_invite(request.person, person),
        "can_read_administration": permissions.can_read_administration(request.person),
        "planned": planned(person) if can_edit else [],
    }
    return render(request, "organizations/person_detail.html", context)


def planned(person: Person) -> list[tuple[date, str]]:
    """Say what will change about somebody's place, and when."""
    today = person.organization.today()
    placements = Placement.objects.filter(person=person, during__startswith__gt=today)
    lines = ReportingLine.objects.solid().filter(person=person, during__startswith__gt=today)
    changes = [
        (placement.during.lower, _("Department: %(name)s") % {"name": placement.department.name})
        for placement in placements
    ]
    changes += [
        (line.during.lower, _("Manager: %(name)s") % {"name": line.manager.name}) for line in lines
    ]
    return sorted(changes)


@require_http_methods(["GET", "POST"])
def person_edit(request: OrganizationRequest, pk: str) -> HttpResponse:
    person = visible_person(request, pk)
    if not permissions.can_edit_person(request.person, person):
        raise PermissionDenied
    form = PersonEditForm(request.POST or None, by=request.person, person=person)
    if form.is_valid():
        on = form.cleaned_data["on"]
        revise = partial(person.revise, by=request.person, on=on, **form.changes())
        if form.accepts(revise):
            messages.success(request, _("%(name)s is saved.") % {"name": person.name})
            return redirect(person)
    context = {"form": form, "person": person, "has_left": person.has_left(form.today)}
    return render(request, "organizations/person_edit.html", context)


def visible_person(request: OrganizationRequest, pk: str) -> Person:
    people = Person.objects.visible_to(request.person, request.organization.today())
    return get_object_or_404(people, pk=pk)


@require_POST
def person_invite(request: OrganizationRequest, pk: str) -> HttpResponse:
    person = visible_person(request, pk)
    if not permissions.can_edit_person(request.person, person):
        raise PermissionDenied
    if permissions.can_invite(request.person, person) and person.invite(by=request.person):
        text = _("%(name)s gets an invitation by mail within a minute.")
        messages.success(request, text % {"name": person.name})
    else:
        messages.info(request, _("%(name)s needs no invitation.") % {"name": person.name})
    return redirect(person)


@require_http_methods(["GET", "POST"])
def person_leave(request: OrganizationRequest, pk: str) -> HttpResponse:
    person = visible_person(request, pk)
    if not permissions.can_edit_person(request.person, person):
        raise PermissionDenied
    today = request.organization.today()
    form = LeaveForm(request.POST or None, initial={"on": today})
    if form.is_valid() and form.accepts(partial(person.leave, **form.cleaned_data)):
        messages.success(request, _("The last day of %(name)s is noted.") % {"name": person.name})
        return redirect("organizations:person_list")
    reports = Person.objects.present(today).reporting_to(person, today).count()
    context = {"form": form, "person": person, "reports": reports}
    return render(request, "organizations/person_leave.html", context)


@require_POST
def person_rejoin(request: OrganizationRequest, pk: str) -> HttpResponse:
    person = visible_person(request, pk)
    if not permissions.can_edit_person(request.person, person):
        raise PermissionDenied
    person.rejoin(on=request.organization.today())
    text = _("%(name)s is back. Roles, department and manager do not return by themselves.")
    messages.success(request, text % {"name": person.name})
    return redirect(person)
