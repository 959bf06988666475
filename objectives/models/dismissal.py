from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.quality import Kind
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantModel, locks

from .key_result import KeyResult
from .objective import Objective


@tracked
class Dismissal(TenantModel):
    """That somebody has answered a quality hint: it is so on purpose, and this is why (§11)."""

    KINDS: ClassVar = {
        Kind.TOO_MANY_OBJECTIVES: _("Many objectives"),
        Kind.TOO_MANY_KEY_RESULTS: _("Many key results"),
        Kind.NO_KEY_RESULT: _("No key result"),
        Kind.NO_UPWARD_LINK: _("Supports nothing above"),
        Kind.NOT_MEASURABLE: _("Not measurable"),
        Kind.NO_BASELINE: _("No starting number"),
        Kind.NO_OWNER: _("Owner not here"),
        Kind.ACTIVITY_WORDS: _("Says what we do"),
        Kind.MET_AT_THE_START: _("Reached from the start"),
    }

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="dismissals")
    key_result = models.ForeignKey(KeyResult, models.CASCADE, null=True, related_name="dismissals")
    kind = models.CharField(max_length=20, choices=KINDS)
    reason = models.CharField(_("reason"), max_length=300)
    dismissed_at = models.DateTimeField(default=timezone.now, editable=False)
    dismissed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "key_result", "dismissed_by"),
            models.UniqueConstraint(
                fields=["organization", "objective", "key_result", "kind"],
                nulls_distinct=False,
                name="hint_dismissed_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="dismissed_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dismissal_has_a_reason"),
        ]

    @classmethod
    def answer(
        cls,
        objective: Objective,
        key_result: KeyResult | None,
        kind: str,
        reason: str,
        by: Person,
    ) -> "Dismissal":
        """Set a hint aside; answering again keeps the newer reason."""
        told = {"reason": reason, "dismissed_by": by, "dismissed_at": timezone.now()}
        row, _made = cls.objects.update_or_create(
            objective=objective, key_result=key_result, kind=kind, defaults=told
        )
        return row

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
