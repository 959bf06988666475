from .access import AccessEvent
from .alignment import Alignment, Goal, key_result_of, objective_of
from .allocation import Allocation
from .batch import Batch, BatchRow
from .change_request import Baseline, Change, ChangeRequest
from .comment import Comment, Mention, Reaction
from .dependency import Dependency
from .dismissal import Dismissal
from .follower import Follower
from .initiative import Initiative
from .key_result import KeyResult
from .milestone import Milestone
from .objective import Objective
from .part import Part
from .planning_response import PlanningResponse
from .progress_point import ProgressPoint
from .reader import Circle, ManagerChain, Reader, Visibility
from .review import Review
from .snapshot import Amendment, Snapshot
from .theme import KeyResultFunction, ParticipatingFunction
from .value import ObjectiveValue, Value

__all__ = [
    "AccessEvent",
    "Alignment",
    "Allocation",
    "Amendment",
    "Baseline",
    "Batch",
    "BatchRow",
    "Change",
    "ChangeRequest",
    "Circle",
    "Comment",
    "Dependency",
    "Dismissal",
    "Follower",
    "Goal",
    "Initiative",
    "KeyResult",
    "KeyResultFunction",
    "ManagerChain",
    "Mention",
    "Milestone",
    "Objective",
    "ObjectiveValue",
    "Part",
    "ParticipatingFunction",
    "PlanningResponse",
    "ProgressPoint",
    "Reaction",
    "Reader",
    "Review",
    "Snapshot",
    "Value",
    "Visibility",
    "key_result_of",
    "objective_of",
]
