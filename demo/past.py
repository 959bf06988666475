"""Let what was written just now have happened then.

The verbs know only today. A demonstration tells of weeks gone by, so it moves the moments that they
wrote to where the story has them; nothing else is ever moved.
"""

from datetime import date, datetime
from typing import Any

import pgtrigger

from activity.models import Event, Notification
from checkins.models import (
    ActionItem,
    Answer,
    CheckIn,
    Conversation,
    PrivateNote,
    TalkingPoint,
)
from objectives.models import (
    Alignment,
    Allocation,
    ChangeRequest,
    Comment,
    Dependency,
    Dismissal,
    Follower,
    Initiative,
    KeyResult,
    Objective,
    Part,
    PlanningResponse,
    ProgressPoint,
    Reaction,
    Review,
    Snapshot,
)
from organizations.models import Cycle

MOMENTS: tuple[tuple[Any, str], ...] = (
    (Event, "happened_at"),
    (Objective, "created_at"),
    (Objective, "shared_at"),
    (Objective, "committed_at"),
    (Objective, "closed_at"),
    (KeyResult, "dropped_at"),
    (Review, "submitted_at"),
    (ChangeRequest, "requested_at"),
    (ChangeRequest, "decided_at"),
    (Snapshot, "taken_at"),
    (Alignment, "created_at"),
    (Alignment, "asked_at"),
    (Alignment, "accepted_at"),
    (Alignment, "declined_at"),
    (Alignment, "ended_at"),
    (KeyResult, "created_at"),
    (Allocation, "created_at"),
    (Initiative, "created_at"),
    (Initiative, "done_at"),
    (Dismissal, "dismissed_at"),
    (PlanningResponse, "said_at"),
    (Dependency, "asked_at"),
    (Dependency, "moved_at"),
    (Part, "asked_at"),
    (Comment, "written_at"),
    (Reaction, "reacted_at"),
    (Follower, "followed_at"),
    (Cycle, "closed_at"),
)

# When the two of a conversation did what.
TALK_MOMENTS: tuple[tuple[Any, str], ...] = (
    (Event, "happened_at"),
    *(
        (Conversation, f"{side}_{what}_at")
        for side in ("employee", "counterpart")
        for what in ("shared", "opened", "signed")
    ),
    *((Conversation, f"{what}_at") for what in ("held", "skipped", "missed", "closed", "created")),
    (Answer, "saved_at"),
    (PrivateNote, "saved_at"),
    (TalkingPoint, "raised_at"),
    (TalkingPoint, "ticked_at"),
    (ActionItem, "agreed_at"),
    (ActionItem, "done_at"),
)

# What keeps every version of its rows, so that a page can be read as it was.
VERSIONED: tuple[Any, ...] = (Objective, KeyResult, Alignment, Allocation)


# What is over is frozen for everybody; the story alone may say when that was.
FROZEN = (
    "objectives.Objective:closed_is_frozen",
    "objectives.KeyResult:frozen_with_objective",
    "objectives.Snapshot:snapshot_is_frozen",
)


def move(began: datetime, moment: datetime) -> None:
    """Move all that claims to have happened since ``began``."""
    with pgtrigger.ignore(*FROZEN):
        for model, field in MOMENTS:
            model.objects.filter(**{f"{field}__gte": began}).update(**{field: moment})
    move_versions(began, moment)


def move_versions(began: datetime, moment: datetime) -> None:
    for model in VERSIONED:
        versions = model.history.rel.related_model.objects
        versions.filter(pgh_created_at__gte=began).update(pgh_created_at=moment)


def move_talks(began: datetime, moment: datetime) -> None:
    """Move what was said and done in conversations; nobody else may touch what is signed."""
    with pgtrigger.ignore(
        "checkins.Conversation:signed_is_frozen", "checkins.Answer:shared_is_final"
    ):
        for model, field in TALK_MOMENTS:
            model.objects.filter(**{f"{field}__gte": began}).update(**{field: moment})
    talks: Any = Conversation
    versions = talks.history.rel.related_model.objects
    versions.filter(pgh_created_at__gte=began).update(pgh_created_at=moment)


def move_points(today: date, day: date) -> None:
    """Let progress that was added up today have been added up on a day gone by."""
    known = ProgressPoint.objects.filter(on=day).values("objective")
    fresh = ProgressPoint.objects.filter(on=today)
    fresh.filter(objective__in=known).delete()
    fresh.update(on=day)


def move_check_ins(began: datetime, moment: datetime) -> None:
    """Move check-ins and their events. They are append-only, but these are a minute old."""
    Event.objects.filter(happened_at__gte=began).update(happened_at=moment)
    with pgtrigger.ignore("checkins.CheckIn:append_only"):
        CheckIn.objects.filter(recorded_at__gte=began).update(recorded_at=moment)
    move_versions(began, moment)


def read_all(before: datetime) -> None:
    """Let everybody have read what is old, so that nobody's inbox begins with months of it."""
    old = Notification.objects.filter(event__happened_at__lt=before, read_at=None)
    old.update(read_at=before)
