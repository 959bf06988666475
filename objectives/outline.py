"""The alignment outline: who contributes to what, a branch at a time (interface §5).

A fixed number of statements, however many rows: roots, the links below what is open, key results,
and who has anything below. Filters turn it into a search: matches with all that stands above them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from organizations.models import Cycle, Person

from .alignment import paths_up
from .models import Alignment, KeyResult, Objective
from .models.objective import ObjectiveQuerySet
from .standing import Yardstick

PAGE = 50
FIRST_VIEW = 60
KEY_RESULTS_USUAL = 3
MATCHES = 200


@dataclass
class Node:
    """A row of the outline: an objective or one of its key results."""

    thing: Objective | KeyResult
    level: int = 1
    position: int = 1
    siblings: int = 1
    expandable: bool = False
    opened: bool = False
    dim: bool = False
    proposed: bool = False
    further: list["Further"] = field(default_factory=list)
    competes: bool = False
    below: list["Node"] = field(default_factory=list)
    more: int = 0
    skipped: int = 0

    @property
    def next_skip(self) -> int:
        return self.skipped + PAGE

    @property
    def is_more(self) -> bool:
        return False

    @property
    def is_key_result(self) -> bool:
        return isinstance(self.thing, KeyResult)

    @property
    def expanded(self) -> str:
        """Return the value of aria-expanded, or nothing where nothing can be opened."""
        return str(self.opened).lower() if self.expandable else ""

    def rows(self) -> Iterator["Node"]:
        yield self
        for node in self.below:
            yield from node.rows()

    def lines(self) -> Iterator["Node | More"]:
        """Yield what a table shows: the rows, and after a long branch the way to the rest."""
        yield self
        for node in self.below:
            yield from node.lines()
        if self.more:
            yield More(self)


class Further(NamedTuple):
    """What a row also leads up to, beside what it stands below; proposed or in force."""

    title: str
    proposed: bool


@dataclass(frozen=True)
class More:
    """That below a goal stand more than are shown."""

    node: Node
    is_more: bool = True


@dataclass(frozen=True)
class Branch:
    """Some of an objective's children, in order, which are proposed, and how many come after."""

    children: list[Objective]
    proposed: Set[UUID]
    more: int


@dataclass(frozen=True)
class Filters:
    """What the address asks for; every one of them can be removed by itself."""

    words: str = ""
    department: UUID | None = None
    kind: str = ""
    status: str = ""
    owner: UUID | None = None
    unlinked: bool = False

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def chosen(self) -> bool:
        """Whether anything but words narrows the view."""
        return any((self.department, self.kind, self.status, self.owner))

    def apply(self, objectives: ObjectiveQuerySet) -> ObjectiveQuerySet:
        if self.words:
            in_key_results = KeyResult.objects.filter(title__icontains=self.words)
            objectives = objectives.filter(
                Q(title__icontains=self.words)
                | Q(owner__name__icontains=self.words)
                | Q(pk__in=in_key_results.values("objective"))
            )
        exact = {"department": self.department, "kind": self.kind, "owner": self.owner}
        objectives = objectives.filter(**{name: value for name, value in exact.items() if value})
        if self.status:
            objectives = objectives.filter(status="" if self.status == "none" else self.status)
        return objectives.unlinked() if self.unlinked else objectives


