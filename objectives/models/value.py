from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class ValueQuerySet(models.QuerySet["Value"]):
    def active(self) -> Self:
        return self.filter(archived_at=None)

    def with_uses(self) -> Self:
        """Count along how many objectives name each, and how many of those run; never which."""
        live = Q(uses__objective__committed_at__isnull=False, uses__objective__closed_at=None)
        return self.annotate(used=Count("uses"), used_now=Count("uses", filter=live))


@tracked
class Value(TenantModel):
    """Something the company wants to be known for, in its own words (R38)."""

    name = models.CharField(_("value"), max_length=60)
    meaning = models.CharField(_("what it looks like at work"), max_length=300, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, editable=False, related_name="+")
    archived_at = models.DateTimeField(null=True, editable=False)
    archived_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(ValueQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["name", "pk"]
        constraints = [
            *locks("created_by", "archived_by"),
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="value_name_once",
                violation_error_message=_("There is a value of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def reword(self, name: str, meaning: str) -> None:
        self.name, self.meaning = name, meaning
        self.save(update_fields=["name", "meaning"])

    def archive(self, by: Person) -> bool:
        """Offer it no more; objectives that name it keep it."""
        active = Value.objects.active().filter(pk=self.pk)
        return bool(active.update(archived_at=timezone.now(), archived_by=by))

    def restore(self) -> bool:
        archived = Value.objects.filter(pk=self.pk, archived_at__isnull=False)
        return bool(archived.update(archived_at=None, archived_by=None))


@tracked
class ObjectiveValue(TenantModel):
    """That an objective lives a value of the company."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="value_links")
    value = models.ForeignKey(Value, models.PROTECT, related_name="uses")

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "value"),
            models.UniqueConstraint(
                fields=["organization", "objective", "value"], name="objective_names_a_value_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective}: {self.value}"

    @classmethod
    @transaction.atomic
    def choose(cls, objective: Objective, values: Iterable[Value]) -> None:
        """Let the objective name these values and no others."""
        wanted = {value.pk for value in values}
        links = cls.objects.filter(objective=objective)
        links.exclude(value__in=wanted).delete()
        named = set(links.values_list("value_id", flat=True))
        ObjectiveValue.objects.bulk_create(
            ObjectiveValue(objective=objective, value_id=pk) for pk in wanted - named
        )
