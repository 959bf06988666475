from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .key_result import KeyResult


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def with_children(self) -> Self:
        """Fetch along the key results below, with whose they are, in the order of their titles."""
        below = self.select_related("child__objective__owner", "child__owner")
        return below.order_by("child__title", "pk")


@tracked
class Allocation(TenantModel):
    """How much of one key result's value another adds up (domain §4, children_sum).

    Made and ended in sums.py.
    """

    parent = models.ForeignKey(KeyResult, models.CASCADE, related_name="allocations")
    child = models.ForeignKey(KeyResult, models.CASCADE, related_name="given")
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2, default=100)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects: ClassVar = TenantManager.from_queryset(AllocationQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("parent", "child", "created_by"),
            models.UniqueConstraint(
                fields=["organization", "parent", "child"], name="allocation_once"
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="key_result_adds_up_no_self"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="allocation_is_a_part"
            ),
        ]
        indexes = [models.Index(fields=["organization", "child"], name="allocation_by_child")]

    @property
    def part(self) -> Decimal | None:
        """What it adds: so much of the child's value, None while that has none."""
        if self.child.current is None:
            return None
        return (self.child.current * self.percent / 100).quantize(Decimal("0.000001"))

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"