@dataclass
class Outline:
    """What one person sees of one span of time."""

    person: Person
    cycle: Cycle | None
    today: date

    @property
    def population(self) -> ObjectiveQuerySet:
        """Committed objectives that the person may see and that run in the same time."""
        start, end = self.span
        running: ObjectiveQuerySet = Objective.objects.committed().visible_to(self.person)
        return running.filter(cycle__start__lte=end, cycle__end__gte=start).with_people()

    @property
    def span(self) -> tuple[date, date]:
        return (self.cycle.start, self.cycle.end) if self.cycle else (self.today, self.today)

    def first_view(self, opened: set[UUID] | None = None) -> list[Node]:
        """Return the company's objectives, and below them what is open; by default one level."""
        roots = [Node(root) for root in self.population.roots()[:PAGE]]
        nodes = {node.thing.pk: node for node in roots}
        branches = self._branches(nodes.keys() if opened is None else opened)
        if opened is None:
            opened = set(self._fitting(roots, branches))
        self._fill(nodes, branches, opened)
        self._mark_competing(roots)
        return self._finish(roots)

    def _mark_competing(self, roots: list[Node]) -> None:
        """Mark the company objectives that run beside a live one focus (R28)."""
        goals: list[tuple[Node, Any]] = [(node, node.thing) for node in roots]
        focuses = [goal.cycle for _node, goal in goals if goal.is_one_focus and goal.is_open]
        for node, goal in goals:
            beside = any(goal.cycle.overlaps(cycle) for cycle in focuses)
            node.competes = beside and goal.is_open and not goal.is_one_focus

    def _fitting(self, roots: list[Node], branches: dict[UUID, Branch]) -> Iterator[UUID]:
        """Yield the roots, the first ones first, whose children still fit into a first view."""
        rows = len(roots)
        for root in roots:
            rows += len(branches[root.thing.pk].children) + KEY_RESULTS_USUAL
            if rows > FIRST_VIEW:
                return
            yield root.thing.pk

    def branch(self, parent: Objective, level: int, skip: int = 0) -> Node:
        """Return what stands directly below an objective, fifty children at a time."""
        top = Node(parent, level=level - 1, opened=True, skipped=skip)
        self._fill({parent.pk: top}, self._branches({parent.pk}, skip), {parent.pk})
        if skip:
            top.below = [node for node in top.below if not node.is_key_result]
        self._finish([top], level=level - 1)
        for node in top.below:
            node.siblings += skip + top.more
            node.position += skip
        return top

    def search(self, filters: Filters) -> tuple[list[Node], int]:
        """Return matches with their ancestors, opened down to the matches, and how many match."""
        found = list(filters.apply(self.population).distinct()[:MATCHES])
        matches = {objective.pk for objective in found}
        links = paths_up(matches)
        above = {parent for _child, parent in links}
        ancestors = self.population.in_bulk(above - matches)
        links = visible_paths(matches, links, ancestors.keys() | matches)
        rows = [*found, *(ancestors[pk] for pk in {up for _, up in links} - matches)]
        nodes = {row.pk: Node(row, dim=row.pk not in matches) for row in rows}
        below = {child for child, _parent in links}
        for child, parent in links:
            nodes[parent].below.append(nodes[child])
            nodes[parent].opened = True
        roots = [node for pk, node in nodes.items() if pk not in below]
        self._show_matching_key_results(nodes, filters.words)
        return self._finish(sorted(roots, key=lambda node: node.thing.title)), len(found)

    def _show_matching_key_results(self, nodes: dict[UUID, Node], words: str) -> None:
        if words:
            wanted = KeyResult.objects.kept().filter(objective__in=nodes, title__icontains=words)
            self._add_key_results(nodes, wanted)

    def _branches(self, parents: Collection[UUID], skip: int = 0) -> dict[UUID, Branch]:
        """Return what stands below each of these, a page of it; of the rest only how many."""
        visible = self.population.select_related(None).values("pk")
        links = Alignment.objects.placing().filter(parent__in=parents, child__in=visible)
        below: dict[UUID, list[UUID]] = {pk: [] for pk in parents}
        proposed: set[UUID] = set()
        in_order = links.order_by("child__title", "child")
        for parent, child, accepted in in_order.values_list("parent", "child", "accepted_at"):
            below[parent].append(child)
            proposed |= set() if accepted else {child}
        shown = {pk: children[skip : skip + PAGE] for pk, children in below.items()}
        rows = self.population.in_bulk([pk for children in shown.values() for pk in children])
        return {
            parent: Branch(
                [rows[pk] for pk in children], proposed, len(below[parent][skip + PAGE :])
            )
            for parent, children in shown.items()
        }

    def _fill(
        self, nodes: dict[UUID, Node], branches: dict[UUID, Branch], opened: Collection[UUID]
    ) -> None:
        """Hang key results and children below whatever is open and reachable."""
        front = [node for pk, node in nodes.items() if pk in opened]
        while front:
            node = front.pop()
            node.opened, branch = True, branches[node.thing.pk]
            node.more = branch.more
            for child in branch.children:
                nodes[child.pk] = Node(child, proposed=child.pk in branch.proposed)
                node.below.append(nodes[child.pk])
                if child.pk in opened:
                    front.append(nodes[child.pk])
        wanted = KeyResult.objects.kept().filter(
            objective__in=[pk for pk in nodes if nodes[pk].opened]
        )
        self._add_key_results(nodes, wanted)

    def _add_key_results(self, nodes: dict[UUID, Node], wanted: Any) -> None:
        """Put key results before the children of their objective."""
        found: dict[UUID, list[Node]] = defaultdict(list)
        for key_result in wanted.select_related("owner").prefetch_related("milestones"):
            key_result.objective = nodes[key_result.objective_id].thing
            found[key_result.objective_id].append(Node(key_result))
        for pk, key_results in found.items():
            nodes[pk].below = [*key_results, *nodes[pk].below]
            nodes[pk].opened = True

    def _finish(self, roots: list[Node], level: int = 1) -> list[Node]:
        """Number the rows, say which can be opened, and how each stands today."""
        number(roots, level)
        rows = [row for root in roots for row in root.rows()]
        objectives = [row for row in rows if not row.is_key_result]
        openable = self._have_anything_below([row.thing.pk for row in objectives])
        for row in objectives:
            row.expandable = bool(row.below) or row.thing.pk in openable
        self._name_further({row.thing.pk: row for row in rows})
        Yardstick(self.person.organization, self.today).hold(*(row.thing for row in rows))
        return roots

    def _name_further(self, rows: dict[UUID, Node]) -> None:
        """Name on each row what else it leads up to, where that is seen by the person."""
        visible = Objective.objects.committed().visible_to(self.person).order_by().values("pk")
        links = Alignment.objects.open().upward().filter(parent__in=visible)
        named = links.filter(child__in=[pk for pk, row in rows.items() if not row.is_key_result])
        facts = ("child", "child_key_result", "parent__title", "accepted_at", "is_primary")
        for child, key_result, title, accepted, primary in named.order_by("pk").values_list(*facts):
            row = rows.get(key_result or child)
            if row and not (primary and (accepted or row.proposed)):
                row.further.append(Further(title, proposed=not accepted))

    def _have_anything_below(self, objectives: list[UUID]) -> set[UUID]:
        """Return which of these have a key result, or a child that the person may see."""
        key_results = KeyResult.objects.kept().filter(objective=OuterRef("pk"))
        below = self.population.select_related(None).values("pk")
        links = Alignment.objects.placing().filter(parent=OuterRef("pk"), child__in=below)
        rows = Objective.objects.filter(pk__in=objectives)
        return set(rows.filter(Exists(key_results) | Exists(links)).values_list("pk", flat=True))


def number(nodes: list[Node], level: int) -> None:
    for position, node in enumerate(nodes, 1):
        node.level, node.position, node.siblings = level, position, len(nodes)
        number(node.below, level + 1)


def visible_paths(
    start: set[UUID], links: list[tuple[UUID, UUID]], visible: Set[UUID]
) -> list[tuple[UUID, UUID]]:
    """Return the links that lead up from the start without a gap; what is hidden ends a path."""
    parents = dict(links)
    kept: dict[UUID, UUID] = {}
    for pk in start:
        here = pk
        while here not in kept and (parent := parents.get(here)) in visible:
            assert parent
            kept[here] = parent
            here = parent
    return list(kept.items())
