"""Who may do what to an objective they can see. What they can't see doesn't exist for them."""

from collections.abc import Collection

from organizations.models import Department, Person

from .models import (
    Alignment,
    Comment,
    Dependency,
    Goal,
    Initiative,
    KeyResult,
    Objective,
    Part,
    objective_of,
)


def can_edit(person: Person, objective: Objective) -> bool:
    """The owner, who wrote it, and the owner's manager of today; nobody once it is over."""
    if not objective.is_open:
        return False
    return stands_by(person, objective)


def stands_by(person: Person, objective: Objective) -> bool:
    if person.pk in {objective.owner_id, objective.created_by_id}:
        return True
    # Broken glass is for reading: a manager whom the owner keeps out changes nothing either (V5).
    return objective.is_open_to_managers and objective.manager == person


def can_decide(person: Person, objective: Objective) -> bool:
    """Nobody says yes to their own, unless nobody stands above them (domain §3, §8)."""
    if objective.manager == person:
        return True
    own = person.pk in {objective.owner_id, objective.created_by_id}
    if not own:
        return bool(person.leads_programme)
    return person.pk == objective.owner_id and objective.decider is None


def needs_review(objective: Objective) -> bool:
    """Whether its department wants drafts approved, and somebody is there to do it."""
    department = objective.department
    return bool(department and department.reviews and objective.decider)


def can_commit(person: Person, objective: Objective) -> bool:
    """Where drafts are reviewed, only who may approve one; committing again is harmless."""
    if not can_edit(person, objective):
        return False
    free = not objective.is_draft or not needs_review(objective)
    return free or can_decide(person, objective)


def can_submit(person: Person, objective: Objective) -> bool:
    return objective.is_draft and can_edit(person, objective) and needs_review(objective)


def can_discard(person: Person, objective: Objective) -> bool:
    """Drafts are thrown away by those who made them; what was committed stays."""
    return objective.is_draft and person.pk in {objective.owner_id, objective.created_by_id}


def can_archive(person: Person, objective: Objective) -> bool:
    """Put a draft away, as those may who edit it; again is harmless."""
    return objective.is_draft and stands_by(person, objective)


def can_restore(person: Person, objective: Objective) -> bool:
    """As ``can_archive``: taking out what is not put away is harmless."""
    return objective.is_draft and stands_by(person, objective)


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


def can_tick(person: Person, initiative: Initiative) -> bool:
    """Who does it, and who may change the plan."""
    mine = initiative.owner_id == person.pk and initiative.objective.is_open
    return mine or can_edit(person, initiative.objective)


def can_steer(person: Person, objective: Objective) -> bool:
    """Pause, resume or cancel: what was committed, by those who may edit it."""
    return not objective.is_draft and can_edit(person, objective)


def can_close(person: Person, objective: Objective) -> bool:
    """Score what has begun. From when it is asked for is the cycle's; done early is done."""
    today = person.organization.today()
    return can_steer(person, objective) and objective.cycle.start <= today


def can_confirm(person: Person, objective: Objective) -> bool:
    """The owner's manager agrees with a score; nobody does so with their own."""
    return objective.closed_at is not None and objective.manager == person


def can_amend(person: Person, objective: Objective) -> bool:
    if objective.closed_at is None:
        return False
    return stands_by(person, objective) or bool(person.leads_programme)


def can_carry(person: Person, objective: Objective) -> bool:
    return objective.closed_at is not None and stands_by(person, objective)


def departments_of(person: Person) -> list[Department]:
    """Return the departments a person speaks for today: as head, or by a role (domain §3)."""
    return list(Department.objects.headed_by(person, person.organization.today()))


def can_share(person: Person, objective: Objective) -> bool:
    """Put a draft before the other departments: whoever may edit it, unless it is private."""
    shared = bool(objective.shared_at) or objective.kind == Objective.Kind.SUPPORTING
    public = objective.visibility == Objective.Visibility.PUBLIC
    return objective.is_draft and public and not shared and can_edit(person, objective)


def can_respond(objective: Objective, departments: Collection[Department]) -> bool:
    """Answer on the planning board, for one of these departments; nobody answers themself."""
    others = [one for one in departments if one.pk != objective.department_id]
    return objective.is_departmental and objective.is_open and objective.is_told and bool(others)


def can_promise(dependency: Dependency, departments: Collection[Department]) -> bool:
    """Promise, counter, decline, doubt or keep: whoever heads the provider."""
    return dependency.provider in departments


def can_ask(dependency: Dependency, departments: Collection[Department]) -> bool:
    """Agree to a counter-offer, or need it no longer: the asker's head."""
    return dependency.asker in departments


def can_write_part(
    person: Person, objective: Objective, departments: Collection[Department]
) -> bool:
    """Say what departments do for the one focus: heads for theirs, who may edit it for all."""
    allowed = bool(departments) or can_edit(person, objective)
    return objective.is_one_focus and objective.is_open and objective.is_told and allowed


def can_coordinate(person: Person, objective: Objective) -> bool:
    """Ask heads for their part, and decide about one whose department is gone."""
    return objective.is_one_focus and objective.is_told and can_edit(person, objective)


def can_end_part(person: Person, part: Part, departments: Collection[Department]) -> bool:
    open_ = part.ended_at is None and part.objective.is_open
    return open_ and (part.department in departments or can_edit(person, part.objective))


def can_break_glass(person: Person) -> bool:
    """Owners and HR admins, against a reason that everybody concerned reads (V5)."""
    return bool(person.administers)


def can_comment(person: Person, objective: Objective) -> bool:
    """Whoever may read it, closed or not (F4); but reading through broken glass is all it opens."""
    if objective.is_everybodys or not person.administers:
        return True
    readers = objective.circle.readers(person.organization.today())
    return bool(readers.filter(pk=person.pk).exists())


def can_remove_comment(person: Person, comment: Comment) -> bool:
    """Its author, and the owner of what it is about."""
    return person.pk in {comment.author_id, comment.objective.owner_id}
