from decimal import Decimal
from typing import Any, ClassVar, Self

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from objectives.progress import Status
from objectives.scoring import band
from organizations.models import Cycle, Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .key_result import KeyResult
from .objective import Objective


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at=None)


class Snapshot(TenantModel):
    """An objective as it was when it closed: the database refuses to change it (domain §8, F1).

    Reports on what is over read it and nothing else (F3). ``score`` is what counts: the owner's,
    or None for "not scored". ``suggested`` and ``original`` are what the arithmetic comes to
    against the targets as they stood at the end, and against those first committed to.
    """

    class Outcome(models.TextChoices):
        ACHIEVED = "achieved", _("Achieved")
        PARTLY = "partly", _("Partly achieved")
        MISSED = "missed", _("Missed")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Cancelled")

    class Decision(models.TextChoices):
        DONE = "done", _("Done")
        CONTINUE = "continue", _("Continue from here")
        RESTART = "restart", _("Start again")
        DROP = "drop", _("Drop")

    objective = models.OneToOneField(Objective, models.PROTECT, related_name="snapshot")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    formula = models.PositiveSmallIntegerField()

    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    score = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    suggested = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    original = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    score_reason = models.TextField(blank=True, max_length=2000)
    reflection = models.TextField(blank=True, max_length=4000)
    learned = models.TextField(blank=True, max_length=4000)
    # Why it was closed without a score, where somebody closed the cycle over it.
    forced_because = models.TextField(blank=True, max_length=2000)

    title = models.CharField(max_length=500)
    kind = models.CharField(max_length=12)
    level = models.CharField(max_length=10)
    ambition = models.CharField(max_length=12)
    progress = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    status = models.CharField(max_length=9, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=100)
    manager = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    manager_name = models.CharField(max_length=100, blank=True)
    # The names from the top of the tree to the objective's department.
    department_path = models.JSONField(default=list)
    key_results = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    links = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = TenantManager.from_queryset(SnapshotQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "cycle", "taken_by", "owner", "manager", "confirmed_by"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["", "achieved", "partly", "missed", "postponed", "cancelled"]
                ),
                name="snapshot_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1),
                name="snapshot_score_is_a_share",
            ),
        ]
        indexes = [models.Index(fields=["organization", "cycle"], name="snapshot_by_cycle")]
        triggers = [
            # A confirmation is the one thing that may still come to it.
            pgtrigger.ReadOnly(name="snapshot_is_frozen", exclude=["confirmed_at", "confirmed_by"]),
            pgtrigger.Protect(name="snapshot_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_scored(self) -> bool:
        return self.score is not None

    @property
    def band(self) -> Status | None:
        return band(self.ambition, self.score)

    @property
    def scores_differ(self) -> bool:
        """Whether the score against the original says something else than the current one."""
        return self.original != self.suggested

    @transaction.atomic
    def confirm(self, by: Person) -> bool:
        """Agree with how it was closed; again changes nothing."""
        unconfirmed = Snapshot.objects.unconfirmed().filter(pk=self.pk)
        confirmed = unconfirmed.update(confirmed_at=timezone.now(), confirmed_by=by)
        self.refresh_from_db()
        if confirmed:
            tell = self.objective.audience()
            Event.record("score_confirmed", self.objective_id, by, tell=tell)
        return bool(confirmed)


class Amendment(TenantModel):
    """What turned out later, beside the frozen figure: written once, never changed (F2)."""

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="amendments")
    key_result = models.ForeignKey(KeyResult, models.PROTECT, null=True, related_name="amendments")
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    score = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    words = models.TextField(_("what turned out"), max_length=4000)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    submission = models.UUIDField()

    class Meta(TenantModel.Meta):
        ordering = ["made_at", "pk"]
        constraints = [
            *locks("objective", "key_result", "made_by"),
            models.UniqueConstraint(fields=["organization", "submission"], name="amended_once"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1),
                name="amendment_score_is_a_share",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="amendment_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Amendment of {self.objective_id}"

    @classmethod
    @transaction.atomic
    def make(
        cls,
        snapshot: Snapshot,
        by: Person,
        submission: Any,
        words: str,
        *,
        key_result: KeyResult | None = None,
        value: Decimal | None = None,
        score: Decimal | None = None,
    ) -> bool:
        """Set down what is known by now; the same submission again changes nothing."""
        amendment, made = cls.objects.get_or_create(
            submission=submission,
            defaults={
                "objective": snapshot.objective,
                "key_result": key_result,
                "value": value,
                "score": score,
                "words": words,
                "made_by": by,
            },
        )
        if made:
            tell = snapshot.objective.audience()
            Event.record("objective_amended", amendment.objective_id, by, tell=tell, note=words)
        return made
