"""The turns of an objective's life: handed in, approved, returned, resting, cancelled."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.htmx import render
from objectives import permissions
from objectives.forms import WordsForm
from objectives.life import approve, cancel, pause, resume, submit
from objectives.models import Objective, Review
from organizations.http import OrganizationRequest


def seen_by(request: OrganizationRequest, pk: UUID) -> Objective:
    """Return an objective that the person may see, with what every permission asks about it."""
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective: Objective = get_object_or_404(objectives, pk=pk)
    objective.organization = request.organization
    return objective


def open_review(objective: Objective) -> Review | None:
    review: Review | None = Review.objects.open().filter(objective=objective).first()
    if review:
        review.objective = objective
    return review


@require_POST
def objective_submit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_submit(request.person, objective):
        raise PermissionDenied
    try:
        submitted = submit(objective, by=request.person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if submitted and objective.decider:
            done = _("Handed in. %(name)s reads it next.") % {"name": objective.decider.name}
            messages.success(request, done)
    return redirect(objective)


@require_POST
def objective_take_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_edit(request.person, objective):
        raise PermissionDenied
    review = open_review(objective)
    if review and review.withdraw(by=request.person):
        messages.success(request, _("Taken back. It is a draft again."))
    return redirect(objective)


@require_POST
def objective_approve(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Approve a draft as it was read: the form names the version that stood there."""
    objective = seen_by(request, pk)
    if not permissions.can_decide(request.person, objective):
        raise PermissionDenied
    review, version = open_review(objective), request.POST.get("version", "")
    try:
        if review and approve(review, request.person, int(version) if version.isdigit() else 0):
            messages.success(request, _("Approved and committed. It counts from now on."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(objective)


@require_http_methods(["GET", "POST"])
def objective_return(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_decide(request.person, objective):
        raise PermissionDenied
    label = _("What should change")
    form = WordsForm(request.POST or None, label=label)
    if form.is_valid():
        review = open_review(objective)
        if review and review.send_back(by=request.person, words=form.cleaned_data["words"]):
            messages.success(request, _("Returned with your words."))
        return redirect(objective)
    words = {
        "heading": _("Return the draft"),
        "lead": _("It is a draft again, and your words stand above it."),
        "act": _("Return it"),
    }
    context = {"form": form, "objective": objective, **words}
    return render(request, "objectives/objective_turn.html", context, fragment="turn")


@require_http_methods(["GET", "POST"])
def objective_pause(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_steer(request.person, objective):
        raise PermissionDenied
    form = WordsForm(request.POST or None, label=_("Why it rests"))
    if form.is_valid():
        if pause(objective, request.person, form.cleaned_data["words"]):
            messages.success(request, _("Paused. Nobody is asked for check-ins."))
        return redirect(objective)
    words = {
        "heading": _("Pause the objective"),
        "lead": _("No check-ins are asked for, and it is left out of the goals above meanwhile."),
        "act": _("Pause it"),
    }
    context = {"form": form, "objective": objective, **words}
    return render(request, "objectives/objective_turn.html", context, fragment="turn")


@require_POST
def objective_resume(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_steer(request.person, objective):
        raise PermissionDenied
    try:
        if resume(objective, by=request.person):
            messages.success(request, _("It goes on. Check-ins are asked for again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(objective)


@require_http_methods(["GET", "POST"])
def objective_cancel(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = seen_by(request, pk)
    if not permissions.can_steer(request.person, objective):
        raise PermissionDenied
    form = WordsForm(request.POST or None, label=_("Why it ends"))
    if form.is_valid():
        if cancel(objective, request.person, form.cleaned_data["words"]):
            messages.success(request, _("Cancelled. What contributed to it lives on."))
        return redirect(objective)
    words = {
        "heading": _("Cancel the objective"),
        "lead": _("It counts nowhere from now on and stays readable, with your reason."),
        "act": _("Cancel the objective"),
        "danger": True,
    }
    context = {"form": form, "objective": objective, **words}
    return render(request, "objectives/objective_turn.html", context, fragment="turn")
