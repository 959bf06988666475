from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from checkins.windows import Kind
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .conversation_template import KINDS


class ConversationSeriesQuerySet(models.QuerySet["ConversationSeries"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)


@tracked
class ConversationSeries(TenantModel):
    """That two people speak again and again: an employee and their manager, in one kind (§9).

    It follows from the reporting lines, and ends with them. How often a bi-weekly one comes round,
    and on which day, is the organization's rhythm: the check-in is part of the conversation (I12).
    """

    employee = models.ForeignKey(Person, models.CASCADE, related_name="conversation_series")
    counterpart = models.ForeignKey(Person, models.CASCADE, related_name="conversation_series_led")
    kind = models.CharField(max_length=13, choices=KINDS)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ConversationSeriesQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("employee", "counterpart"),
            models.UniqueConstraint(
                fields=["organization", "employee", "kind"],
                condition=Q(ended_at=None),
                name="conversation_series_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(employee=F("counterpart")), name="nobody_converses_with_themself"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(Kind)), name="conversation_series_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} and {self.counterpart}, {self.kind}"
