"""A comment as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.ids import uuid7
from objectives.models import Comment, KeyResult, Objective


class CommentForm(Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=Comment.LONGEST,
        widget=forms.Textarea(
            {"rows": 2, "placeholder": _("Ask or add something. Use @ to mention a person.")}
        ),
        error_messages={"required": _("Write something first.")},
    )
    key_result = forms.ModelChoiceField(
        KeyResult.objects.none(),
        label=_("About"),
        required=False,
        empty_label=_("The whole objective"),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, objective: Objective, about: KeyResult | None = None
    ) -> None:
        super().__init__(data, initial={"submission": uuid7(), "key_result": about})
        choice = self.fields["key_result"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = objective.key_results.all()
        choice.widget.attrs["class"] = "select input-sm"


class RewriteForm(Form):
    text = CommentForm.base_fields["text"]

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        # It stands beside the form for a new comment, which has the usual ids.
        super().__init__(data, initial={"text": comment.text}, auto_id="rewrite_%s")
