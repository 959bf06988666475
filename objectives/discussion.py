"""What people say about an objective: read a page at a time, and whom they name (domain §6, V6)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.models import Person

from .models import Comment, Follower, KeyResult, Objective, Reaction
from .models.comment import EDITABLE_FOR
from .permissions import can_comment, can_remove_comment

PAGE = 20
NAMES_IN_TEXT = 20
NAMES_SHOWN = 3
ICONS = {"agree": "circle-check", "thanks": "heart", "seen": "check", "question": "circle-help"}
# @Cleo Winter, @cleo or @cleo@acme.example; an @ inside a word names nobody.
ADDRESS = re.compile(r"(?<![\w@])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
NAME = re.compile(r"(?<![\w@])@([^\s@]+(?:[ \t][^\s@]+){0,3})")
AFTER_A_NAME = ".,;:!?)]}\u2019\u201d\"'"


@dataclass(frozen=True)
class Reacted:
    """One kind of reaction to a comment, with who gave it."""

    kind: str
    label: str
    icon: str
    names: str
    mine: bool


@dataclass
class Thread:
    """A page of a discussion as one person sees it, the oldest first."""

    objective: Objective
    key_result: KeyResult | None
    comments: list[Any]
    has_earlier: bool
    can_comment: bool

    @classmethod
    def of(
        cls,
        objective: Objective,
        person: Person,
        key_result: KeyResult | None = None,
        before: UUID | None = None,
        until: UUID | None = None,
    ) -> "Thread":
        """Read a page of what was said last, or before a comment, or up to one."""
        said = objective.comments.newest_first().with_people()
        if key_result:
            said = said.filter(key_result=key_result)
        edge = before or until
        if edge and (comment := objective.comments.filter(pk=edge).first()):
            at = Q(written_at=comment.written_at)
            up_to = Q(pk__lt=comment.pk) if before else Q(pk__lte=comment.pk)
            said = said.filter(Q(written_at__lt=comment.written_at) | (at & up_to))
        found: list[Any] = list(said[: PAGE + 1])
        shown = found[:PAGE][::-1]
        for comment in shown:
            comment.objective = objective
            comment.reacted = list(reacted(comment, person))
            comment.may_edit = comment.author_id == person.pk and is_fresh(comment)
            comment.may_remove = can_remove_comment(person, comment)
        return cls(objective, key_result, shown, len(found) > PAGE, can_comment(person, objective))


def is_fresh(comment: Comment) -> bool:
    return comment.deleted_at is None and comment.written_at > timezone.now() - EDITABLE_FOR


def reacted(comment: Comment, person: Person) -> Iterator[Reacted]:
    people: dict[str, list[Person]] = defaultdict(list)
    for reaction in comment.reactions.all():
        people[reaction.kind].append(reaction.person)
    for kind in Reaction.Kind:
        names = [one.name for one in people[kind] if one != person]
        mine = person in people[kind]
        names = [*names, *([_("you")] if mine else [])]
        told = ", ".join(names[-NAMES_SHOWN:])
        more = len(names) - NAMES_SHOWN
        told += f" +{more}" if more > 0 else ""
        yield Reacted(kind, str(kind.label), ICONS[kind], told, mine)


def follows(objective: Objective, person: Person, audience: list[Person]) -> bool:
    """Whether a person is told of what happens here, or would be as soon as they may read it."""
    return (
        person in audience
        or Follower.objects.following().filter(objective=objective, person=person).exists()
    )


def people_named(text: str, day: Any) -> list[Person]:
    """Return whom a text names with @: by their full name, their first name or their address.

    A name that two people bear names neither; the picker then offers the address. One statement.
    """
    addresses = {match.lower() for match in ADDRESS.findall(text)}
    spellings = [spellings_of(match) for match in NAME.findall(ADDRESS.sub(" ", text))]
    spellings = spellings[:NAMES_IN_TEXT]
    if not addresses and not spellings:
        return []
    condition = Q(mail__in=addresses) | Q(called__in={one for some in spellings for one in some})
    for some in spellings:
        condition |= Q(called__startswith=f"{some[-1]} ")
    rows = Person.objects.present(day).annotate(called=Lower("name"), mail=Lower("email"))
    known: list[Any] = list(rows.filter(condition))
    named = [person for person in known if person.mail in addresses]
    named += [person for some in spellings for person in meant(some, known)]
    return list(dict.fromkeys(named))


def spellings_of(words: str) -> list[str]:
    """Return the names a text may mean after its @, the longest first."""
    parts = words.lower().split()
    tries = (" ".join(parts[:length]) for length in range(len(parts), 0, -1))
    return [one.rstrip(AFTER_A_NAME) for one in tries]


def meant(spellings: list[str], known: list[Any]) -> list[Any]:
    """Return the one person a spelling means: the longest full name, or an only first name."""
    for spelling in spellings:
        found = [person for person in known if person.called == spelling]
        if found:
            return found if len(found) == 1 else []
    found = [person for person in known if person.called.startswith(f"{spellings[-1]} ")]
    return found if len(found) == 1 else []
