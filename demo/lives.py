"""The turns that goals of a story take: handed in, changed after the lock, closed and scored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from objectives.change_requests import Asked, ask, found, written_of
from objectives.closing import Closing, close, suggest
from objectives.life import submit
from objectives.models import ChangeRequest, Objective, Snapshot
from organizations.models import Cycle

from .story import PARTLY, Ending, Story, Turn


def hand_in(drafts: Iterable[Objective], story: Story) -> None:
    handed_in = {goal.title for goal in story.now if goal.handed_in}
    for one in drafts:
        if one.title in handed_in:
            submit(one, by=one.owner)


def score(objective: Objective, ending: Ending | None) -> None:
    """Close a goal as its owner would, with the score that is suggested or one of their own."""
    suggested = suggest(objective).score
    ending = ending or Ending(PARTLY, "It went as such things go.")
    decisions = {
        one.pk: ending.decisions.get(one.title, Snapshot.Decision.DONE)
        for one in objective.key_results.all()
    }
    closing = Closing(
        outcome=ending.outcome,
        score=Decimal(ending.score) if ending.score else suggested,
        score_reason=ending.why,
        reflection=ending.reflection,
        learned=ending.learned,
        decisions=decisions,
    )
    close(objective, objective.owner, closing)


def turns_in(cycle: Cycle, story: Story) -> list[tuple[Objective, Turn]]:
    """Return what changes in a cycle, as far as its goals are told."""
    titles = {goal.short: goal.title for goal in (*story.last, *story.now)}
    told = {one.title: one for one in Objective.objects.live().in_cycle(cycle).with_people()}
    turns = [(told.get(titles.get(turn.goal, "")), turn) for turn in story.turns]
    return [(objective, turn) for objective, turn in turns if objective]


def request_change(objective: Objective, turn: Turn, day: date) -> ChangeRequest:
    key_results = [written_of(one) for one in objective.key_results.all()]
    wanted = [
        replace(one, target=Decimal(turn.target)) if one.title == turn.result else one
        for one in key_results
    ]
    asked = Asked(turn.reason, turn.words, day, uuid4())
    return ask(objective, found(objective, wanted), objective.owner, asked)


def ask_for_changes(cycle: Cycle, story: Story, today: date) -> None:
    """Ask for what nobody has answered yet, once the lock is a week old."""
    if today < cycle.lock_on + timedelta(days=7):
        return
    for objective, turn in turns_in(cycle, story):
        if not turn.answer:
            request_change(objective, turn, today)
