"""What we do about an objective, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, Form
from core.pickers import PickerField
from objectives.models import Initiative
from organizations.models import Person


class InitiativeForm(Form):
    text = forms.CharField(label=_("What we do"), max_length=300)
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Owner"),
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=DateInput())

    def __init__(
        self, data: Any = None, *, person: Person, initiative: Initiative | None = None
    ) -> None:
        shown = {"owner": person}
        if initiative:
            shown = {name: getattr(initiative, name) for name in ("text", "owner", "due_on")}
        super().__init__(data, initial=shown)
        present = Person.objects.present(person.organization.today())
        self.fields["owner"].queryset = present  # type: ignore[attr-defined]
