from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.dates import today_in
from organizations.history import tracked
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .department import Department
from .effective import EffectiveQuerySet, from_day
from .organization import Membership, Organization, validate_zone
from .place import Placement, ReportingLine, managers_from
from .role import RoleGrant


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self, day: date) -> Self:
        """Those who have not left by ``day``."""
        return self.filter(Q(leaves_on=None) | Q(leaves_on__gt=day))

    def visible_to(self, reader: "Person", day: date) -> Self:
        """Colleagues see who is there; whoever administers or audits also sees who has left."""
        return self if reader.administers or reader.audits else self.present(day)

    def with_status(self, status: str, day: date) -> Self:
        left = Q(leaves_on__lte=day)
        conditions = {
            Person.Status.LEFT: left,
            Person.Status.ACTIVE: ~left & Q(user__isnull=False),
            Person.Status.INVITED: ~left & Q(user=None, invited_at__isnull=False),
            Person.Status.NEW: ~left & Q(user=None, invited_at=None),
        }
        return self.filter(conditions[Person.Status(status)])

    def waiting_to_join(self, day: date) -> Self:
        """Those who are invited and have not come in yet."""
        return self.with_status(Person.Status.INVITED, day)

    def in_zone(self, zone: str, organization: Organization) -> Self:
        """Those whose clocks are a zone's; without one of their own it is the organization's."""
        zones = [zone, ""] if zone == organization.time_zone else [zone]
        return self.filter(time_zone__in=zones)

    def holding(self, role: str, day: date) -> Self:
        grants = RoleGrant.objects.on(day).everywhere().filter(role=role)
        return self.filter(pk__in=grants.values("person"))

    def with_places(self, day: date) -> Self:
        """Fetch along the department, the manager and the roles that a list shows."""
        about = {"person": OuterRef("pk")}
        placements = Placement.objects.on(day).filter(**about, is_primary=True)
        lines = ReportingLine.objects.solid().on(day).filter(**about)
        grants = RoleGrant.objects.on(day).everywhere().order_by("role")
        return self.annotate(
            department_name=Subquery(placements.values("department__name")[:1]),
            manager_name=Subquery(lines.values("manager__name")[:1]),
        ).prefetch_related(Prefetch("grants", grants, to_attr="grants_held"))

    def with_roles(self, day: date) -> Self:
        """Fetch along what navigation and permissions ask about everybody."""
        lines = ReportingLine.objects.solid().on(day).filter(manager=OuterRef("pk"))
        grants = RoleGrant.objects.on(day).filter(person=OuterRef("pk"))
        return self.annotate(
            manages_anyone=Exists(lines),
            administers=Exists(grants.administering()),
            leads_programme=Exists(grants.leading_programme()),
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

    class Status(models.TextChoices):
        NEW = "new", _("Not invited")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Left")

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
    invited_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    # Signed links carry it; raising it kills every link sent before.
    link_version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PersonQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["name", "pk"]
        constraints = [
            *locks("invited_by"),
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

    @property
    def hint(self) -> str:
        """What tells this person from another of the same name, in a picker."""
        return self.job_title

    @cached_property
    def manages_anyone(self) -> bool:
        today = self.organization.today()
        return ReportingLine.objects.solid().on(today).filter(manager=self).exists()

    @cached_property
    def administers(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.administering().exists()

    @cached_property
    def leads_programme(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.leading_programme().exists()

    @cached_property
    def audits(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.filter(role=RoleGrant.Role.AUDITOR).exists()

    @cached_property
    def owns(self) -> bool:
        grants = RoleGrant.objects.on(self.organization.today()).filter(person=self)
        return grants.owning().exists()

    def status_on(self, day: date) -> Status:
        if self.has_left(day):
            return Person.Status.LEFT
        if self.user_id:
            return Person.Status.ACTIVE
        return Person.Status.INVITED if self.invited_at else Person.Status.NEW

    def roles_on(self, day: date) -> set[str]:
        """Return the roles held in the whole organization."""
        grants = RoleGrant.objects.on(day).everywhere().filter(person=self)
        return set(grants.values_list("role", flat=True))

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

    @classmethod
    @transaction.atomic
    def add(
        cls,
        by: "Person",
        on: date,
        department: Department | None = None,
        manager: "Person | None" = None,
        roles: Iterable[str] = (),
        **facts: Any,
    ) -> "Person":
        """Write somebody down, with their place from a day on; inviting them is another act."""
        person = cls.objects.create(**facts)
        person.place(department, on)
        person.report_to(manager, on)
        person.hold(roles, by)
        return person

    @transaction.atomic
    def revise(self, by: "Person", on: date, **changes: Any) -> None:
        """Write down what changed, and nothing else; a new place counts from a day on."""
        if "department" in changes:
            self.place(changes.pop("department"), on)
        if "manager" in changes:
            self.report_to(changes.pop("manager"), on)
        if "roles" in changes:
            self.hold(changes.pop("roles"), by)
        if "email" in changes:
            self.change_email(changes.pop("email"))
        if changes:
            Person.objects.filter(pk=self.pk).update(**changes)
        self.refresh_from_db()

    @transaction.atomic
    def hold(self, roles: Iterable[str], by: "Person | None") -> None:
        """Have these roles in the whole organization from today, and no others.

        Raises ValidationError when nobody would own the organization any more.
        """
        wanted, today = set(roles), self.organization.today()
        held = {
            grant.role: grant
            for grant in RoleGrant.objects.on(today).everywhere().filter(person=self)
        }
        if RoleGrant.Role.OWNER in held.keys() - wanted:
            self.leave_an_owner(today, "roles")
        for role in held.keys() - wanted:
            held[role].end(today)
        for role in sorted(wanted - held.keys()):
            RoleGrant.objects.create(person=self, role=role, granted_by=by, during=from_day(today))

    def leave_an_owner(self, day: date, field: str) -> None:
        """Raise ValidationError about ``field`` if nobody else would own the organization."""
        tree_lock("owners")
        others = RoleGrant.objects.owning().exclude(person=self)
        if not others.filter(Q(during__endswith=None) | Q(during__endswith__gt=day)).exists():
            message = _("%(person)s is the only owner. Make somebody else an owner first.")
            params = {"person": self.name}
            raise ValidationError({field: ValidationError(message, "last_owner", params)})

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
        if manager and self.pk in {manager.pk, *managers_from(manager.pk, on)}:
            raise ValidationError({"manager": circle(self, manager)})
        ReportingLine.objects.solid().filter(person=self, during__startswith__gte=on).delete()
        if now and now.during.lower != on:
            now.end(on)
        if manager:
            ReportingLine.objects.create(person=self, manager=manager, during=from_day(on))

    def invite(self, by: "Person") -> bool:
        """Ask them in by mail; whoever has joined is not asked, and nobody twice on a day.

        The mail is planned from what is written here (docs/decisions/0012).
        """
        waiting = Person.objects.filter(pk=self.pk, user=None)
        invited = waiting.update(invited_at=timezone.now(), invited_by=by)
        if invited:
            self.refresh_from_db()
            self.organization.look_now()
        return bool(invited)

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
        """Be gone from a day on: grants, placements and lines end, nothing is deleted (O5).

        Raises ValidationError for the only owner.
        """
        if RoleGrant.objects.owning().on(self.organization.today()).filter(person=self).exists():
            self.leave_an_owner(on, "on")
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
    def rejoin(self, on: date) -> None:
        """Be back from a day on, as the same person; no old role returns (O6)."""
        gone = Person.objects.filter(pk=self.pk, leaves_on__isnull=False)
        gone.update(leaves_on=None, starts_on=on)
        self.refresh_from_db()

    @transaction.atomic
    def change_email(self, email: str) -> None:
        """Write to another address from now on; links in earlier mails die (N8)."""
        if email != self.email:
            self.email, self.link_version = email, self.link_version + 1
            self.save(update_fields=["email", "link_version"])


def circle(person: Person, manager: Person) -> ValidationError:
    if person == manager:
        return ValidationError(_("Nobody reports to themself."), code="circle")
    return ValidationError(
        _("%(manager)s reports to %(person)s already, so it cannot be the other way."),
        code="circle",
        params={"manager": manager.name, "person": person.name},
    )
