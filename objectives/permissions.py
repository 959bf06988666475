"""Who may do what to an objective they can see. What they can't see doesn't exist for them."""

from organizations.models import Person

from .models import KeyResult, Objective


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
