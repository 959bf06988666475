from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.dates import today_in
from organizations.history import tracked
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .department import Department, reachable
from .effective import Effective, EffectiveQuerySet, from_day
from .organization import Membership, Organization, validate_zone
from .role import RoleGrant


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self, day: date) -> Self:
        """Those who have not left by ``day``."""
        return self.filter(Q(leaves_on=None) | Q(leaves_on__gt=day))

    def with_roles(self, day: date) -> Self:
        """Fetch along what navigation and permissions ask about everybody."""
        lines = ReportingLine.objects.solid().on(day).filter(manager=OuterRef("pk"))
        grants = RoleGrant.objects.on(day).filter(person=OuterRef("pk"))
        return self.annotate(
            manages_anyone=Exists(lines),
            administers=Exists(grants.administering()),
            audits=Exists(grants.filter(role=RoleGrant.Role.AUDITOR)),
        )

    def reporting_to(self, manager: "Person", day: date) -> Self:
        lines = ReportingLine.objects.solid().on(day).filter(manager=manager)
        return self.filter(pk__in=lines.values("person"))

    def in_departments(self, departments: models.QuerySet[Department], day: date) -> Self:
        placements = Placement.objects.on(day).filter(department__in=departments)
        return self.filter(pk__in=placements.values("person"))

    def named_like(self, words: str) -> Self:
        return self.filter(Q(name__icontains=words) | Q(email__icontains=words))


@tracked
class Person(TenantModel):
    """Somebody as one organization knows them; may be there before they ever sign in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    external_id = models.CharField(_("personnel number"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=50, blank=True, validators=[validate_zone]
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    leaves_on = models.DateField(_("gone from"), null=True, blank=True)
    invited_at = models.DateTimeField(null=True, editable=False)
    # Signed links carry it; raising it kills every link sent before.
    link_version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PersonQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["name", "pk"]
        constraints = [
            *locks(),
            models.UniqueConstraint(
                fields=["organization", "user"], name="person_once_per_organization"
            ),
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                name="person_email_once",
                violation_error_message=_("Somebody here has that e-mail address already."),
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="person_external_id_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organizations:person_detail", args=[self.pk])

    @cached_property
    def manages_anyone(self) -> bool:
        today = self.organization.today()
        return ReportingLine.objects.solid().on(today).filter(manager=self).exists()

    @cached_property
    def administers(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.administering().exists()

    @cached_property
    def audits(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.filter(role=RoleGrant.Role.AUDITOR).exists()

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def zone(self) -> str:
        return self.time_zone or self.organization.time_zone

    def today(self) -> date:
        """The date where the person is; the organization's may be another."""
        return today_in(self.zone, timezone.now())

    def has_left(self, day: date) -> bool:
        return self.leaves_on is not None and self.leaves_on <= day

    def manager_on(self, day: date) -> "Person | None":
        lines = ReportingLine.objects.solid().on(day).filter(person=self)
        line = lines.select_related("manager").first()
        return line.manager if line else None

    def department_on(self, day: date) -> Department | None:
        placements = Placement.objects.on(day).filter(person=self, is_primary=True)
        placement = placements.select_related("department").first()
        return placement.department if placement else None

    @transaction.atomic
    def place(self, department: Department | None, on: date) -> None:
        """Belong to a department from a day on; again changes nothing (O1)."""
        now = Placement.objects.on(on).filter(person=self, is_primary=True).first()
        if (now.department_id if now else None) == (department.pk if department else None):
            return
        later = Placement.objects.filter(person=self, is_primary=True, during__startswith__gte=on)
        later.delete()
        if now and now.during.lower != on:
            now.end(on)
        if department:
            Placement.objects.create(person=self, department=department, during=from_day(on))

    @transaction.atomic
    def report_to(self, manager: "Person | None", on: date) -> None:
        """Report to a manager from a day on; again changes nothing.

        Raises ValidationError for oneself, or when it would close a circle (O2, O3).
        """
        tree_lock("reporting lines")
        now = ReportingLine.objects.solid().on(on).filter(person=self).first()
        if (now.manager_id if now else None) == (manager.pk if manager else None):
            return
        if manager and self.pk in {manager.pk, *managers_from(manager, on)}:
            raise ValidationError(
                _("%(manager)s reports to %(person)s already, so it cannot be the other way."),
                code="circle",
                params={"manager": manager.name, "person": self.name},
            )
        ReportingLine.objects.solid().filter(person=self, during__startswith__gte=on).delete()
        if now and now.during.lower != on:
            now.end(on)
        if manager:
            ReportingLine.objects.create(person=self, manager=manager, during=from_day(on))

    @transaction.atomic
    def join(self, user: User) -> None:
        """Connect the person to the account they sign in with, and open the door for it."""
        Person.objects.filter(pk=self.pk, user=None).update(user=user)
        self.refresh_from_db()
        if self.user_id == user.pk:
            Membership.objects.update_or_create(
                user=user, organization=self.organization, defaults={"active": True}
            )

    @transaction.atomic
    def leave(self, on: date) -> None:
        """Be gone from a day on: grants, placements and lines end, nothing is deleted (O5)."""
        self.leaves_on = on
        self.link_version = F("link_version") + 1
        self.save(update_fields=["leaves_on", "link_version"])
        self.refresh_from_db()
        about: list[EffectiveQuerySet[Any]] = [
            Placement.objects.filter(person=self),
            ReportingLine.objects.filter(Q(person=self) | Q(manager=self)),
            RoleGrant.objects.filter(person=self),
        ]
        for facts in about:
            for fact in facts.filter(Q(during__endswith=None) | Q(during__endswith__gt=on)):
                fact.end(on)

    @transaction.atomic
    def change_email(self, email: str) -> None:
        """Write to another address from now on; links in earlier mails die (N8)."""
        if email != self.email:
            self.email, self.link_version = email, self.link_version + 1
            self.save(update_fields=["email", "link_version"])


class Placement(Effective):
    """Where a person belongs, and when; the primary ones never overlap (O1)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="placements")
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


class ReportingLine(Effective):
    """Who reports to whom, and when: nobody has two solid managers on one day (O1)."""

    class Kind(models.TextChoices):
        SOLID = "solid", _("Solid line")
        DOTTED = "dotted", _("Dotted line")

    person = models.ForeignKey(Person, models.CASCADE, related_name="lines_up")
    manager = models.ForeignKey(Person, models.CASCADE, related_name="lines_down")
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


def managers_from(person: Person, day: date) -> set[object]:
    """Return everybody above a person on that day or any later one."""
    lines = ReportingLine.objects.solid().filter(
        Q(during__endswith__gt=day) | Q(during__endswith=None)
    )
    return set(reachable({person.pk}, lines.values_list("person_id", "manager_id")))


__all__ = ["Organization", "Person", "Placement", "ReportingLine"]
