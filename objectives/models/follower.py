from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class FollowerQuerySet(models.QuerySet["Follower"]):
    def following(self) -> Self:
        return self.filter(stopped_at=None)


class Follower(TenantModel):
    """That somebody asked to be told of an objective, or to be left alone.

    Its owner, its writer and the owners of its key results are told without a row; a row with
    ``stopped_at`` is how they stop.
    """

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="follower_rows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    followed_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.from_queryset(FollowerQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "person"),
            models.UniqueConstraint(
                fields=["organization", "objective", "person"], name="follower_once"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("followed_at")),
                name="follower_stops_after_following",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.objective_id}"

    @classmethod
    def follow(cls, objective: Objective, *people: Person) -> None:
        """Let people follow, whatever they said before; again changes nothing."""
        rows = [cls(objective=objective, person=person) for person in people]
        cls._write(rows, ["stopped_at"])

    @classmethod
    def join_in(cls, objective: Objective, people: Iterable[Person]) -> None:
        """Let people follow who were drawn in; who has stopped before stays out."""
        rows: list[Any] = [cls(objective=objective, person=person) for person in people]
        cls.objects.bulk_create(rows, ignore_conflicts=True)

    @classmethod
    def stop(cls, objective: Objective, person: Person) -> None:
        """Be told no more; again changes nothing."""
        now = timezone.now()
        row = cls(objective=objective, person=person, followed_at=now, stopped_at=now)
        cls._write([row], ["stopped_at", "followed_at"])

    @classmethod
    def _write(cls, rows: list[Any], fields: list[str]) -> None:
        cls.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["organization", "objective", "person"],
            update_fields=fields,
        )
