"""Key results to start from, in all ways of measuring, by function (R25-R27, R42-R44)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .progress import Direction, Expectation, Measure


class Example(NamedTuple):
    """A key result as somebody could have typed it; numbers are theirs to change."""

    function: Any
    title: Any
    row: Mapping[str, Any]
    steps: tuple[Any, ...] = ()


PRODUCT, PEOPLE, SALES = _("Product"), _("People"), _("Sales")
SERVICE, FINANCE, MARKETING = _("Customer service"), _("Finance"), _("Marketing")

EXAMPLES: Mapping[str, Example] = {
    "launch": Example(
        PRODUCT,
        _("The new product is on sale in every country"),
        {"measure": Measure.MILESTONES, "expectation": Expectation.LINEAR},
        (_("First ten customers use it"), _("On sale at home"), _("On sale everywhere")),
    ),
    "adoption": Example(
        PRODUCT,
        _("Customers who use the new product every week"),
        {"measure": Measure.NUMBER, "start": "0", "target": "500"},
    ),
    "careers": Example(
        PEOPLE,
        _("People with a development plan that they wrote with their manager"),
        {"measure": Measure.PERCENT, "start": "20", "target": "90"},
    ),
    "overtime": Example(
        PEOPLE,
        _("Overtime per person"),
        {
            "measure": Measure.DURATION,
            "direction": Direction.AT_MOST,
            "target": "5",
            "red_high": "12",
            "unit": _("hours a month"),
            "aggregation": "share_of_periods_ok",
        },
    ),
    "sales": Example(
        SALES,
        _("Revenue from new customers"),
        {
            "measure": Measure.CURRENCY,
            "start": "0",
            "target": "250000",
            "expectation": Expectation.END_LOADED,
        },
    ),
    "satisfaction": Example(
        SERVICE,
        _("Satisfaction after a conversation with us"),
        {"measure": Measure.SCORE, "start": "3.9", "target": "4.5"},
    ),
    "find-out": Example(
        SERVICE,
        _("How satisfied customers are"),
        {
            "measure": Measure.SCORE,
            "direction": Direction.BASELINE,
            "source": _("A survey of 200 customers that we will repeat every quarter"),
        },
    ),
    "overhead": Example(
        FINANCE,
        _("Overhead per month"),
        {
            "measure": Measure.CURRENCY,
            "direction": "down_by",
            "start": "400000",
            "by_percent": "2",
        },
    ),
    "awareness": Example(
        MARKETING,
        _("People in our market who name us unprompted"),
        {"measure": Measure.PERCENT, "start": "11", "target": "18"},
    ),
}


def choices() -> list[tuple[Any, Any]]:
    """What a list offers, in groups by function."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for slug, example in EXAMPLES.items():
        groups.setdefault(str(example.function), []).append((slug, example.title))
    return [("", _("An example to start from…")), *groups.items()]
