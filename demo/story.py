"""What a demonstration is told of: departments, people, goals, and how they went."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from objectives.models import Alignment, ChangeRequest, Objective, Snapshot
from objectives.progress import Measure
from organizations.models import Department, RoleGrant

from .plans import EVENLY, Line, Plan

# How a key result goes: at the end of each seventh of its quarter, the share of the way that is
# done and how sure its owner is of the rest.
SEVENTHS = 7
COURSES: Mapping[str, tuple[tuple[float, int], ...]] = {
    "steady": ((0.14, 7), (0.30, 7), (0.46, 8), (0.61, 8), (0.75, 8), (0.87, 8), (0.97, 9)),
    "ahead": ((0.18, 8), (0.37, 8), (0.57, 9), (0.76, 9), (0.92, 9), (1.04, 10), (1.12, 10)),
    "slipping": ((0.10, 7), (0.18, 7), (0.23, 6), (0.27, 5), (0.30, 4), (0.34, 3), (0.38, 3)),
    "stuck": ((0.04, 6), (0.05, 5), (0.05, 4), (0.06, 3), (0.06, 3), (0.08, 2), (0.08, 2)),
    "recovered": ((0.06, 6), (0.10, 4), (0.13, 3), (0.34, 5), (0.53, 6), (0.71, 7), (0.87, 8)),
    "hopeful": ((0.04, 8), (0.08, 8), (0.12, 8), (0.17, 8), (0.22, 8), (0.30, 8), (0.41, 8)),
    "relapsed": ((0.15, 7), (0.30, 8), (0.46, 8), (0.35, 6), (0.38, 5), (0.44, 5), (0.50, 5)),
}
# What people write beside it, unless a key result has words of its own.
NOTES: Mapping[str, Mapping[int, str]] = {
    "steady": {1: "As planned. Next: the same again.", 4: "On course; nothing in the way."},
    "ahead": {2: "Better than we hoped. We wonder whether the target was bold enough."},
    "slipping": {
        1: "Slower than I thought: two of us were ill.",
        3: "The gap grows. Obstacle: decisions that nobody owns. Next: a list of them.",
        5: "We will not make it at this rate. Help needed: a day of an analyst every week.",
    },
    "stuck": {
        1: "Nothing moved. Obstacle: the supplier has not answered.",
        3: "Still waiting. Help needed from purchasing: somebody who calls them every day.",
    },
    "recovered": {
        1: "A bad start: what we tried first did not work.",
        2: "We stopped and asked ten riders. Next: do what they told us.",
        3: "It turns. The second attempt does what the first did not.",
    },
    "hopeful": {
        1: "Little to show yet, but what matters comes at the end.",
        3: "Behind on paper. I am sure of the last step, it moves everything at once.",
    },
    "relapsed": {
        2: "Nearly half way, ahead of time.",
        3: "Fell back: the cold week undid a good part of it. We look for the cause.",
    },
}


def seventh_of(elapsed: float) -> int:
    return min(int(elapsed * SEVENTHS), SEVENTHS - 1)


@dataclass(frozen=True)
class Unit:
    """A department; its head is the person of that short name."""

    name: str
    kind: str
    head: str
    under: str = ""
    reviews: bool = False


@dataclass(frozen=True)
class Seat:
    """A person: the short name is also their address. They report to the head of their unit."""

    short: str
    name: str
    title: str
    unit: str = ""
    years: int = 2
    roles: tuple[str, ...] = ()
    zone: str = ""


@dataclass(frozen=True)
class Result:
    """A key result and the course it takes.

    A limit has no start: there ``start`` only says where its course begins. ``bounds`` are its
    numbers, ``words`` the rubric or the source, ``line`` how it is to come on. ``notes`` are its
    owner's words, by the seventh of the quarter; in the ``silent`` ones they let the check-in pass.
    ``parts`` are results of other goals, by title, that add up to it, with so many per cent each.
    """

    title: str
    start: str = ""
    target: str = ""
    unit: str = ""
    owner: str = ""
    course: str = "steady"
    measure: str = Measure.NUMBER
    decimals: int = 0
    weight: int = 1
    steps: tuple[str, ...] = ()
    direction: str = ""
    bounds: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    silent: frozenset[int] = frozenset()
    line: Line = EVENLY
    parts: Mapping[str, int] = field(default_factory=dict)

    def standing(self, elapsed: float) -> tuple[float, int]:
        """The share done and the confidence, when so much of the quarter has passed."""
        course = COURSES[self.course]
        seventh = seventh_of(elapsed)
        share, confidence = course[seventh]
        before = course[seventh - 1][0] if seventh else 0.0
        return before + (share - before) * (elapsed * SEVENTHS - seventh), confidence

    def note(self, elapsed: float) -> str:
        seventh = seventh_of(elapsed)
        return self.notes.get(seventh) or NOTES[self.course].get(seventh, "")


@dataclass(frozen=True)
class Ending:
    """How its owner closes a goal; without a score of their own they agree with the suggestion.

    ``decisions`` say by the key result's title what becomes of it; the others are done.
    """

    outcome: str
    reflection: str
    learned: str = ""
    score: str = ""
    why: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """A change of a target after the lock: ``answer`` is the manager's, without it nobody has."""

    goal: str
    result: str
    target: str
    reason: str
    words: str
    answer: str = ""


