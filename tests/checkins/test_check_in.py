"""A reading is written down once and moves everything above it."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from activity.models import Event
from checkins.models import CheckIn, Overtaken, Reading
from objectives.alignment import align
from tests.factories import ObjectiveFactory


@pytest.fixture
def company(in_acme, max):
    return ObjectiveFactory(title="Make winter riding the default", owner=max)


def record(key_result, value, **options):
    reading = Reading(value=Decimal(value), confidence=8, seen=options.pop("seen", None))
    options.setdefault("submission", uuid4())
    today = key_result.organization.today()
    return CheckIn.record(key_result, key_result.owner, reading, on=today, **options)


def test_a_check_in_moves_the_objective_and_its_ancestors(in_acme, cleo, key_result, company):
    align(key_result.objective, company, by=cleo)
    record(key_result, 40)
    company.refresh_from_db()
    assert key_result.progress == Decimal("0.4")
    assert company.progress == Decimal("0.4")
    assert company.progress_points.get().progress == Decimal("0.4")


def test_the_same_submission_twice_is_one_check_in(in_acme, key_result):
    submission = uuid4()
    first = record(key_result, 40, submission=submission)
    assert record(key_result, 60, submission=submission) == first
    assert CheckIn.objects.count() == 1
    assert Event.objects.filter(kind="checked_in").count() == 1


def test_who_has_not_seen_the_latest_is_shown_it_first(in_acme, key_result):
    first = record(key_result, 40)
    with pytest.raises(Overtaken) as overtaken:
        record(key_result, 50)
    assert overtaken.value.latest == first
    record(key_result, 50, seen=first.pk)
    assert key_result.current == Decimal(50)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_a_check_in(in_acme, key_result, verb):
    check_in = record(key_result, 40)
    rows = CheckIn.objects.filter(pk=check_in.pk)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        rows.update(value=1) if verb == "update" else rows.delete()


def test_a_late_entry_does_not_rewrite_how_things_stood(in_acme, key_result):
    today = key_result.organization.today()
    first = record(key_result, 40)
    reading = Reading(value=Decimal(90), confidence=8, seen=first.pk)
    earlier = today - timedelta(days=7)
    CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=earlier)
    points = key_result.objective.progress_points.values_list("on", "progress")
    assert list(points) == [(today, Decimal("0.4"))]
