"""What stands above and below an objective, and how that is changed (domain §5).

Reads are one flat select or one recursive query, never a query per node.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import current_organization_id, tree_lock

from .models import Alignment, Goal, Objective, key_result_of, objective_of
from .models.alignment import UPWARD
from .rollup import roll_up_from

DEEPEST = 50


@transaction.atomic
def align(child: Objective, parent: Goal | None, by: Person) -> None:
    """Let ``child`` hang on ``parent`` first of all, as both sides agree; None ends that link.

    Again changes nothing. Raises ValidationError for a circle (A1), a closed parent (A5) or a
    tree deeper than we promise. Progress is carried up on both sides. Who has to ask first goes
    by linking.py.
    """
    tree_lock("objectives")
    now = Alignment.objects.primary().filter(child=child).select_related("parent_key_result")
    former = now.select_related("parent").first()
    if (former.target if former else None) == parent:
        return
    if parent:
        refuse_impossible(child, parent)
    if former:
        stop(former, by)
    if parent:
        agree(child, parent, by)
    before = [former.parent_id] if former else []
    roll_up_from([child.pk, *before], on=by.organization.today(), by=by)


def agree(child: Objective, parent: Goal, by: Person) -> None:
    """Put the primary link in force; what stood between the two before becomes it."""
    known = Alignment.objects.open().upward().between(child, parent).first()
    if known:
        known.is_primary = True
        put_in_force(known, by)
        return
    moment = timezone.now()
    link = Alignment.objects.create(
        child=child,
        parent=objective_of(parent),
        parent_key_result=key_result_of(parent),
        created_by=by,
        asked_at=moment,
        accepted_at=moment,
        answered_by=by,
    )
    tell_of_link(link, by)


def put_in_force(link: Alignment, by: Person) -> None:
    """Let a link count from now on; the caller has looked for circles."""
    if not link.accepted_at:
        link.accepted_at, link.answered_by = timezone.now(), by
        tell_of(link, "alignment_accepted", by, asking=[link.asker, link.created_by])
    link.save(update_fields=["is_primary", "accepted_at", "answered_by"])


def tell_of_link(link: Alignment, by: Person) -> None:
    """Tell of a link that needed no answer, in the words of either end."""
    up = {"link": link.kind, "end": Alignment.End.CHILD, "other": link.parent_id}
    down = {"link": link.kind, "end": Alignment.End.PARENT, "other": link.child_id}
    Event.record("objective_aligned", link.child_id, by, tell=link.child.audience(), **up)
    Event.record("objective_supported", link.parent_id, by, tell=[link.target.owner], **down)


def stop(link: Alignment, by: Person, reason: str = "") -> bool:
    """End a link or take a proposal back, once; carrying progress up is the caller's."""
    still = Alignment.objects.open().filter(pk=link.pk)
    ended = still.update(ended_at=Now(), ended_by=by, reason=reason)
    if ended:
        asking, asked = [link.asker], [link.answerer]
        tell_of(link, "alignment_ended", by, asking=asking, asked=asked, reason=reason)
    return bool(ended)


def tell_of(
    link: Alignment,
    kind: str,
    by: Person | None,
    *,
    asking: Iterable[Person] = (),
    asked: Iterable[Person] = (),
    **details: Any,
) -> None:
    """Record what happened to a link at either end, and tell whoever stands there.

    A proposal is nothing to the end that is asked until its owner may see who asks.
    """
    ends = [(link.asking, asking)]
    if link.asked_at:
        ends.append((link.asked, asked))
    happened = []
    for thing, tell in ends:
        child = thing.pk == link.child_id
        said = {"other": link.parent_id if child else link.child_id, "link": link.kind}
        said["end"] = Alignment.End.CHILD if child else Alignment.End.PARENT
        happened.append((Event(kind=kind, thing=thing.pk, actor=by, details=said | details), tell))
    Event.record_all(happened)


