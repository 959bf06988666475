"""The demonstration: believable, complete, the same every time, and on any day of the year."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from stat import S_IMODE
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Case, Count, Max, When
from django.test import Client, override_settings
from django.utils import timezone

from activity.models import Event
from checkins.models import ActionItem, CheckIn, CheckInPeriod, Conversation
from checkins.verification import differences
from demo.acme import ACME
from demo.management.commands.demo import CAST
from objectives.alignment import path_up
from objectives.models import (
    Alignment,
    ChangeRequest,
    Comment,
    KeyResult,
    Mention,
    Objective,
    ProgressPoint,
    Review,
    Snapshot,
)
from objectives.reach import reach
from objectives.rollup import STORED, explain, roll_up_from
from organizations.models import Cycle, Department, Membership, Organization, Person, RoleGrant
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.queries import queries_of

BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "only for this test"


def tell_all():
    output = StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """Told once for all tests of this file, and taken back after the last."""
    state = tmp_path_factory.mktemp("state")
    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(STATE_DIR=state, DEMO_PASSWORD=PASSWORD, PASSWORD_HASHERS=hasher),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        tell_all()
        yield state / "demo.txt"
        transaction.set_rollback(True)


@pytest.fixture
def acme(told, db):
    acme = Organization.objects.get(slug="acme")
    with organization_scope(acme):
        yield acme


def person(short):
    return Person.objects.get(email__startswith=f"{short}@")


def due_for(who):
    period = CheckInPeriod.current(who, who.organization.today())
    return list(period.due_key_results()) if period else []


def test_a_second_run_changes_nothing_and_says_so(told, acme):
    before = [rows.objects.count() for rows in (Person, Objective, CheckIn, Event)]
    text = told.read_text()
    assert "nothing was changed" in tell_all()
    assert [rows.objects.count() for rows in (Person, Objective, CheckIn, Event)] == before
    assert told.read_text() == text


def test_everybody_of_the_cast_can_sign_in(told):
    text = told.read_text()
    assert S_IMODE(told.stat().st_mode) == 0o600
    assert PASSWORD in text
    for role, address in CAST:
        assert f"{role:<16} {address}" in text
        client = Client()
        answer = client.post("/accounts/login/", {"login": address, "password": PASSWORD})
        assert answer.status_code == 302, address
        assert client.get("/").url == f"/o/{address.partition('@')[2].split('.')[0]}/"


def test_the_company_has_forty_people_with_managers_and_roles(acme):
    today = acme.today()
    assert Person.objects.present(today).count() == 40
    without = [one.name for one in Person.objects.all() if one.manager_on(today) is None]
    assert sorted(without) == ["Henrik Sommer", "Olga Petersen"]
    assert person("cleo").manager_on(today) == person("max")
    grants = Counter(RoleGrant.objects.on(today).values_list("role", flat=True))
    assert set(grants) == set(RoleGrant.Role)
    assert person("ada").administers
    assert person("vera").audits
    assert not person("cleo").manages_anyone


def test_the_company_has_three_levels_of_departments(acme):
    kinds = Counter(Department.objects.values_list("kind", flat=True))
    assert kinds == {"division": 3, "department": 6, "team": 12}
    assert not Department.objects.filter(head=None).exists()


def test_every_kind_level_measure_and_direction_is_there(acme):
    live = Objective.objects.live()
    assert set(live.values_list("kind", flat=True)) == set(Objective.Kind)
    assert set(live.values_list("level", flat=True)) == set(Objective.Level)
    key_results = KeyResult.objects.filter(objective__in=live)
    assert set(key_results.values_list("measure", flat=True)) == set(KeyResult.MEASURES)
    assert set(key_results.values_list("direction", flat=True)) == set(KeyResult.DIRECTIONS)
    assert set(key_results.values_list("status", flat=True)) >= {"on_track", "at_risk", "off_track"}
    assert Objective.objects.drafts().count() >= 5
    assert live.filter(visibility="private").count() >= 2
    assert live.filter(visibility="restricted", shares_number=True).count() >= 2
    assert live.filter(level="individual", links_up=None).count() >= 2


def test_what_is_restricted_counts_together_and_its_readers_talk(acme):
    supply = Objective.objects.live().get(title="Parts arrive when the line needs them")
    assert explain(supply).restricted == 2
    cells = Objective.objects.get(title__startswith="A second cell contract")
    readers = set(cells.circle.readers(acme.today()))
    assert {person("priya"), person("ruth"), person("henrik")} <= readers
    assert person("cleo") not in readers
    assert cells.comments.get().author == person("ruth")
    threads = Comment.objects.values("objective").annotate(n=Count("pk")).filter(n__gte=3)
    assert threads.count() >= 2
    assert Mention.objects.count() >= 5


def test_the_deepest_objective_stands_on_the_fourth_level(acme):
    depths = [len(path_up(pk)) + 1 for pk in Objective.objects.live().values_list("pk", flat=True)]
    assert max(depths) == 4


def test_links_of_every_kind_and_in_every_state_are_there(acme):
    links = list(Alignment.objects.filter(child__in=Objective.objects.live()).with_ends())
    assert {link.kind for link in links} == set(Alignment.Kind)
    assert {link.state for link in links} == set(Alignment.State)
    assert any(link.child_key_result for link in links)
    assert any(link.parent_key_result for link in links)
    assert all(link.reason for link in links if not link.is_open)
    assert Alignment.objects.waiting_for(person("cleo")).count() == 1
    assert Event.objects.filter(kind="dependency_at_risk").exists()
    figures = reach(Objective.objects.live(), person("cleo"))
    assert 0 < figures.connected <= figures.aligned < figures.total


def test_all_that_runs_has_an_owner_who_is_here_and_something_to_measure(acme):
    today = acme.today()
    for objective in Objective.objects.live().with_people().prefetch_related("key_results__owner"):
        assert not objective.owner.has_left(today)
        assert objective.key_results.all()
        for key_result in objective.key_results.all():
            assert not key_result.owner.has_left(today)


def stored():
    rows = Objective.objects.order_by("pk").values_list("pk", *STORED)
    return list(rows), list(KeyResult.objects.order_by("pk").values_list("pk", "progress"))


def assert_progress_is_what_recomputation_says(acme):
    before = stored()
    roll_up_from(Objective.objects.values_list("pk", flat=True), on=acme.today())
    assert stored() == before


def test_progress_is_what_recomputation_says(acme):
    assert_progress_is_what_recomputation_says(acme)
    assert Objective.objects.live().exclude(progress=None).count() > 20


def test_the_charts_have_a_history(acme):
    company = Objective.objects.live().get(kind="one_focus")
    days = list(company.progress_points.values_list("on", flat=True))
    assert days == sorted(days)
    assert company.cycle.start <= days[0]
    assert days[-1] <= acme.today()
    longest = KeyResult.objects.aggregate(longest=Max("confidences__len"))["longest"]
    assert longest >= 4


def test_cleo_has_three_key_results_due_and_half_have_checked_in(acme):
    assert len(due_for(person("cleo"))) == 3
    owners = Person.objects.filter(key_results__in=KeyResult.objects.running(acme.today()))
    waiting = [bool(due_for(one)) for one in owners.distinct()]
    assert 0.3 < sum(waiting) / len(waiting) < 0.7


def assert_last_quarter_is_closed(acme):
    closed = Cycle.objects.quarters().exclude(closed_at=None).latest("end")
    running = Cycle.objects.quarters().covering(acme.today()).get()
    assert closed.end + timedelta(days=1) == running.start
    assert closed.closed_at < timezone.now()
    assert not Objective.objects.in_cycle(closed).filter(closed_at=None).exists()
    assert Objective.objects.in_cycle(closed).exists()


def test_the_last_quarter_is_closed(acme):
    assert_last_quarter_is_closed(acme)


def test_the_last_quarter_is_scored_twice(acme):
    snapshots = Snapshot.objects.select_related("objective")
    assert snapshots.count() == len(ACME.last)
    assert not snapshots.filter(score=None).exists()
    differ = {one.title for one in snapshots if one.scores_differ}
    assert differ == {
        "No bike waits for a part",
        "Keep every delivery promise we make to riders",
    }
    assert snapshots.filter(outcome="partly").exists()
    assert snapshots.get(ambition="learning").learned


def test_something_changed_after_the_lock_and_something_waits(acme):
    decided = ChangeRequest.objects.filter(decision="accepted")
    assert {one.objective.title for one in decided} == {
        "No bike waits for a part",
        "Riders trust the range they see",
    }
    waiting = ChangeRequest.objects.open().get()
    assert (waiting.requested_by, waiting.objective.decider) == (person("cleo"), person("max"))
    assert Review.objects.open().get().objective.owner == person("felix")


def test_a_goal_goes_on_in_the_second_quarter(acme):
    carried = Objective.objects.get(times_carried=1)
    assert carried.carried_from.closed_at < carried.created_at < carried.committed_at
    assert [one.title for one in carried.key_results.all()] == ["Hours the line stood still"]
    assert carried.progress is not None


def assert_past_is_in_order(acme):
    now = timezone.now()
    for objective in Objective.objects.exclude(committed_at=None):
        assert objective.created_at < objective.committed_at < now
        assert objective.closed_at is None or objective.committed_at < objective.closed_at < now
    for check_in in CheckIn.objects.select_related("key_result__objective"):
        assert check_in.recorded_at <= now
        assert check_in.recorded_at.astimezone(BERLIN).date() == check_in.effective_on
        assert check_in.key_result.objective.committed_at < check_in.recorded_at
    assert not Event.objects.filter(happened_at__gt=now).exists()
    assert not ProgressPoint.objects.filter(on__gt=acme.today()).exists()


def test_what_happened_happened_in_order_and_never_in_the_future(acme):
    assert_past_is_in_order(acme)


def test_notes_tell_a_story(acme):
    notes = list(CheckIn.objects.exclude(note="").values_list("note", flat=True))
    assert len(notes) > 30
    assert any("Help needed" in note for note in notes)


def test_the_other_organization_is_small_and_out_of_sight(told, db):
    acme, globex = (Organization.objects.get(slug=slug) for slug in ("acme", "globex"))
    mallory = Membership.objects.get(user__email="mallory@globex.example")
    assert mallory.organization == globex
    with organization_scope(globex):
        assert Person.objects.count() == 6
        titles = set(Objective.objects.values_list("title", flat=True))
    with organization_scope(acme):
        assert titles.isdisjoint(Objective.objects.values_list("title", flat=True))
    client = Client()
    client.force_login(mallory.user)
    assert client.get("/o/acme/").status_code == 404


def test_every_progress_is_what_the_check_ins_come_to(acme):
    assert differences() == []


def test_people_speak_with_their_managers(acme):
    cleo, max_ = person("cleo"), person("max")
    hers = Conversation.objects.filter(employee=cleo, kind="biweekly").order_by("due_on")
    two_ago, last, now = hers[:3]
    assert two_ago.closed_at
    assert last.closed_at
    assert now.held_at is None
    assert last.employee_dissent
    assert now.counterpart == max_
    with_nina = Conversation.objects.waiting_for(max_, max_.today())
    assert "Nina Falk" in {one.employee.name for one in with_nina}
    actions = ActionItem.objects.on_the_table(now, two_ago.held_on)
    carried = {one.text: one.carried_into(now) for one in actions if not one.done_at}
    assert carried["Ask operations for a second van on Mondays"] == 2
    begun = Conversation.objects.filter(opens_on__lte=acme.today())
    assert begun.exclude(held_at=None).exists()
    assert begun.exclude(skipped_at=None).exists()
    assert begun.exclude(missed_at=None).exists()


# What a page may ask of the database, with this much in it and for everybody in it (issue 3, 11).

BUDGET = 20
PLACES = ["", "waiting/", "team/", "conversations/"]
BOARDS = ["", "focus/", "planning/", "alignment/"]
PARTS = ["", "kind/", "moves/"]
KEEN = [address.partition("@")[0] for _role, address in CAST if "@acme." in address]
HEADS = ["samira", "priya", "jonas"]


def some_of_each_kind(who):
    """Two objectives of every kind and stage, a person's own and their reports' first."""
    today, shown = who.organization.today(), Counter()
    reports = Person.objects.reporting_to(who, today)
    near = Case(When(owner=who, then=0), When(owner__in=reports, then=1), default=2)
    for one in Objective.objects.visible_to(who).order_by(near, "title", "pk"):
        of_a_kind = (one.kind, one.is_draft, one.closed_at is None, one.cancelled_at is None)
        shown[of_a_kind] += 1
        if shown[of_a_kind] <= 2:
            yield f"objectives/{one.pk}/"


@pytest.mark.parametrize("short", KEEN + HEADS)
def test_every_page_stays_within_its_budget_for_everybody(told, db, short):
    with organization_scope(Organization.objects.get(slug="acme")):
        who = person(short)
        who.organization = Organization.objects.get(slug="acme")
        paths = PLACES + [f"objectives/{board}" for board in BOARDS]
        mine = Conversation.objects.visible_to(who).order_by("-due_on")[:12]
        paths += [f"conversations/{one.pk}/" for one in mine]
        paths += [f"{path}{part}" for path in some_of_each_kind(who) for part in PARTS]
    client, asked = signed_in(who), {}
    for path in paths:
        asked[path] = len(queries_of(lambda: client.get(f"/o/acme/{path}")))  # noqa: B023
    assert {path: count for path, count in asked.items() if count > BUDGET} == {}
