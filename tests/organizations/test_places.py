"""Where people stand over time: O1 to O6 of the domain, asked of the verbs."""

from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from organizations.models import Membership, Person, Placement, ReportingLine, RoleGrant
from organizations.models.department import outline
from organizations.models.effective import from_day
from organizations.tenancy import organization_scope
from tests.factories import (
    LONG_AGO,
    DepartmentFactory,
    OrganizationFactory,
    PersonFactory,
    RoleGrantFactory,
    UserFactory,
)

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
A_DAY = timedelta(days=1)


@pytest.fixture
def person(in_acme):
    return PersonFactory(name="Pia")


@pytest.fixture
def boss(in_acme):
    return PersonFactory(name="Bo")


def test_a_place_counts_from_its_day(person):
    first, second = DepartmentFactory(), DepartmentFactory()
    person.place(first, on=MARCH)
    person.place(second, on=MAY)
    days = (MARCH - A_DAY, MARCH, MAY - A_DAY, MAY)
    assert [person.department_on(day) for day in days] == [None, first, first, second]


def test_placing_twice_writes_once(person):
    department = DepartmentFactory()
    person.place(department, on=MARCH)
    person.place(department, on=MARCH)
    person.place(department, on=MAY)
    assert Placement.objects.filter(person=person).count() == 1


def test_a_back_dated_place_takes_the_later_ones_with_it(person):
    first, second, third = (DepartmentFactory() for _ in range(3))
    person.place(first, on=MARCH)
    person.place(second, on=JUNE)
    person.place(third, on=APRIL)
    assert person.department_on(APRIL - A_DAY) == first
    assert person.department_on(JUNE + A_DAY) == third


def test_what_was_back_dated_stays_in_the_history(person):
    first, second = DepartmentFactory(), DepartmentFactory()
    person.place(first, on=MAY)
    person.place(second, on=MARCH)
    versions = Placement.history.rel.related_model.objects.filter(person=person)
    assert {version.department_id for version in versions} == {first.pk, second.pk}


def test_moving_away_and_back_in_one_quarter(person):
    home, away = DepartmentFactory(), DepartmentFactory()
    person.place(home, on=MARCH)
    person.place(away, on=APRIL)
    person.place(home, on=MAY)
    days = (MARCH, APRIL, MAY)
    assert [person.department_on(day) for day in days] == [home, away, home]


def test_the_database_refuses_two_primary_places_on_a_day(person):
    person.place(DepartmentFactory(), on=MARCH)
    with pytest.raises(IntegrityError, match="person_has_one_primary_placement_at_a_time"):
        with transaction.atomic():
            Placement.objects.create(
                person=person, department=DepartmentFactory(), during=from_day(APRIL)
            )


def test_the_database_refuses_two_managers_on_a_day(person, boss):
    person.report_to(boss, on=MARCH)
    with pytest.raises(IntegrityError, match="person_has_one_manager_at_a_time"):
        with transaction.atomic():
            ReportingLine.objects.create(
                person=person, manager=PersonFactory(), during=from_day(APRIL)
            )


def test_nobody_reports_to_themself(person):
    with pytest.raises(ValidationError, match="Nobody reports to themself"):
        person.report_to(person, on=MARCH)


def test_a_circle_is_refused_however_long(in_acme):
    people = [PersonFactory() for _ in range(4)]
    for below, above in pairwise(people):
        below.report_to(above, on=MARCH)
    with pytest.raises(ValidationError) as refusal:
        people[-1].report_to(people[0], on=MARCH)
    assert refusal.value.error_dict["manager"][0].code == "circle"


def test_a_circle_that_would_close_later_is_refused(person, boss):
    boss.report_to(person, on=JUNE)
    with pytest.raises(ValidationError):
        person.report_to(boss, on=MARCH)


def test_manager_and_report_swap_on_one_day(person, boss):
    person.report_to(boss, on=MARCH)
    person.report_to(None, on=MAY)
    boss.report_to(person, on=MAY)
    assert person.manager_on(MAY - A_DAY) == boss
    assert boss.manager_on(MAY) == person
    assert person.manager_on(MAY) is None


def test_a_department_moves_on_its_day_and_never_below_itself(in_acme):
    top, middle, low = (DepartmentFactory(name=name) for name in ("Top", "Middle", "Low"))
    middle.move(top, on=MARCH)
    low.move(middle, on=MARCH)
    low.move(top, on=MAY)
    assert [(b.department.name, b.level) for b in outline(MARCH)][1:] == [("Middle", 2), ("Low", 3)]
    assert {(b.department.name, b.level) for b in outline(MAY)} == {
        ("Top", 1),
        ("Middle", 2),
        ("Low", 2),
    }
    with pytest.raises(ValidationError):
        top.move(low, on=MAY)


def test_leaving_ends_everything_that_day_and_deletes_nothing(person, boss):
    department, report = DepartmentFactory(), PersonFactory()
    person.place(department, on=MARCH)
    person.report_to(boss, on=MARCH)
    report.report_to(person, on=MARCH)
    RoleGrantFactory(person=person, role=RoleGrant.Role.AUDITOR)
    version = person.link_version
    person.leave(on=MAY)
    last = MAY - A_DAY
    assert person.department_on(last) == department
    assert person.department_on(MAY) is None
    assert report.manager_on(last) == person
    assert report.manager_on(MAY) is None
    assert person.roles_on(last) == {"auditor"}
    assert person.roles_on(MAY) == set()
    assert person.link_version > version
    assert Person.objects.filter(pk=person.pk).exists()


def test_leaving_before_a_planned_change_takes_it_back(person, boss):
    person.report_to(boss, on=JUNE)
    person.leave(on=MAY)
    assert person.manager_on(JUNE) is None


def test_who_is_hired_again_is_the_same_person_without_the_old_roles(person):
    RoleGrantFactory(person=person, role=RoleGrant.Role.AUDITOR)
    person.leave(on=MAY)
    person.rejoin(on=JUNE)
    assert not person.has_left(JUNE)
    assert person.roles_on(JUNE) == set()
    assert person.starts_on == JUNE


def test_joining_opens_one_door_and_a_second_user_does_not_take_it_over(acme, person):
    first, second = UserFactory(), UserFactory()
    person.join(first)
    person.join(first)
    Person.objects.get(pk=person.pk).join(second)
    assert Person.objects.get(pk=person.pk).user == first
    assert Membership.objects.filter(organization=acme).count() == 1
    assert not Membership.objects.filter(user=second).exists()


def test_of_two_who_close_a_circle_at_once_one_is_refused(transactional_db):
    acme = OrganizationFactory(slug="acme")
    with organization_scope(acme):
        first, second = PersonFactory(name="First"), PersonFactory(name="Second")
    together, refused = Barrier(2), []

    def report(person, manager):
        try:
            with organization_scope(acme):
                together.wait()
                person.report_to(manager, on=LONG_AGO)
        except ValidationError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=report, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with organization_scope(acme):
        assert ReportingLine.objects.count() == 1


def test_of_two_owners_who_leave_at_once_one_stays(transactional_db):
    acme = OrganizationFactory(slug="acme")
    with organization_scope(acme):
        owners = [PersonFactory() for _ in range(2)]
        for owner in owners:
            RoleGrantFactory(person=owner, role=RoleGrant.Role.OWNER)
    together, refused = Barrier(2), []

    def leave(person):
        try:
            with organization_scope(acme):
                together.wait()
                person.leave(on=acme.today())
        except ValidationError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=leave, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
