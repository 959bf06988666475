from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug

from organizations.founding import found
from organizations.invitations import VALID_FOR, Invitation
from organizations.models import Organization, Person, RoleGrant
from organizations.models.organization import validate_zone
from organizations.tenancy import organization_scope


class Command(BaseCommand):
    help = "Make an organization with this year's quarters, and print its owner's set-up link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as people read it, for example “Kestrel Mobility”")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="who sets it up")
        parser.add_argument("--slug", default="", help="in addresses; made from the name")
        parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="Europe/Berlin")

    def handle(self, *, name: str, owner: str, slug: str, time_zone: str, **options: Any) -> None:
        refuse_nonsense(owner, slug, time_zone)
        known = Organization.objects.filter(name__iexact=name).first()
        if known:
            self.again(known, owner)
            return
        if Organization.objects.filter(slug=slug).exists():
            raise CommandError(f"The slug {slug!r} is taken. Choose another with --slug.")
        person = found(name, owner_email=owner, slug=slug, time_zone=time_zone)
        organization = person.organization
        self.stdout.write(f"{organization.name} is at {organization.get_absolute_url()}.")
        self.tell(person)

    def again(self, organization: Organization, email: str) -> None:
        """Say that it is there, and help an owner who has not come in yet."""
        with organization_scope(organization):
            owners = Person.objects.holding(RoleGrant.Role.OWNER, organization.today())
            owner = owners.filter(email__iexact=email, user=None).first()
        place = organization.get_absolute_url()
        if owner is None:
            raise CommandError(f"{organization.name} is there already, at {place}. Nothing is new.")
        self.stdout.write(f"{organization.name} is there already, at {place}. Nothing is new.")
        self.tell(owner)

    def tell(self, person: Person) -> None:
        days = VALID_FOR.days
        self.stdout.write(f"{person.email} sets up their account here, once, within {days} days:")
        self.stdout.write(Invitation.of(person).url)


def refuse_nonsense(email: str, slug: str, time_zone: str) -> None:
    checks: list[tuple[Callable[[str], None], str]] = [
        (validate_email, email),
        (validate_zone, time_zone),
    ]
    if slug:
        checks.append((validate_slug, slug))
    for check, value in checks:
        try:
            check(value)
        except ValidationError as error:
            raise CommandError(f"{value!r}: {' '.join(error.messages)}") from error
