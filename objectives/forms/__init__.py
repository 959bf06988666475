from .change_request import ChangeRequestForm
from .changes import ChangesForm
from .closing import AmendmentForm, CarryForm, ClosingForm, CycleEndForm
from .life import WordsForm
from .link import LinkForm, ReasonForm
from .objective import ObjectiveForm
from .outline import OutlineForm

__all__ = [
    "AmendmentForm",
    "CarryForm",
    "ChangeRequestForm",
    "ChangesForm",
    "ClosingForm",
    "CycleEndForm",
    "LinkForm",
    "ObjectiveForm",
    "OutlineForm",
    "ReasonForm",
    "WordsForm",
]
