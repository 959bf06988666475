from .changes import ChangesForm
from .link import LinkForm, ReasonForm
from .objective import ObjectiveForm
from .outline import OutlineForm

__all__ = ["ChangesForm", "LinkForm", "ObjectiveForm", "OutlineForm", "ReasonForm"]
