"""Where a person stands, and when: their department and their manager (domain §1)."""

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
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


def people_below(manager: UUID, day: date) -> RawSQL:
    """Everybody down the solid lines from a person on a day, as one sub-select of their ids."""
    return RawSQL(BELOW, [manager, day, day])  # noqa: S611 - constant text, its values as parameters


def people_above(person: UUID, day: date) -> RawSQL:
    """Everybody up the solid line from a person on a day, as one sub-select of their ids."""
    return RawSQL(ABOVE, [person, day, day])  # noqa: S611 - constant text, its values as parameters


def departments_around(person: UUID, day: date) -> RawSQL:
    """The departments somebody is placed in on a day, and all those above them."""
    return RawSQL(AROUND, [person, day, day])  # noqa: S611 - constant text, its values as parameters


BELOW = """
WITH RECURSIVE below AS (
    SELECT person_id FROM organizations_reportingline
     WHERE organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND kind = 'solid' AND manager_id = %s AND during @> %s::date
    UNION
    SELECT l.person_id FROM organizations_reportingline l
      JOIN below ON l.manager_id = below.person_id
     WHERE l.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND l.kind = 'solid' AND l.during @> %s::date
)
SELECT person_id FROM below
"""
ABOVE = """
WITH RECURSIVE above AS (
    SELECT manager_id FROM organizations_reportingline
     WHERE organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND kind = 'solid' AND person_id = %s AND during @> %s::date
    UNION
    SELECT l.manager_id FROM organizations_reportingline l
      JOIN above ON l.person_id = above.manager_id
     WHERE l.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND l.kind = 'solid' AND l.during @> %s::date
)
SELECT manager_id FROM above
"""
AROUND = """
WITH RECURSIVE around AS (
    SELECT department_id FROM organizations_placement
     WHERE organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND person_id = %s AND during @> %s::date
    UNION
    SELECT p.parent_id FROM organizations_departmentparent p
      JOIN around ON p.department_id = around.department_id
     WHERE p.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND p.during @> %s::date
)
SELECT department_id FROM around
"""
