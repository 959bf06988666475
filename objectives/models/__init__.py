from .alignment import Alignment, Goal, key_result_of, objective_of
from .key_result import KeyResult, Milestone
from .objective import Objective, ProgressPoint

__all__ = [
    "Alignment",
    "Goal",
    "KeyResult",
    "Milestone",
    "Objective",
    "ProgressPoint",
    "key_result_of",
    "objective_of",
]
