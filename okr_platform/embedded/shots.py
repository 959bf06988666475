"""./okr shots: pictures of pages in both themes and widths, for whoever works on them."""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from .browser import HOW_TO_GET_IT, find_chromium, options
from .environment import LOOPBACK, laptop
from .postgres import EmbeddedServerError
from .processes import Record
from .run import WEB, free_port, prepare
from .servers import borrowed
from .state import ROOT, State
from .supervisor import Supervisor, say

WIDTHS = {1360: 850, 390: 844}
THEMES = ["light", "dark"]
PAGES = ["", "objectives/", "objectives/outline/"]
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
    parser.add_argument(
        "--as", dest="email", default="ada@acme.example", help="who looks; '' for nobody"
    )
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
        cookie = sign_in(wanted.email, environment) | {"url": site} if wanted.email else None
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=options())
            paths = [path_of(page, wanted.organization) for page in wanted.pages]
            seen = [photograph(browser, site + path, cookie, state) for path in paths]
            browser.close()
    return 0 if all(seen) else 1


def path_of(page: str, organization: str) -> str:
    return page if page.startswith("/") else f"/o/{organization}/{page}"


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


def photograph(browser: Browser, url: str, cookie: dict[str, str] | None, state: State) -> bool:
    """Take a page's four pictures and say whether all of them show it, not an error."""
    name = urlsplit(url).path.strip("/").replace("/", "-") or "root"
    seen = True
    for width, height in WIDTHS.items():
        for theme in THEMES:
            with browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
            ) as context:
                if cookie:
                    context.add_cookies([{**cookie}])  # type: ignore[typeddict-item]
                page = context.new_page()
                answer = page.goto(url)
                picture = state.folder / "shots" / f"{name}-{width}-{theme}.png"
                page.screenshot(path=picture, full_page=True)
            seen &= answer is not None and answer.ok
            say(f"{answer.status if answer else 'nothing'}: {picture}")
    return seen


if __name__ == "__main__":
    raise SystemExit(main())
