from .agenda import ActionItem, Addendum, TalkingPoint
from .answer import Answer, Final, Overwritten, PrivateNote
from .check_in import CheckIn, Overtaken, Reading, Recorded
from .conversation import Conversation
from .conversation_series import ConversationSeries
from .conversation_template import ConversationTemplate, Question
from .period import CheckInPeriod

__all__ = [
    "ActionItem",
    "Addendum",
    "Answer",
    "CheckIn",
    "CheckInPeriod",
    "Conversation",
    "ConversationSeries",
    "ConversationTemplate",
    "Final",
    "Overtaken",
    "Overwritten",
    "PrivateNote",
    "Question",
    "Reading",
    "Recorded",
    "TalkingPoint",
]
