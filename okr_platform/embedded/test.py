"""./okr test: pytest, on every core when the whole suite is asked for."""

import os
import sys

from .state import ROOT


def main(arguments: list[str]) -> None:
    whole = not any(word == "-n" or word.startswith(("-n", "--numprocesses")) for word in arguments)
    named = any((ROOT / word.partition("::")[0]).exists() for word in arguments)
    spread = ["-n", "2"] if whole and not named else []
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
