from .alignment import Alignment
from .key_result import KeyResult, Milestone
from .objective import Objective, ProgressPoint

__all__ = ["Alignment", "KeyResult", "Milestone", "Objective", "ProgressPoint"]
