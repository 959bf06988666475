from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.dates import A_DAY, WorkingWeek, local_instant
from core.ids import uuid7
from organizations.cadence import Cadence, Rhythm

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


def working_days() -> list[int]:
    return list(MONDAY_TO_FRIDAY)


def validate_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone, like Europe/Berlin."), params={"name": name}
        )


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def open_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(memberships__user=user, memberships__active=True)

    def with_other_doors(self, user: User) -> Self:
        """Fetch along whether the user could go into another organization too."""
        others = Membership.objects.filter(user=user, active=True)
        return self.annotate(has_other_doors=Exists(others.exclude(organization=OuterRef("pk"))))

    def due(self, now: datetime) -> Self:
        """Those whose own calendar wants something done by ``now``."""
        return self.filter(next_due_at__lte=now)


class Organization(models.Model):
    """One customer. Global, and read before any scope is open; people's data hang below it."""

    class CheckInCadence(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        BIWEEKLY = "biweekly", _("Every two weeks")
        MONTHLY = "monthly", _("Every month")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="UTC", validators=[validate_zone]
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    working_days = ArrayField(models.PositiveSmallIntegerField(), default=working_days)
    holidays = ArrayField(models.DateField(), default=list, blank=True)
    checkin_cadence = models.CharField(
        max_length=8, choices=CheckInCadence, default=CheckInCadence.BIWEEKLY
    )
    checkin_weekday = models.PositiveSmallIntegerField(default=1)
    checkin_at = models.TimeField(default=time(9))
    # Fortnights are counted from here, so that due dates never drift.
    checkin_anchor = models.DateField(default=date(2024, 1, 1))
    individual_objectives = models.BooleanField(_("objectives of single people"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The calendar's next instant, and nothing that ordinary writes touch: a row that every
    # transaction of an organization updated would serialize them all.
    next_due_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checkin_weekday__lte=6), name="organization_checkin_weekday_is_a_day"
            ),
            models.CheckConstraint(
                condition=Q(checkin_cadence__in=["weekly", "biweekly", "monthly"]),
                name="organization_checkin_cadence_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its door, which is the same from everywhere."""
        return f"/o/{self.slug}/"

    @property
    def cadence(self) -> Cadence:
        rhythm = Rhythm(self.checkin_cadence)
        return Cadence(rhythm, self.checkin_weekday, self.checkin_at, self.checkin_anchor)

    def set_rhythm(self, **rhythm: Any) -> None:
        """Check in at other times from now on; what is planned is worked out anew (I5)."""
        Organization.objects.filter(pk=self.pk).update(**rhythm)
        self.look_now()
        self.refresh_from_db()

    def allow_individual_objectives(self, allowed: bool) -> None:  # noqa: FBT001 - a switch
        """Offer objectives of single people, or not; those there are stay readable (domain §3)."""
        Organization.objects.filter(pk=self.pk).update(individual_objectives=allowed)
        self.refresh_from_db()

    def look_now(self) -> None:
        """Let the next tick work out what is due, instead of the calendar's next instant."""
        Organization.objects.filter(pk=self.pk).update(next_due_at=Now())

    @property
    def working_week(self) -> WorkingWeek:
        return WorkingWeek(frozenset(self.working_days), frozenset(self.holidays))

    def today(self) -> date:
        return timezone.now().astimezone(ZoneInfo(self.time_zone)).date()

    def end_of(self, day: date) -> datetime:
        """Return the moment at which a day ends here, the first that is not in it."""
        return local_instant(day + A_DAY, time(), self.time_zone)

    @classmethod
    def free_slug(cls, name: str) -> str:
        """Return a slug for ``name`` that no organization has yet."""
        wanted = slugify(name)[:40] or "organization"
        taken = set(cls.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return next(slug for slug in [wanted, *numbered] if slug not in taken)


class Membership(models.Model):
    """Who may come in by which door. Global, so that the door can be read before any scope."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"
