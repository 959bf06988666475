"""What carries over from one conversation to the next: talking points and actions (domain §9)."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .answer import Answer
from .conversation import Conversation


class TalkingPointQuerySet(models.QuerySet["TalkingPoint"]):
    def readable_by(self, person: Person) -> Self:
        shared = Q(audience=TalkingPoint.Audience.SHARED)
        mine = Q(conversation__employee=person) | Q(conversation__counterpart=person)
        return self.filter(Q(author=person) | (shared & mine))

    def on_the_table(self, conversation: Conversation) -> Self:
        """What the two have not ticked yet, whenever it was raised, and what they ticked here."""
        pair = {
            "conversation__employee": conversation.employee_id,
            "conversation__counterpart": conversation.counterpart_id,
        }
        earlier = Q(conversation__due_on__lte=conversation.due_on)
        waiting = earlier & Q(ticked_at=None)
        here = Q(conversation=conversation) | Q(ticked_in=conversation)
        return self.filter(**pair).filter(waiting | here).select_related("author", "conversation")


class TalkingPoint(TenantModel):
    """Something to talk about. Until it is ticked it carries over, whatever the next date."""

    class Audience(models.TextChoices):
        SHARED = "shared", _("Both of us")
        PRIVATE = "private", _("Only me")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="talking_points")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(_("topic"), max_length=500)
    audience = models.CharField(max_length=7, choices=Audience, default=Audience.SHARED)
    raised_at = models.DateTimeField(db_default=Now(), editable=False)
    ticked_at = models.DateTimeField(null=True, editable=False)
    ticked_in = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(TalkingPointQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["raised_at", "pk"]
        constraints = [
            *locks("conversation", "author", "ticked_in"),
            models.CheckConstraint(
                condition=Q(audience__in=["shared", "private"]),
                name="talking_point_audience_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def tick(self, conversation: Conversation) -> bool:
        """Tick it as talked about in a conversation."""
        unticked = TalkingPoint.objects.filter(pk=self.pk, ticked_at=None)
        return bool(unticked.update(ticked_at=timezone.now(), ticked_in=conversation))

    def untick(self) -> bool:
        """Let it carry over after all."""
        row = TalkingPoint.objects.filter(pk=self.pk)
        return bool(row.update(ticked_at=None, ticked_in=None))


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def readable_by(self, person: Person) -> Self:
        """The two's; what comes from an answer, once that may be read and has been opened (Q1)."""
        mine = Q(conversation__employee=person) | Q(conversation__counterpart=person)
        opened = Q(
            conversation__employee=person, conversation__employee_opened_at__isnull=False
        ) | Q(conversation__counterpart=person, conversation__counterpart_opened_at__isnull=False)
        own = Q(answer=None) | Q(answer__author=person)
        over = Q(conversation__closed_at__isnull=False)
        return self.filter(mine & (own | opened | over))

    def of_pair(self, conversation: Conversation) -> Self:
        return self.filter(
            conversation__employee=conversation.employee_id,
            conversation__counterpart=conversation.counterpart_id,
        )

    def on_the_table(self, conversation: Conversation, since: date) -> Self:
        """What the two have not done yet, and what was done since, or agreed here."""
        earlier = Q(conversation__due_on__lte=conversation.due_on)
        waiting = earlier & (Q(done_at=None) | Q(done_at__date__gte=since))
        rows = self.of_pair(conversation).filter(waiting | Q(conversation=conversation))
        return rows.select_related("owner").with_carries(conversation)

    def with_carries(self, conversation: Conversation) -> Self:
        """Say of each how many conversations the two have held over it before this one."""
        held: Any = Conversation.objects.filter(
            employee=OuterRef("conversation__employee"),
            counterpart=OuterRef("conversation__counterpart"),
            held_at__gt=OuterRef("agreed_at"),
            due_on__lt=conversation.due_on,
        ).exclude(pk=OuterRef("conversation"))
        held = held.order_by().values("employee").annotate(n=Count("pk")).values("n")
        return self.annotate(held_since=Coalesce(Subquery(held), 0))


class ActionItem(TenantModel):
    """What one of the two will do, by when; undone it stands on the next conversation's table."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="action_items")
    # What was asked for in an answer becomes an action of the other's.
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, editable=False, related_name="action_items"
    )
    owner = models.ForeignKey(Person, models.PROTECT, related_name="action_items")
    text = models.CharField(_("action"), max_length=500)
    due_on = models.DateField(_("by"), null=True, blank=True)
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ActionItemQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["agreed_at", "pk"]
        constraints = [
            *locks("conversation", "answer", "owner"),
            models.UniqueConstraint(
                fields=["organization", "answer", "text"], name="action_of_an_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def carried_into(self, conversation: Conversation) -> int:
        """How often it has been carried over, when it stands on this conversation's table."""
        held_over: int = getattr(self, "held_since", 0)
        return held_over + (self.conversation_id != conversation.pk)

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.done_at is None and self.due_on < today

    def finish(self) -> bool:
        """Mark it as done; again changes nothing."""
        undone = ActionItem.objects.filter(pk=self.pk, done_at=None)
        return bool(undone.update(done_at=timezone.now()))

    def reopen(self) -> bool:
        return bool(ActionItem.objects.filter(pk=self.pk).update(done_at=None))


class Addendum(TenantModel):
    """What one of the two adds once both have signed; what was signed stays as it was (Q4)."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="addenda")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("addendum"), max_length=4000)
    submission = models.UUIDField()
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "pk"]
        constraints = [
            *locks("conversation", "author"),
            models.UniqueConstraint(
                fields=["organization", "conversation", "submission"], name="addendum_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text
