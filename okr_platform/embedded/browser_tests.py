"""A pytest plugin: tests marked "browser" run where Chromium is, or are missed loudly."""

import os

import pytest

from .browser import HOW_TO_GET_IT, find_chromium

COUNT = "browser_tests_left_out"


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("OKR_REQUIRE_BROWSER") == "1" and not find_chromium():
        raise pytest.UsageError(
            f"OKR_REQUIRE_BROWSER=1, but no Chromium was found. {HOW_TO_GET_IT}"
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    driving = [item for item in items if item.get_closest_marker("browser")]
    if find_chromium() or not driving:
        return
    items[:] = [item for item in items if item not in driving]
    config.hook.pytest_deselected(items=driving)
    setattr(config, COUNT, len(driving))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the controlling process, where this one is one of several."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[COUNT] = getattr(session.config, COUNT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over what a process has told; each of them has seen all tests."""
    told = getattr(node, "workeroutput", {}).get(COUNT, 0)
    setattr(node.config, COUNT, told)  # type: ignore[attr-defined]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if left_out := getattr(config, COUNT, 0):
        line = f"NO CHROMIUM: {left_out} BROWSER TESTS WERE LEFT OUT. {HOW_TO_GET_IT}"
        terminalreporter.write_line(line, red=True, bold=True)
