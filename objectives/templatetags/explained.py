"""The page "explain this number", for one key result: the formula, its inputs and their dates."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import format_decimal
from core.templatetags.ui import measure, short_day
from objectives.models import KeyResult
from objectives.progress import Aggregation, Formula, Measure

register = template.Library()

CHANGE = gettext_lazy("How far the value has moved from its start, out of the way to its target.")
ONE_SIDED = gettext_lazy(
    "100% while the limit is kept. Beyond it, less the nearer the value comes to where it is 0%; "
    "without such a value, 0% at once."
)
FORMULAS = {
    Formula.INCREASE: CHANGE,
    Formula.DECREASE: CHANGE,
    Formula.AT_LEAST: ONE_SIDED,
    Formula.AT_MOST: ONE_SIDED,
    Formula.WITHIN: gettext_lazy(
        "100% between the two bounds. Outside, less the nearer the value comes to where it is 0%; "
        "without such a value, 0% at once."
    ),
    Formula.SHARE_OF_PERIODS_OK: gettext_lazy(
        "The periods that kept the limit, out of all that are due. One without a check-in is "
        "unknown, and not kept."
    ),
    Formula.BASELINE: gettext_lazy("100% once the number, its date and its source are known."),
    Formula.YES_NO: gettext_lazy("100% when it is done, and 0% until then."),
    Formula.MILESTONES: gettext_lazy("The weight of the milestones done, out of all their weight."),
    Formula.JUDGEMENT: gettext_lazy("The grade that its owner gives by the written rubric."),
}
INPUTS = {
    "start": gettext_lazy("From"),
    "target": gettext_lazy("To, or limit"),
    "lower": gettext_lazy("Lowest"),
    "upper": gettext_lazy("Highest"),
    "red_low": gettext_lazy("0% at or below"),
    "red_high": gettext_lazy("0% at or above"),
    "source": gettext_lazy("Where the number comes from"),
    "weight_total": gettext_lazy("Weight of all milestones"),
    "periods_due": gettext_lazy("Periods due"),
    "periods_missed": gettext_lazy("Missed, so unknown"),
    "value": gettext_lazy("Latest value"),
    "measured_on": gettext_lazy("Checked in for"),
}


@register.inclusion_tag("objectives/_explained.html")
def explained(key_result: KeyResult) -> dict[str, Any]:
    explanation = key_result.explanation
    rows = [
        (label(name, key_result), in_words(value, key_result, name))
        for name, value in explanation.inputs
        if name in INPUTS and value not in {None, ""}
    ]
    return {
        "key_result": key_result,
        "sentence": FORMULAS[explanation.formula],
        "rows": rows,
        "progress": explanation.figure,
        "unknown": why(explanation.unknown_because),
    }


def label(name: str, key_result: KeyResult) -> Any:
    """What the value is called, where it is more than the latest that was said."""
    if name != "value":
        return INPUTS[name]
    if key_result.counts_periods:
        return _("Periods that kept it")
    if key_result.is_fed:
        return _("Sum of the parts")
    mean = key_result.is_limit and key_result.aggregation == Aggregation.MEAN_OF_PERIODS
    return _("Mean of the periods") if mean else INPUTS[name]


def in_words(
    value: Decimal | int | date | str | None, key_result: KeyResult, name: str = ""
) -> str:
    if name == "value" and key_result.counts_periods:
        return format_decimal(Decimal(value or 0))  # type: ignore[arg-type]
    if isinstance(value, date):
        return short_day(value)
    if isinstance(value, str):
        return value
    if isinstance(value, int) or key_result.measure == Measure.MILESTONES:
        return format_decimal(Decimal(value or 0))
    return measure(value, key_result)


def why(code: str) -> str:
    if code == "no_check_in":
        return _("Nobody has checked in yet, so there is no number. Unknown is not 0%.")
    return _("It does not say yet what it is measured by, so there is no number.") if code else ""
