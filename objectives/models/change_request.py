from typing import ClassVar, Self

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .key_result import KeyResult
from .objective import Objective


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def open(self) -> Self:
        return self.filter(decided_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-requested_at", "-pk")

    def with_changes(self) -> Self:
        people = self.select_related("requested_by", "decided_by")
        return people.prefetch_related("changes__key_result__milestones")


@tracked
class ChangeRequest(TenantModel):
    """That something committed should be otherwise after the lock: what, and why (domain §8)."""

    class Reason(models.TextChoices):
        WORLD_CHANGED = "world_changed", _("The world changed")
        NEW_INFORMATION = "new_information", _("We know more now")
        NO_LONGER_RELEVANT = "no_longer_relevant", _("It does not matter any more")
        WAS_WRONG = "was_wrong", _("It was wrong from the start")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="change_requests")
    reason = models.CharField(_("reason"), max_length=18, choices=Reason)
    words = models.TextField(_("in your words"), max_length=4000)
    effective_on = models.DateField(_("from"))
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=9, choices=Decision, blank=True)
    answer = models.TextField(_("answer"), blank=True, max_length=4000)
    # A form sent twice asks once.
    submission = models.UUIDField()

    objects: ClassVar = TenantManager.from_queryset(ChangeRequestQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "requested_by", "decided_by"),
            models.UniqueConstraint(
                fields=["organization", "submission"], name="change_requested_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=[
                        "world_changed",
                        "new_information",
                        "no_longer_relevant",
                        "was_wrong",
                    ]
                ),
                name="change_reason_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | Q(decided_at__isnull=False, decision__in=["accepted", "declined", "withdrawn"]),
                name="change_is_open_or_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "objective", "-requested_at"], name="change_newest_first"
            )
        ]

    def __str__(self) -> str:
        return f"Change of {self.objective_id}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    def decide(self, decision: str, by: Person, answer: str = "") -> bool:
        """Decide once; what is decided stays so. What follows from it is change_requests.py's."""
        waiting = ChangeRequest.objects.open().filter(pk=self.pk)
        decided = {"decided_at": timezone.now(), "decided_by": by, "answer": answer}
        won = waiting.update(decision=decision, **decided)
        self.refresh_from_db()
        return bool(won)


class Change(TenantModel):
    """One field of an objective or of a key result, as it was and as it should be.

    ``field`` may also be ``added`` or ``dropped``: then the whole key result comes or goes.
    """

    ADDED, DROPPED = "added", "dropped"

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="changes")
    key_result = models.ForeignKey(KeyResult, models.PROTECT, null=True, related_name="changes")
    field = models.SlugField(max_length=30)
    old = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = locks("request", "key_result")

    def __str__(self) -> str:
        return self.field


class Baseline(TenantModel):
    """What was committed to, kept when it is first changed after the lock (domain §8).

    Until then what stands is the baseline itself. ``key_results`` holds one entry each, as
    change_requests.py writes it.
    """

    objective = models.OneToOneField(Objective, models.PROTECT, related_name="baseline")
    title = models.CharField(max_length=500)
    key_results = models.JSONField(encoder=DjangoJSONEncoder)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = locks("objective")
        triggers = [
            pgtrigger.Protect(name="baseline_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.title
