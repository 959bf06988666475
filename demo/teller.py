"""Tells a story through the product's own verbs, as it would have happened day by day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkins.models import CheckIn, CheckInPeriod, Reading
from checkins.models.period import cadence_of
from checkins.reminders import open_periods, zones_of
from core.dates import A_DAY, add_months, local_instant
from objectives import linking
from objectives.carrying import carry_over
from objectives.change_requests import accept
from objectives.cycle_end import close_cycle
from objectives.models import Alignment, Dismissal, Initiative, KeyResult, Objective
from objectives.models import Goal as Linked
from objectives.progress import Direction, Measure, target_by_percent
from objectives.sums import allocate
from objectives.writing import Written, commit, draft
from organizations.models import (
    Cycle,
    Department,
    FiscalCalendar,
    Organization,
    Person,
    RoleGrant,
)
from organizations.models.effective import from_day
from organizations.tenancy import organization_scope

from . import past
from .discussions import discuss
from .lives import ask_for_changes, hand_in, request_change, score, turns_in
from .planning import Planning
from .plans import day_of
from .story import Goal, Link, Result, Seat, Story, Turn, seventh_of
from .talking import Talking

A_MINUTE, A_WEEK = timedelta(minutes=1), timedelta(days=7)
FOUNDED = date(2012, 3, 1)
DRAFTED_BEFORE = timedelta(days=10)
# How many days after the due day people sit down; each person keeps to one of these.
HABITS = (0, 0, 1, 0, -1)


def id_of(story: Story) -> UUID:
    """The same on every machine: by it the demonstration knows its own organizations again."""
    return uuid5(NAMESPACE_URL, f"https://plumbline.example/demo/{story.slug}")


@dataclass(eq=False)
class Measured:
    """A key result with what the story says of it, and its latest check-in."""

    key_result: KeyResult
    result: Result
    latest: UUID | None = None

    def reading(self, elapsed: float) -> Reading:
        share, confidence = self.result.standing(elapsed)
        steps = [step.pk for step in self.key_result.milestones.all()]
        done = steps[: int(share * len(steps))]
        return Reading(
            value=self.value(Decimal(f"{share:.3f}"), len(done)),
            confidence=confidence,
            note=self.result.note(elapsed),
            done_milestones=done,
            seen=self.latest,
        )

    def value(self, share: Decimal, done: int) -> Decimal:
        if self.result.measure == Measure.MILESTONES:
            return Decimal(done)
        if self.result.measure == Measure.YES_NO:
            return Decimal(share >= Decimal("0.9"))
        goal = self.result.line.checkpoint or self.result.target
        start, target = Decimal(self.result.start), Decimal(goal)
        smallest = Decimal(1).scaleb(-self.result.decimals)
        return (start + share * (target - start)).quantize(smallest, ROUND_HALF_UP)


class Sitting(NamedTuple):
    """One person's check-in of one period: everything they own, at one time."""

    on: date
    order: int
    person: Person
    due_on: date


