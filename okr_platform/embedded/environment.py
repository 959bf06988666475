"""The environment that the settings read, for the servers of a state directory.

What is already in the environment wins. Nothing of this is a fallback of the settings themselves,
which in production refuse to start without it.
"""

import os
from collections.abc import Mapping

from .servers import Servers
from .state import State

LOOPBACK = "127.0.0.1"


def laptop(state: State, servers: Servers, *, site: str) -> dict[str, str]:
    """Return what every process of a laptop's Plumbline has in common."""
    ours = {
        "SECRET_KEY": state.secret_key,
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "SITE_URL": site.rstrip("/"),
        "DATABASE_URL": servers.database("okr_app"),
        "REDIS_URL": servers.redis,
        "INSECURE_HTTP": "1",
        "PYTHONUNBUFFERED": "1",
        "MAIL_FROM": "Plumbline <plumbline@localhost>",
    }
    if "SMTP_HOST" not in os.environ:
        ours["MAIL_FOLDER"] = str(state.mail)
    # Always this directory, also when it was named on the command line.
    return ours | dict(os.environ) | {"OKR_STATE_DIR": str(state.folder)}


def as_owner(environment: Mapping[str, str], servers: Servers) -> dict[str, str]:
    """Return it for a process that changes the schema."""
    return {**environment, "DATABASE_URL": servers.database("okr_owner")}


def last_site(state: State) -> str:
    """Return where ./okr run answered last, for links in what a command writes."""
    if state.site.exists():
        return state.site.read_text(encoding="utf-8").strip()
    return f"http://{LOOPBACK}:8000"
