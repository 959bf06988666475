from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from checkins.answering import Part
from checkins.conversation_forms import (
    ActionForm,
    AddendumForm,
    MoveForm,
    PointForm,
    SignForm,
    SkipForm,
    StartForm,
)
from checkins.conversing import Seat
from checkins.forms import Sheet
from checkins.models import Conversation, Question
from checkins.starting import partners_of, roles_of, start
from core.forms import Form, ModelForm
from core.htmx import render
from objectives.standing import Yardstick
from organizations.http import OrganizationRequest
from organizations.models import Person
from organizations.permissions import can_read_quarters

PER_PAGE, PAST_SHOWN, OPEN_SHOWN = 50, 20, 100


@require_GET
def conversation_list(request: OrganizationRequest) -> HttpResponse:
    """What waits for me, what is to come, and what has been."""
    today = request.person.today()
    mine = Conversation.objects.visible_to(request.person).with_people()
    now = Conversation.objects.of_now(request.person, today)
    open_ones = seen_by(request.person, today, now[:OPEN_SHOWN])
    past = Paginator(mine.over().order_by("-due_on", "-pk"), PAST_SHOWN)
    page = past.get_page(request.GET.get("page"))
    seen_by(request.person, today, page)
    context = {
        "waiting": [one for one in open_ones if one.waits],
        "coming": [one for one in open_ones if not one.waits],
        "past": page,
        "can_start": partners_of(request.person).exists(),
        "can_read_record": can_read_quarters(request.person),
    }
    return render(request, "conversations/conversation_list.html", context)


def seen_by(person: Person | None, today: date, conversations: Any) -> list[Any]:
    """Give each conversation how it stands, and for one of the two whose turn it is."""
    shown: list[Any] = list(conversations)
    for one in shown:
        one.stands, one.late = one.state(today), one.is_late(today)
        if person:
            one.other, one.turn = one.other_than(person), turn_of(one, person)
    return shown


def turn_of(conversation: Conversation, person: Person) -> str:
    if conversation.held_at:
        return _("Sign off")
    mine = conversation.side_of(person) == Question.Side.EMPLOYEE
    return _("Prepare") if mine else _("Answer")


@require_http_methods(["GET", "POST"])
def conversation_create(request: OrganizationRequest) -> HttpResponse:
    """Start one any time: the employee with their manager, a manager with a report."""
    people = partners_of(request.person)
    form = StartForm(request.POST or None, people=people, initial=dict(request.GET.items()))
    if form.is_valid():
        chosen, kind = form.cleaned_data["employee"], form.cleaned_data["kind"]
        chosen.organization = request.organization
        employee, counterpart = roles_of(request.person, chosen)
        started: list[Conversation] = []
        by = request.person
        if form.accepts(lambda: started.append(start(employee, counterpart, kind, by))):
            return redirect(started[0])
    return render(request, "conversations/conversation_create.html", {"form": form})


@require_GET
def conversation_record(request: OrganizationRequest) -> HttpResponse:
    """That conversations happened, for who leads the programme; never what was said (V5)."""
    if not can_read_quarters(request.person):
        raise PermissionDenied
    today = request.organization.today()
    begun = Conversation.objects.filter(opens_on__lte=today).with_people()
    page = Paginator(begun.order_by("-due_on", "employee__name", "pk"), PER_PAGE)
    rows = page.get_page(request.GET.get("page"))
    seen_by(None, today, rows)
    context = {"page": rows}
    return render(request, "conversations/conversation_record.html", context)


@require_GET
def conversation_detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    seat = seat_of(request, pk)
    return table(request, seat)


@require_http_methods(["GET", "POST"])
def conversation_move(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Meet on another day; by when it is due stays."""
    seat = unheld_seat_of(request, pk)
    one = seat.conversation
    initial = {"meets_on": one.meets_on, "meets_at": one.meets_at}
    form = MoveForm(request.POST or None, initial=initial)
    if form.is_valid():
        day, clock = form.cleaned_data["meets_on"], form.cleaned_data["meets_at"]
        if form.accepts(lambda: one.move(request.person, day, clock)):
            messages.success(request, _("%(name)s is told.") % {"name": seat.other.name})
            return redirect(one)
    context = {"seat": seat, "form": form}
    return render(request, "conversations/conversation_move.html", context)


@require_http_methods(["GET", "POST"])
def conversation_skip(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Let it pass with a reason, which isn't a miss (Q6)."""
    seat = unheld_seat_of(request, pk)
    form = SkipForm(request.POST or None)
    if form.is_valid():
        seat.conversation.skip(request.person, form.cleaned_data["reason"])
        messages.success(request, _("Skipped. Open topics and actions carry over."))
        return redirect("conversations:list")
    context = {"seat": seat, "form": form}
    return render(request, "conversations/conversation_skip.html", context)


def seat_of(request: OrganizationRequest, pk: UUID) -> Seat:
    mine = Conversation.objects.visible_to(request.person).with_people()
    return Seat(get_object_or_404(mine, pk=pk), request.person, timezone.now())


def unheld_seat_of(request: OrganizationRequest, pk: UUID) -> Seat:
    seat = seat_of(request, pk)
    if not seat.conversation.is_open or seat.conversation.held_at:
        raise PermissionDenied
    return seat


def table(
    request: OrganizationRequest,
    seat: Seat,
    part: Part | None = None,
    sheet: Sheet | None = None,
    **forms: Form | ModelForm,
) -> HttpResponse:
    """Show the whole conversation; what was sent and needs something more comes back in it."""
    conversation, due = seat.conversation, seat.due
    part = part or seat.part()
    if sheet is None and due:
        sheet = Sheet(due)
    if sheet:
        yardstick = Yardstick(request.organization, seat.today)
        for card in sheet.cards:
            card.expected = yardstick.expected_in(card.key_result.objective.cycle)
    context = {
        "seat": seat,
        "conversation": conversation,
        "part": part,
        "pairs": seat.pairs(part),
        "sheet": sheet,
        "submission": uuid4(),
        "points_form": forms.get("point") or PointForm(prefix="point"),
        "actions_form": forms.get("action")
        or ActionForm(conversation=conversation, prefix="action"),
        "sign_form": forms.get("sign") or SignForm(prefix="sign"),
        "addendum_form": forms.get("addendum") or AddendumForm(prefix="addendum"),
        "addenda": conversation.addenda.select_related("author") if conversation.closed_at else (),
    }
    return render(request, "conversations/conversation_detail.html", context)
