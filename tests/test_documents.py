"""The documents say nothing that isn't there: links, commands, classes and pages are looked up."""

import re
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest
from django.core.management import get_commands
from django.urls import resolve

from okr_platform.embedded.state import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
LONGEST_DECISION = 40
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"\./okr ([a-z]+)(?: ([a-z_]+))?")
CLASS = re.compile(r"`([a-z_]+(?:\.\w+)+)`")
PAGE = re.compile(r"`((?:[a-z-]+/)+)`")
FILE = re.compile(r"`((?:\w+/)+\w+\.(?:py|sql|css|md))`")


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def found(pattern, *paths):
    """Every match of a pattern in some documents, once."""
    matches = {match for path in paths for match in pattern.findall(path.read_text())}
    assert matches, "the pattern finds nothing, so it proves nothing"
    return sorted(matches)


LINKS = [
    pytest.param(path.parent / link, id=f"{path.relative_to(ROOT)} to {link}")
    for path in DOCUMENTS
    for link in LINK.findall(path.read_text())
]


@pytest.mark.parametrize("target", LINKS)
def test_a_link_leads_somewhere(target):
    assert target.exists()


@pytest.mark.parametrize("path", found(FILE, *DOCUMENTS))
def test_a_file_that_is_named_exists(path):
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("path", named(DECISIONS))
def test_a_decision_is_short_and_complete(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= LONGEST_DECISION
    assert lines[0].startswith(f"# {path.name[:4]} ")
    assert any(line.startswith("Status: ") for line in lines)
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
    ]


def test_decisions_are_numbered_one_by_one():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


def test_a_decision_that_code_refers_to_exists():
    numbers = {path.name[:4] for path in DECISIONS}
    sources = [path for app in ROOT.iterdir() if app.is_dir() for path in app.glob("**/*.py")]
    sources = [path for path in sources if ".venv" not in path.parts and "tests" not in path.parts]
    assert set(found(re.compile(r"decisions?[ /](\d{4})"), *sources)) <= numbers


@pytest.fixture(scope="module")
def launcher():
    loader = SourceFileLoader("okr_launcher_in_documents", str(ROOT / "okr"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(("command", "first"), found(COMMAND, *DOCUMENTS))
def test_a_command_exists(launcher, command, first):
    assert command in {*launcher.COMMANDS, "help"}
    if command == "manage" and first:
        assert first in get_commands()


@pytest.mark.parametrize("name", found(CLASS, ROOT / "docs/glossary.md"))
def test_a_class_of_the_glossary_exists(name):
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            thing = getattr(thing, attribute)
        return
    pytest.fail(f"{name} cannot be imported")


@pytest.mark.parametrize("path", found(PAGE, ROOT / "docs/glossary.md"))
def test_a_page_of_the_glossary_exists(path):
    assert resolve(f"/{path}", urlconf="okr_platform.organization_urls")


@pytest.mark.parametrize(
    "path", found(re.compile(r"`(tests/[\w/]+\.py)`"), ROOT / "docs/security.md")
)
def test_a_proof_of_security_is_a_test_file(path):
    assert "def test_" in (ROOT / path).read_text()


def test_the_changelog_has_room_for_what_is_new():
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_readme_is_read_in_one_go():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90
