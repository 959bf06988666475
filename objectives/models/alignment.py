from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Person
from organizations.tenancy import PartOf, TenantManager, TenantModel, locks

from .key_result import KeyResult
from .objective import Objective

type Goal = Objective | KeyResult

UPWARD = ("contributes", "supports")


def objective_of(goal: Goal) -> Objective:
    return goal.objective if isinstance(goal, KeyResult) else goal


def key_result_of(goal: Goal) -> KeyResult | None:
    return goal if isinstance(goal, KeyResult) else None


class AlignmentQuerySet(models.QuerySet["Alignment"]):
    def accepted(self) -> Self:
        """Those in force."""
        return self.filter(accepted_at__isnull=False, ended_at=None)

    def proposed(self) -> Self:
        """Those that wait for an answer; they count nowhere (A3)."""
        return self.filter(accepted_at=None, declined_at=None, ended_at=None)

    def open(self) -> Self:
        return self.filter(declined_at=None, ended_at=None)

    def over(self) -> Self:
        """Those that were declined or ended; they stay to be read (A4)."""
        return self.exclude(declined_at=None, ended_at=None)

    def upward(self) -> Self:
        return self.filter(kind__in=UPWARD)

    def contributing(self) -> Self:
        return self.accepted().filter(kind=Alignment.Kind.CONTRIBUTES)

    def depending(self) -> Self:
        return self.accepted().filter(kind=Alignment.Kind.DEPENDS_ON)

    def primary(self) -> Self:
        return self.accepted().filter(is_primary=True)

    def of(self, child: Any) -> Self:
        """Those of one objective; for ``Exists``, of the outer row."""
        return self.filter(child=child).order_by()

    def placing(self) -> Self:
        """Where the tree shows a goal: below its primary parent, or else where it is proposed."""
        primary = Alignment.objects.primary().filter(child=OuterRef("child"))
        proposed = Q(pk__in=Alignment.objects.proposed().values("pk")) & ~Exists(primary)
        return self.filter(is_primary=True, declined_at=None, ended_at=None).filter(
            Q(accepted_at__isnull=False) | proposed
        )

    def between(self, source: Goal, target: Goal) -> Self:
        return self.filter(
            child=objective_of(source),
            child_key_result=key_result_of(source),
            parent=objective_of(target),
            parent_key_result=key_result_of(target),
        )

    def touching(self, objective: Objective) -> Self:
        return self.filter(Q(child=objective) | Q(parent=objective))

    def visible_to(self, person: Person) -> Self:
        """Those of which a person may see both ends."""
        visible = Objective.objects.visible_to(person).order_by().values("pk")
        return self.filter(child__in=visible, parent__in=visible)

    def waiting_for(self, person: Person) -> Self:
        """Proposals that are theirs to answer: about a goal or a key result that they own."""
        end = Alignment.End
        return self.proposed().filter(
            Q(asked_of=end.PARENT, parent__owner=person, parent_key_result=None)
            | Q(asked_of=end.PARENT, parent_key_result__owner=person)
            | Q(asked_of=end.CHILD, child__owner=person, child_key_result=None)
            | Q(asked_of=end.CHILD, child_key_result__owner=person)
        )

    def with_ends(self) -> Self:
        return self.select_related(
            "child__owner",
            "child__department",
            "child__cycle",
            "parent__owner",
            "parent__department",
            "parent__cycle",
            "child_key_result__owner",
            "parent_key_result__owner",
            "created_by",
            "answered_by",
            "ended_by",
        )


