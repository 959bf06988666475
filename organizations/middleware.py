"""The doors: /o/<slug>/… is one organization's whole site, /l/<token>/… one form of it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pghistory
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import get_script_prefix, reverse, set_script_prefix, set_urlconf
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from .links import BrokenLink, ExpiredLink, MailLink
from .models import Organization, Person
from .tenancy import organization_scope

ORGANIZATION_PATH = re.compile(r"^/o/(?P<slug>[-\w]+)(?P<path>/.*)$")
LINK_PATH = re.compile(r"^/l/(?P<token>[-\w:.]+)(?P<path>/.*)$")


class OrganizationMiddleware:
    """Run the request inside its organization: one scope, one transaction, one set of paths.

    What answers with an error has changed nothing: any status from 400 rolls back, a 422 too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if match := ORGANIZATION_PATH.match(request.path_info):
            return self.by_membership(request, match["slug"], match["path"])
        if match := LINK_PATH.match(request.path_info):
            return self.by_link(request, match["token"], match["path"])
        return self.get_response(request)

    def by_membership(self, request: HttpRequest, slug: str, path: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return login_first(request)
        doors = Organization.objects.open_to(request.user).with_other_doors(request.user)
        organization = get_object_or_404(doors, slug=slug)
        with organization_scope(organization):
            today = organization.today()
            people = Person.objects.present(today).with_roles(today)
            person = get_object_or_404(people, user=request.user)
            request.urlconf = settings.ORGANIZATION_URLCONF
            return self.inside(request, person, organization, f"/o/{slug}/", path)

    def by_link(self, request: HttpRequest, token: str, path: str) -> HttpResponseBase:
        try:
            link = MailLink.read(token)
        except BrokenLink as error:
            raise Http404 from error
        except ExpiredLink:
            return render(request, "organizations/link_expired.html", status=410)
        if not path.startswith(f"/{link.purpose}/"):
            raise Http404
        organization = get_object_or_404(Organization, pk=link.organization)
        with organization_scope(organization):
            people = Person.objects.present(organization.today())
            person = people.filter(pk=link.person, link_version=link.version).first()
            if person is None:
                return render(request, "organizations/link_expired.html", status=410)
            request.urlconf = settings.LINK_URLCONF
            return self.inside(request, person, organization, f"/l/{token}/", path, link)

    def inside(
        self,
        request: HttpRequest,
        person: Person,
        organization: Organization,
        prefix: str,
        path: str,
        link: MailLink | None = None,
    ) -> HttpResponseBase:
        person.organization = organization
        request.organization = organization  # type: ignore[attr-defined]
        request.person = person  # type: ignore[attr-defined]
        request.link = link  # type: ignore[attr-defined]
        request.path_info = path
        with mounted_at(prefix), pghistory.context(person=str(person.pk)):
            response = self.get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def login_first(request: HttpRequest) -> HttpResponse:
    """Ask for sign-in and lead back; under htmx to the whole page, never inside a fragment."""
    htmx = HtmxDetails(request)
    if htmx:
        page = htmx.current_url_abs_path or request.get_full_path()
        return HttpResponseClientRedirect(redirect_to_login(page).url)
    return redirect_to_login(request.get_full_path())


@contextmanager
def mounted_at(prefix: str) -> Iterator[None]:
    """Make reverse() and {% url %} answer with paths under ``prefix``."""
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(outer)
        set_urlconf(None)


def outside(name: str, *args: object) -> str:
    """Return the path of a page that belongs to no organization, from anywhere."""
    inner = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, urlconf=settings.ROOT_URLCONF, args=args)
    finally:
        set_script_prefix(inner)
