"""./okr test: pytest, in as many processes as there are cores when the whole suite is asked for."""

import os
import sys

from .state import ROOT


def main(arguments: list[str]) -> None:
    spread = [] if chooses(arguments) else ["-n", "auto", "--maxprocesses", "8"]
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def chooses(arguments: list[str]) -> bool:
    """Whether they name tests, or say how many processes."""
    names = [word.partition("::")[0] for word in arguments if not word.startswith("-")]
    return any((ROOT / name).exists() for name in names) or any(
        word.startswith(("-n", "--numprocesses", "--pdb")) for word in arguments
    )


if __name__ == "__main__":
    main(sys.argv[1:])
