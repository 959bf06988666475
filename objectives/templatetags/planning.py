"""How a need stands, drawn like every status. A builtin: no template loads it."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.ui import icon
from objectives.models import Dependency

register = template.Library()
State = Dependency.State
DRAWN = {
    State.ASKED: ("none", "hourglass"),
    State.COUNTERED: ("none", "messages-square"),
    State.ACCEPTED: ("on", "heart-handshake"),
    State.KEPT: ("on", "circle-check"),
    State.DECLINED: ("off", "octagon-x"),
    State.WITHDRAWN: ("none", "undo-2"),
}


@register.filter
def as_day(text: str) -> date:
    """Read a day as an event keeps it."""
    return date.fromisoformat(text)


@register.simple_tag
def dependency_status(dependency: Dependency, today: date) -> str:
    if dependency.is_overdue(today):
        return "off"
    return "risk" if dependency.is_shaky(today) else DRAWN[State(dependency.state)][0]


@register.simple_tag
def dependency_pill(dependency: Dependency, today: date) -> SafeString:
    """Say how a need stands; a promise in trouble says so before anything else."""
    status, symbol = DRAWN[State(dependency.state)]
    word = dependency.get_state_display()
    if dependency.is_overdue(today):
        status, symbol, word = "off", "clock", _("Past its day")
    elif dependency.is_shaky(today):
        status, symbol, word = "risk", "triangle-alert", _("Promised, at risk")
    pill = '<span class="pill" data-st="{}">{}{}</span>'
    return format_html(pill, status, icon(symbol), word)
