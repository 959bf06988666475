"""Starting processes that end with us, and stopping those that a killed run left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent


def shim(*options: str, number: int = signal.SIGTERM) -> list[str]:
    """Return the command that starts another one, which is sent `number` when we end."""
    program = [sys.executable, "-I", "-S", str(HERE / "nonroot.py")]
    return [*program, "--parent", str(os.getpid()), "--signal", str(int(number)), *options]


def wait_until(happened: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def birth(pid: int) -> str | None:
    """Return when a living process began, which tells it from a later one of the same number."""
    if sys.platform == "linux":
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        state, *fields = status.rpartition(")")[2].split()
        return None if state in {"Z", "X"} else fields[18]
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None
    )


def end_group(pid: int, number: int) -> None:
    """Signal a process that leads a group, and all in it, if any are left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


class Record:
    """The processes of a run, written down for the run after a kill -9."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, pid: int) -> None:
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(f"{pid} {birth(pid)}\n")

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def stop_survivors(self) -> None:
        survivors = [pid for pid, began in self._entries() if birth(pid) == began]
        for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
            for pid in survivors:
                end_group(pid, number)
            if wait_until(lambda: not any(birth(pid) for pid in survivors), seconds=seconds):
                break
        self.clear()

    def _entries(self) -> list[tuple[int, str]]:
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        pairs = [line.partition(" ") for line in lines]
        return [(int(pid), began) for pid, _, began in pairs if pid.isdigit()]
