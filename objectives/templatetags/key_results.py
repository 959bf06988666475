"""What a key result promises, in words and as a line: before it is saved, and after."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from core.charts import Timescale, drawn, line
from core.numbers import format_decimal
from core.templatetags.ui import SIGNS, measure, percent, short_day
from objectives.models import KeyResult
from objectives.progress import (
    Direction,
    Expectation,
    Measure,
    Pace,
    expected,
    expected_line,
    phases_of_values,
)
from organizations.models import Cycle, Organization

register = template.Library()

HALVES = (Decimal(0), Decimal("0.5"), Decimal(1))


@register.filter
def levels(key_result: KeyResult) -> list[tuple[Decimal, str]]:
    """Say what 0 %, 50 % and 100 % would be, however it is measured (domain §4)."""
    if key_result.problem:
        return []
    if key_result.is_numeric and key_result.direction != Direction.BASELINE:
        return levels_of_periods() if key_result.counts_periods else levels_of_values(key_result)
    words = {
        Measure.YES_NO: [(HALVES[0], _("not yet")), (HALVES[2], _("done"))],
        Measure.MILESTONES: levels_of_milestones(key_result),
        Measure.JUDGEMENT: [
            (share, _("grade %(grade)s") % {"grade": format_decimal(share)}) for share in HALVES
        ],
    }
    found = [
        (HALVES[0], _("no number yet")),
        (HALVES[2], _("number, date and source are known")),
    ]
    return words.get(Measure(key_result.measure), found)


def levels_of_values(key_result: KeyResult) -> list[tuple[Decimal, str]]:
    """The values themselves; a limit without a red value falls to 0 % at once."""
    said = [
        (share, _(" or ").join(measure(value, key_result) for value in values))
        for share, values in key_result.levels
    ]
    if key_result.is_limit and not any(share == 0 for share, _words in said):
        return [(HALVES[0], _("beyond it, at once")), *said]
    return said


def levels_of_periods() -> list[tuple[Decimal, str]]:
    words = [_("kept in no period"), _("kept in every second"), _("kept in every period")]
    return list(zip(HALVES, words, strict=True))


def levels_of_milestones(key_result: KeyResult) -> list[tuple[Decimal, str]]:
    whole = sum(step.weight for step in key_result.milestones.all())
    half = format_decimal(Decimal(whole) / 2)
    words = ngettext(
        "%(half)s of a weight of %(whole)d", "%(half)s of a weight of %(whole)d", whole
    )
    return [
        (HALVES[0], _("none done")),
        (HALVES[1], words % {"half": half, "whole": whole}),
        (HALVES[2], _("all done")),
    ]


class Stretch(NamedTuple):
    """A part of the way that is drawn: this cycle's, or the whole of it to the horizon."""

    start: date
    end: date
    shape: Sequence[tuple[date, Decimal]]
    labels: Sequence[tuple[int, str]]
    marks: Sequence[tuple[date, Decimal, str]]


@register.inclusion_tag("objectives/_expected_line.html")
def expected_chart(
    key_result: KeyResult, cycle: Cycle, today: date, organization: Organization
) -> dict[str, Any]:
    """Draw the line that is expected over the cycle, where it stands, and say it in a sentence."""
    week, shape = organization.working_week, Expectation(key_result.expectation)
    phases = tuple(key_result.phases) if shape == Expectation.PHASED else ()
    points = expected_line(shape, cycle.start, cycle.end, week, phases=phases)
    marks = [(day, by, value_at(key_result, by)) for day, by in phases]
    marks = [mark for mark in marks if cycle.start <= mark[0] < cycle.end]
    stretch = Stretch(cycle.start, cycle.end, points, labels_of(key_result), marks)
    by_today = expected(shape, cycle.start, cycle.end, today, week, phases=phases)
    return drawing(stretch, key_result.progress, today, by_today) | {
        "sentence": in_a_sentence(key_result, cycle, marks),
        "name": KeyResult.EXPECTATIONS[shape],
    }


@register.inclusion_tag("objectives/_expected_line.html")
def whole_way_chart(key_result: KeyResult, cycle: Cycle, today: date) -> dict[str, Any]:
    """Draw the whole way to a horizon beyond the cycle, with its checkpoints (R42)."""
    assert key_result.horizon
    assert key_result.checkpoint is not None
    known = [(cycle.end, key_result.checkpoint), *key_result.points]
    later = sorted(point for point in known if point[0] >= cycle.end)
    shares = tuple(phases_of_values(later, key_result.start, key_result.target))
    shape = [(cycle.start, HALVES[0]), *shares, (key_result.horizon, HALVES[2])]
    marks = [
        (day, share, measure(value, key_result))
        for (day, value), (_same, share) in zip(later, shares, strict=True)
    ]
    labels = labels_of(key_result, key_result.target)
    stretch = Stretch(cycle.start, key_result.horizon, shape, labels, marks)
    told = [_("%(value)s by %(day)s") % {"value": v, "day": short_day(d)} for d, _s, v in marks]
    told.append(
        _("%(value)s by %(day)s")
        % {
            "value": measure(key_result.target, key_result),
            "day": short_day(key_result.horizon),
        }
    )
    sentence = _("The whole way: %(told)s.") % {"told": ", ".join(told)}
    return drawing(stretch, key_result.whole_way, today, None) | {
        "sentence": sentence,
        "name": _("The whole way"),
    }


