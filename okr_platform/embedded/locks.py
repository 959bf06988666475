"""Whether the locks in requirements/ still say what pyproject.toml asks for."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Each lock holds what the one before it holds, and the dependencies of a group.
GROUPS = {"production": None, "run": "run", "test": "test", "dev": "dev"}


def problems(root: Path) -> Iterator[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    smaller: dict[str, str] = {}
    asked = list(project["project"]["dependencies"])
    for name, group in GROUPS.items():
        text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        pins = pinned(text)
        asked += project["dependency-groups"][group] if group else []
        yield from (f"{name}.txt: {problem}" for problem in _unmet(asked, pins))
        yield from (f"{name}.txt: {problem}" for problem in _disagreements(smaller, pins))
        if "://" in text:
            yield f"{name}.txt holds a web address; packages come from whatever index pip is told"
        smaller = pins
    yield from _without_hash(root)


def pinned(text: str) -> dict[str, str]:
    """Return the version of each package of a lock."""
    pins: dict[str, str] = {}
    for line in text.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, _, rest = line.partition("==")
            pins[canonicalize_name(name.partition("[")[0])] = rest.split()[0]
    return pins


def _unmet(asked: list[str], pins: dict[str, str]) -> Iterator[str]:
    for requirement in map(Requirement, asked):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{requirement.name} is missing"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} is {version}, and pyproject.toml asks for {requirement}"


def _disagreements(smaller: dict[str, str], pins: dict[str, str]) -> Iterator[str]:
    for name, version in smaller.items():
        if pins.get(name) != version:
            yield f"{name} is {pins.get(name, 'missing')}, and {version} in the lock it builds on"


def _without_hash(root: Path) -> Iterator[str]:
    for name in GROUPS:
        text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for block in text.replace("\\\n", "").splitlines():
            if (
                "==" in block
                and not block.lstrip().startswith("#")
                and "--hash=sha256:" not in block
            ):
                yield f"{name}.txt: no hash for {block.split()[0]}"
