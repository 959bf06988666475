"""An objective with its key results, read and checked; saving is the models'."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, Form
from core.ids import is_uuid
from core.pickers import PickerField
from objectives.alignment import chosen_parent, refuse_impossible
from objectives.change_requests import COMMITTED_TO, ask, found
from objectives.examples import Example
from objectives.key_result_examples import EXAMPLES, choices
from objectives.models import ChangeRequest, Goal, Objective, ObjectiveValue, Value
from objectives.writing import draft, revise, revise_freely
from organizations.models import Cycle, Department, Person

from .change_request import ChangeRequestForm
from .key_result import MOST_ROWS, KeyResultForm, KeyResultFormSet
from .kinds import (
    ALWAYS,
    ASKED,
    CHALLENGES,
    EVERYBODYS,
    KINDS,
    LEVELS,
    SCOPES,
    TITLES,
    WHYS,
    Kind,
)
from .link import GoalField
from .readers import ReadersForm

KEPT = [
    "title",
    "kind",
    "level",
    "why",
    "cycle",
    "owner",
    "department",
    "ambition",
    "basis",
    "version",
    "challenge",
    "challenge_words",
]


# What the form asks for itself, and no objective keeps.
APART = {"version", "values", "key_result_example"}
# The buttons that show more of what is typed, without saving it.
PREVIEW, START_FROM, LOOK = "preview", "start_from", "look"


def with_example(data: Any) -> Any:
    """Fill the first empty row of what is typed with the example that was chosen."""
    example = EXAMPLES.get(data.get("key_result_example", ""))
    rows = int(data.get("key_results-TOTAL_FORMS", "0") or 0)
    if example is None or rows >= MOST_ROWS:
        return data
    empty = (n for n in range(rows) if not data.get(f"key_results-{n}-title", "").strip())
    number = next(empty, rows)
    filled = data.copy()
    filled["key_results-TOTAL_FORMS"] = str(max(rows, number + 1))
    for name, value in {"title": example.title, "weight": "1", **example.row}.items():
        filled[f"key_results-{number}-{name}"] = str(value)
    if example.steps:
        key = f"key_results-{number}-milestones"
        filled.setlist(f"{key}-title", [str(step) for step in example.steps])
    filled["key_result_example"] = ""
    return filled


class ObjectiveForm(Form):
    """An objective with its key results; what is wrong is said beside the field.

    A kind asks only what it needs. While the kind is not known, the form asks for it too.
    """

    challenge = forms.ChoiceField(
        label=_("What it answers"),
        choices=Objective.Challenge.choices,
        widget=ChoiceCards(CHALLENGES),
        required=False,
    )
    challenge_words = forms.CharField(
        label=_("The threat or opportunity"),
        required=False,
        max_length=500,
        help_text=_("Name it so that everybody sees it coming. It is needed to commit."),
        widget=forms.Textarea({"rows": 2}),
    )
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
    values = forms.ModelMultipleChoiceField(
        Value.objects.none(),
        label=_("Values it lives"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ambition = forms.ChoiceField(label=_("Ambition"), choices=Objective.Ambition.choices)
    basis = forms.ChoiceField(label=_("Progress comes from"), choices=Objective.Basis.choices)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key_result_example = forms.ChoiceField(
        label=_("Start from an example"), choices=choices, required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        objective: Objective | None = None,
        parent: str | None = None,
        kind: str = "",
        example: Example | None = None,
    ) -> None:
        self.person, self.objective = person, objective
        if data and START_FROM in data:
            data = with_example(data)
        self.example = example
        super().__init__(data, initial=self._shown(objective, parent))
        self.written_as = self._kind(kind)
        self._ask_for(self.written_as)
        today = person.organization.today()
        kept = Q(pk=objective.cycle_id) if objective else Q(pk=None)
        cycles = Cycle.objects.filter(Q(closed_at=None, end__gte=today) | kept)
        self._choose_from("cycle", cycles.order_by("start", "end"))
        self._choose_from("owner", Person.objects.present(today))
        locked = objective is not None and objective.is_locked(today)
        self.change = ChangeRequestForm(data, today=today) if locked else None
        self.request: ChangeRequest | None = None
        if "parent" in self.fields:
            above = self.fields["parent"]
            assert isinstance(above, GoalField)
            above.offer_to(person, kept=self.initial.get("parent"))
        if "department" in self.fields:
            kept = Q(pk=objective.department_id) if objective else Q(pk=None)
            standing = Q(dissolved_on=None) | Q(dissolved_on__gt=today) | kept
            self._choose_from("department", Department.objects.filter(standing))
        if "values" in self.fields:
            named = Q(uses__objective=objective) if objective else Q(pk=None)
            offered = Value.objects.filter(Q(archived_at=None) | named)
            self._choose_from("values", offered.distinct())
        rows = objective.key_results.all() if objective else []
        rows = [one for one in rows if not one.is_dropped]
        shown = [KeyResultForm.shown(one) for one in rows]
        if example:
            shown = [one.shown() for one in example.results]
        self.key_results = KeyResultFormSet(
            data, initial=shown, prefix="key_results", form_kwargs={"cycle": self.chosen_cycle}
        )
        everybody = self.written_as in EVERYBODYS
        self.readers = ReadersForm(data, person=person, objective=objective, everybody=everybody)

    @property
    def chosen_cycle(self) -> Cycle | None:
        """The cycle that is typed, or else shown; the days of key results depend on it."""
        cycle: Cycle | None = self.get_initial_for_field(self.fields["cycle"], "cycle")
        if isinstance(cycle, UUID):
            cycle = self.objective.cycle if self.objective else None
        with suppress(ValidationError):
            if self.is_bound:
                cycle = self.fields["cycle"].clean(self["cycle"].data)
        return cycle

    def _kind(self, asked: str) -> str:
        """Return the kind it is written as: a draft's may still change, another's is fixed."""
        if self.objective and not self.objective.is_draft:
            return self.objective.kind
        typed = self.data.get("kind", "") if self.is_bound else ""
        known = (typed, "" if self.is_bound else asked, self.initial.get("kind", ""))
        return next((one for one in known if one in ASKED), "")

    def _ask_for(self, kind: str) -> None:
        """Leave out what this kind has no question about, and ask the rest in its words."""
        self.initial["kind"] = kind
        if not kind:
            return  # The kind is asked for too.
        kinds = self.fields["kind"]
        kinds.widget, kinds.required = forms.HiddenInput(), True
        for name in set(self.fields) - ALWAYS - ASKED[kind]:
            del self.fields[name]
        if kind in TITLES:
            self.fields["title"].label, self.fields["title"].help_text = TITLES[kind]
        self.fields["why"].label = WHYS.get(kind, self.fields["why"].label)
        if kind == Kind.DEPARTMENTAL:
            self.fields["department"].required = True
        if kind == Kind.SUPPORTING:
            self._offer_levels()

    def _offer_levels(self) -> None:
        """Offer single people's objectives only where the organization has them (domain §3)."""
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        was = self.objective.level if self.objective else ""
        individual = Objective.Level.INDIVIDUAL
        allowed = self.person.organization.individual_objectives
        level.choices = [
            (value, words)
            for value, words in SCOPES.items()
            if value == was
            or (value != Objective.Level.COMPANY and (allowed or value != individual))
        ]
        if not self.objective:
            level.initial = individual if allowed else Objective.Level.DEPARTMENT

    def _choose_from(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def _shown(self, objective: Objective | None, parent: str | None) -> dict[str, Any]:
        if objective:
            known = {name: getattr(objective, name) for name in KEPT}
            values = Value.objects.filter(uses__objective=objective)
            parent_now = chosen_parent(objective, self.person)
            return {**known, "values": values, "parent": parent_now}
        today = self.person.organization.today()
        above = Objective.objects.offered_as_parent(self.person)
        return {
            "owner": self.person,
            "department": self.person.department_on(today),
            "cycle": Cycle.objects.quarters().open().filter(end__gte=today).first(),
            "parent": above.filter(pk=parent).first() if parent and is_uuid(parent) else None,
            "ambition": Objective.Ambition.ASPIRATIONAL,
            **self._from_example(),
        }

    def _from_example(self) -> dict[str, Any]:
        if not self.example:
            return {}
        names = ("title", "why", "challenge", "challenge_words")
        return {name: getattr(self.example, name) for name in names}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", "")
        if self.objective and not self.objective.is_draft:
            kind = data["kind"] = self.objective.kind
        data["level"] = LEVELS.get(kind, data.get("level") or Objective.Level.INDIVIDUAL)
        if data["level"] == Objective.Level.DEPARTMENT and not data.get("department"):
            self.add_error("department", _("Say which department or team it belongs to."))
        if data.get("owner"):
            self.readers.owner = data["owner"]
        if self.change and self.objective and data.get("cycle") not in {None, self.objective.cycle}:
            words = _("It is locked in its cycle. Carry it over once it is closed.")
            self.add_error("cycle", words)
        if self.objective and data.get("parent") not in {None, self.initial.get("parent")}:
            self._refuse_impossible(data["parent"])
        return data

    def _refuse_impossible(self, parent: Goal) -> None:
        assert self.objective
        try:
            refuse_impossible(self.objective, parent)
        except ValidationError as error:
            self.add_error("parent", error)

    @property
    def is_saving(self) -> bool:
        """Whether it was sent to be saved, and not to see more of it first."""
        return self.is_bound and not {PREVIEW, START_FROM, LOOK} & set(self.data)

    def is_valid(self) -> bool:
        if self.is_bound and not self.is_saving:
            self._errors = ErrorDict()  # nobody has said yet that this is all
            return False
        # All are asked, so that everything that is wrong is said at once.
        valid = [super().is_valid(), self.key_results.is_valid(), self.readers.is_valid()]
        return all(valid) and not self.readers.asks_before_narrowing(self.cleaned_data["owner"])

    def written(self) -> dict[str, Any]:
        """Return what was typed, as the verbs of writing.py take it."""
        fields = {name: value for name, value in self.cleaned_data.items() if name not in APART}
        # What this kind does not ask for stays as it is, or as it is by default.
        fields.setdefault("parent", self.initial.get("parent"))
        rows = [
            form.written()
            for form in self.key_results.forms
            if form.cleaned_data and form not in self.key_results.deleted_forms
        ]
        return {**fields, **self.readers.written(), "key_results": rows}

    def draft(self) -> Objective | None:
        """Save a new draft; what only the database could refuse is said in the form."""
        try:
            return self._with_values(draft(by=self.person, **self.written()))
        except ValidationError as error:
            self.add_error(None, error)
            return None

    def _with_values(self, objective: Objective) -> Objective:
        if "values" in self.cleaned_data:
            ObjectiveValue.choose(objective, self.cleaned_data["values"])
        return objective

    def revise(self) -> bool:
        """Save, unless somebody else did since; then say so and keep what was typed."""
        assert self.objective
        version = self.cleaned_data["version"] or 0
        try:
            if self.change:
                return self._ask(self.change, version)
            if revise(self.objective, by=self.person, version=version, **self.written()):
                self._with_values(self.objective)
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
        self._with_values(self.objective)
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
