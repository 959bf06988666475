"""The periods in which check-ins are asked for (domain §7)."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from checkins.schedule import Cadence, Period
from core.dates import A_DAY
from objectives.models.key_result import KeyResult, KeyResultQuerySet
from organizations.links import MailLink
from organizations.models import Organization, Person
from organizations.tenancy import TenantManager, TenantModel, locks

LINK_PURPOSE = "check-in"
RECENTLY = timedelta(days=14)
LINK_OUTLIVES_GRACE_BY = timedelta(days=2)


def cadence_of(organization: Organization) -> Cadence:
    return organization.cadence


class CheckInPeriodQuerySet(models.QuerySet["CheckInPeriod"]):
    def open_on(self, day: date) -> Self:
        return self.filter(opens_on__lte=day, grace_until__gte=day)

    def of(self, person: Person) -> Self:
        return self.filter(person=person)

    def due_dates(self) -> list[date]:
        return list(self.order_by("due_on").values_list("due_on", flat=True).distinct())


class CheckInPeriod(TenantModel):
    """One person's turn to check in: opens, falls due, and stays possible for a while.

    The row is made when the period opens or the first check-in comes, whichever is earlier, so a
    changed cadence touches only periods that are not yet open (I5).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="checkin_periods")
    opens_on = models.DateField()
    due_on = models.DateField()
    grace_until = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar = TenantManager.from_queryset(CheckInPeriodQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["due_on"]
        constraints = [
            *locks("person"),
            models.UniqueConstraint(
                fields=["organization", "person", "due_on"], name="checkin_period_once"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")) & Q(due_on__lte=F("grace_until")),
                name="checkin_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.due_on}"

    @classmethod
    def current(cls, person: Person, today: date) -> "CheckInPeriod | None":
        """Return the person's period that is open today, made or yet to be made; writes nothing.

        One that was made stands in the way of what another cadence would put beside it (I5).
        """
        recent = list(cls.objects.of(person).filter(grace_until__gte=today - RECENTLY))
        for period in recent:
            if period.opens_on <= today <= period.grace_until:
                period.person = person
                return period
        usual = cls.usual(person.organization, today)
        if usual is None or any(period.overlaps(usual) for period in recent):
            return None
        return cls(person=person, **usual._asdict())

    @classmethod
    def usual(cls, organization: Organization, today: date) -> Period | None:
        """Return the dates of the organization's period that is open today, if one is."""
        cadence = cadence_of(organization)
        around = (cadence.due_before(today), cadence.due_on_or_after(today))
        periods = (cadence.period_for(due_on) for due_on in around)
        return next((one for one in periods if one.opens_on <= today <= one.grace_until), None)

    def overlaps(self, dates: Period) -> bool:
        return self.opens_on <= dates.grace_until and self.grace_until >= dates.opens_on

    @classmethod
    def next_after(cls, organization: Organization, today: date) -> Period:
        """Return the dates of the next period that is due after today."""
        cadence = cadence_of(organization)
        return cadence.period_for(cadence.due_on_or_after(today + A_DAY))

    def keep(self) -> "CheckInPeriod":
        """Make the row, if nobody has yet."""
        if not self._state.adding:
            return self
        dates = {"opens_on": self.opens_on, "grace_until": self.grace_until}
        person = {"person": self.person, "due_on": self.due_on}
        period, _made = CheckInPeriod.objects.get_or_create(**person, defaults=dates)
        return period

    def key_results(self) -> KeyResultQuerySet:
        """What the period asks for: the person's running key results."""
        return KeyResult.objects.owned_by(self.person).running(self.due_on)

    def due_key_results(self) -> KeyResultQuerySet:
        """Those that have no check-in in this period yet.

        A check-in made elsewhere counts: nobody is asked twice for the same number (I12).
        """
        made = Q(check_ins__effective_on__gte=self.opens_on) | Q(check_ins__period=self.pk)
        done = KeyResult.objects.filter(made, pk=OuterRef("pk"))
        return self.key_results().filter(~Exists(done)).with_objective().in_order()

    def link(self, today: date) -> MailLink:
        """Return the signed link that opens this period's form until its grace has passed (N8)."""
        left = self.grace_until + LINK_OUTLIVES_GRACE_BY - today
        return MailLink.sign(self.person, LINK_PURPOSE, self.pk, max(left, timedelta(days=1)))
