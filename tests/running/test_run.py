"""One ./okr run on a state directory of its own, from its ready line to its end."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from okr_platform.embedded.postgres import Postgres
from okr_platform.embedded.processes import HERE, wait_until
from okr_platform.embedded.run import free_port
from okr_platform.embedded.state import ROOT

# What the session of tests set for itself, or a developer for a real server.
NOT_OURS = (
    "DATABASE_",
    "REDIS_",
    "SMTP_",
    "MAIL_",
    "OKR_",
    "SECRET_",
    "ALLOWED_",
    "SITE_",
    "PYTEST_",
)


class Run:
    """The command, as a person at a terminal has it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.port = free_port()
        self.output = folder / "output"
        self.process = None
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(NOT_OURS)
        }
        self.environment = inherited | {"OKR_STATE_DIR": str(self.state)}

    def start(self):
        command = self.command("run", "--no-demo", "--port", str(self.port))
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_until(lambda: self.ready_lines() or self.process.poll() is not None, seconds=60)
        assert self.ready_lines() == [f"Plumbline is ready: {self.site}"], self.output.read_text()

    def again(self, name, *arguments):
        command = self.command(name, *arguments)
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def command(self, name, *arguments):
        return [sys.executable, "-m", f"okr_platform.embedded.{name}", *arguments]

    @property
    def site(self):
        return f"http://127.0.0.1:{self.port}/"

    def ready_lines(self):
        lines = self.output.read_text().splitlines()
        return [line.partition("| ")[2] for line in lines if "Plumbline is ready" in line]

    def postgres(self):
        return Postgres(self.state / "postgres")

    def processes(self):
        """Every process that this run started, by the state directory in its environment."""
        mark = f"OKR_STATE_DIR={self.state}".encode()
        return [
            path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in read(path)
        ]


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    if not Path("/proc/self/environ").exists():
        pytest.skip("counts processes in /proc")
    run = Run(tmp_path_factory.mktemp("run"))
    run.start()
    yield run
    for pid in run.processes():
        os.kill(int(pid), signal.SIGKILL)


def test_it_says_ready_when_it_answers(run):
    with urllib.request.urlopen(f"{run.site}health/") as answer:  # noqa: S310 - ours
        assert answer.status == 200
        assert answer.read().strip() == b"ok"


def test_a_second_run_on_the_same_state_says_so(run):
    second = run.again("run", "--port", str(free_port()))
    assert second.returncode == 1
    assert f"{run.state} is already in use (./okr run, process {run.process.pid})" in second.stdout


def test_a_busy_port_is_said_before_anything_is_started(run, tmp_path):
    second = run.again("run", "--port", str(run.port), "--state", str(tmp_path))
    assert second.returncode == 1
    assert f"Port {run.port} cannot be used" in second.stdout
    assert not (tmp_path / "postgres").exists()


def test_commands_use_the_running_servers_as_the_application(run):
    question = (
        "from django.db import connection as c; print(c.cursor().execute('SELECT user').fetchone())"
    )
    answer = run.again("manage", "shell", "-v0", "-c", question)
    assert answer.stdout.strip() == "('okr_app',)", answer.stderr


def test_commands_that_change_tables_are_the_owner(run):
    assert run.again("manage", "migrate", "--check").returncode == 0


def test_the_bootstrap_may_be_run_again_and_sets_passwords(run):
    secret = "only for this test"
    environment = {**os.environ, "OKR_APP_PASSWORD": secret}
    postgres = run.postgres()
    psql = [postgres.programs / "psql", "-X", "-h", postgres.sockets, "-U", "okr_super", "postgres"]
    subprocess.run([*psql, "-qf", HERE / "bootstrap.sql"], env=environment, check=True)
    query = "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM%'"
    assert postgres.psql(sql=query).split() == ["okr_app"]


def test_killing_it_leaves_no_process_and_loses_no_row(run):
    with psycopg.connect(run.postgres().address("okr_owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'written before' AS text")
    run.process.kill()
    run.process.wait()
    assert wait_until(lambda: not run.processes(), seconds=8), "processes outlived their supervisor"

    run.start()
    with psycopg.connect(run.postgres().address("okr_owner")) as connection:
        assert connection.execute("SELECT text FROM kept").fetchone() == ("written before",)


def test_one_ctrl_c_ends_everything_in_five_seconds(run):
    began = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(20) == 0
    assert time.monotonic() - began < 5
    assert run.processes() == []
    assert not run.postgres().sockets.exists()


def test_a_child_that_ends_stops_all_and_is_named(run):
    run.start()
    command = b"celery\0--no-color\0--quiet\0-A\0okr_platform\0beat"
    [beat] = [pid for pid in run.processes() if command in read(Path(f"/proc/{pid}/cmdline"))]
    os.kill(int(beat), signal.SIGKILL)
    assert run.process.wait(20) == 1
    assert "beat ended (exit code -9); stopping the others" in run.output.read_text()
    assert run.processes() == []
