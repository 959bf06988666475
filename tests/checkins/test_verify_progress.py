"""Whatever people do in whatever order, the stored figures are what the check-ins come to."""

import os
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from checkins.missed import miss_periods
from checkins.models import CheckIn, CheckInPeriod, Reading
from checkins.verification import differences
from objectives import linking, writing
from objectives.alignment import align
from objectives.change_requests import Asked, accept, ask, found, written_of
from objectives.closing import close
from objectives.life import cancel, pause, resume
from objectives.models import Alignment, Allocation, KeyResult, Objective, objective_of
from objectives.rollup import roll_up_from
from objectives.sums import allocate, release
from objectives.writing import Step, Written
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, running_quarter

# CHANGES=1000 makes the long run.
CHANGES = int(os.environ.get("CHANGES", "30"))

NUMBERS = st.integers(-20, 120).map(Decimal)
SOMETHING = st.integers(0, 1000)
KINDS = st.sampled_from(["contributes", "contributes", "supports", "depends_on"])
ENDS = st.integers(0, 2)
WEIGHTS = st.integers(0, 3)
WRITTEN = st.builds(
    Written,
    pk=st.none(),
    title=st.sampled_from(["Riders", "Waits", "Costs"]),
    measure=st.sampled_from(["number", "score", "yes_no", "milestones", "judgement"]),
    direction=st.sampled_from(["increase", "decrease", "at_least", "at_most", "baseline"]),
    aggregation=st.sampled_from(["latest", "mean_of_periods", "share_of_periods_ok"]),
    expectation=st.sampled_from(["linear", "end_loaded"]),
    start=st.one_of(st.none(), st.just(Decimal(0))),
    target=st.one_of(st.none(), st.integers(1, 9).map(Decimal)),
    weight=st.integers(0, 3),
    milestones=st.lists(st.sampled_from(["Plan", "Build", "Ship"]).map(Step), min_size=1),
)


def verified(*options):
    told = StringIO()
    call_command("verify_progress", *options, stdout=told)
    return told.getvalue()


def check_in(key_result, value, on, done=()):
    latest = CheckIn.objects.latest_of([key_result]).get(key_result.pk)
    reading = Reading(value, confidence=7, done_milestones=list(done), seen=latest)
    return CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=on)


@pytest.fixture
def measured(in_acme, key_result):
    check_in(key_result, Decimal(40), in_acme.today())
    return key_result


def test_what_check_ins_come_to_is_no_difference(acme, measured):
    assert "No difference" in verified("--organization", "acme")


@pytest.mark.parametrize(("name", "value"), [("current", 41), ("progress", 1), ("note", "No")])
def test_a_key_result_that_says_something_else_is_found(acme, measured, name, value):
    KeyResult.objects.filter(pk=measured.pk).update(**{name: value})
    with pytest.raises(CommandError) as found:
        verified()
    assert found.value.returncode == 1
    assert [(one.pk, one.name) for one in differences()] == [(measured.pk, name)]


def test_an_objective_that_says_something_else_is_found(acme, measured):
    Objective.objects.update(measured=2)
    (difference,) = differences()
    assert (difference.thing, difference.stored, difference.computed) == ("objective", 2, 1)


def test_looking_changes_nothing(acme, measured):
    Objective.objects.update(progress=1)
    assert differences() == differences() != []


def test_what_a_correction_replaces_does_not_count(in_acme, measured):
    wrong = CheckIn.objects.get()
    right = CheckIn.of(
        measured, wrong.author, Reading(Decimal(30), 7), uuid4(), in_acme.today(), None, "web"
    )
    right.corrects, right.recorded_at = wrong, wrong.recorded_at - timedelta(hours=1)
    right.save()
    assert {one.computed for one in differences() if one.name == "current"} == {Decimal(30)}


def test_no_organization_of_that_name(acme):
    with pytest.raises(CommandError, match="no organization"):
        verified("--organization", "nowhere")


