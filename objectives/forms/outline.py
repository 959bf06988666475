"""The address of an outline or a map, read and forgiven."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.ids import is_uuid
from objectives.models import Objective
from objectives.outline import Filters
from objectives.progress import Status
from organizations.models import Cycle, Department, Person

STATUSES = {
    "": _("Any status"),
    Status.ON_TRACK: _("On track"),
    Status.AT_RISK: _("At risk"),
    Status.OFF_TRACK: _("Off track"),
    "none": _("No update"),
}


class OutlineForm(Form):
    """The address of an outline: span of time, search, filters, and what is open.

    Whatever in it makes no sense is ignored, since addresses are kept, shared and typed.
    """

    q = forms.CharField(required=False, max_length=100)
    cycle = forms.ModelChoiceField(Cycle.objects.all(), required=False, empty_label=_("Today"))
    department = forms.ModelChoiceField(
        Department.objects.all(), required=False, empty_label=_("All departments")
    )
    kind = forms.ChoiceField(choices=[("", _("Any kind")), *Objective.Kind.choices], required=False)
    owner = forms.ChoiceField(required=False)
    status = forms.ChoiceField(choices=STATUSES, required=False)
    unlinked = forms.BooleanField(required=False)
    open = forms.CharField(required=False)
    level = forms.IntegerField(required=False, min_value=2, max_value=60)
    skip = forms.IntegerField(required=False, min_value=0)

    SELECTS = ("cycle", "department", "kind", "owner", "status")

    def __init__(self, *args: Any, person: Person, day: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.today = person.organization.today()
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", _("Anyone")), (str(person.pk), _("Me"))]
        self.is_valid()
        for name in self.SELECTS:
            self.fields[name].widget.attrs |= {
                "class": "select input-sm",
                "aria-label": self.fields[name].label or name.title(),
            }

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SELECTS]

    @property
    def span(self) -> Cycle | None:
        return self.cleaned.get("cycle")

    @property
    def opened(self) -> set[UUID] | None:
        """Return the rows the address names as open, or None to open what is usual."""
        if "open" not in self.data:
            return None
        return {UUID(text) for text in self.cleaned.get("open", "").split(",") if is_uuid(text)}

    @property
    def depth(self) -> int:
        return self.cleaned.get("level") or 2

    @property
    def shown(self) -> int:
        return self.cleaned.get("skip") or 0

    @property
    def address(self) -> str:
        """Return what a branch must know of this page's address, to be put behind another query."""
        kept = {
            "cycle": str(self.span.pk) if self.span else None,
            "on": self.day and self.day.isoformat(),
        }
        query = urlencode({name: text for name, text in kept.items() if text})
        return f"&{query}" if query else ""

    @property
    def query(self) -> str:
        """Return what every view of the goals understands of this address, to change the view."""
        kept = {name: self.data.get(name) for name in ("q", *self.SELECTS, "unlinked")}
        kept["on"] = self.day and self.day.isoformat()
        query = urlencode({name: text for name, text in kept.items() if text})
        return f"?{query}" if query else ""

    @cached_property
    def filters(self) -> Filters:
        department, owner = self.cleaned.get("department"), self.cleaned.get("owner")
        return Filters(
            words=self.cleaned.get("q", "").strip(),
            department=department.pk if department else None,
            kind=self.cleaned.get("kind", ""),
            status=self.cleaned.get("status", ""),
            owner=UUID(owner) if owner else None,
            unlinked=self.cleaned.get("unlinked", False),
        )

    @property
    def cleaned(self) -> dict[str, Any]:
        return getattr(self, "cleaned_data", {})
