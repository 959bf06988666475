from .objective import ObjectiveForm
from .outline import OutlineForm

__all__ = ["ObjectiveForm", "OutlineForm"]
