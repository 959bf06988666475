"""How an organization begins: with a calendar, this year's quarters and an owner."""

from django.db import transaction

from .calendar import fiscal_year
from .models import FiscalCalendar, Organization, Person, RoleGrant
from .tenancy import organization_scope


@transaction.atomic
def found(
    name: str, *, owner_email: str, owner_name: str = "", slug: str = "", time_zone: str = "UTC"
) -> Person:
    """Make an organization that works from the first minute; return its owner."""
    organization = Organization.objects.create(
        name=name, slug=slug or Organization.free_slug(name), time_zone=time_zone
    )
    with organization_scope(organization):
        calendar = FiscalCalendar.objects.create()
        calendar.lay_out(fiscal_year(calendar.start_month, organization.today()))
        owner_name = owner_name or owner_email.partition("@")[0]
        owner = Person.objects.create(name=owner_name, email=owner_email)
        owner.hold([RoleGrant.Role.OWNER], by=None)
    return owner
