"""The demonstration can be told on any day of the year, and only where there is room for it."""

from dataclasses import replace

import pytest
import time_machine
from django.core.management import CommandError
from django.db import transaction

from checkins.models import CheckIn
from demo.acme import ACME
from demo.globex import GLOBEX
from demo.teller import Teller, id_of
from organizations.tenancy import organization_scope
from tests.factories import OrganizationFactory, UserFactory

from .test_demo import (
    assert_last_quarter_is_closed,
    assert_past_is_in_order,
    assert_progress_is_what_recomputation_says,
    due_for,
    person,
    tell_all,
)

# What stands in the way.


def test_an_organization_it_did_not_make_is_left_alone(db, settings, tmp_path):
    settings.STATE_DIR = tmp_path
    OrganizationFactory(slug="acme")
    with pytest.raises(CommandError, match="exists that the demonstration did not make"):
        tell_all()
    assert not (tmp_path / "demo.txt").exists()


def test_an_account_it_did_not_make_is_left_alone(db, settings, tmp_path):
    settings.STATE_DIR = tmp_path
    UserFactory(email="cleo@acme.example")
    with pytest.raises(CommandError, match=r"cleo@acme\.example"):
        tell_all()


# Any day of the year.

PEOPLE = {"olga", "henrik", "priya", "jonas", "max", "cleo", "nina", "marek"}
GOALS = {"winter", "same-day", "worry", "first", "forum", "answers"}
# Enough of it to be quick, with all that is Cleo's.
SHORT = replace(
    ACME,
    units=tuple(unit for unit in ACME.units if unit.head in PEOPLE),
    seats=tuple(seat for seat in ACME.seats if seat.short in PEOPLE),
    last=tuple(replace(goal, under="") for goal in ACME.last if goal.short in GOALS),
    now=tuple(goal for goal in ACME.now if goal.short in GOALS),
    early=ACME.early & PEOPLE,
    links=tuple(link for link in ACME.links if {link.goal, link.other} <= GOALS),
)
DAYS = {
    "a Saturday": "2026-11-21T10:00+01:00",
    "a Sunday, the last day of a quarter and a year": "2028-12-31T23:30+01:00",
    "the first minute of a quarter": "2026-10-01T00:01+02:00",
    "the last day of a quarter": "2026-09-30T22:00+02:00",
    "New Year's Day": "2027-01-01T08:00+01:00",
    "29 February": "2028-02-29T09:00+01:00",
    "the night of a clock change": "2026-10-25T02:30+01:00",
}


@pytest.mark.parametrize("moment", DAYS.values(), ids=DAYS)
def test_it_can_be_told_on_any_day(db, moment):
    with time_machine.travel(moment, tick=False):
        acme = Teller(SHORT, "hash").tell()
        with organization_scope(acme):
            assert len(due_for(person("cleo"))) == 3
            assert_past_is_in_order(acme)
            assert_progress_is_what_recomputation_says(acme)
            assert_last_quarter_is_closed(acme)


def test_it_is_the_same_every_time(db):
    tales = []
    for _ in range(2):
        with time_machine.travel(DAYS["29 February"], tick=False), transaction.atomic():
            with organization_scope(Teller(GLOBEX, "hash").tell()):
                readings = CheckIn.objects.order_by("effective_on", "key_result__title", "value")
                tales.append(
                    list(readings.values_list("effective_on", "recorded_at", "value", "note"))
                )
            transaction.set_rollback(True)
    assert tales[0] == tales[1]
    assert tales[0]
    assert id_of(ACME) != id_of(GLOBEX)
