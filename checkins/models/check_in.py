"""Check-ins: one reading of one key result, kept for good (domain §7)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Case, OuterRef, Q, Subquery, When, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from objectives.dependencies import tell_dependents
from objectives.models import KeyResult, Objective
from objectives.models.audience import audiences_and_manager
from objectives.models.dependency import IN_TROUBLE
from objectives.models.key_result import LATEST
from objectives.progress import Measure, Status, progress, status_from_confidence
from objectives.promises import warn_dependents
from objectives.rollup import Tree
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .over_time import Readings, count_periods, limits_among
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

    @classmethod
    def unchanged(cls, key_result: KeyResult, seen: UUID) -> "Reading":
        """Say that everything is as it was."""
        assert key_result.current is not None
        assert key_result.confidence is not None
        done = key_result.done_milestones
        return cls(key_result.current, key_result.confidence, done_milestones=done, seen=seen)


def latest_for(submission: UUID) -> Subquery:
    """The latest check-in of each key result, or the one that ``submission`` has made."""
    mine = Case(When(submission=submission, then=0), default=1)
    rows = CheckIn.objects.filter(key_result=OuterRef("pk"))
    rows = rows.order_by(mine, "-effective_on", "-recorded_at", "-pk")
    return Subquery(rows.values("pk")[:1])


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

    def latest_of(self, key_results: Iterable[KeyResult]) -> dict[UUID, UUID]:
        """Return the id of the latest check-in of each key result."""
        rows = self.filter(key_result__in=[key_result.pk for key_result in key_results])
        rows = rows.order_by("key_result_id", "-effective_on", "-recorded_at", "-pk")
        return dict(rows.distinct("key_result_id").values_list("key_result_id", "pk"))

    def latest_by_key_result(self) -> "dict[UUID, CheckIn]":
        """Return the latest check-in of every key result that has one (I2)."""
        rows = self.order_by("key_result_id", "-effective_on", "-recorded_at", "-pk")
        return {row.key_result_id: row for row in rows.distinct("key_result_id")}

    def readings_of(self, key_results: Iterable[KeyResult]) -> Readings:
        """Return what was read of each key result by day, in the order in which it holds (I2)."""
        rows = self.standing().filter(key_result__in=[one.pk for one in key_results])
        rows = rows.order_by("effective_on", "recorded_at", "pk")
        said: Readings = defaultdict(list)
        for pk, day, value in rows.values_list("key_result_id", "effective_on", "value"):
            said[pk].append((day, value))
        return said

    def in_period(self, period: CheckInPeriod) -> Self:
        """Those that answer a period, wherever they were made (I12)."""
        mine = self.filter(key_result__owner=period.person)
        return mine.filter(Q(effective_on__gte=period.opens_on) | Q(period=period.pk))


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
        """Write one reading down; see ``record_all``.

        The same submission again returns the check-in it made. Raises Overtaken when there is a
        later check-in than the reading has seen.
        """
        readings = {key_result: reading}
        recorded = cls.record_all(readings, by, submission, on=on, period=period, via=via)
        if latest := recorded.overtaken.get(key_result.pk):
            raise Overtaken(latest)
        key_result.refresh_from_db()
        return recorded.check_ins[key_result.pk]

    @classmethod
    @transaction.atomic
    def record_all(
        cls,
        readings: Mapping[KeyResult, Reading],
        by: Person,
        submission: UUID,
        *,
        on: date,
        period: CheckInPeriod | None = None,
        via: str = Via.WEB,
    ) -> "Recorded":
        """Write readings down and let progress rise to the top, under one lock (domain §7).

        Each stands on its own: what this submission has saved before stays as it is, and what
        somebody else has overtaken waits until it has been seen (I4, I7).
        """
        if not readings:
            return Recorded({}, {}, None)
        tree_lock("objectives")
        objectives = {key_result.objective_id for key_result in readings}
        tree = Tree.above(objectives, latest_check_in=latest_for(submission))
        fresh, settled = [], []
        for key_result, reading in readings.items():
            row: Any = tree.key_results[key_result.pk]
            if row.is_dropped or not row.objective.is_open:
                continue  # it was dropped, closed or cancelled a moment ago
            if row.latest_check_in == reading.seen:
                fresh.append(cls.of(row, by, reading, submission, on, period, via))
            else:
                settled.append(row.latest_check_in)
        CheckIn.objects.bulk_create(fresh)
        manager = take_effect(fresh, tree, on)
        return Recorded.of(fresh, settled, submission, manager)

    @classmethod
    def of(
        cls,
        key_result: KeyResult,
        by: Person,
        reading: Reading,
        submission: UUID,
        on: date,
        period: CheckInPeriod | None,
        via: str,
    ) -> Self:
        return cls(
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

    def take_over(self) -> None:
        """Let the key result stand where this says; saving it is the caller's."""
        self.key_result.measured(
            self.value,
            self.confidence,
            self.status,
            self.effective_on,
            note=self.note,
            done_milestones=self.done_milestones,
        )

    def measure(self) -> Event:
        """Let the key result stand where this says, unless a later day's check-in does (I2)."""
        key_result = self.key_result
        before = key_result.progress
        if key_result.checked_in_on is None or key_result.checked_in_on <= self.effective_on:
            self.take_over()
        else:
            key_result.progress = progress(key_result.facts())  # an earlier period counts too
        details = {
            "key_result": key_result.title,
            "key_result_id": key_result.pk,
            "measure": key_result.measure,
            "unit": key_result.unit,
            "decimals": key_result.decimals,
            "steps": key_result.steps,
            "previous": self.previous,
            "value": self.value,
            "confidence": self.confidence,
            "status": self.status,
            "note": self.note,
            "progress": key_result.progress,
            "progress_before": before,
        }
        thing = key_result.objective_id
        return Event(kind="checked_in", thing=thing, actor=self.author, details=details)


