"""A conversation as one of the two has it before them, and what they write into it (domain §9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

from core.dates import today_in
from objectives.models import KeyResult
from organizations.models import Person

from .answering import Field, Part, subjects_of
from .models import ActionItem, Answer, CheckInPeriod, Conversation, PrivateNote, Question
from .models.conversation import Side, across
from .preparation import Preparation
from .turn import Turn

LONGEST_ACTION = 500


@dataclass(frozen=True)
class Pair:
    """One question with both sides, as far as this reader may see them."""

    question: Question
    mine: Field | None
    theirs: Field | None
    is_asked_of_other: bool


class Seat:
    """One of the two in a conversation, today: what they may read, and what they may write."""

    def __init__(self, conversation: Conversation, person: Person, now: Any) -> None:
        self.conversation = conversation
        self.person = person
        for one in (conversation.employee, conversation.counterpart):
            one.organization = person.organization
        # Its dates are the employee's, wherever the manager is.
        self.today: date = today_in(conversation.employee.zone, now)

    @property
    def side(self) -> Side:
        return self.conversation.side_of(self.person)

    @property
    def other(self) -> Person:
        return self.conversation.other_than(self.person)

    @property
    def is_employee(self) -> bool:
        return self.side == Side.EMPLOYEE

    @property
    def state(self) -> Conversation.State:
        return self.conversation.state(self.today)

    @property
    def stage(self) -> str:
        """Prepare, meet or sign off: the one that comes next, or none once it is over."""
        one = self.conversation
        if not one.is_open:
            return ""
        if one.held_at:
            return "sign"
        ready = one.employee_shared_at and (one.counterpart_shared_at or not self.may_write)
        return "meet" if ready else "prepare"

    @property
    def may_write(self) -> bool:
        return self.conversation.part_is_open(self.side, self.today)

    @property
    def has_shared(self) -> bool:
        return bool(self.conversation.moment(self.side, "shared"))

    @property
    def other_has_shared(self) -> bool:
        return self.conversation.has_shared(across(self.side))

    @property
    def has_opened(self) -> bool:
        """Whether this side has opened what the other shared; what is over is open."""
        opened = self.conversation.moment(self.side, "opened")
        return bool(opened or self.conversation.closed_at)

    @property
    def has_signed(self) -> bool:
        return bool(self.conversation.moment(self.side, "signed"))

    @property
    def can_open(self) -> bool:
        return self.conversation.can_open(self.person)

    @property
    def can_take_back(self) -> bool:
        return self.conversation.can_take_back(self.person)

    @property
    def can_object(self) -> bool:
        return self.conversation.can_object(self.person)

    @property
    def can_sign(self) -> bool:
        return self.conversation.can_sign(self.person)

    @property
    def is_late(self) -> bool:
        return self.conversation.is_late(self.today)

    @cached_property
    def questions(self) -> list[Question]:
        return list(Question.objects.filter(template=self.conversation.template_id))

    @cached_property
    def answers(self) -> list[Answer]:
        """Everything this person may read here, in the order of the questions."""
        readable = Answer.objects.readable_by(self.person)
        return list(readable.filter(conversation=self.conversation).order_by("question__position"))

    @cached_property
    def mine(self) -> dict[UUID, Answer]:
        return self._answers_of(self.person)

    @cached_property
    def theirs(self) -> dict[UUID, Answer]:
        """What the other has written, once it is shared and this person has opened it."""
        return self._answers_of(self.other) if self.has_opened else {}

    def _answers_of(self, author: Person) -> dict[UUID, Answer]:
        by_id = {question.pk: question for question in self.questions}
        found = {one.question_id: one for one in self.answers if one.author_id == author.pk}
        for answer in found.values():
            answer.question = by_id[answer.question_id]
        return found

    @cached_property
    def table(self) -> Preparation:
        return Preparation(self.conversation, self.person, self.today)

    @cached_property
    def note(self) -> PrivateNote | None:
        return PrivateNote.of(self.conversation, self.person)

    # The employee's check-in is part of it (I12).

    @cached_property
    def turn(self) -> Turn:
        employee = self.conversation.employee
        return Turn(employee, self.today, CheckInPeriod.current(employee, self.today))

    @cached_property
    def due(self) -> list[KeyResult]:
        """What the employee has still to check in on, asked only of themself."""
        reviews = any(one.type == Question.Type.KEY_RESULT_REVIEW for one in self.questions)
        if not (reviews and self.is_employee and self.may_write):
            return []
        return list(self.turn.due())

    # Writing.

    def part(self, data: Mapping[str, Any] | None = None) -> Part:
        """This side's questions with what is saved, or with what was just sent."""
        asked = [one for one in self.questions if one.is_asked_of(self.side)]
        return Part(self.conversation, [self.field(one, data) for one in asked])

    def pairs(self, part: Part) -> list[Pair]:
        """Every question with this side's field and what the other has said."""
        mine = {field.question.pk: field for field in part.fields}
        across_ = across(self.side)
        return [
            Pair(
                one,
                mine.get(one.pk),
                Field(one, self.theirs[one.pk]) if self.has_said(one) else None,
                one.is_asked_of(across_),
            )
            for one in self.questions
        ]

    def has_said(self, question: Question) -> bool:
        answer = self.theirs.get(question.pk)
        return bool(answer and not answer.is_empty)

    def field(self, question: Question, data: Mapping[str, Any] | None = None) -> Field:
        key_results = self.table.key_results if question.about == "key_results" else []
        subjects = subjects_of(question, key_results, list(self.theirs.values()))
        return Field(question, self.mine.get(question.pk), data, subjects)

    def save(self, field: Field) -> Answer:
        """Keep one answer as it is typed; raises Overwritten if another window was there."""
        return Answer.write(self.conversation, field.question, self.person, field.said, field.seen)

    @transaction.atomic
    def share(self, part: Part) -> bool:
        """Save the side and let the other read it; what was asked for becomes their action."""
        if self.has_shared:
            return False
        for field in part.fields:
            answer = self.save(field)
            if field.asks_for_help:
                self.ask_for_help(answer)
            if field.question.type == Question.Type.ACTION:
                self.promise(answer)
        return self.conversation.share(self.person)

    def ask_for_help(self, answer: Answer) -> None:
        text = " ".join(answer.text.split())[:LONGEST_ACTION]
        if text:
            self.agree(answer, self.other, text)

    def promise(self, answer: Answer) -> None:
        for row in answer.rows:
            if text := row.get("what", "").strip():
                self.agree(answer, self.person, text, read_day(row.get("due", "")))

    def agree(self, answer: Answer, owner: Person, text: str, due_on: date | None = None) -> None:
        about = {"answer": answer, "text": text}
        facts = {"conversation": self.conversation, "owner": owner, "due_on": due_on}
        ActionItem.objects.get_or_create(**about, defaults=facts)


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
