"""An objective with its key results and its place in the tree, written down as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from organizations.models import Person
from organizations.tenancy import tree_lock

from .linking import ask_what_waits, choose_parent
from .models import Goal, KeyResult, Milestone, Objective, Review
from .progress import progress
from .rollup import roll_up_from


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
    milestones: list[str] = field(default_factory=list)
    lower: Decimal | None = None
    upper: Decimal | None = None
    red_low: Decimal | None = None
    red_high: Decimal | None = None
    source: str = ""
    rubric: str = ""


@transaction.atomic
def draft(
    by: Person, key_results: Sequence[Written], parent: Goal | None, **fields: Any
) -> Objective:
    """Begin an objective with whatever is known of it already."""
    tree_lock("objectives")
    objective = Objective.draft(by=by, **fields)
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
    **fields: Any,
) -> bool:
    """Change all of it, unless somebody else did since ``version``; return whether this won.

    After the lock what was committed to changes by change_requests.py alone.
    """
    tree_lock("objectives")
    if not objective.revise(by=by, version=version, **fields):
        return False
    write_key_results(objective, key_results, by)
    choose_parent(objective, parent, by=by)
    ask_what_waits(objective, by=by)
    roll_up_from([objective.pk], on=by.organization.today(), by=by)
    return True


@transaction.atomic
def revise_freely(
    objective: Objective, by: Person, version: int, parent: Goal | None, **fields: Any
) -> bool:
    """Change what nobody promised: the frame, and where it stands in the tree; see ``revise``."""
    tree_lock("objectives")
    if not objective.revise(by=by, version=version, **fields):
        return False
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
    """Write one down; its measure and unit stay once it has a check-in (K2)."""
    key_result.title, key_result.position = one.title, position
    key_result.start, key_result.target, key_result.weight = one.start, one.target, one.weight
    key_result.direction, key_result.decimals = one.direction, one.decimals
    key_result.lower, key_result.upper = one.lower, one.upper
    key_result.red_low, key_result.red_high = one.red_low, one.red_high
    key_result.source, key_result.rubric = one.source, one.rubric
    key_result.owner = one.owner or key_result.objective.owner
    if key_result.checked_in_on is None:
        key_result.measure, key_result.unit = one.measure, one.unit
    key_result.save()
    write_milestones(key_result, one.milestones)
    key_result.progress = progress(key_result.facts())
    key_result.save(update_fields=["progress"])


def write_milestones(key_result: KeyResult, titles: Sequence[str]) -> None:
    """Keep the milestones that are still named, so that what was done stays done."""
    before = {step.title: step for step in key_result.milestones.all()}
    for title in before.keys() - set(titles):
        before[title].delete()
    for position, title in enumerate(dict.fromkeys(titles)):
        step = before.get(title) or Milestone(key_result=key_result, title=title)
        step.position = position
        step.save()
