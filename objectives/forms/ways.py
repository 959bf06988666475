"""What in a key result's numbers and days contradicts itself, said beside the field."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import short_day
from objectives.progress import NUMERIC, Direction, Expectation, Measure

CHANGE, UP_BY, DOWN_BY = "", "up_by", "down_by"
CHANGES = {CHANGE, UP_BY, DOWN_BY}


def refuse_crossed(form: forms.Form, names: tuple[str, ...], data: dict[str, Any]) -> None:
    """Refuse numbers that contradict each other; one that is missing contradicts nothing."""
    start, target, lower, upper, red_low, red_high = (
        data.get(name) if name in names else None
        for name in ("start", "target", "lower", "upper", "red_low", "red_high")
    )
    if start is not None and start == target:
        form.add_error("target", _("From and to are the same: nothing would change."))
    if lower is not None and upper is not None and lower > upper:
        form.add_error("upper", _("This lies below the lower bound."))
    floor, ceiling = (target, target) if "target" in names else (lower, upper)
    if red_low is not None and floor is not None and red_low >= floor:
        form.add_error("red_low", _("This must lie below the limit."))
    if red_high is not None and ceiling is not None and red_high <= ceiling:
        form.add_error("red_high", _("This must lie above the limit."))
    if data["direction"] == Direction.BASELINE and not data.get("source"):
        form.add_error("source", _("Say where the number will come from."))
    if "by_percent" in names:
        refuse_percent_of_nothing(form, data)


def refuse_percent_of_nothing(form: forms.Form, data: dict[str, Any]) -> None:
    percent = data.get("by_percent")
    if percent is not None and percent <= 0:
        form.add_error("by_percent", _("Say by how many per cent, as a number above 0."))
    if data.get("start") == 0:
        form.add_error(
            "start",
            _(
                "Any per cent of 0 is 0. Choose “Change” and say from where to where, or start "
                "from another number."
            ),
        )


def refuse_impossible_way(form: Any, data: dict[str, Any]) -> None:
    """Refuse a line, points or a horizon that the key result cannot have."""
    changes = data.get("measure") in NUMERIC and data.get("direction") in CHANGES
    if data.get("expectation") == Expectation.PHASED:
        refuse_impossible_phases(form, data, changes=changes)
    if not changes or form.cycle is None or form.errors:
        return
    horizon, points = data.get("horizon"), data.get("points") or []
    if horizon and horizon <= form.cycle.end:
        form.add_error("horizon", _("This lies within the cycle. Leave it empty, or go beyond it."))
    elif horizon and data.get("checkpoint") is None:
        words = _("Say where it should be on %(day)s, when the cycle ends.")
        form.add_error("checkpoint", words % {"day": short_day(form.cycle.end)})
    elif points or horizon:
        refuse_points_off_the_way(form, data, horizon)


def refuse_impossible_phases(form: forms.Form, data: dict[str, Any], *, changes: bool) -> None:
    if data.get("measure") == Measure.MILESTONES:
        steps = data.get("milestones") or []
        if steps and not any(row["due_on"] for row in steps):
            form.add_error("milestones", _("Say by when milestones are due: they are the phases."))
    elif not changes:
        form.add_error(
            "expectation", _("Only a change from one number to another, or milestones, has phases.")
        )
    elif "points" in data and not data["points"]:
        form.add_error("points", _("Say where it should be by which day, at least once."))


def refuse_points_off_the_way(form: Any, data: dict[str, Any], horizon: date | None) -> None:
    """Points lead on from the start, through this cycle's end, to the target, in order."""
    points = [(row["day"], row["value"]) for row in data.get("points") or []]
    end = horizon or form.cycle.end
    if any(not form.cycle.start < day < end for day, _value in points):
        words = _("Every day must lie after %(start)s and before %(end)s.")
        days = {"start": short_day(form.cycle.start), "end": short_day(end)}
        form.add_error("points", words % days)
        return
    known = dict(points)
    if len(known) < len(points):
        form.add_error("points", _("Say of each day only once where it should be."))
        return
    if horizon:
        known.setdefault(form.cycle.end, data["checkpoint"])
    reached = form.written_target(data)
    way = [data.get("start"), *(known[day] for day in sorted(known)), reached]
    if not leads_on([value for value in way if value is not None]):
        name = "points" if points else "checkpoint"
        form.add_error(name, _("These must lead on from the start to the target, step by step."))


def leads_on(way: list[Decimal]) -> bool:
    steps = [after - before for before, after in pairwise(way)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
