"""At most one one focus at any date, whoever asks and however (domain §3, decision 0021).

A committed one that neither rests nor is over takes up the days of its cycle. A trigger writes them
on its row, a foreign key moves them with the cycle, and an exclusion constraint keeps them apart.
Next quarter's can so be committed while this quarter's runs.
"""

from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Cycle
from organizations.models.calendar import DaysInclusive, DaysOf
from organizations.tenancy import tree_lock

if TYPE_CHECKING:
    from .objective import Objective

TAKEN = _(
    "Close or pause the one focus of %(cycle)s, or choose another cycle. There can only be one at "
    "a time."
)

LIVE = Q(
    kind="one_focus",
    committed_at__isnull=False,
    paused_at=None,
    closed_at=None,
    cancelled_at=None,
)

# Days that nobody wrote would be all days, and so refuse rather than let through.
one_at_any_date = ExclusionConstraint(
    name="one_live_one_focus",
    expressions=[
        ("organization", RangeOperators.EQUAL),
        (DaysInclusive(F("runs_from"), F("runs_until")), RangeOperators.OVERLAPS),
    ],
    condition=LIVE,
)

days_of_its_cycle = DaysOf(
    "cycle", "runs_from", "runs_until", name="one_focus_runs_on_the_days_of_its_cycle"
)

takes_its_days = pgtrigger.Trigger(
    name="takes_its_days",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Condition("NEW.kind = 'one_focus' OR NEW.runs_from IS NOT NULL"),
    func="""
        NEW.runs_from := NULL;
        NEW.runs_until := NULL;
        IF NEW.kind = 'one_focus' AND NEW.committed_at IS NOT NULL AND NEW.paused_at IS NULL
           AND NEW.closed_at IS NULL AND NEW.cancelled_at IS NULL THEN
            SELECT c.start, c."end" INTO NEW.runs_from, NEW.runs_until
              FROM organizations_cycle c
             WHERE c.organization_id = NEW.organization_id AND c.id = NEW.cycle_id;
        END IF;
        RETURN NEW;
    """,
)


def lock_days() -> None:
    """Let nobody else take days until this transaction ends."""
    tree_lock("one focus")


def in_the_way(objective: "Objective", cycle: Cycle) -> str | None:
    """Return a sentence for the owner where the days of a cycle are taken, or None.

    It names the other one's cycle and not its title, which not everybody may read.
    """
    others = type(objective).objects.one_focus_between(cycle.start, cycle.end)
    other = others.exclude(pk=objective.pk).select_related("cycle").order_by("runs_from").first()
    return str(TAKEN) % {"cycle": other.cycle.label} if other else None


def refuse_taken_days(objective: "Objective", cycle: Cycle) -> None:
    """Raise ValidationError where another one focus has days of this cycle."""
    lock_days()
    if problem := in_the_way(objective, cycle):
        raise ValidationError(problem)
