"""Putting drafts away without throwing them away, and taking them out again (issue 3, item 9).

What is archived waits for nobody and stands in no list but its own; its page stays readable.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import tree_lock

from .models import Objective, Review


@transaction.atomic
def archive(objective: Objective, by: Person) -> bool:
    """Put a draft away; again changes nothing, nor does it while a review is open."""
    tree_lock("objectives")
    drafts = Objective.objects.drafts().filter(pk=objective.pk)
    waiting = Review.objects.open().values("objective")
    facts = {"archived_at": timezone.now(), "archived_by": by, "version": F("version") + 1}
    done = drafts.exclude(pk__in=waiting).update(**facts)
    objective.refresh_from_db()
    if done:
        Event.record("objective_archived", objective.pk, by, tell=objective.audience())
    return bool(done)


@transaction.atomic
def restore(objective: Objective, by: Person) -> bool:
    """Take a draft out again; again changes nothing."""
    tree_lock("objectives")
    away = Objective.objects.archived().filter(pk=objective.pk)
    done = away.update(archived_at=None, archived_by=None, version=F("version") + 1)
    objective.refresh_from_db()
    if done:
        Event.record("objective_restored", objective.pk, by, tell=objective.audience())
    return bool(done)
