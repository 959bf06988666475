"""The cast: at Acme ada, max, cleo and vera; at Globex mallory, who must never get in."""

import os

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.template import Template
from django.test import Client, TransactionTestCase
from django.test.utils import _TestState
from hypothesis import settings as hypothesis_settings

from objectives.models import KeyResult, Objective
from organizations.models import RoleGrant
from organizations.tenancy import organization_scope

from .factories import (
    LONG_AGO,
    KeyResultFactory,
    ObjectiveFactory,
    OrganizationFactory,
    RoleGrantFactory,
    join,
)

# Tests that repeat themselves do so more often, and look from more sides (docs/decisions/0022).
THOROUGH = os.environ.get("OKR_THOROUGH") == "1"

# A busy machine is no failure.
hypothesis_settings.register_profile(
    "plumbline", deadline=None, max_examples=100 if THOROUGH else 25
)
hypothesis_settings.load_profile("plumbline")


def empty():
    """Empty every table that holds something, of every organization.

    Django truncates, which makes each of a hundred tables and all their indexes anew, and then
    tells every application that it was migrated. Deleting the few rows of a test is a tenth of it.
    Past triggers and policies goes only the superuser.
    """
    place = connection.settings_dict
    where = {"host": place["HOST"], "port": place["PORT"] or None, "dbname": place["NAME"]}
    with psycopg.connect(**where, user="okr_super", autocommit=True) as everything:
        names = [table for (table,) in everything.execute(TABLES)]
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (TABLE {name})" for name in names)
        filled = [name for (name,) in everything.execute(asked)]
        deletes = [f"DELETE FROM {name}" for name in filled]
        everything.execute(";".join(["SET session_replication_role = replica", *deletes]))


TABLES = """
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""
TransactionTestCase._fixture_teardown = lambda case: empty()


def become(role):
    connection.close()
    connection.settings_dict["USER"] = role


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The owner made and migrated the database; the tests run as the application does.

    It stands here and not in a plugin: there, pytest-django's own fixture would win, and the tests
    would silently run as the owner, whom row-level security does not bind.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # Benchmarks analyze what they have made.
            cursor.execute("GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO okr_app")
        become("okr_app")
    yield
    with django_db_blocker.unblock():
        become("okr_owner")


@pytest.fixture(scope="session", autouse=True)
def templates_as_served(django_test_environment):
    """Render as the application does: Django's test runner copies the context at every include.

    It does so for ``response.context``. What a view gave to its page is in ``context_data``.
    """
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(autouse=True)
def plain(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield
    cache.clear()


@pytest.fixture
def rounds(request):
    """How often to repeat: the first argument of the test's "thorough", or its second if asked."""
    few, many = request.node.get_closest_marker("thorough").args
    return many if THOROUGH else few


@pytest.fixture
def as_owner(transactional_db):
    """Work as the owner of the tables does, with the test's rows already there."""
    become("okr_owner")
    yield
    become("okr_app")


@pytest.fixture
def acme(db):
    return OrganizationFactory(slug="acme")


@pytest.fixture
def globex(db):
    return OrganizationFactory(slug="globex")


@pytest.fixture
def in_acme(acme):
    """Work inside Acme for the whole test; requests open their own scope within."""
    with organization_scope(acme):
        yield acme


@pytest.fixture
def ada(acme):
    """HR admin."""
    with organization_scope(acme):
        person = join(acme, "Ada")
        RoleGrantFactory(person=person, role=RoleGrant.Role.HR_ADMIN)
        return person


@pytest.fixture
def max(acme):  # noqa: A001 - his name
    """Manages cleo."""
    with organization_scope(acme):
        return join(acme, "Max")


@pytest.fixture
def cleo(acme, max):
    with organization_scope(acme):
        person = join(acme, "Cleo")
        person.report_to(max, on=LONG_AGO)
        return person


@pytest.fixture
def vera(acme):
    """Auditor."""
    with organization_scope(acme):
        person = join(acme, "Vera")
        RoleGrantFactory(person=person, role=RoleGrant.Role.AUDITOR)
        return person


@pytest.fixture
def mallory(globex):
    """Owner of the other organization; must never get in."""
    with organization_scope(globex):
        person = join(globex, "Mallory")
        RoleGrantFactory(person=person, role=RoleGrant.Role.OWNER)
        return person


@pytest.fixture
def objective(acme, cleo) -> Objective:
    """Cleo's committed objective of the running quarter, with one key result from 0 to 100."""
    with organization_scope(acme):
        objective = ObjectiveFactory(title="Answer before riders worry", owner=cleo)
        KeyResultFactory(objective=objective, title="Answers within an hour")
        return objective


@pytest.fixture
def key_result(acme, objective) -> KeyResult:
    with organization_scope(acme):
        return objective.key_results.get()


def signed_in(person):
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def as_ada(ada):
    return signed_in(ada)


@pytest.fixture
def as_max(max):
    return signed_in(max)


@pytest.fixture
def as_cleo(cleo):
    return signed_in(cleo)


@pytest.fixture
def as_vera(vera):
    return signed_in(vera)


@pytest.fixture
def as_mallory(mallory):
    return signed_in(mallory)


@pytest.fixture
def environment():
    """What another process needs to work on this test's database, as the application."""
    place = connection.settings_dict
    address = f"postgresql://okr_app@/{place['NAME']}?host={place['HOST']}"
    return {**os.environ, "DATABASE_URL": address}
