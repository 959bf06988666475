"""./okr manage: a management command on the servers of the state directory, or on real ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack

from .environment import as_owner, laptop, last_site
from .postgres import EmbeddedServerError
from .servers import Servers
from .state import ROOT, State, StateBusyError

# What changes tables, or empties them, needs their owner; all else runs as the application does.
SCHEMA_COMMANDS = {
    "flush",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "sqlmigrate",
    "squashmigrations",
}
PATIENCE = 60.0


def main(arguments: list[str]) -> int:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return call(arguments, os.environ)
    state = State.usual()
    try:
        return call_embedded(state, arguments)
    except EmbeddedServerError as error:
        sys.stderr.write(f"okr: {error}\n")
        return 1


def call_embedded(state: State, arguments: list[str]) -> int:
    """Visit running servers, or own them for the command; whoever owns waits for visitors."""
    servers = Servers(state)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with state.owned(" ".join(["./okr manage", *arguments[:1]])), ExitStack() as ending:
                with servers.running():
                    code = call(arguments, environment_for(state, servers, arguments))
                    # Held until the servers have stopped, so that nobody comes in between.
                    ending.enter_context(state.visitors_gone())
                return code
        except StateBusyError:
            with state.visited():
                if servers.answer():
                    return call(arguments, environment_for(state, servers, arguments))
        time.sleep(0.1)
    raise EmbeddedServerError(f"The servers in {state.folder} are in use but do not answer.")


def environment_for(state: State, servers: Servers, arguments: list[str]) -> dict[str, str]:
    environment = laptop(state, servers, site=last_site(state))
    if servers.postgres:
        programs = str(servers.postgres.programs)  # for dbshell
        environment["PATH"] = f"{environment.get('PATH', os.defpath)}{os.pathsep}{programs}"
    if arguments and arguments[0] in SCHEMA_COMMANDS:
        return as_owner(environment, servers)
    return environment


def call(arguments: list[str], environment: Mapping[str, str]) -> int:
    # Ctrl-C is the command's to answer. A handler of ours, unlike SIG_IGN, is not passed on to it.
    signal.signal(signal.SIGINT, lambda *_: None)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    code = subprocess.run(command, env=environment, check=False).returncode
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
