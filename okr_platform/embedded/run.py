"""./okr run: servers, migrations, web, worker and beat; one Ctrl-C ends them in order."""

import argparse
import socket
from collections.abc import Mapping
from contextlib import ExitStack

from .environment import LOOPBACK, as_owner, laptop
from .postgres import EmbeddedServerError
from .processes import Record
from .servers import Servers
from .state import State, StateBusyError, state_argument
from .supervisor import Supervisor, say

# Without an access log, because addresses hold tokens from mails.
WEB = ["gunicorn", "okr_platform.wsgi", "--threads", "8", "--graceful-timeout", "2"]
WEB += ["--no-control-socket", "--log-level", "warning"]
CELERY = ["celery", "--no-color", "--quiet", "-A", "okr_platform"]
WORKER = [*CELERY, "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "-l", "WARNING"]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="okr run", description="Start Plumbline on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="where it answers (8000)")
    parser.add_argument("--state", type=state_argument, metavar="DIR", help="its data (.okr/)")
    parser.add_argument("--no-demo", action="store_true", help="start without organizations")
    return parser.parse_args()


def main() -> int:
    options = parse()
    state = options.state or State.usual()
    try:
        with state.owned("./okr run"):
            return run(state, options.port, demo=not options.no_demo)
    except StateBusyError as busy:
        say(f"{state.folder} is already in use ({busy}).")
        say("Stop that one first, or give this one its own: ./okr run --state DIR --port N")
    except EmbeddedServerError as error:
        say(str(error))
    return 1


def run(state: State, port: int, *, demo: bool) -> int:
    record = Record(state.folder / "processes")
    record.stop_survivors()
    if problem := port_problem(port):
        say(problem)
        return 1
    supervisor = Supervisor(record)
    supervisor.stop_on_signals()
    site = f"http://{LOOPBACK}:{port}/"
    with ExitStack() as ending:
        servers = Servers(state)
        ending.enter_context(servers.running())
        ending.callback(supervisor.stop)
        environment = laptop(state, servers, site=site)
        if not prepare(supervisor, state, servers, environment, demo=demo):
            return 0 if supervisor.stopping.is_set() else 1
        spawn_all(supervisor, environment, port)
        if supervisor.wait_until_answers(f"{site}health/"):
            state.site.write_text(site, encoding="utf-8")
            welcome(state, site, environment)
        code = supervisor.wait()
        say("stopping")
    say("stopped")
    return code


def port_problem(port: int) -> str | None:
    """Say why nothing can answer on this port, before anything is started for it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            return f"Port {port} cannot be used ({error}). Name another: ./okr run --port N"
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def prepare(
    supervisor: Supervisor,
    state: State,
    servers: Servers,
    environment: Mapping[str, str],
    *,
    demo: bool,
) -> bool:
    """Bring tables and static files up to date, and write the demo once."""
    # A real server's schema is changed by who operates it, as another role.
    migrate = ["migrate", "-v0"] if servers.postgres else ["migrate", "--check", "-v0"]
    steps = [("migrate", migrate, as_owner(environment, servers))]
    steps.append(("static", ["collectstatic", "--noinput", "-v0"], dict(environment)))
    if demo and not state.demo.exists():
        steps.append(("demo", ["demo", "-v0"], dict(environment)))
    return all(supervisor.run(name, ["manage", *words], env) for name, words, env in steps)


def spawn_all(supervisor: Supervisor, environment: Mapping[str, str], port: int) -> None:
    web = {**environment, "DATABASE_POOL": "1"}
    supervisor.spawn("web", [*WEB, "--bind", f"{LOOPBACK}:{port}"], web)
    # On a laptop it may be root's, which Celery warns of at length.
    worker = {**environment, "PYTHONWARNINGS": "ignore:You're running the worker"}
    supervisor.spawn("worker", WORKER, worker)
    supervisor.spawn("beat", BEAT, environment)


def welcome(state: State, site: str, environment: Mapping[str, str]) -> None:
    say(f"Plumbline is ready: {site}")
    if state.demo.exists():
        for line in state.demo.read_text(encoding="utf-8").splitlines():
            say(line)
    if "MAIL_FOLDER" in environment:
        say(f"Mail is kept in {environment['MAIL_FOLDER']} and read at {site}mail/")


if __name__ == "__main__":
    raise SystemExit(main())