def refuse_impossible(source: Goal, target: Goal, kind: str = Alignment.Kind.CONTRIBUTES) -> None:
    """Raise ValidationError with why a link cannot be; whoever makes one holds the lock."""
    child, parent = objective_of(source), objective_of(target)
    if not parent.is_open or parent.cycle.closed_at:
        raise ValidationError(_("That objective is closed. Choose an open one."), code="closed")
    if not child.is_open:
        raise ValidationError(_("A closed objective keeps the links it has."), code="closed")
    if child == parent:
        raise ValidationError(_("An objective is not linked with itself."), code="circle")
    if kind in UPWARD:
        refuse_wrong_way(child, parent)


def refuse_wrong_way(child: Objective, parent: Objective) -> None:
    if child.pk in all_above([parent.pk]):
        raise ValidationError(
            _("That objective already contributes to this one, so it cannot be the other way."),
            code="circle",
        )
    within = child.cycle.start <= parent.cycle.start and parent.cycle.end <= child.cycle.end
    if within and parent.cycle_id != child.cycle_id:
        raise ValidationError(
            _("That objective is over sooner than this one. Choose one that lasts as long."),
            code="shorter",
        )
    if len(path_up(parent.pk)) + 2 > DEEPEST:
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


def paths_up(objectives: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Return every (child, parent) on the primary paths from these to the top."""
    with connection.cursor() as cursor:
        cursor.execute(PATHS_UP, [current_organization_id(), list(objectives)])
        return [(child, parent) for child, parent in cursor.fetchall()]


def all_above(objectives: Collection[UUID]) -> set[UUID]:
    """Return everything that these move, along whatever links are in force; not they themselves."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_ABOVE, [current_organization_id(), list(objectives)])
        return {pk for (pk,) in cursor.fetchall()}


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


def chains(objectives: Collection[Objective], person: Person) -> dict[UUID, list[Objective]]:
    """Return the ``chain`` above each of many, without the objective itself, in two queries."""
    parents = dict(paths_up({objective.pk for objective in objectives}))
    visible = Objective.objects.visible_to(person).with_people().in_bulk({*parents.values()})
    found = {}
    for objective in objectives:
        steps: list[Objective] = []
        here = parents.get(objective.pk)
        while here in visible:
            assert here
            steps.append(visible[here])
            here = parents.get(here)
        found[objective.pk] = steps[::-1]
    return found


def chosen_parent(objective: Objective, person: Person) -> Goal | None:
    """Return what it was last said to hang on first of all: in force, or still proposed."""
    links = Alignment.objects.open().filter(child=objective, is_primary=True).visible_to(person)
    link = links.select_related("parent", "parent_key_result").order_by("-created_at").first()
    return link.target if link else None


PATH_UP = """
WITH RECURSIVE up AS (
    SELECT parent_id, 1 AS level FROM objectives_alignment
     WHERE organization_id = %s AND child_id = %s AND is_primary
       AND accepted_at IS NOT NULL AND ended_at IS NULL
    UNION ALL
    SELECT a.parent_id, up.level + 1 FROM objectives_alignment a
      JOIN up ON a.child_id = up.parent_id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.is_primary AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL AND up.level < 100
)
SELECT parent_id FROM up ORDER BY level
"""
PATHS_UP = """
WITH RECURSIVE up AS (
    SELECT child_id, parent_id FROM objectives_alignment
     WHERE organization_id = %s AND child_id = ANY(%s) AND is_primary
       AND accepted_at IS NOT NULL AND ended_at IS NULL
    UNION
    SELECT a.child_id, a.parent_id FROM objectives_alignment a
      JOIN up ON a.child_id = up.parent_id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.is_primary AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
)
SELECT child_id, parent_id FROM up
"""
ALL_ABOVE = """
WITH RECURSIVE up AS (
    SELECT parent_id FROM objectives_alignment
     WHERE organization_id = %s AND child_id = ANY(%s) AND kind IN ('contributes', 'supports')
       AND accepted_at IS NOT NULL AND ended_at IS NULL
    UNION
    SELECT a.parent_id FROM objectives_alignment a JOIN up ON a.child_id = up.parent_id
     WHERE a.organization_id = (SELECT current_setting('app.organization_id')::uuid)
       AND a.kind IN ('contributes', 'supports')
       AND a.accepted_at IS NOT NULL AND a.ended_at IS NULL
)
SELECT parent_id FROM up
"""
