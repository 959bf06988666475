"""The company's values, and whether single people have objectives of their own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.edit_forms import EditForm
from core.forms import Form, Switch
from objectives.models import Value


class LevelsForm(Form):
    individual_objectives = forms.BooleanField(
        label=_("People may have objectives of their own"), widget=Switch, required=False
    )


class ValueForm(EditForm):
    name = forms.CharField(label=_("Value"), max_length=60)
    meaning = forms.CharField(
        label=_("What it looks like at work"),
        max_length=300,
        required=False,
        help_text=_("A sentence in your own words. It stands where somebody chooses a value."),
    )

    def __init__(self, data: Any, *, value: Value | None = None) -> None:
        self.value = value
        shown = {"name": value.name, "meaning": value.meaning} if value else {}
        super().__init__(data, initial=shown)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Value.objects.exclude(pk=self.value.pk) if self.value else Value.objects.all()
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a value of that name already."), "taken")
        return name

    def written(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "meaning")}
