from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.htmx import render
from objectives.forms import DismissalForm
from objectives.hints import hints_about, set_aside
from objectives.models import Objective
from objectives.permissions import can_edit
from organizations.http import OrganizationRequest


@require_GET
def hint_list(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show those who may change an objective what is worth a second look in it."""
    person = request.person
    objectives = Objective.objects.visible_to(person).with_people().with_key_results()
    objective = get_object_or_404(objectives, pk=pk)
    if not can_edit(person, objective):
        raise PermissionDenied
    context = {
        "objective": objective,
        "hints": hints_about(objective, request.organization.today()),
        "set_aside": set_aside(objective),
    }
    return render(request, "objectives/hint_list.html", context, fragment="hints")


@require_POST
def hint_dismiss(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Set a hint aside with a reason; it is not shown again."""
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_edit(request.person, objective):
        raise PermissionDenied
    form = DismissalForm(request.POST, objective=objective)
    if form.is_valid():
        form.dismiss(by=request.person)
        messages.success(request, _("Set aside, with your reason."))
    else:
        messages.error(request, _("Say in a few words why it is so on purpose."))
    return redirect("objectives:hint_list", objective.pk)
