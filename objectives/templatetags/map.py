"""How the alignment map is drawn: whole numbers, mirrored where people read from the right."""

from decimal import Decimal
from textwrap import shorten, wrap
from typing import Any
from unicodedata import east_asian_width

from django import template
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from core.templatetags.ui import STATUS_ICONS, done_sentence, known_status, status_word
from objectives.map import HEIGHT, WIDTH, Card, Map, Place

register = template.Library()

LETTERS = 35
PARENT_LETTERS = 60
FURTHER_NAMED = 3
BAR_START, BAR_LENGTH = 104, 106
MORE_WIDTH = 104


@register.inclusion_tag("objectives/_map.html", takes_context=True)
def alignment_map(context: template.Context, drawing: Map) -> dict[str, Any]:
    """Draw a map as SVG. Numbers are attributes: the content policy allows no style."""
    places = {card.objective.pk: card.place for card in drawing.cards}
    edges: dict[str, list[str]] = {"": [], "further": [], "proposed": []}
    for card in drawing.cards:
        if card.parent:
            look = "proposed" if card.proposed else ""
            edges[look].append(edge(places[card.parent.pk], card.place, drawing.width))
    for link in drawing.edges:
        if link.parent in places:
            look = "proposed" if link.proposed else "further"
            edges[look].append(edge(places[link.parent], places[link.child], drawing.width))
    return {
        "map": drawing,
        "cards": [drawn_card(card, drawing.width) for card in drawing.cards],
        "edges": [(look, "".join(paths)) for look, paths in edges.items() if paths],
        "address": context["form"].address,
        "day": context["form"].day,
        "looks": [(icon, status_word(status)) for status, icon in STATUS_ICONS.items()],
        "frame": {
            "width": WIDTH,
            "height": HEIGHT,
            "stripe": from_start(6, 4),
            "track": from_start(BAR_START, BAR_LENGTH),
            "icon": from_start(18, 13),
            "word": from_start(35),
        },
    }


def from_start(x: int, width: int = 0, whole: int = WIDTH) -> int:
    """Return where something begins that is so far from where people begin to read."""
    return whole - x - width if get_language_bidi() else x


def edge(parent: Place, child: Place, width: int) -> str:
    """Return the curve from the middle of a parent's far side to that of its child's near one."""
    start, end = parent.x + WIDTH, child.x
    middle = (start + end) // 2
    a, b, c = (from_start(x, whole=width) for x in (start, middle, end))
    top, bottom = parent.y + HEIGHT // 2, child.y + HEIGHT // 2
    return f"M{a} {top}C{b} {top} {b} {bottom} {c} {bottom}"


def drawn_card(card: Card, width: int) -> dict[str, Any]:
    goal, standing = card.objective, card.objective.standing  # type: ignore[attr-defined]
    lines = wrapped(goal.title)
    return {
        "goal": goal,
        "card": card,
        "x": from_start(card.place.x, WIDTH, width),
        "y": card.place.y,
        "more_x": from_start(card.below.x, MORE_WIDTH, width),
        "lines": [(23 + 15 * index, line) for index, line in enumerate(lines)],
        "title": goal.title if lines[-1].endswith("…") else "",
        "sentence": sentence(card),
        "whose": shorten(whose(card), 40, placeholder="…"),
        "whose_y": 24 + 15 * len(lines),
        "status": known_status(standing.status),
        "icon": STATUS_ICONS[standing.status],
        "progress": standing.progress,
        "bar": bar_path(standing.progress),
        "mark": mark(standing.expected),
        "text_x": from_start(18),
        "end_x": from_start(WIDTH - 14),
    }


def wrapped(title: str) -> list[str]:
    """Return a title in two lines; what finds no room ends in dots."""
    letters = LETTERS * len(title) / sum(map(breadth, title))
    return wrap(title, int(letters), max_lines=2, placeholder="…") or [title]


def breadth(letter: str) -> float:
    """Return about how many usual letters have the room of this one."""
    if east_asian_width(letter) in "WF":
        return 2
    return 1.3 if letter.isupper() else 1


def whose(card: Card) -> str:
    goal = card.objective
    of = goal.department.name if goal.department else ""
    if goal.level == goal.Level.COMPANY:
        of = str(goal.get_kind_display())
    return _("%(owner)s, %(of)s") % {"owner": goal.owner.name, "of": of} if of else goal.owner.name


def sentence(card: Card) -> str:
    """Say a card in words: goal, owner, status, progress, and what it supports."""
    standing = card.objective.standing  # type: ignore[attr-defined]
    parts = [
        card.objective.title,
        card.objective.owner.name,
        status_word(standing.status),
        done_sentence(standing.progress, None),
    ]
    if card.parent:
        title = shorten(card.parent.title, PARENT_LETTERS, placeholder="…")
        words = _("proposed to “%(goal)s”") if card.proposed else _("supports “%(goal)s”")
        parts.append(words % {"goal": title})
    for name in card.further[:FURTHER_NAMED]:
        title = shorten(name, PARENT_LETTERS, placeholder="…")
        parts.append(_("also supports “%(goal)s”") % {"goal": title})
    if card.dim:
        parts.append(_("does not match"))
    return ", ".join(parts)


def bar_length(share: Decimal) -> int:
    return round(BAR_LENGTH * min(max(share, Decimal(0)), Decimal(1)))


def bar_path(progress: Decimal | None) -> str:
    """Return the line that is the filled part of a bar; its round ends are three long."""
    if not progress or (length := bar_length(progress)) <= 0:
        return ""
    forward = -1 if get_language_bidi() else 1
    return f"M{from_start(BAR_START + 3)} 77h{forward * max(0, length - 6)}"


def mark(expected: Decimal | None) -> int | None:
    return None if expected is None else from_start(BAR_START + bar_length(expected))
