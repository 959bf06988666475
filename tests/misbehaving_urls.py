"""An organization's pages, some small honest ones, and some that misbehave."""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path, reverse

from checkins.tasks import plan_reminders
from objectives.models import Objective
from organizations.models import Department, Person

HONEST = """{% extends "base.html" %}{% block title %}Honest{% endblock %}{% block main %}
<h1>{{ request.organization.name }}</h1>
{% for one in objectives %}<p>{{ one.title }}, {{ one.owner.name }}</p>{% endfor %}
{% url "objectives:list" %}{% endblock %}"""


def honest(request):
    """Say where we are and what can be seen from here; rendered late, as our pages are."""
    objectives = Objective.objects.visible_to(request.person)
    template = engines["django"].from_string(HONEST)
    return TemplateResponse(request, template, {"objectives": objectives})


def honest_detail(request, pk):
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    return HttpResponse(objective.title)


@login_not_required
def by_link(request):
    """What a mail's link opens: it knows the person, and nobody is signed in."""
    if request.method == "POST":
        write(request)
        return redirect(request.path)
    signed_in = request.user.is_authenticated
    return JsonResponse({"person": request.person.name, "signed in": signed_in})


def write(request):
    Department.objects.create(name=f"written {uuid4()}")


def fine(request):
    write(request)
    return redirect("fine")


def ask(request):
    write(request)
    plan_reminders.delay_on_commit()
    return redirect("ask")


def invalid(request):
    write(request)
    return HttpResponse(status=422)


def refuse(request):
    write(request)
    raise PermissionDenied


def explode(request):
    write(request)
    raise RuntimeError("meant to")


def reach_out(request):
    """Refer to another organization's row; the database notices at the commit."""
    Department.objects.create(name="written", head_id=request.GET["person"])
    return redirect("fine")


def broken(request):
    Person.objects.create(name="again", email=request.person.email)


def stream(request):
    def titles():
        yield from Objective.objects.values_list("title", flat=True)

    return StreamingHttpResponse(titles())


def paths(request):
    return JsonResponse({"home": reverse("home"), "full": request.get_full_path()})


urlpatterns = [
    path("honest/", honest),
    path("honest/<uuid:pk>/", honest_detail),
    path("by-link/", by_link),
    path("by-link/more/", by_link),
    path("fine/", fine, name="fine"),
    path("ask/", ask, name="ask"),
    *(path(f"{view.__name__}/", view) for view in (invalid, refuse, explode, reach_out)),
    path("broken/", broken),
    path("stream/", stream),
    path("paths/", paths),
    path("", include("okr_platform.organization_urls")),
]
