"""The end of an objective and of a cycle, and what comes after it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activity.models import Event
from core.htmx import render
from objectives import permissions
from objectives.carrying import carry_over, decisions_of, next_cycles
from objectives.closing import close, suggest
from objectives.cycle_end import Ending, close_cycle
from objectives.forms import AmendmentForm, CarryForm, ClosingForm, CycleEndForm
from objectives.models import Amendment, Objective, Snapshot
from organizations.http import OrganizationRequest
from organizations.models import Cycle
from organizations.permissions import can_close_cycles, can_read_quarters

from .life import seen_by


def closed_and_seen_by(request: OrganizationRequest, pk: UUID) -> Snapshot:
    """Return the snapshot of a closed objective that the person may see."""
    visible = Objective.objects.visible_to(request.person)
    snapshots = Snapshot.objects.filter(objective__in=visible).select_related("objective__owner")
    snapshot: Snapshot = get_object_or_404(snapshots, objective=pk)
    snapshot.objective.organization = request.organization
    return snapshot


@require_http_methods(["GET", "POST"])
def objective_close(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    again = request.method == "POST" and objective.closed_at is not None
    if again and permissions.stands_by(request.person, objective):
        return redirect(objective)  # pressed twice, or the second of two
    if not permissions.can_close(request.person, objective):
        raise PermissionDenied
    suggestion = suggest(objective)
    form = ClosingForm(request.POST or None, objective=objective, suggestion=suggestion)
    if form.is_valid() and form.accepts(lambda: close(objective, request.person, form.closing())):
        messages.success(request, _("Closed and kept as it is. You can carry it over now."))
        return redirect(objective)
    context = {"form": form, "objective": objective, "suggestion": suggestion}
    context["today"], context["person"] = request.organization.today(), request.person
    return render(request, "objectives/objective_close.html", context, fragment="closing")


@require_POST
def objective_confirm(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    snapshot = closed_and_seen_by(request, pk)
    if not permissions.can_confirm(request.person, snapshot.objective):
        raise PermissionDenied
    if snapshot.confirm(by=request.person):
        messages.success(request, _("Confirmed."))
    return redirect(snapshot.objective)


@require_http_methods(["GET", "POST"])
def objective_amend(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    snapshot = closed_and_seen_by(request, pk)
    if not permissions.can_amend(request.person, snapshot.objective):
        raise PermissionDenied
    form = AmendmentForm(request.POST or None, objective=snapshot.objective)
    if form.is_valid():
        if Amendment.make(snapshot, request.person, **form.cleaned_data):
            messages.success(request, _("Noted beside the frozen figures."))
        return redirect(snapshot.objective)
    context = {"form": form, "objective": snapshot.objective, "snapshot": snapshot}
    return render(request, "objectives/objective_amend.html", context, fragment="amendment")


@require_http_methods(["GET", "POST"])
def objective_carry(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Carry a closed objective over; the same again leads to what was made the first time."""
    objective = closed_and_seen_by(request, pk).objective
    if not permissions.can_carry(request.person, objective):
        raise PermissionDenied
    cycles = next_cycles(objective, request.person)
    same_length = cycles.filter(kind=objective.cycle.kind).first()
    form = CarryForm(request.POST or None, cycles=cycles, usual=same_length or cycles.first())
    if form.is_valid():
        draft = carry_over(objective, request.person, form.cleaned_data["cycle"])
        messages.success(request, _("Carried over as a draft. Change in it what you like."))
        return redirect(draft)
    decisions = decisions_of(objective)
    key_results = [(one, decisions[one.pk]) for one in objective.key_results.all()]
    context = {"form": form, "objective": objective, "key_results": key_results}
    context["cycles"] = cycles
    return render(request, "objectives/objective_carry.html", context, fragment="carry")


@require_http_methods(["GET", "POST"])
def cycle_close(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """List what blocks a cycle's end; whoever leads the programme closes it, with a reason."""
    cycle = get_object_or_404(Cycle, pk=pk)
    may_close = can_close_cycles(request.person)
    may = can_read_quarters(request.person) if request.method == "GET" else may_close
    if not may:
        raise PermissionDenied
    ending = Ending(cycle, request.person, request.organization.today())
    blockers = [] if cycle.closed_at else ending.blockers()
    typed = request.POST if request.method == "POST" else None
    form = CycleEndForm(typed, blocked=bool(blockers))
    if form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        if form.accepts(lambda: close_cycle(cycle, request.person, reason)):
            messages.success(request, _("%(cycle)s is closed.") % {"cycle": cycle.label})
            return redirect("organizations:cycle_list")
    context = {"form": form, "cycle": cycle, "blockers": blockers, "can_close": may_close}
    context["drafts"] = ending.drafts
    context["closings"] = Event.objects.about(cycle.pk).select_related("actor")
    return render(request, "objectives/cycle_close.html", context, fragment="ending")
