from .access import BreakGlassForm
from .allocation import AllocationForm
from .batch import BatchForm, OfferForm
from .change_request import ChangeRequestForm
from .changes import ChangesForm
from .closing import AmendmentForm, CarryForm, ClosingForm, CycleEndForm
from .comment import CommentForm, RewriteForm
from .dismissal import DismissalForm
from .focus import PartEndForm, PartForm
from .initiative import InitiativeForm
from .key_result import KeyResultForm
from .life import WordsForm
from .link import LinkForm, ReasonForm
from .objective import ObjectiveForm
from .outline import OutlineForm
from .planning import AnswerForm, DoubtForm, ResponseForm
from .readers import ReadersForm, ReadersPreviewForm
from .theme import FunctionsForm
from .value import LevelsForm, ValueForm

__all__ = [
    "AllocationForm",
    "AmendmentForm",
    "AnswerForm",
    "BatchForm",
    "BreakGlassForm",
    "CarryForm",
    "ChangeRequestForm",
    "ChangesForm",
    "ClosingForm",
    "CommentForm",
    "CycleEndForm",
    "DismissalForm",
    "DoubtForm",
    "FunctionsForm",
    "InitiativeForm",
    "KeyResultForm",
    "LevelsForm",
    "LinkForm",
    "ObjectiveForm",
    "OfferForm",
    "OutlineForm",
    "PartEndForm",
    "PartForm",
    "ReadersForm",
    "ReadersPreviewForm",
    "ReasonForm",
    "ResponseForm",
    "RewriteForm",
    "ValueForm",
    "WordsForm",
]
