import shutil

import pytest

from okr_platform.embedded import locks
from okr_platform.embedded.state import ROOT


@pytest.fixture
def project(tmp_path):
    """A copy of what pyproject.toml and the locks say, to break."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_locks_are_in_step_with_the_project():
    assert list(locks.problems(ROOT)) == []


def test_a_new_dependency_is_missed(project):
    replace(project / "pyproject.toml", '"redis>=', '"gone>=1",\n  "redis>=')
    assert "production.txt: gone is missing" in list(locks.problems(project))


def test_a_narrower_requirement_is_noticed(project):
    replace(project / "pyproject.toml", '"ruff>=', '"ruff>=999,>=')
    assert [problem for problem in locks.problems(project) if "dev.txt: ruff is" in problem]


def test_two_locks_that_disagree_are_noticed(project):
    pins = locks.pinned((project / "requirements/run.txt").read_text())
    pinned = f"\ncelery=={pins['celery']}"
    replace(project / "requirements/run.txt", pinned, "\ncelery==5.7.999")
    problems = list(locks.problems(project))
    assert [problem for problem in problems if problem.startswith("run.txt: celery is 5.7.999")]
    assert [problem for problem in problems if problem.startswith("test.txt: celery is")]


def test_an_index_address_and_a_missing_hash_are_noticed(project):
    lock = project / "requirements/dev.txt"
    lock.write_text(lock.read_text() + "--index-url https://packages.example/simple\nloose==1.0\n")
    problems = list(locks.problems(project))
    assert "dev.txt: no hash for loose==1.0" in problems
    assert [problem for problem in problems if "web address" in problem]
