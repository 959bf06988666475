from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from checkins.forms import Card, Sheet
from checkins.models import CheckIn, CheckInPeriod, Recorded
from checkins.turn import Turn
from core.htmx import render
from objectives.standing import Yardstick
from organizations.http import OrganizationRequest

# These pages have two doors: both have asked who it is before a view is reached, by sign-in or by
# the signed link of a mail.


@login_not_required
@require_http_methods(["GET", "POST"])
def checkin_create(request: OrganizationRequest) -> HttpResponse:
    """The one form for all that is due; what is right is saved, what isn't comes back (I4)."""
    turn = turn_of(request)
    if request.method == "GET":
        return page(request, turn, Sheet(asked_for(request, turn)), uuid4())
    wanted = [read_id(pk) for pk in request.POST.getlist("key_result")]
    sheet = Sheet(turn.key_results().filter(pk__in=wanted), request.POST)
    if not sheet.cards:
        messages.error(request, _("Nothing was saved: that takes no check-in from you now."))
        return page(request, turn, Sheet(turn.due()), uuid4())
    submission = read_id(request.POST.get("submission", ""))
    recorded = turn.record(sheet.readings(), submission)
    sheet.keep_what_is_left(recorded)
    check_ins = list(recorded.check_ins.values())
    if sheet.cards:
        return page(request, turn, sheet, submission, check_ins)
    return leave(request, recorded)


@login_not_required
@require_POST
def checkin_unchanged(request: OrganizationRequest) -> HttpResponse:
    """Say "no change" for all that is due; what was never measured still needs its first number."""
    turn = turn_of(request)
    given = request.POST.get("submission")
    recorded = turn.record_unchanged(read_id(given) if given else uuid4())
    if still := len(turn.due()):
        sentence = ngettext(
            "%(n)d key result needs its first number.",
            "%(n)d key results need their first number.",
            still,
        )
        messages.info(request, sentence % {"n": still})
        return redirect("checkins:create")
    return leave(request, recorded)


@login_not_required
@require_GET
def checkin_preview(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """How far a key result would be with the value that is being typed; nothing is saved."""
    turn = turn_of(request)
    today = Yardstick(request.organization, turn.today)
    key_result = get_object_or_404(turn.key_results(), pk=pk)
    card = Card(key_result, request.GET or None)
    error = " ".join(str(words) for words in card.errors.get("value", []))
    context = {
        "key_result": key_result,
        "expected": today.expected_of(key_result, key_result.objective.cycle),
        "progress": key_result.progress if error else card.progress(),
        "error": error,
        "preview": True,
    }
    status = 422 if error else 200
    return render(request, "checkins/_reach.html", context, status=status)


def turn_of(request: OrganizationRequest) -> Turn:
    person = request.person
    today = person.today()
    if request.link is None:
        return Turn(person, today, CheckInPeriod.current(person, today))
    period = get_object_or_404(CheckInPeriod.objects.of(person), pk=request.link.thing)
    period.person = person
    return Turn(person, today, period, via=CheckIn.Via.MAIL)


def asked_for(request: OrganizationRequest, turn: Turn) -> Any:
    """Return what is due, or what the address names, due or not."""
    for name in ("objective", "key_result"):
        if pk := request.GET.get(name):
            lookup = "pk" if name == "key_result" else name
            key_results = list(turn.key_results().filter(**{lookup: read_id(pk, Http404)}))
            if not key_results:
                raise Http404
            return key_results
    return turn.due()


def read_id(text: str, otherwise: type[Exception] = BadRequest) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise otherwise from error


def page(
    request: OrganizationRequest,
    turn: Turn,
    sheet: Sheet,
    submission: UUID,
    saved: list[CheckIn] | None = None,
) -> HttpResponse:
    """Show the form, or that all is done; 422 where nothing of what came could be saved."""
    today = Yardstick(request.organization, turn.today)
    for card in sheet.cards:
        card.expected = today.expected_of(card.key_result, card.key_result.objective.cycle)
    context = {"turn": turn, "sheet": sheet, "submission": submission, "saved": saved or []}
    context["unchanged"] = "unchanged" in request.GET
    if not sheet.cards:
        made = turn.check_ins()
        context |= {"check_ins": made, "reader": turn.reader(made)}
    status = 422 if request.method == "POST" and not saved else 200
    return render(request, "checkins/checkin_create.html", context, status=status)


def leave(request: OrganizationRequest, recorded: Recorded) -> HttpResponse:
    """Lead home with a sentence, or back to the link's page, which then says what was saved."""
    if request.link:
        return redirect("checkins:create")
    messages.success(request, saved_sentence(recorded))
    return redirect("home")


def saved_sentence(recorded: Recorded) -> str:
    n = len(recorded.check_ins)
    if not n:
        return _("Everything was checked in already.")
    sentence = ngettext("Checked in on %(n)d key result.", "Checked in on %(n)d key results.", n)
    sentence %= {"n": n}
    if recorded.manager:
        sentence += " " + _("%(manager)s can see it.") % {"manager": recorded.manager.name}
    return sentence
