"""How an organization works with objectives: its values, and whose objectives there are."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives.forms import LevelsForm, ValueForm
from objectives.models import Objective, Value
from organizations import permissions
from organizations.http import OrganizationRequest


@require_GET
def value_list(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_read_administration(request.person):
        raise PermissionDenied
    values = list(Value.objects.with_uses().order_by("archived_at", "name"))
    switch = {"individual_objectives": request.organization.individual_objectives}
    context = {
        "active": [one for one in values if one.archived_at is None],
        "archived": [one for one in values if one.archived_at],
        "levels": LevelsForm(initial=switch),
        "individual": Objective.objects.live().filter(level=Objective.Level.INDIVIDUAL).count(),
        "can_administer": permissions.can_administer(request.person),
    }
    return render(request, "objectives/value_list.html", context)


@require_POST
def levels(request: OrganizationRequest) -> HttpResponse:
    """Offer objectives of single people, or not."""
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = LevelsForm(request.POST)
    if form.is_valid():
        request.organization.allow_individual_objectives(form.cleaned_data["individual_objectives"])
        messages.success(request, _("Saved. What is written already stays as it is."))
    return redirect("objectives:value_list")


@require_http_methods(["GET", "POST"])
def value_create(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = ValueForm(request.POST or None)
    if form.is_valid():
        value = Value.objects.create(created_by=request.person, **form.written())
        messages.success(request, _("%(name)s is added.") % {"name": value.name})
        return redirect("objectives:value_list")
    return render(request, "objectives/value_form.html", {"form": form}, fragment="form")


@require_http_methods(["GET", "POST"])
def value_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    value = get_object_or_404(Value, pk=pk)
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    form = ValueForm(request.POST or None, value=value)
    if form.is_valid():
        value.reword(**form.written())
        messages.success(request, _("Saved. It reads like this wherever it is named."))
        return redirect("objectives:value_list")
    context = {"form": form, "value": value}
    return render(request, "objectives/value_form.html", context, fragment="form")


@require_POST
def value_archive(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Archive a value, or take it back out when it is archived."""
    value = get_object_or_404(Value, pk=pk)
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    if value.archived_at:
        value.restore()
        messages.success(request, _("%(name)s is offered again.") % {"name": value.name})
    elif value.archive(by=request.person):
        messages.success(request, _("%(name)s is archived.") % {"name": value.name})
    return redirect("objectives:value_list")
