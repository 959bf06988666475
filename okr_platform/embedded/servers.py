"""PostgreSQL and Valkey of a state directory, or the real ones that the environment names."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .postgres import Postgres
from .state import State
from .valkey import Valkey


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
