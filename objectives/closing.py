"""Closing objectives and cycles: scored twice, photographed, and frozen (domain §8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.models import Event
from organizations.models import Department, DepartmentParent, Person, ReportingLine
from organizations.tenancy import tree_lock

from .change_requests import original_facts, plain
from .models import (
    Alignment,
    Baseline,
    ChangeRequest,
    Goal,
    KeyResult,
    Objective,
    Snapshot,
)
from .progress import progress
from .rollup import Tree, counts, gives_number, rests
from .scoring import FORMULA_VERSION, Scored, key_result_score, objective_score


@dataclass(frozen=True)
class Closing:
    """What somebody says of an objective at its end."""

    outcome: str = ""
    score: Decimal | None = None
    score_reason: str = ""
    reflection: str = ""
    learned: str = ""
    decisions: Mapping[UUID, str] = field(default_factory=dict)


class KeyResultScores:
    """One key result's two scores; ``original`` is None for one that was added after the lock.

    ``baseline`` are the entries of what was committed to, None where it never changed.
    """

    def __init__(self, key_result: KeyResult, baseline: Mapping[str, Any] | None) -> None:
        entry = baseline.get(str(key_result.pk)) if baseline is not None else None
        self.key_result = key_result
        self.current = None if key_result.is_dropped else key_result_score(key_result.progress)
        unchanged = baseline is None and not key_result.is_dropped
        self.counts_in_original = entry is not None or unchanged
        facts = original_facts(key_result, entry) if entry else key_result.facts()
        self.original = key_result_score(progress(facts)) if self.counts_in_original else None
        self.original_weight = entry["weight"] if entry else key_result.weight
        self.original_target = entry["target"] if entry else plain(key_result.cycle_target)
        self.original_start = entry["start"] if entry else plain(key_result.start)


@dataclass(frozen=True)
class Suggestion:
    """What the arithmetic comes to for one objective: against now, and against the baseline."""

    score: Decimal | None
    original: Decimal | None
    key_results: list[KeyResultScores]


def suggest(objective: Objective) -> Suggestion:
    return suggest_all([objective])[objective.pk]


def suggest_all(objectives: Sequence[Objective]) -> dict[UUID, Suggestion]:
    """Score objectives as they stand, in a fixed number of statements (domain §4)."""
    pks = [one.pk for one in objectives]
    own: dict[UUID, list[KeyResult]] = {pk: [] for pk in pks}
    rows = KeyResult.objects.filter(objective__in=pks).select_related("owner")
    for key_result in rows.prefetch_related("milestones"):
        own[key_result.objective_id].append(key_result)
    baselines = {
        one.objective_id: {entry["pk"]: entry for entry in one.key_results}
        for one in Baseline.objects.filter(objective__in=pks)
    }
    below = children_scored(objectives)
    return {
        one.pk: suggestion(one, own[one.pk], baselines.get(one.pk), below.get(one.pk, []))
        for one in objectives
    }


def suggestion(
    objective: Objective,
    key_results: list[KeyResult],
    baseline: Mapping[str, Any] | None,
    children: list[tuple[Scored, Scored]],
) -> Suggestion:
    scores = [KeyResultScores(one, baseline) for one in key_results]
    now = [Scored(one.key_result.weight, one.current) for one in scores]
    then = [Scored(one.original_weight, one.original) for one in scores]
    if objective.basis == Objective.Basis.CHILDREN:
        now, then = [], []
    now += [current for current, _original in children]
    then += [original for _current, original in children]
    return Suggestion(objective_score(now), objective_score(then), scores)


def children_scored(objectives: Sequence[Objective]) -> dict[UUID, list[tuple[Scored, Scored]]]:
    """Return what contributes to each that counts children: closed ones as they were suggested.

    A child's own score is its owner's judgement, which the parent's owner may share or not.
    """
    wanted = [one for one in objectives if one.basis != Objective.Basis.KEY_RESULTS]
    tree = Tree.above([one.pk for one in wanted])
    bases = tree.bases
    children = {child.pk for basis in bases.values() for child, _weight in basis.children}
    snapshots = {one.objective_id: one for one in Snapshot.objects.filter(objective__in=children)}
    found: dict[UUID, list[tuple[Scored, Scored]]] = {}
    for one in wanted:
        below = bases[one.pk].children if one.pk in bases else []
        working = [(weight, child) for child, weight in below if not rests(child)]
        parent = tree.objectives[one.pk]
        found[one.pk] = [
            scored_child(weight, child, snapshots.get(child.pk))
            for weight, child in working
            if counts(child, parent)
        ]
        found[one.pk] += together(
            scored_child(weight, child, snapshots.get(child.pk))
            for weight, child in working
            if not counts(child, parent) and gives_number(child)
        )
    return found


def together(shared: Iterable[tuple[Scored, Scored]]) -> list[tuple[Scored, Scored]]:
    """Return what shares its number only, where two or more of it are known (V3)."""
    known = [
        (now, then)
        for now, then in shared
        if now.weight and now.score is not None and then.score is not None
    ]
    return known if len(known) > 1 else []


def scored_child(weight: int, child: Goal, snapshot: Snapshot | None) -> tuple[Scored, Scored]:
    if snapshot:
        return Scored(weight, snapshot.suggested), Scored(weight, snapshot.original)
    score = key_result_score(child.progress)
    return Scored(weight, score), Scored(weight, score)


# An objective.


@transaction.atomic
def close(objective: Objective, by: Person, closing: Closing | None = None) -> bool:
    """Close an objective once, with what its owner says of it; again changes nothing.

    Raises ValidationError while a change of it waits to be decided.
    """
    tree_lock("objectives")
    live = Objective.objects.live().filter(pk=objective.pk).with_people()
    if not (row := live.first()):
        return False
    if ChangeRequest.objects.open().filter(objective=row).exists():
        raise ValidationError(
            _("A change of this objective waits for an answer. Let it be decided first."),
            code="change_open",
        )
    closing = closing or Closing()
    freeze([row], by, {row.pk: closing})
    objective.refresh_from_db()
    manager = row.owner.manager_on(by.organization.today())
    tell = [*row.audience(), *([manager] if manager else [])]
    Event.record("objective_closed", row.pk, by, tell=tell, score=closing.score)
    return True


def freeze(
    objectives: Sequence[Objective],
    by: Person,
    closings: Mapping[UUID, Closing],
    because: str = "",
) -> None:
    """Photograph objectives, and close them; from then on the database refuses to change them."""
    today = by.organization.today()
    suggestions = suggest_all(objectives)
    paths, managers = Paths(today), managers_of(objectives, today)
    links = links_of(objectives)
    Snapshot.objects.bulk_create(
        photograph(
            one,
            by,
            closings.get(one.pk, Closing()),
            suggestions[one.pk],
            managers.get(one.owner_id),
            department_path=paths.to(one.department_id),
            links=links.get(one.pk, []),
            forced_because="" if one.pk in closings else because,
        )
        for one in objectives
    )
    rows = Objective.objects.filter(pk__in=[one.pk for one in objectives], closed_at=None)
    rows.update(closed_at=timezone.now(), closed_by=by)


def photograph(
    objective: Objective,
    by: Person,
    closing: Closing,
    suggested: Suggestion,
    manager: Person | None,
    **more: Any,
) -> Snapshot:
    names = ["title", "kind", "level", "ambition", "progress", "status", "confidence"]
    names += ["cycle_id", "owner_id"]
    return Snapshot(
        objective=objective,
        taken_by=by,
        formula=FORMULA_VERSION,
        outcome=closing.outcome,
        score=closing.score,
        suggested=suggested.score,
        original=suggested.original,
        score_reason=closing.score_reason,
        reflection=closing.reflection,
        learned=closing.learned,
        owner_name=objective.owner.name,
        manager=manager,
        manager_name=manager.name if manager else "",
        key_results=[
            line(one, closing.decisions.get(one.key_result.pk, "")) for one in suggested.key_results
        ],
        **{name: getattr(objective, name) for name in names},
        **more,
    )


def line(scores: KeyResultScores, decision: str) -> dict[str, Any]:
    """One key result as a snapshot keeps it."""
    one = scores.key_result
    counted = ["start", "target", "lower", "upper", "red_low", "red_high", "current", "progress"]
    said = ["title", "measure", "direction", "unit", "decimals", "weight", "status", "confidence"]
    return {
        "pk": str(one.pk),
        "owner": str(one.owner_id),
        "owner_name": one.owner.name,
        **{name: getattr(one, name) for name in said},
        **{name: plain(getattr(one, name)) for name in counted},
        "steps": one.steps,
        "measured_on": one.checked_in_on,
        "score": plain(scores.current),
        "original": plain(scores.original),
        "original_weight": scores.original_weight,
        "original_start": scores.original_start,
        "original_target": scores.original_target,
        "counts_in_original": scores.counts_in_original,
        "dropped": one.is_dropped,
        "decision": decision,
    }


class Paths:
    """The names from the top of the tree to a department, on a day; two statements for all."""

    def __init__(self, day: date) -> None:
        self.names = dict(Department.objects.values_list("pk", "name"))
        above = DepartmentParent.objects.on(day).values_list("department_id", "parent_id")
        self.above = dict(above)

    def to(self, department: UUID | None) -> list[str]:
        path: list[str] = []
        while department:
            path.insert(0, self.names[department])
            department = self.above.get(department)
        return path


def managers_of(objectives: Iterable[Objective], day: date) -> dict[UUID, Person]:
    owners = {one.owner_id for one in objectives}
    lines = ReportingLine.objects.solid().on(day).filter(person__in=owners)
    return {one.person_id: one.manager for one in lines.select_related("manager")}


def links_of(objectives: Sequence[Objective]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the links of each objective, upwards and downwards, as they are at its end."""
    pks = {one.pk for one in objectives}
    found: dict[UUID, list[dict[str, Any]]] = {}
    links = Alignment.objects.accepted().filter(Q(child__in=pks) | Q(parent__in=pks))
    for link in links.select_related("child", "parent"):
        ends = (("up", link.child_id, link.parent), ("down", link.parent_id, link.child))
        for way, here, there in ends:
            entry = {"way": way, "kind": link.kind, "weight": link.weight}
            entry |= {"primary": link.is_primary, "pk": str(there.pk), "title": there.title}
            entry |= {"of": link.child_key_result_id, "to": link.parent_key_result_id}
            if here in pks:
                found.setdefault(here, []).append(entry)
    return found
