"""Breaking the glass, as it is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.ids import is_uuid
from core.pickers import PickerField
from objectives.models import AccessEvent
from organizations.models import Person

HOURS = {1: _("1 hour"), 4: _("4 hours"), 24: _("1 day"), AccessEvent.LONGEST: _("3 days")}


class BreakGlassForm(Form):
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Whose objectives"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Everybody who may read these objectives reads your reason too."),
    )
    hours = forms.TypedChoiceField(label=_("For how long"), choices=HOURS, coerce=int, initial=1)

    def __init__(self, data: Any = None, *, person: Person, owner: str = "") -> None:
        self.person = person
        known = Person.objects.filter(pk=owner).first() if is_uuid(owner) else None
        super().__init__(data, initial={"owner": known})

    def clean_owner(self) -> Person:
        owner: Person = self.cleaned_data["owner"]
        if owner == self.person:
            raise forms.ValidationError(_("You can read everything of your own."), "own")
        return owner
