"""Which organizations somebody can go into."""

from accounts.models import User

from .models import Organization, Person
from .tenancy import organization_scope


def open_doors(user: User) -> list[Organization]:
    """Return the organizations the user is in today; a small query each, for the few they have."""
    return [
        organization
        for organization in Organization.objects.open_to(user).order_by("name", "slug")
        if is_in(user, organization)
    ]


def is_in(user: User, organization: Organization) -> bool:
    with organization_scope(organization):
        return Person.objects.present(organization.today()).filter(user=user).exists()
