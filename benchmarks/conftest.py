"""The same cast, database and role as the tests."""

from tests.conftest import *  # noqa: F403
