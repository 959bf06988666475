from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User

from .links import MailLink
from .models import Organization, Person


class OrganizationRequest(HttpRequest):
    """What a view under /o/<slug>/ is handed; ``link`` is set when a mail link opened it."""

    user: User
    htmx: HtmxDetails
    organization: Organization
    person: Person
    link: MailLink | None
