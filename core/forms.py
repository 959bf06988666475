"""Forms in the product's look: every field is a label, a control, a hint and an error."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input
from django.utils.translation import gettext_lazy as _

from core.numbers import format_decimal, parse_decimal


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the reader's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Switch(forms.CheckboxInput):
    """A checkbox drawn as a switch, for what is simply on or off."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"class": "switch", "role": "switch", **(attrs or {})})


class ChoiceCards(forms.RadioSelect):
    """A radio group in which every answer explains itself."""

    template_name = "components/_choice_cards.html"

    def __init__(
        self, explanations: Mapping[str, Any], attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.explanations = explanations

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["explanation"] = self.explanations.get(str(value), "")
        return option


class ConfidenceScale(forms.RadioSelect):
    """Confidence from 1 to 10 in one row, with what the numbers mean below."""

    template_name = "components/_confidence_scale.html"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["band"] = confidence_band(int(value))
        return option


class Stepper(forms.TextInput):
    """A number between two buttons; ``step`` is what one press adds."""

    template_name = "components/_stepper.html"

    def __init__(
        self, step: Decimal = Decimal(1), unit: str = "", attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.step = step
        self.unit = unit

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(*args, **kwargs)
        shown = format_decimal(self.step)
        return {**context, "step": f"{self.step:f}", "shown_step": shown, "unit": self.unit}


def confidence_band(value: int) -> str:
    """Return the status that a confidence stands for."""
    if value <= 3:
        return "off"
    return "risk" if value <= 6 else "on"


# The class our styles know each kind of control by; the first that fits counts.
CONTROL_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (ConfidenceScale, ""),
    (Stepper, ""),
    (forms.CheckboxSelectMultiple, "check"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "check"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (Input, "input"),
]


class DesignedBoundField(BoundField):
    """Gives each control its class, for our forms and for those of installed applications."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        name = control_class(widget)
        if name and not widget.is_hidden and "class" not in {**widget.attrs, **attrs}:
            attrs["class"] = name
        if not isinstance(self.form, (Form, ModelForm)):
            attrs["placeholder"] = False  # Installed applications repeat the label there.
        return attrs


def control_class(widget: forms.Widget) -> str:
    return next((name for kind, name in CONTROL_CLASSES if isinstance(widget, kind)), "input")


class PlumblineRenderer(TemplatesSetting):
    form_template_name = "components/_form.html"
    field_template_name = "components/_field.html"
    bound_field_class = DesignedBoundField


class Form(forms.Form):
    """A form whose errors are shown by us, in words and beside the field, not by the browser."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_kindly(self)

    def accepts(self, verb: Callable[[], object]) -> bool:
        """Do it; what the verb refuses is said beside the field it is about."""
        try:
            with transaction.atomic():
                verb()
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
        return self.is_valid()


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """As ``Form``, for a model."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_kindly(self)


def ask_kindly(form: forms.BaseForm) -> None:
    """Say what to do about an empty field, where the field itself says nothing better."""
    stock = forms.Field.default_error_messages["required"]
    for field in form.fields.values():
        if field.error_messages["required"] is stock:
            chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.error_messages["required"] = _("Choose one.") if chosen else _("Fill this in.")


class DecimalField(forms.DecimalField):
    """A number as people type it: comma or point, with or without thousands marks."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return parse_decimal(str(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return format_decimal(value) if isinstance(value, Decimal) else value


class ConfidenceField(forms.TypedChoiceField):
    """How sure somebody is, from 1 to 10; without an answer it is None."""

    widget = ConfidenceScale

    def __init__(self, **options: Any) -> None:
        choices = [(number, str(number)) for number in range(1, 11)]
        super().__init__(choices=choices, coerce=int, empty_value=None, **options)
