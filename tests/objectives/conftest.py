import pytest

from objectives.alignment import align
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory


@pytest.fixture
def tree(acme, cleo, max):
    """Company ← department ← cleo's, and one of cleo's that is not linked."""
    with organization_scope(acme):
        company = ObjectiveFactory(
            title="Make winter riding the default", owner=max, level="company", kind="one_focus"
        )
        product = ObjectiveFactory(title="A bike ready every cold morning", owner=max)
        mine = ObjectiveFactory(title="Cut cold-start failures", owner=cleo)
        KeyResultFactory(objective=mine, title="Failure rate from 6.2% to 2.0%")
        loose = ObjectiveFactory(title="Bring rider voice into every sprint", owner=cleo)
        align(product, company, by=max)
        align(mine, product, by=cleo)
    return company, product, mine, loose


@pytest.fixture
def mid_quarter(time_machine):
    """A Wednesday in the middle of a quarter: locked, and not to be scored yet."""
    time_machine.move_to("2026-11-18T12:00:00Z")
