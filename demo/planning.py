"""Tells how departments planned a quarter together: through the verbs that they used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from objectives.models import (
    Dependency,
    Objective,
    ObjectiveValue,
    Part,
    PlanningResponse,
    Value,
)
from objectives.planning import heads_to_tell
from objectives.themes import Named, name_functions
from organizations.models import Cycle, Department, Person

from .story import Answer, Takes, Together

Move = Callable[[int], None]


@dataclass
class Planning:
    """One quarter's plans among the people and departments there are; the rest is left out.

    ``move`` lets what was written just now have happened so many days after the quarter began.
    """

    story: Together
    people: Mapping[str, Person]
    departments: Mapping[str, Department]
    goals: Mapping[str, Objective]
    cycle: Cycle
    today: date
    move: Move

    def share(self) -> None:
        """Put every departmental draft on the board, and let the others answer."""
        for goal in self.goals.values():
            if goal.is_departmental or goal.is_one_focus:
                tell = heads_to_tell(goal, self.today) if goal.is_departmental else []
                goal.share(by=goal.owner, tell=tell)
        self.move(-9)
        answers = [answer for answer in self.story.answers if self.knows(answer)]
        for answer in answers:
            self.give(answer)
        self.move(-7)
        for answer in answers:
            self.settle(answer)
        self.move(-5)

    def knows(self, answer: Answer) -> bool:
        return answer.goal in self.goals and answer.by in self.headed

    @cached_property
    def headed(self) -> dict[str, Department]:
        """Return the department each head speaks for beside the others."""
        heads = {person.pk: short for short, person in self.people.items()}
        planning = Department.objects.planning(self.today)
        return {heads[one.head_id]: one for one in planning if one.head_id in heads}

    def give(self, answer: Answer) -> None:
        need = {}
        if answer.stance == PlanningResponse.Stance.NEED:
            need = {"wanted_on": self.on(answer.wanted), "dependent": self.goals.get(answer.for_)}
        objective, department = self.goals[answer.goal], self.headed[answer.by]
        by = self.people[answer.by]
        PlanningResponse.give(objective, department, by, answer.stance, answer.text, **need)

    def settle(self, answer: Answer) -> None:
        """Answer a need, as far as the story says how."""
        asked = Dependency.objects.filter(
            objective=self.goals[answer.goal], asker=self.headed[answer.by]
        )
        need, by, promised = asked.first(), self.goals[answer.goal].owner, self.on(answer.promised)
        if need is None:
            return
        if answer.then in {"accept", "keep"} and promised:
            need.accept(by, promised)
        elif answer.then == "counter" and promised:
            need.counter(by, promised, answer.words)
            need.agree(self.people[answer.by])
        elif answer.then == "decline":
            need.decline(by, answer.words)

    def keep(self) -> None:
        """Let what was promised and has come be there."""
        for answer in self.story.answers:
            day = self.on(answer.promised)
            if answer.then == "keep" and self.knows(answer) and day and day < self.today:
                asker = self.headed[answer.by]
                promised = Dependency.objects.filter(objective=self.goals[answer.goal], asker=asker)
                if need := promised.first():
                    need.keep(self.goals[answer.goal].owner)

    def on(self, days: int) -> date | None:
        return self.cycle.start + timedelta(days=days) if days else None

    def name_functions(self) -> None:
        """Say who carries each theme, before anybody commits it."""
        for short, takes in self.story.functions.items():
            if theme := self.goals.get(short):
                named = [self.named(theme, one) for one in takes if one.by in self.people]
                name_functions(theme, theme.owner, named, "" if len(named) > 3 else "A small story")
        for name, meaning, lived_by in self.story.values:
            author = next(iter(self.people.values()))
            value = Value.objects.create(name=name, meaning=meaning, created_by=author)
            for short in lived_by:
                if theme := self.goals.get(short):
                    ObjectiveValue.objects.create(objective=theme, value=value)

    def named(self, theme: Objective, takes: Takes) -> Named:
        key_results = list(theme.key_results.all())
        return Named(
            name=takes.name,
            department=self.departments.get(takes.name),
            stakeholder=self.people[takes.by],
            key_results=frozenset(key_results[place].pk for place in takes.works_on),
        )

    def take_parts(self) -> None:
        """Ask every department for its part in the one focus, and let most of them take it."""
        for one in self.story.parts:
            objective, department = self.goals.get(one.goal), self.departments.get(one.department)
            if objective is None or department is None:
                continue
            Part.ask(objective, department, by=objective.owner)
            owner = self.people.get(one.by)
            if owner:
                linked = self.goals.get(one.linked)
                Part.take(objective, department, owner, owner=owner, line=one.line, linked=linked)
        self.move(2)
