from .changes import ChangesForm
from .objective import ObjectiveForm
from .outline import OutlineForm

__all__ = ["ChangesForm", "ObjectiveForm", "OutlineForm"]
