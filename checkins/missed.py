"""Periods that pass in silence: a limit that counts its periods stands otherwise without a word."""

from datetime import date

from django.db import transaction

from objectives.models import KeyResult
from objectives.models.key_result import LATEST
from objectives.progress import LIMITS, NUMERIC, progress
from objectives.rollup import Tree
from organizations.tenancy import tree_lock

from .models import CheckIn
from .models.over_time import count_periods


@transaction.atomic
def miss_periods(today: date) -> int:
    """Let every period that has passed in silence count; again changes nothing.

    Returns how many key results stand otherwise now.
    """
    asked = KeyResult.objects.running(today).filter(direction__in=LIMITS, measure__in=NUMERIC)
    if not asked.exists():
        return 0
    tree_lock("objectives")
    limits = list(asked)
    changed = count_periods(limits, today, CheckIn.objects.readings_of(limits))
    if not changed:
        return 0
    for one in changed:
        one.progress = progress(one.facts())
    KeyResult.objects.bulk_update(changed, LATEST)
    Tree.above({one.objective_id for one in changed}).settle(today)
    return len(changed)
