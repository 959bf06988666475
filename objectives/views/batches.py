"""Several objectives at once: chosen, shown what it comes to, changed, taken back; and archived."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from core.ids import uuid7
from objectives.archive import archive, restore
from objectives.batches import change, rows_for, undo
from objectives.forms import BatchForm, OfferForm
from objectives.models import Batch, Objective
from objectives.permissions import can_archive, can_restore
from organizations.http import OrganizationRequest

ARCHIVED_SHOWN = 100


@require_http_methods(["GET", "POST"])
def batch_create(request: OrganizationRequest) -> HttpResponse:
    """Choose several, see what would become of each, and let it be done."""
    said = request.POST if request.method == "POST" else request.GET
    form = BatchForm(said if "what" in said else None, person=request.person)
    offer = OfferForm(request.GET, auto_id="show_%s")
    valid = form.is_bound and form.is_valid()
    if valid and request.method == "POST" and form.versions:
        submission = form.cleaned_data["submission"] or uuid7()
        batch = change(request.person, form.wish, form.versions, submission)
        undo_url = reverse("objectives:batch_undo", args=[batch.pk])
        rows = batch.rows.count()
        messages.success(request, changed_words(rows), extra_tags=undo_url if rows else "")
        return redirect(batch)
    context: dict[str, Any] = {"form": form, "offer": offer, "plan": form.plan if valid else None}
    if not valid:
        context["offered"] = offer.offered(request.person)
    return render(request, "objectives/batch_form.html", context, fragment="batch")


def changed_words(count: int) -> str:
    if not count:
        return _("Nothing was changed: somebody else was faster.")
    words = ngettext("%(n)d objective changed.", "%(n)d objectives changed.", count)
    return words % {"n": count}


@require_GET
def batch_detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.filter(made_by=request.person), pk=pk)
    rows, hidden = rows_for(batch, request.person)
    context = {"batch": batch, "rows": rows, "hidden": hidden}
    return render(request, "objectives/batch_detail.html", context)


@require_POST
def batch_undo(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.filter(made_by=request.person), pk=pk)
    undone = undo(batch, by=request.person)
    restored, kept = len(undone.restored), len(undone.kept)
    if restored:
        words = ngettext("%(n)d objective put back.", "%(n)d objectives put back.", restored)
        messages.success(request, words % {"n": restored})
    if kept:
        words = ngettext(
            "%(n)d stays: somebody changed it since.",
            "%(n)d stay: somebody changed them since.",
            kept,
        )
        messages.warning(request, words % {"n": kept})
    return redirect(batch)


@require_GET
def archived(request: OrganizationRequest) -> HttpResponse:
    """List the drafts that a person has put away; My OKRs fetches it once it is opened."""
    mine = Objective.objects.visible_to(request.person).owned_by(request.person).archived()
    found = mine.with_people().order_by("-archived_at", "pk")[:ARCHIVED_SHOWN]
    context = {"archived": found}
    return render(request, "objectives/archived.html", context, fragment="archived")


@require_POST
def objective_archive(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_archive(request.person, objective):
        raise PermissionDenied
    if archive(objective, by=request.person):
        undo_url = reverse("objectives:restore", args=[objective.pk])
        messages.success(request, _("Archived."), extra_tags=undo_url)
    return redirect(objective)


@require_POST
def objective_restore(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_restore(request.person, objective):
        raise PermissionDenied
    if restore(objective, by=request.person):
        messages.success(request, _("It is a draft again."))
    return redirect(objective)
