"""Row history that stays inside its organization (domain §13, decision 0002)."""

from typing import ClassVar

from django.db import models
from pghistory import ObjForeignKey, track
from pghistory.models import Event, EventQuerySet

from .tenancy import TenantManager, policy


class TenantEvent(Event):
    objects: ClassVar = TenantManager.from_queryset(EventQuerySet)()  # type: ignore[assignment]

    class Meta:
        abstract = True
        base_manager_name = "objects"


def tracked[M: models.Model](model: type[M]) -> type[M]:
    """Keep every version of a row, however it was written, as ``row.history``.

    Triggers write the versions, so bulk updates and SQL by hand leave them too.
    """
    history: type[M] = track(
        model_name=f"{model.__name__}Version",
        base_model=TenantEvent,
        obj_field=ObjForeignKey(related_name="history", related_query_name="history"),
        meta={"constraints": [policy()], "base_manager_name": "objects"},
    )(model)
    return history
