"""Links in mails that open one thing without sign-in (domain §11, N8)."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils import timezone

SALT = "organizations.links"


class BrokenLink(Exception):
    """A link that nobody signed, or that has been changed on the way."""


class ExpiredLink(Exception):
    """A link that was good once."""


class Holder(Protocol):
    """What a link needs to know of the person it is for."""

    pk: UUID
    organization_id: UUID | None
    link_version: int


@dataclass(frozen=True)
class MailLink:
    """Who may do what to which thing, until when.

    ``version`` is the person's at signing: it rises when their e-mail changes, and every older
    link dies with it. What a link can do is reversible, because mail scanners follow links.
    """

    organization: str
    person: str
    purpose: str
    thing: str
    version: int
    expires: int

    @classmethod
    def sign(cls, person: Holder, purpose: str, thing: UUID, valid_for: timedelta) -> "MailLink":
        return cls(
            organization=str(person.organization_id),
            person=str(person.pk),
            purpose=purpose,
            thing=str(thing),
            version=person.link_version,
            expires=int((timezone.now() + valid_for).timestamp()),
        )

    @classmethod
    def read(cls, token: str) -> "MailLink":
        """Return the link in a token; raises BrokenLink or ExpiredLink."""
        try:
            link = cls(**signing.loads(token, salt=SALT))
        except (signing.BadSignature, TypeError) as error:
            raise BrokenLink from error
        if link.expires < timezone.now().timestamp():
            raise ExpiredLink
        return link

    @property
    def token(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @property
    def path(self) -> str:
        return f"/l/{self.token}/{self.purpose}/"

    @property
    def url(self) -> str:
        return settings.SITE_URL.rstrip("/") + self.path
