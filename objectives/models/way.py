"""How a key result is to get from here to there, day by day (domain §4, R42)."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from objectives.progress import (
    LIMITS,
    NUMERIC,
    Aggregation,
    Direction,
    Expectation,
    Measure,
    Phases,
    phases_of_milestones,
    phases_of_values,
)
from organizations.tenancy import TenantModel


class Way(TenantModel):
    """The shape of a key result's way: its line, its points, its horizon, a limit's periods."""

    EXPECTATIONS: ClassVar = {
        Expectation.LINEAR: _("Evenly, day by day"),
        Expectation.PHASED: _("In phases"),
        Expectation.END_LOADED: _("Mostly towards the end"),
    }
    AGGREGATIONS: ClassVar = {
        Aggregation.LATEST: _("The latest value"),
        Aggregation.MEAN_OF_PERIODS: _("The mean of all periods"),
        Aggregation.SHARE_OF_PERIODS_OK: _("The share of periods that kept it"),
    }

    measure: Any
    direction: Any
    start: Any
    target: Any
    milestones: Any

    # "By x per cent": the target is worked out from it when it is written.
    by_percent = models.DecimalField(
        _("by per cent"), max_digits=12, decimal_places=6, null=True, blank=True
    )
    aggregation = models.CharField(
        _("what counts of a limit"), max_length=19, choices=AGGREGATIONS, default=Aggregation.LATEST
    )
    expectation = models.CharField(
        _("expected line"), max_length=10, choices=EXPECTATIONS, default=Expectation.LINEAR
    )
    # Where it should be by which days, in order; beyond the cycle, a checkpoint of a later one.
    point_days = ArrayField(models.DateField(), default=list, blank=True)
    point_values = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6), default=list, blank=True
    )
    # When the target lies beyond the cycle: its day, and where this cycle should end.
    horizon = models.DateField(_("until"), null=True, blank=True)
    checkpoint = models.DecimalField(
        _("target of this cycle"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    # Of a limit: the last days of its periods that are over, and what each of them ended with.
    period_ends = ArrayField(models.DateField(), default=list, editable=False)
    period_values = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6, null=True),
        default=list,
        editable=False,
    )

    class Meta(TenantModel.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(expectation__in=list(Expectation)),
                name="key_result_expectation_is_known",
            ),
            models.CheckConstraint(
                condition=Q(aggregation__in=list(Aggregation)),
                name="key_result_aggregation_is_known",
            ),
            models.CheckConstraint(
                condition=Q(point_days__len=F("point_values__len")),
                name="key_result_points_are_pairs",
            ),
            models.CheckConstraint(
                condition=Q(checkpoint=None) | Q(horizon__isnull=False),
                name="key_result_checkpoint_has_a_horizon",
            ),
            models.CheckConstraint(
                condition=Q(by_percent=None) | Q(by_percent__gt=0),
                name="key_result_percent_is_something",
            ),
        ]

    @property
    def is_numeric(self) -> bool:
        return self.measure in NUMERIC

    @property
    def is_change(self) -> bool:
        """Whether it goes from a start to a target."""
        return self.is_numeric and self.direction in {Direction.INCREASE, Direction.DECREASE}

    @property
    def is_limit(self) -> bool:
        """Whether there is a limit to keep."""
        return self.is_numeric and self.direction in LIMITS

    @property
    def counts_periods(self) -> bool:
        """Whether it is the share of its periods that kept the limit."""
        return self.is_limit and self.aggregation == Aggregation.SHARE_OF_PERIODS_OK

    @property
    def cycle_target(self) -> Decimal | None:
        """What this cycle is measured against: its checkpoint where the way is longer (R42)."""
        target: Decimal | None = self.checkpoint if self.horizon else self.target
        return target

    @property
    def points(self) -> list[tuple[date, Decimal]]:
        return list(zip(self.point_days, self.point_values, strict=True))

    @property
    def phases(self) -> Phases:
        """Where it should be by which days, as fractions of this cycle's way."""
        if self.measure == Measure.MILESTONES:
            return phases_of_milestones(
                (step.weight, step.due_on) for step in self.milestones.all()
            )
        return phases_of_values(self.points, self.start, self.cycle_target)
