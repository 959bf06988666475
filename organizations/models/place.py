"""Where a person stands, and when: their department and their manager (domain §1)."""

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.tenancy import TenantManager, locks

from .department import Department, reachable
from .effective import Effective, EffectiveQuerySet


@tracked
class Placement(Effective):
    """Where a person belongs, and when; the primary ones never overlap (O1)."""

    person = models.ForeignKey("organizations.Person", models.CASCADE, related_name="placements")
    department = models.ForeignKey(Department, models.PROTECT, related_name="placements")
    is_primary = models.BooleanField(default=True)

    objects: ClassVar = TenantManager.from_queryset(EffectiveQuerySet)()

    class Meta(Effective.Meta):
        constraints = [
            *locks("person", "department"),
            ExclusionConstraint(
                name="person_has_one_primary_placement_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_primary=True),
            ),
        ]


class ReportingLineQuerySet(EffectiveQuerySet["ReportingLine"]):
    def solid(self) -> Self:
        return self.filter(kind=ReportingLine.Kind.SOLID)


@tracked
class ReportingLine(Effective):
    """Who reports to whom, and when: nobody has two solid managers on one day (O1)."""

    class Kind(models.TextChoices):
        SOLID = "solid", _("Solid line")
        DOTTED = "dotted", _("Dotted line")

    person = models.ForeignKey("organizations.Person", models.CASCADE, related_name="lines_up")
    manager = models.ForeignKey("organizations.Person", models.CASCADE, related_name="lines_down")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SOLID)

    objects: ClassVar = TenantManager.from_queryset(ReportingLineQuerySet)()

    class Meta(Effective.Meta):
        constraints = [
            *locks("person", "manager"),
            models.CheckConstraint(
                condition=~Q(person=F("manager")), name="nobody_manages_themself"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["solid", "dotted"]), name="reporting_line_kind_is_known"
            ),
            ExclusionConstraint(
                name="person_has_one_manager_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="solid"),
            ),
        ]


def managers_from(person: UUID, day: date) -> set[UUID]:
    """Return everybody above a person on that day or any later one."""
    lines = ReportingLine.objects.solid().filter(
        Q(during__endswith__gt=day) | Q(during__endswith=None)
    )
    return reachable({person}, lines.values_list("person_id", "manager_id"))
