"""What people type about objectives, read and checked; saving is the models'."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, DecimalField, Form
from core.ids import is_uuid
from core.pickers import PickerField
from organizations.models import Cycle, Department, Person

from .alignment import refuse_impossible
from .models import KeyResult, Objective
from .outline import Filters
from .progress import NUMERIC, Direction, Measure, Status
from .writing import Written, draft, revise

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

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        return f"&{urlencode({'cycle': str(self.span.pk)})}" if self.span else ""

    @property
    def query(self) -> str:
        """Return what every view of the goals understands of this address, to change the view."""
        kept = {name: self.data.get(name) for name in ("q", *self.SELECTS, "unlinked")}
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
BLANK_ROWS = 2
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


def decimals_of(number: Decimal | None) -> int:
    exponent = number.normalize().as_tuple().exponent if number else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number_field(label: Any) -> DecimalField:
    return DecimalField(label=label, required=False, max_digits=20, decimal_places=6)


class KeyResultForm(Form):
    """One row: what is measured, and what would be good. A row left empty is not there.

    Which numbers a row asks for follows from its measure and its direction; ``NUMBERS`` says it,
    and key-result-row.css shows no other.
    """

    CHANGE = ""
    DIRECTIONS = {
        CHANGE: _("Change"),
        Direction.AT_LEAST: _("At least"),
        Direction.AT_MOST: _("At most"),
        Direction.WITHIN: _("Between"),
        Direction.BASELINE: _("Find it out"),
    }
    NUMBERS: dict[str, tuple[str, ...]] = {
        CHANGE: ("start", "target"),
        Direction.AT_LEAST: ("target", "red_low"),
        Direction.AT_MOST: ("target", "red_high"),
        Direction.WITHIN: ("lower", "upper", "red_low", "red_high"),
        Direction.BASELINE: (),
    }
    # What must be said of a key result, however it is measured.
    NEEDED = {
        Measure.MILESTONES: ("milestones", _("Name at least one milestone.")),
        Measure.JUDGEMENT: ("rubric", _("Say what the grades 0, 0.5 and 1 would look like.")),
    }

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What you measure"), max_length=500)
    measure = forms.ChoiceField(
        label=_("Measure"), choices=KeyResult.MEASURES, initial=Measure.NUMBER
    )
    direction = forms.ChoiceField(label=_("What is good"), choices=DIRECTIONS, required=False)
    start = number_field(_("From"))
    target = number_field(_("To"))
    lower = number_field(_("Lowest"))
    upper = number_field(_("Highest"))
    red_low = number_field(_("0% at or below"))
    red_high = number_field(_("0% at or above"))
    source = forms.CharField(label=_("Where the number comes from"), required=False, max_length=300)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30)
    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=100, initial=1)
    milestones = forms.CharField(
        label=_("Milestones, one a line"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )
    rubric = forms.CharField(
        label=_("What the grades 0, 0.5 and 1 would look like"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )

    @property
    def levels(self) -> list[tuple[Decimal, tuple[Decimal, ...]]]:
        """What 0 %, 50 % and 100 % are, as it was last saved."""
        return self.saved.levels if self.saved else []

    @property
    def saved(self) -> KeyResult | None:
        return self.initial.get("saved")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        measure = data.get("measure")
        if measure in self.NEEDED:
            name, sentence = self.NEEDED[Measure(measure)]
            if not data.get(name):
                self.add_error(name, sentence)
        data["direction"] = data.get("direction", self.CHANGE)
        if measure in NUMERIC:
            self._refuse_crossed(data)
        return data

    def _refuse_crossed(self, data: dict[str, Any]) -> None:
        """Refuse numbers that contradict each other; one that is missing contradicts nothing."""
        names = self.NUMBERS[data["direction"]]
        start, target, lower, upper, red_low, red_high = (
            data.get(name) if name in names else None
            for name in ("start", "target", "lower", "upper", "red_low", "red_high")
        )
        if start is not None and start == target:
            self.add_error("target", _("From and to are the same: nothing would change."))
        if lower is not None and upper is not None and lower > upper:
            self.add_error("upper", _("This lies below the lower bound."))
        floor, ceiling = (target, target) if "target" in names else (lower, upper)
        if red_low is not None and floor is not None and red_low >= floor:
            self.add_error("red_low", _("This must lie below the limit."))
        if red_high is not None and ceiling is not None and red_high <= ceiling:
            self.add_error("red_high", _("This must lie above the limit."))
        if data["direction"] == Direction.BASELINE and not data.get("source"):
            self.add_error("source", _("Say where the number will come from."))

    def written(self) -> Written:
        data = self.cleaned_data
        measure = data["measure"]
        numeric = measure in NUMERIC
        direction = data["direction"] if numeric else self.CHANGE
        asked = self.NUMBERS[direction] if numeric else ()
        numbers: dict[str, Any] = {name: data[name] for name in asked}
        start, target = numbers.pop("start", None), numbers.pop("target", None)
        if direction == self.CHANGE:
            falls = start is not None and target is not None and target < start
            direction = Direction.DECREASE if falls else Direction.INCREASE
        most = max(map(decimals_of, [start, target, *numbers.values()]))
        return Written(
            pk=data["id"],
            title=data["title"],
            measure=measure,
            direction=direction,
            start=start,
            target=target,
            unit=data["unit"] if numeric else "",
            decimals=1 if measure == Measure.JUDGEMENT else most,
            weight=data["weight"],
            milestones=[line.strip() for line in data["milestones"].splitlines() if line.strip()],
            source=data["source"] if direction == Direction.BASELINE else "",
            rubric=data["rubric"] if measure == Measure.JUDGEMENT else "",
            **numbers,
        )

    @classmethod
    def shown(cls, key_result: KeyResult) -> dict[str, Any]:
        """Return a key result as this form's initial values."""
        names = ["title", "measure", "start", "target", "lower", "upper", "red_low", "red_high"]
        names += ["source", "unit", "weight", "rubric"]
        known = {name: getattr(key_result, name) for name in names}
        direction = key_result.direction
        known["direction"] = direction if direction in cls.NUMBERS else cls.CHANGE
        known["milestones"] = "\n".join(step.title for step in key_result.milestones.all())
        return {"id": key_result.pk, **known, "saved": key_result}


KeyResultFormSet = forms.formset_factory(
    KeyResultForm, extra=BLANK_ROWS, can_delete=True, max_num=30, validate_max=True
)


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
    parent = PickerField(
        Objective.objects.all(),
        names=("title",),
        options="objectives:options",
        label=_("Supports"),
        required=False,
    )
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
        self._choose_from("parent", Objective.objects.offered_as_parent(person))
        rows = objective.key_results.all() if objective else []
        shown = [KeyResultForm.shown(one) for one in rows]
        self.key_results = KeyResultFormSet(data, initial=shown, prefix="key_results")

    def _choose_from(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def _shown(self, objective: Objective | None, parent: str | None) -> dict[str, Any]:
        if objective:
            known = {name: getattr(objective, name) for name in KEPT}
            return {**known, "parent": objective.primary_parent_visible_to(self.person)}
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
        if self.objective and data.get("parent"):
            self._refuse_impossible(data["parent"])
        return data

    def _refuse_impossible(self, parent: Objective) -> None:
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
            if revise(self.objective, by=self.person, version=version, **self.written()):
                return True
        except ValidationError as error:
            self.add_error(None, error)
            return False
        self._show_conflict()
        return False

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
