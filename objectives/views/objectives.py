from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives.alignment import chain
from objectives.as_it_was import as_asked
from objectives.choosing import CHOICES, suggested_kind, words_of
from objectives.coverage import competes
from objectives.examples import EXAMPLES, example
from objectives.forms import ChangesForm, ObjectiveForm, OutlineForm
from objectives.life import Life
from objectives.links import Links
from objectives.map import draw
from objectives.models import Objective
from objectives.outline import Outline
from objectives.own import Own
from objectives.permissions import can_commit, can_discard, can_edit, can_share, departments_of
from objectives.rollup import explain
from objectives.standing import Yardstick
from objectives.sums import hold_parts, with_sums
from objectives.timeline import moved_from_below, timeline
from objectives.visibility import Seen
from objectives.writing import commit
from organizations.http import OrganizationRequest
from organizations.models import Person

UNLINKED_COUNTED = 99


@require_GET
def objective_list(request: OrganizationRequest) -> HttpResponse:
    """Show my OKRs: drafts, what runs, and a way to what is over."""
    own = Own(request.person, request.organization.today(), request.GET.get("page"))
    return render(request, "objectives/objective_list.html", {"own": own})


@require_GET
def objective_earlier(request: OrganizationRequest) -> HttpResponse:
    """Show what of mine is over, with its scores; My OKRs fetches it once it stands."""
    own = Own(request.person, request.organization.today(), request.GET.get("page"))
    context = {"page": own.earlier}
    return render(request, "objectives/objective_earlier.html", context, fragment="earlier")


@require_GET
@as_asked
def objective_outline(request: OrganizationRequest) -> HttpResponse:
    form = OutlineForm(request.GET or None, person=request.person, day=request.past_day)
    outline = Outline(request.person, form.span, form.day or request.organization.today())
    context = {"form": form, "outline": outline, "filters": form.filters, "matches": None}
    if form.filters:
        context["roots"], context["matches"] = outline.search(form.filters)
    else:
        context["roots"] = outline.first_view(form.opened)
        context["unlinked"] = outline.population.unlinked()[: UNLINKED_COUNTED + 1].count()
    return render(request, "objectives/objective_outline.html", context, fragment="outline")


@require_GET
@as_asked
def objective_map(request: OrganizationRequest) -> HttpResponse:
    """Draw the outline's goals as linked cards."""
    form = OutlineForm(request.GET or None, person=request.person, day=request.past_day)
    outline = Outline(request.person, form.span, form.day or request.organization.today())
    drawing = draw(outline, form.filters)
    context = {"form": form, "filters": form.filters, "map": drawing, "matches": drawing.matches}
    if not form.filters:
        context["unlinked"] = drawing.unlinked
    return render(request, "objectives/objective_map.html", context, fragment="map")


@require_GET
def outline_changes(request: OrganizationRequest) -> HttpResponse:
    """Say what is different about all that runs, from what it was on another day."""
    form = ChangesForm(request.GET or None, person=request.person)
    context = {"form": form, "compared": form.compared(), "objective": None}
    return render(request, "objectives/outline_changes.html", context, fragment="changes")


