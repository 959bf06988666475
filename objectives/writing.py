"""An objective with its key results and its place in the tree, written down as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from organizations.models import Department, Person
from organizations.tenancy import tree_lock

from .linking import ask_what_waits, choose_parent
from .models import Goal, KeyResult, Milestone, Objective, Reader, Review
from .progress import LIMITS, Aggregation, Direction, Expectation, progress
from .rollup import roll_up_from


class Step(NamedTuple):
    """One milestone as somebody wrote it; without ``pk`` it is known by its title, or new."""

    title: str
    weight: int = 1
    due_on: date | None = None
    pk: UUID | None = None


@dataclass(frozen=True)
class Written:
    """One key result as somebody wrote it; ``pk`` is None for a new one."""

    pk: UUID | None
    title: str
    measure: str
    direction: str
    start: Decimal | None
    target: Decimal | None
    unit: str = ""
    decimals: int = 0
    weight: int = 1
    owner: Person | None = None
    milestones: list[Step] = field(default_factory=list)
    lower: Decimal | None = None
    upper: Decimal | None = None
    red_low: Decimal | None = None
    red_high: Decimal | None = None
    source: str = ""
    rubric: str = ""
    by_percent: Decimal | None = None
    aggregation: str = Aggregation.LATEST
    expectation: str = Expectation.LINEAR
    points: Sequence[tuple[date, Decimal]] = ()
    horizon: date | None = None
    checkpoint: Decimal | None = None


@transaction.atomic
def draft(
    by: Person,
    key_results: Sequence[Written],
    parent: Goal | None,
    people: Iterable[Person] = (),
    departments: Iterable[Department] = (),
    **fields: Any,
) -> Objective:
    """Begin an objective with whatever is known of it already."""
    tree_lock("objectives")
    objective = Objective.draft(by=by, **fields)
    name_readers(objective, people, departments)
    write_key_results(objective, key_results, by)
    choose_parent(objective, parent, by=by)
    roll_up_from([objective.pk], on=by.organization.today(), by=by)
    return objective


@transaction.atomic
def revise(
    objective: Objective,
    by: Person,
    version: int,
    key_results: Sequence[Written],
    parent: Goal | None,
    people: Iterable[Person] | None = None,
    departments: Iterable[Department] | None = None,
    **fields: Any,
) -> bool:
    """Change all of it, unless somebody else did since ``version``; return whether this won.

    After the lock what was committed to changes by change_requests.py alone.
    """
    tree_lock("objectives")
    if not objective.revise(by=by, version=version, **fields):
        return False
    if people is not None or departments is not None:
        name_readers(objective, people or (), departments or ())
    write_key_results(objective, key_results, by)
    choose_parent(objective, parent, by=by)
    ask_what_waits(objective, by=by)
    roll_up_from([objective.pk], on=by.organization.today(), by=by)
    return True


@transaction.atomic
def revise_freely(
    objective: Objective,
    by: Person,
    version: int,
    parent: Goal | None,
    people: Iterable[Person] | None = None,
    departments: Iterable[Department] | None = None,
    **fields: Any,
) -> bool:
    """Change what nobody promised: the frame, and where it stands in the tree; see ``revise``."""
    tree_lock("objectives")
    if not objective.revise(by=by, version=version, **fields):
        return False
    if people is not None or departments is not None:
        name_readers(objective, people or (), departments or ())
    choose_parent(objective, parent, by=by)
    ask_what_waits(objective, by=by)
    roll_up_from([objective.pk], on=by.organization.today(), by=by)
    return True


@transaction.atomic
def commit(objective: Objective, by: Person) -> bool:
    """Commit, and let it count from now on in all that stands above."""
    tree_lock("objectives")
    committed = objective.commit(by=by)
    if committed:
        for review in Review.objects.open().filter(objective=objective):
            review.decide(Review.Decision.APPROVED, by)
        ask_what_waits(objective, by=by)
        roll_up_from([objective.pk], on=by.organization.today(), by=by)
    return committed


def name_readers(
    objective: Objective, people: Iterable[Person], departments: Iterable[Department]
) -> None:
    """Let these be the readers named, and nobody else; rolling up is the caller's."""
    wanted: set[tuple[UUID | None, UUID | None]] = {(person.pk, None) for person in people}
    wanted |= {(None, department.pk) for department in departments}
    before = {(row.person_id, row.department_id): row.pk for row in objective.readers.all()}
    gone = [before[named] for named in before.keys() - wanted]
    Reader.objects.filter(pk__in=gone).delete()
    Reader.objects.bulk_create(
        Reader(objective=objective, person_id=person, department_id=department)
        for person, department in wanted - before.keys()
    )


