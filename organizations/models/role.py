from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.tenancy import TenantManager, locks

from .effective import Effective, EffectiveQuerySet


class RoleGrantQuerySet(EffectiveQuerySet["RoleGrant"]):
    def administering(self) -> Self:
        """Grants that let somebody set up the whole organization."""
        roles = [RoleGrant.Role.OWNER, RoleGrant.Role.HR_ADMIN]
        return self.filter(role__in=roles, department=None)

    def leading_programme(self) -> Self:
        """Grants that let somebody decide how the organization works with objectives."""
        roles = [RoleGrant.Role.OWNER, RoleGrant.Role.HR_ADMIN, RoleGrant.Role.PROGRAMME_LEAD]
        return self.filter(role__in=roles, department=None)

    def everywhere(self) -> Self:
        """Grants for the whole organization, not for one department."""
        return self.filter(department=None)

    def owning(self) -> Self:
        return self.filter(role=RoleGrant.Role.OWNER, department=None)


@tracked
class RoleGrant(Effective):
    """A role somebody holds for a while, in the organization or a department with its subtree.

    Being a manager is not a role: it follows from reporting lines (domain §1).
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        HR_ADMIN = "hr_admin", _("HR admin")
        PROGRAMME_LEAD = "programme_lead", _("Programme lead")
        DEPARTMENT_HEAD = "department_head", _("Department head")
        AUDITOR = "auditor", _("Auditor")

    person = models.ForeignKey("organizations.Person", models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    department = models.ForeignKey(
        "organizations.Department", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    granted_by = models.ForeignKey(
        "organizations.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(RoleGrantQuerySet)()

    class Meta(Effective.Meta):
        constraints = [
            *locks("person", "department", "granted_by"),
            models.CheckConstraint(
                condition=Q(
                    role__in=["owner", "hr_admin", "programme_lead", "department_head", "auditor"]
                ),
                name="role_is_known",
            ),
            ExclusionConstraint(
                name="role_granted_once_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(department=None),
            ),
        ]