@require_GET
@as_asked
def objective_branch(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Give the rows directly below an objective, to be put behind its own."""
    form = OutlineForm(request.GET or None, person=request.person, day=request.past_day)
    outline = Outline(request.person, form.span, form.day or request.organization.today())
    parent = get_object_or_404(outline.population, pk=pk)
    branch = outline.branch(parent, form.depth, form.shown)
    context = {"branch": branch, "form": form}
    return render(request, "objectives/objective_branch.html", context)


@require_http_methods(["GET", "POST"])
def objective_create(request: OrganizationRequest) -> HttpResponse:
    """Ask which kind it is to be, then only what this kind needs; an example may fill it in."""
    asked = request.GET
    form = ObjectiveForm(
        request.POST or None,
        person=request.person,
        parent=asked.get("parent"),
        kind=asked.get("kind", ""),
        example=example(asked.get("example", "")),
    )
    kind = form.written_as
    if request.method == "GET" and not kind:
        main, suggested = main_kind(request.person), suggested_kind()
        context: dict[str, Any] = {"kinds": CHOICES, "main": main, "suggested": suggested}
        return render(request, "objectives/kind_choice.html", context)
    context = {
        "form": form,
        "kind": words_of(kind),
        "examples": EXAMPLES.get(kind),
        "today": request.organization.today(),
    }
    if request.method == "POST" and form.is_valid() and (objective := form.draft()):
        messages.success(request, _("Draft saved. Commit it when it says what you mean."))
        return (
            redirect("objectives:functions", objective.pk)
            if objective.is_theme
            else redirect(objective)
        )
    return render(request, "objectives/objective_form.html", context, fragment="form")


def main_kind(person: Person) -> str:
    """Return what most people in this place come to write."""
    heads = departments_of(person)
    return Objective.Kind.DEPARTMENTAL if heads else Objective.Kind.SUPPORTING


@require_GET
@as_asked
def objective_detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show an objective; its fragment is what opens beside the outline and the map."""
    visible = Objective.objects.visible_to(request.person).with_people()
    visible = visible.with_key_results(with_sums())
    objective = get_object_or_404(visible.with_change_counts(), pk=pk)
    objective.organization = request.organization
    person, today = request.person, request.past_day or request.organization.today()
    now, key_results = request.past_day is None, list(objective.key_results.all())
    editor = now and can_edit(person, objective)
    links = Links(objective, person, editor, frozen=not now)
    links.hang_on(key_results)
    above = chain(objective, person)
    yardstick = Yardstick(request.organization, today)
    yardstick.hold(objective, *key_results, *above, *links.goals)
    hold_parts(key_results, person)
    context = {
        "objective": objective,
        "key_results": key_results,
        "chain": above,
        "links": links,
        "made_of": explain(objective),
        "points": [(point.on, point.progress) for point in objective.progress_points.all()],
        "timeline": timeline(objective, person, until=request.past_day),
        "life": Life(objective, person, today, now=now),
        "read_by": None if objective.is_everybodys else Seen.of(objective.circle, today),
        "accesses": [] if objective.is_everybodys else objective.accesses.newest_first()[:5],
        "today": today,
        "can_edit": editor,
        "can_discard": now and can_discard(person, objective),
        "can_share": now and can_share(person, objective),
        "competes": now and competes(objective, person),
    }
    return render(request, "objectives/objective_detail.html", context, fragment="peek")


@require_GET
def objective_moves(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show what moved an objective from below; its page fetches it once it stands."""
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    moves = moved_from_below(objective, request.person)
    context = {"objective": objective, "moves": moves}
    return render(request, "objectives/objective_moves.html", context, fragment="moves")


@require_GET
def objective_changes(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.committed().visible_to(request.person), pk=pk)
    form = ChangesForm(request.GET or None, person=request.person)
    context = {"form": form, "compared": form.compared(objective), "objective": objective}
    return render(request, "objectives/outline_changes.html", context, fragment="changes")


@require_http_methods(["GET", "POST"])
def objective_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objectives = Objective.objects.visible_to(request.person).with_people().with_key_results()
    objective = get_object_or_404(objectives, pk=pk)
    if not can_edit(request.person, objective):
        raise PermissionDenied
    form = ObjectiveForm(
        request.POST or None,
        person=request.person,
        objective=objective,
        kind=request.GET.get("kind", ""),
    )
    if request.method == "POST" and form.is_valid() and form.revise():
        messages.success(request, form.outcome)
        still = Objective.objects.visible_to(request.person).filter(pk=pk).exists()
        return redirect(objective if still else "objectives:list")
    kind, today = words_of(form.written_as), request.organization.today()
    context = {"form": form, "objective": objective, "kind": kind, "today": today}
    return render(request, "objectives/objective_form.html", context, fragment="form")


@require_POST
def objective_commit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_commit(request.person, objective):
        raise PermissionDenied
    try:
        committed = commit(objective, by=request.person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if committed:
            messages.success(request, _("Committed. It counts from now on."))
    return redirect(objective)


@require_POST
def objective_discard(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_discard(request.person, objective):
        raise PermissionDenied
    if objective.discard(by=request.person):
        messages.success(request, _("Draft discarded."))
    return redirect("objectives:list")
