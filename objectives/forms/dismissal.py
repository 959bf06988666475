"""A reason why a quality hint is not to be shown again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from objectives.models import Dismissal, KeyResult, Objective
from organizations.models import Person


class DismissalForm(Form):
    kind = forms.ChoiceField(choices=list(Dismissal.KINDS.items()))
    key_result = forms.ModelChoiceField(KeyResult.objects.none(), required=False)
    reason = forms.CharField(label=_("Why it is so on purpose"), max_length=300)

    def __init__(self, data: Any = None, *, objective: Objective) -> None:
        super().__init__(data)
        self.objective = objective
        self.fields["key_result"].queryset = objective.key_results.all()  # type: ignore[attr-defined]

    def dismiss(self, by: Person) -> Dismissal:
        data = self.cleaned_data
        return Dismissal.answer(
            self.objective, data["key_result"], data["kind"], data["reason"], by=by
        )
