"""A department's part in the one focus."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, Form
from core.pickers import PickerField
from objectives.models import Objective, Part, objective_of
from organizations.models import Department, Person

from .link import GoalField


class PartForm(Form):
    line = forms.CharField(
        label=_("What the department takes on"),
        max_length=300,
        help_text=_("One line, so plain that somebody from another department could repeat it."),
    )
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Who sees to it"),
    )
    linked = GoalField(label=_("Objective that carries it"), required=False)

    def __init__(self, data: Any, *, person: Person, department: Department, part: Part | None):
        shown: dict[str, Any] = {"owner": department.head}
        if part:
            owner = part.owner or department.head
            shown = {"line": part.line, "owner": owner, "linked": part.linked}
        super().__init__(data, initial=shown)
        today = person.organization.today()
        self._choose_from("owner", Person.objects.present(today))
        linked = self.fields["linked"]
        assert isinstance(linked, GoalField)
        linked.offer_to(person, kept=self.initial.get("linked"))

    def _choose_from(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_linked(self) -> Objective | None:
        """A key result stands for its objective here."""
        goal = self.cleaned_data["linked"]
        return objective_of(goal) if goal else None


class PartEndForm(Form):
    """What becomes of a part: another department takes it, or it ends with a reason."""

    MOVE, DROP = "move", "drop"
    CHOICES = {MOVE: _("Another department takes it"), DROP: _("It ends")}
    MEANINGS = {MOVE: _("Owner and line stay as they are"), DROP: _("You say why")}

    decision = forms.ChoiceField(
        label=_("What becomes of it"), choices=CHOICES, widget=ChoiceCards(MEANINGS)
    )
    to = forms.ModelChoiceField(
        Department.objects.none(), label=_("Which department"), required=False
    )
    reason = forms.CharField(label=_("Why it ends"), required=False, max_length=300)

    def __init__(self, data: Any, *, part: Part, person: Person) -> None:
        super().__init__(data)
        standing = Department.objects.standing(person.organization.today())
        taken = Part.objects.open().filter(objective=part.objective).values("department")
        others = standing.exclude(pk=part.department_id).exclude(pk__in=taken)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == self.MOVE and not data.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose the department that takes it."))
        if data.get("decision") == self.DROP and not data.get("reason"):
            self.add_error("reason", _("Say why it ends."))
        return data
