"""What changed, what it scored and what was decided, in words. Builtins: no template loads them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import format_decimal
from core.templatetags.ui import NOTHING, measure, short_day
from objectives.change_requests import NUMBERS, read
from objectives.models import Change, KeyResult, Objective, Snapshot
from objectives.writing import Step
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
    "by_percent": gettext_lazy("By per cent"),
    "aggregation": gettext_lazy("What counts of a limit"),
    "expectation": gettext_lazy("Comes on"),
    "points": gettext_lazy("Where it should be by when"),
    "horizon": gettext_lazy("Until"),
    "checkpoint": gettext_lazy("Target of this cycle"),
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
    if change.key_result and change.field in {*NUMBERS, *WRITTEN}:
        known = read(change.field, value)
        if change.field in NUMBERS:
            return measure(known, change.key_result)
        return WRITTEN[change.field](known, change.key_result)
    model: Any = KeyResult if change.key_result else Objective
    choices = dict(model._meta.get_field(change.field).flatchoices) if is_field(change) else {}
    return str(choices.get(value, value))


def steps_in_words(steps: list[Step], _key_result: KeyResult) -> str:
    return ", ".join(step_in_words(one) for one in steps)


def step_in_words(step: Step) -> str:
    """Write a milestone in one line: its title, its weight where it is not 1, and its day."""
    weight = _("weight %(n)d") % {"n": step.weight} if step.weight != 1 else ""
    due = short_day(step.due_on) if step.due_on else ""
    return " · ".join(part for part in (step.title, weight, due) if part)


def points_in_words(points: list[tuple[date, Decimal]], key_result: KeyResult) -> str:
    return ", ".join(f"{short_day(day)}: {measure(value, key_result)}" for day, value in points)


# How what is neither a number in the key result's unit nor one of a list is written.
WRITTEN: dict[str, Callable[[Any, KeyResult], str]] = {
    "milestones": steps_in_words,
    "points": points_in_words,
    "horizon": lambda day, _key_result: short_day(day),
    "by_percent": lambda percent, _key_result: f"{percent.normalize():f}%",
}


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
