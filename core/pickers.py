"""Choosing one of many: a text field with suggestions from the server, instead of a long select.

Without script it is a plain text field: what was typed is looked up when the form is sent, so the
field means the same either way. The suggestions are a native datalist that htmx keeps filled.
"""

from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

BETWEEN = " · "
SUGGESTED = 12
COMPARED = 20


class Pickable(Protocol):
    """What a picker offers: ``label`` is unique enough for a person to choose by."""

    pk: Any

    @property
    def label(self) -> str: ...


class PickerInput(forms.TextInput):
    """A text field with a datalist behind it; ``options`` names the URL that fills it."""

    template_name = "components/_picker.html"

    def __init__(self, options: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.options = options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["options_url"] = f"{reverse(self.options)}?of={name}"
        return context


class PickerField(forms.Field):
    """One row of ``queryset``, found by what somebody typed or chose; cleans to the row.

    ``name`` is the column people know it by. The form sets ``queryset`` to what this person may
    choose, so that nothing else is ever found.
    """

    default_error_messages = {
        "none": _("Nothing here is called “%(text)s”. Type a part of the name and choose."),
        "several": _("“%(text)s” could be several. Choose one from the list."),
    }

    def __init__(self, *, options: str, name: str = "name", **kwargs: Any) -> None:
        super().__init__(widget=PickerInput(options), **kwargs)
        self.name = name
        self.queryset: models.QuerySet[Any] = models.QuerySet()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, models.Model):
            return getattr(value, "label", str(value))
        return value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        found = self.called(text) or list(self.queryset.named_like(text)[:2])  # type: ignore[attr-defined]
        if len(found) == 1:
            return found[0]
        code = "several" if found else "none"
        raise ValidationError(self.error_messages[code], code=code, params={"text": text})

    def called(self, text: str) -> list[Any]:
        """Return the rows of exactly this name; where several share it, the label decides."""
        names = {text, text.rpartition(BETWEEN)[0] or text}
        exact = models.Q()
        for name in names:
            exact |= models.Q(**{f"{self.name}__iexact": name})
        found = list(self.queryset.filter(exact)[:COMPARED])
        labelled = [row for row in found if row.label.casefold() == text.casefold()]
        return labelled or found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


def suggestions(queryset: Any, typed: str) -> list[Any]:
    """Return the rows to offer for what has been typed so far."""
    typed = typed.strip()
    return list((queryset.named_like(typed) if typed else queryset)[:SUGGESTED])
