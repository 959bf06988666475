from .check_in import CheckIn, Overtaken, Reading, Recorded
from .period import CheckInPeriod

__all__ = ["CheckIn", "CheckInPeriod", "Overtaken", "Reading", "Recorded"]
