"""The alignment map: the outline's goals as cards, and where each of them stands (interface §5).

Leaves take rows, a parent stands midway between its first and last child. A fixed number of
statements, however many goals: their names, their links, what matches, and the cards drawn.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from .models import Alignment, Objective
from .outline import Filters, Outline
from .standing import Yardstick

CARDS = 150
LEVELS = 3
WIDTH, HEIGHT = 262, 94
MARGIN = 20
COLUMN = WIDTH + 58
ROW = HEIGHT + 14
ROOM_FOR_MORE = 26
BETWEEN_TREES = 38


class Place(NamedTuple):
    """Where a card's upper corner stands."""

    x: int
    y: int


@dataclass(frozen=True)
class Forest:
    """Goals and what each contributes to, siblings in their order; a root contributes to None."""

    parents: dict[UUID, UUID | None]

    @classmethod
    def grow(cls, goals: Iterable[UUID], links: Mapping[UUID, UUID]) -> "Forest":
        """Link the goals; whatever contributes to something that is not among them is a root."""
        known = dict.fromkeys(goals)
        return cls({goal: up if (up := links.get(goal)) in known else None for goal in known})

    @cached_property
    def below(self) -> dict[UUID | None, list[UUID]]:
        below: dict[UUID | None, list[UUID]] = defaultdict(list)
        for goal, parent in self.parents.items():
            below[parent].append(goal)
        return below

    def walk(self) -> Iterator[tuple[UUID, int]]:
        """Give every goal with its depth as people read them: each before what is below it."""
        ahead = [(goal, 0) for goal in reversed(self.below[None])]
        while ahead:
            goal, depth = ahead.pop()
            yield goal, depth
            ahead += [(child, depth + 1) for child in reversed(self.below.get(goal, []))]

    def path(self, goal: UUID) -> list[UUID]:
        """Return the goal and all above it, the root first."""
        path, above = [goal], self.parents[goal]
        while above is not None:
            path.append(above)
            above = self.parents[above]
        return path[::-1]

    def only(self, goals: Set[UUID]) -> "Forest":
        """Keep these with all that is above them."""
        kept = {above for goal in goals if goal in self.parents for above in self.path(goal)}
        return Forest({goal: up for goal, up in self.parents.items() if goal in kept})

    def upper(self, levels: int, most: int) -> "Forest":
        """Keep what is nearest to the roots: so many levels, and so many goals at most."""
        kept: set[UUID] = set()
        ahead = deque((goal, 1) for goal in self.below[None])
        while ahead and len(kept) < most:
            goal, level = ahead.popleft()
            kept.add(goal)
            if level < levels:
                ahead += [(child, level + 1) for child in self.below.get(goal, [])]
        return Forest({goal: up for goal, up in self.parents.items() if goal in kept})

    def missing_from(self, drawn: "Forest") -> dict[UUID | None, int]:
        """Count what is not drawn by the goal above it that is; None has the whole trees."""
        nearest: dict[UUID | None, UUID | None] = {None: None}
        counts: dict[UUID | None, int] = defaultdict(int)
        for goal, _depth in self.walk():
            nearest[goal] = goal if goal in drawn.parents else nearest[self.parents[goal]]
            counts[nearest[goal]] += goal not in drawn.parents
        return counts

    def places(self, row: int = ROW) -> dict[UUID, Place]:
        """Place every goal, in the order of ``walk``, so that no two cards overlap."""
        walk = list(self.walk())
        heights: dict[UUID, int] = {}
        free = MARGIN
        for goal, depth in walk:
            if not depth and heights:
                free += BETWEEN_TREES
            if goal not in self.below:
                heights[goal] = free
                free += row
        for goal, _depth in reversed(walk):
            if children := self.below.get(goal):
                heights[goal] = (heights[children[0]] + heights[children[-1]]) // 2
        return {goal: Place(MARGIN + depth * COLUMN, heights[goal]) for goal, depth in walk}


@dataclass(frozen=True)
class Card:
    """A goal on the map; ``more`` counts what is below it and not drawn.

    ``further`` names what it leads up to beside its parent; ``proposed`` says that it waits there.
    """

    objective: Objective
    parent: Objective | None
    place: Place
    dim: bool
    more: int
    path: list[UUID]
    in_outline: bool
    proposed: bool
    further: list[str]

    @property
    def below(self) -> Place:
        """Return where the link to what is not drawn stands."""
        return Place(self.place.x, self.place.y + HEIGHT + 4)

    @property
    def opened(self) -> str:
        return ",".join(map(str, self.path))


class Edge(NamedTuple):
    """A link between two cards beside the tree: proposed, or to a further parent."""

    child: UUID
    parent: UUID
    title: str
    proposed: bool


