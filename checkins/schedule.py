"""How each period of the cadence stands for one person, and when it is due (domain §7)."""

from datetime import date, datetime, time
from enum import StrEnum

from core.dates import local_instant
from organizations.cadence import Cadence, Period, Rhythm

__all__ = ["Cadence", "Period", "Rhythm", "State", "due_at", "is_overdue", "state"]


class State(StrEnum):
    """How a period stands for one person."""

    UPCOMING = "upcoming"
    OPEN = "open"
    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"


def state(period: Period, today: date, done_on: date | None, *, excused: bool) -> State:
    """How the period stands on `today`, given the day its check-in was recorded, if it was.

    Done means recorded by the due date, also before the period opened; late means in the grace that
    follows. After the grace it is missed, and a check-in recorded then does not undo that. Excused
    never counts against anybody, but what was done in time is done. Source: domain §7.
    """
    if done_on is not None and done_on <= period.due_on:
        return State.DONE
    if excused:
        return State.EXCUSED
    if done_on is not None and done_on <= period.grace_until:
        return State.LATE
    if today > period.grace_until:
        return State.MISSED
    return State.OPEN if today >= period.opens_on else State.UPCOMING


def is_overdue(period: Period, today: date, done_on: date | None, *, excused: bool) -> bool:
    """Whether the due date has passed in silence, which outranks a declared green (I11)."""
    return done_on is None and not excused and today > period.due_on


def due_at(due_on: date, clock: time, zone: str) -> datetime:
    """The moment, in UTC, when a check-in is due for somebody in `zone` (an IANA name).

    Computed at the last moment and not stored, so that a change of zone or hour takes effect.
    """
    return local_instant(due_on, clock, zone)
