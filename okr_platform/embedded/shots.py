"""./okr shots: pictures of pages in both themes and widths, for whoever works on them."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from .browser import HOW_TO_GET_IT, find_chromium, options
from .environment import LOOPBACK, laptop
from .postgres import EmbeddedServerError
from .processes import Record
from .run import WEB, free_port
from .servers import borrowed
from .state import ROOT, State
from .supervisor import Supervisor, say

WIDTHS = {1360: 850, 390: 844}
THEMES = ["light", "dark"]
PAGES = ["", "objectives/", "objectives/outline/", "/accounts/login/"]
# Signs a person in without a password, as the owner of this machine may.
SESSION = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
user = get_user_model().objects.get(email={email!r})
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(json.dumps({{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}}))
"""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="okr shots", description=__doc__)
    page = "a path under the organization, or one from the root if it begins with /"
    parser.add_argument("pages", nargs="*", metavar="PAGE", default=PAGES, help=page)
    parser.add_argument("--as", dest="email", default="ada@acme.example", help="who looks")
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
        if not supervisor.run(
            "static", ["manage", "collectstatic", "--noinput", "-v0"], environment
        ):
            return 1
        supervisor.spawn("web", [*WEB, "--bind", f"{LOOPBACK}:{port}"], environment)
        if not supervisor.wait_until_answers(f"{site}/health/"):
            return 1
        cookie = sign_in(wanted.email, environment) | {"url": site}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=options())
            for page in wanted.pages:
                path = page if page.startswith("/") else f"/o/{wanted.organization}/{page}"
                visitor = None if path.startswith("/accounts/") else cookie
                photograph(browser, site, path, visitor, state.folder / "shots")
            browser.close()
    return 0


def sign_in(email: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the cookie of a session of this person."""
    code = SESSION.format(email=email)
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise EmbeddedServerError(f"{email} cannot look at pages here ({reason})")
    cookie: dict[str, str] = json.loads(done.stdout)
    return cookie


def photograph(
    browser: Browser, site: str, path: str, cookie: dict[str, str] | None, folder: Path
) -> None:
    folder.mkdir(exist_ok=True)
    for width, height in WIDTHS.items():
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
            )
            if cookie:
                context.add_cookies([{**cookie}])  # type: ignore[typeddict-item]
            page = context.new_page()
            answer = page.goto(f"{site}{path}")
            name = path.strip("/").replace("/", "-") or "root"
            picture = folder / f"{name}-{width}-{theme}.png"
            page.screenshot(path=picture, full_page=True)
            say(f"{answer.status if answer else '???'} {path} → {os.path.relpath(picture)}")
            context.close()


if __name__ == "__main__":
    raise SystemExit(main())
