from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from objectives import linking
from objectives.alignment import chains
from objectives.forms import LinkForm, OutlineForm, ReasonForm
from objectives.links import Links
from objectives.models import Alignment, Goal, KeyResult, Objective
from objectives.outline import Outline
from objectives.permissions import can_answer, can_edit, can_end
from objectives.reach import gaps, reach
from objectives.standing import Yardstick
from objectives.suggestions import suggestions
from organizations.http import OrganizationRequest

SUGGESTED = 12


@require_GET
def link_options(request: OrganizationRequest) -> HttpResponse:
    """Suggest goals above, and then key results, for what has been typed into a picker."""
    words = request.GET.get("q", "").strip()
    offered = Objective.objects.offered_as_parent(request.person)
    found: list[Goal] = list(offered.named_like(words)[:SUGGESTED])
    key_results = KeyResult.objects.offered(offered).named_like(words)
    found += list(key_results[: SUGGESTED - len(found)] if words else [])
    return render(request, "components/_picker_options.html", {"things": found})


@require_GET
def alignment_reach(request: OrganizationRequest) -> HttpResponse:
    """Say how many goals of the outline are aligned and connected; loaded above it."""
    form = OutlineForm(request.GET or None, person=request.person)
    outline = Outline(request.person, form.span, request.organization.today())
    figures = reach(form.filters.apply(outline.population), request.person)
    context = {"reach": figures, "form": form, "link": True}
    return render(request, "objectives/_alignment_reach.html", context)


@require_GET
def alignment_gaps(request: OrganizationRequest) -> HttpResponse:
    """List what is not connected to the company, and what it might contribute to."""
    form = OutlineForm(request.GET or None, person=request.person)
    outline = Outline(request.person, form.span, request.organization.today())
    goals = form.filters.apply(outline.population)
    found = gaps(goals, request.person)
    mine = [goal for goal in found.all if goal.owner_id == request.person.pk]
    suggested = suggestions(mine, request.person, most=1)
    for goal in found.all:
        goal.suggested = suggested.get(goal.pk, [])
    context = {"gaps": found, "reach": reach(goals, request.person), "form": form}
    return render(request, "objectives/alignment_gaps.html", context)


@require_GET
def link_list(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show all links of an objective, what became of those that are over, and every way up."""
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective = get_object_or_404(objectives, pk=pk)
    editor = can_edit(request.person, objective)
    links = Links(objective, request.person, editor)
    starts = {tie.whole for tie in links.up if tie.link.is_upward and not tie.link.is_proposed}
    above = chains(starts, request.person)
    ways = [(tie, above[tie.whole.pk]) for tie in links.up if tie.whole.pk in above]
    yardstick = Yardstick(request.organization, request.organization.today())
    yardstick.hold(objective, *links.goals)
    context = {"objective": objective, "links": links, "ways": ways, "can_edit": editor}
    return render(request, "objectives/link_list.html", context)


@require_http_methods(["GET", "POST"])
def link_create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objectives = Objective.objects.visible_to(request.person).with_people()
    objective = get_object_or_404(objectives, pk=pk)
    if not can_edit(request.person, objective):
        raise PermissionDenied
    form = LinkForm(request.POST or None, person=request.person, objective=objective)
    if request.method == "POST" and form.is_valid() and (link := form.link()):
        messages.success(request, said_of(link))
        return redirect("objectives:link_list", objective.pk)
    context = {"form": form, "objective": objective}
    return render(request, "objectives/link_form.html", context, fragment="form")


@require_GET
def link_suggestions(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Give what an objective might contribute to, as a piece of its page."""
    objective = get_object_or_404(Objective.objects.visible_to(request.person), pk=pk)
    if not can_edit(request.person, objective):
        raise PermissionDenied
    found = suggestions([objective], request.person)[objective.pk]
    context = {"suggestions": found, "objective": objective}
    return render(request, "objectives/_link_suggestions.html", context)


@require_POST
def link_accept(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    link = link_or_404(request, pk)
    if not can_answer(request.person, link):
        raise PermissionDenied
    try:
        accepted = linking.accept(link, by=request.person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if accepted:
            messages.success(request, _("Accepted. The link counts from now on."))
    return back(request, link)


@require_http_methods(["GET", "POST"])
def link_decline(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    link = link_or_404(request, pk)
    if not can_answer(request.person, link):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if linking.decline(link, request.person, form.cleaned_data["reason"]):
            messages.success(request, _("Declined. %s is told why.") % link.asker.name)
        return back(request, link)
    context = {"form": form, "link": link, "url": reverse("objectives:link_decline", args=[pk])}
    return render(request, "objectives/link_decline.html", context, fragment="form")


@require_http_methods(["GET", "POST"])
def link_end(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    link = link_or_404(request, pk)
    if not can_end(request.person, link):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if linking.end(link, request.person, form.cleaned_data["reason"]):
            messages.success(request, _("The link has ended. It stays to be read in the history."))
        return back(request, link)
    context = {"form": form, "link": link, "url": reverse("objectives:link_end", args=[pk])}
    return render(request, "objectives/link_end.html", context, fragment="form")


def link_or_404(request: OrganizationRequest, pk: UUID) -> Alignment:
    """Return a link of which the person may see both ends."""
    links = Alignment.objects.visible_to(request.person).with_ends()
    link: Alignment = get_object_or_404(links, pk=pk)
    return link


def said_of(link: Alignment) -> str:
    if not link.is_proposed:
        return _("Linked. It counts from now on.") if link.is_upward else _("Linked.")
    if link.asked_at:
        return _("Proposed. %s is asked.") % link.answerer.name
    return _("Proposed. It is put to its owner once they may read this objective.")


def back(request: OrganizationRequest, link: Alignment) -> HttpResponse:
    """Return to where the answer was given: home, or the goal that was asked."""
    if request.POST.get("from") == "home":
        return redirect("home")
    mine = [goal for goal in (link.asked, link.asking) if can_edit(request.person, goal)]
    return redirect(mine[0] if mine else link.asked)
