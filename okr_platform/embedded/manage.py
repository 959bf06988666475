"""./okr manage: a management command on the servers of the state directory, or on real ones."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from .environment import as_owner, laptop, last_site
from .postgres import EmbeddedServerError
from .servers import Servers, borrowed
from .state import ROOT, State

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


def main(arguments: list[str]) -> int:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return call(arguments, os.environ)
    state = State.usual()
    try:
        with borrowed(state, by=" ".join(["./okr manage", *arguments[:1]])) as servers:
            return call(arguments, environment_for(state, servers, arguments))
    except EmbeddedServerError as error:
        sys.stderr.write(f"okr: {error}\n")
        return 1


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
