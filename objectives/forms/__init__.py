from .change_request import ChangeRequestForm
from .changes import ChangesForm
from .closing import AmendmentForm, CarryForm, ClosingForm, CycleEndForm
from .focus import PartEndForm, PartForm
from .life import WordsForm
from .link import LinkForm, ReasonForm
from .objective import ObjectiveForm
from .outline import OutlineForm
from .planning import AnswerForm, DoubtForm, ResponseForm
from .theme import FunctionsForm
from .value import LevelsForm, ValueForm

__all__ = [
    "AmendmentForm",
    "AnswerForm",
    "CarryForm",
    "ChangeRequestForm",
    "ChangesForm",
    "ClosingForm",
    "CycleEndForm",
    "DoubtForm",
    "FunctionsForm",
    "LevelsForm",
    "LinkForm",
    "ObjectiveForm",
    "OutlineForm",
    "PartEndForm",
    "PartForm",
    "ReasonForm",
    "ResponseForm",
    "ValueForm",
    "WordsForm",
]
