"""Reading what people say about a conversation: when, with whom, why not, what to do."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, Form, ModelForm
from organizations.models import Person

from .models import Addendum, Conversation, TalkingPoint
from .models.conversation_template import KINDS


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class StartForm(Form):
    """Start a conversation any time: which one, and with whom where there is a choice."""

    employee = forms.ModelChoiceField(Person.objects.none(), label=_("With"))
    kind = forms.ChoiceField(label=_("Which conversation"), choices=[], widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = list(KINDS.items())


class SkipForm(Form):
    reason = forms.ChoiceField(
        label=_("Why is it skipped?"),
        choices=Conversation.SkipReason,
        widget=forms.RadioSelect,
    )


class MoveForm(Form):
    meets_on = forms.DateField(label=_("Day"), widget=DateInput)
    meets_at = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)


class SignForm(Form):
    dissent = forms.CharField(
        label=_("I see it differently"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )


class PointForm(ModelForm):
    class Meta:
        model = TalkingPoint
        fields: ClassVar = ["text", "audience"]


class ActionForm(Form):
    text = forms.CharField(label=_("Action"), max_length=500)
    owner = forms.ChoiceField(label=_("Who"))
    due_on = forms.DateField(label=_("By"), required=False, widget=DateInput)

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.two = {str(one.pk): one for one in (conversation.employee, conversation.counterpart)}
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [(pk, one.name) for pk, one in self.two.items()]

    def clean_owner(self) -> Person:
        return self.two[self.cleaned_data["owner"]]


class AddendumForm(ModelForm):
    class Meta:
        model = Addendum
        fields: ClassVar = ["text", "submission"]
