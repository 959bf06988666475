from .event import Event, Notification
from .mail import Mail

__all__ = ["Event", "Mail", "Notification"]