@tracked
class Alignment(TenantModel):
    """That one goal contributes to another, supports it, or depends on it (domain §5).

    Each end is an objective, or one of its key results: then the end names both, and the database
    holds the key result to its objective. Made, answered and ended in linking.py.
    """

    class Kind(models.TextChoices):
        CONTRIBUTES = "contributes", _("contributes to")
        SUPPORTS = "supports", _("supports")
        DEPENDS_ON = "depends_on", _("depends on")

    class End(models.TextChoices):
        CHILD = "child", _("the goal that links")
        PARENT = "parent", _("the goal it links to")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("In force")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Ended")

    child = models.ForeignKey(Objective, models.CASCADE, related_name="links_up")
    child_key_result = models.ForeignKey(
        KeyResult, models.RESTRICT, null=True, related_name="links_up"
    )
    parent = models.ForeignKey(Objective, models.CASCADE, related_name="links_down")
    parent_key_result = models.ForeignKey(
        KeyResult, models.RESTRICT, null=True, related_name="links_down"
    )
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.CONTRIBUTES)
    # Of a proposal: that it wants to be the primary one, once it is accepted.
    is_primary = models.BooleanField(default=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Whose owner has to agree, and when they were told; not before they may see the other end.
    asked_of = models.CharField(max_length=6, choices=End, default=End.PARENT)
    asked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Why it was declined or ended.
    reason = models.TextField(_("reason"), blank=True, max_length=1000)

    objects: ClassVar = TenantManager.from_queryset(AlignmentQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("child", "parent", "created_by", "answered_by", "ended_by"),
            PartOf(
                "child_key_result",
                "child",
                of="objective",
                name="alignment_child_key_result_is_the_childs",
            ),
            PartOf(
                "parent_key_result",
                "parent",
                of="objective",
                name="alignment_parent_key_result_is_the_parents",
            ),
            models.UniqueConstraint(
                fields=["organization", "child", "parent", "child_key_result", "parent_key_result"],
                condition=Q(kind__in=UPWARD, declined_at=None, ended_at=None),
                nulls_distinct=False,
                name="alignment_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "child", "parent", "child_key_result", "parent_key_result"],
                condition=Q(kind="depends_on", declined_at=None, ended_at=None),
                nulls_distinct=False,
                name="dependency_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "child"],
                condition=Q(accepted_at__isnull=False, ended_at=None, is_primary=True),
                name="one_primary_parent",
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(kind__in=UPWARD, child_key_result=None),
                name="alignment_primary_is_an_objectives",
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="objective_does_not_contribute_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*UPWARD, "depends_on"]), name="alignment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(asked_of__in=["child", "parent"]), name="alignment_end_is_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None),
                name="alignment_has_one_answer",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None, accepted_at=None, declined_at=None)
                | Q(answered_by__isnull=False) & ~Q(accepted_at=None, declined_at=None),
                name="alignment_answer_is_somebodys",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "parent"],
                condition=Q(ended_at=None),
                name="alignment_children",
            )
        ]

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"

    @property
    def state(self) -> str:
        if self.ended_at:
            return self.State.ENDED
        if self.declined_at:
            return self.State.DECLINED
        return self.State.ACCEPTED if self.accepted_at else self.State.PROPOSED

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.PROPOSED, self.State.ACCEPTED}

    @property
    def is_proposed(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def is_upward(self) -> bool:
        return self.kind in UPWARD

    @property
    def source(self) -> Goal:
        """What contributes, supports or depends."""
        return self.child_key_result or self.child

    @property
    def target(self) -> Goal:
        """What it contributes to, supports or depends on."""
        return self.parent_key_result or self.parent

    @property
    def asked(self) -> Objective:
        """The objective at the end that has to agree."""
        return self.child if self.asked_of == self.End.CHILD else self.parent

    @property
    def asking(self) -> Objective:
        return self.parent if self.asked_of == self.End.CHILD else self.child

    @property
    def answerer(self) -> Person:
        """Whose it is to answer: the owner of the goal or the key result that is asked."""
        return (self.source if self.asked_of == self.End.CHILD else self.target).owner

    @property
    def asker(self) -> Person:
        """The owner at the other end."""
        return (self.target if self.asked_of == self.End.CHILD else self.source).owner
