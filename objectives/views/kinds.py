"""What each kind of objective has of its own: the choice, its section, a theme's functions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.htmx import render
from objectives.forms import FunctionsForm
from objectives.models import Objective
from objectives.permissions import can_edit, can_share, departments_of
from objectives.planning import plans_of, without_hidden_dependents
from objectives.standing import Yardstick
from objectives.themes import functions_of, name_functions
from organizations.http import OrganizationRequest
from organizations.models import Department

from .focus import board_of


@require_GET
def objective_kind(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what an objective's kind adds: answers and promises, parts, or functions."""
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective = get_object_or_404(objectives, pk=pk)
    sections = {
        Objective.Kind.ONE_FOCUS: board_of,
        Objective.Kind.DEPARTMENTAL: answers_to,
        Objective.Kind.THEMATIC: theme_of,
    }
    section = sections.get(Objective.Kind(objective.kind), needs_of)
    context = {
        "objective": objective,
        "today": request.organization.today(),
        "can_edit": can_edit(request.person, objective),
        "can_share": can_share(request.person, objective),
        **section(objective, request),
    }
    return render(request, "objectives/objective_kind.html", context, fragment="kind")


def answers_to(objective: Objective, request: OrganizationRequest) -> dict[str, Any]:
    person, today = request.person, request.organization.today()
    departments = Department.objects.planning(today).with_heads()
    [plan] = plans_of([objective], departments, person, departments_of(person))
    return {"plan": plan, **needs_of(objective, request)}


def needs_of(objective: Objective, request: OrganizationRequest) -> dict[str, Any]:
    """Return what an objective waits for, as far as the reader may see the other end."""
    needs = objective.needs.visible_to(request.person).with_ends()
    return {"needs": without_hidden_dependents(list(needs), request.person)}


def theme_of(objective: Objective, request: OrganizationRequest) -> dict[str, Any]:
    yardstick = Yardstick(request.organization, request.organization.today())
    values = [link.value for link in objective.value_links.select_related("value")]
    return {"functions": functions_of(objective, yardstick), "values": values}


@require_http_methods(["GET", "POST"])
def objective_functions(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Name who takes part in a theme, and who answers for each."""
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective = get_object_or_404(objectives, pk=pk)
    if not (objective.is_theme and can_edit(request.person, objective)):
        raise PermissionDenied
    form = FunctionsForm(request.POST or None, theme=objective, person=request.person)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        name_functions(objective, request.person, form.named(), reason)
        if form.fits or reason:
            messages.success(request, _("Saved. Everybody named is told."))
        else:
            messages.warning(
                request, _("Saved, outside four to six. Say why before it is committed.")
            )
        return redirect(objective)
    context = {"form": form, "objective": objective}
    return render(request, "objectives/functions_form.html", context, fragment="form")
