from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from objectives.progress import Status
from objectives.quality import Kind as Hint
from organizations.history import tracked
from organizations.models import Cycle, Department, Person
from organizations.tenancy import TenantManager, TenantModel, locks

from . import one_focus
from .audience import audiences
from .kinds import missing_for_kind
from .reader import Circle, ManagerChain, Visibility
from .sight import EVERYBODYS, NOT_EVERYBODYS, OPEN_TO_MANAGERS, TOLD, opened_to

NOT_MEASURABLE = Hint.NOT_MEASURABLE


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def drafts(self) -> Self:
        return self.filter(committed_at=None, archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def committed(self) -> Self:
        return self.exclude(committed_at=None)

    def open(self) -> Self:
        """Neither closed nor cancelled, nor archived."""
        return self.filter(closed_at=None, cancelled_at=None, archived_at=None)

    def live(self) -> Self:
        """Committed, not closed and not cancelled: what the organization is working on."""
        return self.committed().open()

    def unpaused(self) -> Self:
        return self.filter(paused_at=None)

    def in_cycle(self, cycle: Cycle) -> Self:
        return self.filter(cycle=cycle)

    def owned_by(self, person: Person) -> Self:
        return self.filter(owner=person)

    def editable_by(self, person: Person) -> Self:
        """What is open of a person, of what they wrote, and of their reports of today.

        The same as ``permissions.can_edit`` says of one; visibility is asked apart.
        """
        reports = Person.objects.reporting_to(person, person.organization.today())
        managed = Q(owner__in=reports.order_by()) & OPEN_TO_MANAGERS
        return self.open().filter(Q(owner=person) | Q(created_by=person) | managed)

    def visible_to(self, person: Person) -> Self:
        """What a person may see, and the only rule there is for it (domain §6, V1).

        Committed public objectives are everybody's, and that is asked first: for most rows it is
        all there is to ask.
        """
        return self.filter(EVERYBODYS | Q(owner=person) | (NOT_EVERYBODYS & opened_to(person)))

    def on_the_board(self, cycle: Cycle) -> Self:
        """Departments' objectives that the others plan beside: shared drafts and what runs."""
        departmental = self.filter(TOLD, kind=Objective.Kind.DEPARTMENTAL)
        return departmental.open().in_cycle(cycle)

    def one_focus(self) -> Self:
        """What the whole company moves, then or now: those that take up days (`one_focus.py`)."""
        return self.filter(runs_from__isnull=False)

    def one_focus_on(self, day: date) -> Self:
        """The one of a day, if there is one."""
        return self.one_focus_between(day, day)

    def one_focus_between(self, first: date, last: date) -> Self:
        return self.one_focus().filter(runs_from__lte=last, runs_until__gte=first)

    def of_departments(self, departments: Iterable[UUID], people: Any) -> Self:
        """Those of the departments, and those of their people that are no department's."""
        own = Q(department=None, level=Objective.Level.INDIVIDUAL, owner__in=people)
        return self.filter(Q(department__in=departments) | own)

    def without_parent(self) -> Self:
        """Those that hang on no other objective: without a primary parent."""
        placed = Q(links_up__accepted_at__isnull=False, links_up__ended_at=None)
        link = FilteredRelation("links_up", condition=placed & Q(links_up__is_primary=True))
        return self.alias(link=link).filter(link=None)

    def roots(self) -> Self:
        """The company's objectives that contribute to no other, first the one it focuses on."""
        top = self.filter(level=Objective.Level.COMPANY)
        one_focus = When(kind=Objective.Kind.ONE_FOCUS, then=0)
        return top.without_parent().order_by(Case(one_focus, default=1), "title", "pk")

    def unlinked(self) -> Self:
        """Those below the company that hang on nothing: listed, never hidden (domain §5)."""
        return self.exclude(level=Objective.Level.COMPANY).without_parent()

    def lost_their_parent(self) -> Self:
        """Those that hang on something that is over, and go on by themselves (A6)."""
        placed = Q(links_up__accepted_at__isnull=False, links_up__ended_at=None)
        over = Objective.objects.exclude(pk__in=Objective.objects.open().values("pk"))
        return self.filter(placed, links_up__is_primary=True, links_up__parent__in=over)

    def named_like(self, words: str) -> Self:
        return self.filter(title__icontains=words)

    def offered_as_parent(self, person: Person) -> Self:
        """What a person may link to: live and in their sight, the company's first (A5, A7)."""
        live = self.live().visible_to(person).with_people()
        return live.filter(cycle__closed_at=None).order_by("level", "title", "pk")

    def with_people(self) -> Self:
        return self.select_related("owner", "department", "cycle")

    def with_change_counts(self) -> Self:
        """Say of each how many changes were asked for after the lock, and how many wait."""
        asked = Objective.objects.filter(pk=OuterRef("pk")).order_by()
        return self.annotate(
            changes_asked=Subquery(
                asked.annotate(n=Count("change_requests")).values("n"),
            ),
            changes_waiting=Subquery(
                asked.filter(change_requests__decided_at=None)
                .annotate(n=Count("change_requests"))
                .values("n"),
            ),
        )

    def with_key_results(self, key_results: "Prefetch[Any] | None" = None) -> Self:
        """Fetch them with owners and milestones, or as ``key_results`` fetches them."""
        model: Any = Objective._meta.get_field("key_results").related_model
        usual = Prefetch("key_results", model.objects.select_related("owner"))
        return self.prefetch_related(key_results or usual, "key_results__milestones")


@tracked
class Objective(TenantModel):
    """What will be different: one accountable owner, one cycle, one of four kinds (domain §3)."""

    class Kind(models.TextChoices):
        ONE_FOCUS = "one_focus", _("One focus")
        DEPARTMENTAL = "departmental", _("Departmental")
        THEMATIC = "thematic", _("Theme")
        SUPPORTING = "supporting", _("Supporting")

    class Level(models.TextChoices):
        COMPANY = "company", _("Company")
        DEPARTMENT = "department", _("Department")
        INDIVIDUAL = "individual", _("Individual")

    class Ambition(models.TextChoices):
        COMMITTED = "committed", _("Committed: we count on all of it")
        ASPIRATIONAL = "aspirational", _("Aspirational: seven tenths would be good")
        LEARNING = "learning", _("Learning: we want to find out")

    Visibility = Visibility
    ManagerChain = ManagerChain

    class Basis(models.TextChoices):
        BOTH = "both", _("Key results and the objectives that contribute")
        KEY_RESULTS = "key_results", _("Key results only")
        CHILDREN = "children", _("Contributing objectives only")

    class Challenge(models.TextChoices):
        THREAT = "threat", _("A threat")
        OPPORTUNITY = "opportunity", _("An opportunity")

    title = models.CharField(_("objective"), max_length=500)
    why = models.TextField(_("why it matters"), blank=True, max_length=4000)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="objectives", verbose_name=_("cycle")
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name=_("department"),
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="objectives", verbose_name=_("owner")
    )
    ambition = models.CharField(
        _("ambition"), max_length=12, choices=Ambition, default=Ambition.ASPIRATIONAL
    )
    visibility = models.CharField(
        _("who can read it"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    manager_chain = models.CharField(
        _("managers"), max_length=6, choices=ManagerChain, default=ManagerChain.NONE
    )
    shares_number = models.BooleanField(_("share the number only"), default=False)
    basis = models.CharField(
        _("progress comes from"), max_length=11, choices=Basis, default=Basis.BOTH
    )
    # What a one focus answers (R29), and why a theme has not four to six functions (R37).
    challenge = models.CharField(_("it answers"), max_length=11, choices=Challenge, blank=True)
    challenge_words = models.CharField(_("the threat or opportunity"), max_length=500, blank=True)
    functions_reason = models.CharField(
        _("why not four to six functions"), max_length=300, blank=True
    )
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # When a draft was put before the other departments (R23).
    shared_at = models.DateTimeField(null=True, editable=False)
    shared_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    committed_at = models.DateTimeField(null=True, editable=False)
    committed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    pause_reason = models.TextField(
        _("why it rests"), blank=True, max_length=2000, editable=False, default="", db_default=""
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    cancel_reason = models.TextField(
        _("why it was cancelled"),
        blank=True,
        max_length=2000,
        editable=False,
        default="",
        db_default="",
    )
    # Only a draft is put away; what was committed is closed or cancelled.
    archived_at = models.DateTimeField(null=True, editable=False)
    archived_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # The days a live one focus takes up; the database's alone (`one_focus.py`).
    runs_from = models.DateField(null=True, editable=False)
    runs_until = models.DateField(null=True, editable=False)
    # Where it was carried over from, and in how many cycles it stood before (domain §8).
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="carried_to"
    )
    times_carried = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Rises with every edit, so that two editors notice each other (lessons 12).
    version = models.PositiveIntegerField(default=1, editable=False)

    # What the check-ins and children come to; written by rollup.py alone.
    progress = models.DecimalField(max_digits=12, decimal_places=6, null=True, editable=False)
    status = models.CharField(max_length=9, blank=True, editable=False)
    confidence = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    measured = models.PositiveIntegerField(default=0, editable=False)
    countable = models.PositiveIntegerField(default=0, editable=False)
    checked_in_on = models.DateField(null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ObjectiveQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["title", "pk"]
        constraints = [
            *locks(
                "cycle",
                "department",
                "owner",
                "created_by",
                "committed_by",
                "closed_by",
                "paused_by",
                "cancelled_by",
                "carried_from",
                "shared_by",
                "archived_by",
            ),
            one_focus.days_of_its_cycle,
            one_focus.one_at_any_date,
            models.CheckConstraint(
                condition=Q(kind__in=["one_focus", "departmental", "thematic", "supporting"]),
                name="objective_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["company", "department", "individual"]),
                name="objective_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "restricted", "private"]),
                name="objective_visibility_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="departmental") | Q(visibility="public"),
                name="departmental_is_everybodys",
                violation_error_message=_(
                    "Other departments plan beside it, so everyone can read it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(challenge__in=["", "threat", "opportunity"]),
                name="objective_challenge_is_known",
            ),
            models.CheckConstraint(
                condition=Q(manager_chain__in=["none", "direct", "full"]),
                name="objective_manager_chain_is_known",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["both", "key_results", "children"]),
                name="objective_basis_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ambition__in=["committed", "aspirational", "learning"]),
                name="objective_ambition_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["", *Status]), name="objective_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(committed_at__isnull=False),
                name="objective_closed_was_committed",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None)
                | (Q(committed_at__isnull=False) & ~Q(cancel_reason="")),
                name="objective_cancelled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | (Q(committed_at__isnull=False) & ~Q(pause_reason="")),
                name="objective_paused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(committed_at=None),
                name="objective_archived_is_a_draft",
            ),
            models.UniqueConstraint(
                fields=["organization", "carried_from"], name="objective_carried_over_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "owner"], name="objective_by_owner"),
            models.Index(
                fields=["organization", "owner"],
                condition=NOT_EVERYBODYS,
                name="objective_not_everybodys",
            ),
            models.Index(
                fields=["organization", "level", "title", "id"], name="objective_by_level"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            one_focus.takes_its_days,
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("objectives:detail", args=[self.pk])

    @property
    def hint(self) -> str:
        """What tells this objective from another of the same title, in a picker."""
        return f"{self.owner.name}, {self.cycle.label}"

    @property
    def whose(self) -> str:
        """The line above its title: whose objective it is."""
        if self.level == self.Level.COMPANY:
            return f"{self.get_level_display()}, {self.get_kind_display()}"
        return self.department.name if self.department else self.owner.name

    @cached_property
    def manager(self) -> Person | None:
        """The owner's manager of today; asked once for a row in hand."""
        return self.owner.manager_on(self.organization.today())

    @cached_property
    def decider(self) -> Person | None:
        """Who stands above the owner and may say yes or no: the manager it is open to (§3).

        None where nobody does: then it is the owner's own to decide. Whoever reads it by name or
        by broken glass alone decides nothing (V5).
        """
        return self.manager if self.is_open_to_managers else None

    @property
    def is_draft(self) -> bool:
        return self.committed_at is None

    @property
    def is_told(self) -> bool:
        """Whether it is no draft that somebody still keeps to themself."""
        return self.committed_at is not None or self.shared_at is not None

    @property
    def is_one_focus(self) -> bool:
        return self.kind == self.Kind.ONE_FOCUS

    @property
    def is_departmental(self) -> bool:
        return self.kind == self.Kind.DEPARTMENTAL

    @property
    def is_theme(self) -> bool:
        return self.kind == self.Kind.THEMATIC

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.cancelled_at is None and self.archived_at is None

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    def is_locked(self, today: date) -> bool:
        """Whether a change of what was committed wants a reason and a decision (domain §8)."""
        return not self.is_draft and self.cycle.dates.is_locked(today)

    def audience(self) -> list[Person]:
        """Who is told when something happens here: those who follow it and may read it."""
        return audiences([self])[self.pk]

    @property
    def is_everybodys(self) -> bool:
        return self.visibility == Visibility.PUBLIC and self.is_told

    @property
    def is_open_to_managers(self) -> bool:
        return self.visibility == Visibility.PUBLIC or self.manager_chain != ManagerChain.NONE

    @property
    def circle(self) -> Circle:
        """Who may read it, as it stands."""
        return Circle.of(self)

    def primary_parent_visible_to(self, person: Person) -> "Objective | None":
        above = {"links_down__child": self, "links_down__is_primary": True}
        in_force = {"links_down__accepted_at__isnull": False, "links_down__ended_at": None}
        parents = Objective.objects.visible_to(person).filter(**above, **in_force)
        return parents.with_people().first()

    @classmethod
    @transaction.atomic
    def draft(cls, by: Person, **fields: Any) -> "Objective":
        """Begin an objective; a title and a cycle are enough (domain §3)."""
        objective = cls.objects.create(created_by=by, **fields)
        Event.record("objective_drafted", objective.pk, by, tell=objective.audience())
        return objective

    @transaction.atomic
    def revise(self, by: Person, version: int, **changes: Any) -> bool:
        """Change the words or the frame, unless somebody else did since ``version``.

        Returns whether this edit won; the loser has changed nothing. What is over stays as it is.
        Raises ValidationError where a one focus would move into the days of another.
        """
        cycle = changes.get("cycle", self.cycle)
        if self.runs_from and cycle != self.cycle:
            one_focus.refuse_taken_days(self, cycle)
        untouched = Objective.objects.open().filter(pk=self.pk, version=version)
        if not untouched.update(version=F("version") + 1, **changes):
            return False
        changed = sorted(name for name in changes if getattr(self, name) != changes[name])
        self.refresh_from_db()
        if changed:
            audience = self.audience()
            Event.record("objective_changed", self.pk, by, tell=audience, fields=changed)
        return True

    @transaction.atomic
    def commit(self, by: Person) -> bool:
        """Say that this is what we will do; committing again changes nothing.

        Raises ValidationError with what is missing. A second one focus is refused under a lock,
        and by the database, however many tabs ask at once (domain §3).
        """
        one_focus.lock_days()
        if missing := self.missing_for_commitment():
            raise ValidationError(missing)
        drafts = Objective.objects.drafts().filter(pk=self.pk)
        committed = drafts.update(committed_at=timezone.now(), committed_by=by)
        self.refresh_from_db()
        if committed:
            Event.record("objective_committed", self.pk, by, tell=self.audience())
        return bool(committed)

    def missing_for_commitment(self) -> list[str]:
        """Return what must be done before this can be committed, as sentences for its owner."""
        missing: list[str] = []
        kept = [one for one in self.key_results.all() if not one.is_dropped]
        if not kept and self.basis != Objective.Basis.CHILDREN:
            missing.append(gettext("Add at least one key result."))
        excused = {one.key_result_id for one in self.dismissals.all() if one.kind == NOT_MEASURABLE}
        if any(one.problem and one.pk not in excused for one in kept):
            missing.append(
                gettext(
                    "Give every key result what it is measured by: from and to, its limits or its "
                    "milestones. Or say below why it cannot be measured."
                )
            )
        if self.cycle.closed_at:
            missing.append(gettext("Choose another cycle: this one is closed."))
        return [*missing, *missing_for_kind(self)]

    @transaction.atomic
    def share(self, by: Person, tell: Iterable[Person] = ()) -> bool:
        """Put a draft before the other departments: from now on everybody can read it (R23).

        Again changes nothing. What is private, committed or supporting is not shared.
        """
        planned = Objective.objects.drafts().exclude(kind=Objective.Kind.SUPPORTING)
        unshared = planned.filter(pk=self.pk, shared_at=None, visibility=self.Visibility.PUBLIC)
        if not unshared.update(shared_at=timezone.now(), shared_by=by):
            return False
        self.refresh_from_db()
        Event.record("objective_shared", self.pk, by, tell=[*self.audience(), *tell])
        return True

    @transaction.atomic
    def discard(self, by: Person) -> bool:
        """Throw a draft away; what was committed is never deleted."""
        deleted, _rows = Objective.objects.filter(pk=self.pk, committed_at=None).delete()
        return bool(deleted)
