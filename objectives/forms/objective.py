"""An objective with its key results, read and checked; saving is the models'."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, Form
from core.ids import is_uuid
from core.pickers import PickerField
from objectives.alignment import chosen_parent, refuse_impossible
from objectives.change_requests import COMMITTED_TO, ask, found
from objectives.models import ChangeRequest, Goal, Objective
from objectives.writing import draft, revise, revise_freely
from organizations.models import Cycle, Department, Person

from .change_request import ChangeRequestForm
from .key_result import KeyResultForm, KeyResultFormSet
from .link import GoalField

KINDS: dict[str, Any] = {
    Objective.Kind.ONE_FOCUS: _("The one thing the whole company moves"),
    Objective.Kind.DEPARTMENTAL: _("What a department owns"),
    Objective.Kind.THEMATIC: _("Shared by several departments"),
    Objective.Kind.SUPPORTING: _("The part of a team or a person in something larger"),
}
LEVELS = {
    Objective.Kind.ONE_FOCUS: Objective.Level.COMPANY,
    Objective.Kind.THEMATIC: Objective.Level.COMPANY,
    Objective.Kind.DEPARTMENTAL: Objective.Level.DEPARTMENT,
}
SCOPES = {
    Objective.Level.INDIVIDUAL: _("One person"),
    Objective.Level.DEPARTMENT: _("A department or team"),
    Objective.Level.COMPANY: _("The whole company"),
}
KEPT = [
    "title",
    "kind",
    "level",
    "why",
    "cycle",
    "owner",
    "department",
    "visibility",
    "ambition",
    "basis",
    "version",
]


class ObjectiveForm(Form):
    """An objective with its key results; what is wrong is said beside the field."""

    title = forms.CharField(
        label=_("Objective"),
        max_length=500,
        help_text=_("What will be different? One sentence, no numbers."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Objective.Kind.choices, widget=ChoiceCards(KINDS)
    )
    level = forms.ChoiceField(label=_("Whose objective it is"), choices=SCOPES, required=False)
    why = forms.CharField(
        label=_("Why it matters"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    cycle = forms.ModelChoiceField(Cycle.objects.none(), label=_("Cycle"), empty_label=None)
    owner = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("Owner"),
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False
    )
    parent = GoalField(label=_("Supports"), required=False)
    visibility = forms.ChoiceField(label=_("Who can read it"), choices=Objective.Visibility.choices)
    ambition = forms.ChoiceField(label=_("Ambition"), choices=Objective.Ambition.choices)
    basis = forms.ChoiceField(label=_("Progress comes from"), choices=Objective.Basis.choices)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        objective: Objective | None = None,
        parent: str | None = None,
    ) -> None:
        self.person, self.objective = person, objective
        super().__init__(data, initial=self._shown(objective, parent))
        today = person.organization.today()
        kept = Q(pk=objective.cycle_id) if objective else Q(pk=None)
        cycles = Cycle.objects.filter(Q(closed_at=None, end__gte=today) | kept)
        self._choose_from("cycle", cycles.order_by("start", "end"))
        self._choose_from("owner", Person.objects.present(today))
        above = self.fields["parent"]
        assert isinstance(above, GoalField)
        above.offer_to(person, kept=self.initial.get("parent"))
        locked = objective is not None and objective.is_locked(today)
        self.change = ChangeRequestForm(data, today=today) if locked else None
        self.request: ChangeRequest | None = None
        rows = objective.key_results.all() if objective else []
        rows = [one for one in rows if not one.is_dropped]
        shown = [KeyResultForm.shown(one) for one in rows]
        self.key_results = KeyResultFormSet(data, initial=shown, prefix="key_results")

    def _choose_from(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def _shown(self, objective: Objective | None, parent: str | None) -> dict[str, Any]:
        if objective:
            known = {name: getattr(objective, name) for name in KEPT}
            return {**known, "parent": chosen_parent(objective, self.person)}
        today = self.person.organization.today()
        above = Objective.objects.offered_as_parent(self.person)
        return {
            "owner": self.person,
            "department": self.person.department_on(today),
            "cycle": Cycle.objects.quarters().open().filter(end__gte=today).first(),
            "parent": above.filter(pk=parent).first() if parent and is_uuid(parent) else None,
            "ambition": Objective.Ambition.ASPIRATIONAL,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", "")
        data["level"] = LEVELS.get(kind, data.get("level") or Objective.Level.INDIVIDUAL)
        if data["level"] == Objective.Level.DEPARTMENT and not data.get("department"):
            self.add_error("department", _("Say which department or team it belongs to."))
        if self.objective and data.get("parent") not in {None, self.initial.get("parent")}:
            self._refuse_impossible(data["parent"])
        return data

    def _refuse_impossible(self, parent: Goal) -> None:
        assert self.objective
        try:
            refuse_impossible(self.objective, parent)
        except ValidationError as error:
            self.add_error("parent", error)

    def is_valid(self) -> bool:
        # Both are asked, so that everything that is wrong is said at once.
        rows_are_valid = self.key_results.is_valid()
        return super().is_valid() and rows_are_valid

    def written(self) -> dict[str, Any]:
        """Return what was typed, as the verbs of writing.py take it."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        rows = [
            form.written()
            for form in self.key_results.forms
            if form.cleaned_data and form not in self.key_results.deleted_forms
        ]
        return {**fields, "key_results": rows}

    def draft(self) -> Objective | None:
        """Save a new draft; what only the database could refuse is said in the form."""
        try:
            return draft(by=self.person, **self.written())
        except ValidationError as error:
            self.add_error(None, error)
            return None

    def revise(self) -> bool:
        """Save, unless somebody else did since; then say so and keep what was typed."""
        assert self.objective
        version = self.cleaned_data["version"] or 0
        try:
            if self.change:
                return self._ask(self.change, version)
            if revise(self.objective, by=self.person, version=version, **self.written()):
                return True
        except ValidationError as error:
            self.add_error(None, error)
            return False
        self._show_conflict()
        return False

    def _ask(self, change: ChangeRequestForm, version: int) -> bool:
        """Save what is free, and ask for what was promised, with the reason for it."""
        assert self.objective
        written = self.written()
        key_results = written.pop("key_results")
        changes = found(self.objective, key_results, **written)
        if changes and not change.is_valid():
            return False
        free = {name: value for name, value in written.items() if name not in COMMITTED_TO}
        if not revise_freely(self.objective, by=self.person, version=version, **free):
            self._show_conflict()
            return False
        if changes:
            self.request = ask(self.objective, changes, self.person, change.asked())
        return True

    @property
    def outcome(self) -> str:
        """Say what saving came to."""
        if self.request and self.request.is_open:
            above = self.request.objective.decider
            who = above.name if above else self.request.objective.owner.name
            return gettext("Asked for. %(name)s decides, and until then it stays.") % {"name": who}
        return gettext("Changes saved.")

    def _show_conflict(self) -> None:
        """Tell what stands there now, and let the next press save over it knowingly."""
        assert self.objective
        self.objective.refresh_from_db()
        typed = self.data.copy()  # type: ignore[attr-defined]
        typed["version"] = self.objective.version
        self.data = typed
        sentence = _(
            "Somebody saved this while you were writing. It now says “%(title)s”. What you typed "
            "is kept below; saving again replaces theirs."
        )
        self.add_error(None, sentence % {"title": self.objective.title})