@dataclass(frozen=True)
class Recorded:
    """What became of several readings, by key result: written down, or overtaken by another."""

    check_ins: dict[UUID, CheckIn]
    overtaken: dict[UUID, CheckIn]
    manager: Person | None

    @classmethod
    def of(
        cls, fresh: list[CheckIn], settled: list[UUID], submission: UUID, manager: Person | None
    ) -> Self:
        check_ins = {one.key_result_id: one for one in fresh}
        overtaken: dict[UUID, CheckIn] = {}
        if settled:
            earlier = CheckIn.objects.filter(pk__in=settled)
            for one in earlier.select_related("author", "key_result__objective"):
                where = check_ins if one.submission == submission else overtaken
                where[one.key_result_id] = one
        return cls(check_ins, overtaken, manager)


def take_effect(check_ins: list[CheckIn], tree: Tree, on: date) -> Person | None:
    """Move what stands above, and tell its followers and the author's manager (I10).

    Returns the manager of that day, who is told of nothing they may not read (V2).
    """
    if not check_ins:
        return None
    stepwise = [one.key_result for one in check_ins if one.key_result.measure == Measure.MILESTONES]
    prefetch_related_objects(stepwise, "milestones")
    if limits := limits_among(one.key_result for one in check_ins):
        count_periods(limits, on, CheckIn.objects.readings_of(limits))
    events = [(one.measure(), one.key_result.objective) for one in check_ins]
    KeyResult.objects.bulk_update([one.key_result for one in check_ins], LATEST)
    tree.settle(on)
    tell_dependents(tree.turned(), by=check_ins[0].author)
    objectives = {one.pk: one for _, one in events}
    author = check_ins[0].author
    followers, manager = audiences_and_manager(objectives.values(), author, on)
    visible = readable_by(manager, objectives) if manager else set()
    Event.record_all(
        (event, [*followers[one.pk], *([manager] if manager and one.pk in visible else [])])
        for event, one in events
    )
    if turned := [pk for pk, one in tree.objectives.items() if one.status in IN_TROUBLE]:
        warn_dependents(on, turned)
    return manager if visible else None


def readable_by(person: Person, objectives: dict[UUID, Objective]) -> set[UUID]:
    """Return which of these a person may see; what is everybody's needs no asking."""
    others = {pk for pk, one in objectives.items() if not one.is_everybodys}
    seen = Objective.objects.visible_to(person).filter(pk__in=others) if others else []
    return (objectives.keys() - others) | {one.pk for one in seen}
