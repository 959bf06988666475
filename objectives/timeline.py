"""What happened to an objective, newest first (interface, page "Objective")."""

from typing import Any

from activity.models import Event
from activity.models.event import OccurrenceQuerySet
from organizations.models import Person

from .models import Objective

SHOWN = 30


def timeline(objective: Objective, person: Person) -> list[Any]:
    """Return the latest events, each with ``actor`` and ``other``: the objective it also is about.

    ``other`` is None when the person may not see it, so no title leaks through activity (V2).
    """
    about: OccurrenceQuerySet = Event.objects.about(objective.pk)
    shown: list[Any] = list(about.newest_first().select_related("actor")[:SHOWN])
    others = {event.details["other"] for event in shown if "other" in event.details}
    visible = Objective.objects.visible_to(person).in_bulk(others)
    by_id = {str(pk): other for pk, other in visible.items()}
    for event in shown:
        event.other = by_id.get(event.details.get("other", ""))
    return shown
