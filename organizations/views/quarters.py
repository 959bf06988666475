"""Fiscal years, their quarters, and when check-ins come round."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.htmx import render
from organizations import permissions
from organizations.calendar import lay_out_year
from organizations.forms import RhythmForm, YearForm
from organizations.http import OrganizationRequest
from organizations.models import Cycle, FiscalCalendar
from organizations.quarters import PlannedQuarter


@require_GET
def cycle_list(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_read_quarters(request.person):
        raise PermissionDenied
    organization, today = request.organization, request.organization.today()
    years = Cycle.objects.filter(kind=Cycle.Kind.YEAR).prefetch_related("children")
    context = {
        "years": [
            (year, [PlannedQuarter.of(cycle, organization.cadence, today) for cycle in quarters])
            for year in years.order_by("-start")
            if (quarters := year.children.all())
        ],
        "today": today,
        "next_check_in": organization.cadence.due_on_or_after(today),
        "can_close": permissions.can_close_cycles(request.person),
        "can_administer": permissions.can_administer(request.person),
    }
    return render(request, "organizations/cycle_list.html", context)


@require_http_methods(["GET", "POST"])
def cycle_create(request: OrganizationRequest) -> HttpResponse:
    """Show a year before it is published; the same form, posted, publishes it."""
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    calendar, today = FiscalCalendar.company(), request.organization.today()
    form = YearForm(request.POST or request.GET or None, calendar=calendar, today=today)
    laid_out = lay_out_year(form.first_month, form.chosen_year)
    if request.method == "POST" and form.is_valid():
        published = FiscalCalendar.publish(form.first_month, form.chosen_year)
        done = _("%(year)s is published.") if published else _("%(year)s was published before.")
        messages.success(request, done % {"year": laid_out.label})
        return redirect("organizations:cycle_list")
    planned = partial(PlannedQuarter.default, cadence=request.organization.cadence)
    context = {
        "form": form,
        "year": laid_out,
        "quarters": [planned(quarter) for quarter in laid_out.quarters],
        "published": form.chosen_year in form.published,
    }
    return render(request, "organizations/cycle_create.html", context, fragment="year")


@require_http_methods(["GET", "POST"])
def rhythm_edit(request: OrganizationRequest) -> HttpResponse:
    if not permissions.can_administer(request.person):
        raise PermissionDenied
    organization = request.organization
    form = RhythmForm(request.POST or None, organization=organization)
    if form.is_valid():
        organization.set_rhythm(**form.changes())
        messages.success(request, _("Check-ins come round as you chose."))
        return redirect("organizations:cycle_list")
    return render(request, "organizations/rhythm_edit.html", {"form": form})
