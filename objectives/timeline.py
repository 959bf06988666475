"""What happened to an objective, newest first (interface, page "Objective")."""

from datetime import date
from typing import Any

from activity.models import Event
from activity.models.event import OccurrenceQuerySet
from organizations.models import Person

from .alignment import paths_up
from .models import Objective

SHOWN = 30
# What is said stands in the discussion, in its own words.
SAID = ["commented", "mentioned"]
LOOKED_AT = 200
MOVES_SHOWN = 5


def timeline(objective: Objective, person: Person, until: date | None = None) -> list[Any]:
    """Return the latest events, each with ``actor`` and ``other``: the objective it also is about.

    ``until`` is the last day of which to tell. ``other`` is None when the person may not see it, so
    no title leaks through activity (V2).
    """
    about: OccurrenceQuerySet = Event.objects.about(objective.pk).exclude(kind__in=SAID)
    if until:
        about = about.filter(happened_at__lt=person.organization.end_of(until))
    shown: list[Any] = list(about.newest_first().select_related("actor")[:SHOWN])
    others = {event.details["other"] for event in shown if "other" in event.details}
    visible = Objective.objects.visible_to(person).in_bulk(others)
    by_id = {str(pk): other for pk, other in visible.items()}
    for event in shown:
        event.other = by_id.get(event.details.get("other", ""))
    return shown


def moved_from_below(objective: Objective, person: Person) -> list[Any]:
    """Return the latest check-ins on what contributes to an objective, at whatever depth (R2).

    Looked for among the organization's latest two hundred, so that the top of a large tree costs
    no more than a leaf. Whatever the person may not see on the way up ends that way.
    """
    checked_in: OccurrenceQuerySet = Event.objects.filter(kind="checked_in")
    latest: list[Any] = list(checked_in.newest_first().select_related("actor")[:LOOKED_AT])
    parents = dict(paths_up({event.thing for event in latest}))
    visible = Objective.objects.visible_to(person).in_bulk({*parents, objective.pk})
    moves = []
    for event in latest:
        here = event.thing
        while here in visible and here != objective.pk and here in parents:
            here = parents[here]
        if here == objective.pk != event.thing:
            event.objective = visible[event.thing]
            moves.append(event)
    return moves[:MOVES_SHOWN]
