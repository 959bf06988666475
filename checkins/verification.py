"""Whether the stored figures are what the check-ins come to (domain §4, I2).

Everything is computed again from the check-ins by the functions that a check-in itself uses, and
compared with what is stored. Nothing is changed.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects

from objectives.models import KeyResult, Objective
from objectives.models.key_result import LATEST
from objectives.progress import Measure, over_periods, progress
from objectives.rollup import STORED, Tree, settle
from objectives.sums import add_up
from organizations.tenancy import tree_lock

from .models import CheckIn
from .models.over_time import Readings, limits_among

# Confidences are remembered in the order in which they were said, which no date can tell again.
OF_KEY_RESULT = [name for name in LATEST if name != "confidences"]
OF_OBJECTIVE = [name for name in STORED if name != "pk"]


class Difference(NamedTuple):
    """One stored value that the check-ins do not bear out. It names no title: some are private."""

    thing: str
    pk: UUID
    name: str
    stored: Any
    computed: Any

    def __str__(self) -> str:
        return f"{self.thing} {self.pk}: {self.name} is {self.stored!s}, not {self.computed!s}"


@transaction.atomic
def differences() -> list[Difference]:
    """Find every difference in the organization in scope, in five queries, however large it is.

    Nobody checks in or changes an objective meanwhile.
    """
    tree_lock("objectives")
    tree = Tree.above(Objective.objects.values_list("pk", flat=True))
    found = list(of_key_results(list(tree.key_results.values())))
    # What is closed is frozen with what it was closed with, whatever became of its children.
    for pk, objective in tree.objectives.items():
        if objective.closed_at:
            continue
        stored = values(objective, OF_OBJECTIVE)
        settle(objective, tree.bases[pk])
        found += between(stored, objective, OF_OBJECTIVE)
    return found


def of_key_results(key_results: list[KeyResult]) -> Iterator[Difference]:
    """Compare each key result with its latest check-in, and leave it as that says."""
    stepwise = [one for one in key_results if one.measure == Measure.MILESTONES]
    prefetch_related_objects(stepwise, "milestones")
    latest = CheckIn.objects.standing().latest_by_key_result()
    said = CheckIn.objects.readings_of(limits_among(key_results))
    stored = {one.pk: values(one, OF_KEY_RESULT) for one in key_results}
    for key_result in key_results:
        if not key_result.is_fed:
            follow(key_result, latest.get(key_result.pk), said)
    add_up({one.pk: one for one in key_results})
    for key_result in key_results:
        yield from between(stored[key_result.pk], key_result, OF_KEY_RESULT)


def follow(key_result: KeyResult, latest: CheckIn | None, said: Readings) -> None:
    """Let a key result stand where its check-ins put it; its periods' last days are its own."""
    ends = key_result.period_ends
    if latest is None:
        key_result.unmeasured()
    if key_result.is_limit:
        key_result.period_ends = ends
        key_result.period_values = list(over_periods(ends, said[key_result.pk]))
    if latest:
        latest.key_result = key_result
        latest.take_over()
    else:
        key_result.progress = progress(key_result.facts())


def values(row: KeyResult | Objective, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def between(
    stored: dict[str, Any], row: KeyResult | Objective, names: list[str]
) -> Iterator[Difference]:
    for name in names:
        computed = as_stored(row, name, getattr(row, name))
        if stored[name] != computed:
            thing = str(row._meta.verbose_name)
            yield Difference(thing, row.pk, name, stored[name], computed)


def as_stored(row: KeyResult | Objective, name: str, value: Any) -> Any:
    """Round as the database does, which keeps fewer places of a confidence than we compute."""
    if not isinstance(value, Decimal):
        return value
    places: int = row._meta.get_field(name).decimal_places  # type: ignore[union-attr]
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
