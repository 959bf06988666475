"""Who carries a theme: its functions, their stakeholders, and how fresh their check-ins are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from activity.models import Event
from organizations.models import Department, Person
from organizations.tenancy import tree_lock

from .models import Alignment, KeyResult, KeyResultFunction, Objective, ParticipatingFunction
from .progress import is_stale
from .standing import Yardstick


@dataclass(frozen=True)
class Named:
    """A function as somebody wrote it; ``pk`` is None for a new one."""

    name: str
    stakeholder: Person
    department: Department | None = None
    pk: UUID | None = None
    key_results: frozenset[UUID] = frozenset()


@transaction.atomic
def name_functions(
    objective: Objective, by: Person, functions: Sequence[Named], reason: str = ""
) -> bool:
    """Let these functions take part, in this order; again changes nothing.

    Whoever becomes a stakeholder is told, once. Returns whether anything changed.
    """
    tree_lock("themes")
    before = {one.pk: one for one in objective.functions.select_related("stakeholder")}
    drawn = _drawn(objective)
    kept = {one.pk for one in functions if one.pk}
    gone = ParticipatingFunction.objects.filter(pk__in=before.keys() - kept).delete()[0]
    changed = bool(gone) or objective.functions_reason != reason
    Objective.objects.filter(pk=objective.pk).update(functions_reason=reason)
    objective.functions_reason = reason
    _step_aside(before, functions)
    told = []
    for position, named in enumerate(functions):
        known = before.get(named.pk) if named.pk else None
        function = known or ParticipatingFunction(objective=objective)
        was = (function.name, function.department_id, function.stakeholder_id, function.position)
        function.name, function.department = named.name, named.department
        function.stakeholder, function.position = named.stakeholder, position
        now = (function.name, function.department_id, function.stakeholder_id, function.position)
        if was != now:
            function.save()
            changed = True
        if was[2] != named.stakeholder.pk:
            told.append(named.stakeholder)
        changed |= _work_on(function, named.key_results, drawn)
    if changed:
        Event.record("functions_named", objective.pk, by, tell=told, count=len(functions))
    return changed


def _step_aside(before: Mapping[UUID, ParticipatingFunction], functions: Sequence[Named]) -> None:
    """Let go of names that another is about to take, so that two may swap theirs."""
    for named in functions:
        known = before.get(named.pk) if named.pk else None
        if known and known.name != named.name:
            ParticipatingFunction.objects.filter(pk=known.pk).update(name=str(known.pk))


def _drawn(objective: Objective) -> dict[UUID, set[UUID]]:
    """Return which key results each function works on."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    links = KeyResultFunction.objects.filter(function__objective=objective)
    for function, key_result in links.values_list("function_id", "key_result_id"):
        found[function].add(key_result)
    return found


def _work_on(
    function: ParticipatingFunction, key_results: Collection[UUID], drawn: Mapping[UUID, set[UUID]]
) -> bool:
    now, wanted = drawn.get(function.pk, set()), set(key_results)
    KeyResultFunction.objects.filter(function=function, key_result__in=now - wanted).delete()
    KeyResultFunction.objects.bulk_create(
        KeyResultFunction(function=function, key_result_id=pk) for pk in wanted - now
    )
    return now != wanted


def functions_of(objective: Objective, yardstick: Yardstick) -> list[Any]:
    """Return the functions, each with the key results it works on and its latest check-in (R41).

    What counts are check-ins on key results that the stakeholder owns, in the theme or in a public
    objective that contributes to it. ``is_stale`` says that they are overdue by the organization's
    own rhythm; without a key result there is nothing to check in on, and ``counted`` is empty.
    Three statements, however many functions there are.
    """
    functions: list[Any] = list(objective.functions.select_related("stakeholder", "department"))
    working = defaultdict(list)
    links = KeyResultFunction.objects.filter(function__in=functions).select_related("key_result")
    for link in links.order_by("key_result__position"):
        working[link.function_id].append(link.key_result)
    owned = defaultdict(list)
    for key_result in counted_for(objective, {one.stakeholder_id for one in functions}):
        owned[key_result.owner_id].append(key_result)
    for function in functions:
        function.works_on = working[function.pk]
        function.counted = owned[function.stakeholder_id]
        days = [one.checked_in_on for one in function.counted if one.checked_in_on]
        function.last_check_in = max(days, default=None)
        function.is_stale = is_silent(objective, function.last_check_in, yardstick)
    return functions


def counted_for(objective: Objective, people: Collection[UUID]) -> Any:
    """Return what these people check in on for a theme."""
    links = Alignment.objects.contributing().filter(parent=objective)
    below = Q(
        objective__in=links.values("child"),
        objective__committed_at__isnull=False,
        objective__closed_at=None,
        objective__cancelled_at=None,
        objective__visibility=Objective.Visibility.PUBLIC,
    )
    found = KeyResult.objects.filter(below | Q(objective=objective), owner__in=people)
    return found.order_by("pk")


def is_silent(objective: Objective, last: Any, yardstick: Yardstick) -> bool:
    """Whether the running cycle has gone on for too long without a check-in."""
    cycle = objective.cycle
    if objective.is_draft or not cycle.start <= yardstick.today <= cycle.end:
        return False
    since = last or cycle.start
    week = yardstick.organization.working_week
    return is_stale(since, yardstick.today, yardstick.period, week)
