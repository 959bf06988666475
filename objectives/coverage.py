"""How far the company stands behind its one focus: departments and people (R30 to R33, domain §3).

Coverage = departments with an owned part ÷ departments, and people linked ÷ people. A person is
linked who owns the focus, a part, or a public objective or key result that leads up to it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db import connection

from organizations.models import Department, Person, Placement
from organizations.models.department import DepartmentParent
from organizations.tenancy import current_organization_id

from .models import Alignment, Objective, Part


@dataclass
class Row:
    """A department: its part, and how many of its people are linked."""

    department: Department
    part: Part | None
    people: int
    linked: int

    @property
    def is_owned(self) -> bool:
        return self.part is not None and self.part.owner is not None


def competes(objective: Objective, person: Person) -> bool:
    """Whether a live company objective runs beside a one focus and does not lead up to it."""
    company = objective.level == Objective.Level.COMPANY and not objective.is_one_focus
    if not company or objective.is_draft or not objective.is_open:
        return False
    links = Alignment.objects.contributing().filter(child=objective).values("parent")
    cycle = objective.cycle
    beside = Objective.objects.visible_to(person).one_focus_between(cycle.start, cycle.end)
    return beside.exclude(pk__in=links).exists()


class Coverage:
    """One focus as its board shows it; a fixed number of statements."""

    def __init__(self, objective: Objective, person: Person, today: date) -> None:
        self.objective, self.person, self.today = objective, person, today

    @cached_property
    def parts(self) -> list[Part]:
        """Return the open parts; a linked objective that the reader may not see is left out."""
        parts = Part.objects.open().filter(objective=self.objective)
        found = list(parts.select_related("owner", "department"))
        named = {part.linked_id for part in found if part.linked_id}
        visible = Objective.objects.visible_to(self.person).in_bulk(named)
        for part in found:
            part.linked = visible.get(part.linked_id) if part.linked_id else None
        return found

    @cached_property
    def rows(self) -> list[Row]:
        departments = Department.objects.planning(self.today).with_heads()
        parts = {part.department_id: part for part in self.parts}
        people, linked = self._placed()
        rows = [Row(d, parts.get(d.pk), people[d.pk], linked[d.pk]) for d in departments]
        return sorted(rows, key=lambda row: row.is_owned)

    @cached_property
    def beside(self) -> list[Part]:
        """Return the parts of departments that are not counted, but stand: a division, a team."""
        counted = {row.department.pk for row in self.rows}
        others = [part for part in self.parts if part.department_id not in counted]
        return [part for part in others if not part.department.is_dissolved(self.today)]

    @cached_property
    def orphaned(self) -> list[Part]:
        """Return the parts of dissolved departments: somebody has to decide about each."""
        return [part for part in self.parts if part.department.is_dissolved(self.today)]

    @property
    def owned(self) -> int:
        return sum(row.is_owned for row in self.rows)

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if not row.is_owned]

    @cached_property
    def present(self) -> set[UUID]:
        return set(Person.objects.present(self.today).values_list("pk", flat=True))

    @cached_property
    def linked(self) -> set[UUID]:
        """Return the people who are linked and still here."""
        with connection.cursor() as cursor:
            ids = {"organization": current_organization_id(), "focus": self.objective.pk}
            cursor.execute(LINKED, ids)
            return {pk for (pk,) in cursor.fetchall()} & self.present

    def _placed(self) -> tuple[Counter[UUID], Counter[UUID]]:
        """Count people and linked people for every department, with all that is below it."""
        links = DepartmentParent.objects.on(self.today).values_list("department_id", "parent_id")
        above = dict(links)
        placements = Placement.objects.on(self.today).filter(is_primary=True)
        people: Counter[UUID] = Counter()
        linked: Counter[UUID] = Counter()
        for person, department in placements.values_list("person_id", "department_id"):
            here: UUID | None = department
            while here and person in self.present:
                people[here] += 1
                linked[here] += person in self.linked
                here = above.get(here)
        return people, linked


LINKED = """
WITH RECURSIVE below AS (
    SELECT o.id, o.organization_id FROM objectives_objective o
     WHERE o.organization_id = %(organization)s AND (o.id = %(focus)s OR o.id IN (
           SELECT p.linked_id FROM objectives_part p
            WHERE p.organization_id = %(organization)s AND p.objective_id = %(focus)s
              AND p.ended_at IS NULL
              AND p.owner_id IS NOT NULL))
    UNION
    SELECT o.id, o.organization_id FROM below b
      JOIN objectives_alignment a
        ON a.organization_id = b.organization_id AND a.parent_id = b.id
       AND a.kind = 'contributes' AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
      JOIN objectives_objective o ON o.id = a.child_id
       AND o.committed_at IS NOT NULL AND o.closed_at IS NULL AND o.cancelled_at IS NULL
       AND o.visibility = 'public'
), counted AS (
    SELECT o.id, o.owner_id FROM below b JOIN objectives_objective o ON o.id = b.id
     WHERE o.visibility = 'public'
)
SELECT owner_id FROM counted
 UNION SELECT k.owner_id FROM counted c JOIN objectives_keyresult k ON k.objective_id = c.id
 UNION SELECT p.owner_id FROM objectives_part p
        WHERE p.organization_id = %(organization)s AND p.objective_id = %(focus)s
          AND p.ended_at IS NULL AND p.owner_id IS NOT NULL
"""
