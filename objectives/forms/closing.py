"""How an objective ended, as its owner says it; how a cycle ends; what turned out later."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, DecimalField, Form
from core.numbers import format_decimal
from objectives.closing import Closing, KeyResultScores, Suggestion
from objectives.models import KeyResult, Objective, Snapshot
from objectives.scoring import Ambition, needs_a_reason
from organizations.models import Cycle

OUTCOMES: dict[str, Any] = {
    Snapshot.Outcome.ACHIEVED: _("What we wanted has come true"),
    Snapshot.Outcome.PARTLY: _("A good part of it has"),
    Snapshot.Outcome.MISSED: _("It has not, and we know it"),
    Snapshot.Outcome.POSTPONED: _("We go on with it later"),
    Snapshot.Outcome.CANCELLED: _("We stopped it"),
}


def score_field(label: Any, **options: Any) -> DecimalField:
    return DecimalField(
        label=label, max_digits=3, decimal_places=2, min_value=0, max_value=1, **options
    )


class ClosingForm(Form):
    """The owner's score beside the suggested one, and what becomes of each key result."""

    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=Snapshot.Outcome.choices, widget=ChoiceCards(OUTCOMES)
    )
    score = score_field(
        _("Your score"), required=False, help_text=_("From 0 to 1. Empty means it is not scored.")
    )
    score_reason = forms.CharField(
        label=_("Why your score differs"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed from a tenth of difference."),
    )
    reflection = forms.CharField(
        label=_("Looking back"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What helped, what stood in the way, what you would do otherwise."),
    )
    learned = forms.CharField(
        label=_("What we learned"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )
    # The scores that stood on the page, so that nobody signs a number they have not seen.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, objective: Objective, suggestion: Suggestion) -> None:
        self.objective, self.suggestion = objective, suggestion
        shown = self._shown(suggestion)
        super().__init__(data, initial={"score": suggestion.score, "seen": shown})
        self.lines = [one for one in suggestion.key_results if not one.key_result.is_dropped]
        for one in self.lines:
            self.fields[self._name(one.key_result)] = forms.ChoiceField(
                label=_("What becomes of it"),
                choices=Snapshot.Decision.choices,
                initial=self._usual(one),
            )
        self.fields["learned"].required = objective.ambition == Ambition.LEARNING

    @staticmethod
    def _shown(suggestion: Suggestion) -> str:
        scores = (suggestion.score, *(one.current for one in suggestion.key_results))
        return " ".join(str(score) for score in scores)

    @staticmethod
    def _name(key_result: KeyResult) -> str:
        return f"decision-{key_result.pk}"

    @staticmethod
    def _usual(one: KeyResultScores) -> str:
        return Snapshot.Decision.DONE if one.current == 1 else Snapshot.Decision.CONTINUE

    def rows(self) -> list[tuple[KeyResultScores, BoundField]]:
        """Return each key result with the field for its decision."""
        return [(one, self[self._name(one.key_result)]) for one in self.lines]

    def clean_seen(self) -> str:
        seen, stands = self.cleaned_data["seen"], self._shown(self.suggestion)
        if seen and seen != stands:
            typed = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = stands
            self.data = typed
            self.add_error(
                "score", _("Somebody checked in meanwhile: the suggestion is another now.")
            )
        return str(seen)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        own = data.get("score")
        differs = "score" in data and needs_a_reason(own, self.suggestion.score)
        if differs and not data.get("score_reason"):
            self.add_error("score_reason", self._why(own))
        return data

    def _why(self, own: Decimal | None) -> Any:
        if self.suggestion.score is None:
            return _("Nothing was measured, so say where your score comes from.")
        suggested = format_decimal(self.suggestion.score)
        said = format_decimal(own) if own is not None else ""
        return _("The suggestion is %(suggested)s, yours is %(own)s. Say why.") % {
            "suggested": suggested,
            "own": said,
        }

    def closing(self) -> Closing:
        data = self.cleaned_data
        names = ["outcome", "score", "score_reason", "reflection", "learned"]
        decisions = {one.key_result.pk: data[self._name(one.key_result)] for one in self.lines}
        return Closing(**{name: data[name] for name in names}, decisions=decisions)


class CycleEndForm(Form):
    """Why a cycle closes although something is open; not asked where nothing is."""

    reason = forms.CharField(
        label=_("Why it closes all the same"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What is not scored is then “not scored”, and never 0."),
    )

    def __init__(self, data: Any = None, *, blocked: bool) -> None:
        super().__init__(data)
        if not blocked:
            del self.fields["reason"]


class AmendmentForm(Form):
    """What turned out after the close; the frozen figure stays and this stands beside it."""

    key_result = forms.ModelChoiceField(
        KeyResult.objects.none(),
        label=_("What it is about"),
        required=False,
        empty_label=_("The objective as a whole"),
    )
    value = DecimalField(
        label=_("The value as known now"), required=False, max_digits=20, decimal_places=6
    )
    score = score_field(_("The score as known now"), required=False)
    words = forms.CharField(
        label=_("What turned out"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, objective: Objective) -> None:
        super().__init__(data, initial={"submission": uuid4()})
        about = self.fields["key_result"]
        assert isinstance(about, forms.ModelChoiceField)
        about.queryset = KeyResult.objects.filter(objective=objective)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("value") is not None and not data.get("key_result"):
            self.add_error("key_result", _("A value belongs to a key result. Choose which."))
        return data


class CarryForm(Form):
    """Where an objective is carried over to."""

    cycle = forms.ModelChoiceField(Cycle.objects.none(), label=_("Into"), empty_label=None)

    def __init__(self, data: Any = None, *, cycles: Any, usual: Cycle | None) -> None:
        super().__init__(data, initial={"cycle": usual})
        into = self.fields["cycle"]
        assert isinstance(into, forms.ModelChoiceField)
        into.queryset = cycles
