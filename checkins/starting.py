"""Starting a conversation by hand, on any day (domain §9, conversations that don't wait)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from activity.models import Event
from core.dates import A_DAY
from organizations.models import Cycle, Person
from organizations.tenancy import tree_lock

from .models import Conversation, ConversationSeries, ConversationTemplate
from .windows import Kind, Window


def counterpart_of(person: Person, today: date) -> Person | None:
    """Return whom somebody speaks with: their series says, or else their manager of today."""
    running = ConversationSeries.objects.running().filter(employee=person)
    series = running.select_related("counterpart").first()
    return series.counterpart if series else person.manager_on(today)


def partners_of(person: Person) -> Any:
    """Return everybody somebody can start a conversation with: upwards, and downwards."""
    today = person.organization.today()
    above = counterpart_of(person, today)
    led = ConversationSeries.objects.running().filter(counterpart=person).values("employee")
    reports = Person.objects.reporting_to(person, today).values("pk")
    found = Q(pk__in=led) | Q(pk__in=reports)
    if above:
        found |= Q(pk=above.pk)
    return Person.objects.present(today).filter(found)


def roles_of(person: Person, other: Person) -> tuple[Person, Person]:
    """Return who of the two is the employee, and who the counterpart."""
    above = counterpart_of(person, person.organization.today())
    return (person, other) if other == above else (other, person)


@transaction.atomic
def start(employee: Person, counterpart: Person, kind: str, by: Person) -> Conversation:
    """Start one today; where one is being prepared, or the quarter has its own, that one.

    Raises ValidationError where no quarter is laid out for it.
    """
    tree_lock("conversations")
    series, _made = ConversationSeries.objects.running().get_or_create(
        employee=employee, kind=kind, defaults={"counterpart": counterpart}
    )
    today = employee.today()
    about = {"series": series, "kind": kind, "employee": employee, "counterpart": counterpart}
    about |= {"template": ConversationTemplate.all_current()[kind], "created_by": by}
    if kind == Kind.BIWEEKLY:
        conversation, fresh = on_a_free_day(about, today)
    else:
        conversation, fresh = in_a_quarter(about, today)
    if fresh:
        other = conversation.other_than(by)
        Event.record("conversation_started", conversation.pk, by, tell=[other])
    return conversation


def on_a_free_day(about: dict[str, Any], today: date) -> tuple[Conversation, bool]:
    mine = Conversation.objects.filter(series=about["series"])
    if preparing := mine.unheld().filter(opens_on__lte=today).first():
        return preparing, False
    taken = set(mine.filter(due_on__gte=today).values_list("due_on", flat=True))
    day = today
    while day in taken:
        day += A_DAY
    dates = {"opens_on": today, "due_on": day, "meets_on": day}
    return Conversation.objects.create(**about, **dates), True


def in_a_quarter(about: dict[str, Any], today: date) -> tuple[Conversation, bool]:
    cycle, window = quarter_for(Kind(about["kind"]), today)
    due_on = max(window.due_on, today)
    week = about["employee"].organization.working_week
    dates = {
        "opens_on": min(window.opens_on, today),
        "due_on": due_on,
        "meets_on": Window(max(window.opens_on, today), due_on).meeting_day(week),
    }
    place = {"employee": about.pop("employee"), "kind": about.pop("kind"), "cycle": cycle}
    return Conversation.objects.get_or_create(**place, defaults={**about, **dates})


def quarter_for(kind: Kind, today: date) -> tuple[Cycle, Window]:
    """The latest quarter that can begin by now, or the first whose end can still be spoken of."""
    quarters = Cycle.objects.quarters().open().order_by("start")
    windows = [(one, Window.quarterly(kind, one.start, one.end)) for one in quarters]
    if kind == Kind.QUARTER_START:
        windows = [(one, window) for one, window in windows if window.opens_on <= today][::-1]
    else:
        windows = [(one, window) for one, window in windows if window.due_on >= today]
    if not windows:
        raise ValidationError(_("No quarter is laid out for it. Ask your people team."))
    return windows[0]
