"""The tree of departments."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.htmx import render
from organizations import permissions
from organizations.forms import DepartmentEditForm, DepartmentForm, DissolveForm
from organizations.http import OrganizationRequest
from organizations.models import Department
from organizations.models.department import outline

PAGE = 100
OFFERED = 10


@require_GET
def department_list(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_read_administration(request.person):
        raise PermissionDenied
    branches = outline(request.organization.today())
    context = {
        "page": Paginator(branches, PAGE).get_page(request.GET.get("page")),
        "can_administer": permissions.can_administer(request.person),
    }
    return render(request, "organizations/department_list.html", context, fragment="departments")


@require_GET
def department_options(request: OrganizationRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    standing = Department.objects.standing(request.organization.today())
    found = standing.filter(name__icontains=words)[:OFFERED]
    return render(request, "components/_picker_options.html", {"things": found})


@require_http_methods(["GET", "POST"])
def department_create(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = DepartmentForm(request.POST or None, initial={"kind": Department.Kind.DEPARTMENT})
    if form.is_valid():
        department = Department.add(on=request.organization.today(), **form.cleaned_data)
        messages.success(request, _("%(name)s is added.") % {"name": department.name})
        return redirect("organizations:department_list")
    context = {"form": form}
    return render(request, "organizations/department_form.html", context)


@require_http_methods(["GET", "POST"])
def department_edit(request: OrganizationRequest, pk: str) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    today = request.organization.today()
    form = DepartmentEditForm(request.POST or None, department=department, day=today)
    if form.is_valid() and form.accepts(partial(department.revise, today, **form.changes())):
        messages.success(request, _("%(name)s is saved.") % {"name": department.name})
        return redirect("organizations:department_list")
    context = {"form": form, "department": department}
    return render(request, "organizations/department_form.html", context)


@require_http_methods(["GET", "POST"])
def department_dissolve(request: OrganizationRequest, pk: str) -> HttpResponse:
    """Let a department end; what it owned stays, and its open parts are listed for a decision."""
    department = get_object_or_404(Department, pk=pk)
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = DissolveForm(request.POST or None, initial={"on": request.organization.today()})
    if form.is_valid() and form.accepts(partial(department.dissolve, form.cleaned_data["on"])):
        messages.success(request, _("%(name)s is dissolved.") % {"name": department.name})
        return redirect("organizations:department_list")
    context = {"form": form, "department": department}
    return render(request, "organizations/department_dissolve.html", context)