def drawing(
    stretch: Stretch, done: Decimal | None, today: date, by_today: Decimal | None
) -> dict[str, Any]:
    scale = Timescale(stretch.start, stretch.end, get_language_bidi())
    running = stretch.start <= today <= stretch.end
    return {
        "line": line([(scale.place(day), drawn(1 - share)) for day, share in stretch.shape]),
        "labels": stretch.labels,
        "marks": [
            {"x": scale.place(day), "y": drawn(1 - share), "words": words, "day": day}
            for day, share, words in stretch.marks
        ],
        "ends": [
            (scale.place(stretch.start), stretch.start),
            (scale.place(stretch.end), stretch.end),
        ],
        "now": scale.place(today) if running else None,
        "done": drawn(1 - done) if done is not None and running else None,
        "by_today": by_today if running else None,
        "mirrored": scale.mirrored,
    }


def labels_of(key_result: KeyResult, target: Decimal | None = None) -> list[tuple[int, str]]:
    """What stands beside the line at its bottom, middle and top."""
    if not key_result.is_change or key_result.start is None:
        return [(100 - int(share * 100), percent(share)) for share in HALVES]
    goal = key_result.cycle_target if target is None else target
    assert goal is not None
    way = goal - key_result.start
    return [
        (100 - int(share * 100), short_measure(key_result.start + share * way, key_result))
        for share in HALVES
    ]


def short_measure(value: Decimal, key_result: KeyResult) -> str:
    """Write a value briefly: no unit but a sign, as it stands at the edge of a drawing."""
    signed = key_result.measure == Measure.PERCENT or key_result.unit in {"%", *SIGNS}
    return measure(value, key_result) if signed else format_decimal(value)


def value_at(key_result: KeyResult, share: Decimal) -> str:
    if not key_result.is_change or key_result.start is None or key_result.cycle_target is None:
        return percent(share)
    value = key_result.start + share * (key_result.cycle_target - key_result.start)
    return measure(round(value, key_result.decimals), key_result)


def in_a_sentence(
    key_result: KeyResult, cycle: Cycle, marks: Sequence[tuple[date, Decimal, str]]
) -> str:
    days = {"start": short_day(cycle.start), "end": short_day(cycle.end)}
    if key_result.expectation == Expectation.END_LOADED:
        words = _("Expected mostly towards the end: a quarter at half time, all by %(end)s.")
        return words % days
    if key_result.expectation == Expectation.PHASED:
        told = [_("%(value)s by %(day)s") % {"value": v, "day": short_day(d)} for d, _s, v in marks]
        words = _("Expected in phases: %(told)s; all by %(end)s.")
        return words % {**days, "told": ", ".join(told)}
    return _("Expected evenly over the working days from %(start)s to %(end)s.") % days


@register.filter
def pace_word(standing: Any) -> str:
    """Say the pace in words: how far ahead or behind, or that it is too early to tell."""
    if standing.pace is None:
        return _("Not measured yet")
    if standing.pace == Pace.TOO_EARLY:
        return _("Too early to tell")
    gap = standing.gap or 0
    if gap == 0:
        return _("On pace")
    words = ngettext("%(n)d point", "%(n)d points", abs(gap)) % {"n": abs(gap)}
    return (_("%(points)s ahead") if gap > 0 else _("%(points)s behind")) % {"points": words}


@register.filter
def periods_words(key_result: KeyResult) -> str:
    """Say how many of a limit's periods kept it, and how many passed in silence (§14.1)."""
    facts = key_result.facts()
    if not key_result.counts_periods or not facts.periods:
        return ""
    due = facts.periods_due
    words = ngettext("Kept in %(ok)d of %(n)d period", "Kept in %(ok)d of %(n)d periods", due)
    told = words % {"ok": facts.periods_ok, "n": due}
    if not facts.periods_missed:
        return told
    missed = ngettext("%(n)d missed", "%(n)d missed", facts.periods_missed)
    return f"{told}, {missed % {'n': facts.periods_missed}}"


@register.filter
def by_percent_words(key_result: KeyResult) -> str:
    """Say a change by per cent with what it comes to: 2% less than 4.1 is 4.018."""
    if key_result.by_percent is None or key_result.start is None or key_result.target is None:
        return ""
    less = key_result.direction == Direction.DECREASE
    words = (
        _("%(percent)s%% less than %(start)s is %(target)s.")
        if less
        else _("%(percent)s%% more than %(start)s is %(target)s.")
    )
    return words % {
        "percent": format_decimal(key_result.by_percent),
        "start": measure(key_result.start, key_result),
        "target": measure(key_result.target, key_result),
    }
