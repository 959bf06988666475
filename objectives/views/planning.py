"""Departments plan beside each other: the board, answers to it, and what they need (R22 to R24)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from core.ids import is_uuid
from objectives.forms import AnswerForm, DoubtForm, ResponseForm
from objectives.models import Dependency, Objective, PlanningResponse
from objectives.permissions import can_ask, can_promise, can_respond, can_share, departments_of
from objectives.planning import Board, heads_to_tell, without_hidden_dependents
from organizations.http import OrganizationRequest
from organizations.models import Cycle


@require_GET
def planning(request: OrganizationRequest) -> HttpResponse:
    """Show a cycle's departmental objectives; without a choice, the cycle that is planned."""
    today = request.organization.today()
    cycles = Cycle.objects.quarters().filter(planning_opens__lte=today).order_by("-start")[:8]
    asked = request.GET.get("cycle", "")
    chosen = Cycle.objects.filter(pk=asked).first() if is_uuid(asked) else None
    cycle = chosen or next(iter(cycles), None)
    board = Board(request.person, cycle, today) if cycle else None
    context = {"board": board, "cycle": cycle, "cycles": cycles, "today": today}
    return render(request, "objectives/planning.html", context)


@require_POST
def objective_share(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_share(request.person, objective):
        raise PermissionDenied
    tell = []
    if objective.is_departmental:
        tell = heads_to_tell(objective, request.organization.today())
    if objective.share(by=request.person, tell=tell):
        messages.success(request, _("Shared. Everybody can read the draft now."))
    return redirect(objective)


@require_http_methods(["GET", "POST"])
def objective_respond(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Answer for a department; support is one press on the board, the rest is said here."""
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective = get_object_or_404(objectives, pk=pk)
    mine = departments_of(request.person)
    if not can_respond(objective, mine):
        raise PermissionDenied
    others = [one for one in mine if one.pk != objective.department_id]
    person = request.person
    form = ResponseForm(
        request.POST or None, person=person, objective=objective, departments=others
    )
    if form.is_valid():
        PlanningResponse.give(objective, by=person, **form.said())
        messages.success(request, _("Answered. The owner is told."))
        return redirect("objectives:planning")
    form.initial["stance"] = request.GET.get("stance", "")
    context = {"form": form, "objective": objective, "others": others}
    return render(request, "objectives/planning_response.html", context, fragment="form")


def dependency_seen_by(request: OrganizationRequest, pk: UUID) -> Dependency:
    dependencies = Dependency.objects.visible_to(request.person).with_ends()
    dependency: Dependency = get_object_or_404(dependencies, pk=pk)
    return dependency


@require_http_methods(["GET", "POST"])
def dependency(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what is needed and promised; the provider's head answers here."""
    one, today = dependency_seen_by(request, pk), request.organization.today()
    mine = departments_of(request.person)
    may_answer = can_promise(one, mine)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied
    form = AnswerForm(request.POST or None, today=today, wanted_on=one.wanted_on)
    if form.is_valid():
        answer(request, one, form)
        return redirect(one)
    without_hidden_dependents([one], request.person)
    context = {
        "dependency": one,
        "form": form,
        "doubt": DoubtForm(),
        "can_answer": may_answer,
        "can_ask": can_ask(one, mine),
        "today": today,
    }
    return render(request, "objectives/dependency.html", context, fragment="dependency")


def answer(request: OrganizationRequest, one: Dependency, form: AnswerForm) -> None:
    said, by = form.cleaned_data, request.person
    if said["answer"] == AnswerForm.ACCEPT:
        done = one.accept(by, said["on"])
    elif said["answer"] == AnswerForm.COUNTER:
        done = one.counter(by, said["on"], said["words"])
    else:
        done = one.decline(by, said["words"])
    if done:
        messages.success(request, _("Answered. %(name)s is told.") % {"name": one.asker.name})
    else:
        messages.info(request, _("It was answered already. This is how it stands."))


@require_POST
def dependency_agree(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    one = dependency_seen_by(request, pk)
    if not can_ask(one, departments_of(request.person)):
        raise PermissionDenied
    if one.agree(by=request.person):
        messages.success(request, _("Agreed. It is promised now."))
    return redirect(one)


@require_POST
def dependency_withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    one = dependency_seen_by(request, pk)
    if not can_ask(one, departments_of(request.person)):
        raise PermissionDenied
    if one.withdraw(by=request.person):
        messages.success(request, _("Withdrawn. Nobody waits for it any more."))
    return redirect(one)


@require_POST
def dependency_doubt(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that a promise is at risk."""
    one = dependency_seen_by(request, pk)
    if not can_promise(one, departments_of(request.person)):
        raise PermissionDenied
    form = DoubtForm(request.POST)
    if form.is_valid() and one.doubt(by=request.person, **form.cleaned_data):
        messages.success(request, _("%(name)s is told.") % {"name": one.asker.name})
    elif not form.is_valid():
        messages.error(request, _("Say in a sentence what is in the way."))
    return redirect(one)


@require_POST
def dependency_keep(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    one = dependency_seen_by(request, pk)
    if not can_promise(one, departments_of(request.person)):
        raise PermissionDenied
    if one.keep(by=request.person):
        messages.success(request, _("Kept. %(name)s is told.") % {"name": one.asker.name})
    return redirect(one)