def test_queries_do_not_grow(in_acme, measured, cleo):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            differences()
        return len(captured)

    def more():
        for _ in range(3):
            KeyResultFactory(objective=ObjectiveFactory(owner=cleo), measure="milestones")

    more()
    before = queries()
    more()
    assert queries() == before


class Quarter(RuleBasedStateMachine):
    """Several objectives through a quarter, by everything that moves a figure."""

    acme = cleo = max = None  # set by the test, inside its transaction

    def __init__(self):
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.enter_context(organization_scope(self.acme))
        self.today = self.acme.today()

    @initialize()
    def begin(self):
        self.cycle = running_quarter(self.today)
        goal = Written(None, "Rides", "number", "increase", Decimal(0), Decimal(10))
        for which in range(3):
            self.draft([goal], which)
            self.commit(0)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.close()

    def one(self, which, rows=None):
        rows = list(Objective.objects.order_by("pk") if rows is None else rows)
        return rows[which % len(rows)] if rows else None

    @rule(key_results=st.lists(WRITTEN, max_size=3), which=SOMETHING)
    def draft(self, key_results, which):
        frame = {"kind": "supporting", "level": "individual", "cycle": self.cycle}
        parent = self.one(which, Objective.objects.live().order_by("pk"))
        owner = self.max if which % 3 == 0 else self.cleo
        writing.draft(owner, key_results, parent, title="Ride", owner=owner, **frame)

    @rule(which=SOMETHING)
    def commit(self, which):
        if draft := self.one(which, Objective.objects.drafts().order_by("pk")):
            with suppress(ValidationError):
                writing.commit(draft, by=self.cleo)

    @rule(which=SOMETHING, above=st.one_of(st.none(), SOMETHING))
    def align(self, which, above):
        parent = None if above is None else self.one(above)
        if child := self.one(which):
            with suppress(ValidationError):
                align(child, parent, by=self.cleo)

    @rule(which=SOMETHING, above=SOMETHING, kind=KINDS, ends=st.tuples(ENDS, ENDS), weight=WEIGHTS)
    def link(self, which, above, kind, ends, weight):
        """Link goals or key results; what is somebody else's is only proposed."""
        goals = [self.one(which), self.one(above)]
        for at, (goal, part) in enumerate(zip(goals, ends, strict=True)):
            if part and goal:
                goals[at] = self.one(part, goal.key_results.order_by("pk")) or goal
        if all(goals):
            with suppress(ValidationError):
                linking.link(*goals, by=objective_of(goals[0]).owner, kind=kind, weight=weight)

    @rule(which=SOMETHING)
    def answer(self, which):
        if link := self.one(which, Alignment.objects.proposed().with_ends().order_by("pk")):
            with suppress(ValidationError):
                linking.accept(link, by=link.answerer)

    @rule(which=SOMETHING)
    def end(self, which):
        if link := self.one(which, Alignment.objects.open().with_ends().order_by("pk")):
            linking.end(link, by=link.asker)

    @rule(which=SOMETHING, value=NUMBERS, days=st.integers(0, 3), steps=st.integers(0, 3))
    def check_in(self, which, value, days, steps):
        measured = KeyResult.objects.kept().filter(objective__in=Objective.objects.live())
        if key_result := self.one(which, measured.order_by("pk")):
            done = [step.pk for step in key_result.milestones.all()[:steps]]
            if key_result.is_fed:
                return
            if key_result.measure == "milestones":
                value = Decimal(len(done))
            check_in(key_result, value, self.today - timedelta(days), done)

    @rule(
        which=SOMETHING,
        weight=st.integers(0, 3),
        goal=st.integers(1, 9),
        basis=st.sampled_from(Objective.Basis.values),
        visibility=st.sampled_from(Objective.Visibility.values),
        more=st.lists(WRITTEN, max_size=1),
    )
    def revise(self, which, weight, goal, basis, visibility, more):
        if objective := self.one(which):
            kept = [
                Written(
                    one.pk,
                    one.title,
                    one.measure,
                    "increase",
                    one.start,
                    Decimal(goal),
                    weight=weight,
                    milestones=[Step("Plan"), Step("Celebrate", weight)],
                )
                for one in objective.key_results.kept()
            ]
            parent = objective.primary_parent_visible_to(self.cleo)
            changes = {"basis": basis, "visibility": visibility}
            with suppress(ValidationError):
                writing.revise(
                    objective, self.cleo, objective.version, kept + more, parent, **changes
                )

    @rule(which=SOMETHING, other=SOMETHING, percent=st.integers(1, 100))
    def allocate(self, which, other, percent):
        rows = KeyResult.objects.select_related("objective").order_by("pk")
        parent, child = self.one(which, rows), self.one(other, rows)
        if parent:
            parent.owner = child.owner = self.cleo
            with suppress(ValidationError):
                allocate(parent, child, Decimal(percent), by=self.cleo)
                roll_up_from([parent.objective_id], on=self.today)

    @rule(which=SOMETHING)
    def release(self, which):
        rows = Allocation.objects.select_related("parent__objective", "child").order_by("pk")
        if allocation := self.one(which, rows):
            allocation.child.owner = self.cleo
            release(allocation, by=self.cleo)
            roll_up_from([allocation.parent.objective_id], on=self.today)

    @rule(days=st.integers(1, 20))
    def let_a_period_pass(self, days):
        """A period of some days ago, over by now, was asked of all that there is."""
        long_ago = timezone.now() - timedelta(days=40)
        KeyResult.objects.filter(objective__closed_at=None).update(created_at=long_ago)
        Objective.objects.committed().open().update(committed_at=long_ago)
        due = self.today - timedelta(days)
        window = {"opens_on": due, "grace_until": due}
        CheckInPeriod.objects.get_or_create(person=self.cleo, due_on=due, defaults=window)
        miss_periods(self.today)

    @rule(which=SOMETHING)
    def close(self, which):
        if objective := self.one(which):
            close(objective, by=self.cleo)

    @rule(which=SOMETHING, turn=st.sampled_from(["pause", "resume", "cancel"]))
    def turn(self, which, turn):
        if objective := self.one(which):
            turns = {
                "pause": lambda: pause(objective, self.cleo, "Ill"),
                "resume": lambda: resume(objective, self.cleo),
                "cancel": lambda: cancel(objective, self.cleo, "Sold"),
            }
            turns[turn]()

    @rule(which=SOMETHING, goal=st.integers(1, 9), drop=st.booleans())
    def change(self, which, goal, drop):
        """Change what was promised, as after the lock."""
        objective = self.one(which, Objective.objects.live().order_by("pk"))
        if objective is None:
            return
        key_results = [written_of(one) for one in objective.key_results.kept()]
        if drop:
            del key_results[:1]
        aimed = [replace(one, target=Decimal(goal)) for one in key_results if one.start is not None]
        changes = found(objective, [*aimed, *(one for one in key_results if one.start is None)])
        asked = Asked("was_wrong", "Wrong", self.today, uuid4())
        with suppress(ValidationError, IntegrityError), transaction.atomic():
            accept(ask(objective, changes, self.cleo, asked), self.cleo)

    @rule(which=SOMETHING)
    def discard(self, which):
        if objective := self.one(which):
            objective.discard(by=self.cleo)

    @invariant()
    def nothing_differs(self):
        assert differences() == []


@pytest.mark.thorough(3, 8)
def test_a_random_quarter_leaves_no_difference(acme, cleo, max, rounds):
    Quarter.acme, Quarter.cleo, Quarter.max = acme, cleo, max
    usual = settings(
        max_examples=rounds,
        stateful_step_count=CHANGES,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.reuse, Phase.generate],  # making a failure smaller takes minutes
    )
    run_state_machine_as_test(Quarter, settings=usual)
