from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from objectives.progress import Status
from organizations.history import tracked
from organizations.models import Department, Person
from organizations.tenancy import TenantManager, TenantModel, locks, tree_lock

from .objective import Objective

IN_TROUBLE = [Status.AT_RISK, Status.OFF_TRACK]


class DependencyQuerySet(models.QuerySet["Dependency"]):
    def unsettled(self) -> Self:
        """Those that wait for a word: the provider's, or the asker's to a counter-offer."""
        return self.filter(state__in=Dependency.UNSETTLED)

    def promised(self) -> Self:
        return self.filter(state=Dependency.State.ACCEPTED)

    def open(self) -> Self:
        return self.filter(state__in=[*Dependency.UNSETTLED, Dependency.State.ACCEPTED])

    def waiting_for(self, departments: Collection[Department]) -> Self:
        """Those whose next word is one of these departments'."""
        asked = Q(state=Dependency.State.ASKED, provider__in=departments)
        return self.filter(asked | Q(state=Dependency.State.COUNTERED, asker__in=departments))

    def in_trouble(self, day: date) -> Self:
        """Promises that may not be kept: declared so, past their day, or their objective is."""
        late = Q(promised_on__lt=day)
        shaky = Q(objective__status__in=IN_TROUBLE, objective__in=Objective.objects.live())
        return self.promised().filter(Q(at_risk_at__isnull=False) | late | shaky)

    def visible_to(self, person: Person) -> Self:
        """Those on objectives that a person may see; a hidden dependent is left out by the page."""
        visible = Objective.objects.visible_to(person).order_by().values("pk")
        return self.filter(objective__in=visible)

    def with_ends(self) -> Self:
        people = ("asker__head", "provider__head", "asked_by", "moved_by")
        return self.select_related("objective__owner", *people)


