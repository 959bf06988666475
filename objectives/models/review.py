from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class ReviewQuerySet(models.QuerySet["Review"]):
    def open(self) -> Self:
        return self.filter(decided_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-submitted_at", "-pk")


@tracked
class Review(TenantModel):
    """A draft that was handed in: it waits, was approved, or came back with words (domain §3)."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="reviews")
    submitted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=9, choices=Decision, blank=True)
    words = models.TextField(_("what should change"), blank=True, max_length=4000)

    objects: ClassVar = TenantManager.from_queryset(ReviewQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "submitted_by", "decided_by"),
            models.UniqueConstraint(
                fields=["organization", "objective"],
                condition=Q(decided_at=None),
                name="one_open_review",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | Q(decided_at__isnull=False, decision__in=["approved", "returned", "withdrawn"]),
                name="review_is_open_or_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.objective_id}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    @property
    def was_returned(self) -> bool:
        return self.decision == self.Decision.RETURNED

    def decide(self, decision: str, by: Person, words: str = "") -> bool:
        """Decide once; what has been decided, or withdrawn, stays so."""
        waiting = Review.objects.open().filter(pk=self.pk)
        decided = {"decided_at": timezone.now(), "decided_by": by, "words": words}
        won = waiting.update(decision=decision, **decided)
        self.refresh_from_db()
        return bool(won)

    @transaction.atomic
    def send_back(self, by: Person, words: str) -> bool:
        """Return the draft with words to whoever handed it in; again changes nothing."""
        returned = self.decide(self.Decision.RETURNED, by, words)
        if returned:
            tell = [*self.objective.audience(), self.submitted_by]
            Event.record("objective_returned", self.objective_id, by, tell=tell, note=words)
        return returned

    @transaction.atomic
    def withdraw(self, by: Person) -> bool:
        """Take the draft back to go on writing; again changes nothing."""
        return self.decide(self.Decision.WITHDRAWN, by)
