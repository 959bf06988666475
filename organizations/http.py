from datetime import date

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User

from .links import MailLink
from .models import Organization, Person


class OrganizationRequest(HttpRequest):
    """What a view under /o/<slug>/ is handed; ``link`` is set when a mail link opened it.

    ``past_day`` is set where a page can be read as it was on another day.
    """

    user: User
    htmx: HtmxDetails
    organization: Organization
    person: Person
    link: MailLink | None
    past_day: date | None
