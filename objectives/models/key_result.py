from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from objectives.progress import (
    NUMERIC,
    Aggregation,
    Direction,
    Explanation,
    KeyResultFacts,
    Measure,
    Status,
    explain,
    problem,
    progress,
    values_at,
)
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective
from .way import Way

CONFIDENCES_KEPT = 8
ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)


def frozen_with_objective(name: str, closed: str) -> pgtrigger.Trigger:
    """Let the database refuse to change or delete what belongs to a closed objective (F1).

    ``closed`` is the statement that finds when the objective of the row was closed.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF ({closed}) IS NOT NULL THEN "
            "RAISE EXCEPTION 'pgtrigger: an objective is closed, so % is frozen', TG_TABLE_NAME; "
            "END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; "
            "RETURN NEW;"
        ),
    )


class KeyResultQuerySet(models.QuerySet["KeyResult"]):
    def owned_by(self, person: Person) -> Self:
        return self.filter(owner=person)

    def kept(self) -> Self:
        """Those that were not dropped."""
        return self.filter(dropped_at=None)

    def running(self, today: date) -> Self:
        """Those that ask for check-ins: committed, begun, and not past their grading (I6)."""
        return self.kept().filter(
            objective__in=Objective.objects.live().unpaused(),
            objective__cycle__start__lte=today,
            objective__cycle__grading_due__gte=today,
            objective__cycle__closed_at=None,
            fed_by=KeyResult.FedBy.MANUAL,
        )

    def in_others_objectives(self, person: Person, today: date) -> Self:
        """What a person counts for somebody else: theirs, in objectives that are not."""
        theirs = self.owned_by(person).running(today).exclude(objective__owner=person)
        return theirs.with_objective().in_order()

    def offered(self, objectives: models.QuerySet[Objective]) -> Self:
        """The key results of what may be linked to (A5, A7)."""
        rows = self.filter(objective__in=objectives.order_by().select_related(None).values("pk"))
        return rows.select_related("objective__cycle", "owner").in_order()

    def offered_to_sums(self, person: Person) -> Self:
        """Numbers in their sight that another key result may add up, by title."""
        visible = Objective.objects.visible_to(person).open()
        rows = self.kept().filter(objective__in=visible, measure__in=NUMERIC)
        return rows.select_related("objective__owner", "objective__cycle").order_by("title", "pk")

    def named_like(self, words: str) -> Self:
        return self.filter(title__icontains=words)

    def with_objective(self) -> Self:
        return self.select_related("objective__cycle").prefetch_related("milestones")

    def in_order(self) -> Self:
        return self.order_by("objective__title", "objective", "position", "pk")


@tracked
class KeyResult(Way):
    """How we will know: from where to where, counted by one owner (domain §4)."""

    MEASURES: ClassVar = {
        Measure.NUMBER: _("Number"),
        Measure.PERCENT: _("Per cent"),
        Measure.CURRENCY: _("Money"),
        Measure.DURATION: _("Duration"),
        Measure.SCORE: _("Score"),
        Measure.YES_NO: _("Yes or no"),
        Measure.MILESTONES: _("Milestones"),
        Measure.JUDGEMENT: _("Judgement"),
    }
    DIRECTIONS: ClassVar = {
        Direction.INCREASE: _("Increase"),
        Direction.DECREASE: _("Decrease"),
        Direction.AT_LEAST: _("At least"),
        Direction.AT_MOST: _("At most"),
        Direction.WITHIN: _("Within"),
        Direction.BASELINE: _("Find the number"),
    }

    class FedBy(models.TextChoices):
        MANUAL = "manual", _("Check-ins")
        CHILDREN_SUM = "children_sum", _("Other key results")

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="key_results")
    title = models.CharField(_("what you measure"), max_length=500)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="key_results", verbose_name=_("owner")
    )
    measure = models.CharField(
        _("measure"), max_length=10, choices=MEASURES, default=Measure.NUMBER
    )
    direction = models.CharField(
        _("direction"), max_length=10, choices=DIRECTIONS, default=Direction.INCREASE
    )
    start = models.DecimalField(_("from"), max_digits=20, decimal_places=6, null=True, blank=True)
    target = models.DecimalField(_("to"), max_digits=20, decimal_places=6, null=True, blank=True)
    # The bounds of a range, and beyond a limit the values where nothing of it is kept any more.
    lower = models.DecimalField(
        _("no lower than"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    upper = models.DecimalField(
        _("no higher than"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    red_low = models.DecimalField(
        _("0% at or below"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    red_high = models.DecimalField(
        _("0% at or above"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    source = models.CharField(_("where the number comes from"), max_length=300, blank=True)
    rubric = models.TextField(_("what the grades mean"), max_length=4000, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    fed_by = models.CharField(
        _("its value comes from"),
        max_length=12,
        choices=FedBy,
        default=FedBy.MANUAL,
        editable=False,
    )
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # A dropped one stays, struck through, and counts against what was first committed to (§8).
    dropped_at = models.DateTimeField(null=True, editable=False)
    dropped_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )

    # The latest check-in, kept here so that no page has to look for it.
    current = models.DecimalField(max_digits=20, decimal_places=6, null=True, editable=False)
    done_milestones = ArrayField(models.UUIDField(), default=list, editable=False)
    progress = models.DecimalField(max_digits=30, decimal_places=6, null=True, editable=False)
    status = models.CharField(max_length=9, blank=True, editable=False)
    confidence = models.PositiveSmallIntegerField(null=True, editable=False)
    confidences = ArrayField(models.PositiveSmallIntegerField(), default=list, editable=False)
    note = models.TextField(blank=True, editable=False)
    checked_in_on = models.DateField(null=True, editable=False)
    objects: ClassVar = TenantManager.from_queryset(KeyResultQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            *Way.Meta.constraints,
            *locks("objective", "owner", "dropped_by"),
            models.UniqueConstraint(
                fields=["organization", "objective", "id"], name="key_result_of_its_objective"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=list(Measure)),
                name="key_result_measure_is_known",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=list(Direction)),
                name="key_result_direction_is_known",
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(target=None) | ~Q(start=F("target")),
                name="key_result_goes_somewhere",
                violation_error_message=_("Start and target are the same."),
            ),
            models.CheckConstraint(
                condition=Q(lower=None) | Q(upper=None) | Q(lower__lte=F("upper")),
                name="key_result_bounds_in_order",
                violation_error_message=_("The lower bound lies above the upper one."),
            ),
            models.CheckConstraint(
                condition=(~Q(direction="at_least") | ~Q(red_low__gte=F("target")))
                & (~Q(direction="at_most") | ~Q(red_high__lte=F("target")))
                & (~Q(direction="within") | ~Q(red_low__gte=F("lower")))
                & (~Q(direction="within") | ~Q(red_high__lte=F("upper"))),
                name="key_result_red_lies_beyond",
                violation_error_message=_("What counts as 0% must lie beyond the limit."),
            ),
            models.CheckConstraint(
                condition=Q(fed_by__in=["manual", "children_sum"]),
                name="key_result_feed_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=6), name="key_result_decimals_are_few"
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=1, confidence__lte=10),
                name="key_result_confidence_is_one_to_ten",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["", *Status]), name="key_result_status_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "objective", "position"], name="key_result_in_order"
            ),
            models.Index(fields=["organization", "owner"], name="key_result_by_owner"),
        ]
        triggers = [
            frozen_with_objective(
                "frozen_with_objective",
                "SELECT closed_at FROM objectives_objective WHERE id = OLD.objective_id",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("objectives:detail", args=[self.objective_id]) + f"#kr-{self.pk}"

    @property
    def hint(self) -> str:
        """What tells this key result from another of the same title, in a picker."""
        return gettext("Key result of “%s”") % self.objective.title

    @property
    def is_settled(self) -> bool:
        """Whether it has been measured, so that how it is measured stays (K2)."""
        return self.checked_in_on is not None

    @property
    def is_dropped(self) -> bool:
        return self.dropped_at is not None

    @property
    def was_met_at_the_start(self) -> bool:
        """Whether its first check-in found it reached; a limit is there to be kept all along."""
        ways = self.is_change or not self.is_numeric
        reached = self.progress is not None and self.progress >= 1
        return ways and reached and len(self.confidences) == 1

    @property
    def is_fed(self) -> bool:
        """Whether other key results add up to it; then nobody checks in on it."""
        return self.fed_by == self.FedBy.CHILDREN_SUM

    @property
    def whole_way(self) -> Decimal | None:
        """How far it has come on the way to its horizon; None without one, or while unknown."""
        return progress(replace(self.facts(), target=self.target)) if self.horizon else None

    @property
    def levels(self) -> list[tuple[Decimal, tuple[Decimal, ...]]]:
        """At which values 0 %, 50 % and 100 % would be, where a number says it."""
        if not self.is_numeric or self.counts_periods:
            return []
        facts = self.facts()
        levels = ((share, values_at(facts, share)) for share in (ZERO, HALF, ONE))
        return [(share, values) for share, values in levels if values]

    @property
    def problem(self) -> str | None:
        """Why progress could not be computed as the key result stands, as a code, or None."""
        return problem(self.facts())

    @property
    def steps(self) -> int | None:
        """How many milestones there are, where it is measured in milestones."""
        return len(self.milestones.all()) if self.measure == Measure.MILESTONES else None

    @property
    def explanation(self) -> Explanation:
        """How its progress comes about, from the function that computes it."""
        return explain(self.facts())

    def hold_milestones(self, steps: Iterable[Any]) -> None:
        """Have these as its milestones at hand, as prefetching them would."""
        cache: dict[str, Any] = self.__dict__.setdefault("_prefetched_objects_cache", {})
        cache["milestones"] = sorted(steps, key=lambda step: step.position)

    def facts(self) -> KeyResultFacts:
        """What the arithmetic needs to know."""
        done = set(self.done_milestones)
        milestones = tuple(
            (step.weight, step.pk in done)
            for step in (self.milestones.all() if self.measure == Measure.MILESTONES else ())
        )
        return KeyResultFacts(
            measure=Measure(self.measure),
            direction=Direction(self.direction),
            start=self.start,
            target=self.cycle_target,
            lower=self.lower,
            upper=self.upper,
            red_low=self.red_low,
            red_high=self.red_high,
            source=self.source,
            current=self.current,
            measured_on=self.checked_in_on,
            milestones=milestones,
            aggregation=Aggregation(self.aggregation),
            periods=tuple(self.period_values),
        )

    def measured(
        self,
        value: Decimal,
        confidence: int,
        status: str,
        on: date,
        *,
        note: str = "",
        done_milestones: list[UUID] | None = None,
    ) -> None:
        """Take over the latest check-in, and what it means for progress.

        Saving it, and carrying progress up, is the caller's, who does it for several at once.
        """
        self.current = value
        self.done_milestones = done_milestones or []
        self.confidence, self.status, self.note, self.checked_in_on = confidence, status, note, on
        self.confidences = [*self.confidences, confidence][-CONFIDENCES_KEPT:]
        self.progress = progress(self.facts())

    def unmeasured(self) -> None:
        """Stand where nobody has checked in yet; saving it is the caller's."""
        self.current, self.done_milestones, self.checked_in_on = None, [], None
        self.confidence, self.status, self.note = None, "", ""
        self.period_ends, self.period_values = [], []
        self.progress = progress(self.facts())

    def clean(self) -> None:
        if self.is_numeric and self.start is not None and self.target is not None:
            self._clean_way()

    def _clean_way(self) -> None:
        assert self.start is not None
        assert self.target is not None
        if self.start == self.target:
            raise ValidationError(
                {"target": _("From and to are both the same: nothing would change.")}
            )

    def record(self, kind: str, by: Person, **details: Any) -> Event:
        return Event.record(kind, self.objective_id, by, key_result=self.title, **details)


LATEST = [
    "current",
    "done_milestones",
    "progress",
    "status",
    "confidence",
    "confidences",
    "note",
    "checked_in_on",
    "period_ends",
    "period_values",
]
