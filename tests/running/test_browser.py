"""Where Chromium is missing, one loud line says so, or everything fails where it is required."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from okr_platform.embedded import browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def without_chromium(tmp_path):
    if any(os.access(place, os.X_OK) for place in browser.PLACES):
        pytest.skip("Here it is found without being on the path.")
    environment = {**os.environ, "PATH": str(tmp_path)}
    # It is a session of its own, not part of the one that runs this test.
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS", "OKR_REQUIRE_BROWSER"):
        environment.pop(name, None)
    return environment


def collect(environment):
    command = [sys.executable, "-m", "pytest", "tests/browser", "--collect-only", "-q"]
    told = {"cwd": ROOT, "env": environment, "capture_output": True, "text": True}
    return subprocess.run(command, **told, check=False)


def test_one_loud_line_says_how_many_tests_were_left_out(without_chromium):
    lines = collect(without_chromium).stdout.splitlines()
    [loud] = [line for line in lines if line.startswith("NO CHROMIUM")]
    assert re.match(r"NO CHROMIUM: \d+ BROWSER TESTS WERE LEFT OUT", loud)
    assert browser.HOW_TO_GET_IT in loud


def test_where_it_is_required_its_absence_is_a_failure(without_chromium):
    refused = collect({**without_chromium, "OKR_REQUIRE_BROWSER": "1"})
    assert refused.returncode == pytest.ExitCode.USAGE_ERROR
    assert browser.HOW_TO_GET_IT in refused.stderr
