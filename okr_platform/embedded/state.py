"""The state directory: everything ./okr keeps on a laptop, and who works on it just now."""

import argparse
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


class StateBusyError(Exception):
    """Another process holds the directory; the message says which one."""


class State:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.mail = self.folder / "mail"
        self.demo = self.folder / "demo.txt"
        self.site = self.folder / "site"

    @classmethod
    def usual(cls) -> "State":
        return cls(Path(os.environ.get("OKR_STATE_DIR") or ROOT / ".okr"))

    @property
    def secret_key(self) -> str:
        """A key of this directory's own, made when it is first asked for."""
        path = self.folder / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(64), encoding="ascii")
        return path.read_text(encoding="ascii")

    @contextmanager
    def owned(self, by: str) -> Iterator[None]:
        """Be the one that starts the servers of this directory and stops them again."""
        with (self.folder / "lock").open("a+", encoding="utf-8") as lock:
            if not _try(lock, fcntl.LOCK_EX):
                lock.seek(0)
                raise StateBusyError(lock.read().strip() or "another process")
            lock.truncate(0)
            lock.write(f"{by}, process {os.getpid()}\n")
            lock.flush()
            yield

    @contextmanager
    def visited(self) -> Iterator[None]:
        """Use servers that somebody else started; `visitors_gone` waits for our end."""
        with (self.folder / "visitors").open("a+", encoding="utf-8") as visitors:
            fcntl.flock(visitors, fcntl.LOCK_SH)
            yield

    @contextmanager
    def visitors_gone(self) -> Iterator[None]:
        """Wait until nobody visits, and let nobody in."""
        with (self.folder / "visitors").open("a+", encoding="utf-8") as visitors:
            fcntl.flock(visitors, fcntl.LOCK_EX)
            yield


def state_argument(text: str) -> State:
    try:
        return State(Path(text))
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _try(handle: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
