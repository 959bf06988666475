"""PostgreSQL and Valkey of a state directory, or the real ones that the environment names."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .postgres import EmbeddedServerError, Postgres
from .state import State, StateBusyError
from .valkey import Valkey

PATIENCE = 60.0


class Servers:
    """DATABASE_URL and REDIS_URL each take the place of an embedded server."""

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if "DATABASE_URL" not in os.environ:
            self.postgres = Postgres(state.folder / "postgres", durable=durable)
        if "REDIS_URL" not in os.environ:
            self.valkey = Valkey(state.folder / "valkey", durable=durable)

    @contextmanager
    def running(self) -> Iterator[None]:
        with ExitStack() as ending:
            if self.postgres:
                ending.enter_context(self.postgres.running())
            if self.valkey:
                ending.enter_context(self.valkey.running())
            yield

    def answer(self) -> bool:
        return all(server.answers() for server in (self.postgres, self.valkey) if server)

    def database(self, role: str) -> str:
        """Return the address to be this role; a real server's address says who one is."""
        return self.postgres.address(role) if self.postgres else os.environ["DATABASE_URL"]

    @property
    def redis(self) -> str:
        return self.valkey.address if self.valkey else os.environ["REDIS_URL"]


@contextmanager
def borrowed(state: State, *, by: str) -> Iterator[Servers]:
    """Visit servers that run, or own them meanwhile; whoever owns them waits for visitors."""
    servers = Servers(state)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with ExitStack() as stay:
            try:
                stay.enter_context(state.owned(by))
            except StateBusyError:
                stay.enter_context(state.visited())
                if servers.answer():
                    yield servers
                    return
            else:
                # Held until the servers have stopped, so that nobody comes in between.
                closed = stay.enter_context(ExitStack())
                with servers.running():
                    yield servers
                    closed.enter_context(state.visitors_gone())
                return
        time.sleep(0.1)
    raise EmbeddedServerError(f"The servers in {state.folder} are in use but do not answer.")
