"""The least that is valid. Nothing random is asserted; dates are relative to the day given."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from objectives.models import KeyResult, Objective
from organizations.models import (
    Department,
    FiscalCalendar,
    Membership,
    Organization,
    Person,
    RoleGrant,
)
from organizations.models.effective import from_day

PASSWORD = "a fine password"
LONG_AGO = date(2020, 1, 1)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization
        django_get_or_create = ["slug"]

    name = factory.LazyAttribute(lambda organization: organization.slug.title())
    slug = factory.Sequence(lambda n: f"organization-{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user-{n}@nowhere.example")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = model_class.objects.create_user(kwargs.pop("email"), PASSWORD, **kwargs)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person-{n}@nowhere.example")


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Department {n}")


class RoleGrantFactory(DjangoModelFactory):
    class Meta:
        model = RoleGrant

    role = RoleGrant.Role.HR_ADMIN
    during = from_day(LONG_AGO)


class ObjectiveFactory(DjangoModelFactory):
    """Committed, unless asked for ``committed_at=None``; its owner wrote it."""

    class Meta:
        model = Objective

    title = factory.Sequence(lambda n: f"Objective {n}")
    kind = Objective.Kind.SUPPORTING
    level = Objective.Level.INDIVIDUAL
    created_by = factory.SelfAttribute("owner")
    committed_at = factory.LazyFunction(timezone.now)
    committed_by = factory.SelfAttribute("owner")
    cycle = factory.LazyFunction(lambda: running_quarter())  # noqa: PLW0108 - defined below


class OneFocusFactory(ObjectiveFactory):
    kind = Objective.Kind.ONE_FOCUS
    level = Objective.Level.COMPANY
    challenge = Objective.Challenge.THREAT
    challenge_words = "The frost comes early, and a rival sells a bike for it."


class DepartmentalFactory(ObjectiveFactory):
    """Committed for a department, which must be named."""

    kind = Objective.Kind.DEPARTMENTAL
    level = Objective.Level.DEPARTMENT


class KeyResultFactory(DjangoModelFactory):
    class Meta:
        model = KeyResult

    title = factory.Sequence(lambda n: f"Key result {n}")
    owner = factory.SelfAttribute("objective.owner")
    start = 0
    target = 100


def join(organization, name, email=None):
    """Make somebody who can sign in, already in the organization; call inside its scope."""
    user = UserFactory(email=email or f"{name.lower()}@{organization.slug}.example")
    Membership.objects.create(user=user, organization=organization)
    person = PersonFactory(user=user, name=name, email=user.email)
    person.organization = organization
    return person


def running_quarter(day=None):
    """Return the quarter of the organization in scope that runs today, laid out if need be."""
    day = day or timezone.now().date()
    calendar, _ = FiscalCalendar.objects.get_or_create(name="Company calendar")
    calendar.lay_out(day.year)
    return calendar.cycles.quarters().covering(day).get()


def days(number):
    return timedelta(days=number)
