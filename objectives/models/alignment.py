from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class AlignmentQuerySet(models.QuerySet["Alignment"]):
    def accepted(self) -> Self:
        return self.filter(ended_at=None)

    def contributing(self) -> Self:
        return self.accepted().filter(kind=Alignment.Kind.CONTRIBUTES)

    def primary(self) -> Self:
        return self.contributing().filter(is_primary=True)


@tracked
class Alignment(TenantModel):
    """That one objective contributes to another (domain §5). Made and ended in alignment.py."""

    class Kind(models.TextChoices):
        CONTRIBUTES = "contributes", _("contributes to")

    child = models.ForeignKey(Objective, models.CASCADE, related_name="links_up")
    parent = models.ForeignKey(Objective, models.CASCADE, related_name="links_down")
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.CONTRIBUTES)
    is_primary = models.BooleanField(default=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = TenantManager.from_queryset(AlignmentQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("child", "parent", "created_by", "ended_by"),
            models.UniqueConstraint(
                fields=["organization", "child", "parent"],
                condition=Q(ended_at=None),
                name="alignment_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "child"],
                condition=Q(ended_at=None, is_primary=True),
                name="one_primary_parent",
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="objective_does_not_contribute_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["contributes"]), name="alignment_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "parent"],
                condition=Q(ended_at=None),
                name="alignment_children",
            )
        ]

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"
