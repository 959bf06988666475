"""Key results by themselves: what is being typed of one, and what adds up to another."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives.forms import AllocationForm, KeyResultForm, ObjectiveForm
from objectives.models import Allocation, KeyResult, Objective
from objectives.permissions import can_edit
from objectives.rollup import roll_up_from
from objectives.sums import release
from organizations.http import OrganizationRequest
from organizations.tenancy import tree_lock

SUGGESTED = 12
ROWS = {f"key_results-{number}" for number in range(40)}


@require_POST
def key_result_preview(request: OrganizationRequest) -> HttpResponse:
    """Show what the row being typed would mean: its levels and its line; nothing is saved."""
    prefix = request.GET.get("row", "")
    if prefix not in ROWS:
        return HttpResponseBadRequest()
    cycle = ObjectiveForm(request.POST, person=request.person).chosen_cycle
    row = KeyResultForm(request.POST, prefix=prefix, cycle=cycle, empty_permitted=True)
    errors = [str(error) for errors in row.errors.values() for error in errors]
    context = {
        "key_result": row.shown_now,
        "hints": row.hints,
        "errors": errors if row.has_changed() else [],
        "cycle": cycle,
        "organization": request.organization,
        "today": request.organization.today(),
    }
    return render(request, "objectives/_key_result_preview.html", context, status=200)


@require_GET
def key_result_options(request: OrganizationRequest) -> HttpResponse:
    """Suggest key results that another may add up, for what has been typed into a picker."""
    offered = KeyResult.objects.offered_to_sums(request.person)
    found = offered.named_like(request.GET.get("q", "").strip())[:SUGGESTED]
    return render(request, "components/_picker_options.html", {"things": found})


@require_http_methods(["GET", "POST"])
def key_result_sum(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what adds up to a key result, and take one more."""
    seen = KeyResult.objects.filter(objective__in=Objective.objects.visible_to(request.person))
    key_result = get_object_or_404(seen.select_related("objective__cycle"), pk=pk)
    if not can_edit(request.person, key_result.objective):
        raise PermissionDenied
    form = AllocationForm(request.POST or None, parent=key_result, person=request.person)
    if request.method == "POST":
        tree_lock("objectives")
        if form.is_valid() and form.allocate():
            roll_up_from([key_result.objective_id], on=request.organization.today())
            messages.success(request, _("It counts from now on."))
            return redirect("objectives:key_result_sum", pk)
    parts = key_result.allocations.with_children()
    context = {"key_result": key_result, "parts": parts, "form": form}
    return render(request, "objectives/key_result_sum.html", context)


@require_POST
def allocation_delete(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    visible = Objective.objects.visible_to(request.person)
    rows = Allocation.objects.filter(parent__objective__in=visible)
    allocation = get_object_or_404(rows.select_related("parent__objective", "child__owner"), pk=pk)
    if not can_edit(request.person, allocation.parent.objective):
        raise PermissionDenied
    tree_lock("objectives")
    if release(allocation, by=request.person):
        roll_up_from([allocation.parent.objective_id], on=request.organization.today())
        messages.success(request, _("It does not count there any more."))
    return redirect("objectives:key_result_sum", allocation.parent_id)
