"""Who hears of it when something they wait for is at risk (domain §3, §5)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from activity.models import Event
from organizations.models import Person

from .models import Alignment, Objective


def tell_dependents(turned: Collection[UUID], by: Person | None) -> None:
    """Tell whoever depends on these goals or key results that they got into trouble.

    Once for every change to at risk or off track: the caller names what has turned just now.
    """
    if not turned:
        return
    on_them = Q(parent__in=turned, parent_key_result=None) | Q(parent_key_result__in=turned)
    links = Alignment.objects.depending().filter(on_them, child__in=Objective.objects.live())
    happened = []
    for link in links.select_related("child__owner", "child_key_result__owner", *PROVIDER):
        details = {"other": link.parent_id, "status": link.target.status}
        event = Event(kind="dependency_at_risk", thing=link.child_id, actor=by, details=details)
        happened.append((event, [link.source.owner]))
    if happened:
        Event.record_all(happened)


PROVIDER = ("parent", "parent_key_result")
