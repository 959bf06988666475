"""Tells how people spoke with their managers: through the verbs that they used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from checkins.arranging import arrange, arrange_quarterly, follow_reporting_lines
from checkins.conversing import Seat
from checkins.models import (
    ActionItem,
    Answer,
    Conversation,
    ConversationTemplate,
    PrivateNote,
    Question,
    TalkingPoint,
)
from checkins.windows import BIWEEKLY_OPENS, Kind
from organizations.models import Cycle, Organization, Person

from .story import Talk

# How the others go about it, each to one of these: most talk and sign, some only talk.
HABITS = ("signed", "signed", "held", "signed", "skipped", "signed", "signed", "missed")


@dataclass
class Talking:
    """``move`` lets what was said just now have been said on a day gone by."""

    organization: Organization
    people: Mapping[str, Person]
    talks: Sequence[Talk]
    today: date
    move: Callable[[date], None]

    def tell(self, dues: Sequence[date], cycle: Cycle) -> None:
        """Live through the last bi-weekly conversations and the start of the quarter."""
        met = self.organization.working_week.add(cycle.start, 2)
        if met < self.today:
            self.hold_all(Kind.QUARTER_START, cycle.start - timedelta(days=7), met)
        for ago, due_on in reversed(list(enumerate(reversed(dues), start=1))):
            self.hold_all(Kind.BIWEEKLY, due_on - BIWEEKLY_OPENS, due_on, ago)
        arrange(self.organization, self.today)
        for talk in self.talks:
            if talk.ago == 0:
                self.write(talk, self.between(talk, self.today))

    def hold_all(self, kind: Kind, opened: date, met: date, ago: int = 0) -> None:
        self.lay_out(kind, opened)
        self.move(opened)
        told = {talk.employee_is: talk for talk in self.talks if ago and talk.ago == ago}
        shorts = {person.pk: short for short, person in self.people.items()}
        waiting = Conversation.objects.unheld().filter(kind=kind, due_on__gte=met)
        for order, one in enumerate(waiting.filter(opens_on__lte=opened).with_people()):
            talk = told.get(shorts.get(one.employee_id, ""))
            if talk:
                self.write(talk, one)
            self.end(one, met, "signed" if talk else HABITS[order % len(HABITS)], talk)
        self.move(met)

    def lay_out(self, kind: Kind, day: date) -> None:
        if kind == Kind.BIWEEKLY:
            arrange(self.organization, day)
            return
        follow_reporting_lines(day)
        template = ConversationTemplate.all_current()[kind]
        arrange_quarterly(self.organization, template, kind, day)

    def end(self, one: Conversation, met: date, habit: str, talk: Talk | None) -> None:
        if habit == "skipped":
            one.skip(one.employee, Conversation.SkipReason.LEAVE)
        if habit in {"held", "signed"}:
            one.hold(one.counterpart, met)
        if habit == "signed":
            for person in (one.employee, one.counterpart):
                one.open_part(person)
                dissent = talk.dissent if talk and person == one.employee else ""
                one.sign(person, dissent)

    def between(self, talk: Talk, day: date) -> Conversation:
        mine = Conversation.objects.unheld().filter(
            kind=Kind.BIWEEKLY, employee=self.people[talk.employee_is], due_on__gte=day
        )
        return mine.with_people().order_by("due_on")[:1].get()

    def write(self, talk: Talk, one: Conversation) -> None:
        """Let both write and share as far as the story has it."""
        for person, said in ((one.employee, talk.employee), (one.counterpart, talk.manager)):
            person.organization = self.organization
            seat = Seat(one, person, timezone.now())
            asked = [question for question in seat.questions if question.is_asked_of(seat.side)]
            for question, words in zip(asked, said, strict=False):
                if words:
                    Answer.write(one, question, person, said_of(question, words))
            if said and talk.shared:
                seat.share(seat.part())
        for text in talk.topics:
            TalkingPoint.objects.create(conversation=one, author=one.employee, text=text)
        for short, text in talk.actions:
            owner, due_on = self.people[short], one.due_on + timedelta(days=10)
            ActionItem.objects.create(conversation=one, owner=owner, text=text, due_on=due_on)
        if talk.note:
            PrivateNote.write(one, one.employee, talk.note)


def said_of(question: Question, words: str) -> dict[str, Any]:
    """Return what a question of its type takes: a choice stands before a bar."""
    chosen, bar, text = words.partition("|")
    if question.type == Question.Type.DECISION:
        about, _bar, why = text.partition("|")
        return {"rows": [{"what": about, "chosen": chosen, "why": why}]}
    return {"chosen": chosen, "text": text} if bar else {"text": words}
