"""Carrying an objective over to the next cycle: a draft that remembers its origin (domain §8)."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from activity.models import Event
from organizations.models import Cycle, Person
from organizations.tenancy import tree_lock

from .alignment import path_up
from .change_requests import turned, written_of
from .models import KeyResult, Objective, ObjectiveValue, Snapshot, Value
from .progress import Expectation
from .themes import Named, name_functions
from .writing import Step, Written, draft

KEPT = ["title", "why", "kind", "level", "department", "ambition", "basis"]
KEPT += ["visibility", "manager_chain", "shares_number", "challenge", "challenge_words"]
GOES_ON = {Snapshot.Decision.CONTINUE, Snapshot.Decision.RESTART}


@transaction.atomic
def carry_over(objective: Objective, by: Person, cycle: Cycle) -> Objective:
    """Begin a draft of a closed objective in another cycle; again returns the one there is.

    Key results that continue start from their last value, those that restart from where they once
    did; what was done or dropped stays behind. Everything in it can be edited.
    """
    tree_lock("objectives")
    if there := Objective.objects.filter(carried_from=objective).first():
        return there
    decisions = decisions_of(objective)
    key_results = [
        carried(one, decisions[one.pk], cycle)
        for one in objective.key_results.kept().select_related("owner")
        if decisions[one.pk] in GOES_ON
    ]
    today = by.organization.today()
    owner = by if objective.owner.has_left(today) else objective.owner
    said: dict[str, Any] = {name: getattr(objective, name) for name in KEPT}
    named = objective.readers.select_related("person", "department")
    made = draft(
        by=by,
        key_results=key_results,
        parent=parent_of(objective, by),
        owner=owner,
        cycle=cycle,
        carried_from=objective,
        times_carried=objective.times_carried + 1,
        people=[one.person for one in named if one.person],
        departments=[one.department for one in named if one.department],
        **said,
    )
    carry_theme(objective, made, by)
    Event.record("objective_carried", objective.pk, by, other=made.pk, cycle=cycle.label)
    return made


def carry_theme(objective: Objective, made: Objective, by: Person) -> None:
    """Let the same functions take part, and name the same values, as far as they are still here.

    Who has left is no stakeholder any more; a key result is known again by its title.
    """
    ObjectiveValue.choose(made, Value.objects.filter(uses__objective=objective, archived_at=None))
    new = {one.title: one.pk for one in made.key_results.all()}
    today = by.organization.today()
    functions = objective.functions.select_related("stakeholder", "department")
    named = [
        Named(
            one.name,
            one.stakeholder,
            one.department,
            key_results=frozenset(
                new[link.key_result.title]
                for link in one.key_result_links.all()
                if link.key_result.title in new
            ),
        )
        for one in functions.prefetch_related("key_result_links__key_result")
        if not one.stakeholder.has_left(today)
    ]
    if named:
        name_functions(made, by, named, objective.functions_reason)


def decisions_of(objective: Objective) -> dict[Any, str]:
    """Return what was decided of each key result; where nobody decided, it continues."""
    snapshot = Snapshot.objects.filter(objective=objective).first()
    entries = snapshot.key_results if snapshot else []
    said = {entry["pk"]: entry["decision"] for entry in entries}
    return {
        one.pk: said.get(str(one.pk)) or Snapshot.Decision.CONTINUE
        for one in objective.key_results.all()
    }


def carried(key_result: KeyResult, decision: str, cycle: Cycle) -> Written:
    """Return a key result as the next cycle begins with it, without its check-ins.

    Days that will be over stay behind; what goes on beyond the next cycle too needs a checkpoint
    for it, which its owner knows.
    """
    one = replace(written_of(key_result), pk=None)
    beyond = one.horizon is not None and one.horizon > cycle.end
    last = max(one.horizon or cycle.end, cycle.end)
    points = [(day, value) for day, value in one.points if cycle.start < day < last]
    phased = one.expectation == Expectation.PHASED and (points or one.milestones)
    one = replace(
        one,
        milestones=[carried_step(step, cycle) for step in one.milestones],
        points=points,
        expectation=one.expectation if phased else usual(one.expectation),
        horizon=one.horizon if beyond else None,
        checkpoint=None,
    )
    if decision == Snapshot.Decision.RESTART:
        return one
    done = set(key_result.done_milestones)
    known = zip(key_result.milestones.all(), one.milestones, strict=True)
    left = [new for step, new in known if step.pk not in done]
    one = replace(one, milestones=left or one.milestones)
    if key_result.is_change and key_result.current is not None:
        # What has reached its target wants a new one, which its owner knows.
        target = None if key_result.current == one.target else one.target
        one = turned(replace(one, start=key_result.current, target=target, by_percent=None))
    return one


def carried_step(step: Step, cycle: Cycle) -> Step:
    due_on = step.due_on if step.due_on and step.due_on > cycle.start else None
    return step._replace(pk=None, due_on=due_on)


def usual(expectation: str) -> str:
    """Phases that are over leave an even way; an end-loaded one stays."""
    return Expectation.LINEAR if expectation == Expectation.PHASED else expectation


def parent_of(objective: Objective, by: Person) -> Objective | None:
    """Return what the new one contributes to: the parent, or what that was carried over to."""
    above = path_up(objective.pk)[:1]
    offered = Objective.objects.offered_as_parent(by)
    return offered.filter(carried_from__in=above).first() or offered.filter(pk__in=above).first()


def next_cycles(objective: Objective, by: Person) -> Any:
    """Return the cycles it may be carried to, first those of its own length."""
    today = by.organization.today()
    later = Cycle.objects.plannable(today).filter(start__gt=objective.cycle.start)
    return later.order_by("start", "end")
