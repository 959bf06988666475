"""The system's Chromium. Playwright drives it; a downloaded browser is never used."""

import os
import shutil

# The first has no windows to draw and takes a fifth less of the processor for the same pages.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser"]
NAMES += ["google-chrome", "google-chrome-stable"]
PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
HOW_TO_GET_IT = "Install it from your system's packages, as with: apt-get install chromium"


def find_chromium() -> str | None:
    found = [shutil.which(name) for name in NAMES]
    found += [place for place in PLACES if os.access(place, os.X_OK)]
    return next((path for path in found if path), None)


# Nothing it would do of its own accord: no graphics card, no first words, no calls home.
QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def options() -> list[str]:
    """Return what Chromium is told; it refuses to be root in its own sandbox."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
