"""Two days to be compared."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, Form
from objectives.changes import Comparison, changes
from objectives.models import Objective
from organizations.models import Person

USUAL = timedelta(days=14)


class ChangesForm(Form):
    """From the end of one day to the end of another: the last fortnight unless it is said."""

    since = forms.DateField(label=_("Since the end of"), widget=DateInput)
    until = forms.DateField(label=_("Until the end of"), widget=DateInput, required=False)

    def __init__(self, data: Any, *, person: Person) -> None:
        self.person, self.today = person, person.organization.today()
        super().__init__(data or {"since": self.today - USUAL})

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and since >= self.today:
            self.add_error("since", ValidationError(_("Choose a day before today.")))
        elif since and until and until <= since:
            self.add_error("until", ValidationError(_("Choose a day after the first.")))
        return self.cleaned_data

    def compared(self, objective: Objective | None = None) -> Comparison | None:
        """Return what changed in between, or None where the days make no sense."""
        if not self.is_valid():
            return None
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return changes(self.person, since, until, objective.pk if objective else None)
