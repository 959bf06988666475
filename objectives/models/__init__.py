from .alignment import Alignment, Goal, key_result_of, objective_of
from .allocation import Allocation
from .batch import Batch, BatchRow
from .change_request import Baseline, Change, ChangeRequest
from .dependency import Dependency
from .dismissal import Dismissal
from .initiative import Initiative
from .key_result import KeyResult
from .milestone import Milestone
from .objective import Objective
from .part import Part
from .planning_response import PlanningResponse
from .progress_point import ProgressPoint
from .review import Review
from .snapshot import Amendment, Snapshot
from .theme import KeyResultFunction, ParticipatingFunction
from .value import ObjectiveValue, Value

__all__ = [
    "Alignment",
    "Allocation",
    "Amendment",
    "Baseline",
    "Batch",
    "BatchRow",
    "Change",
    "ChangeRequest",
    "Dependency",
    "Dismissal",
    "Goal",
    "Initiative",
    "KeyResult",
    "KeyResultFunction",
    "Milestone",
    "Objective",
    "ObjectiveValue",
    "Part",
    "ParticipatingFunction",
    "PlanningResponse",
    "ProgressPoint",
    "Review",
    "Snapshot",
    "Value",
    "key_result_of",
    "objective_of",
]
