from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .follower import Follower
from .key_result import KeyResult
from .objective import Objective

EDITABLE_FOR = timedelta(minutes=15)
EXCERPT = 140


class CommentQuerySet(models.QuerySet["Comment"]):
    def standing(self) -> Self:
        return self.filter(deleted_at=None)

    def visible_to(self, person: Person) -> Self:
        """What is said about what a person may see."""
        return self.filter(objective__in=Objective.objects.visible_to(person).values("pk"))

    def newest_first(self) -> Self:
        return self.order_by("-written_at", "-pk")

    def with_people(self) -> Self:
        return self.select_related("author", "deleted_by", "key_result").prefetch_related(
            "mentions__person", "reactions__person"
        )


class Comment(TenantModel):
    """What somebody says about an objective, or about one key result of it; plain text.

    Its words are not kept in the row history: what its author takes back is gone.
    """

    LONGEST = 4000

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="comments")
    key_result = models.ForeignKey(
        KeyResult, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), blank=True, max_length=LONGEST)
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = TenantManager.from_queryset(CommentQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("objective", "key_result", "author", "deleted_by"),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(text=""), name="comment_deleted_says_nothing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "objective", "-written_at", "-id"],
                name="comment_newest_first",
            )
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(EXCERPT)

    def get_absolute_url(self) -> str:
        """Where it stands in the discussion, however long that has become."""
        path = reverse("objectives:discussion", args=[self.objective_id])
        return f"{path}?until={self.pk}#comment-{self.pk}"

    @classmethod
    @transaction.atomic
    def write(
        cls,
        objective: Objective,
        by: Person,
        text: str,
        *,
        naming: Iterable[Person] = (),
        key_result: KeyResult | None = None,
        submission: UUID,
    ) -> Self:
        """Say something; the same submission says it once, however often it is sent.

        ``naming`` are those it mentions; whoever of them may not see the objective is not told.
        """
        said = {"objective": objective, "key_result": key_result, "author": by, "text": text}
        comment, is_new = cls.objects.get_or_create(pk=submission, defaults=said)
        if not is_new:
            return comment
        mentioned = comment.mention(naming)
        Follower.join_in(objective, [by, *mentioned])
        others = [one for one in objective.audience() if one not in mentioned]
        comment.record("commented", by, others)
        return comment

    @transaction.atomic
    def rewrite(self, by: Person, text: str, naming: Iterable[Person] = ()) -> bool:
        """Say it differently while it is fresh; who is mentioned anew is told.

        Returns whether it still could be changed.
        """
        fresh = Comment.objects.standing().filter(
            pk=self.pk, author=by, written_at__gt=timezone.now() - EDITABLE_FOR
        )
        if not fresh.update(text=text, edited_at=timezone.now()):
            return False
        named = list(naming)
        self.mentions.exclude(person__in=named).delete()
        Follower.join_in(self.objective, self.mention(named))
        return True

    @transaction.atomic
    def remove(self, by: Person) -> bool:
        """Take it back, with who was mentioned and how people reacted; a mark stays."""
        standing = Comment.objects.standing().filter(pk=self.pk)
        removed = standing.update(text="", deleted_at=timezone.now(), deleted_by=by)
        if removed:
            self.mentions.all().delete()
            self.reactions.all().delete()
        return bool(removed)

    def mention(self, people: Iterable[Person]) -> list[Person]:
        """Tell those not mentioned before; return who may see what they are told of (V6)."""
        wanted = {person.pk: person for person in people}
        today = self.objective.organization.today()
        readers = self.objective.circle.readers(today).filter(pk__in=wanted)
        before = set(self.mentions.values_list("person_id", flat=True))
        fresh = [wanted[one.pk] for one in readers if one.pk not in before]
        Mention.objects.bulk_create(Mention(comment=self, person=one) for one in fresh)
        if fresh:
            self.record("mentioned", self.author, fresh)
        return fresh

    def record(self, kind: str, by: Person, tell: Iterable[Person]) -> None:
        Event.record(kind, self.objective_id, by, tell=tell, comment=self.pk)

    @transaction.atomic
    def react(self, by: Person, kind: str) -> bool:
        """React, or take the same reaction back; return whether it stands now."""
        taken_back, _rows = self.reactions.filter(person=by, kind=kind).delete()
        if not taken_back:
            reaction = Reaction(comment=self, person=by, kind=kind)
            Reaction.objects.bulk_create([reaction], ignore_conflicts=True)
        return not taken_back


class Mention(TenantModel):
    """That a comment names somebody who may see it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("comment", "person"),
            models.UniqueConstraint(
                fields=["organization", "comment", "person"], name="mention_once"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.person}"


class Reaction(TenantModel):
    """What somebody says about a comment without a word."""

    class Kind(models.TextChoices):
        AGREE = "agree", _("Agree")
        THANKS = "thanks", _("Thank you")
        SEEN = "seen", _("Seen")
        QUESTION = "question", _("Tell me more")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    reacted_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["reacted_at", "pk"]
        constraints = [
            *locks("comment", "person"),
            models.UniqueConstraint(
                fields=["organization", "comment", "person", "kind"], name="reaction_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["agree", "thanks", "seen", "question"]),
                name="reaction_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"
