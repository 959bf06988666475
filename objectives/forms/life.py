"""What is said when an objective takes a turn: why it rests, ends, or comes back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class WordsForm(Form):
    """One thing to be said, in words, so that others understand it later."""

    words = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: object, label: str, help_text: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].help_text = help_text
        self.fields["words"].error_messages["required"] = _("Say it in a sentence or two.")
