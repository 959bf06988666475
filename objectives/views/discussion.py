"""What people say about an objective, and who is told."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import render
from core.ids import is_uuid
from objectives.discussion import Thread, follows, is_fresh, people_named
from objectives.forms import CommentForm, RewriteForm
from objectives.models import Comment, Follower, KeyResult, Objective, Reaction
from objectives.permissions import can_comment, can_remove_comment
from organizations.http import OrganizationRequest
from organizations.models import Person

OFFERED = 8
PAGE = "objectives/discussion.html"


def visible(request: OrganizationRequest, pk: UUID) -> Objective:
    objectives = Objective.objects.visible_to(request.person).with_people()
    return get_object_or_404(objectives, pk=pk)


def about(objective: Objective, pk: str | None) -> KeyResult | None:
    return objective.key_results.filter(pk=pk).first() if pk and is_uuid(pk) else None


def asked(request: OrganizationRequest, name: str) -> UUID | None:
    """Return the comment that an address names."""
    text = request.GET.get(name, "")
    return UUID(text) if is_uuid(text) else None


def address(objective: Objective, key_result: KeyResult | None) -> str:
    path = reverse("objectives:discussion", args=[objective.pk])
    return f"{path}?key_result={key_result.pk}" if key_result else path


@require_http_methods(["GET", "POST"])
def discussion(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Show a page of the discussion; a comment posted to it is said in it."""
    objective = visible(request, pk)
    key_result = about(objective, request.GET.get("key_result"))
    form = CommentForm(request.POST or None, objective=objective, about=key_result)
    if request.method == "POST":
        if not can_comment(request.person, objective):
            raise PermissionDenied
        if form.is_valid():
            say(request, objective, form)
            return redirect(address(objective, key_result))
    before, until = (asked(request, name) for name in ("before", "until"))
    thread = Thread.of(objective, request.person, key_result, before, until)
    followers = objective.audience()
    context = {
        "objective": objective,
        "thread": thread,
        "form": form,
        "followers": sorted(followers, key=lambda one: one.name),
        "is_following": follows(objective, request.person, followers),
        "address": address(objective, key_result),
    }
    return render(request, PAGE, context, fragment="earlier" if before else "discussion")


def say(request: OrganizationRequest, objective: Objective, form: CommentForm) -> None:
    """Write the comment down, and tell its writer whom it could not reach (V6)."""
    text, today = form.cleaned_data["text"], request.organization.today()
    naming = people_named(text, today)
    Comment.write(
        objective,
        request.person,
        text,
        naming=naming,
        key_result=form.cleaned_data["key_result"],
        submission=form.cleaned_data["submission"],
    )
    warn_of_blind(request, objective, naming)


def warn_of_blind(request: OrganizationRequest, objective: Objective, naming: list[Person]) -> None:
    readers = objective.circle.readers(request.organization.today())
    seeing = set(readers.filter(pk__in=[one.pk for one in naming]))
    blind = [one.name for one in naming if one not in seeing]
    if blind:
        sentence = _("%(names)s can't read this objective, so nobody told them.")
        messages.warning(request, sentence % {"names": ", ".join(blind)})


@require_GET
def mention_options(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Offer people to name, and say of whom that they can't read this."""
    objective, today = visible(request, pk), request.organization.today()
    words = request.GET.get("q", "").strip()
    people = list(Person.objects.present(today).named_like(words)[:OFFERED])
    readers = objective.circle.readers(today).filter(pk__in=[one.pk for one in people])
    seeing = set(readers.values_list("pk", flat=True))
    names = [one.name for one in people]
    offers = [
        {
            "person": one,
            "text": one.name if names.count(one.name) == 1 else one.email,
            "sees": one.pk in seeing,
        }
        for one in people
    ]
    return render(request, "objectives/_mention_options.html", {"offers": offers})


def said(request: OrganizationRequest, pk: UUID) -> Comment:
    comments = Comment.objects.visible_to(request.person).select_related("objective__owner")
    return get_object_or_404(comments, pk=pk)


@require_http_methods(["GET", "POST"])
def comment_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    comment = said(request, pk)
    if comment.author_id != request.person.pk:
        raise PermissionDenied
    form = RewriteForm(request.POST or None, comment=comment)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        naming = people_named(text, request.organization.today())
        if comment.rewrite(request.person, text, naming):
            warn_of_blind(request, comment.objective, naming)
        else:
            messages.error(request, _("It is too late to change that. Add another comment."))
        return redirect(address(comment.objective, None))
    context = {"comment": comment, "form": form, "fresh": is_fresh(comment)}
    return render(request, "objectives/comment_edit.html", context, fragment="comment")


@require_POST
def comment_delete(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    comment = said(request, pk)
    if not can_remove_comment(request.person, comment):
        raise PermissionDenied
    if comment.remove(by=request.person):
        messages.success(request, _("Comment deleted. A mark stays in its place."))
    return redirect(address(comment.objective, None))


@require_POST
def comment_react(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    comment = said(request, pk)
    if not can_comment(request.person, comment.objective):
        raise PermissionDenied
    kind = request.POST.get("kind", "")
    if kind in Reaction.Kind.values and comment.deleted_at is None:
        comment.react(request.person, kind)
    return redirect(address(comment.objective, None))


@require_POST
def objective_follow(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = visible(request, pk)
    Follower.follow(objective, request.person)
    messages.success(request, _("You follow this: what happens stands on your home page."))
    return redirect(address(objective, None))


@require_POST
def objective_unfollow(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    objective = visible(request, pk)
    Follower.stop(objective, request.person)
    messages.success(request, _("You hear no more of this, unless somebody mentions you."))
    return redirect(address(objective, None))
