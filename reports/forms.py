"""What a report is asked about."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from organizations.models import Cycle


class SpanForm(Form):
    """A cycle, or today; what makes no sense is today."""

    cycle = forms.ModelChoiceField(
        Cycle.objects.all(), label=_("Cycle"), required=False, empty_label=_("Today")
    )

    @property
    def span(self) -> Cycle | None:
        return self.cleaned_data.get("cycle") if self.is_bound and self.is_valid() else None