@tracked
class Dependency(TenantModel):
    """What one department needs from another to reach its own objective (R24, domain §3).

    Asked on the planning board; promised with a date, declined with a reason, or countered with
    another date or wording, to which the asker agrees. Everything is a conditional change of its
    state: whoever comes second changes nothing.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for an answer")
        COUNTERED = "countered", _("Counter-offer")
        ACCEPTED = "accepted", _("Promised")
        KEPT = "kept", _("Kept")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    UNSETTLED = (State.ASKED, State.COUNTERED)

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="promises")
    provider = models.ForeignKey(Department, models.PROTECT, related_name="+")
    asker = models.ForeignKey(Department, models.PROTECT, related_name="+")
    dependent = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="needs"
    )
    text = models.CharField(_("what is needed"), max_length=500)
    wanted_on = models.DateField(_("needed by"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, editable=False, related_name="+")
    moved_at = models.DateTimeField(null=True, editable=False)
    moved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # The provider's words: why not, or what they offer instead.
    answer = models.CharField(_("answer"), max_length=500, blank=True, editable=False)
    promised_on = models.DateField(_("promised for"), null=True, editable=False)
    at_risk_at = models.DateTimeField(null=True, editable=False)
    at_risk_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    risk = models.CharField(_("what is in the way"), max_length=500, blank=True, editable=False)
    # When whoever depends on it was told that it is in trouble; they are told once.
    told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(DependencyQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["asked_at", "pk"]
        constraints = [
            *locks(
                "objective",
                "provider",
                "asker",
                "dependent",
                "asked_by",
                "moved_by",
                "at_risk_by",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["asked", "countered", "accepted", "kept", "declined", "withdrawn"]
                ),
                name="dependency_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(asker=F("provider")), name="dependency_is_on_another_department"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "kept"]) | Q(promised_on__isnull=False),
                name="dependency_is_promised_for_a_day",
            ),
            models.UniqueConstraint(
                fields=["organization", "objective", "asker"],
                condition=Q(state__in=["asked", "countered"]),
                name="dependency_asked_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "promised_on"],
                condition=Q(state="accepted", told_at=None),
                name="dependency_to_watch",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("objectives:dependency", args=[self.pk])

    @property
    def promise(self) -> str:
        """What it comes to: as it was asked, or as it was countered and agreed to."""
        return self.answer if self.is_settled and self.answer else self.text

    @property
    def is_settled(self) -> bool:
        return self.state in {self.State.ACCEPTED, self.State.KEPT}

    @property
    def is_unsettled(self) -> bool:
        return self.state in self.UNSETTLED

    @property
    def is_promised(self) -> bool:
        return self.state == self.State.ACCEPTED

    def is_overdue(self, day: date) -> bool:
        return self.is_promised and self.promised_on is not None and self.promised_on < day

    def is_shaky(self, day: date) -> bool:
        """Whether the promise may not be kept: see ``in_trouble``."""
        declared = self.at_risk_at is not None or self.objective.status in IN_TROUBLE
        return self.is_promised and (declared or self.is_overdue(day))

    def askers(self) -> list[Person]:
        """Who waits for it: who asked, the head of their department, the dependent's owner."""
        owner = self.dependent.owner if self.dependent else None
        return [person for person in (self.asked_by, self.asker.head, owner) if person]

    def providers(self) -> list[Person]:
        people = (self.objective.owner, self.provider.head)
        return [person for person in people if person]

    @classmethod
    @transaction.atomic
    def ask(
        cls,
        objective: Objective,
        asker: Department,
        by: Person,
        *,
        text: str,
        wanted_on: date | None = None,
        dependent: Objective | None = None,
    ) -> "Dependency":
        """Ask for something; a need that still waits for an answer is asked anew."""
        tree_lock("planning")
        assert objective.department
        fields = {"text": text, "wanted_on": wanted_on, "dependent": dependent}
        unsettled = cls.objects.unsettled().filter(objective=objective, asker=asker)
        known = unsettled.select_related("dependent").first()
        if known and fields.items() <= {name: getattr(known, name) for name in fields}.items():
            return known
        need = known or cls(objective=objective, asker=asker, provider=objective.department)
        need.text, need.wanted_on, need.dependent = text, wanted_on, dependent
        need.state, need.answer, need.promised_on = cls.State.ASKED, "", None
        need.asked_by, need.asked_at = by, timezone.now()
        need.save()
        need.record("dependency_asked", by, need.providers(), text=text)
        return need

    @transaction.atomic
    def accept(self, by: Person, on: date) -> bool:
        """Promise it for a day."""
        told = self._moved(by, [self.State.ASKED], self.State.ACCEPTED, promised_on=on)
        return told and self.record("dependency_accepted", by, self.askers(), on=on)

    @transaction.atomic
    def counter(self, by: Person, on: date, answer: str) -> bool:
        """Offer another day, or something else; it is promised once the asker agrees."""
        changes = {"promised_on": on, "answer": answer}
        told = self._moved(by, [self.State.ASKED], self.State.COUNTERED, **changes)
        return told and self.record(
            "dependency_countered", by, self.askers(), on=on, text=answer or self.text
        )

    @transaction.atomic
    def agree(self, by: Person) -> bool:
        """Take the counter-offer: it is promised as it was offered."""
        told = self._moved(by, [self.State.COUNTERED], self.State.ACCEPTED)
        return told and self.record(
            "dependency_agreed", by, self.providers(), on=self.promised_on, text=self.promise
        )

    @transaction.atomic
    def decline(self, by: Person, reason: str) -> bool:
        changes = {"answer": reason, "promised_on": None}
        told = self._moved(by, self.UNSETTLED, self.State.DECLINED, **changes)
        return told and self.record("dependency_declined", by, self.askers(), text=reason)

    @transaction.atomic
    def withdraw(self, by: Person) -> bool:
        """Need it no longer; a promise is released."""
        states = [*self.UNSETTLED, self.State.ACCEPTED]
        told = self._moved(by, states, self.State.WITHDRAWN)
        return told and self.record("dependency_withdrawn", by, self.providers())

    @transaction.atomic
    def keep(self, by: Person) -> bool:
        """Say that what was promised is there."""
        told = self._moved(by, [self.State.ACCEPTED], self.State.KEPT)
        return told and self.record("dependency_kept", by, self.askers())

    @transaction.atomic
    def doubt(self, by: Person, risk: str) -> bool:
        """Say that the promise is at risk; whoever waits for it is told, once (domain §3)."""
        promised = Dependency.objects.promised().filter(pk=self.pk, at_risk_at=None)
        if not promised.update(at_risk_at=timezone.now(), at_risk_by=by, risk=risk):
            return False
        self.refresh_from_db()
        self.warn(by)
        return True

    def warn(self, by: Person | None = None) -> bool:
        """Tell whoever waits for it that it is in trouble, once."""
        untold = Dependency.objects.filter(pk=self.pk, told_at=None)
        if not untold.update(told_at=timezone.now()):
            return False
        details = {"on": self.promised_on, "risk": self.risk}
        return self.record("promise_at_risk", by, self.askers(), **details)

    def _moved(self, by: Person, states: Collection[str], to: str, **changes: Any) -> bool:
        rows = Dependency.objects.filter(pk=self.pk, state__in=states)
        if not rows.update(state=to, moved_at=timezone.now(), moved_by=by, **changes):
            return False
        self.refresh_from_db()
        return True

    def record(self, kind: str, by: Person | None, tell: list[Person], **details: Any) -> bool:
        """Write down what happened to it, on the promised objective, which all may read."""
        about = {"asker": self.asker.name, "provider": self.provider.name, "need": self.text}
        Event.record(kind, self.objective_id, by, tell=tell, **about, **details)
        return True
