"""Which key results add up to another, and with how much of each."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DecimalField, Form
from core.pickers import PickerField
from objectives.models import KeyResult
from objectives.sums import allocate
from organizations.models import Person


class AllocationForm(Form):
    """One more key result that counts in a sum, or another part of one that does."""

    child = PickerField(
        KeyResult.objects.all(),
        names=("title",),
        options="objectives:key_result_options",
        label=_("Key result"),
    )
    percent = DecimalField(
        label=_("Per cent of its value"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=100,
        initial=Decimal(100),
    )

    def __init__(self, data: Any = None, *, parent: KeyResult, person: Person) -> None:
        super().__init__(data)
        self.parent, self.person = parent, person
        offered = KeyResult.objects.offered_to_sums(person).exclude(pk=parent.pk)
        self.fields["child"].queryset = offered  # type: ignore[attr-defined]

    def allocate(self) -> bool:
        """Count it; what the arithmetic cannot bear is said in the form."""
        data = self.cleaned_data
        try:
            allocate(self.parent, data["child"], data["percent"], by=self.person)
        except ValidationError as error:
            self.add_error("child", error)
            return False
        return True
