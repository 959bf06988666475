"""Why something committed should be otherwise, asked for with the change itself (domain §8)."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, Form
from objectives.change_requests import Asked
from objectives.models import ChangeRequest

EXPLAINED: dict[str, Any] = {
    ChangeRequest.Reason.WORLD_CHANGED: _("Something outside is not as it was"),
    ChangeRequest.Reason.NEW_INFORMATION: _("We learned what we could not know"),
    ChangeRequest.Reason.NO_LONGER_RELEVANT: _("Other things come first by now"),
    ChangeRequest.Reason.WAS_WRONG: _("A mistake in it, which only now shows"),
}


class ChangeRequestForm(Form):
    """The reason for what is changed beside it; needed only when something promised changes."""

    reason = forms.ChoiceField(
        label=_("Why it changes"),
        choices=ChangeRequest.Reason.choices,
        widget=ChoiceCards(EXPLAINED),
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever reads this at the end of the quarter should understand it."),
    )
    effective_on = forms.DateField(
        label=_("Counts from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, prefix="change", initial={"effective_on": today})
        self.initial["submission"] = uuid4()

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)
