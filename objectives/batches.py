"""One change to several objectives at once: shown beforehand, done as one, taken back as one.

Whoever may change each by itself may change several (issue 3, item 9). What cannot be changed is
left alone and says why. Reading a preview costs the same for one and for many.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.models import Event
from core.templatetags.ui import short_day
from organizations.models import Cycle, Department, Person, ReportingLine
from organizations.tenancy import tree_lock

from .models import Alignment, Batch, BatchRow, KeyResult, Objective, Review
from .models.one_focus import in_the_way
from .permissions import needs_review
from .rollup import roll_up_from
from .writing import commit

AT_ONCE = 50
What = Batch.What
# What is written on the objective; the others are verbs of its life.
WRITTEN = {What.OWNER, What.DEPARTMENT, What.CYCLE}


@dataclass(frozen=True)
class Wish:
    """What is to become of all of them; ``to`` where it is changed to something."""

    what: str
    to: Person | Department | Cycle | None = None

    @property
    def words(self) -> str:
        return str(self.to or "")


@dataclass(frozen=True)
class Step:
    """What a wish comes to for one objective; it stays as it is where there is a ``problem``."""

    objective: Objective
    before: str
    after: str
    problem: str = ""


@dataclass
class Plan:
    """What a wish would do to these objectives, for one person, as they stand now."""

    person: Person
    wish: Wish
    chosen: Collection[UUID]

    @cached_property
    def objectives(self) -> list[Objective]:
        seen = Objective.objects.visible_to(self.person).filter(pk__in=self.chosen)
        found = seen.with_people().with_key_results().prefetch_related("functions", "dismissals")
        return list(found.order_by("title", "pk")[:AT_ONCE])

    @cached_property
    def steps(self) -> list[Step]:
        """Return every step, what is possible first."""
        if self.wish.what == What.COMMIT:
            self.name_deciders()
        steps = [
            Step(one, self.before(one), self.after, self.problem(one)) for one in self.objectives
        ]
        return sorted(steps, key=lambda step: bool(step.problem))

    @property
    def possible(self) -> list[Step]:
        return [step for step in self.steps if not step.problem]

    @cached_property
    def editable(self) -> set[UUID]:
        mine = Objective.objects.editable_by(self.person).filter(pk__in=self.chosen)
        return set(mine.order_by().values_list("pk", flat=True))

    @cached_property
    def in_review(self) -> set[UUID]:
        waiting = Review.objects.open().filter(objective__in=self.chosen)
        return set(waiting.values_list("objective", flat=True))

    def name_deciders(self) -> None:
        """Give each objective the manager who decides about it, by a few statements for all."""
        reviewed = [one for one in self.objectives if one.department and one.department.reviews]
        today = self.person.organization.today()
        owners = {one.owner_id for one in reviewed}
        lines = ReportingLine.objects.solid().on(today).filter(person__in=owners)
        managers = {line.person_id: line.manager for line in lines.select_related("manager")}
        for one in reviewed:
            one.manager = managers.get(one.owner_id)

    def before(self, one: Objective) -> str:
        words = {
            What.OWNER: one.owner.name,
            What.DEPARTMENT: one.department.name if one.department else _("No department"),
            What.CYCLE: one.cycle.label,
        }
        return str(words.get(What(self.wish.what), _("Draft") if one.is_draft else _("Committed")))

    @property
    def after(self) -> str:
        words = {What.COMMIT: _("Committed"), What.ARCHIVE: _("Archived")}
        return self.wish.words or str(words[What(self.wish.what)])

    def problem(self, one: Objective) -> str:
        """Return why this one stays as it is, or nothing."""
        if not one.is_open:
            return _("It is over.") if not one.is_archived else _("It is archived.")
        if one.pk not in self.editable:
            return _("You may read it, but not change it.")
        rules = {
            What.OWNER: self._owner_problem,
            What.DEPARTMENT: self._department_problem,
            What.CYCLE: self._cycle_problem,
            What.COMMIT: self._commit_problem,
            What.ARCHIVE: self._archive_problem,
        }
        return rules[What(self.wish.what)](one)

    def _owner_problem(self, one: Objective) -> str:
        if one.owner == self.wish.to:
            return _("It is theirs already.")
        if one.visibility != Objective.Visibility.PUBLIC:
            return _("Its readers change with its owner. Change it on its own page.")
        return ""

    def _department_problem(self, one: Objective) -> str:
        if one.level == Objective.Level.COMPANY:
            return _("A company objective belongs to no department.")
        return _("It is there already.") if one.department == self.wish.to else ""

    def _cycle_problem(self, one: Objective) -> str:
        to = self.wish.to
        assert isinstance(to, Cycle)
        if one.cycle == to:
            return _("It is there already.")
        if one.is_locked(self.person.organization.today()):
            day = short_day(one.cycle.lock_on)
            return _("It is locked since %(day)s. Carry it over once it is closed.") % {"day": day}
        return (in_the_way(one, to) if one.runs_from else None) or ""

    def _commit_problem(self, one: Objective) -> str:
        if not one.is_draft:
            return _("It is committed already.")
        if one.pk in self.in_review:
            return _("It waits for its review.")
        if needs_review(one) and self.person != one.decider:
            return _("Its department wants it reviewed: hand it in.")
        return " ".join(one.missing_for_commitment())

    def _archive_problem(self, one: Objective) -> str:
        if not one.is_draft:
            return _("Only drafts are archived. Close or cancel what was committed.")
        return _("It waits for its review. Take it back first.") if one.pk in self.in_review else ""


@transaction.atomic
def change(by: Person, wish: Wish, versions: Mapping[UUID, int], submission: UUID) -> Batch:
    """Do what a preview showed, where each still stands as it did then; return what was done.

    The same submission again changes nothing.
    """
    tree_lock("objectives")
    facts = {"what": wish.what, "to": wish.words[:200], "made_by": by}
    batch, made = Batch.objects.get_or_create(submission=submission, defaults=facts)
    if not made:
        return batch
    steps = Plan(by, wish, versions.keys()).possible
    unchanged = [
        one.objective for one in steps if one.objective.version == versions[one.objective.pk]
    ]
    done = [row for one in unchanged if (row := _changed(batch, one, wish, by))]
    BatchRow.objects.bulk_create(done)
    roll_up_from([row.objective_id for row in done], on=by.organization.today(), by=by)
    return batch


def _changed(batch: Batch, one: Objective, wish: Wish, by: Person) -> BatchRow | None:
    """Change one; return its row of the batch, or None where it was not possible any more."""
    row = BatchRow(batch=batch, objective=one, version=one.version)
    if wish.what == What.COMMIT:
        try:
            with transaction.atomic():
                return row if commit(one, by=by) else None
        except ValidationError:
            return None
    same = Objective.objects.open().filter(pk=one.pk, version=one.version)
    row.version = one.version + 1
    if wish.what == What.ARCHIVE:
        told, tell, said = "objective_archived", one.audience(), {}
        new: dict[str, Any] = {"archived_at": timezone.now(), "archived_by": by}
    else:
        told, tell, said = "objective_changed", one.audience(), {"fields": [wish.what]}
        new, row.before = {wish.what: wish.to}, getattr(one, f"{wish.what}_id")
        tell += [wish.to] if isinstance(wish.to, Person) else []
    if not same.update(version=row.version, **new):
        return None
    Event.record(told, one.pk, by, tell=tell, **said)
    return row


@dataclass
class Undone:
    """What came of taking a batch back."""

    restored: list[BatchRow] = field(default_factory=list)
    kept: list[BatchRow] = field(default_factory=list)


@transaction.atomic
def undo(batch: Batch, by: Person) -> Undone:
    """Put back what nobody has touched since, all at once; what somebody has, stays. Once only."""
    tree_lock("objectives")
    undone = Undone()
    if not Batch.objects.filter(pk=batch.pk, undone_at=None).update(undone_at=timezone.now()):
        return undone
    rows = batch.rows.filter(undone_at=None).select_related("objective__cycle", "objective__owner")
    for row in rows.select_related("objective__created_by"):
        (undone.restored if _put_back(batch, row, by) else undone.kept).append(row)
    restored = [row.pk for row in undone.restored]
    BatchRow.objects.filter(pk__in=restored).update(undone_at=timezone.now())
    roll_up_from([one.objective_id for one in undone.restored], on=by.organization.today(), by=by)
    batch.refresh_from_db()
    return undone


def _put_back(batch: Batch, row: BatchRow, by: Person) -> bool:
    one = row.objective
    same = Objective.objects.filter(
        pk=one.pk, version=row.version, closed_at=None, cancelled_at=None, paused_at=None
    )
    told, said = "objective_changed", {"fields": [batch.what]}
    if batch.what == What.COMMIT:
        if not _only_committed(batch, one):
            return False
        told, said = "objective_uncommitted", {}
        old: dict[str, Any] = {"committed_at": None, "committed_by": None}
    elif batch.what == What.ARCHIVE:
        told, said = "objective_restored", {}
        old = {"archived_at": None, "archived_by": None}
    elif not _still_there(batch, row, by):
        return False
    else:
        old = {f"{batch.what}_id": row.before}
    if not same.update(version=F("version") + 1, **old):
        return False
    Event.record(told, one.pk, by, tell=one.audience(), **said)
    return True


def _only_committed(batch: Batch, one: Objective) -> bool:
    """Whether nothing has happened to it since it was committed with this batch."""
    if one.committed_at is None or one.committed_by_id != batch.made_by_id:
        return False
    checked_in = KeyResult.objects.filter(objective=one, checked_in_on__isnull=False).exists()
    if checked_in or one.is_locked(one.organization.today()) or one.committed_at < batch.made_at:
        return False
    # What it proposed is nobody's business again.
    asked = Alignment.objects.proposed().filter(child=one, asked_at__gte=one.committed_at)
    asked.update(asked_at=None)
    return True


def _still_there(batch: Batch, row: BatchRow, by: Person) -> bool:
    """Whether what it was before is still to be had."""
    today, one = by.organization.today(), row.objective
    if row.before is None:
        return True
    if batch.what == What.OWNER:
        return bool(Person.objects.present(today).filter(pk=row.before).exists())
    if batch.what == What.CYCLE:
        cycle = Cycle.objects.open().filter(pk=row.before).first()
        return cycle is not None and not (one.runs_from and in_the_way(one, cycle))
    return not Department.objects.get(pk=row.before).is_dissolved(today)


def rows_for(batch: Batch, person: Person) -> tuple[list[BatchRow], int]:
    """Return the rows whose objectives a person may see, and how many others there are."""
    seen = Objective.objects.visible_to(person).order_by().values("pk")
    rows: Iterable[Any] = batch.rows.filter(objective__in=seen)
    shown = list(rows.select_related("objective__owner").order_by("objective__title", "pk"))  # type: ignore[attr-defined]
    return shown, batch.rows.count() - len(shown)
