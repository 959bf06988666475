"""Examples to start from, for each kind and each function of a company (R26, R27, R40, R44).

They are ours. A theme of the library names the functions that could take part; a one focus, what
departments could take on.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Objective
from .progress import Direction, Measure

Kind = Objective.Kind


@dataclass(frozen=True)
class ExampleResult:
    """A key result as the form takes it; a limit or a baseline has a direction."""

    title: Any
    start: str = ""
    target: str = ""
    unit: Any = ""
    measure: str = Measure.NUMBER
    direction: str = ""
    milestones: Any = ""
    source: Any = ""

    def shown(self) -> dict[str, Any]:
        filled = {
            "title": self.title,
            "measure": self.measure,
            "direction": self.direction,
            "start": self.start,
            "target": self.target,
            "unit": self.unit,
            "milestones": [{"title": title} for title in str(self.milestones).splitlines()],
            "source": self.source,
        }
        return {name: value for name, value in filled.items() if value}


@dataclass(frozen=True)
class Example:
    """An objective somebody could begin with; ``where`` is the function it comes from."""

    slug: str
    kind: str
    where: Any
    title: Any
    why: Any
    results: tuple[ExampleResult, ...] = ()
    challenge: str = ""
    challenge_words: Any = ""
    parts: tuple[tuple[Any, Any], ...] = ()
    functions: tuple[Any, ...] = ()


PRODUCT, PEOPLE, SALES = _("Product"), _("People"), _("Sales")
SERVICE, MARKETING = _("Customer service"), _("Marketing")
ENGINEERING, FINANCE, OPERATIONS = _("Engineering"), _("Finance"), _("Operations")
PERCENT, MILESTONES = Measure.PERCENT, Measure.MILESTONES

FOCUSES = (
    Example(
        "keep-the-renewals",
        Kind.ONE_FOCUS,
        _("A threat"),
        _("Customers who are up for renewal want to stay"),
        _("Two thirds of what we earn next year is decided in the next three months."),
        (
            ExampleResult(_("Renewals signed before they run out"), "71", "90", "%", PERCENT),
            ExampleResult(_("Customers we lose in their first year"), "18", "8", _("customers")),
        ),
        Objective.Challenge.THREAT,
        _("A rival undercuts us, and a third of our contracts end before the summer."),
        (
            (PRODUCT, _("The three wishes every leaving customer named are in the product")),
            (SERVICE, _("Whoever has an open case at renewal time hears from us daily")),
            (SALES, _("Every renewal is spoken about ninety days ahead, not nine")),
            (FINANCE, _("A price that is simple enough to explain in one line")),
        ),
    ),
    Example(
        "open-the-north",
        Kind.ONE_FOCUS,
        _("An opportunity"),
        _("We are the first name people think of in the north"),
        _("Nobody serves these towns yet, and the first who does will keep them."),
        (
            ExampleResult(_("Towns with a paying customer"), "2", "20", _("towns")),
            ExampleResult(_("People who name us first"), "4", "25", "%", PERCENT),
        ),
        Objective.Challenge.OPPORTUNITY,
        _("A supplier left the region in spring, and two hundred towns look for another."),
        (
            (MARKETING, _("A story told by the first ten customers, in their own words")),
            (SALES, _("One person in every region, there before the campaign")),
            (OPERATIONS, _("A part reaches any of these towns in two days")),
            (PEOPLE, _("Twelve people hired where our customers live")),
        ),
    ),
)
DEPARTMENTAL = (
    Example(
        "launch-that-sells",
        Kind.DEPARTMENTAL,
        PRODUCT,
        _("The new line is good enough that people ask for it"),
        _("Our offer is four years old, and the shelf beside us is not."),
        (
            ExampleResult(
                _("The first product of the line is on sale"),
                measure=MILESTONES,
                milestones=_("Prototype liked by ten customers\nTooling ready\nFirst hundred sold"),
            ),
            ExampleResult(_("Buyers who would recommend it"), "0", "60", "%", PERCENT),
        ),
    ),
    Example(
        "way-forward-for-everyone",
        Kind.DEPARTMENTAL,
        PEOPLE,
        _("Everybody can see where they could grow here"),
        _("Half of those who left last year said that they saw no next step."),
        (
            ExampleResult(
                _("A development programme runs"),
                measure=MILESTONES,
                milestones=_("Paths written with managers\nPilot in two teams\nOpen to everybody"),
            ),
            ExampleResult(_("People with a written focus for growth"), "12", "70", "%", PERCENT),
        ),
    ),
    Example(
        "sell-what-helps",
        Kind.DEPARTMENTAL,
        SALES,
        _("Customers buy the whole solution, not one part of it"),
        _("Whoever uses two of our products stays three times as long."),
        (
            ExampleResult(_("New orders with two products or more"), "22", "40", "%", PERCENT),
            ExampleResult(_("New yearly revenue"), "800000", "1200000", "EUR", Measure.CURRENCY),
        ),
    ),
    Example(
        "know-how-they-feel",
        Kind.DEPARTMENTAL,
        SERVICE,
        _("We know how satisfied customers are, instead of guessing"),
        _("We answer fast and cannot say whether it helped."),
        (
            ExampleResult(
                _("Satisfaction after a closed case"),
                unit=_("points"),
                direction=Direction.BASELINE,
                source=_("One question at the end of every case"),
            ),
            ExampleResult(_("Cases that end with an answer to it"), "0", "30", "%", PERCENT),
        ),
    ),
    Example(
        "ship-without-fear",
        Kind.DEPARTMENTAL,
        ENGINEERING,
        _("A release is nothing to be afraid of"),
        _("We wait two weeks for courage, and customers wait with us."),
        (
            ExampleResult(_("Releases a week"), "0.5", "5", _("releases")),
            ExampleResult(_("Releases that are taken back"), "14", "3", "%", PERCENT),
        ),
    ),
    Example(
        "pay-on-time",
        Kind.DEPARTMENTAL,
        FINANCE,
        _("Money comes in when it is due"),
        _("We lend our customers two months without having decided to."),
        (
            ExampleResult(_("Days until an invoice is paid"), "58", "35", _("days")),
            ExampleResult(
                _("Overtime hours in the month's closing"),
                target="40",
                unit=_("hours"),
                direction=Direction.AT_MOST,
            ),
        ),
    ),
)
THEMES = (
    Example(
        "inventive",
        Kind.THEMATIC,
        _("Inventive"),
        _("The most inventive name in our trade"),
        _("Ideas die here between two departments. This year each gets a fair try."),
        (
            ExampleResult(_("Ideas tried with a customer"), "3", "24", _("ideas")),
            ExampleResult(
                _("People who say that trying is welcome here"), "48", "70", "%", PERCENT
            ),
        ),
        functions=(PRODUCT, ENGINEERING, MARKETING, SERVICE, PEOPLE),
    ),
    Example(
        "light-on-our-feet",
        Kind.THEMATIC,
        _("Agile"),
        _("From a customer's wish to an answer in days"),
        _("Our competitors are not cleverer than we are. They decide sooner."),
        (
            ExampleResult(_("Days from a wish to a decision"), "34", "7", _("days")),
            ExampleResult(_("Decisions made where the work is done"), "40", "75", "%", PERCENT),
        ),
        functions=(PRODUCT, ENGINEERING, SALES, OPERATIONS),
    ),
    Example(
        "customers-feel-it",
        Kind.THEMATIC,
        _("Customer service"),
        _("Everybody here serves customers, whatever their title"),
        _("A customer meets six departments of ours and tells each the same story anew."),
        (
            ExampleResult(_("Cases solved by the first person asked"), "52", "80", "%", PERCENT),
            ExampleResult(
                _("People outside service who spent a day in it"), "5", "60", "%", PERCENT
            ),
        ),
        functions=(SERVICE, PRODUCT, SALES, FINANCE, OPERATIONS),
    ),
    Example(
        "leaner-by-two",
        Kind.THEMATIC,
        _("Thrift"),
        _("We spend as if it were our own"),
        _("Two per cent less overhead, for good, pays for a whole new team."),
        (
            ExampleResult(_("Overhead, compared with last year"), "100", "98", "%", PERCENT),
            ExampleResult(
                _("Overtime a person and week"),
                target="2",
                unit=_("hours"),
                direction=Direction.AT_MOST,
            ),
        ),
        functions=(FINANCE, OPERATIONS, PEOPLE, ENGINEERING),
    ),
    Example(
        "heard-of",
        Kind.THEMATIC,
        _("Known and liked"),
        _("People know us before they need us"),
        _("Who has never heard of us cannot choose us, however good we are."),
        (
            ExampleResult(_("People in our market who know our name"), "11", "25", "%", PERCENT),
            ExampleResult(_("Customers who bring another"), "6", "15", "%", PERCENT),
        ),
        functions=(MARKETING, SALES, PRODUCT, SERVICE, PEOPLE),
    ),
    Example(
        "modern-tools",
        Kind.THEMATIC,
        _("Modern"),
        _("Nobody types the same thing twice"),
        _("A quarter of our week goes into copying what a machine knows already."),
        (
            ExampleResult(_("Hours a week spent on copying"), "9", "3", _("hours")),
            ExampleResult(
                _("The five oldest lists are gone"),
                measure=MILESTONES,
                milestones=_("Stock list\nOn-call list\nPrice list\nHoliday list\nKey list"),
            ),
        ),
        functions=(ENGINEERING, FINANCE, PEOPLE, OPERATIONS, SALES),
    ),
)
SUPPORTING = (
    Example(
        "first-answer-helps",
        Kind.SUPPORTING,
        SERVICE,
        _("The first answer is the one that helps"),
        _("Every second question costs the customer a day."),
        (ExampleResult(_("Questions asked a second time"), "31", "12", "%", PERCENT),),
    ),
    Example(
        "quiet-nights",
        Kind.SUPPORTING,
        ENGINEERING,
        _("Nights on call are quiet"),
        _("Who is woken twice writes worse code the day after."),
        (ExampleResult(_("Alarms between ten and six"), "46", "8", _("alarms")),),
    ),
    Example(
        "new-people-at-home",
        Kind.SUPPORTING,
        PEOPLE,
        _("New colleagues feel at home after a month"),
        _("The first month decides about the first year."),
        (ExampleResult(_("New people who would start here again"), "64", "90", "%", PERCENT),),
    ),
    Example(
        "calls-that-teach",
        Kind.SUPPORTING,
        SALES,
        _("I learn something from every lost order"),
        _("We lose four of five, and write down none of them."),
        (ExampleResult(_("Lost orders with a reason from the customer"), "5", "80", "%", PERCENT),),
    ),
    Example(
        "pages-people-finish",
        Kind.SUPPORTING,
        PRODUCT,
        _("People finish what they begin on our pages"),
        _("Every third person leaves a form half way."),
        (ExampleResult(_("Forms left half way"), "34", "15", "%", PERCENT),),
    ),
)
EXAMPLES: dict[str, tuple[Example, ...]] = {
    Kind.ONE_FOCUS: FOCUSES,
    Kind.DEPARTMENTAL: DEPARTMENTAL,
    Kind.THEMATIC: THEMES,
    Kind.SUPPORTING: SUPPORTING,
}


def example(slug: str) -> Example | None:
    return next((one for found in EXAMPLES.values() for one in found if one.slug == slug), None)
