"""Conversations make themselves from reporting lines and the calendar (domain §9)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkins.arranging import arrange
from checkins.conversing import Seat
from checkins.models import Conversation, ConversationSeries, ConversationTemplate, TalkingPoint
from checkins.reminders import plan
from checkins.starting import start
from organizations.models import Cycle, FiscalCalendar
from tests.factories import LONG_AGO, PersonFactory, join

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
# The organization's rhythm: every second Tuesday.
DUES = [date(2026, 11, 24), date(2026, 12, 8)]


@pytest.fixture
def company(in_acme, cleo, max):
    FiscalCalendar.objects.create().lay_out(2026)
    FiscalCalendar.objects.get().lay_out(2027)
    in_acme.checkin_anchor = TODAY
    in_acme.save()
    return in_acme


def of(employee, kind="biweekly"):
    return Conversation.objects.filter(employee=employee, kind=kind)


def test_everybody_gets_the_conversations_their_calendar_wants(company, cleo, max):
    arrange(company, TODAY)
    first, second = of(cleo)
    assert [first.due_on, second.due_on] == DUES
    assert (first.opens_on, first.counterpart, first.created_by) == (date(2026, 11, 20), max, None)
    assert not of(cleo, "quarter_start").exists()
    assert not of(cleo, "quarter_end").exists()


@pytest.mark.parametrize(
    ("today", "kind", "window"),
    [
        ("2026-12-03", "quarter_end", ("2026-12-24", "2027-01-07")),
        ("2027-01-07", "quarter_end", ("2026-12-24", "2027-01-07")),
        ("2027-01-08", "quarter_end", None),
        ("2026-12-02", "quarter_end", None),
        ("2026-11-27", "quarter_start", ("2026-12-18", "2027-01-11")),
        ("2027-01-11", "quarter_start", ("2026-12-18", "2027-01-11")),
        ("2027-01-12", "quarter_start", None),
        ("2026-11-26", "quarter_start", None),
    ],
)
def test_a_quarters_conversations_are_made_ahead_and_not_after(company, cleo, today, kind, window):
    arrange(company, date.fromisoformat(today))
    made = [(str(one.opens_on), str(one.due_on)) for one in of(cleo, kind)]
    assert made == ([window] if window else [])


def test_arranging_twice_or_late_changes_nothing(company, cleo):
    arrange(company, TODAY)
    before = list(Conversation.objects.values("pk", "due_on", "counterpart"))
    arrange(company, TODAY)
    assert list(Conversation.objects.values("pk", "due_on", "counterpart")) == before
    assert ConversationTemplate.objects.count() == 3


def test_whoever_has_no_manager_speaks_with_the_people_team(company, ada, max, cleo):
    arrange(company, TODAY)
    assert {one.counterpart for one in of(max)} == {ada}
    assert not of(ada).exists()  # there is nobody else in the people team


def test_nobody_converses_who_is_not_there(company, cleo):
    newcomer, leaver = PersonFactory(starts_on=date(2026, 12, 1)), PersonFactory()
    for one in (newcomer, leaver):
        one.organization = company
        one.report_to(cleo, on=LONG_AGO)
    leaver.leaves_on = date(2026, 12, 1)
    leaver.save()
    arrange(company, TODAY)
    assert not of(newcomer).exists()
    assert [one.due_on for one in of(leaver)] == DUES[:1]


def test_another_manager_takes_over_what_nobody_has_begun_with(company, cleo, max, vera):
    arrange(company, TODAY)
    begun, untouched = of(cleo)
    TalkingPoint.objects.create(conversation=begun, author=cleo, text="The van")
    cleo.report_to(vera, on=TODAY)
    arrange(company, TODAY)
    untouched.refresh_from_db()
    begun.refresh_from_db()
    assert (begun.counterpart, untouched.counterpart) == (max, vera)
    assert ConversationSeries.objects.running().filter(employee=cleo, counterpart=max).count() == 0


def test_moved_quarter_dates_move_what_is_not_held(company, cleo, max):
    arrange(company, date(2026, 12, 20))
    conversation = of(cleo, "quarter_end").get()
    Cycle.objects.quarters().filter(start=date(2027, 1, 1)).update(start=date(2027, 1, 3))
    Cycle.objects.quarters().covering(TODAY).update(end=date(2027, 1, 2))
    arrange(company, date(2026, 12, 20))
    conversation.refresh_from_db()
    assert (conversation.opens_on, conversation.due_on) == (date(2026, 12, 26), date(2027, 1, 9))
    assert conversation.meets_on == date(2027, 1, 8)
    conversation.move(cleo, date(2027, 1, 5))
    Cycle.objects.quarters().covering(TODAY).update(end=date(2026, 12, 30))
    arrange(company, date(2026, 12, 20))
    conversation.refresh_from_db()
    assert (conversation.due_on, conversation.meets_on) == (date(2027, 1, 6), date(2027, 1, 5))
    conversation.hold(cleo, date(2027, 1, 5))
    Cycle.objects.quarters().covering(TODAY).update(end=date(2026, 12, 31))
    arrange(company, date(2026, 12, 20))
    conversation.refresh_from_db()
    assert conversation.due_on == date(2027, 1, 6)


def test_another_rhythm_moves_only_what_has_not_opened(company, cleo):
    arrange(company, TODAY)
    company.set_rhythm(checkin_weekday=3)
    arrange(company, TODAY)
    dues = [one.due_on for one in of(cleo)]
    assert DUES[0] in dues
    assert DUES[1] not in dues
    assert {due.weekday() for due in dues[1:]} == {3}


def test_what_is_not_held_is_missed_when_the_next_one_opens(company, cleo, max):
    arrange(company, TODAY)
    first, second = of(cleo)
    late = date(2026, 12, 3)
    arrange(company, late)
    first.refresh_from_db()
    assert first.missed_at is None
    assert first.is_late(late)
    assert first.state(late) == "preparing"
    arrange(company, second.opens_on)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state(second.opens_on) == "missed"
    assert second.missed_at is None


def test_skipped_and_held_ones_are_no_miss(company, cleo, max):
    arrange(company, TODAY)
    first, second = of(cleo)
    first.skip(cleo, "leave")
    arrange(company, second.opens_on)
    first.refresh_from_db()
    assert first.state(second.opens_on) == "skipped"


@pytest.mark.parametrize("holidays", [[], [date(2026, 12, 8)]])
def test_a_holiday_moves_the_day_to_meet_and_not_the_due_day(company, cleo, holidays):
    company.holidays = holidays
    company.save()
    arrange(company, TODAY)
    second = of(cleo).last()
    assert second.due_on == date(2026, 12, 8)
    assert second.meets_on == (date(2026, 12, 7) if holidays else date(2026, 12, 8))


def test_the_beat_arranges(company, cleo):
    plan(company, timezone.now())
    assert of(cleo).exists()


def test_a_bi_weekly_one_is_started_any_time_once(company, cleo, max):
    with time_machine.travel("2026-11-10 10:00Z"):
        arrange(company, date(2026, 11, 10))
        held = of(cleo).first()
        held.hold(cleo, date(2026, 11, 10))
        made = start(cleo, max, "biweekly", by=cleo)
        assert (made.opens_on, made.created_by) == (date(2026, 11, 10), cleo)
        assert start(cleo, max, "biweekly", by=max) == made


@pytest.mark.parametrize(
    ("now", "kind", "quarter"),
    [
        ("2026-11-24", "quarter_start", "Q4 FY26"),
        ("2026-12-20", "quarter_start", "Q1 FY27"),
        ("2026-11-24", "quarter_end", "Q4 FY26"),
        ("2027-01-05", "quarter_end", "Q4 FY26"),
        ("2027-02-05", "quarter_end", "Q1 FY27"),
    ],
)
def test_a_quarters_conversation_is_started_for_the_nearest_quarter(
    company, cleo, max, now, kind, quarter
):
    with time_machine.travel(f"{now} 10:00Z"):
        made = start(cleo, max, kind, by=cleo)
        assert made.cycle.label == quarter
        assert made.opens_on <= date.fromisoformat(now) <= made.due_on
        assert start(cleo, max, kind, by=cleo) == made
        arrange(company, date.fromisoformat(now))
        assert of(cleo, kind).filter(cycle=made.cycle).get() == made


def test_without_a_quarter_there_is_nothing_to_speak_of(in_acme, cleo, max):
    with pytest.raises(ValidationError, match="No quarter is laid out"):
        start(cleo, max, "quarter_end", by=cleo)


def test_a_thousand_people_cost_as_many_statements_as_ten(company, cleo, max):
    arrange(company, TODAY)
    with CaptureQueriesContext(connection) as few:
        arrange(company, TODAY + timedelta(days=14))
    for n in range(30):
        person = PersonFactory(name=f"Nr {n}")
        person.organization = company
        person.report_to(max, on=LONG_AGO)
    with CaptureQueriesContext(connection) as many:
        arrange(company, TODAY + timedelta(days=28))
    assert len(many) == len(few)
    assert Conversation.objects.count() > 30


def test_the_dates_are_the_employees(company, max):
    """In Auckland it is the next day already, and its conversation has opened."""
    far = join(company, "Kiri")
    far.time_zone = "Pacific/Auckland"
    far.save()
    far.report_to(max, on=LONG_AGO)
    arrange(company, TODAY)
    second = of(far).last()
    evening = datetime.combine(second.opens_on - timedelta(days=1), time(20), UTC)
    assert Seat(second, max, evening).state == "preparing"
    assert Seat(of(far).last(), max, evening - timedelta(hours=12)).state == "scheduled"
