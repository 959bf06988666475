"""The one focus: who has which part in it, and who has none yet (R28 to R33)."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives.coverage import Coverage
from objectives.forms import PartEndForm, PartForm
from objectives.models import Alignment, Objective, Part
from objectives.permissions import (
    can_coordinate,
    can_end_part,
    can_write_part,
    departments_of,
)
from objectives.standing import Yardstick
from organizations.http import OrganizationRequest
from organizations.models import Department, Person

BESIDE_SHOWN = 20
FOCUSES_SHOWN = 8


@require_GET
def focus(request: OrganizationRequest) -> HttpResponse:
    """Show the one focus with its coverage; without one, the drafts that compete to be it.

    The one that runs today, unless the address names another's cycle: the next one's, say.
    """
    person, today = request.person, request.organization.today()
    visible = Objective.objects.visible_to(person).with_people()
    ahead = list(visible.one_focus_between(today, date.max).order_by("runs_from")[:FOCUSES_SHOWN])
    objective = chosen(ahead, request.GET.get("cycle", ""), today)
    beside = beside_the_focus(objective, person, today) if objective else []
    Yardstick(request.organization, today).hold(*beside, *([objective] if objective else []))
    candidates = visible.drafts().filter(kind=Objective.Kind.ONE_FOCUS, cycle__end__gte=today)
    context = {
        "objective": objective,
        "focuses": ahead,
        "today": today,
        "beside": beside,
        "candidates": candidates.order_by("title")[:BESIDE_SHOWN],
        **(board_of(objective, request) if objective else {}),
    }
    return render(request, "objectives/focus.html", context)


def chosen(ahead: list[Objective], cycle: str, today: date) -> Objective | None:
    """Return the one focus of a cycle, else today's."""
    asked = [one for one in ahead if str(one.cycle_id) == cycle]
    running = [one for one in ahead if one.cycle.start <= today]
    return next(iter([*asked, *running]), None)


def beside_the_focus(objective: Objective, person: Person, today: date) -> list[Any]:
    """Return the company's other objectives of its days, each with whether it competes (R28)."""
    live = Objective.objects.live().visible_to(person).exclude(pk=objective.pk)
    beside = live.filter(
        level=Objective.Level.COMPANY,
        cycle__end__gte=max(today, objective.cycle.start),
        cycle__start__lte=objective.cycle.end,
    )
    links = Alignment.objects.contributing().filter(parent=objective).values("child")
    return list(
        beside.with_people()
        .annotate(competes=~Q(pk__in=links))
        .order_by("title", "pk")[:BESIDE_SHOWN]
    )


def board_of(objective: Objective, request: OrganizationRequest) -> dict[str, object]:
    """Return what a coverage board shows and what its reader may do there."""
    person, mine = request.person, departments_of(request.person)
    return {
        "coverage": Coverage(objective, person, request.organization.today()),
        "mine": mine,
        "can_write": can_write_part(person, objective, mine),
        "can_coordinate": can_coordinate(person, objective),
    }


@require_http_methods(["GET", "POST"])
def part_write(request: OrganizationRequest, pk: UUID, department_pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    department = get_object_or_404(Department.objects.with_heads(), pk=department_pk)
    mine = [one for one in departments_of(request.person) if one == department]
    if not can_write_part(request.person, objective, mine):
        raise PermissionDenied
    part = Part.of(objective, department)
    form = PartForm(request.POST or None, person=request.person, department=department, part=part)
    if form.is_valid():
        Part.take(objective, department, by=request.person, **form.cleaned_data)
        messages.success(request, _("%(name)s has its part.") % {"name": department.name})
        return redirect(way_back(objective))
    context = {"form": form, "objective": objective, "department": department, "part": part}
    return render(request, "objectives/part_form.html", context, fragment="form")


def way_back(objective: Objective) -> str:
    """Return the board it was done on: today's focus has its page, a draft or the next its own."""
    today = objective.organization.today()
    ahead = objective.is_draft or objective.cycle.start > today
    return objective.get_absolute_url() if ahead else reverse("objectives:focus")


@require_POST
def part_ask(request: OrganizationRequest, pk: UUID, department_pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    department = get_object_or_404(Department.objects.with_heads(), pk=department_pk)
    if not can_coordinate(request.person, objective):
        raise PermissionDenied
    if Part.ask(objective, department, by=request.person) and department.head:
        messages.success(request, _("%(name)s is asked.") % {"name": department.head.name})
    elif department.head is None:
        messages.error(request, _("%(name)s has no head to ask.") % {"name": department.name})
    return redirect(way_back(objective))


@require_http_methods(["GET", "POST"])
def part_end(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Give a part to another department, or end it."""
    seen = Objective.objects.visible_to(request.person).order_by().values("pk")
    parts = Part.objects.select_related("objective__owner", "department", "owner")
    part = get_object_or_404(parts.filter(objective__in=seen), pk=pk)
    if not can_end_part(request.person, part, departments_of(request.person)):
        raise PermissionDenied
    form = PartEndForm(request.POST or None, part=part, person=request.person)
    if form.is_valid():
        said = form.cleaned_data
        verb = partial(part.end, request.person, said["reason"])
        if said["decision"] == PartEndForm.MOVE:
            verb = partial(part.move, said["to"], request.person)
        if form.accepts(verb):
            messages.success(request, _("Decided."))
            return redirect(way_back(part.objective))
    context = {"form": form, "part": part}
    return render(request, "objectives/part_end.html", context, fragment="form")
