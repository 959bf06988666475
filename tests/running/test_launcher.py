import ast
import hashlib
import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from okr_platform.embedded import test as okr_test
from okr_platform.embedded.state import ROOT

OKR = ROOT / "okr"


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """The launcher as a module, with an empty home and an environment of its own."""
    loader = SourceFileLoader("okr_launcher", str(OKR))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(module, "VENV_PYTHON", str(tmp_path / "venv/bin/python"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("OKR_PYTHON", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.delenv(name, raising=False)
    return module


@pytest.fixture
def shims(tmp_path):
    """A folder of commands that a version manager put there for versions that it has not."""
    folder = tmp_path / "shims"
    for name in ("python", "python3", "python3.12", "python3.13", "python3.14"):
        write_command(folder / name, "echo 'command not found' >&2; exit 127")
    return folder


def write_command(path, line):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def test_the_launcher_is_written_for_python_3_8():
    ast.parse(OKR.read_text(), feature_version=(3, 8))


def test_a_broken_shim_does_not_stop_it(launcher, shims, tmp_path, monkeypatch):
    version = f"3.{sys.version_info.minor}"
    real = tmp_path / f".pyenv/versions/{version}.9/bin/python3"
    write_command(real, f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", str(shims))
    monkeypatch.setattr(sys, "executable", str(shims / "python3"))
    monkeypatch.setattr(launcher, "VERSIONS", [version])
    assert launcher.find_python() == str(real)


def test_a_python_that_is_named_must_run(launcher, shims, monkeypatch):
    monkeypatch.setenv("OKR_PYTHON", str(shims / "python3"))
    with pytest.raises(SystemExit, match="no working Python"):
        launcher.find_python()


def test_it_says_what_it_tried_when_no_python_runs(launcher, shims, monkeypatch):
    monkeypatch.setattr(launcher, "candidates", lambda: [str(shims / "python3.13")])
    with pytest.raises(SystemExit, match=r"(?s)Python 3\.12, 3\.13, 3\.14.*OKR_PYTHON.*shims"):
        launcher.find_python()


def test_the_newest_patch_release_is_preferred(launcher, tmp_path):
    for patch in ("2", "10", "9"):
        write_command(tmp_path / f"versions/3.13.{patch}/bin/python3", "exit 0")
    newest = launcher.newest_first(f"{tmp_path}/versions/3.13.*/bin/python3")[0]
    assert "3.13.10" in newest


def test_it_starts_where_python3_itself_is_the_broken_shim(shims, tmp_path):
    real = write_command(
        tmp_path / ".pyenv/versions/3.13.1/bin/python3", f'exec {sys.executable} "$@"'
    )
    environment = {"PATH": f"{shims}:/usr/bin:/bin", "HOME": str(tmp_path)}
    (shims / "env").symlink_to("/usr/bin/env")
    done = subprocess.run(
        [OKR, "help"], env=environment, capture_output=True, text=True, check=False
    )
    assert real.exists()
    assert done.returncode == 0, done.stderr
    assert "./okr run [--port 8000]" in done.stdout


@pytest.mark.parametrize(
    ("installed", "needed", "enough"),
    [("run", "run", True), ("dev", "run", True), ("run", "test", False), ("", "run", False)],
)
def test_a_larger_lock_serves_for_a_smaller_one(launcher, installed, needed, enough):
    python = Path(launcher.VENV_PYTHON)
    write_command(python, "exit 0")
    if installed:
        stamp(launcher, installed, launcher.digest_of(installed))
    assert launcher.satisfied(needed) is enough


def test_a_changed_lock_is_installed_again(launcher):
    write_command(Path(launcher.VENV_PYTHON), "exit 0")
    stamp(launcher, "dev", hashlib.sha256(b"another").hexdigest())
    assert not launcher.satisfied("run")


def stamp(launcher, lock, digest):
    Path(launcher.VENV, ".okr-lock").write_text(f"{lock} {digest}\n")


def test_a_folder_that_is_no_environment_is_left_alone(launcher, monkeypatch):
    precious = Path(launcher.VENV, "precious")
    precious.mkdir(parents=True)
    monkeypatch.setattr(launcher, "find_python", lambda: sys.executable)
    with pytest.raises(SystemExit, match="in the way"):
        launcher.make_environment()
    assert precious.exists()


def test_an_unknown_command_shows_those_there_are(launcher):
    with pytest.raises(SystemExit, match=r"(?s)no command 'fly'.*usage:"):
        launcher.main(["fly"])


@pytest.mark.parametrize(
    ("arguments", "chooses"),
    [
        ([], False),
        (["-k", "sentence"], False),
        (["tests/running"], True),
        (["tests/running/test_launcher.py::test_it"], True),
        (["-n", "0"], True),
        (["-n4"], True),
    ],
)
def test_only_the_whole_suite_is_spread_over_processes(arguments, chooses):
    assert okr_test.chooses(arguments) is chooses


def test_every_command_is_a_module_that_exists(launcher):
    for _, program in launcher.COMMANDS.values():
        assert importlib.util.find_spec(program[-1]), program


def test_the_launcher_may_be_executed():
    assert os.access(OKR, os.X_OK)
