"""What people said about their goals in the days before."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from objectives.discussion import people_named
from objectives.models import Comment, Objective
from organizations.models import Person

from . import past
from .story import Said, Story


def discuss(
    story: Story, people: Mapping[str, Person], titles: Mapping[str, str], start: date
) -> None:
    """Say everything in its order, as far as the story has the goal and the person in it."""
    for said in story.said:
        if said.goal in titles and said.who in people:
            say(said, people, titles[said.goal], start)


def say(said: Said, people: Mapping[str, Person], title: str, start: date) -> None:
    began, author = timezone.now(), people[said.who]
    today = author.organization.today()
    objective = Objective.objects.live().get(title=title)
    naming = people_named(said.text, today)
    comment = Comment.write(objective, author, said.text, naming=naming, submission=uuid4())
    for short, kind in said.reactions.items():
        if short in people:
            comment.react(people[short], kind)
    days = min(said.days_ago, (today - start).days)
    past.move(began, began - timedelta(days=days, minutes=10 * said.days_ago))
