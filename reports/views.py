from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from activity.models import Notification
from core.htmx import render
from core.ids import uuid7
from organizations.http import OrganizationRequest

from .week import Week, team_of


@require_GET
def home(request: OrganizationRequest) -> HttpResponse:
    week = Week(request.person, request.organization.today())
    context = {"week": week, "today": week.today, "submission": uuid7()}
    return render(request, "reports/home.html", context)


@require_POST
def news_read(request: OrganizationRequest) -> HttpResponse:
    """Take note of what is new; what comes in meanwhile stays new."""
    Notification.read(request.person, request.POST.getlist("event"))
    return redirect("home")


@require_GET
def team(request: OrganizationRequest) -> HttpResponse:
    today = request.organization.today()
    context = {"members": team_of(request.person, today), "today": today}
    return render(request, "reports/team.html", context)
