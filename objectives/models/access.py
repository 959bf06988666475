from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .audience import audiences
from .objective import Objective


class AccessEventQuerySet(models.QuerySet["AccessEvent"]):
    def open(self) -> Self:
        return self.filter(ended_at=None, expires_at__gt=timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-opened_at", "-pk").select_related("reader")


@tracked
class AccessEvent(TenantModel):
    """That somebody broke the glass: reads for some hours what was not opened to them (V5).

    Whoever may read the objective sees it on the page, with the reason, for good.
    """

    LONGEST = 72

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="accesses")
    reader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.from_queryset(AccessEventQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "reader"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("opened_at")), name="access_expires_after_opening"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="access_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["organization", "reader", "expires_at"], name="access_by_reader"),
            models.Index(
                fields=["organization", "objective", "-opened_at"], name="access_by_objective"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} reads {self.objective_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @classmethod
    @transaction.atomic
    def break_glass(
        cls, owner: Person, by: Person, reason: str, hours: int
    ) -> "Collection[AccessEvent]":
        """Open what a person owns and ``by`` can't read; everybody concerned is told.

        What is open already stays as it is, so that a second press changes nothing.
        """
        mine = Objective.objects.owned_by(owner)
        hidden = mine.exclude(pk__in=Objective.objects.visible_to(by).values("pk"))
        until = timezone.now() + timedelta(hours=hours)
        found = list(hidden.with_people().order_by("title", "pk"))
        opened = [cls(objective=one, reader=by, reason=reason, expires_at=until) for one in found]
        cls.objects.bulk_create(opened)
        told = audiences(found)
        Event.record_all((one.told(until), told[one.objective_id]) for one in opened)
        return opened

    def told(self, until: datetime) -> Event:
        details: dict[str, Any] = {"reason": self.reason, "until": until}
        return Event(
            kind="glass_broken", thing=self.objective_id, actor=self.reader, details=details
        )

    @classmethod
    @transaction.atomic
    def end_all(cls, by: Person) -> int:
        """Close what somebody opened, before it closes by itself; again changes nothing."""
        return int(cls.objects.open().filter(reader=by).update(ended_at=timezone.now()))
