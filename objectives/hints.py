"""The hints of quality.py about an objective as it is saved, without those that were answered."""

from datetime import date

from .models import Alignment, Dismissal, Objective
from .quality import Hint, hints_about_objective


def hints_about(objective: Objective, today: date) -> list[Hint]:
    """Return what is worth a second look and has not been set aside."""
    key_results = list(objective.key_results.all())
    others = Objective.objects.open().owned_by(objective.owner).in_cycle(objective.cycle)
    found = hints_about_objective(
        objective,
        key_results,
        others_of_owner=others.exclude(pk=objective.pk).count(),
        is_linked=Alignment.objects.accepted().upward().filter(child=objective).exists(),
        absent={one.owner_id for one in key_results if one.owner.has_left(today)},
    )
    answered = {(row.key_result_id, row.kind) for row in objective.dismissals.all()}
    return [hint for hint in found if hint.about not in answered]


def set_aside(objective: Objective) -> list[Dismissal]:
    """Return what was answered, with who answered and why."""
    rows = objective.dismissals.select_related("dismissed_by", "key_result")
    return list(rows.order_by("dismissed_at"))
