"""Links between goals: asked for, answered, ended (domain §5, A1 to A7; docs/decisions/0014).

Every verb holds the tree lock, since what was possible when somebody asked may not be any more.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.models import Person
from organizations.tenancy import tree_lock

from .alignment import align, put_in_force, refuse_impossible, stop, tell_of, tell_of_link
from .models import Alignment, Goal, Objective, key_result_of, objective_of
from .models.alignment import UPWARD
from .permissions import can_link
from .rollup import roll_up_from

Kind, End = Alignment.Kind, Alignment.End


def agrees_by_itself(target: Goal, kind: str) -> bool:
    """Whether a goal takes links from everybody, so that its owner is not asked each time.

    A company's public objective is there to be contributed to. Nobody can be made to deliver
    something without being asked, so a dependency always waits for an answer.
    """
    above = objective_of(target)
    public, company = Objective.Visibility.PUBLIC, Objective.Level.COMPANY
    return kind in UPWARD and above.visibility == public and above.level == company


@transaction.atomic
def link(
    source: Goal, target: Goal, by: Person, kind: str = Kind.CONTRIBUTES, weight: int = 1
) -> Alignment:
    """Link two goals at once where nobody else has to agree, or else ask; again changes nothing.

    The first link up that is in force becomes the primary one. Raises ValidationError for what
    cannot be.
    """
    tree_lock("objectives")
    if known := known_link(source, target, kind):
        return known
    refuse_impossible(source, target, kind)
    return make(source, target, by, kind, weight, is_primary=False)


def known_link(source: Goal, target: Goal, kind: str) -> Alignment | None:
    """Return the link there is already; raises ValidationError when it is of the other kind up."""
    links = Alignment.objects.open().between(source, target).with_ends()
    known = links.upward().first() if kind in UPWARD else links.filter(kind=kind).first()
    if known and known.kind != kind:
        message = _("The two are linked already. End that link first.")
        raise ValidationError(message, code="linked")
    return known


def make(
    source: Goal, target: Goal, by: Person, kind: str, weight: int, *, is_primary: bool
) -> Alignment:
    for_child, for_parent = can_link(by, source), can_link(by, target)
    agreed = for_child and (for_parent or agrees_by_itself(target, kind))
    fresh = Alignment(
        child=objective_of(source),
        child_key_result=key_result_of(source),
        parent=objective_of(target),
        parent_key_result=key_result_of(target),
        kind=kind,
        weight=weight,
        created_by=by,
        asked_of=End.CHILD if for_parent and not for_child else End.PARENT,
    )
    fresh.is_primary = can_be_primary(fresh) and (is_primary or not is_placed(fresh.child))
    if agreed:
        fresh.asked_at = fresh.accepted_at = timezone.now()
        fresh.answered_by = by
    fresh.save()
    if agreed:
        tell_of_link(fresh, by)
        roll_up_from([fresh.child_id], on=by.organization.today(), by=by)
    else:
        ask(fresh, by)
    return fresh


def can_be_primary(link: Alignment) -> bool:
    return link.is_upward and link.child_key_result_id is None


def is_placed(child: Objective) -> bool:
    """Whether a goal hangs on something already, in force or proposed."""
    return Alignment.objects.open().filter(child=child, is_primary=True).exists()


def ask(link: Alignment, by: Person) -> None:
    """Put a proposal to whoever is to answer, once they may see who asks (A7, V2)."""
    visible = Objective.objects.visible_to(link.answerer).filter(pk=link.asking.pk)
    if visible.exists():
        link.asked_at = timezone.now()
        link.save(update_fields=["asked_at"])
        tell_of(link, "alignment_proposed", by, asked=[link.answerer])


def ask_what_waits(objective: Objective, by: Person) -> None:
    """Put to others what a draft or a private goal has proposed, now that they may see it."""
    waiting = Alignment.objects.proposed().touching(objective).filter(asked_at=None)
    for one in waiting.with_ends():
        ask(one, by)


@transaction.atomic
def choose_parent(child: Objective, parent: Goal | None, by: Person) -> None:
    """Let a goal hang on another first of all, or ask its owner; None lets it hang on nothing.

    While the owner has not answered, it hangs where it did. What ``by`` may not see stays.
    """
    tree_lock("objectives")
    links = Alignment.objects.open().filter(child=child, is_primary=True).visible_to(by)
    chosen = {one.target: one for one in links.with_ends()}
    for target, one in chosen.items():
        if one.is_proposed and target != parent:
            stop(one, by)
    if parent is None:
        if any(not one.is_proposed for one in chosen.values()):
            align(child, None, by)
    elif parent not in chosen:
        hang(child, parent, by)


def hang(child: Objective, parent: Goal, by: Person) -> None:
    refuse_impossible(child, parent)
    known = Alignment.objects.open().upward().between(child, parent).with_ends().first()
    agreed = can_link(by, parent) or agrees_by_itself(parent, Kind.CONTRIBUTES)
    if agreed or (known and not known.is_proposed):
        align(child, parent, by)
    elif known:
        known.is_primary = True
        known.save(update_fields=["is_primary"])
    else:
        make(child, parent, by, Kind.CONTRIBUTES, 1, is_primary=True)


@transaction.atomic
def accept(link: Alignment, by: Person) -> bool:
    """Put a proposal in force, once; it replaces the primary parent where it was to be that.

    Raises ValidationError when it has become impossible meanwhile, or when whoever asked has lost
    sight of the other end (§14.3).
    """
    tree_lock("objectives")
    proposal = Alignment.objects.proposed().with_ends().filter(pk=link.pk).first()
    if proposal is None:
        return False
    refuse_impossible(proposal.source, proposal.target, proposal.kind)
    if not Alignment.objects.visible_to(proposal.created_by).filter(pk=proposal.pk).exists():
        message = _("%(name)s may not see both goals any more. You can decline the link.")
        raise ValidationError(message, code="blind", params={"name": proposal.created_by.name})
    moved = [proposal.child_id]
    former = Alignment.objects.primary().filter(child=proposal.child).with_ends().first()
    if former and proposal.is_primary:
        stop(former, proposal.created_by)
        moved.append(former.parent_id)
    proposal.is_primary = can_be_primary(proposal) and (proposal.is_primary or former is None)
    put_in_force(proposal, by)
    roll_up_from(moved, on=by.organization.today(), by=by)
    return True


@transaction.atomic
def decline(link: Alignment, by: Person, reason: str) -> bool:
    """Say no to a proposal, once; whoever asked is told why."""
    proposal = Alignment.objects.proposed().filter(pk=link.pk)
    declined = proposal.update(declined_at=timezone.now(), answered_by=by, reason=reason)
    if declined:
        told = [link.asker, link.created_by]
        tell_of(link, "alignment_declined", by, asking=told, reason=reason)
    return bool(declined)


@transaction.atomic
def end(link: Alignment, by: Person, reason: str = "") -> bool:
    """End a link, or take a proposal back, once; the other side is told (A4).

    Where the primary parent goes, the oldest of the others becomes it.
    """
    tree_lock("objectives")
    if not stop(link, by, reason):
        return False
    others = Alignment.objects.accepted().upward().filter(child=link.child, child_key_result=None)
    if not others.filter(is_primary=True).exists():
        oldest = others.order_by("accepted_at", "pk").values("pk")[:1]
        Alignment.objects.filter(pk__in=oldest).update(is_primary=True)
    roll_up_from([link.child_id, link.parent_id], on=by.organization.today(), by=by)
    return True
