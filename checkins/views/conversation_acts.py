from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from checkins.answering import Field
from checkins.conversation_forms import ActionForm, AddendumForm, PointForm, SignForm
from checkins.conversing import Seat
from checkins.forms import Sheet
from checkins.models import ActionItem, Final, Overwritten, PrivateNote, Question, TalkingPoint
from core.htmx import render
from organizations.http import OrganizationRequest

from .check_ins import read_id
from .conversations import seat_of, table


def writing_seat_of(request: OrganizationRequest, pk: UUID) -> Seat:
    seat = seat_of(request, pk)
    if not seat.may_write:
        raise PermissionDenied
    return seat


@require_POST
def conversation_answers(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Keep the whole side as a draft, or share it once nothing is missing."""
    seat = seat_of(request, pk)
    if seat.has_shared and seat.conversation.is_open:
        return redirect(seat.conversation)  # pressed twice
    if not seat.may_write:
        raise PermissionDenied
    part = seat.part(request.POST)
    try:
        if "share" not in request.POST:
            for field in part.fields:
                seat.save(field)
            messages.success(request, _("Draft saved. Only you can read it."))
        elif not part.judge(reviewed=not seat.due):
            return table(request, seat, part)
        elif seat.share(part):
            words = _("Shared. %(name)s can read it now.")
            messages.success(request, words % {"name": seat.other.name})
    except Overwritten:
        return changed_elsewhere(request, seat)
    except Final:
        pass  # shared from another window, which the page says
    return redirect(seat.conversation)


def changed_elsewhere(request: OrganizationRequest, seat: Seat) -> HttpResponse:
    """Show what another window has saved beside what was typed here; saving again keeps this."""
    del seat.answers, seat.mine
    part = seat.part(request.POST)
    for field in part.fields:
        saved = field.answer
        if saved and field.seen is not None and field.seen != saved.version:
            field.problem = _("You have changed this in another window.")
            field.elsewhere = saved.text
    return table(request, seat, part)


@require_http_methods(["GET", "POST"])
def conversation_answer(request: OrganizationRequest, pk: UUID, question_pk: UUID) -> HttpResponse:
    """One answer while it is being typed; the piece that says whether it is saved."""
    seat = writing_seat_of(request, pk)
    asked = Question.objects.filter(template=seat.conversation.template_id)
    question = get_object_or_404(asked, pk=question_pk)
    if not question.is_asked_of(seat.side):
        raise PermissionDenied
    field = seat.field(question, request.POST or None)
    if request.method == "POST":
        try:
            seat.save(field)
        except Overwritten as other:
            return state(request, seat, field, other)
        except Final as error:
            raise PermissionDenied from error
        return redirect("conversations:answer", pk=pk, question_pk=question_pk)
    return state(request, seat, field)


def state(
    request: OrganizationRequest, seat: Seat, field: Field, other: Overwritten | None = None
) -> HttpResponse:
    context = {
        "key": field.name,
        "saved": field.answer,
        "version": other.version if other else field.version,
        "elsewhere": other.text if other else "",
        "conversation": seat.conversation,
    }
    return render(request, "conversations/_saved.html", context)


@require_http_methods(["GET", "POST"])
def conversation_note(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """What only its author reads, saved while it is being typed."""
    seat = seat_of(request, pk)
    context = {"key": "note", "conversation": seat.conversation, "elsewhere": ""}
    if request.method == "POST":
        seen = request.POST.get("note-seen", "")
        text = request.POST.get("note-text", "").replace("\r\n", "\n")[:20000]
        try:
            PrivateNote.write(
                seat.conversation, seat.person, text, int(seen) if seen.isdecimal() else None
            )
        except Overwritten as other:
            context |= {"elsewhere": other.text, "version": other.version, "saved": seat.note}
            return render(request, "conversations/_saved.html", context)
        return redirect("conversations:note" if request.htmx else "conversations:detail", pk=pk)
    context |= {"saved": seat.note, "version": seat.note.version if seat.note else 0}
    return render(request, "conversations/_saved.html", context)


@require_POST
def conversation_review(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The review of key results is the period's check-in: the same cards, the same record (I12)."""
    seat = writing_seat_of(request, pk)
    if not seat.is_employee:
        raise PermissionDenied
    wanted = [read_id(pk) for pk in request.POST.getlist("key_result")]
    sheet = Sheet(seat.turn.key_results().filter(pk__in=wanted), request.POST)
    recorded = seat.turn.record(sheet.readings(), read_id(request.POST.get("submission", "")))
    sheet.keep_what_is_left(recorded)
    if sheet.cards and not recorded.check_ins:
        return table(request, seat, sheet=sheet)
    messages.success(request, _("Checked in."))
    return redirect(seat.conversation)


@require_POST
def conversation_open(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Open what the other has shared: from then on it is final (Q2)."""
    seat = seat_of(request, pk)
    if not seat.other_has_shared:
        raise PermissionDenied
    seat.conversation.open_part(request.person)
    return redirect(seat.conversation)


@require_POST
def conversation_take_back(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    seat = seat_of(request, pk)
    if not (seat.conversation.can_take_back(request.person) or seat.may_write):
        raise PermissionDenied
    if seat.conversation.take_back(request.person):
        messages.success(request, _("Taken back. Only you can read it again."))
    return redirect(seat.conversation)


@require_POST
def conversation_hold(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that it took place, with or without a word written."""
    seat = seat_of(request, pk)
    if not seat.conversation.is_open:
        raise PermissionDenied
    if seat.conversation.hold(request.person, seat.today):
        words = _("Marked as held. %(name)s has three days to object.")
        messages.success(request, words % {"name": seat.other.name})
    return redirect(seat.conversation)


@require_POST
def conversation_object(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that it did not take place (Q3)."""
    seat = seat_of(request, pk)
    if not seat.conversation.can_object(request.person):
        raise PermissionDenied
    seat.conversation.object(request.person)
    return redirect(seat.conversation)


@require_POST
def conversation_sign(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say "I have read this", with room to see it differently (Q3)."""
    seat = seat_of(request, pk)
    one = seat.conversation
    if not (one.can_sign(request.person) or one.moment(seat.side, "signed")):
        raise PermissionDenied
    form = SignForm(request.POST, prefix="sign")
    if not form.is_valid():
        return table(request, seat, sign=form)
    if seat.conversation.sign(request.person, form.cleaned_data["dissent"]):
        messages.success(request, _("Signed off."))
    return redirect(seat.conversation)


@require_POST
def conversation_add(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add to what both have signed; that itself stays as it was (Q4)."""
    seat = seat_of(request, pk)
    if not seat.conversation.closed_at:
        raise PermissionDenied
    form = AddendumForm(request.POST, prefix="addendum")
    if not form.is_valid():
        return table(request, seat, addendum=form)
    seat.conversation.addenda.get_or_create(
        submission=form.cleaned_data["submission"],
        defaults={"author": request.person, "text": form.cleaned_data["text"]},
    )
    return redirect(seat.conversation)


@require_POST
def point_create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    seat = open_seat_of(request, pk)
    form = PointForm(request.POST, prefix="point")
    if not form.is_valid():
        return table(request, seat, point=form)
    form.instance.conversation, form.instance.author = seat.conversation, request.person
    form.save()
    return redirect(f"{seat.conversation.get_absolute_url()}#topics")


@require_POST
def point_tick(request: OrganizationRequest, pk: UUID, point_pk: UUID) -> HttpResponse:
    """Tick a topic as talked about, or untick it."""
    seat = seat_of(request, pk)
    points = TalkingPoint.objects.readable_by(request.person)
    point = get_object_or_404(points.on_the_table(seat.conversation), pk=point_pk)
    if not seat.conversation.is_open:
        raise PermissionDenied
    if "undo" in request.POST:
        point.untick()
    else:
        point.tick(seat.conversation)
    return redirect(f"{seat.conversation.get_absolute_url()}#topics")


@require_POST
def action_create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    seat = open_seat_of(request, pk)
    form = ActionForm(request.POST, conversation=seat.conversation, prefix="action")
    if not form.is_valid():
        return table(request, seat, action=form)
    seat.conversation.action_items.create(**form.cleaned_data)
    return redirect(f"{seat.conversation.get_absolute_url()}#actions")


@require_POST
def action_tick(request: OrganizationRequest, pk: UUID, action_pk: UUID) -> HttpResponse:
    """Mark an action as done, or as open again."""
    seat = seat_of(request, pk)
    actions = ActionItem.objects.readable_by(request.person).of_pair(seat.conversation)
    action = get_object_or_404(actions, pk=action_pk)
    if "undo" in request.POST:
        action.reopen()
    else:
        action.finish()
    return redirect(f"{seat.conversation.get_absolute_url()}#actions")


def open_seat_of(request: OrganizationRequest, pk: UUID) -> Seat:
    """Topics and actions are added as long as it isn't signed by both, skipped or missed."""
    seat = seat_of(request, pk)
    if not seat.conversation.is_open:
        raise PermissionDenied
    return seat
