"""What we do: who may tick it, and how its day stands to today."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.ui import short_day
from objectives.models import Initiative
from organizations.models import Person

register = template.Library()


@register.simple_tag
def may_tick(person: Person, initiative: Initiative, can_edit: bool) -> bool:  # noqa: FBT001
    """Whether to offer it here; permissions.py decides when it is pressed."""
    return can_edit or initiative.owner_id == person.pk


@register.simple_tag
def initiative_due(initiative: Initiative, today: date) -> SafeString | str:
    assert initiative.due_on
    day = short_day(initiative.due_on)
    if initiative.is_late(today):
        return format_html("<b>{}</b>", _("late since %(day)s") % {"day": day})
    return _("due %(day)s") % {"day": day}
