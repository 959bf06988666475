"""Who may read an objective, as it is chosen, with the people it comes to (domain §6)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceCards, Form
from core.pickers import ManyPickerField, PickerField
from objectives.models import Circle, ManagerChain, Objective, Visibility
from objectives.visibility import Narrowing, Seen
from organizations.models import Department, Person

OPENNESS: dict[str, Any] = {
    Visibility.PUBLIC: _("Others can build on it"),
    Visibility.RESTRICTED: _("Departments with the teams below them, and people"),
    Visibility.PRIVATE: _("Nobody else, not even the people team"),
}


class ReadersForm(Form):
    """The choice of readers; ``owner`` and what else of the objective decides comes with it."""

    visibility = forms.ChoiceField(
        label=_("Who can read it"),
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        widget=ChoiceCards(OPENNESS),
    )
    departments = ManyPickerField(
        Department.objects.all(),
        options="organizations:department_options",
        label=_("Departments"),
        required=False,
        help_text=_("With the teams below them."),
    )
    people = ManyPickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        label=_("People"),
        required=False,
    )
    manager_chain = forms.ChoiceField(
        label=_("The owner's managers"),
        choices=ManagerChain.choices,
        initial=ManagerChain.NONE,
        required=False,
    )
    shares_number = forms.BooleanField(
        label=_("Share the number only"),
        required=False,
        help_text=_(
            "It then counts in the goals above, without its name, together with at least one "
            "other such goal."
        ),
    )
    narrow = forms.BooleanField(label=_("Let fewer people read it all the same"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        objective: Objective | None = None,
        initial: dict[str, Any] | None = None,
        everybody: bool = False,
    ) -> None:
        self.person, self.objective, self.everybody = person, objective, everybody
        super().__init__(data, initial=initial or self.shown(objective))
        people = self.fields["people"]
        assert isinstance(people, ManyPickerField)
        people.choose_from(Person.objects.present(self.today))
        if everybody:
            self.fields = {"visibility": self.fields["visibility"]}
            self.fields["visibility"].required = False
            self.initial = {"visibility": Visibility.PUBLIC}
        self.narrowing: Narrowing | None = None

    @property
    def today(self) -> date:
        return self.person.organization.today()

    @staticmethod
    def shown(objective: Objective | None) -> dict[str, Any]:
        if objective is None:
            return {}
        named = list(objective.readers.select_related("person", "department"))
        return {
            "visibility": objective.visibility,
            "manager_chain": objective.manager_chain,
            "shares_number": objective.shares_number,
            "people": [one.person for one in named if one.person],
            "departments": [one.department for one in named if one.department],
        }

    def clean_visibility(self) -> str:
        """Refuse to hide what the organization plans beside; nothing is opened in silence."""
        visibility: str = self.cleaned_data["visibility"] or Visibility.PUBLIC
        if self.everybody and visibility != Visibility.PUBLIC:
            message = _(
                "Departments plan with each other, so this kind of objective is read by everyone. "
                "Choose another kind to let fewer read it."
            )
            raise forms.ValidationError(message, "everybody")
        return visibility

    def clean_manager_chain(self) -> str:
        return self.cleaned_data["manager_chain"] or ManagerChain.NONE

    @property
    def chosen(self) -> dict[str, Any]:
        """Return what stands in the form: what was typed, where that is valid."""
        if self.is_bound:
            self.is_valid()
            shown = {} if self.everybody else self.shown(self.objective)
            return {**shown, **self.cleaned_data}
        return dict(self.initial)

    def circle(self, owner: Person, counting: frozenset[Any] | None = None) -> Circle:
        """Return who could read it, were it saved like this and committed."""
        now, chosen = self.objective, self.chosen
        counted = now.key_results.values_list("owner_id", flat=True) if now else ()
        return Circle(
            visibility=chosen.get("visibility", Visibility.PUBLIC),
            chain=chosen.get("manager_chain", ManagerChain.NONE),
            owner=owner.pk,
            writer=now.created_by_id if now else self.person.pk,
            people=frozenset(one.pk for one in chosen.get("people", ())),
            departments=frozenset(one.pk for one in chosen.get("departments", ())),
            counting=frozenset(counted) if counting is None else counting,
        )

    @cached_property
    def owner(self) -> Person:
        return self.objective.owner if self.objective else self.person

    @property
    def is_closed(self) -> bool:
        return bool(self.chosen.get("visibility", Visibility.PUBLIC) != Visibility.PUBLIC)

    @property
    def will_see(self) -> Seen:
        """Return who will read it, in names and a count, before it is saved."""
        return Seen.of(self.circle(self.owner), self.today)

    def asks_before_narrowing(self, owner: Person) -> bool:
        """Whether fewer would read it, that affects somebody, and nobody said yes to it (V4)."""
        if self.objective is None or self.everybody:
            return False
        narrowing = Narrowing.to(self.objective, self.circle(owner), self.person)
        if not narrowing or self.cleaned_data["narrow"]:
            return False
        self.narrowing = narrowing
        self.add_error("narrow", _("See below whom this affects, and say that you mean it."))
        return True

    def written(self) -> dict[str, Any]:
        """Return what was chosen, as the verbs of writing.py take it."""
        if self.everybody:
            nobody: dict[str, Any] = {"people": [], "departments": [], "shares_number": False}
            return {**self.cleaned_data, **nobody, "manager_chain": ManagerChain.NONE}
        return {name: value for name, value in self.cleaned_data.items() if name != "narrow"}


class ReadersPreviewForm(ReadersForm):
    """The same, asked while an objective is being written: its owner is what stands there."""

    owner_typed = PickerField(
        Person.objects.all(),
        names=("name", "email"),
        options="organizations:person_options",
        required=False,
    )

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix("owner" if field_name == "owner_typed" else field_name)

    def settled(self) -> ReadersForm:
        """Return the form with what was typed among what is ticked; as it is where it errs."""
        if not self.is_valid():
            return self
        chosen = dict(self.cleaned_data)
        owner = chosen.pop("owner_typed")
        form = ReadersForm(person=self.person, objective=self.objective, initial=chosen)
        form.owner = owner or self.owner
        return form
