"""The product's settings, with its mail going to a test's sink."""

from okr_platform.settings import *  # noqa: F403
from tests.activity.sink import from_environment

MAILERS = from_environment()
