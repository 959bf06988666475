"""What the two write in a conversation, and who may read it (domain §9)."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .conversation import Conversation
from .conversation_template import ConversationTemplate, Question

PARALLEL = ConversationTemplate.Order.PARALLEL
SHARED_IS_FINAL = """
IF EXISTS (
    SELECT FROM checkins_conversation c
     WHERE c.id = COALESCE(NEW.conversation_id, OLD.conversation_id)
       AND CASE COALESCE(NEW.author_id, OLD.author_id)
           WHEN c.employee_id THEN c.employee_shared_at ELSE c.counterpart_shared_at
           END IS NOT NULL
) THEN
    RAISE EXCEPTION 'pgtrigger: what was shared is final, so % is frozen', TG_TABLE_NAME;
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class AnswerQuerySet(models.QuerySet["Answer"]):
    def readable_by(self, person: Person) -> Self:
        """One's own, and what the other has shared: the only rule there is for it (Q1, V1)."""
        employees = Q(
            author=F("conversation__employee"), conversation__employee_shared_at__isnull=False
        )
        counterparts = Q(
            author=F("conversation__counterpart"), conversation__counterpart_shared_at__isnull=False
        )
        # At once both, where both prepare at the same time.
        at_once = ~Q(conversation__template__order=PARALLEL) | Q(
            conversation__employee_shared_at__isnull=False,
            conversation__counterpart_shared_at__isnull=False,
        )
        mine = Q(conversation__employee=person) | Q(conversation__counterpart=person)
        return self.filter(Q(author=person) | (mine & at_once & (employees | counterparts)))


class Overwritten(Exception):
    """The text was changed in another window since this one has read it."""

    def __init__(self, text: str, version: int) -> None:
        super().__init__(text)
        self.text = text
        self.version = version


class Final(Exception):
    """The side was shared in the meantime; nothing is added to it (Q2)."""


class Draft(TenantModel):
    """A text that saves itself while it is written, and notices another window.

    ``version`` counts the saves: who writes says which they have seen.
    """

    text = models.TextField(blank=True, db_default="", max_length=20000)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = True


class Answer(Draft):
    """One person's answer to one question; nobody else's until its side is shared."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    chosen = models.CharField(max_length=20, blank=True, db_default="")
    # What stands in columns, as it was typed: outcomes, time split, decisions, actions.
    rows = models.JSONField(default=list, db_default=[])

    objects: ClassVar = TenantManager.from_queryset(AnswerQuerySet)()

    class Meta(Draft.Meta):
        constraints = [
            *locks("conversation", "question", "author"),
            models.UniqueConstraint(
                fields=["organization", "conversation", "question", "author"], name="answer_once"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="shared_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=SHARED_IS_FINAL,
            )
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.question}"

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.chosen or self.rows)

    @classmethod
    @transaction.atomic
    def write(
        cls,
        conversation: Conversation,
        question: Question,
        by: Person,
        said: dict[str, Any],
        seen: int | None = None,
    ) -> "Answer":
        """Save what somebody has written so far; the same again changes nothing.

        ``seen`` is the version the writer has read. Raises Overwritten where another window has
        saved something else since, and Final where the side was shared.
        """
        rows = Conversation.objects.select_for_update(no_key=True)
        now = rows.get(pk=conversation.pk)
        if now.moment(now.side_of(by), "shared"):
            raise Final
        place = {"conversation": conversation, "question": question, "author": by}
        return keep(cls, place, said, seen)


class PrivateNote(Draft):
    """What only its author reads: outside exports to others, administration and search."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta(Draft.Meta):
        constraints = [
            *locks("conversation", "author"),
            models.UniqueConstraint(
                fields=["organization", "conversation", "author"], name="private_note_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} in private"

    @classmethod
    def write(
        cls, conversation: Conversation, by: Person, text: str, seen: int | None = None
    ) -> "PrivateNote":
        place = {"conversation": conversation, "author": by}
        return keep(cls, place, {"text": text}, seen)

    @classmethod
    def of(cls, conversation: Conversation, author: Person) -> "PrivateNote | None":
        return cls.objects.filter(conversation=conversation, author=author).first()


@transaction.atomic
def keep[D: Draft](
    model: type[D], place: dict[str, Any], said: dict[str, Any], seen: int | None
) -> D:
    """Save a draft in its place, unless another window was there in between."""
    rows: Any = model.objects
    draft, made = rows.get_or_create(**place, defaults=said)
    if made or all(getattr(draft, name) == value for name, value in said.items()):
        return draft  # type: ignore[no-any-return]
    version = draft.version if seen is None else seen
    changes = {**said, "version": F("version") + 1, "saved_at": Now()}
    if not rows.filter(pk=draft.pk, version=version).update(**changes):
        draft.refresh_from_db()
        raise Overwritten(draft.text, draft.version)
    draft.refresh_from_db()
    return draft  # type: ignore[no-any-return]