def write_key_results(objective: Objective, written: Sequence[Written], by: Person) -> None:
    """Make the objective's key results these, in this order."""
    before = {one.pk: one for one in objective.key_results.kept()}
    for pk in before.keys() - {one.pk for one in written}:
        remove(before[pk], by)
    for position, one in enumerate(written):
        known = before.get(one.pk) if one.pk else None
        key_result = known or KeyResult(objective=objective)
        write(key_result, one, position)


def remove(key_result: KeyResult, by: Person) -> None:
    """Take a key result out; one with check-ins or links stays, struck through."""
    try:
        key_result.delete()
    except (ProtectedError, RestrictedError):
        drop(key_result, by)


def drop(key_result: KeyResult, by: Person) -> None:
    """Count a key result no longer; it stays on the page, struck through. Again changes nothing."""
    kept = KeyResult.objects.kept().filter(pk=key_result.pk)
    kept.update(dropped_at=timezone.now(), dropped_by=by)


def write(key_result: KeyResult, one: Written, position: int) -> None:
    """Write one down, with what it comes to."""
    describe(key_result, one)
    key_result.position = position
    key_result.owner = one.owner or key_result.objective.owner
    key_result.save()
    write_milestones(key_result, one.milestones)
    key_result.progress = progress(key_result.facts())
    key_result.save(update_fields=["progress"])


def describe(key_result: KeyResult, one: Written) -> None:
    """Let a key result be what was written, saved or not.

    How it is measured stays once somebody has: its measure and unit (K2), and whether it is a
    change, a limit or a number to be found.
    """
    kept = way_of(key_result) if key_result.is_settled else None
    if kept is None:
        key_result.measure, key_result.unit = one.measure, one.unit
    if kept in {None, FAMILIES[Direction(one.direction)]}:
        key_result.direction = one.direction
    key_result.title, key_result.weight, key_result.decimals = one.title, one.weight, one.decimals
    key_result.start, key_result.target, key_result.by_percent = (
        one.start,
        one.target,
        one.by_percent,
    )
    key_result.lower, key_result.upper = one.lower, one.upper
    key_result.red_low, key_result.red_high = one.red_low, one.red_high
    key_result.source, key_result.rubric = one.source, one.rubric
    key_result.aggregation, key_result.expectation = one.aggregation, one.expectation
    key_result.point_days = [day for day, _value in one.points]
    key_result.point_values = [value for _day, value in one.points]
    key_result.horizon, key_result.checkpoint = one.horizon, one.checkpoint


# An increase may become a decrease, and one limit another; a limit never becomes a change.
FAMILIES = {
    Direction.INCREASE: "change",
    Direction.DECREASE: "change",
    Direction.BASELINE: "baseline",
    **dict.fromkeys(LIMITS, "limit"),
}


def way_of(key_result: KeyResult) -> str:
    return FAMILIES[Direction(key_result.direction)]


def write_milestones(key_result: KeyResult, steps: Sequence[Step]) -> None:
    """Keep the milestones that are still named, so that what was done stays done."""
    before = {step.pk: step for step in key_result.milestones.all()}
    titled = {step.title: step for step in before.values()}
    kept = {}
    for position, one in enumerate({one.title: one for one in steps}.values()):
        known = before.get(one.pk) if one.pk else None
        step = known or titled.get(one.title) or Milestone(key_result=key_result)
        step.title, step.weight, step.due_on, step.position = *one[:3], position
        kept[step.pk] = step
    for pk in before.keys() - kept.keys():
        before[pk].delete()
    for step in kept.values():
        step.save()
    key_result.hold_milestones(kept.values())
