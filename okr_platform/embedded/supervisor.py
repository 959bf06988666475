"""Children that end when they are asked to, or with this process, however it ends."""

import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress

from .processes import Record, end_group, shim
from .state import ROOT

# A second more is left for PostgreSQL and Valkey, so that all have ended in five.
PATIENCE = 3.0


def say(line: str, who: str = "okr") -> None:
    sys.stdout.write(f"{who:>8} | {line}\n")
    sys.stdout.flush()


class Supervisor:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.stopping = threading.Event()

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def spawn(self, name: str, module: list[str], environment: Mapping[str, str]) -> None:
        """Start a Python module whose lines we repeat under its name."""
        child = subprocess.Popen(
            [*shim(), sys.executable, "-m", *module],
            env=environment,
            cwd=ROOT,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.record.add(child.pid)
        self.children[name] = child
        threading.Thread(target=_repeat, args=(name, child), daemon=True).start()

    def run(self, name: str, module: list[str], environment: Mapping[str, str]) -> bool:
        """Start one that ends by itself; False when it failed, or when we are to stop."""
        if self.stopping.is_set():
            return False
        self.spawn(name, module, environment)
        child = self.children[name]
        while child.poll() is None and not self.stopping.wait(0.02):
            pass
        if child.poll() is None:
            return False
        del self.children[name]
        if child.returncode:
            say(f"{name} failed (exit code {child.returncode}); its lines above say why")
        return not child.returncode and not self.stopping.is_set()

    def wait_until_answers(self, address: str) -> bool:
        while not self.stopping.wait(0.05) and not self._ended():
            # It redirects nowhere and needs no proxy, whatever the environment says.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with suppress(OSError), opener.open(address, timeout=5) as answer:
                return bool(answer.status == 200)
        return False

    def wait(self) -> int:
        """Return the exit code: 0 when we were asked to stop, 1 when a child ended by itself."""
        while not self._ended():
            if self.stopping.wait(0.2):
                return 0
        for name in self._ended():
            say(f"{name} ended (exit code {self.children[name].returncode}); stopping the others")
        return 1

    def stop(self) -> None:
        """Ask all to end, then make them."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + PATIENCE
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.05, end - time.monotonic()))
        for child in self.children.values():
            end_group(child.pid, signal.SIGKILL)
            child.wait()
        self.record.clear()

    def _ended(self) -> list[str]:
        return [name for name, child in self.children.items() if child.poll() is not None]


def _repeat(name: str, child: subprocess.Popen[str]) -> None:
    assert child.stdout
    for line in child.stdout:
        if line.strip():
            say(line.rstrip(), name)
