from .alignment import Alignment, Goal, key_result_of, objective_of
from .change_request import Baseline, Change, ChangeRequest
from .key_result import KeyResult, Milestone
from .objective import Objective
from .progress_point import ProgressPoint
from .review import Review
from .snapshot import Amendment, Snapshot

__all__ = [
    "Alignment",
    "Amendment",
    "Baseline",
    "Change",
    "ChangeRequest",
    "Goal",
    "KeyResult",
    "Milestone",
    "Objective",
    "ProgressPoint",
    "Review",
    "Snapshot",
    "key_result_of",
    "objective_of",
]
