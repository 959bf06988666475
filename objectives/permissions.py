"""Who may do what to an objective they can see. What they can't see doesn't exist for them."""

from organizations.models import Person

from .models import Alignment, Goal, KeyResult, Objective, objective_of


def can_edit(person: Person, objective: Objective) -> bool:
    """The owner, who wrote it, and the owner's manager of today; nobody once it is closed."""
    if not objective.is_open:
        return False
    if person.pk in {objective.owner_id, objective.created_by_id}:
        return True
    return objective.owner.manager_on(person.organization.today()) == person


def can_commit(person: Person, objective: Objective) -> bool:
    return objective.is_draft and can_edit(person, objective)


def can_discard(person: Person, objective: Objective) -> bool:
    """Drafts are thrown away by those who made them; what was committed stays."""
    return objective.is_draft and person.pk in {objective.owner_id, objective.created_by_id}


def can_check_in(person: Person, key_result: KeyResult) -> bool:
    return key_result.owner_id == person.pk


def can_link(person: Person, goal: Goal) -> bool:
    """Whoever may edit the objective speaks for it, and for its key results their owners."""
    objective = objective_of(goal)
    return objective.is_open and (goal.owner_id == person.pk or can_edit(person, objective))


def can_answer(person: Person, link: Alignment) -> bool:
    """Whoever speaks for the end that was asked."""
    asked = link.source if link.asked_of == Alignment.End.CHILD else link.target
    return can_link(person, asked)


def can_end(person: Person, link: Alignment) -> bool:
    """Either side, and whoever asked (A4)."""
    asked_for_it = link.is_proposed and link.created_by_id == person.pk
    return asked_for_it or can_link(person, link.source) or can_link(person, link.target)
