"""The planning board: departments' objectives side by side, and what others say (R22 to R24)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from organizations.models import Cycle, Department, Person

from .models import Dependency, Objective, PlanningResponse
from .permissions import can_respond, departments_of

Stance = PlanningResponse.Stance


@dataclass
class Plan:
    """A departmental objective with the answers to it, and who has not answered yet."""

    objective: Objective
    responses: list[PlanningResponse]
    dependencies: list[Dependency]
    silent: list[Department]
    answering: list[Department]

    @property
    def asked(self) -> int:
        return len(self.responses) + len(self.silent)

    @property
    def counts(self) -> list[tuple[Any, int]]:
        return [(one, sum(r.stance == one for r in self.responses)) for one in Stance]

    @property
    def own(self) -> PlanningResponse | None:
        """What the reader's department has said, if it has."""
        mine = {department.pk for department in self.answering}
        return next((one for one in self.responses if one.department_id in mine), None)

    @property
    def waits(self) -> bool:
        """Whether the reader's own department has not answered yet."""
        silent = {department.pk for department in self.silent}
        return any(department.pk in silent for department in self.answering)


@dataclass
class Row:
    department: Department
    plans: list[Plan] = field(default_factory=list)


class Board:
    """One cycle's departmental objectives as one person sees them.

    A fixed number of statements, however many departments and objectives there are.
    """

    def __init__(self, person: Person, cycle: Cycle, today: date) -> None:
        self.person, self.cycle, self.today = person, cycle, today
        self.mine = departments_of(person)
        on_board = Objective.objects.on_the_board(cycle).visible_to(person)
        self.objectives = list(on_board.with_people().order_by("title", "pk"))
        owning = {one.department_id for one in self.objectives}
        planning = Department.objects.planning(today).values("pk")
        here = Department.objects.filter(Q(pk__in=planning) | Q(pk__in=owning))
        self.departments = list(here.with_heads())

    @cached_property
    def rows(self) -> list[Row]:
        """Return every department with its plans; those without any are shown too."""
        plans = defaultdict(list)
        for plan in plans_of(self.objectives, self.departments, self.person, self.mine):
            plans[plan.objective.department_id].append(plan)
        rows = [Row(department, plans[department.pk]) for department in self.departments]
        mine = {department.pk for department in self.mine}
        # The reader's own stands first: that is where answers came in.
        return sorted(rows, key=lambda row: (row.department.pk not in mine, not row.plans))

    @property
    def plans(self) -> list[Plan]:
        return [plan for row in self.rows for plan in row.plans]

    @property
    def asked(self) -> int:
        return sum(plan.asked for plan in self.plans)

    @property
    def answered(self) -> int:
        return sum(len(plan.responses) for plan in self.plans)

    @property
    def unsettled(self) -> int:
        return sum(one.is_unsettled for plan in self.plans for one in plan.dependencies)

    @property
    def promised(self) -> int:
        return sum(one.is_promised for plan in self.plans for one in plan.dependencies)

    @property
    def waiting(self) -> int:
        return sum(plan.waits for plan in self.plans)


def plans_of(
    objectives: Iterable[Objective],
    departments: Iterable[Department],
    person: Person,
    mine: list[Department],
) -> list[Plan]:
    """Return what is said to each objective, in two statements."""
    objectives, departments = list(objectives), list(departments)
    said = by_objective(
        PlanningResponse.objects.filter(objective__in=objectives).select_related(
            "author", "department"
        )
    )
    needs = by_objective(dependencies_on(objectives, person))
    return [
        Plan(
            one,
            said[one.pk],
            needs[one.pk],
            silent_on(one, departments, said[one.pk]),
            [d for d in mine if can_respond(one, [d]) and d in departments],
        )
        for one in objectives
    ]


def dependencies_on(objectives: Iterable[Objective], person: Person) -> list[Dependency]:
    """Return what is needed of these; a dependent that the person may not see is left out (V2)."""
    found = list(Dependency.objects.filter(objective__in=objectives).with_ends())
    return without_hidden_dependents(found, person)


def without_hidden_dependents(found: list[Dependency], person: Person) -> list[Dependency]:
    named = {one.dependent_id for one in found if one.dependent_id}
    visible = Objective.objects.visible_to(person).in_bulk(named) if named else {}
    for one in found:
        one.dependent = visible.get(one.dependent_id) if one.dependent_id else None
    return found


def by_objective(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.objective_id].append(row)
    return found


def silent_on(
    objective: Objective, departments: list[Department], responses: list[PlanningResponse]
) -> list[Department]:
    answered = {one.department_id for one in responses} | {objective.department_id}
    return [department for department in departments if department.pk not in answered]


def unanswered(person: Person, departments: list[Department], cycles: Iterable[Cycle]) -> int:
    """Count the shared drafts of these cycles that a person's departments have said nothing to."""
    drafts = Objective.objects.drafts().filter(shared_at__isnull=False, cycle__in=cycles)
    others = drafts.filter(kind=Objective.Kind.DEPARTMENTAL).visible_to(person)
    answered = PlanningResponse.objects.filter(department__in=departments).values("objective")
    return others.exclude(department__in=departments).exclude(pk__in=answered).count()


def heads_to_tell(objective: Objective, day: date) -> list[Person]:
    """Return the heads of the departments that plan beside an objective's own."""
    planning = Department.objects.planning(day).with_heads()
    others = [one for one in planning if one.pk != objective.department_id]
    return [one.head for one in others if one.head]
