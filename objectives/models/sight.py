"""The one rule of what a person may see (domain §6, V1), as conditions on objectives."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from organizations.models import Person, ReportingLine
from organizations.models.place import departments_around, people_below

from .reader import ManagerChain, Visibility

# A draft is somebody's own until it is put before the other departments, or committed (R23).
KEPT = Q(committed_at=None, shared_at=None)
TOLD = Q(committed_at__isnull=False) | Q(shared_at__isnull=False)
# Told of and public: everybody's, and nothing about the reader need be asked.
EVERYBODYS = Q(visibility=Visibility.PUBLIC) & TOLD
OPEN_TO_MANAGERS = Q(visibility=Visibility.PUBLIC) | ~Q(manager_chain=ManagerChain.NONE)
NOT_EVERYBODYS = KEPT | Q(visibility__in=["restricted", "private"])


def opened_to(person: Person) -> Q:
    """What isn't everybody's, and a person may see though they don't own it.

    A draft is read by whoever wrote it and, if it will be public, by the owner's manager of today.
    What is shared or committed is read by those named, those placed in a department named or below
    it, and the owners of its key results. The owner's managers read what is not public as far up
    as the owner lets them; who broke the glass, until that ends (V5). What is cheap is asked first.
    """
    today = person.organization.today()
    reports = ReportingLine.objects.solid().on(today).filter(manager=person).values("person")
    named = rows_of("Reader").filter(person=person)
    placed = rows_of("Reader").filter(department__in=departments_around(person.pk, today))
    public, restricted = Q(visibility=Visibility.PUBLIC), Q(visibility=Visibility.RESTRICTED)
    draft = Q(created_by=person) | (public & Q(owner__in=reports))
    told = (
        Exists(named)
        | Exists(rows_of("KeyResult").filter(owner=person))
        | (restricted & Exists(placed))
    )
    managed = Q(manager_chain=ManagerChain.DIRECT, owner__in=reports) | Q(
        manager_chain=ManagerChain.FULL, owner__in=people_below(person.pk, today)
    )
    return (
        (KEPT & draft)
        | (TOLD & told)
        | Exists(rows_of("AccessEvent").open().filter(reader=person))
        | (~public & managed)
    )


def rows_of(model: str) -> Any:
    """Return a model's rows about the objective at hand; such models import objectives."""
    rows: Any = apps.get_model("objectives", model)
    return rows.objects.filter(objective=OuterRef("pk"))