@dataclass
class Teller:
    story: Story
    password: str  # hashed once, for everybody
    organization: Organization = field(init=False)
    began: datetime = field(default_factory=timezone.now)
    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)

    @transaction.atomic
    def tell(self) -> Organization:
        organization = Organization(
            pk=id_of(self.story),
            name=self.story.name,
            slug=self.story.slug,
            time_zone=self.story.zone,
        )
        self.organization = organization
        self.today = organization.today()
        week = organization.working_week
        # A period is due today, or on Monday where nobody works today.
        self.due_on = self.today if week.is_working(self.today) else week.add(self.today, 1)
        organization.checkin_weekday = self.due_on.weekday()
        organization.checkin_anchor = self.due_on
        organization.save()
        self.cadence = cadence_of(organization)
        with organization_scope(organization):
            self.found()
            now = self.lay_out()
            before = Cycle.objects.quarters().covering(now.start - A_DAY).get()
            self.close_what_was_before(before)
            self.tell_last_quarter(before)
            self.tell_this_quarter(now)
            past.read_all(self.began - A_WEEK)
        return organization

    # Who is there.

    def found(self) -> None:
        self.make_departments()
        users = self.make_users()
        for seat in self.story.seats:
            person = Person.objects.create(
                name=seat.name,
                email=self.story.email(seat.short),
                job_title=seat.title,
                time_zone=seat.zone,
                starts_on=add_months(self.today, -12 * seat.years).replace(day=1),
            )
            person.organization = self.organization
            person.join(users[person.email])
            self.people[seat.short] = person
        self.seat_people()

    def make_departments(self) -> None:
        for unit in self.story.units:
            department = Department.objects.create(
                name=unit.name, kind=unit.kind, reviews=unit.reviews
            )
            self.departments[unit.name] = department
            if unit.under:
                department.move(self.departments[unit.under], on=FOUNDED)

    def make_users(self) -> dict[str, User]:
        addresses = [self.story.email(seat.short) for seat in self.story.seats]
        users = User.objects.bulk_create(
            User(email=address, password=self.password) for address in addresses
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
        )
        return {user.email: user for user in users}

    def seat_people(self) -> None:
        """Give everybody a place, a manager and roles, and every department its head."""
        for unit in self.story.units:
            department = self.departments[unit.name]
            department.head = self.people[unit.head]
            department.save(update_fields=["head"])
        for seat in self.story.seats:
            person = self.people[seat.short]
            assert person.starts_on
            if seat.unit:
                person.place(self.departments[seat.unit], on=person.starts_on)
            if boss := self.boss_of(seat):
                person.report_to(self.people[boss], on=person.starts_on)
            for role in seat.roles:
                scope = (
                    self.departments[seat.unit] if role == RoleGrant.Role.DEPARTMENT_HEAD else None
                )
                RoleGrant.objects.create(
                    person=person, role=role, department=scope, during=from_day(person.starts_on)
                )

    def boss_of(self, seat: Seat) -> str | None:
        """The nearest head above; for who heads a division, the last of those without a unit."""
        heads = {unit.name: unit.head for unit in self.story.units}
        above = {unit.name: unit.under for unit in self.story.units}
        name = seat.unit
        while name and heads[name] == seat.short:
            name = above[name]
        outside = [other.short for other in self.story.seats if not other.unit]
        if name:
            return heads[name]
        return outside[-1] if seat.unit else None

    # When it is.

    def lay_out(self) -> Cycle:
        calendar = FiscalCalendar.objects.create()
        for year in (self.today.year - 1, self.today.year):
            calendar.lay_out(year)
        return Cycle.objects.quarters().covering(self.today).get()

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return local_instant(day, time(hour, minute), self.organization.time_zone)

    # What happened.

    def close_what_was_before(self, cycle: Cycle) -> None:
        """The company has a past that the story leaves out."""
        for earlier in Cycle.objects.quarters().filter(end__lt=cycle.start):
            close_cycle(earlier, by=self.people[self.story.seats[0].short])
            past.move(self.began, self.at(earlier.end, 19))

    def tell_last_quarter(self, cycle: Cycle) -> None:
        objectives, owned = self.plan(cycle, self.story.last)
        self.commit(objectives, cycle)
        self.live_through(owned, self.due_dates(cycle, cycle.end + A_DAY), cycle)
        endings = {goal.title: goal.ending for goal in self.story.last}
        for objective in reversed(objectives):  # what contributes is scored first
            score(objective, endings[objective.title])
        past.move(self.began, self.at(cycle.end, 18))
        close_cycle(cycle, by=self.people[self.story.seats[0].short])
        past.move(self.began, self.at(cycle.end, 19))

    def tell_this_quarter(self, cycle: Cycle) -> None:
        goals = self.story.now
        fresh = [goal for goal in goals if not goal.draft and not goal.carried]
        committed, owned = self.plan(cycle, fresh)
        carried = self.carry([goal for goal in goals if goal.carried], cycle, owned)
        together = self.planning(fresh, committed, cycle)
        together.name_functions()
        together.move(-DRAFTED_BEFORE.days)
        together.share()
        self.commit([*committed, *carried], cycle)
        together.take_parts()
        self.link(link for link in self.story.links if link.answer in {"accepted", "ended"})
        past.move(self.began, min(self.at(cycle.start, 10), self.began - A_MINUTE))
        dues = self.due_dates(cycle, self.due_on)
        self.live_through(owned, dues, cycle)
        together.keep()
        drafted, _ = self.plan(cycle, [goal for goal in goals if goal.draft], committed)
        self.link(link for link in self.story.links if link.answer != "accepted")
        self.tick_off(goals, cycle)
        hand_in(drafted, self.story)
        ask_for_changes(cycle, self.story, self.today)
        past.move(self.began, self.began - timedelta(days=3))
        discuss(self.story, self.people, {goal.short: goal.title for goal in goals}, cycle.start)
        self.talk(cycle)
        self.open_period(self.due_on)
        self.check_in_early(owned, cycle)

    def planning(
        self, goals: Sequence[Goal], objectives: Sequence[Objective], cycle: Cycle
    ) -> Planning:
        def move(days: int) -> None:
            moment = self.at(cycle.start + timedelta(days=days), 11)
            past.move(self.began, min(moment, self.began - A_MINUTE))

        known = {goal.short: one for goal, one in zip(goals, objectives, strict=True)}
        story, people, departments = self.story.together, self.people, self.departments
        return Planning(story, people, departments, known, cycle, self.today, move)

    def talk(self, cycle: Cycle) -> None:
        """Let everybody speak with their manager, up to what is prepared today."""

        def move(day: date) -> None:
            past.move_talks(self.began, min(self.at(day, 13), self.began - A_MINUTE))

        before = (self.due_on - weeks * A_WEEK for weeks in (4, 2))
        talking = Talking(self.organization, self.people, self.story.talks, self.today, move)
        talking.tell(list(before), cycle)

    def due_dates(self, cycle: Cycle, until: date) -> list[date]:
        """Nobody asks in the first week of a quarter how it goes."""
        return self.cadence.due_dates(cycle.start + A_WEEK, until)

    def plan(
        self, cycle: Cycle, goals: Sequence[Goal], above: Iterable[Objective] = ()
    ) -> tuple[list[Objective], dict[Person, list[Measured]]]:
        """Draft goals with their key results below others; say who has what to report on."""
        known = {objective.title: objective for objective in above}
        titles = {goal.short: goal.title for goal in (*self.story.last, *self.story.now)}
        owned = defaultdict(list)
        for goal in goals:
            parent = known[titles[goal.under]] if goal.under else None
            known[goal.title] = self.draft(goal, cycle, parent)
            key_results = known[goal.title].key_results.prefetch_related("milestones")
            for key_result, result in zip(key_results, goal.results, strict=True):
                if not result.parts:
                    owned[key_result.owner].append(Measured(key_result, result))
        self.add_up(goals)
        for goal in goals:
            self.prepare(goal, known[goal.title])
        return [known[goal.title] for goal in goals], owned

    def add_up(self, goals: Sequence[Goal]) -> None:
        """Let results of goals be the sum of others'."""
        every = {
            one.title: one for one in KeyResult.objects.filter(objective__cycle__closed_at=None)
        }
        for goal in goals:
            for result in goal.results:
                for title, percent in result.parts.items():
                    parent = every[result.title]
                    allocate(parent, every[title], Decimal(percent), by=parent.owner)

    def prepare(self, goal: Goal, objective: Objective) -> None:
        """Plan what to do about a goal, and answer what the hints ask."""
        cycle = objective.cycle
        for plan in goal.plans:
            Initiative.add(
                objective,
                by=objective.owner,
                text=plan.text,
                owner=self.people[plan.owner],
                due_on=day_of(cycle, plan.due),
            )
        for kind, reason in goal.on_purpose.items():
            Dismissal.answer(objective, None, kind, reason, by=objective.owner)

    def tick_off(self, goals: Sequence[Goal], cycle: Cycle) -> None:
        """Say of what is planned that it is done, where the story has come so far."""
        passed = (self.today - cycle.start) / (cycle.end - cycle.start)
        done = {plan.text for goal in goals for plan in goal.plans if plan.done <= passed}
        for initiative in Initiative.objects.filter(text__in=done).select_related("owner"):
            initiative.tick(by=initiative.owner)

    def draft(self, goal: Goal, cycle: Cycle, parent: Objective | None) -> Objective:
        owner = self.people[goal.owner]
        return draft(
            by=owner,
            key_results=[self.written(result, cycle) for result in goal.results],
            parent=parent,
            owner=owner,
            cycle=cycle,
            title=goal.title,
            why=goal.why,
            kind=goal.kind,
            level=goal.level,
            department=self.departments.get(goal.unit),
            ambition=goal.ambition,
            visibility=goal.visibility,
            challenge=goal.challenge,
            challenge_words=goal.challenge_words,
            manager_chain=goal.chain,
            shares_number=goal.shares_number,
            people=[self.people[short] for short in goal.people],
            departments=[self.departments[name] for name in goal.departments],
        )

    def written(self, result: Result, cycle: Cycle) -> Written:
        start, target = (Decimal(text) if text else None for text in (result.start, result.target))
        falls = start is not None and target is not None and target < start
        way = Direction.DECREASE if falls else Direction.INCREASE
        if result.direction:
            way, start = Direction(result.direction), None
        if result.line.by_percent and start is not None:
            way = Direction.DECREASE
            target = target_by_percent(start, Decimal(result.line.by_percent), way)
        if way in {Direction.WITHIN, Direction.BASELINE} or result.measure == Measure.JUDGEMENT:
            start = target = None
        bounds = {name: Decimal(number) for name, number in result.bounds.items()}
        more: dict[str, Any] = {**bounds, **result.words}
        return Written(
            pk=None,
            title=result.title,
            owner=self.people.get(result.owner),
            measure=result.measure,
            direction=way,
            start=start,
            target=target,
            unit=result.unit,
            decimals=result.decimals,
            weight=result.weight,
            **result.line.written(cycle, result.steps),
            **more,
        )

    def commit(self, objectives: Iterable[Objective], cycle: Cycle) -> None:
        past.move(self.began, self.at(cycle.start - DRAFTED_BEFORE, 15))
        for objective in objectives:
            commit(objective, by=objective.owner)
        for proposal in Alignment.objects.proposed().filter(child__in=objectives).with_ends():
            linking.accept(proposal, by=proposal.answerer)
        past.move(self.began, min(self.at(cycle.start, 9), self.began - A_MINUTE))

    def link(self, links: Iterable[Link]) -> None:
        """Let people ask for links, and answer as the story has it; what ends is linked before."""
        for told in links:
            source, target = self.end(told.goal, told.part), self.end(told.other, told.of)
            link = linking.link(source, target, by=source.owner, kind=told.kind)
            if told.answer == "declined":
                linking.decline(link, link.answerer, told.reason)
            elif link.state == Alignment.State.ACCEPTED and told.answer == "ended":
                linking.end(link, source.owner, told.reason)
            elif told.answer in {"accepted", "ended"}:
                linking.accept(link, by=link.answerer)

    def end(self, short: str, part: str) -> Linked:
        [goal] = (goal for goal in self.story.now if goal.short == short)
        objective = Objective.objects.live().get(title=goal.title)
        return objective.key_results.get(title=part) if part else objective

    def carry(
        self, goals: Iterable[Goal], cycle: Cycle, owned: dict[Person, list[Measured]]
    ) -> list[Objective]:
        """Go on with goals of the last quarter, once that is over."""
        past.move(self.began, self.at(cycle.start - DRAFTED_BEFORE, 15))
        titles = {goal.short: goal.title for goal in self.story.last}
        made = []
        for goal in goals:
            origin = Objective.objects.exclude(closed_at=None).get(title=titles[goal.carried])
            objective = carry_over(origin, by=origin.owner, cycle=cycle)
            made.append(objective)
            results = {result.title: result for result in goal.results}
            for key_result in objective.key_results.prefetch_related("milestones"):
                begins = "" if key_result.start is None else f"{key_result.start.normalize():f}"
                result = replace(results[key_result.title], start=begins)
                owned[key_result.owner].append(Measured(key_result, result))
        past.move(self.began, min(self.at(cycle.start, 8), self.began - 2 * A_MINUTE))
        return made

    # What had to change.

    def live_through(
        self, owned: dict[Person, list[Measured]], dues: list[date], cycle: Cycle
    ) -> None:
        """Check in until the end, and on the way change what the story says, after the lock."""
        day = cycle.lock_on + A_WEEK
        self.check_in(owned, [due for due in dues if due < day], cycle)
        if day < min(self.today, cycle.end):
            for objective, turn in turns_in(cycle, self.story):
                if turn.answer:
                    self.change(objective, turn, day)
        self.check_in(owned, [due for due in dues if due >= day], cycle)

    def change(self, objective: Objective, turn: Turn, day: date) -> None:
        request = request_change(objective, turn, day)
        past.move(self.began, self.at(day, 10))
        accept(request, objective.decider or objective.owner, turn.answer)
        past.move(self.began, self.at(day, 15))
        past.move_points(self.today, day)

    # How it went.

    def check_in(self, owned: dict[Person, list[Measured]], dues: list[date], cycle: Cycle) -> None:
        """Let everybody check in on every due date gone by, in the order of the days."""
        for due_on in dues:
            self.open_period(due_on)
        sittings = [
            Sitting(self.sits_down(order, due_on, cycle), order, person, due_on)
            for due_on in dues
            for order, person in enumerate(owned)
        ]
        for (on, order), together in groupby(sorted(sittings), key=attrgetter("on", "order")):
            for _, _, person, due_on in together:
                self.record(owned[person], person, due_on, cycle, on)
            past.move_check_ins(self.began, self.at(on, 8 + order % 9, order * 7 % 60))

    def sits_down(self, order: int, due_on: date, cycle: Cycle) -> date:
        """The day somebody checks in: their habit, if it is a working day of the past."""
        on = due_on + HABITS[order % len(HABITS)] * A_DAY
        fits = cycle.start <= on <= cycle.end and on < self.today
        return on if fits and self.organization.working_week.is_working(on) else due_on

    def open_period(self, due_on: date) -> None:
        for zone in zones_of(self.organization):
            open_periods(self.organization, zone, self.cadence.period_for(due_on))

    def check_in_early(self, owned: dict[Person, list[Measured]], cycle: Cycle) -> None:
        for short in sorted(self.story.early):
            person = self.people[short]
            self.record(owned.get(person, []), person, self.due_on, cycle, self.today)

    def record(
        self, mine: list[Measured], person: Person, due_on: date, cycle: Cycle, on: date
    ) -> None:
        elapsed = min((due_on - cycle.start) / (cycle.end - cycle.start), 1)
        seventh = seventh_of(elapsed)
        readings = {
            measured.key_result: measured.reading(elapsed)
            for measured in mine
            if seventh not in measured.result.silent
        }
        period = CheckInPeriod.objects.of(person).filter(due_on=due_on).first()
        recorded = CheckIn.record_all(readings, person, uuid4(), on=on, period=period)
        for measured in mine:
            if check_in := recorded.check_ins.get(measured.key_result.pk):
                measured.latest = check_in.pk
