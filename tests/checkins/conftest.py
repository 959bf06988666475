"""It is half past nine on a Tuesday on which Acme's fortnightly check-in is due."""

from datetime import UTC, datetime

import pytest

from checkins.models import CheckInPeriod
from organizations.tenancy import organization_scope

DUE_DAY = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def on_the_due_day(time_machine):
    time_machine.move_to(DUE_DAY)


@pytest.fixture
def period(on_the_due_day, acme, cleo):
    with organization_scope(acme):
        return CheckInPeriod.current(cleo, DUE_DAY.date()).keep()
