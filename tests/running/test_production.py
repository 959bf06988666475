import os
import subprocess
import sys

import pytest
from django.db import connection

from okr_platform.embedded.check import SERVER
from okr_platform.embedded.state import ROOT


@pytest.fixture
def server(db, tmp_path):
    """What a production server has in its environment, as the role that serves."""
    return server_environment("okr_app", tmp_path)


def server_environment(role, state):
    place = connection.settings_dict
    address = f"postgresql://{role}@/{place['NAME']}?host={place['HOST']}"
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    (state / "static").mkdir()
    redis = os.environ["REDIS_URL"]
    return (
        kept | SERVER | {"DATABASE_URL": address, "REDIS_URL": redis, "OKR_STATE_DIR": str(state)}
    )


def serve(environment):
    """Import what a web server imports, and return why it would not."""
    command = [sys.executable, "-c", "import okr_platform.wsgi"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.stderr if done.returncode else ""


def test_production_starts_with_a_complete_environment(server):
    assert serve(server) == ""


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL"]
)
def test_production_refuses_to_start_without(server, name):
    del server[name]
    assert name in serve(server)


def test_production_refuses_to_serve_as_the_owner_of_the_tables(server):
    owner = server | {"DATABASE_URL": server["DATABASE_URL"].replace("okr_app@", "okr_owner@")}
    assert "belongs to okr_owner" in serve(owner)


def test_production_refuses_to_serve_as_a_superuser(server):
    superuser = server | {"DATABASE_URL": server["DATABASE_URL"].replace("okr_app@", "okr_super@")}
    assert "okr_super" in serve(superuser)
