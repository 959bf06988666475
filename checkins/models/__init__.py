from .check_in import CheckIn, Overtaken, Reading
from .period import CheckInPeriod

__all__ = ["CheckIn", "CheckInPeriod", "Overtaken", "Reading"]
