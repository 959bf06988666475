"""./okr check: everything that can be said about the source without running the product."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import locks
from .state import ROOT

PYTHON_FILES = [".", "okr"]
# A server's environment, for what the settings are like there. Nothing answers at the addresses.
SERVER = {
    "SECRET_KEY": "only checked, never signed with: 0123456789 abcdefghij ABCDEFGHIJ",
    "ALLOWED_HOSTS": "plumbline.example",
    "SITE_URL": "https://plumbline.example",
    "REDIS_URL": "redis://127.0.0.1:1",
    "MAIL_FROM": "Plumbline <plumbline@plumbline.example>",
    "SMTP_HOST": "127.0.0.1",
}

# Says what is wrong, or nothing.
Step = Callable[[], str]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="okr-check-") as folder, ThreadPoolExecutor(2) as pool:
        running = {name: pool.submit(step) for name, step in steps(server(folder)).items()}
        failed = [name for name, outcome in running.items() if not report(name, outcome.result())]
    print(f"{len(failed)} of {len(running)} checks failed" if failed else "All checks passed")
    return 1 if failed else 0


def steps(environment: dict[str, str]) -> dict[str, Step]:
    """Return the checks in the order in which they are reported; the longest begins first."""
    return {
        "types": command("mypy", *PYTHON_FILES, env=environment),
        "format": command("ruff", "format", "--quiet", "--diff", *PYTHON_FILES),
        "lint": command("ruff", "check", "--quiet", *PYTHON_FILES),
        "layers": command("lint-imports", "--no-logo", "--no-cache"),
        "template format": command("djade", "--check", *templates("*.html", "*.txt")),
        "template lint": command("djlint", "--lint", "--quiet", *templates("*.html")),
        "migrations": manage("makemigrations", "--check", "--dry-run", env=environment),
        "settings": manage("check", "--deploy", "--fail-level", "WARNING", env=environment),
        "locks": lambda: "\n".join(locks.problems(ROOT)),
    }


def server(folder: str) -> dict[str, str]:
    """Return what the settings read on a server, whatever this machine's environment says."""
    plain = {
        key: value
        for key, value in os.environ.items()
        if key not in {"INSECURE_HTTP", "DATABASE_POOL", "MAIL_FOLDER", "SIGN_UP_OPEN"}
    }
    database = f"postgresql://okr_app@/okr?host={folder}"
    (Path(folder) / "static").mkdir()
    return plain | SERVER | {"DATABASE_URL": database, "OKR_STATE_DIR": folder}


def templates(*patterns: str) -> list[str]:
    return sorted(
        str(path) for pattern in patterns for path in ROOT.glob(f"templates/**/{pattern}")
    )


def command(program: str, *arguments: str, env: dict[str, str] | None = None) -> Step:
    return lambda: complaint([str(Path(sys.executable).with_name(program)), *arguments], env)


def manage(*arguments: str, env: dict[str, str]) -> Step:
    # No database answers, and makemigrations warns that it could not compare with one.
    quiet = ["-W", "ignore::RuntimeWarning"]
    return lambda: complaint([sys.executable, *quiet, "manage.py", *arguments], env)


def complaint(words: list[str], environment: dict[str, str] | None) -> str:
    """Run a command and return what it prints if it fails."""
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.strip() or f"exit code {done.returncode}" if done.returncode else ""


def report(name: str, complaint: str) -> bool:
    print(f"{name:<16} {'FAILED' if complaint else 'ok'}", flush=True)
    for line in complaint.splitlines():
        print(f"    {line}", flush=True)
    return not complaint


if __name__ == "__main__":
    raise SystemExit(main())
