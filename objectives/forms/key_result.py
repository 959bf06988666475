"""One key result as it is typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, DecimalField, Form
from core.pickers import PickerField
from core.rows import PLACE, RowsField
from objectives.models import KeyResult, Milestone, Objective
from objectives.progress import (
    LIMITS,
    NUMERIC,
    Aggregation,
    Direction,
    Expectation,
    Measure,
    target_by_percent,
)
from objectives.quality import Hint, hints_about_key_result
from objectives.writing import FAMILIES, Step, Written, describe
from organizations.models import Cycle, Person

from .ways import CHANGE, DOWN_BY, UP_BY, refuse_crossed, refuse_impossible_way

BLANK_ROWS, MOST_ROWS = 2, 30
BY_PERCENT = {UP_BY: Direction.INCREASE, DOWN_BY: Direction.DECREASE}
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}


def decimals_of(number: Decimal | None) -> int:
    exponent = number.normalize().as_tuple().exponent if number else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number_field(label: Any) -> DecimalField:
    return DecimalField(label=label, required=False, max_digits=20, decimal_places=6)


class UsualChoiceField(forms.ChoiceField):
    """A choice that says the usual where nothing was chosen, so that it makes no row of its own."""

    def __init__(self, *, initial: str, **kwargs: Any) -> None:
        super().__init__(initial=initial, required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial or self.initial, data or self.initial)


def given(number: int | None, usual: int) -> int:
    return usual if number is None else number


def place_field() -> forms.IntegerField:
    widget = forms.NumberInput({"min": 1})
    return forms.IntegerField(label=_("Order"), required=False, min_value=1, widget=widget)


class KeyResultForm(Form):
    """One row: what is measured, and what would be good. A row left empty is not there.

    Which numbers a row asks for follows from its measure and its direction; ``NUMBERS`` says it,
    and key-result-row.css shows no other.
    """

    DIRECTIONS: Mapping[str, Any] = {
        CHANGE: _("Change"),
        UP_BY: _("Increase by per cent"),
        DOWN_BY: _("Decrease by per cent"),
        Direction.AT_LEAST: _("At least"),
        Direction.AT_MOST: _("At most"),
        Direction.WITHIN: _("Between"),
        Direction.BASELINE: _("Find it out"),
    }
    NUMBERS: Mapping[str, tuple[str, ...]] = {
        CHANGE: ("start", "target", "checkpoint"),
        UP_BY: ("start", "by_percent", "checkpoint"),
        DOWN_BY: ("start", "by_percent", "checkpoint"),
        Direction.AT_LEAST: ("target", "red_low"),
        Direction.AT_MOST: ("target", "red_high"),
        Direction.WITHIN: ("lower", "upper", "red_low", "red_high"),
        Direction.BASELINE: (),
    }
    # What must be said of a key result, however it is measured.
    NEEDED = {
        Measure.MILESTONES: ("milestones", _("Name at least one milestone.")),
        Measure.JUDGEMENT: ("rubric", _("Say what the grades 0, 0.5 and 1 would look like.")),
    }
    # How it is measured stays once somebody has checked in (K2).
    FIXED = ("measure", "unit")

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What you measure"), max_length=500)
    measure = forms.ChoiceField(
        label=_("Measure"), choices=KeyResult.MEASURES, initial=Measure.NUMBER
    )
    direction = forms.ChoiceField(label=_("What is good"), choices=DIRECTIONS, required=False)
    start = number_field(_("From"))
    target = number_field(_("To"))
    by_percent = DecimalField(
        label=_("By per cent"), required=False, max_digits=12, decimal_places=6
    )
    lower = number_field(_("Lowest"))
    upper = number_field(_("Highest"))
    red_low = number_field(_("0% at or below"))
    red_high = number_field(_("0% at or above"))
    aggregation = UsualChoiceField(
        label=_("What counts"), choices=KeyResult.AGGREGATIONS, initial=Aggregation.LATEST
    )
    source = forms.CharField(label=_("Where the number comes from"), required=False, max_length=300)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30)
    decimals = forms.IntegerField(label=_("Decimals"), required=False, min_value=0, max_value=6)
    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=100, initial=1)
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Owner, if another"),
        required=False,
    )
    milestones = RowsField(
        {
            "id": forms.UUIDField(required=False, widget=forms.HiddenInput),
            PLACE: place_field(),
            "title": forms.CharField(label=_("Milestone"), max_length=200),
            "weight": forms.IntegerField(
                label=_("Weight"),
                required=False,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput({"min": 0}),
            ),
            "due_on": forms.DateField(label=_("Due"), required=False, widget=DateInput()),
        },
        label=_("Milestones"),
        required=False,
    )
    rubric = forms.CharField(
        label=_("What the grades 0, 0.5 and 1 would look like"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )
    expectation = UsualChoiceField(
        label=_("Comes on"), choices=KeyResult.EXPECTATIONS, initial=Expectation.LINEAR
    )
    points = RowsField(
        {
            "day": forms.DateField(label=_("By"), widget=DateInput()),
            "value": DecimalField(label=_("It should be"), max_digits=20, decimal_places=6),
        },
        label=_("Where it should be by when"),
        required=False,
    )
    horizon = forms.DateField(
        label=_("Until, if later than the cycle"), required=False, widget=DateInput()
    )
    checkpoint = number_field(_("Target of this cycle"))

    def __init__(self, *args: Any, cycle: Cycle | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        if self.saved and self.saved.is_settled:
            for name in self.FIXED:
                self.fields[name].disabled = True

    @property
    def saved(self) -> KeyResult | None:
        return self.initial.get("saved")

    @cached_property
    def shown_now(self) -> KeyResult | None:
        """The key result as it is typed, or else as it was last saved; None while it is unclear."""
        if not self.is_bound:
            return self.saved
        if not self.has_changed():
            return None
        return self.sketched() if self.is_valid() else None

    @property
    def hints(self) -> list[Hint]:
        """What is worth a second look in it as it is typed."""
        now = self.shown_now
        return hints_about_key_result(now) if now else []

    @property
    def has_more(self) -> bool:
        """Whether anything stands, or is wrong, among what most rows do not need."""
        names = ("points", "horizon", "checkpoint", "owner", "decimals")
        if any(self[name].errors for name in names):
            return True
        shown = self.initial if not self.is_bound else getattr(self, "cleaned_data", {})
        return any(shown.get(name) for name in ("points", "horizon", "owner"))

    def sketched(self) -> KeyResult:
        """Return what is typed as a key result that nobody has saved."""
        objective = Objective(cycle=self.cycle) if self.cycle else Objective()
        sketch, one = KeyResult(objective=objective), self.written()
        if self.saved:
            sketch.current, sketch.checked_in_on = self.saved.current, self.saved.checked_in_on
        describe(sketch, one)
        sketch.measure, sketch.unit, sketch.direction = one.measure, one.unit, one.direction
        sketch.hold_milestones(
            Milestone(title=step.title, weight=step.weight, due_on=step.due_on, position=n)
            for n, step in enumerate(one.milestones)
        )
        return sketch

    def clean_unit(self) -> str:
        unit: str = self.cleaned_data["unit"].strip()
        return CURRENCIES.get(unit, unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        measure = data.get("measure")
        if measure in self.NEEDED:
            name, sentence = self.NEEDED[Measure(measure)]
            if name in data and not data[name]:
                self.add_error(name, sentence)
        data["direction"] = data.get("direction") or CHANGE
        if measure == Measure.CURRENCY:
            self._settle_currency(data)
        if measure in NUMERIC:
            refuse_crossed(self, self.NUMBERS[data["direction"]], data)
            self._keep_to_its_way(data["direction"])
        refuse_impossible_way(self, data)
        return data

    def _keep_to_its_way(self, typed: str) -> None:
        """A change never becomes a limit once somebody has measured it, nor the other way round."""
        if self.saved and self.saved.is_settled:
            before, after = self.saved.direction, BY_PERCENT.get(typed, typed or Direction.INCREASE)
            if FAMILIES[Direction(before)] != FAMILIES[Direction(after)]:
                words = _("It has been measured the other way. Add another key result instead.")
                self.add_error("direction", words)

    def _settle_currency(self, data: dict[str, Any]) -> None:
        """Know money by its three letters, so that two currencies are never taken for one."""
        unit = data.get("unit") or self._usual_currency()
        if len(unit) == 3 and unit.isascii() and unit.isalpha():
            data["unit"] = unit.upper()
        elif "unit" in data:
            self.add_error("unit", _("Name the currency by its three letters, such as EUR."))

    def _usual_currency(self) -> str:
        return self.cycle.organization.currency if self.cycle else ""

    def written(self) -> Written:
        data = self.cleaned_data
        measure = data["measure"]
        numeric = measure in NUMERIC
        direction = data["direction"] if numeric else CHANGE
        asked = self.NUMBERS[direction] if numeric else ()
        numbers: dict[str, Any] = {name: data[name] for name in asked}
        start, target = numbers.pop("start", None), numbers.pop("target", None)
        if direction in BY_PERCENT:
            target, direction = self.written_target(data), BY_PERCENT[direction]
        elif direction == CHANGE:
            falls = start is not None and target is not None and target < start
            direction = Direction.DECREASE if falls else Direction.INCREASE
        changes = numeric and direction in {Direction.INCREASE, Direction.DECREASE}
        points = [(row["day"], row["value"]) for row in data["points"]] if changes else []
        horizon = data["horizon"] if changes else None
        if not horizon:
            numbers.pop("checkpoint", None)
        expectation = data["expectation"] or Expectation.LINEAR
        values = {name: number for name, number in numbers.items() if name != "by_percent"}
        return Written(
            pk=data["id"],
            title=data["title"],
            measure=measure,
            direction=direction,
            start=start,
            target=target,
            unit=data["unit"] if numeric else "",
            decimals=self._decimals(measure, [start, target, *values.values()]),
            weight=data["weight"],
            owner=data["owner"],
            milestones=self._steps() if measure == Measure.MILESTONES else [],
            source=data["source"] if direction == Direction.BASELINE else "",
            rubric=data["rubric"] if measure == Measure.JUDGEMENT else "",
            aggregation=self._aggregation() if numeric else Aggregation.LATEST,
            expectation=expectation,
            points=points if expectation == Expectation.PHASED or horizon else [],
            horizon=horizon,
            **numbers,
        )

    @staticmethod
    def written_target(data: dict[str, Any]) -> Decimal | None:
        """The target that was typed, or that the per cent come to."""
        direction, start = BY_PERCENT.get(data["direction"]), data.get("start")
        if direction is None:
            return data.get("target")
        percent = data.get("by_percent")
        if start is None or percent is None:
            return None
        return target_by_percent(start, percent, direction)

    def _decimals(self, measure: str, numbers: list[Decimal | None]) -> int:
        """As many as were asked for, or else as many as the numbers have."""
        chosen = self.cleaned_data["decimals"]
        if chosen is not None:
            return int(chosen)
        return 1 if measure == Measure.JUDGEMENT else max(map(decimals_of, numbers), default=0)

    def _aggregation(self) -> str:
        limit = self.cleaned_data["direction"] in LIMITS
        return (self.cleaned_data["aggregation"] if limit else "") or Aggregation.LATEST

    def _steps(self) -> list[Step]:
        return [
            Step(
                row["title"],
                1 if row["weight"] is None else row["weight"],
                row["due_on"],
                row["id"],
            )
            for row in self.cleaned_data["milestones"]
        ]

    @classmethod
    def shown(cls, key_result: KeyResult) -> dict[str, Any]:
        """Return a key result as this form's initial values."""
        names = ["title", "measure", "start", "target", "lower", "upper", "red_low", "red_high"]
        names += ["source", "unit", "weight", "rubric", "by_percent", "aggregation", "expectation"]
        names += ["horizon", "checkpoint", "decimals"]
        known = {name: getattr(key_result, name) for name in names}
        known["direction"] = cls.direction_of(key_result)
        known["milestones"] = [
            {"id": step.pk, "title": step.title, "weight": step.weight, "due_on": step.due_on}
            for step in key_result.milestones.all()
        ]
        known["points"] = [{"day": day, "value": value} for day, value in key_result.points]
        another = key_result.owner_id != key_result.objective.owner_id
        known["owner"] = key_result.owner if another else None
        return {"id": key_result.pk, **known, "saved": key_result}

    @classmethod
    def direction_of(cls, key_result: KeyResult) -> str:
        direction = key_result.direction
        if key_result.by_percent is not None:
            return UP_BY if direction == Direction.INCREASE else DOWN_BY
        return direction if direction in cls.NUMBERS else CHANGE


KeyResultFormSet = forms.formset_factory(
    KeyResultForm, extra=BLANK_ROWS, can_delete=True, max_num=MOST_ROWS, validate_max=True
)
