"""Who may read an objective: what its owner chose, and the people that comes to (domain §6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Department, Person, Placement, ReportingLine
from organizations.models.department import subtree_ids
from organizations.models.person import PersonQuerySet
from organizations.models.place import people_above
from organizations.tenancy import TenantModel, locks

if TYPE_CHECKING:
    from .objective import Objective


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone here")
    RESTRICTED = "restricted", _("Chosen departments and people")
    PRIVATE = "private", _("The owner and people named")


class ManagerChain(models.TextChoices):
    """How far up the owner's solid line an objective that is not public may be read."""

    NONE = "none", _("No manager")
    DIRECT = "direct", _("The direct manager")
    FULL = "full", _("All managers above")


REACH: dict[str, int] = {ManagerChain.NONE: 0, ManagerChain.DIRECT: 1, ManagerChain.FULL: 2}


@tracked
class Reader(TenantModel):
    """A person, or a department with all that stands below it, named as reader of an objective."""

    objective = models.ForeignKey("objectives.Objective", models.CASCADE, related_name="readers")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "person", "department"),
            models.UniqueConstraint(
                fields=["organization", "objective", "person", "department"],
                nulls_distinct=False,
                name="reader_named_once",
            ),
            models.CheckConstraint(
                condition=Q(person=None, department__isnull=False)
                | Q(person__isnull=False, department=None),
                name="reader_is_a_person_or_a_department",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "person"],
                condition=Q(person__isnull=False),
                name="reader_by_person",
            ),
            models.Index(
                fields=["organization", "department"],
                condition=Q(department__isnull=False),
                name="reader_by_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.department} reads {self.objective}"


@dataclass(frozen=True)
class Circle:
    """Who may read an objective, as it stands or as somebody is about to save it.

    The same rule as ``Objective.objects.visible_to``, asked from the other end; a property test
    holds the two together. Broken glass is not part of it: it is shown apart.
    """

    visibility: str
    chain: str
    owner: UUID
    writer: UUID
    is_told: bool = True
    people: frozenset[UUID] = frozenset()
    departments: frozenset[UUID] = frozenset()
    counting: frozenset[UUID] = frozenset()  # the owners of its key results

    @classmethod
    def of(cls, objective: "Objective") -> Self:
        """Read who was named; no query for what is everybody's."""
        if objective.visibility == Visibility.PUBLIC:
            return cls.around(objective)
        named = list(objective.readers.values_list("person_id", "department_id"))
        counting = [one.owner_id for one in objective.key_results.all()]
        return cls.around(
            objective,
            people=[person for person, _department in named if person],
            departments=[department for _person, department in named if department],
            counting=counting,
        )

    @classmethod
    def around(
        cls,
        objective: "Objective",
        people: Iterable[UUID] | None = None,
        departments: Iterable[UUID] | None = None,
        counting: Iterable[UUID] | None = None,
    ) -> Self:
        return cls(
            objective.visibility,
            objective.manager_chain,
            objective.owner_id,
            objective.created_by_id,
            objective.is_told,
            frozenset(people or ()),
            frozenset(departments or ()),
            frozenset(counting or ()),
        )

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_everybody(self) -> bool:
        return self.is_public and self.is_told

    @property
    def once_told(self) -> Self:
        return replace(self, is_told=True)

    @property
    def by_name(self) -> frozenset[UUID]:
        """Return whom it names, whatever their place; a draft names nobody but its makers."""
        if not self.is_told:
            return frozenset({self.owner, self.writer})
        return self.people | self.counting | {self.owner}

    @property
    def by_department(self) -> frozenset[UUID]:
        """Return the departments that read it with all below them."""
        reads = self.visibility == Visibility.RESTRICTED and self.is_told
        return self.departments if reads else frozenset()

    @property
    def reach(self) -> str:
        """Return how far up the owner's line it is read; a public draft by the manager alone."""
        return ManagerChain.DIRECT if self.is_public else self.chain

    def readers(self, day: date) -> PersonQuerySet:
        """Return everybody who is here on that day and may read it."""
        present: PersonQuerySet = Person.objects.present(day)
        if self.is_everybody:
            return present
        condition = Q(pk__in=self.by_name)
        if self.reach == ManagerChain.DIRECT:
            lines = ReportingLine.objects.solid().on(day).filter(person=self.owner)
            condition |= Q(pk__in=lines.values("manager"))
        elif self.reach == ManagerChain.FULL:
            condition |= Q(pk__in=people_above(self.owner, day))
        if self.by_department:
            below = subtree_ids(self.by_department, day)
            placed = Placement.objects.on(day).filter(department__in=below)
            condition |= Q(pk__in=placed.values("person"))
        return present.filter(condition)

    def covers(self, other: "Circle") -> bool:
        """Whether whoever may read the other may read this one, by what was chosen alone.

        Not by who stands where today: else somebody's move would change figures all the way up,
        without a word (docs/decisions/0024). What it can't be sure of, it denies.
        """
        if self.is_everybody or other.is_everybody:
            return self.is_everybody
        same_line = self.owner == other.owner and REACH[self.reach] >= REACH[other.reach]
        return (
            other.by_name <= self.by_name
            and other.by_department <= self.by_department
            and (other.reach == ManagerChain.NONE or same_line)
        )
