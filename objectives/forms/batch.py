"""Which objectives are to change together, and into what."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.ids import is_uuid, uuid7
from core.pickers import PickerField
from objectives.batches import AT_ONCE, Plan, What, Wish
from objectives.models import Batch, Objective
from organizations.models import Cycle, Department, Person

OFFERED = 100
TOO_MANY = _("Choose no more than %(n)d at a time.")


class OfferForm(Form):
    """Whose objectives are offered: everything one may change, or only a part of it."""

    q = forms.CharField(label=_("Words in the title"), required=False, max_length=200)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False, empty_label=_("All")
    )
    cycle = forms.ModelChoiceField(
        Cycle.objects.open(), label=_("Cycle"), required=False, empty_label=_("All")
    )

    def offered(self, person: Person) -> list[Objective]:
        """Return what there is to choose from, a page of it, drafts first."""
        self.is_valid()  # What makes no sense asks for nothing.
        found = Objective.objects.visible_to(person).editable_by(person)
        said = {name: value for name, value in self.cleaned_data.items() if value}
        narrowed = {"q": "title__icontains"}
        found = found.filter(**{narrowed.get(name, name): said[name] for name in said})
        return list(found.with_people().order_by("cycle__start", "title", "pk")[:OFFERED])


class BatchForm(Form):
    """The chosen ones, and the wish. With ``version_<id>`` beside each it can be carried out."""

    what = forms.ChoiceField(
        label=_("What should happen to them"), choices=What.choices, widget=forms.RadioSelect
    )
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("New owner"),
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("New department"), required=False
    )
    cycle = forms.ModelChoiceField(Cycle.objects.none(), label=_("New cycle"), required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        self.person = person
        super().__init__(data)
        today = person.organization.today()
        standing = Q(dissolved_on=None) | Q(dissolved_on__gt=today)
        choices = {
            "owner": Person.objects.present(today),
            "department": Department.objects.filter(standing),
            "cycle": Cycle.objects.plannable(today).order_by("start", "end"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.initial["submission"] = uuid7()

    @property
    def chosen(self) -> list[UUID]:
        """Return what is ticked, in the order of the page."""
        asked = self.data.getlist("objective") if isinstance(self.data, QueryDict) else []
        return [UUID(text) for text in dict.fromkeys(asked) if is_uuid(text)]

    @property
    def versions(self) -> dict[UUID, int]:
        """Return the version of each that the preview showed."""
        said = {pk: self.data.get(f"version_{pk}", "") for pk in self.chosen}
        return {pk: int(text) for pk, text in said.items() if text.isdigit() and len(text) < 9}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.chosen:
            raise forms.ValidationError(_("Choose at least one objective."))
        if len(self.chosen) > AT_ONCE:
            raise forms.ValidationError(TOO_MANY % {"n": AT_ONCE})
        what = data.get("what", "")
        asks = what in {What.OWNER, What.DEPARTMENT, What.CYCLE}
        if asks and not data.get(what) and what not in self.errors:
            self.add_error(what, _("Say which."))
        return data

    @property
    def plan(self) -> Plan:
        return Plan(self.person, self.wish, self.chosen)

    @property
    def wish(self) -> Wish:
        what = self.cleaned_data["what"]
        return Wish(what, self.cleaned_data.get(what))

    @property
    def outcome(self) -> str:
        """Return the wish in words, as a heading says it."""
        words = Batch(what=self.wish.what, to=self.wish.words)
        return str(words)