@dataclass(frozen=True)
class Goal:
    """An objective, by a short name that others name as their parent.

    ``carried`` names the goal of the last quarter that it goes on with.
    """

    short: str
    title: str
    owner: str
    results: tuple[Result, ...] = ()
    under: str = ""
    kind: str = Objective.Kind.SUPPORTING
    level: str = Objective.Level.DEPARTMENT
    unit: str = ""
    why: str = ""
    ambition: str = Objective.Ambition.ASPIRATIONAL
    visibility: str = Objective.Visibility.PUBLIC
    # Who reads what is not public: departments and short names, and how far up the owner's line.
    departments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    chain: str = Objective.ManagerChain.NONE
    shares_number: bool = False
    draft: bool = False
    plans: tuple[Plan, ...] = ()
    # Hints that its owner has set aside, by kind, with the reason.
    on_purpose: Mapping[str, str] = field(default_factory=dict)
    handed_in: bool = False
    carried: str = ""
    ending: Ending | None = None
    challenge: str = ""
    challenge_words: str = ""


@dataclass(frozen=True)
class Answer:
    """What a head says to another department's goal; days are counted from the quarter's first.

    A need may have an answer of its own: ``then`` is accept, counter, decline or keep.
    """

    goal: str
    by: str
    stance: str
    text: str = ""
    wanted: int = 0
    for_: str = ""
    then: str = ""
    promised: int = 0
    words: str = ""


@dataclass(frozen=True)
class PartTaken:
    """A department's part in a one focus; without an owner it was only asked for."""

    goal: str
    department: str
    by: str = ""
    line: str = ""
    linked: str = ""


@dataclass(frozen=True)
class Takes:
    """Who takes part in a theme: a department or another function, and the key results it is on."""

    name: str
    by: str
    works_on: tuple[int, ...] = ()


@dataclass(frozen=True)
class Together:
    """How the departments planned a quarter with each other; values are name, meaning, themes."""

    answers: tuple[Answer, ...] = ()
    parts: tuple[PartTaken, ...] = ()
    functions: Mapping[str, tuple[Takes, ...]] = field(default_factory=dict)
    values: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Link:
    """A link beside the one that a goal hangs on, from a goal to another, each by its short name.

    ``part`` and ``of`` are the titles of key results where those are meant. It is asked for by the
    owner of the first; ``reason`` is why it was ``declined`` or ``ended``.
    """

    goal: str
    other: str
    kind: str = Alignment.Kind.CONTRIBUTES
    part: str = ""
    of: str = ""
    answer: str = "accepted"
    reason: str = ""


@dataclass(frozen=True)
class Talk:
    """What two people wrote in a bi-weekly conversation, so many of them ago; 0 is today's.

    ``employee`` and ``manager`` are answers in the order of their questions; one that wants a
    choice has it before a bar. Without the manager's it waits for them. Actions are who and what.
    """

    employee_is: str
    ago: int
    employee: tuple[str, ...] = ()
    manager: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    note: str = ""
    dissent: str = ""
    shared: bool = True


@dataclass(frozen=True)
class Said:
    """A comment on a goal, some days ago, and who reacted to it how."""

    goal: str
    days_ago: int
    who: str
    text: str
    reactions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """An organization, and what it set out to do in the last quarter and in this one."""

    slug: str
    name: str
    units: tuple[Unit, ...]
    seats: tuple[Seat, ...]
    last: tuple[Goal, ...]
    now: tuple[Goal, ...]
    # Who has checked in already in the period that is open today.
    early: frozenset[str]
    links: tuple[Link, ...] = ()
    said: tuple[Said, ...] = ()
    zone: str = "Europe/Berlin"
    turns: tuple[Turn, ...] = ()
    together: Together = Together()
    talks: tuple[Talk, ...] = ()

    def email(self, short: str) -> str:
        return f"{short}@{self.slug}.example"


DIVISION, DEPARTMENT, TEAM = (
    Department.Kind.DIVISION,
    Department.Kind.DEPARTMENT,
    Department.Kind.TEAM,
)
OWNER, HR_ADMIN, LEAD, HEAD, AUDITOR = (
    RoleGrant.Role.OWNER,
    RoleGrant.Role.HR_ADMIN,
    RoleGrant.Role.PROGRAMME_LEAD,
    RoleGrant.Role.DEPARTMENT_HEAD,
    RoleGrant.Role.AUDITOR,
)
COMPANY, INDIVIDUAL = Objective.Level.COMPANY, Objective.Level.INDIVIDUAL
SUPPORTS, DEPENDS_ON = Alignment.Kind.SUPPORTS, Alignment.Kind.DEPENDS_ON
DEPARTMENTAL = Objective.Kind.DEPARTMENTAL
PERCENT, CURRENCY = Measure.PERCENT, Measure.CURRENCY
DURATION, SCORE, JUDGEMENT = Measure.DURATION, Measure.SCORE, Measure.JUDGEMENT
YES_NO, MILESTONES = Measure.YES_NO, Measure.MILESTONES
ACHIEVED, PARTLY, MISSED = (
    Snapshot.Outcome.ACHIEVED,
    Snapshot.Outcome.PARTLY,
    Snapshot.Outcome.MISSED,
)
CONTINUE, DROP = Snapshot.Decision.CONTINUE, Snapshot.Decision.DROP
WORLD_CHANGED, NEW_INFORMATION = (
    ChangeRequest.Reason.WORLD_CHANGED,
    ChangeRequest.Reason.NEW_INFORMATION,
)
