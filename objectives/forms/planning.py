"""What departments say to each other while they plan; the verbs write it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, DateInput, Form
from objectives.models import Objective, PlanningResponse
from organizations.models import Department, Person

Stance = PlanningResponse.Stance
STANCES: dict[str, Any] = {
    Stance.SUPPORT: _("It helps us, or stands in nobody's way"),
    Stance.CONCERN: _("Something about it worries us"),
    Stance.NEED: _("We can only reach ours if you do something"),
}


class ResponseForm(Form):
    """A department's answer to another's objective; a need asks for more."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("You answer for"), empty_label=None
    )
    stance = forms.ChoiceField(
        label=_("Your answer"), choices=Stance.choices, widget=ChoiceCards(STANCES)
    )
    text = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What worries you, or what exactly you need. Everybody here can read it."),
    )
    wanted_on = forms.DateField(label=_("Needed by"), required=False, widget=DateInput)
    dependent = forms.ModelChoiceField(
        Objective.objects.none(),
        label=_("For which of your objectives"),
        required=False,
        empty_label=_("None in particular"),
    )

    def __init__(
        self, data: Any, *, person: Person, objective: Objective, departments: Sequence[Department]
    ) -> None:
        super().__init__(data)
        ours = Department.objects.filter(pk__in=[one.pk for one in departments])
        self._choose_from("department", ours)
        mine = Objective.objects.visible_to(person).on_the_board(objective.cycle)
        self._choose_from("dependent", mine.filter(department__in=departments))
        if len(departments) == 1:
            self.initial["department"] = departments[0].pk
            self.fields["department"].widget = forms.HiddenInput()

    def _choose_from(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stance = data.get("stance")
        if stance in {Stance.CONCERN, Stance.NEED} and not data.get("text"):
            wanted = (
                _("Say what you need.") if stance == Stance.NEED else _("Say what worries you.")
            )
            self.add_error("text", wanted)
        return data

    def said(self) -> dict[str, Any]:
        """Return the answer as PlanningResponse.give takes it."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("department", "stance", "text")}
        if data["stance"] == Stance.NEED:
            said |= {name: data[name] for name in ("wanted_on", "dependent")}
        return said


class AnswerForm(Form):
    """The provider's answer to a need: a promise with a date, another offer, or a reason."""

    ACCEPT, COUNTER, DECLINE = "accept", "counter", "decline"
    CHOICES = {
        ACCEPT: _("Promise it"),
        COUNTER: _("Offer something else"),
        DECLINE: _("Decline"),
    }
    MEANINGS = {
        ACCEPT: _("You will do it, by a day that you name"),
        COUNTER: _("Another day, or another thing; they agree or not"),
        DECLINE: _("You cannot, and you say why"),
    }

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=CHOICES, widget=ChoiceCards(MEANINGS)
    )
    on = forms.DateField(
        label=_("By which day"),
        widget=DateInput,
        error_messages={"required": _("Name a day. Without one nobody can count on it.")},
    )
    words = forms.CharField(
        label=_("Your offer, or the reason"),
        max_length=500,
        error_messages={"required": _("Say why, so that they can look for another way.")},
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any, *, today: date, wanted_on: date | None) -> None:
        super().__init__(data, initial={"on": wanted_on, "answer": self.ACCEPT})
        self.today = today
        declined = data is not None and data.get("answer") == self.DECLINE
        self.fields["on"].required, self.fields["words"].required = not declined, declined

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        answer, on = data.get("answer"), data.get("on")
        if answer in {self.ACCEPT, self.COUNTER} and on and on < self.today:
            self.add_error("on", _("This day has passed."))
        return data


class DoubtForm(Form):
    risk = forms.CharField(
        label=_("What is in the way"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever waits for it is told now, once."),
    )
