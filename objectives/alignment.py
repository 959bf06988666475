"""What stands above and below an objective, and how that is changed (domain §5).

Reads are one flat select or one recursive query, never a query per node.
"""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import current_organization_id, tree_lock

from .models import Alignment, Objective
from .rollup import roll_up_from

DEEPEST = 50


@transaction.atomic
def align(child: Objective, parent: Objective | None, by: Person) -> None:
    """Let ``child`` contribute to ``parent`` first of all; None ends its primary link.

    Again changes nothing. Raises ValidationError for a circle (A1), a closed parent (A5) or a
    tree deeper than we promise. Progress is carried up on both sides.
    """
    tree_lock("objectives")
    now = Alignment.objects.primary().filter(child=child).select_related("parent").first()
    if (now.parent_id if now else None) == (parent.pk if parent else None):
        return
    if parent:
        refuse_impossible(child, parent)
    if now:
        end(now, by)
    if parent:
        Alignment.objects.create(child=child, parent=parent, created_by=by)
        Event.record("objective_aligned", child.pk, by, tell=child.audience(), other=parent.pk)
        Event.record("objective_supported", parent.pk, by, tell=[parent.owner], other=child.pk)
    before = [now.parent_id] if now else []
    roll_up_from([child.pk, *before], on=by.organization.today())


def end(link: Alignment, by: Person) -> None:
    Alignment.objects.filter(pk=link.pk).update(ended_at=Now(), ended_by=by)
    Event.record("alignment_ended", link.child_id, by, other=link.parent_id)


def refuse_impossible(child: Objective, parent: Objective) -> None:
    if not parent.is_open:
        raise ValidationError(_("That objective is closed. Choose an open one."), code="closed")
    above = path_up(parent.pk)
    if child.pk in {parent.pk, *above}:
        raise ValidationError(
            _("That objective already contributes to this one, so it cannot be the other way."),
            code="circle",
        )
    if len(above) + 2 > DEEPEST:
        raise ValidationError(
            _("No more than %(levels)s levels, please."),
            code="too_deep",
            params={"levels": DEEPEST},
        )


def path_up(objective: UUID) -> list[UUID]:
    """Return the ids above an objective along its primary parents, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(PATH_UP, [current_organization_id(), objective])
        return [pk for (pk,) in cursor.fetchall()]


def chain(objective: Objective, person: Person) -> list[Objective]:
    """Return what a person may see above an objective, the top first, itself last.

    What they may not see ends the chain there: nothing of it shows, not even that it is there.
    """
    above = path_up(objective.pk)
    visible = Objective.objects.visible_to(person).with_people().in_bulk(above)
    seen = []
    for pk in above:
        if pk not in visible:
            break
        seen.append(visible[pk])
    return [*reversed(seen), objective]


PATH_UP = """
WITH RECURSIVE up AS (
    SELECT parent_id, 1 AS level FROM objectives_alignment
     WHERE organization_id = %s AND child_id = %s AND is_primary AND ended_at IS NULL
    UNION ALL
    SELECT a.parent_id, up.level + 1 FROM objectives_alignment a
      JOIN up ON a.child_id = up.parent_id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.is_primary AND a.ended_at IS NULL AND up.level < 100
)
SELECT parent_id FROM up ORDER BY level
"""
