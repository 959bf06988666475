from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives.forms import InitiativeForm
from objectives.models import Initiative, Objective
from objectives.permissions import can_edit, can_tick
from organizations.http import OrganizationRequest
from organizations.models import Person


@require_GET
def initiative_list(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what is done about an objective; the fragment stands on the objective's page."""
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    context = {
        "objective": objective,
        "initiatives": objective.initiatives.kept().in_order().select_related("owner"),
        "today": request.organization.today(),
        "can_edit": can_edit(request.person, objective),
    }
    return render(request, "objectives/initiative_list.html", context, fragment="initiatives")


@require_http_methods(["GET", "POST"])
def initiative_create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_edit(request.person, objective):
        raise PermissionDenied
    form = InitiativeForm(request.POST or None, person=request.person)
    if request.method == "POST" and form.is_valid():
        initiative = Initiative.add(objective, by=request.person, **form.cleaned_data)
        messages.success(request, _("Added to what we do."))
        return redirect(initiative)
    context = {"form": form, "objective": objective}
    return render(request, "objectives/initiative_form.html", context)


@require_http_methods(["GET", "POST"])
def initiative_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    initiative = visible_or_404(request.person, pk)
    if not can_edit(request.person, initiative.objective):
        raise PermissionDenied
    form = InitiativeForm(request.POST or None, person=request.person, initiative=initiative)
    if request.method == "POST" and form.is_valid():
        initiative.revise(by=request.person, **form.cleaned_data)
        messages.success(request, _("Changes saved."))
        return redirect(initiative)
    context = {"form": form, "objective": initiative.objective, "initiative": initiative}
    return render(request, "objectives/initiative_form.html", context)


@require_POST
def initiative_tick(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that it is done, or with ``undo`` that it is not after all."""
    initiative = visible_or_404(request.person, pk)
    if not can_tick(request.person, initiative):
        raise PermissionDenied
    if "undo" in request.POST:
        initiative.untick()
    elif initiative.tick(by=request.person):
        messages.success(request, _("Done."))
    return redirect("objectives:initiative_list", initiative.objective_id)


@require_POST
def initiative_drop(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    initiative = visible_or_404(request.person, pk)
    if not can_edit(request.person, initiative.objective):
        raise PermissionDenied
    if initiative.drop(by=request.person):
        messages.success(request, _("Taken off the plan."))
    return redirect(initiative.objective)


def visible_or_404(person: Person, pk: UUID) -> Initiative:
    seen = Initiative.objects.kept().filter(objective__in=Objective.objects.visible_to(person))
    return get_object_or_404(seen.select_related("objective__owner", "owner"), pk=pk)
