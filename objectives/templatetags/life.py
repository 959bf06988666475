"""What changed, what it scored and what was decided, in words. Builtins: no template loads them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import format_decimal
from core.templatetags.ui import NOTHING, measure
from objectives.change_requests import COUNTED_BY, read
from objectives.models import Change, KeyResult, Objective, Snapshot
from organizations.models import Cycle

register = template.Library()

LABELS = {
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "level": gettext_lazy("Whose objective it is"),
    "ambition": gettext_lazy("Ambition"),
    "basis": gettext_lazy("Progress comes from"),
    "measure": gettext_lazy("Measure"),
    "direction": gettext_lazy("What is good"),
    "start": gettext_lazy("From"),
    "target": gettext_lazy("To"),
    "lower": gettext_lazy("Lowest"),
    "upper": gettext_lazy("Highest"),
    "red_low": gettext_lazy("0% at or below"),
    "red_high": gettext_lazy("0% at or above"),
    "unit": gettext_lazy("Unit"),
    "weight": gettext_lazy("Weight"),
    "milestones": gettext_lazy("Milestones"),
    "rubric": gettext_lazy("What the grades mean"),
    "source": gettext_lazy("Where the number comes from"),
    Change.ADDED: gettext_lazy("Key result added"),
    Change.DROPPED: gettext_lazy("Key result dropped"),
}


@register.filter
def field_label(change: Change) -> str:
    """Name what a change is about."""
    return str(LABELS.get(change.field, change.field.replace("_", " ").capitalize()))


@register.filter
def was(change: Change) -> str:
    return said(change, change.old)


@register.filter
def becomes(change: Change) -> str:
    return said(change, change.new)


def said(change: Change, value: Any) -> str:
    """Write one side of a change as its page shows the field."""
    if value in {None, ""} if not isinstance(value, (list, dict)) else not value:
        return NOTHING
    if change.field == Change.ADDED:
        return str(value["title"])
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if change.field in COUNTED_BY and change.key_result:
        return measure(read(change.field, value), change.key_result)
    model: Any = KeyResult if change.key_result else Objective
    choices = dict(model._meta.get_field(change.field).flatchoices) if is_field(change) else {}
    return str(choices.get(value, value))


def is_field(change: Change) -> bool:
    return change.field not in {Change.ADDED, Change.DROPPED}


@register.filter
def score(figure: Decimal | str | None) -> str:
    """Write a score: 0.7; what was not scored says so."""
    if figure is None or figure == "":
        return _("Not scored")
    number = Decimal(figure)
    places = 2 if number != round(number, 1) else 1
    return format_decimal(number, places)


@register.filter
def decision(code: str) -> str:
    """Write what was decided of a key result."""
    return str(Snapshot.Decision(code).label) if code else NOTHING


@register.filter
def line_of(snapshot: Snapshot | None, key_result: KeyResult) -> dict[str, Any] | None:
    """Return a key result's line in a snapshot."""
    entries = snapshot.key_results if snapshot else []
    return next((one for one in entries if one["pk"] == str(key_result.pk)), None)


@register.filter
def running_words(objective: Objective) -> str:
    """Say how long something has been carried: third quarter running."""
    times = objective.times_carried + 1
    if objective.cycle.kind == Cycle.Kind.QUARTER:
        words = {2: _("Second quarter running"), 3: _("Third quarter running")}
        return words.get(times, _("%(n)d quarters running") % {"n": times})
    words = {2: _("Second time running"), 3: _("Third time running")}
    return words.get(times, _("%(n)d times running") % {"n": times})
