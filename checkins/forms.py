"""Reading what people say about their key results: one card for each, checked on its own (I4)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.forms import ConfidenceField, DecimalField, Form, Stepper, Switch
from core.numbers import format_decimal
from core.templatetags.ui import measure, short_day
from objectives.models import KeyResult
from objectives.progress import Measure, progress

from .models import CheckIn, Reading, Recorded

PARTS_OF_THE_WAY = 100


def step_of(key_result: KeyResult) -> Decimal:
    """One press of a button: about a hundredth of the way, and never finer than is shown."""
    finest = Decimal(1).scaleb(-key_result.decimals)
    if key_result.start is None or key_result.cycle_target is None:
        return finest
    part = abs(key_result.cycle_target - key_result.start) / PARTS_OF_THE_WAY
    if part <= finest:
        return finest
    unit = Decimal(1).scaleb(part.adjusted())
    return max(unit * times for times in (1, 2, 5) if unit * times <= part)


class Card(Form):
    """One key result's reading: where it stands, how sure its owner is, and a note."""

    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    confidence = ConfidenceField(
        error_messages={"required": _("Choose how sure you are, from 1 to 10.")},
    )
    note = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2, "placeholder": _("What moved it? Who could help?")}),
    )

    def __init__(
        self,
        key_result: KeyResult,
        data: Mapping[str, Any] | None = None,
        latest: UUID | None = None,
    ) -> None:
        self.key_result = key_result
        self.overtaken_by: CheckIn | None = None
        self.expected: Decimal | None = None
        first = {"confidence": key_result.confidence, "seen": latest}
        super().__init__(data, prefix=str(key_result.pk), initial=first)
        self.fields = {"value": value_field(key_result), **self.fields}
        self.fields["value"].help_text = was(key_result)
        if key_result.measure == Measure.JUDGEMENT:
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = _("Say what the grade rests on.")
        for field in self.fields.values():
            field.label = key_result.title  # which of many cards a message in the summary is about

    @property
    def known(self) -> UUID | str | None:
        """The latest check-in its reader has been shown."""
        return self.overtaken_by.pk if self.overtaken_by else self["seen"].value()

    @property
    def is_note_open(self) -> bool:
        field = self["note"]
        return bool(field.value() or field.errors or field.field.required)

    @property
    def reading(self) -> Reading:
        cleaned = self.cleaned_data
        value, done = self.measured
        return Reading(value, cleaned["confidence"], cleaned["note"], done, cleaned["seen"])

    @property
    def measured(self) -> tuple[Decimal, list[UUID]]:
        """The value, and the milestones that are done where there are any."""
        value = self.cleaned_data["value"]
        if self.key_result.measure == Measure.MILESTONES:
            return Decimal(len(value)), [UUID(pk) for pk in value]
        return Decimal(value), []

    def progress(self) -> Decimal | None:
        """How far the key result would be with this value."""
        if not self.is_bound:
            return self.key_result.progress
        self.key_result.current, self.key_result.done_milestones = self.measured
        return progress(self.key_result.facts())

    def overtake(self, latest: CheckIn) -> None:
        """Show what somebody else has saved in between; saving again puts this one on top (I7)."""
        self.overtaken_by = latest
        words = _("%(key_result)s: %(name)s saved a value while you were writing.")
        names = {"key_result": self.key_result.title, "name": latest.author.name}
        self.add_error(None, forms.ValidationError(words, params=names))


def was(key_result: KeyResult) -> str:
    if key_result.current is None or key_result.checked_in_on is None:
        return ""
    known = {
        "value": measure(key_result.current, key_result),
        "day": short_day(key_result.checked_in_on),
    }
    return format_html("{}", _("Was %(value)s on %(day)s") % known)


def value_field(key_result: KeyResult) -> forms.Field:
    match key_result.measure:
        case Measure.YES_NO:
            done = bool(key_result.current)
            return forms.BooleanField(required=False, initial=done, widget=Switch)
        case Measure.MILESTONES:
            return forms.MultipleChoiceField(
                required=False,
                choices=[(str(step.pk), step.title) for step in key_result.milestones.all()],
                initial=[str(pk) for pk in key_result.done_milestones],
                widget=forms.CheckboxSelectMultiple,
            )
    shown = key_result.current
    graded = key_result.measure == Measure.JUDGEMENT
    unit = "%" if key_result.measure == Measure.PERCENT else key_result.unit
    return DecimalField(
        max_digits=20,
        decimal_places=6,
        initial=None if shown is None else as_typed(shown, key_result.decimals),
        widget=Stepper(step_of(key_result), unit),
        error_messages={"required": _("Enter where it stands now.")},
        min_value=0 if graded else None,
        max_value=1 if graded else None,
    )


def as_typed(value: Decimal, decimals: int) -> str:
    """Write a value with the key result's decimals, unless that would round it."""
    exact = value == round(value, decimals)
    return format_decimal(value, decimals if exact else None)


class Sheet:
    """The one form: a card for each key result."""

    def __init__(self, key_results: Iterable[KeyResult], data: QueryDict | None = None) -> None:
        key_results = list(key_results)
        stepwise = [one for one in key_results if one.measure == Measure.MILESTONES]
        prefetch_related_objects(stepwise, "milestones")
        latest = {} if data else CheckIn.objects.latest_of(key_results)
        self.cards = [Card(one, data, latest.get(one.pk)) for one in key_results]

    @property
    def forms(self) -> list[Card]:
        return self.cards

    def readings(self) -> dict[KeyResult, Reading]:
        return {card.key_result: card.reading for card in self.cards if card.is_valid()}

    def keep_what_is_left(self, recorded: Recorded) -> None:
        """Leave only the cards that still need something."""
        for card in self.cards:
            if latest := recorded.overtaken.get(card.key_result.pk):
                card.overtake(latest)
        self.cards = [card for card in self.cards if card.errors]
