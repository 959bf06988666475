"""Who may, as a table: the roles down, what they want across."""

import pytest

from organizations import permissions
from organizations.models import RoleGrant
from organizations.tenancy import organization_scope
from tests.factories import DepartmentFactory, PersonFactory, RoleGrantFactory

Role = RoleGrant.Role


@pytest.fixture
def somebody(in_acme):
    def make(role):
        person = PersonFactory()
        if role:
            RoleGrantFactory(person=person, role=role)
        return person

    return make


@pytest.mark.parametrize(
    ("role", "administers", "reads"),
    [
        ("owner", True, True),
        ("hr_admin", True, True),
        ("auditor", False, True),
        ("department_head", False, False),
        ("", False, False),
    ],
)
def test_who_sets_up_and_who_reads(somebody, role, administers, reads):
    person = somebody(role)
    assert permissions.can_administer(person) is administers
    assert permissions.can_read_administration(person) is reads


@pytest.mark.parametrize(
    ("role", "other", "may"),
    [
        ("owner", "owner", True),
        ("owner", "", True),
        ("hr_admin", "hr_admin", True),
        ("hr_admin", "", True),
        ("hr_admin", "owner", False),
        ("auditor", "", False),
        ("", "", False),
    ],
)
def test_who_edits_whom(somebody, role, other, may):
    assert permissions.can_edit_person(somebody(role), somebody(other)) is may
    assert permissions.can_invite(somebody(role), somebody(other)) is may


@pytest.mark.parametrize(
    ("role", "grants"),
    [
        ("owner", {Role.OWNER, Role.HR_ADMIN, Role.PROGRAMME_LEAD, Role.AUDITOR}),
        ("hr_admin", {Role.HR_ADMIN, Role.PROGRAMME_LEAD, Role.AUDITOR}),
        ("programme_lead", set()),
        ("auditor", set()),
        ("", set()),
    ],
)
def test_who_grants_what(somebody, role, grants):
    assert set(permissions.grantable_roles(somebody(role))) == grants


@pytest.mark.parametrize(
    ("role", "reads", "closes"),
    [
        ("owner", True, True),
        ("hr_admin", True, True),
        ("programme_lead", True, True),
        ("auditor", True, False),
        ("", False, False),
    ],
)
def test_who_reads_and_closes_quarters(somebody, role, reads, closes):
    person = somebody(role)
    assert permissions.can_read_quarters(person) is reads
    assert permissions.can_close_cycles(person) is closes


def test_a_role_in_one_department_opens_nothing_else(acme, somebody):
    with organization_scope(acme):
        person = PersonFactory()
        RoleGrantFactory(person=person, role=Role.HR_ADMIN, department=DepartmentFactory())
        assert not permissions.can_administer(person)


def test_who_is_here_or_gone_is_not_invited(somebody, acme, cleo):
    ada = somebody("hr_admin")
    gone = PersonFactory(leaves_on=acme.today())
    assert not permissions.can_invite(ada, cleo)
    assert not permissions.can_invite(ada, gone)
