"""One key result as it is typed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DecimalField, Form
from objectives.models import KeyResult
from objectives.progress import NUMERIC, Direction, Measure
from objectives.writing import Written

BLANK_ROWS = 2


def decimals_of(number: Decimal | None) -> int:
    exponent = number.normalize().as_tuple().exponent if number else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number_field(label: Any) -> DecimalField:
    return DecimalField(label=label, required=False, max_digits=20, decimal_places=6)


class KeyResultForm(Form):
    """One row: what is measured, and what would be good. A row left empty is not there.

    Which numbers a row asks for follows from its measure and its direction; ``NUMBERS`` says it,
    and key-result-row.css shows no other.
    """

    CHANGE = ""
    DIRECTIONS = {
        CHANGE: _("Change"),
        Direction.AT_LEAST: _("At least"),
        Direction.AT_MOST: _("At most"),
        Direction.WITHIN: _("Between"),
        Direction.BASELINE: _("Find it out"),
    }
    NUMBERS: dict[str, tuple[str, ...]] = {
        CHANGE: ("start", "target"),
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

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What you measure"), max_length=500)
    measure = forms.ChoiceField(
        label=_("Measure"), choices=KeyResult.MEASURES, initial=Measure.NUMBER
    )
    direction = forms.ChoiceField(label=_("What is good"), choices=DIRECTIONS, required=False)
    start = number_field(_("From"))
    target = number_field(_("To"))
    lower = number_field(_("Lowest"))
    upper = number_field(_("Highest"))
    red_low = number_field(_("0% at or below"))
    red_high = number_field(_("0% at or above"))
    source = forms.CharField(label=_("Where the number comes from"), required=False, max_length=300)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30)
    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=100, initial=1)
    milestones = forms.CharField(
        label=_("Milestones, one a line"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )
    rubric = forms.CharField(
        label=_("What the grades 0, 0.5 and 1 would look like"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )

    @property
    def levels(self) -> list[tuple[Decimal, tuple[Decimal, ...]]]:
        """What 0 %, 50 % and 100 % are, as it was last saved."""
        return self.saved.levels if self.saved else []

    @property
    def saved(self) -> KeyResult | None:
        return self.initial.get("saved")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        measure = data.get("measure")
        if measure in self.NEEDED:
            name, sentence = self.NEEDED[Measure(measure)]
            if not data.get(name):
                self.add_error(name, sentence)
        data["direction"] = data.get("direction", self.CHANGE)
        if measure in NUMERIC:
            self._refuse_crossed(data)
        return data

    def _refuse_crossed(self, data: dict[str, Any]) -> None:
        """Refuse numbers that contradict each other; one that is missing contradicts nothing."""
        names = self.NUMBERS[data["direction"]]
        start, target, lower, upper, red_low, red_high = (
            data.get(name) if name in names else None
            for name in ("start", "target", "lower", "upper", "red_low", "red_high")
        )
        if start is not None and start == target:
            self.add_error("target", _("From and to are the same: nothing would change."))
        if lower is not None and upper is not None and lower > upper:
            self.add_error("upper", _("This lies below the lower bound."))
        floor, ceiling = (target, target) if "target" in names else (lower, upper)
        if red_low is not None and floor is not None and red_low >= floor:
            self.add_error("red_low", _("This must lie below the limit."))
        if red_high is not None and ceiling is not None and red_high <= ceiling:
            self.add_error("red_high", _("This must lie above the limit."))
        if data["direction"] == Direction.BASELINE and not data.get("source"):
            self.add_error("source", _("Say where the number will come from."))

    def written(self) -> Written:
        data = self.cleaned_data
        measure = data["measure"]
        numeric = measure in NUMERIC
        direction = data["direction"] if numeric else self.CHANGE
        asked = self.NUMBERS[direction] if numeric else ()
        numbers: dict[str, Any] = {name: data[name] for name in asked}
        start, target = numbers.pop("start", None), numbers.pop("target", None)
        if direction == self.CHANGE:
            falls = start is not None and target is not None and target < start
            direction = Direction.DECREASE if falls else Direction.INCREASE
        most = max(map(decimals_of, [start, target, *numbers.values()]))
        return Written(
            pk=data["id"],
            title=data["title"],
            measure=measure,
            direction=direction,
            start=start,
            target=target,
            unit=data["unit"] if numeric else "",
            decimals=1 if measure == Measure.JUDGEMENT else most,
            weight=data["weight"],
            milestones=[line.strip() for line in data["milestones"].splitlines() if line.strip()],
            source=data["source"] if direction == Direction.BASELINE else "",
            rubric=data["rubric"] if measure == Measure.JUDGEMENT else "",
            **numbers,
        )

    @classmethod
    def shown(cls, key_result: KeyResult) -> dict[str, Any]:
        """Return a key result as this form's initial values."""
        names = ["title", "measure", "start", "target", "lower", "upper", "red_low", "red_high"]
        names += ["source", "unit", "weight", "rubric"]
        known = {name: getattr(key_result, name) for name in names}
        direction = key_result.direction
        known["direction"] = direction if direction in cls.NUMBERS else cls.CHANGE
        known["milestones"] = "\n".join(step.title for step in key_result.milestones.all())
        return {"id": key_result.pk, **known, "saved": key_result}


KeyResultFormSet = forms.formset_factory(
    KeyResultForm, extra=BLANK_ROWS, can_delete=True, max_num=30, validate_max=True
)
