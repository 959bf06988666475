"""A link as it is typed: which end is meant, what it is linked to, and why it ends."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.pickers import MOST_LOOKED_AT, PickerField, Typed
from objectives import linking
from objectives.models import Alignment, Goal, KeyResult, Objective
from organizations.models import Person

Kind = Alignment.Kind
UP, DOWN = "up", "down"


class GoalField(PickerField):
    """Takes an objective, or a key result of one, that the person may link to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Objective.objects.all(), names=("title",), options="objectives:options", **kwargs
        )
        self.kept: Goal | None = None

    def offer_to(self, person: Person, kept: Goal | None = None) -> None:
        """Offer what may be linked to, and what is chosen already, though it may be closed."""
        self.queryset = Objective.objects.offered_as_parent(person)
        self.kept = kept

    @property
    def key_results(self) -> QuerySet[KeyResult]:
        return KeyResult.objects.offered(self.queryset)

    def chosen(self, typed: Typed) -> Model | None:
        if self.kept and str(self.kept.pk) == typed.chosen and str(self.kept) == typed.text:
            return self.kept
        if objective := super().chosen(typed):
            return objective
        return self.chosen_of(self.key_results, typed)

    def known_as(self, lookup: str, text: str) -> list[Any]:
        condition = {f"title__{lookup}": text}
        objectives = list(self.queryset.filter(**condition)[:MOST_LOOKED_AT])
        return objectives or list(self.key_results.filter(**condition)[:MOST_LOOKED_AT])


class LinkForm(Form):
    """One end is the objective at hand or one of its key results; the other is picked."""

    WAYS = {
        f"{UP} {Kind.CONTRIBUTES}": _("contributes to"),
        f"{UP} {Kind.SUPPORTS}": _("supports, without counting"),
        f"{UP} {Kind.DEPENDS_ON}": _("depends on"),
        f"{DOWN} {Kind.CONTRIBUTES}": _("receives a contribution from"),
        f"{DOWN} {Kind.SUPPORTS}": _("is supported by"),
        f"{DOWN} {Kind.DEPENDS_ON}": _("is needed by"),
    }

    here = forms.ChoiceField(label=_("What is linked"))
    way = forms.ChoiceField(label=_("How"), choices=WAYS)
    other = GoalField(label=_("Goal or key result"), help_text=_("Type a few words of its title."))
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=0,
        max_value=100,
        initial=1,
        help_text=_("How much a contribution counts beside the others. 0 shows it only."),
    )

    def __init__(self, data: Any = None, *, person: Person, objective: Objective) -> None:
        self.person, self.objective = person, objective
        super().__init__(data)
        other, here = self.fields["other"], self.fields["here"]
        assert isinstance(other, GoalField)
        assert isinstance(here, forms.ChoiceField)
        other.offer_to(person)
        self.ends: dict[str, Goal] = {str(objective.pk): objective}
        for key_result in objective.key_results.all():
            key_result.objective = objective
            self.ends[str(key_result.pk)] = key_result
        here.choices = [(pk, str(goal)) for pk, goal in self.ends.items()]

    def link(self) -> Alignment | None:
        """Link the two, or ask; what cannot be is said beside the field."""
        data = self.cleaned_data
        way, kind = data["way"].split(" ")
        here, other = self.ends[data["here"]], data["other"]
        source, target = (here, other) if way == UP else (other, here)
        try:
            return linking.link(source, target, self.person, kind, data["weight"])
        except ValidationError as error:
            self.add_error("other", error)
            return None


class ReasonForm(Form):
    """Why a link is declined or ended, for whoever stands at its other end."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}))
