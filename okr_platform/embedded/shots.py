"""./okr shots: pictures of pages in both themes and widths, for whoever works on them."""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from .browser import HOW_TO_GET_IT, find_chromium, options
from .environment import LOOPBACK, laptop
from .postgres import EmbeddedServerError
from .processes import Record
from .run import WEB, free_port, prepare
from .servers import borrowed
from .state import ROOT, State
from .supervisor import Supervisor, say

WIDTHS = {"": (1360, 850), "-phone": (390, 844)}
THEMES: dict[str, Literal["light", "dark"]] = {"day": "light", "night": "dark"}
TELL = "from okr_platform.embedded.visits import tell; tell({pages!r}, {slug!r}, {email!r})"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="okr shots", description=__doc__)
    page = "the name of an address (objectives:detail), or a path; all main pages by default"
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=page)
    parser.add_argument("--as", dest="email", help="who looks; '' for nobody")
    parser.add_argument("--organization", default="acme", help="the slug of where (acme)")
    return parser.parse_args()


def main() -> int:
    wanted = parse()
    state = State.usual()
    chromium = find_chromium()
    if not chromium:
        say(f"No Chromium was found. {HOW_TO_GET_IT}")
        return 1
    try:
        return take(state, chromium, wanted)
    except EmbeddedServerError as error:
        say(str(error))
        return 1


def take(state: State, chromium: str, wanted: argparse.Namespace) -> int:
    """Start a server on the code as it is now, beside one that may run, and look at it."""
    port = free_port()
    site = f"http://{LOOPBACK}:{port}"
    with borrowed(state, by="./okr shots") as servers, ExitStack() as ending:
        environment = laptop(state, servers, site=site) | {"SITE_URL": site}
        supervisor = Supervisor(Record(state.folder / "shots-processes"))
        ending.callback(supervisor.stop)
        if not prepare(supervisor, state, servers, environment, demo=True):
            return 1
        supervisor.spawn("web", [*WEB, "--bind", f"{LOOPBACK}:{port}"], environment)
        if not supervisor.wait_until_answers(f"{site}/health/"):
            return 1
        code = TELL.format(pages=wanted.pages, slug=wanted.organization, email=wanted.email)
        told = ask(code, environment)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=options())
            seen = [photograph(browser, site, visit, state) for visit in told]
            browser.close()
    return 0 if all(seen) else 1


def ask(code: str, environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what Django prints: the visits, each with the cookie of its session."""
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise EmbeddedServerError(f"These pages cannot be looked at here ({reason})")
    visits: list[dict[str, str]] = json.loads(done.stdout)
    return visits


def photograph(browser: Browser, site: str, visit: dict[str, str], state: State) -> bool:
    """Take a page's four pictures and say whether all of them show it, not an error."""
    seen = True
    for suffix, (width, height) in WIDTHS.items():
        viewport: ViewportSize = {"width": width, "height": height}
        with browser.new_context(viewport=viewport, reduced_motion="reduce") as context:
            if visit["session"]:
                cookie = {"name": visit["cookie"], "value": visit["session"], "url": site}
                context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            answer = page.goto(site + visit["path"], wait_until="networkidle")
            # As tall as the page, so that what sticks to the bottom stands there.
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, tall)})
            for theme, scheme in THEMES.items():
                page.emulate_media(color_scheme=scheme)
                picture = state.folder / "shots" / f"{visit['name']}-{theme}{suffix}.png"
                page.screenshot(path=picture)
                say(f"{answer.status if answer else 'nothing'}: {picture}")
        seen &= answer is not None and answer.ok
    return seen


if __name__ == "__main__":
    raise SystemExit(main())
