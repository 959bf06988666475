"""Forms about what exists already: two people may have them open at once."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.forms import Form


class EditForm(Form):
    """A form about something that exists. It notices when somebody else changed that meanwhile,
    and hands on only what was changed in it.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # What a field says about the saving, not about the thing.
    about_saving: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = fingerprint(
            {name: value for name, value in self.initial.items() if name not in self.about_saving}
        )
        self.initial["seen"] = self.shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen = self.add_prefix("seen")
        if self.data.get(seen, self.shown) != self.shown:
            data = cast("QueryDict", self.data).copy()
            data[seen] = self.shown  # saving again overwrites, now that it is said
            self.data = data
            raise ValidationError(
                _(
                    "Somebody else changed this while you were writing. It says now: %(now)s. "
                    "Save again to keep what you wrote."
                ),
                code="changed_meanwhile",
                params={"now": self.current()},
            )
        return cleaned

    def current(self) -> str:
        """Say what the fields that differ hold by now."""
        fields = [self[name] for name in self.changed_data if name not in self.about_saving]
        told = [
            f"{field.label} “{words(field.initial)}”" for field in fields if not field.is_hidden
        ]
        return ", ".join(told) or _("the same")

    def changes(self) -> dict[str, Any]:
        apart = {"seen", *self.about_saving}
        names = [name for name in self.changed_data if name not in apart]
        return {name: self.cleaned_data[name] for name in names}


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short text that differs when the values do."""
    told = sorted((name, words(getattr(value, "pk", value))) for name, value in values.items())
    return sha256(repr(told).encode()).hexdigest()[:16]


def words(value: Any) -> str:
    if isinstance(value, (list, tuple, set)):
        return ", ".join(sorted(str(item) for item in value))
    return "" if value is None else str(value)
