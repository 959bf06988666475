"""Whoever waits for a promise hears once that it may not be kept (R24, domain §3)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from .models import Dependency

AT_ONCE = 200


def warn_dependents(day: date, objectives: Collection[UUID] | None = None) -> int:
    """Tell of every promise in trouble that nobody was told of; return of how many.

    A promise is in trouble when its department says so, when its day has passed, or when its
    objective is declared at risk. One statement where there is none; again tells nobody.
    """
    untold = Dependency.objects.in_trouble(day).filter(told_at=None)
    if objectives is not None:
        untold = untold.filter(objective__in=objectives)
    found = untold.select_related("objective", "asker__head", "asked_by", "dependent__owner")
    return sum(one.warn() for one in found.order_by("pk")[:AT_ONCE])
