"""A field that holds several rows of the same small fields: milestones, points in time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

BLANK_ROWS = 2
PLACE = "place"

type Row = dict[str, Any]


class RowsInput(forms.Widget):
    """One line of controls a row; the same names come back once for every row.

    A few lines are left blank, and script adds more. A row whose first visible field is emptied is
    gone; where there is a ``place``, it says the order.
    """

    template_name = "components/_rows.html"

    def __init__(self, columns: Mapping[str, forms.Field], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        told = {column: many(data, f"{name}-{column}") for column in self.columns}
        count = max(map(len, told.values()), default=0)
        return [
            {column: texts[n] if n < len(texts) else "" for column, texts in told.items()}
            for n in range(count)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}-{column}" not in data for column in self.columns)

    def id_for_label(self, id_: str) -> str:
        shown = next(name for name, field in self.columns.items() if not field.widget.is_hidden)
        return f"{id_}-0-{shown}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        filled = [row for row in value or [] if is_filled(row)]
        rows = [*filled, *({} for _blank in range(BLANK_ROWS))]
        context["rows"] = [
            [self.cell(name, column, row, n, context) for column in self.columns]
            for n, row in enumerate(rows)
        ]
        context["columns"] = [
            {"name": column, "label": field.label}
            for column, field in self.columns.items()
            if not field.widget.is_hidden
        ]
        return context

    def cell(
        self, name: str, column: str, row: Row, n: int, context: dict[str, Any]
    ) -> dict[str, Any]:
        field, key = self.columns[column], f"{name}-{column}"
        value = row.get(column, "")
        if value == "" and column == PLACE:
            value = n + 1
        attrs = {
            **field.widget_attrs(field.widget),
            "id": f"{context['widget']['attrs'].get('id', name)}-{n}-{column}",
            "class": "input input-sm",
            "aria-label": _("%(label)s, row %(number)d") % {"label": field.label, "number": n + 1},
        }
        if field.widget.is_hidden:
            attrs = {"id": attrs["id"]}
        shown = field.prepare_value(value)
        html = field.widget.render(key, "" if shown is None else shown, attrs)
        return {"name": column, "hidden": field.widget.is_hidden, "html": html}


def many(data: Any, key: str) -> list[str]:
    texts: Sequence[str] = data.getlist(key) if hasattr(data, "getlist") else data.get(key, [])
    return [texts] if isinstance(texts, str) else list(texts)


def is_filled(row: Row) -> bool:
    """Whether anything but its place was given."""
    return any(value not in {"", None} for name, value in row.items() if name != PLACE)


class RowsField(forms.Field):
    """Reads the rows that were filled, in the order of their places; each is a dictionary."""

    default_error_messages = {"row": _("Row %(number)d, %(label)s: %(message)s")}

    def __init__(self, columns: Mapping[str, forms.Field], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=RowsInput(columns), **kwargs)

    def clean(self, value: Any) -> list[Row]:
        rows, wrong = [], []
        for number, row in enumerate(filter(is_filled, value or []), 1):
            cleaned: Row = {}
            for name, field in self.columns.items():
                try:
                    cleaned[name] = field.clean(row.get(name, ""))
                except forms.ValidationError as error:
                    told = {"number": number, "label": field.label, "message": error.messages[0]}
                    wrong.append(self.error_messages["row"] % told)
            rows.append(cleaned)
        if wrong:
            raise forms.ValidationError(wrong)
        if self.required and not rows:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return sorted(rows, key=lambda row: row.get(PLACE) or 0) if PLACE in self.columns else rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        def told(rows: Any) -> list[list[str]]:
            filled = filter(is_filled, rows or [])
            names = [name for name in self.columns if name != PLACE]
            return [[words(row.get(name)) for name in names] for row in filled]

        return told(initial) != told(data)


def words(value: Any) -> str:
    return "" if value is None else str(value)
