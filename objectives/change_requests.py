"""Changing what was committed, after the lock: asked for with a reason, decided, applied as one.

Until the lock an objective is edited freely; after it the words that were committed to, and what
counts, change by a request (domain §8). What was first committed to stays as the baseline.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import tree_lock

from .models import Baseline, Change, ChangeRequest, KeyResult, Objective
from .progress import Aggregation, Direction, KeyResultFacts, Measure
from .rollup import roll_up_from
from .writing import Step, Written, drop, write

# What is said of an objective that a change request must carry; the rest is edited freely.
COMMITTED_TO = ["title", "kind", "level", "ambition", "basis"]
# Who counts it, and in how many decimals, is nothing that was promised.
FREE = {"pk", "owner", "decimals"}
PROMISED = [one.name for one in fields(Written) if one.name not in FREE]
# Fixed once there is a check-in (K2), so that no request asks for it in vain.
FIXED_BY_CHECK_INS = {"measure", "unit"}
# The numbers of a key result, in its own unit.
NUMBERS = ["start", "target", "lower", "upper", "red_low", "red_high", "checkpoint"]
# Of these, what the arithmetic reads; a baseline keeps them, as this cycle's target its checkpoint.
COUNTED_BY = [name for name in NUMBERS if name != "checkpoint"]


@dataclass(frozen=True)
class Asked:
    """Why something should change, and from when."""

    reason: str
    words: str
    effective_on: date
    submission: UUID


def written_of(key_result: KeyResult) -> Written:
    """Return a key result as it stands, in the form in which it is written down."""
    stored = {
        one.name: getattr(key_result, one.name)
        for one in fields(Written)
        if one.name not in {"pk", "milestones"}
    }
    steps = [
        Step(step.title, step.weight, step.due_on, step.pk) for step in key_result.milestones.all()
    ]
    return Written(pk=key_result.pk, milestones=steps, **stored)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it; numbers as text, without zeros that say nothing."""
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Step():
            return {name: plain(part) for name, part in value._asdict().items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value


def found(objective: Objective, key_results: Sequence[Written], **said: Any) -> list[Change]:
    """Return how what somebody wrote differs from what was committed to; nothing is saved."""
    changes = [
        Change(field=name, old=plain(getattr(objective, name)), new=plain(said[name]))
        for name in COMMITTED_TO
        if name in said and said[name] != getattr(objective, name)
    ]
    kept = {one.pk: one for one in objective.key_results.all() if not one.is_dropped}
    for one in key_results:
        if one.pk in kept:
            changes += differences(kept[one.pk], one)
        else:
            new = {name: plain(getattr(one, name)) for name in PROMISED}
            new["owner"] = str(one.owner.pk) if one.owner else None
            changes.append(Change(field=Change.ADDED, new=new))
    for pk in kept.keys() - {one.pk for one in key_results}:
        changes.append(Change(field=Change.DROPPED, key_result=kept[pk], old=kept[pk].title))
    for position, change in enumerate(changes):
        change.position = position
    return changes


def differences(key_result: KeyResult, one: Written) -> list[Change]:
    stands = written_of(key_result)
    fixed = FIXED_BY_CHECK_INS if key_result.checked_in_on else set()
    return [
        Change(
            key_result=key_result,
            field=name,
            old=plain(getattr(stands, name)),
            new=plain(getattr(one, name)),
        )
        for name in PROMISED
        if name not in fixed and plain(getattr(one, name)) != plain(getattr(stands, name))
    ]


@transaction.atomic
def ask(objective: Objective, changes: Iterable[Change], by: Person, asked: Asked) -> ChangeRequest:
    """Ask for changes; whoever may decide them has decided by asking.

    The same submission again returns the request it made.
    """
    tree_lock("objectives")
    request, made = ChangeRequest.objects.get_or_create(
        submission=asked.submission,
        defaults={
            "objective": objective,
            "reason": asked.reason,
            "words": asked.words,
            "effective_on": asked.effective_on,
            "requested_by": by,
        },
    )
    if not made:
        return request
    for change in changes:
        change.request = request
        change.save()
    above = objective.decider
    tell = [*objective.audience(), *([above] if above else [])]
    Event.record("change_requested", objective.pk, by, tell=tell, note=request.words)
    if by == (above or objective.owner):
        accept(request, by)
    return request


@transaction.atomic
def accept(request: ChangeRequest, by: Person, answer: str = "") -> bool:
    """Let the change take effect, all of it or nothing; accepting again changes nothing.

    Raises ValidationError when something it speaks of has changed since, or the objective is over.
    """
    tree_lock("objectives")
    objective = Objective.objects.select_related("cycle", "owner").get(pk=request.objective_id)
    if not request.decide(ChangeRequest.Decision.ACCEPTED, by, answer):
        return False
    if not objective.is_open:
        raise ValidationError(_("The objective is over, so nothing of it changes."), code="over")
    keep_baseline(objective)
    apply(request, objective, by)
    roll_up_from([objective.pk], on=by.organization.today())
    tell = [*objective.audience(), request.requested_by]
    Event.record("change_accepted", objective.pk, by, tell=tell, note=answer)
    return True


@transaction.atomic
def decline(request: ChangeRequest, by: Person, answer: str) -> bool:
    """Leave everything as it is and say why; declining again changes nothing."""
    declined = request.decide(ChangeRequest.Decision.DECLINED, by, answer)
    if declined:
        tell = [*request.objective.audience(), request.requested_by]
        Event.record("change_declined", request.objective_id, by, tell=tell, note=answer)
    return declined


def withdraw(request: ChangeRequest, by: Person) -> bool:
    """Ask no longer; again changes nothing."""
    return request.decide(ChangeRequest.Decision.WITHDRAWN, by)


def apply(request: ChangeRequest, objective: Objective, by: Person) -> None:
    changes = list(request.changes.select_related("key_result"))
    own = {one.field: one for one in changes if one.field in COMMITTED_TO and not one.key_result}
    for name, change in own.items():
        refuse_stale(change, plain(getattr(objective, name)))
    said = {name: change.new for name, change in own.items()}
    objective.revise(by=by, version=objective.version, **said)
    rows = {one.pk: one for one in objective.key_results.select_related("owner")}
    for key_result in rows.values():
        key_result.objective = objective
        about = [one for one in changes if one.key_result_id == key_result.pk]
        if about:
            apply_to(key_result, about, by)
    for change in changes:
        if change.field == Change.ADDED:
            add(objective, change, position=len(rows))


def apply_to(key_result: KeyResult, changes: Iterable[Change], by: Person) -> None:
    stands = written_of(key_result)
    said = {}
    for change in changes:
        if key_result.is_dropped:
            refuse_stale(change, None)
        if change.field == Change.DROPPED:
            drop(key_result, by)
            return
        refuse_stale(change, plain(getattr(stands, change.field)))
        said[change.field] = read(change.field, change.new)
    write(key_result, turned(replace(stands, **said)), key_result.position)


def refuse_stale(change: Change, stands: Any) -> None:
    if change.old != stands:
        raise ValidationError(
            _("Something in it has changed since. Decline it, and let it be asked for again."),
            code="stale",
        )


def add(objective: Objective, change: Change, position: int) -> None:
    new: Any = change.new
    said = {name: read(name, new[name]) for name in PROMISED if name in new}
    owner = Person.objects.filter(pk=new.get("owner")).first()
    one = Written(pk=None, owner=owner, decimals=decimals_in(said), **said)
    write(KeyResult(objective=objective), one, position)


def read(name: str, value: Any) -> Any:
    """Return a value from JSON as the key result's field holds it."""
    if name == "milestones":
        return [step_from(one) for one in value]
    if name == "points":
        return [(date.fromisoformat(day), Decimal(number)) for day, number in value]
    return KeyResult._meta.get_field(name).to_python(value)  # type: ignore[union-attr]


def step_from(said: Mapping[str, Any]) -> Step:
    due_on, pk = said["due_on"], said["pk"]
    return Step(
        said["title"],
        said["weight"],
        date.fromisoformat(due_on) if due_on else None,
        UUID(pk) if pk else None,
    )


def turned(one: Written) -> Written:
    """Let a change of start or target also turn the direction it goes, and show its decimals."""
    ways = {Direction.INCREASE, Direction.DECREASE}
    if one.direction in ways and one.start is not None and one.target is not None:
        way = Direction.DECREASE if one.target < one.start else Direction.INCREASE
        one = replace(one, direction=way)
    said = {name: getattr(one, name) for name in NUMBERS}
    return replace(one, decimals=max(one.decimals, decimals_in(said)))


def decimals_in(said: Mapping[str, Any]) -> int:
    exponents = [
        value.normalize().as_tuple().exponent
        for value in said.values()
        if isinstance(value, Decimal) and value
    ]
    return max((-one for one in exponents if isinstance(one, int)), default=0)


# What was committed to.


def keep_baseline(objective: Objective) -> None:
    """Keep what was committed to, before it is changed for the first time after the lock."""
    key_results = [
        one
        for one in objective.key_results.prefetch_related("milestones")
        if one.dropped_at is None
    ]
    Baseline.objects.get_or_create(
        objective=objective,
        defaults={"title": objective.title, "key_results": [kept(one) for one in key_results]},
    )


def kept(key_result: KeyResult) -> dict[str, Any]:
    facts = key_result.facts()
    numbers = {name: plain(getattr(facts, name)) for name in COUNTED_BY}
    return {
        "pk": str(key_result.pk),
        "title": key_result.title,
        "weight": key_result.weight,
        "measure": key_result.measure,
        "direction": key_result.direction,
        "aggregation": key_result.aggregation,
        "milestones": [[str(step.pk), step.weight] for step in key_result.milestones.all()],
        **numbers,
    }


def original_facts(key_result: KeyResult, entry: Mapping[str, Any]) -> KeyResultFacts:
    """What the arithmetic would be told if the key result were still as in its baseline."""
    done = {str(pk) for pk in key_result.done_milestones}
    numbers: dict[str, Any] = {
        name: None if entry[name] is None else Decimal(entry[name]) for name in COUNTED_BY
    }
    return replace(
        key_result.facts(),
        measure=Measure(entry["measure"]),
        direction=Direction(entry["direction"]),
        aggregation=Aggregation(entry.get("aggregation", Aggregation.LATEST)),
        milestones=tuple((weight, pk in done) for pk, weight in entry["milestones"]),
        **numbers,
    )
