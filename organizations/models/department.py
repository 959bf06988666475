from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .effective import Effective, EffectiveQuerySet, from_day
from .role import RoleGrant


class DepartmentQuerySet(models.QuerySet["Department"]):
    def standing(self, day: date) -> Self:
        """Those that are not dissolved on a day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=day))

    def planning(self, day: date) -> Self:
        """Those that plan beside each other: the ones of kind department.

        Where there is none, the divisions do; where there is none either, the teams. Groups reach
        across departments and are counted with none.
        """
        standing: DepartmentQuerySet = Department.objects.standing(day)
        rank = models.Case(
            *(models.When(kind=kind, then=place) for place, kind in enumerate(PLANNING_KINDS)),
            default=len(PLANNING_KINDS),
        )
        first = standing.filter(kind__in=PLANNING_KINDS).order_by(rank).values("kind")[:1]
        return self.standing(day).filter(kind=Subquery(first))

    def headed_by(self, person: Any, day: date) -> Self:
        """Those a person speaks for: as their head, or by a role granted for them."""
        grants = RoleGrant.objects.on(day).filter(
            person=person, role=RoleGrant.Role.DEPARTMENT_HEAD, department=OuterRef("pk")
        )
        return self.standing(day).filter(Q(head=person) | Exists(grants))

    def with_heads(self) -> Self:
        return self.select_related("head")


@tracked
class Department(TenantModel):
    """A part of the organization. ``group`` is cross-functional and stands outside the tree."""

    class Kind(models.TextChoices):
        DIVISION = "division", _("Division")
        DEPARTMENT = "department", _("Department")
        TEAM = "team", _("Team")
        GROUP = "group", _("Group across departments")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DEPARTMENT)
    head = models.ForeignKey(
        "organizations.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="heads",
        verbose_name=_("head"),
    )
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(DepartmentQuerySet)()

    reviews = models.BooleanField(
        _("drafts are reviewed before they are committed"), default=False, db_default=False
    )

    class Meta(TenantModel.Meta):
        ordering = ["name", "pk"]
        constraints = [
            *locks("head"),
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="department_name_once",
                violation_error_message=_("There is a department of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["division", "department", "team", "group"]),
                name="department_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("department", args=[self.pk])

    @classmethod
    @transaction.atomic
    def add(cls, on: date, parent: "Department | None" = None, **facts: Any) -> "Department":
        """Make a department that stands below another from a day on, or at the top."""
        department = cls.objects.create(**facts)
        department.move(parent, on)
        return department

    @transaction.atomic
    def revise(self, on: date, **changes: Any) -> None:
        """Write down what changed, and nothing else."""
        if "parent" in changes:
            self.move(changes.pop("parent"), on)
        if changes:
            Department.objects.filter(pk=self.pk).update(**changes)
        self.refresh_from_db()

    @transaction.atomic
    def dissolve(self, on: date) -> bool:
        """Be gone from a day on; again changes nothing, and nothing is deleted.

        Raises ValidationError while people or departments still belong to it: they are moved first.
        """
        tree_lock("departments")
        if self.placements.filter(Q(during__endswith=None) | Q(during__endswith__gt=on)).exists():
            message = _("People still belong to %(name)s. Move them first.")
            raise ValidationError(message, "people", {"name": self.name})
        below = DepartmentParent.objects.filter(parent=self)
        if below.filter(Q(during__endswith=None) | Q(during__endswith__gt=on)).exists():
            message = _("Departments still belong to %(name)s. Move them first.")
            raise ValidationError(message, "departments", {"name": self.name})
        standing = Department.objects.filter(pk=self.pk, dissolved_on=None)
        dissolved = standing.update(dissolved_on=on)
        self.refresh_from_db()
        return bool(dissolved)

    def is_dissolved(self, day: date) -> bool:
        return self.dissolved_on is not None and self.dissolved_on <= day

    def parent_on(self, day: date) -> "Department | None":
        links = DepartmentParent.objects.on(day).filter(department=self)
        link = links.select_related("parent").first()
        return link.parent if link else None

    @transaction.atomic
    def move(self, under: "Department | None", on: date) -> None:
        """Stand below another department from a day on; again changes nothing.

        Raises ValidationError when that would close a circle on any later day (O2).
        """
        tree_lock("departments")
        now = DepartmentParent.objects.on(on).filter(department=self).first()
        if (now.parent_id if now else None) == (under.pk if under else None):
            return
        if under and self.pk in {under.pk, *ancestors_from(under.pk, on)}:
            message = _("A department cannot stand below itself.")
            raise ValidationError({"parent": ValidationError(message, code="circle")})
        DepartmentParent.objects.filter(department=self, during__startswith__gte=on).delete()
        if now and now.pk:
            now.end(on)
        if under:
            DepartmentParent.objects.create(department=self, parent=under, during=from_day(on))


PLANNING_KINDS = (Department.Kind.DEPARTMENT, Department.Kind.DIVISION, Department.Kind.TEAM)


@tracked
class DepartmentParent(Effective):
    """Which department stands below which, and when."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Department, models.CASCADE, related_name="child_links")

    objects: ClassVar = TenantManager.from_queryset(EffectiveQuerySet)()

    class Meta(Effective.Meta):
        constraints = [
            *locks("department", "parent"),
            models.CheckConstraint(
                condition=~Q(department=F("parent")), name="department_is_not_its_own_parent"
            ),
            ExclusionConstraint(
                name="department_has_one_parent_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("department", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]


@dataclass
class Branch:
    """A department where it stands in the tree; ``people`` counts everybody below it too."""

    department: Department
    level: int
    people: int
    above: Department | None = None


def outline(day: date) -> list[Branch]:
    """Return every department below the one it belongs to, by name, with its people.

    Two queries, however many departments there are.
    """
    placed = Q(placements__during__contains=day, placements__is_primary=True)
    standing = Department.objects.standing(day)
    departments = standing.annotate(placed=Count("placements", filter=placed))
    known: dict[UUID | None, Any] = {department.pk: department for department in departments}
    parents = dict(DepartmentParent.objects.on(day).values_list("department_id", "parent_id"))
    below: dict[UUID | None, list[Any]] = defaultdict(list)
    for department in known.values():
        below[parents.get(department.pk)].append(department)

    def walk(department: Any, level: int) -> list[Branch]:
        lower = [b for child in below[department.pk] for b in walk(child, level + 1)]
        people = department.placed + sum(b.people for b in lower if b.level == level + 1)
        above = known.get(parents.get(department.pk))
        return [Branch(department, level, people, above), *lower]

    return [branch for root in below[None] for branch in walk(root, 1)]


def ancestors_from(department: UUID, day: date) -> set[UUID]:
    """Return everything above a department on that day or any later one."""
    links = DepartmentParent.objects.filter(Q(during__endswith__gt=day) | Q(during__endswith=None))
    return reachable({department}, links.values_list("department_id", "parent_id"))


def subtree_ids(departments: Iterable[UUID], day: date) -> set[UUID]:
    """Return the departments and everything below them on a day, in one query."""
    start = set(departments)
    links = DepartmentParent.objects.on(day).values_list("parent_id", "department_id")
    return start | reachable(start, links)


def reachable(start: set[UUID], links: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    onward = defaultdict(set)
    for here, there in links:
        onward[here].add(there)
    found: set[UUID] = set()
    front = set(start)
    while front:
        front = {there for here in front for there in onward[here]} - found
        found |= front
    return found