@dataclass(frozen=True)
class Map:
    """What is drawn for one person; ``left`` counts goals in trees there was no room for."""

    cards: list[Card]
    edges: list[Edge]
    matches: int | None
    unlinked: int
    left: int

    @property
    def has_proposals(self) -> bool:
        return any(card.proposed for card in self.cards) or any(one.proposed for one in self.edges)

    @property
    def has_further(self) -> bool:
        return any(not edge.proposed for edge in self.edges)

    @property
    def width(self) -> int:
        return max((card.place.x for card in self.cards), default=0) + WIDTH + MARGIN

    @property
    def height(self) -> int:
        return max((card.below.y for card in self.cards), default=0) + ROOM_FOR_MORE + MARGIN


def draw(outline: Outline, filters: Filters) -> Map:
    """Draw what one person may see; what matches no filter is dimmed.

    What is not linked to anything is counted, and drawn only when somebody looks for it. When
    there is too much of everything, a search draws its matches and what is above them.
    """
    matches = matching(outline, filters) if filters else None
    unlinked = set(outline.population.unlinked().values_list("pk", flat=True))
    forest, proposed = whole(outline)
    forest = without_loose(forest, unlinked - (matches or set()))
    if matches is not None and len(forest.parents) > CARDS:
        forest = forest.only(matches)
    drawn = forest if len(forest.parents) <= CARDS else forest.upper(LEVELS, CARDS)
    edges = further_edges(outline, drawn)
    cards = cards_of(outline, forest, drawn, matches, proposed, edges)
    left = forest.missing_from(drawn)[None]
    return Map(cards, edges, None if matches is None else len(matches), len(unlinked), left)


def matching(outline: Outline, filters: Filters) -> set[UUID]:
    found = filters.apply(outline.population).order_by()
    return set(found.values_list("pk", flat=True))


def whole(outline: Outline) -> tuple[Forest, Set[UUID]]:
    """Return every goal there is to see, the company's first, and the one focus before all.

    Beside it stand those that hang where they do only as a proposal.
    """
    company, one_focus = Objective.Level.COMPANY, Objective.Kind.ONE_FOCUS
    rows = outline.population.values_list("pk", "title", "level", "kind")
    order = sorted(
        rows, key=lambda row: (row[2] != company, row[3] != one_focus, row[1], str(row[0]))
    )
    links = Alignment.objects.placing().order_by("pk")
    placed = list(links.values_list("child_id", "parent_id", "accepted_at"))
    forest = Forest.grow([row[0] for row in order], {child: up for child, up, _when in placed})
    return forest, {child for child, _up, accepted in placed if not accepted}


def further_edges(outline: Outline, drawn: Forest) -> list[Edge]:
    """Return the links from what is drawn that the tree doesn't show, as far as they are seen."""
    visible = outline.population.select_related(None).order_by().values("pk")
    links = Alignment.objects.open().upward().filter(child__in=list(drawn.parents))
    facts = ("child_id", "parent_id", "parent__title", "accepted_at")
    found = links.filter(parent__in=visible).order_by("pk").values_list(*facts)
    return [
        Edge(child, parent, title, proposed=not accepted)
        for child, parent, title, accepted in found
        if drawn.parents[child] != parent
    ]


def without_loose(forest: Forest, unlinked: set[UUID]) -> Forest:
    hanging = {goal for goal, up in forest.parents.items() if up}
    loose = {goal for goal in unlinked - hanging if goal not in forest.below}
    return Forest({goal: up for goal, up in forest.parents.items() if goal not in loose})


def cards_of(
    outline: Outline,
    forest: Forest,
    drawn: Forest,
    matches: set[UUID] | None,
    proposed: Set[UUID],
    edges: Iterable[Edge],
) -> list[Card]:
    """Return a card for every goal that is drawn, in the order people read them."""
    more = forest.missing_from(drawn)
    row = ROW + ROOM_FOR_MORE if any(more.values()) else ROW
    goals = outline.population.in_bulk(list(drawn.parents))
    Yardstick(outline.person.organization, outline.today).hold(*goals.values())
    further: dict[UUID, list[str]] = defaultdict(list)
    for edge in edges:
        if not edge.proposed:
            further[edge.child].append(edge.title)
    cards = []
    for goal, place in drawn.places(row).items():
        parent, path = drawn.parents[goal], drawn.path(goal)
        cards.append(
            Card(
                objective=goals[goal],
                parent=goals[parent] if parent else None,
                place=place,
                dim=matches is not None and goal not in matches,
                more=more[goal],
                path=path,
                in_outline=goals[path[0]].level == Objective.Level.COMPANY,
                proposed=goal in proposed,
                further=further[goal],
            )
        )
    return cards
