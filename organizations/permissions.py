"""Who may set up the organization and its people (domain §1)."""

from .models import Person, RoleGrant

Role = RoleGrant.Role


def can_administer(person: Person) -> bool:
    """Owners and HR admins set up people, departments and quarters."""
    return bool(person.administers)


def can_read_administration(person: Person) -> bool:
    """An auditor reads what owners and HR admins read, and changes nothing."""
    return bool(person.administers or person.audits)


def can_read_quarters(person: Person) -> bool:
    """Whoever leads the programme reads the calendar too, which they close quarter by quarter."""
    return bool(person.leads_programme or person.audits)


def can_close_cycles(person: Person) -> bool:
    """HR admins and programme leads close a cycle (domain §8)."""
    return bool(person.leads_programme)


def can_edit_person(person: Person, other: Person) -> bool:
    """Owners are edited by owners: otherwise who may invite could take an owner's place."""
    return bool(person.administers and (person.owns or not other.owns))


def can_invite(person: Person, other: Person) -> bool:
    """Nobody is asked in who is here already, or who has gone."""
    here = other.user_id is not None or other.has_left(other.organization.today())
    return can_edit_person(person, other) and not here


def can_grant(person: Person, role: str) -> bool:
    """Only an owner makes an owner; department heads are named with their department."""
    if role == Role.OWNER:
        return bool(person.owns)
    return bool(person.administers) and role in {
        Role.HR_ADMIN,
        Role.PROGRAMME_LEAD,
        Role.AUDITOR,
    }


def grantable_roles(person: Person) -> list[Role]:
    return [role for role in Role if can_grant(person, role)]
