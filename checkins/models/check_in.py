"""Check-ins: one reading of one key result, kept for good (domain §7)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.models import KeyResult
from objectives.progress import Status, status_from_confidence
from objectives.rollup import roll_up_from
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .period import CheckInPeriod


@dataclass(frozen=True)
class Reading:
    """What somebody says about one key result, before it is written down.

    ``seen`` is the latest check-in they knew of: if another has come since, they are shown it
    before theirs is saved (I7).
    """

    value: Decimal
    confidence: int
    note: str = ""
    done_milestones: list[UUID] = field(default_factory=list)
    seen: UUID | None = None


class Overtaken(Exception):
    """Somebody else checked in between reading and saving."""

    def __init__(self, latest: "CheckIn") -> None:
        super().__init__(latest)
        self.latest = latest


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def latest_first(self) -> Self:
        return self.order_by("-effective_on", "-recorded_at", "-pk")

    def standing(self) -> Self:
        """Those that no later one corrects (I2)."""
        return self.filter(corrected_by=None)


class CheckIn(TenantModel):
    """One reading of one key result: never changed, never deleted; a correction is another (I1)."""

    class Via(models.TextChoices):
        WEB = "web", _("in Plumbline")
        MAIL = "mail", _("by mail link")
        API = "api", _("by API")
        FEED = "feed", _("by a data feed")
        IMPORT = "import", _("imported")

    key_result = models.ForeignKey(KeyResult, models.PROTECT, related_name="check_ins")
    author = models.ForeignKey(Person, models.PROTECT, related_name="check_ins")
    period = models.ForeignKey(CheckInPeriod, models.PROTECT, null=True, related_name="check_ins")
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6)
    done_milestones = ArrayField(models.UUIDField(), default=list)
    confidence = models.PositiveSmallIntegerField(_("confidence"))
    status = models.CharField(max_length=9)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    via = models.CharField(max_length=6, choices=Via, default=Via.WEB)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    # The same form sent twice is one check-in (I4).
    submission = models.UUIDField()
    # As they were, so that an old check-in stays readable (I9).
    start = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    weight = models.PositiveSmallIntegerField()
    previous = models.DecimalField(max_digits=20, decimal_places=6, null=True)

    objects: ClassVar = TenantManager.from_queryset(CheckInQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["-effective_on", "-recorded_at"]
        constraints = [
            *locks("key_result", "author", "period", "corrects"),
            models.UniqueConstraint(
                fields=["organization", "key_result", "submission"], name="checkin_once"
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=1, confidence__lte=10),
                name="checkin_confidence_is_one_to_ten",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(Status)), name="checkin_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(via__in=["web", "mail", "api", "feed", "import"]),
                name="checkin_via_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "key_result", "-effective_on", "-recorded_at"],
                name="checkin_latest_first",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key_result}: {self.value}"

    @classmethod
    @transaction.atomic
    def record(
        cls,
        key_result: KeyResult,
        by: Person,
        reading: Reading,
        submission: UUID,
        *,
        on: date,
        period: CheckInPeriod | None = None,
        via: str = Via.WEB,
    ) -> "CheckIn":
        """Write a reading down and let progress rise to the top, in one transaction (domain §7).

        The same submission again returns the check-in it made. Raises Overtaken when there is a
        later check-in than the reading has seen.
        """
        tree_lock("objectives")
        made = cls.objects.filter(key_result=key_result, submission=submission).first()
        if made:
            return made
        latest = cls.objects.filter(key_result=key_result).latest_first().first()
        if latest and latest.pk != reading.seen:
            raise Overtaken(latest)
        key_result.refresh_from_db()
        check_in = cls.objects.create(
            key_result=key_result,
            author=by,
            period=period,
            value=reading.value,
            done_milestones=reading.done_milestones,
            confidence=reading.confidence,
            status=status_from_confidence(reading.confidence),
            note=reading.note,
            effective_on=on,
            via=via,
            submission=submission,
            start=key_result.start,
            target=key_result.target,
            weight=key_result.weight,
            previous=key_result.current,
        )
        check_in._take_effect(on)
        return check_in

    def _take_effect(self, on: date) -> None:
        before = self.key_result.progress
        self.key_result.measured(
            self.value,
            self.confidence,
            self.status,
            on,
            note=self.note,
            done_milestones=self.done_milestones,
        )
        roll_up_from([self.key_result.objective_id], on=on)
        self.key_result.record(
            "checked_in",
            self.author,
            tell=[self.key_result.objective.owner],
            key_result_id=self.key_result_id,
            previous=self.previous,
            value=self.value,
            confidence=self.confidence,
            status=self.status,
            note=self.note,
            progress=self.key_result.progress,
            progress_before=before,
        )
