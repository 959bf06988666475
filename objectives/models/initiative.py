from datetime import date
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def kept(self) -> Self:
        return self.filter(dropped_at=None)

    def in_order(self) -> Self:
        """What is open first, by its day; then what is done, the latest first."""
        return self.order_by(
            F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"
        )


@tracked
class Initiative(TenantModel):
    """What we do about an objective. It never counts: doing is not yet succeeding (domain §4)."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="initiatives")
    text = models.CharField(_("what we do"), max_length=300)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="initiatives", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", editable=False)
    dropped_at = models.DateTimeField(null=True, editable=False)
    dropped_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects: ClassVar = TenantManager.from_queryset(InitiativeQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "owner", "created_by", "done_by", "dropped_by"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="initiative_is_done_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "objective"], name="initiative_by_objective")
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("objectives:detail", args=[self.objective_id]) + f"#initiative-{self.pk}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def is_late(self, today: date) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on < today

    @classmethod
    @transaction.atomic
    def add(cls, objective: Objective, by: Person, **fields: Any) -> "Initiative":
        initiative = cls.objects.create(objective=objective, created_by=by, **fields)
        initiative.record("initiative_added", by)
        return initiative

    @transaction.atomic
    def revise(self, by: Person, **changes: Any) -> bool:
        """Change its words, owner or day; return whether anything was different."""
        if all(getattr(self, name) == value for name, value in changes.items()):
            return False
        changed = Initiative.objects.kept().filter(pk=self.pk).update(**changes)
        if changed:
            self.refresh_from_db()
        return bool(changed)

    @transaction.atomic
    def tick(self, by: Person) -> bool:
        """Say that it is done; saying it again changes nothing."""
        open_ones = Initiative.objects.kept().filter(pk=self.pk, done_at=None)
        done = open_ones.update(done_at=timezone.now(), done_by=by)
        if done:
            self.refresh_from_db()
            self.record("initiative_done", by)
        return bool(done)

    def untick(self) -> bool:
        """Say that it is not done after all; saying it again changes nothing."""
        ticked = Initiative.objects.kept().filter(pk=self.pk).exclude(done_at=None)
        return bool(ticked.update(done_at=None, done_by=None))

    def drop(self, by: Person) -> bool:
        """Leave it out of the plan; what was planned stays in the history."""
        kept = Initiative.objects.kept().filter(pk=self.pk)
        return bool(kept.update(dropped_at=timezone.now(), dropped_by=by))

    def record(self, kind: str, by: Person) -> None:
        Event.record(kind, self.objective_id, by, tell=[self.owner], initiative=self.text)
