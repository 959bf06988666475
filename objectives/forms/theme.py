"""Who takes part in a theme, and which key results each works on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.pickers import PickerField
from objectives.models import Objective
from objectives.models.kinds import functions_fit
from objectives.themes import Named
from organizations.models import Department, Person

ROWS = 6
BLANK = 2


@dataclass
class Offered:
    """What every row offers to choose from, asked for once."""

    departments: Any
    people: Any
    key_results: list[tuple[str, str]]

    @cached_property
    def department_choices(self) -> list[tuple[str, Any]]:
        rows = self.departments.values_list("pk", "name")
        return [("", _("Another function")), *((str(pk), name) for pk, name in rows)]


class FunctionForm(Form):
    """One function: a department, or a name of its own; a row left empty is not there."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False
    )
    name = forms.CharField(
        label=_("Or its name"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"placeholder": _("Like Customer voice")}),
    )
    stakeholder = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Who answers for it"),
        required=False,
    )
    key_results = forms.MultipleChoiceField(
        label=_("Works on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: "Offered", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset, department.choices = offered.departments, offered.department_choices
        self.fields["stakeholder"].queryset = offered.people  # type: ignore[attr-defined]
        self.fields["key_results"].choices = offered.key_results  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        data = self.cleaned_data
        return not (data.get("department") or data.get("name") or data.get("stakeholder"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named = data.get("department") or data.get("name")
        if named and not data.get("stakeholder") and "stakeholder" not in self.errors:
            self.add_error("stakeholder", _("Name the person who answers for it."))
        if data.get("stakeholder") and not named:
            self.add_error("name", _("Say which function it is."))
        return data

    def named(self) -> Named:
        data = self.cleaned_data
        department = data["department"]
        return Named(
            pk=data["id"],
            name=data["name"] or department.name,
            department=department,
            stakeholder=data["stakeholder"],
            key_results=frozenset(map(forms.UUIDField().clean, data["key_results"])),
        )


class FunctionRows(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        names = [form.named().name.casefold() for form in self.filled()]
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("A function takes part once. Two rows name the same."))

    def filled(self) -> list[FunctionForm]:
        valid = [form for form in self.forms if form.is_valid() and form.has_changed()]
        return [form for form in valid if not form.is_empty and not form.errors]


class FunctionsForm(Form):
    """The functions of a theme; outside four to six it warns and asks for a reason (R37)."""

    reason = forms.CharField(
        label=_("Why another number than four to six"),
        required=False,
        max_length=300,
        help_text=_("Not needed for a draft; before it is committed somebody should know."),
    )

    def __init__(self, data: Any, *, theme: Objective, person: Person) -> None:
        super().__init__(data, initial={"reason": theme.functions_reason})
        today = person.organization.today()
        functions = list(theme.functions.prefetch_related("key_result_links"))
        initial = [
            {
                "id": one.pk,
                "department": one.department_id,
                "name": "" if one.department_id else one.name,
                "stakeholder": one.stakeholder,
                "key_results": [str(link.key_result_id) for link in one.key_result_links.all()],
            }
            for one in functions
        ]
        kept = [one.department_id for one in functions if one.department_id]
        standing = Department.objects.standing(today) | Department.objects.filter(pk__in=kept)
        key_results = [(str(one.pk), one.title) for one in theme.key_results.all()]
        extra = max(ROWS - len(functions), BLANK)
        rows = forms.formset_factory(FunctionForm, formset=FunctionRows, extra=extra, max_num=20)
        self.rows = rows(
            data,
            initial=initial,
            prefix="functions",
            form_kwargs={"offered": Offered(standing, Person.objects.present(today), key_results)},
        )

    def is_valid(self) -> bool:
        rows_are_valid = self.rows.is_valid()
        return super().is_valid() and rows_are_valid

    def named(self) -> list[Named]:
        return [form.named() for form in cast("FunctionRows", self.rows).filled()]

    @property
    def fits(self) -> bool:
        return functions_fit(len(self.named()))
