"""Acme Mobility: forty people who build electric cargo bikes and keep them on the road."""

from demo.story import Story

from .last_quarter import LAST
from .links import LINKS
from .people import SEATS, UNITS
from .said import SAID
from .talks import TALKS
from .this_quarter import NOW
from .together import TOGETHER
from .turns import TURNS

# Every second of those who have something to report has done so already; Cleo has not.
EARLY = frozenset(
    {
        *("henrik", "samira", "mei", "zoe", "noah", "lukas", "ingrid", "sofia", "paul"),
        *("marek", "omar", "elif", "julia", "hanna", "goran", "stefan", "ada"),
    }
)
ACME = Story(
    "acme",
    "Acme Mobility",
    UNITS,
    SEATS,
    LAST,
    NOW,
    EARLY,
    LINKS,
    SAID,
    turns=TURNS,
    together=TOGETHER,
    talks=TALKS,
)
