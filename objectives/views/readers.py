"""Who may read what, said before it is saved, and opened against a reason."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from core.ids import is_uuid
from objectives.forms import BreakGlassForm, ReadersPreviewForm
from objectives.models import AccessEvent, Objective
from objectives.permissions import can_break_glass, can_edit
from organizations.http import OrganizationRequest

SHOWN = 100


@require_GET
def objective_readers(request: OrganizationRequest) -> HttpResponse:
    """Say who would read an objective, were it saved as it stands in the form."""
    objective = edited(request, request.GET.get("objective", ""))
    typed = ReadersPreviewForm(request.GET, person=request.person, objective=objective)
    readers = typed.settled()
    count = readers.will_see.count
    spoken = ngettext("%(n)d person can read it.", "%(n)d people can read it.", count)
    context = {"readers": readers, "objective": objective}
    template = "objectives/_objective_form_readers.html"
    return render(request, template, context, fragment="readers", spoken=spoken % {"n": count})


def edited(request: OrganizationRequest, pk: str) -> Objective | None:
    """Return the objective whose form is open; of what one may not edit nothing is told."""
    visible = Objective.objects.visible_to(request.person).with_people()
    objective = visible.filter(pk=UUID(pk)).first() if is_uuid(pk) else None
    return objective if objective and can_edit(request.person, objective) else None


@require_http_methods(["GET", "POST"])
def access_create(request: OrganizationRequest) -> HttpResponse:
    """Break the glass on what a person owns, for a reason and some hours (V5)."""
    if not can_break_glass(request.person):
        raise PermissionDenied
    owner = request.GET.get("owner", "")
    form = BreakGlassForm(request.POST or None, person=request.person, owner=owner)
    if form.is_valid():
        opened = AccessEvent.break_glass(by=request.person, **form.cleaned_data)
        messages.success(request, told(len(opened)))
        return redirect("objectives:access_create")
    mine = AccessEvent.objects.filter(reader=request.person).newest_first()
    accesses = list(mine.select_related("objective__owner")[:SHOWN])
    context = {
        "form": form,
        "open": [one for one in accesses if one.is_open],
        "over": [one for one in accesses if not one.is_open],
    }
    return render(request, "objectives/access_create.html", context, fragment="form")


def told(count: int) -> str:
    if not count:
        return _("There is nothing of theirs that you can't read already.")
    words = ngettext(
        "%(n)d objective is open to you. Everybody concerned is told.",
        "%(n)d objectives are open to you. Everybody concerned is told.",
        count,
    )
    return words % {"n": count}


@require_POST
def access_end(request: OrganizationRequest) -> HttpResponse:
    if not can_break_glass(request.person):
        raise PermissionDenied
    if AccessEvent.end_all(by=request.person):
        messages.success(request, _("Closed again. It stays written down that it was open."))
    return redirect("objectives:access_create")
