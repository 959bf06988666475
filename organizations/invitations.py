"""Signed links that let one person set up their account and come in, once."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction

from accounts.models import User

from .links import BrokenLink, ExpiredLink
from .models import Organization, Person
from .tenancy import organization_scope

SALT = "organizations.invitations"
VALID_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Invitation:
    """Whom it lets in, and where. It works until they have come in, or their address changes.

    Not a mail link: what it does cannot be taken back, so it never opens by itself and asks for
    a password or for the account that the address already has.
    """

    organization: str
    person: str
    version: int

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(str(person.organization_id), str(person.pk), person.link_version)

    @classmethod
    def read(cls, token: str) -> Self:
        """Return the invitation in a token; raises BrokenLink or ExpiredLink."""
        try:
            return cls(**signing.loads(token, salt=SALT, max_age=VALID_FOR))
        except signing.SignatureExpired as error:
            raise ExpiredLink from error
        except (signing.BadSignature, TypeError) as error:
            raise BrokenLink from error

    @property
    def url(self) -> str:
        token = signing.dumps(asdict(self), salt=SALT, compress=True)
        return f"{settings.SITE_URL.rstrip('/')}/join/{token}/"

    def guest(self) -> Person:
        """Return whom it is for, with their organization; raises ExpiredLink once it is used up."""
        organization = Organization.objects.filter(pk=self.organization).first()
        if organization is None:
            raise ExpiredLink
        with organization_scope(organization):
            people = Person.objects.present(organization.today()).select_for_update()
            invited = people.filter(pk=self.person, link_version=self.version, user=None)
            person = invited.first()
        if person is None:
            raise ExpiredLink
        person.organization = organization
        return person


def account_of(email: str) -> User | None:
    """Return the account an address belongs to, if there is one."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    if address:
        return User.objects.get(pk=address.user_id)
    return User.objects.filter(email__iexact=email).first()


@transaction.atomic
def set_up_account(person: Person, password: str) -> User:
    """Make the account of somebody who proved with an invitation that the address is theirs."""
    user = User.objects.create_user(person.email, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    come_in(person, user)
    return user


def come_in(person: Person, user: User) -> None:
    with organization_scope(UUID(str(person.organization_id))):
        person.join(user)
