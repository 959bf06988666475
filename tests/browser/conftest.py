"""A real browser on a real server, with static files as production has them."""

import fcntl
import os
import re
import time
from contextlib import contextmanager, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Error, sync_playwright

from okr_platform.embedded.browser import find_chromium, options
from organizations.models import Organization
from tests.conftest import empty
from tests.factories import PASSWORD

HEIGHTS = {1360: 850, 390: 844, 320: 640}
# What a browser reports of itself after it has left a page early.
LEFT_EARLY = "net::ERR_ABORTED"
FAILED_STATUS = re.compile(r"Failed to load resource: .*status of (?P<status>\d{3})")
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
  `Policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def collected():
    """The folder of static files as production serves them, collected once for all processes."""
    folder = project.STATE_DIR / "collected"
    folder.mkdir(exist_ok=True)
    with (project.STATE_DIR / "collected.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "staticfiles.json").exists():
            with override_settings(STATIC_ROOT=folder):
                call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="session")
def site(collected, django_db_setup):
    """The address of a server; the database is the business of whoever asks for it."""
    thread = LiveServerThread("127.0.0.1", static_handler=lambda handler: handler)
    thread.daemon = True
    with override_settings(STATIC_ROOT=collected):
        thread.start()
        thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture(autouse=True)
def plain(settings, collected):
    """Served as in production, except that passwords are checked quickly."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = {**project.STORAGES}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def browser():
    # Playwright's event loop lives in this thread. Django would refuse to ask the database there,
    # and keeps other connections for as long as it does; none may outlive its time.
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=options())
        yield chromium
        chromium.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visits:
    """Contexts and pages of a test, and everything a browser complained of while they were open."""

    def __init__(self, browser, site):
        self.browser = browser
        self.site = site
        self.contexts = []
        self.pages = {}
        self.complaints = []
        self.asked = set()

    def page_as(self, person, width=1360, theme="light", *, script=True, answers=(), **wishes):
        """Open an empty page as somebody or nobody; ``answers`` are the failures asked for."""
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": HEIGHTS.get(width, 844)},
            color_scheme=theme,
            java_script_enabled=script,
            **{"reduced_motion": "reduce", **wishes},
        )
        self.contexts.append(context)
        context.set_default_timeout(5000)
        context.add_init_script(REPORT_VIOLATIONS)
        if person:
            context.add_cookies([cookie_of(person.user, self.site)])
        page = context.new_page()
        self.watch(page, {str(status) for status in answers})
        return page

    def watch(self, page, expected):
        def complain(text):
            self.complaints.append(f"{page.url}: {text}")

        def heard(message):
            failed = FAILED_STATUS.match(message.text)
            if message.type in {"warning", "error"} and not (
                failed and failed["status"] in expected
            ):
                complain(f"{message.type}: {message.text}")

        def lost(request):
            if request.failure != LEFT_EARLY:
                complain(f"{request.url}: {request.failure}")

        def answered(response):
            if response.status >= 400 and str(response.status) not in expected:
                complain(f"{response.url}: {response.status}")

        page.on("request", lambda request: self.asked.add(request))  # noqa: PLW0108 - ours
        page.on("requestfinished", lambda request: self.asked.discard(request))  # noqa: PLW0108
        page.on("requestfailed", lambda request: self.asked.discard(request))  # noqa: PLW0108
        page.on("console", heard)
        page.on("pageerror", lambda error: complain(f"script: {error}"))
        page.on("requestfailed", lost)
        page.on("response", answered)

    def close(self):
        """Leave once the server has answered: nothing may still read while tables are emptied."""
        for context in self.contexts:
            if self.asked and context.pages:
                with suppress(Error):
                    context.pages[0].wait_for_load_state("networkidle")
            context.close()
        self.asked.clear()
        self.contexts.clear()

    def judge(self):
        """Fail for whatever a browser complained of until now."""
        complaints, self.complaints = self.complaints, []
        assert complaints == []


@contextmanager
def visiting(browser, site):
    visits = Visits(browser, site)
    try:
        yield visits
    finally:
        visits.close()
    visits.judge()


@pytest.fixture
def page_as(transactional_db, browser, site):
    """Open pages as somebody; any complaint of the browser fails the test at its end."""
    with visiting(browser, site) as visits:
        yield visits.page_as


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """Have the demonstration in the database, for reading, while a file's tests run."""
    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=hasher, DEMO_PASSWORD=PASSWORD),
    ):
        call_command("demo", stdout=StringIO())
        yield Organization.objects.get(slug="acme")
        empty()


def cookie_of(user, site):
    """Sign somebody in who has just given a password, as if through the form."""
    session = import_module(project.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = project.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    given = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [given]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return {"name": project.SESSION_COOKIE_NAME, "value": session.session_key, "url": site}
