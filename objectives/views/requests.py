"""Requests to change what was committed: accepted, declined, withdrawn."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives import permissions
from objectives.change_requests import accept, decline, withdraw
from objectives.forms import WordsForm
from objectives.life import Life
from objectives.models import ChangeRequest, Objective
from organizations.http import OrganizationRequest

from .life import seen_by as objective_seen_by


def seen_by(request: OrganizationRequest, pk: UUID) -> ChangeRequest:
    """Return a request about an objective that the person may see."""
    visible = Objective.objects.visible_to(request.person)
    requests = ChangeRequest.objects.filter(objective__in=visible).with_changes()
    change: ChangeRequest = get_object_or_404(requests.select_related("objective__owner"), pk=pk)
    change.objective.organization = request.organization
    return change


@require_GET
def objective_requests(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Tell what changed after the lock, and why; the objective's page fetches it by itself."""
    objective = objective_seen_by(request, pk)
    life = Life(objective, request.person, request.organization.today())
    context = {"objective": objective, "life": life}
    return render(request, "objectives/objective_requests.html", context, fragment="requests")


@require_POST
def change_accept(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    change = seen_by(request, pk)
    if not permissions.can_decide(request.person, change.objective):
        raise PermissionDenied
    try:
        if accept(change, by=request.person):
            messages.success(request, _("Accepted. It counts as it says now."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(change.objective)


@require_http_methods(["GET", "POST"])
def change_decline(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    change = seen_by(request, pk)
    if not permissions.can_decide(request.person, change.objective):
        raise PermissionDenied
    form = WordsForm(request.POST or None, label=_("Why it stays as it is"))
    if form.is_valid():
        if decline(change, request.person, form.cleaned_data["words"]):
            messages.success(request, _("Declined. Everything stays as it is."))
        return redirect(change.objective)
    words = {
        "heading": _("Decline the change"),
        "lead": _("Whoever asked for it is told your reason."),
        "act": _("Decline it"),
    }
    context = {"form": form, "objective": change.objective, "change": change, **words}
    return render(request, "objectives/objective_turn.html", context, fragment="turn")


@require_POST
def change_withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    change = seen_by(request, pk)
    if request.person.pk != change.requested_by_id:
        raise PermissionDenied
    if withdraw(change, by=request.person):
        messages.success(request, _("Withdrawn."))
    return redirect(change.objective)
