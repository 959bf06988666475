from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from activity.models import Notification
from core.htmx import render
from core.ids import uuid7
from organizations.http import OrganizationRequest
from organizations.models import Department
from organizations.permissions import can_administer

from .department import DepartmentReport
from .forms import SpanForm
from .search import Search
from .team import team_of
from .waiting import Inbox
from .week import Week

FOUND, SUGGESTED = 20, 4


@require_GET
def home(request: OrganizationRequest) -> HttpResponse:
    week = Week(request.person, request.organization.today())
    context = {"week": week, "today": week.today, "submission": uuid7()}
    return render(request, "reports/home.html", context)


@require_GET
def waiting(request: OrganizationRequest) -> HttpResponse:
    """Show what else waits for a person; Home fetches it once it stands."""
    inbox = Inbox(request.person, request.organization.today())
    return render(request, "reports/waiting.html", {"inbox": inbox}, fragment="inbox")


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


@require_GET
def search(request: OrganizationRequest) -> HttpResponse:
    """Find objectives, key results, people and departments by words."""
    found = Search(request.person, request.GET.get("q", ""), FOUND)
    return render(request, "reports/search.html", {"search": found}, fragment="found")


@require_GET
def search_options(request: OrganizationRequest) -> HttpResponse:
    """Suggest what "Find or do" has been asked for."""
    found = Search(request.person, request.GET.get("q", ""), SUGGESTED)
    return render(request, "reports/search_options.html", {"search": found})


@require_GET
def department(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what a department wants to achieve, today or in a chosen cycle."""
    form = SpanForm(request.GET or None)
    report = DepartmentReport(
        get_object_or_404(Department.objects.select_related("head"), pk=pk),
        request.person,
        form.span,
        request.organization.today(),
    )
    context = {"report": report, "form": form, "can_administer": can_administer(request.person)}
    return render(request, "reports/department.html", context, fragment="report")
