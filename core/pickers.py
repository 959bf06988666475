"""A choice among too many for a list: people type, the server finds."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.ids import is_uuid

MOST_NAMED = 3
MOST_LOOKED_AT = 10


@dataclass(frozen=True)
class Typed:
    """What stands in the field, and the id of what was chosen from the list, if it was."""

    text: str = ""
    chosen: str = ""


class PickerInput(forms.TextInput):
    """A text field; with script it offers what ``options`` finds, as a combobox."""

    template_name = "components/_picker.html"

    def __init__(self, options: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.options = options

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed((data.get(name) or "").strip(), data.get(f"{name}_chosen") or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = value if isinstance(value, Typed) else Typed()
        context = super().get_context(name, typed.text, attrs)
        context["widget"] |= {"chosen": typed.chosen, "options": reverse(self.options)}
        return context


class PickerField(forms.Field):
    """Takes the row that was chosen, or else the only one that is called what was typed.

    ``names`` are the columns a row is known by; the first is what ``str()`` says. The queryset is
    the whole choice: give a form's field a narrower one where not everything may be picked.
    """

    default_error_messages = {
        "unknown": _("Nothing here is called “%(text)s”."),
        "ambiguous": _("“%(text)s” may be %(names)s. Write it in full, or choose from the list."),
    }

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        options: str,
        names: tuple[str, ...] = ("name",),
        **kwargs: Any,
    ) -> None:
        super().__init__(widget=PickerInput(options), **kwargs)
        self.queryset = queryset
        self.names = names

    def to_python(self, value: Any) -> Model | None:
        if not isinstance(value, Typed) or not value.text:
            return None
        return self.chosen(value) or self.called(value.text)

    def chosen(self, typed: Typed) -> Model | None:
        """Return the row chosen from the list, unless another name was typed since."""
        return self.chosen_of(self.queryset, typed)

    def chosen_of(self, rows: QuerySet[Any], typed: Typed) -> Model | None:
        try:
            row = rows.filter(pk=typed.chosen or None).first()
        except (ValueError, ValidationError):
            return None
        return row if row and str(row) == typed.text else None

    def called(self, text: str) -> Model:
        exactly = self.known_as("iexact", text)
        found = exactly if len(exactly) == 1 else self.known_as("icontains", text)
        if len(found) == 1:
            [row] = found
            return cast("Model", row)
        code = "ambiguous" if found else "unknown"
        names = ", ".join(str(row) for row in found[:MOST_NAMED])
        names += ", …" if len(found) > MOST_NAMED else ""
        raise ValidationError(self.error_messages[code], code, {"text": text, "names": names})

    def known_as(self, lookup: str, text: str) -> list[Any]:
        """Return the first rows that fit what was typed; more than fit a sentence are enough."""
        condition = Q()
        for name in self.names:
            condition |= Q(**{f"{name}__{lookup}": text})
        return list(self.queryset.filter(condition)[:MOST_LOOKED_AT])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            return Typed(str(value), str(value.pk))
        return value if isinstance(value, Typed) else Typed()

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


@dataclass(frozen=True)
class Several:
    """What is ticked already, by id, and what is typed to come to it."""

    ids: tuple[str, ...] = ()
    more: Typed = Typed()


class ManyPickerInput(PickerInput):
    """What was chosen, to be unticked, and a field to choose one more; commas part typed names."""

    template_name = "components/_many_picker.html"
    use_fieldset = True
    rows: QuerySet[Any]

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        ids = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        more = super().value_from_datadict(data, files, f"{name}_more")
        return Several(tuple(str(pk) for pk in ids), more)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        several = value if isinstance(value, Several) else Several()
        named = {**(attrs or {}), "aria-label": _("Add by name")}
        context = super().get_context(f"{name}_more", several.more, named)
        ticked = self.rows.filter(pk__in=[pk for pk in several.ids if is_uuid(pk)])
        context["widget"] |= {"ticks": name, "ticked": ticked}
        return context


class ManyPickerField(PickerField):
    """Takes any number of rows: those ticked, and those typed or chosen to come to them."""

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.widget = ManyPickerInput(kwargs["options"])
        self.choose_from(queryset)

    def choose_from(self, queryset: QuerySet[Any]) -> None:
        self.queryset = self.widget.rows = queryset

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, Several):
            return []
        rows = list(self.queryset.filter(pk__in=[pk for pk in value.ids if is_uuid(pk)]))
        if chosen := self.chosen(value.more):
            rows.append(chosen)
        else:
            names = [name.strip() for name in value.more.text.split(",")]
            rows += [self.called(name) for name in names if name]
        return list(dict.fromkeys(rows))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Several):
            return value
        return Several(tuple(str(row.pk) for row in value or ()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return set(self.to_python(data)) != set(initial or ())
        except ValidationError:
            return True
