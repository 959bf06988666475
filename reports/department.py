"""A department at a glance: what it wants to achieve, who is in it, what nobody sees linked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from uuid import UUID

from objectives.models import Objective, Snapshot
from objectives.models.objective import ObjectiveQuerySet
from objectives.scoring import Foresight, calibration
from objectives.standing import Yardstick
from organizations.models import Cycle, Department, Person
from organizations.models.department import DepartmentParent, subtree_ids
from organizations.models.person import PersonQuerySet

OBJECTIVES_SHOWN = 100
SMALLEST_GROUP = 5


@dataclass
class DepartmentReport:
    """A department with all that is below it, as one person sees it in one cycle (None: today)."""

    department: Department
    person: Person
    cycle: Cycle | None
    today: date

    @cached_property
    def subtree(self) -> set[UUID]:
        return subtree_ids([self.department.pk], self.day)

    @property
    def span(self) -> tuple[date, date]:
        return (self.cycle.start, self.cycle.end) if self.cycle else (self.today, self.today)

    @property
    def day(self) -> date:
        """Return the day whose places count: today, or the nearest of the cycle."""
        start, end = self.span
        return min(max(self.today, start), end)

    @property
    def people(self) -> PersonQuerySet:
        places = Department.objects.filter(pk__in=self.subtree)
        found: PersonQuerySet = Person.objects.present(self.day).in_departments(places, self.day)
        return found

    @property
    def population(self) -> ObjectiveQuerySet:
        """What is committed in that time by the department, or by its people for themselves."""
        start, end = self.span
        seen: ObjectiveQuerySet = Objective.objects.committed().visible_to(self.person)
        running = seen.filter(cycle__start__lte=end, cycle__end__gte=start)
        return running.of_departments(self.subtree, self.people)

    @cached_property
    def objectives(self) -> list[Objective]:
        found = list(
            self.population.with_people().order_by("level", "title", "pk")[:OBJECTIVES_SHOWN]
        )
        Yardstick(self.person.organization, self.day).hold(*found)
        return found

    @cached_property
    def count(self) -> int:
        return self.population.count()

    @property
    def left(self) -> int:
        return self.count - len(self.objectives)

    @cached_property
    def unlinked(self) -> int:
        return self.population.unlinked().count()

    @cached_property
    def people_count(self) -> int:
        return self.people.count()

    @cached_property
    def without_objective(self) -> int:
        """How many of its people own nothing here that the reader may see.

        Fewer than five people are not counted apart: that would point at somebody (domain §12).
        """
        if self.people_count < SMALLEST_GROUP:
            return 0
        return self.people.exclude(pk__in=self.population.values("owner")).count()

    @cached_property
    def calibration(self) -> Decimal | None:
        """Return how well confidence foretold what was reached, of what is closed (domain §4).

        It belongs to a cycle that is over, and is None for fewer than five people.
        """
        if self.cycle is None or self.cycle.end >= self.today:
            return None
        taken = Snapshot.objects.filter(objective__in=self.population.order_by().values("pk"))
        lines = chain.from_iterable(taken.order_by().values_list("key_results", flat=True))
        return calibration(
            Foresight(one["owner"], one["confidence"], hit=Decimal(one["score"]) >= 1)
            for one in lines
            if one["confidence"] and one["score"] is not None and not one["dropped"]
        )

    @cached_property
    def below(self) -> list[Department]:
        links = DepartmentParent.objects.on(self.day).filter(parent=self.department)
        return list(Department.objects.filter(pk__in=links.values("department")))
