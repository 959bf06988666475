from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.history import tracked
from organizations.models import Department, Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .objective import Objective


class PartQuerySet(models.QuerySet["Part"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def owned(self) -> Self:
        return self.open().filter(owner__isnull=False)

    def asked(self) -> Self:
        """Those that somebody was asked for and nobody has taken."""
        return self.open().filter(owner=None, asked_at__isnull=False)

    def of_dissolved(self, day: date) -> Self:
        """Open parts of departments that are gone: somebody has to decide about them."""
        return self.open().filter(department__dissolved_on__lte=day)


@tracked
class Part(TenantModel):
    """What one department does for the one focus: an owner and one line (R33, domain §3)."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="parts")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="parts", verbose_name=_("department")
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="parts", verbose_name=_("owner")
    )
    line = models.CharField(_("what the department takes on"), max_length=300, blank=True)
    linked = models.ForeignKey(
        Objective, models.SET_NULL, null=True, related_name="+", verbose_name=_("objective")
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    end_reason = models.CharField(_("why it ends"), max_length=300, blank=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PartQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["department__name", "pk"]
        constraints = [
            *locks("objective", "department", "owner", "linked", "asked_by", "ended_by"),
            models.UniqueConstraint(
                fields=["organization", "objective", "department"],
                condition=Q(ended_at=None),
                name="one_part_per_department",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | ~Q(line=""), name="part_with_an_owner_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.line}"

    @classmethod
    def of(cls, objective: Objective, department: Department) -> "Part | None":
        parts = cls.objects.open().filter(objective=objective, department=department)
        return parts.select_related("owner", "linked").first()

    @classmethod
    @transaction.atomic
    def ask(cls, objective: Objective, department: Department, by: Person) -> bool:
        """Ask a department's head for its part; again on the same day changes nothing.

        Returns whether somebody was asked: nobody is where the head is vacant, or the part taken.
        """
        tree_lock("parts")
        part = cls.of(objective, department) or cls(objective=objective, department=department)
        day = by.organization.today()
        asked_today = part.asked_at and timezone.localdate(part.asked_at) == day
        if part.owner_id or asked_today or department.head is None:
            return False
        part.asked_at, part.asked_by = timezone.now(), by
        part.save()
        tell = [department.head]
        Event.record("part_asked", objective.pk, by, tell=tell, department=department.name)
        return True

    @classmethod
    @transaction.atomic
    def take(
        cls,
        objective: Objective,
        department: Department,
        by: Person,
        *,
        owner: Person,
        line: str,
        linked: Objective | None = None,
    ) -> bool:
        """Say what a department does and who sees to it; again changes nothing."""
        tree_lock("parts")
        part = cls.of(objective, department) or cls(objective=objective, department=department)
        if (part.owner_id, part.line, part.linked) == (owner.pk, line, linked):
            return False
        part.owner, part.line, part.linked = owner, line, linked
        part.save()
        tell = [owner, objective.owner, *([part.asked_by] if part.asked_by else [])]
        details = {"department": department.name, "owner": owner.name, "line": line}
        Event.record("part_taken", objective.pk, by, tell=tell, **details)
        return True

    @transaction.atomic
    def end(self, by: Person, reason: str) -> bool:
        """Let the department do it no longer; it stays in the history."""
        ended = Part.objects.open().filter(pk=self.pk)
        if not ended.update(ended_at=timezone.now(), ended_by=by, end_reason=reason):
            return False
        self.refresh_from_db()
        tell = [self.objective.owner, *([self.owner] if self.owner else [])]
        details = {"department": self.department.name, "reason": reason}
        Event.record("part_ended", self.objective_id, by, tell=tell, **details)
        return True

    @transaction.atomic
    def move(self, to: Department, by: Person) -> bool:
        """Let another department do it from now on; again changes nothing.

        Raises ValidationError when that one has a part already.
        """
        tree_lock("parts")
        if self.department == to or self.ended_at:
            return False
        if Part.of(self.objective, to):
            message = _("%(name)s has a part already. Drop this one, or widen that one.")
            raise ValidationError(message, "taken", {"name": to.name})
        before = self.department.name
        self.department = to
        self.save(update_fields=["department"])
        people = [self.objective.owner, self.owner, to.head]
        tell = [person for person in people if person]
        details = {"department": to.name, "before": before}
        Event.record("part_moved", self.objective_id, by, tell=tell, **details)
        return True
