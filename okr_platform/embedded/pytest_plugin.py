"""A throw-away PostgreSQL and Valkey for one test session, shared by its workers.

PostgreSQL is one for all, where pytest-django gives each worker its own database; Valkey is one per
worker, because clearing a cache empties all of it. DATABASE_URL and REDIS_URL take their place.
"""

import gc
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from .postgres import Postgres
from .valkey import Valkey

_ending = ExitStack()
SETTINGS = {
    "SECRET_KEY": "the tests sign with this, and nothing else does",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "SITE_URL": "http://testserver",
    "INSECURE_HTTP": "1",
    "MAIL_FROM": "Plumbline <plumbline@localhost>",
    "SIGN_UP_OPEN": "0",
}

# Files whose tests share something slow to start. They go to one worker, and first.
TOGETHER = (
    "tests/running/test_run.py",
    "tests/browser/test_every_page.py",
    "tests/demo/test_demo.py",
)


class Scheduling(LoadScopeScheduling):
    """Spread tests one by one, but those of some files together.

    It is xdist's "loadgroup", which needs an attribute that pytest 9.2 no longer has.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start before the settings are read: they hold the addresses."""
    gc.set_threshold(50_000, 20, 100)  # a suite makes much and keeps little: a tenth of its time
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _begin_session()
    state = Path(os.environ["OKR_STATE_DIR"])
    os.environ["REDIS_PREFIX"] = f"{worker}:" if worker else ""
    if os.environ.get("REDIS_URL", "") in {"", os.environ.get("OKR_TEST_REDIS")}:
        valkey = Valkey(state / f"valkey{worker}", durable=False)
        os.environ["REDIS_URL"] = _ending.enter_context(valkey.running()).address
        os.environ["OKR_TEST_REDIS"] = os.environ["REDIS_URL"]


def _begin_session() -> None:
    state = Path(tempfile.mkdtemp(prefix="okr-test-"))
    _ending.callback(shutil.rmtree, state, ignore_errors=True)
    state.chmod(0o755)  # PostgreSQL may have to be another user
    for name in ("static", "mail"):  # WhiteNoise warns without one, and warnings are errors
        (state / name).mkdir()
    os.environ.update(SETTINGS)
    os.environ["OKR_STATE_DIR"] = str(state)
    os.environ["MAIL_FOLDER"] = str(state / "mail")
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(state / "postgres", durable=False)
        os.environ["DATABASE_URL"] = _ending.enter_context(postgres.running()).address("okr_owner")


def pytest_unconfigure() -> None:
    _ending.close()
