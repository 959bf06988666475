"""Who looks at which pages for ./okr shots. It runs inside Django, as `manage.py shell -c`."""

import json
from dataclasses import asdict, dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import NoReverseMatch, reverse

from checkins.models import Conversation
from objectives.models import Dependency, Objective
from organizations.models import Department, Organization, Person
from organizations.tenancy import organization_scope

PAGES = [
    "account_login",
    "home",
    "team",
    "checkins:create",
    "conversations:list",
    "conversations:detail",
    "conversations:create",
    "conversations:record",
    "objectives:list",
    "objectives:outline",
    "objectives:map",
    "objectives:detail",
    "objectives:create",
    "objectives:edit",
    "objectives:planning",
    "objectives:focus",
    "objectives:dependency",
    "objectives:functions",
    "objectives:value_list",
    "organizations:person_list",
    "organizations:person_detail",
    "organizations:person_create",
    "organizations:department_list",
    "organizations:cycle_list",
    "organizations:cycle_create",
    "organizations:rhythm_edit",
    "account_email",
    "mail_list",
]
# Who sees most of a page: cleo works with objectives, max manages her, and ada manages people.
LOOKERS = {
    "home": "cleo",
    "checkins": "cleo",
    "objectives": "cleo",
    "conversations": "cleo",
    "conversations:record": "ada",
    "objectives:planning": "max",
    "objectives:focus": "henrik",
    "objectives:dependency": "ada",
    "objectives:functions": "samira",
    "objectives:value_list": "ada",
    "team": "max",
}
SIGNED_OUT = {
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_request_login_code",
}


@dataclass(frozen=True)
class Visit:
    """A page by the name of its pictures, its path, and the cookie of the session that opens it."""

    name: str
    path: str
    session: str
    cookie: str = settings.SESSION_COOKIE_NAME


def tell(pages: list[str], slug: str, email: str | None) -> None:
    """Print the visits; an empty address means nobody is signed in."""
    organization = Organization.objects.get(slug=slug)
    with organization_scope(organization):
        visits = [plan(page, organization, email) for page in pages or PAGES]
    print(json.dumps([asdict(visit) for visit in visits]))


def plan(page: str, organization: Organization, email: str | None) -> Visit:
    if email is None and page not in SIGNED_OUT:
        short = LOOKERS.get(page) or LOOKERS.get(page.partition(":")[0], "ada")
        email = f"{short}@{organization.slug}.example"
    person = Person.objects.select_related("user").get(email=email) if email else None
    name = page.partition("?")[0].strip("/").replace("/", "-").replace(":", "-") or "root"
    return Visit(name, path_of(page, organization, person), session_of(person) if person else "")


def path_of(page: str, organization: Organization, person: Person | None) -> str:
    """Return where a page is: a path from the root, the name of an address, or a path inside."""
    if page.startswith("/"):
        return page
    inside = f"/o/{organization.slug}"
    things = {"pk": thing_for(page, person)} if person and ":" in page else {}
    for prefix, urlconf in ((inside, settings.ORGANIZATION_URLCONF), ("", settings.ROOT_URLCONF)):
        for arguments in ({}, things):
            try:
                return prefix + reverse(page, urlconf=urlconf, kwargs=arguments)
            except NoReverseMatch:
                continue
    return f"{inside}/{page}"


def thing_for(page: str, person: Person) -> UUID:
    """Return what a page that shows one thing is to show: the person's own, as far as possible."""
    if page.startswith("conversations:"):
        return Conversation.objects.of_now(person, person.today())[0].pk
    if page.startswith("organizations:person"):
        return person.pk
    if page.startswith("organizations:department"):
        return Department.objects.latest("pk").pk
    if page == "objectives:dependency":
        return Dependency.objects.order_by("pk").latest("pk").pk
    if page == "objectives:functions":
        return Objective.objects.live().filter(kind=Objective.Kind.THEMATIC).latest("pk").pk
    committed = Objective.objects.visible_to(person).exclude(committed_at=None)
    return (committed.owned_by(person).order_by("-pk").first() or committed.latest("pk")).pk


def session_of(person: Person) -> str:
    """Open a session without a password, as the owner of this machine may."""
    assert person.user
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
