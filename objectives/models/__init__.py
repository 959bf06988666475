from .alignment import Alignment, Goal, key_result_of, objective_of
from .change_request import Baseline, Change, ChangeRequest
from .dependency import Dependency
from .key_result import KeyResult, Milestone
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
    "Amendment",
    "Baseline",
    "Change",
    "ChangeRequest",
    "Dependency",
    "Goal",
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
