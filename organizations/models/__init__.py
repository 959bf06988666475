from .calendar import Cycle, FiscalCalendar
from .department import Department, DepartmentParent
from .organization import Membership, Organization
from .person import Person
from .place import Placement, ReportingLine
from .role import RoleGrant

__all__ = [
    "Cycle",
    "Department",
    "DepartmentParent",
    "FiscalCalendar",
    "Membership",
    "Organization",
    "Person",
    "Placement",
    "ReportingLine",
    "RoleGrant",
]
