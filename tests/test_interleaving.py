"""Two organizations, eight threads, one server: no row ever crosses (lessons 1)."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.conf import settings as project
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test import RequestFactory

from organizations.tenancy import organization_scope

from .conftest import signed_in
from .factories import KeyResultFactory, ObjectiveFactory

THREADS = 8


@pytest.fixture(params=["kept", "pooled"])
def connections_outlive_requests(request):
    """With a fresh connection for each request nothing could leak, and nothing would be proven."""
    place = connection.settings_dict
    before = dict(place)
    connection.close()
    if request.param == "kept":
        place["CONN_MAX_AGE"] = 60
    else:
        # Fewer than threads, so that every connection passes from one organization to the other.
        place["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 3, "timeout": 30}}
    yield
    connection.close()
    connection.close_pool()
    place.update(before)


@dataclass
class Visitor:
    slug: str
    session: str
    title: str
    objective: UUID
    private: UUID


def visitor(organization, person, title):
    with organization_scope(organization):
        objective = ObjectiveFactory(title=title, owner=person)
        KeyResultFactory(objective=objective, title=f"{title}, measured")
        private = ObjectiveFactory(title=f"{title}, in private", owner=person, visibility="private")
    session = signed_in(person).cookies[project.SESSION_COOKIE_NAME].value
    return Visitor(organization.slug, session, title, objective.pk, private.pk)


def ask(handler, session, path):
    """Call the application as a server does, and read the whole body before closing."""
    cookie = f"{project.SESSION_COOKIE_NAME}={session}"
    environ = RequestFactory().get(path, HTTP_COOKIE=cookie).environ
    status = []
    response = handler(environ, lambda line, headers: status.append(int(line[:3])))
    try:
        return status[0], b"".join(response).decode()
    finally:
        response.close()


@pytest.mark.thorough(80, 200)
@pytest.mark.django_db(transaction=True)
def test_no_row_crosses(
    settings, acme, globex, ada, mallory, connections_outlive_requests, caplog, rounds
):
    settings.ORGANIZATION_URLCONF = "tests.misbehaving_urls"
    caplog.set_level("CRITICAL")
    visitors = [
        visitor(acme, ada, "Weave winter lanes"),
        visitor(globex, mallory, "Forge quieter motors"),
    ]
    handler = WSGIHandler()
    chance = random.Random(7)

    def pages(me, other):
        """Every page with what it must answer, and whether my own title must be on it."""
        return [
            ("honest/", 200, True),
            ("honest/", 200, True),
            (f"honest/{me.objective}/", 200, True),
            (f"honest/{me.private}/", 200, True),
            (f"honest/{other.objective}/", 404, False),
            (f"honest/{other.private}/", 404, False),
            ("refuse/", 403, False),
            ("explode/", 500, False),
            ("fine/", 302, False),
        ]

    plan = []
    for _ in range(rounds):
        me, other = chance.sample(visitors, 2)
        plan.append((me, other, *chance.choice(pages(me, other))))

    def visit(step):
        me, other, page, expected, mine = step
        status, body = ask(handler, me.session, f"/o/{me.slug}/{page}")
        stolen, _ = ask(handler, other.session, f"/o/{me.slug}/{page}")
        assert (page, status, stolen) == (page, expected, 404)
        assert other.title not in body
        # As a word: a page's random tokens hold any four letters now and then.
        assert not re.search(rf"\b{other.slug}\b", body, re.IGNORECASE)
        assert (me.title in body) >= mine
        return status

    with ThreadPoolExecutor(THREADS, initializer=connections.close_all) as threads:
        statuses = list(threads.map(visit, plan))
        list(threads.map(lambda _: connections.close_all(), range(THREADS * 8)))
    assert len(statuses) == rounds
    assert set(statuses) == {200, 302, 403, 404, 500}
    for organization in (acme, globex):
        with organization_scope(organization), connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT organization_id FROM organizations_department")
            assert cursor.fetchall() == [(organization.pk,)]
