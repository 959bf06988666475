from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.history import tracked
from organizations.models import Department, Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .dependency import Dependency
from .objective import Objective


class PlanningResponseQuerySet(models.QuerySet["PlanningResponse"]):
    def of(self, department: Department) -> Self:
        return self.filter(department=department)


@tracked
class PlanningResponse(TenantModel):
    """What another department says to an objective on the planning board (R23, domain §3).

    A department has one answer to an objective; a later one takes its place.
    """

    class Stance(models.TextChoices):
        SUPPORT = "support", _("Support")
        CONCERN = "concern", _("Concern")
        NEED = "need", _("Need from you")

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="responses")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stance = models.CharField(_("answer"), max_length=7, choices=Stance)
    text = models.CharField(_("in words"), max_length=500, blank=True)
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PlanningResponseQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["said_at", "pk"]
        constraints = [
            *locks("objective", "department", "author"),
            models.UniqueConstraint(
                fields=["organization", "objective", "department"], name="one_response_each"
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["support", "concern", "need"]),
                name="planning_response_is_known",
            ),
            models.CheckConstraint(
                condition=Q(stance="support") | ~Q(text=""),
                name="planning_response_says_what_it_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.get_stance_display()}"

    @classmethod
    @transaction.atomic
    def give(
        cls,
        objective: Objective,
        department: Department,
        by: Person,
        stance: str,
        text: str = "",
        **need: Any,
    ) -> bool:
        """Answer for a department; the same again changes nothing.

        A need becomes a dependency. One that nobody has answered yet goes with another stance.
        """
        tree_lock("planning")
        known = cls.objects.filter(objective=objective, department=department).first()
        if stance == cls.Stance.NEED:
            Dependency.ask(objective, department, by, text=text, **need)
        else:
            waiting = Dependency.objects.unsettled().filter(objective=objective, asker=department)
            for one in waiting:
                one.withdraw(by)
        if known and (known.stance, known.text) == (stance, text):
            return False
        response = known or cls(objective=objective, department=department)
        response.author, response.stance, response.text = by, stance, text
        response.said_at = timezone.now()
        response.save()
        if stance != cls.Stance.NEED:  # a need tells of itself
            details = {"department": department.name, "stance": stance, "text": text}
            Event.record("planning_responded", objective.pk, by, tell=[objective.owner], **details)
        return True
