"""Every page there is, as whoever sees most of it: by day and by night, on a desk and in a hand.

The pages come from the URL resolver, so a new one is visited by itself; what is left out says why.
"""

from collections import Counter
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings as project
from django.core.mail import send_mail
from django.test import override_settings
from django.urls import reverse

from checkins.models import CheckInPeriod, Conversation
from core.mail import read_folder
from objectives.batches import Wish, change, undo
from objectives.models import (
    Alignment,
    ChangeRequest,
    Comment,
    Dependency,
    Initiative,
    Objective,
    Part,
    Value,
)
from organizations.invitations import Invitation
from organizations.models import Cycle, Department, Person
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, UserFactory
from tests.test_access import PAGES, addresses

from .conftest import visiting

ROOT, INSIDE, LINK = project.ROOT_URLCONF, project.ORGANIZATION_URLCONF, project.LINK_URLCONF
NO_PAGES = {
    "health": "plain text for whoever watches the servers",
    "news_read": "takes what is new off the list",
    "theme": "takes a choice and goes back",
    "organization_create": "takes a form of the landing page",
    "mail_html": "somebody's mail, shown in a frame of mail_detail",
    "checkins:preview": "a piece of the check-in",
    "conversations:answers": "takes a form of detail",
    "conversations:answer": "a piece of detail",
    "conversations:note": "a piece of detail",
    "conversations:review": "takes a form of detail",
    "objectives:branch": "rows of the outline",
    "search_options": "suggestions in Find or do",
    "objectives:reach": "two figures above the outline",
    "objectives:link_suggestions": "suggestions on an objective's page",
    "objectives:key_result_options": "suggestions below a field",
    "objectives:options": "suggestions below a field",
    "objectives:share": "puts a draft on the board",
    "objectives:levels": "takes a switch of value_list",
    "objectives:value_archive": "takes a value off the list",
    "objectives:part_ask": "asks a head",
    "objectives:dependency_agree": "takes an offer",
    "objectives:dependency_withdraw": "lets a need go",
    "objectives:dependency_doubt": "takes a form of dependency",
    "objectives:dependency_keep": "ends a promise",
    "objectives:mention_options": "suggestions below a field",
    "objectives:readers": "a piece of the form",
    "organizations:person_options": "suggestions below a field",
    "organizations:department_options": "suggestions below a field",
    "account_confirm_login_code": "only in the middle of signing in by code",
    "account_email_verification_sent": "only in the middle of signing up",
    "account_set_password": "only for accounts without a password",
    "mfa_authenticate": "only in the middle of signing in",
    "mfa_login_webauthn": "data for a security key",
    "mfa_reauthenticate_webauthn": "data for a security key",
    "mfa_remove_webauthn": "only with a security key in a hand",
    "mfa_edit_webauthn": "only with a security key in a hand",
    "mfa_download_recovery_codes": "a text file",
}
# Ada sees most of nearly everything, unless others do, or nobody who is signed in.
OTHERS = {
    "home": "cleo",
    "team": "max",
    "conversations:detail": "cleo",
    "conversations:list": "max",
    "conversations:create": "max",
    "conversations:move": "cleo",
    "conversations:skip": "cleo",
    "checkins:create": "cleo",
    "objectives:list": "cleo",
    "objectives:create": "cleo",
    "objectives:edit": "cleo",
    "objectives:link_list": "cleo",
    "objectives:link_create": "cleo",
    "objectives:link_decline": "cleo",
    "objectives:link_end": "cleo",
    "objectives:key_result_sum": "cleo",
    "objectives:initiative_create": "cleo",
    "objectives:initiative_edit": "cleo",
    "objectives:hint_list": "cleo",
    "objectives:pause": "cleo",
    "objectives:cancel": "cleo",
    "objectives:close": "cleo",
    "objectives:batch_create": "max",
    "objectives:batch_detail": "max",
    "objectives:archived": "cleo",
    "objectives:earlier": "cleo",
    "waiting": "cleo",
    "objectives:amend": "cleo",
    "objectives:carry": "cleo",
    "objectives:change_decline": "max",
    "objectives:respond": "max",
    "objectives:functions": "samira",
    "objectives:focus": "henrik",
    "objectives:part_write": "max",
    "objectives:part_end": "max",
    "objectives:comment_edit": "cleo",
    "landing": "somebody without an organization",
    "mfa_activate_totp": "cleo",
    "mfa_generate_recovery_codes": "ada",
    "join": None,
    "account_login": None,
    "account_signup": None,
    "account_inactive": None,
    "account_reset_password": None,
    "account_reset_password_done": None,
    "account_reset_password_from_key": None,
    "account_reset_password_from_key_done": None,
    "account_request_login_code": None,
}
# Other looks of pages: what is found, what is not, and what may not be.
LOOKS = [
    (INSIDE, "objectives:outline", "?q=rider", 200),
    (INSIDE, "objectives:outline", "?q=nothing+like+it", 200),
    (INSIDE, "objectives:outline", "?unlinked=1", 200),
    (INSIDE, "objectives:map", "?q=rider", 200),
    (INSIDE, "search", "?q=rider", 200),
    # What nobody may change is refused, with all that was asked kept.
    (INSIDE, "objectives:batch_create", "?what=owner", 200),
    *((INSIDE, "objectives:create", f"?kind={kind}", 200) for kind in Objective.Kind),
    (INSIDE, "home", "no-such-page/", 404),
    (LINK, "checkins:create", "", 200),
]


def pages_of(urlconf):
    names = [name for name in addresses(urlconf) if name not in NO_PAGES]
    return [(urlconf, name, "", 200) for name in names if name not in PAGES or PAGES[name].get]


@pytest.fixture(scope="module")
def world(told, tmp_path_factory):
    """The demonstration, and what its people need to be shown every page."""
    with organization_scope(told):
        everybody = Person.objects.select_related("user")
        people = {
            name: everybody.get(email=f"{name}@acme.example")
            for name in ("ada", "max", "cleo", "samira", "henrik")
        }
        cleo = people["cleo"]
        period = CheckInPeriod.current(cleo, told.today()).keep()
        link = period.link(told.today()).path.removesuffix("check-in/")
        guest = Person.objects.create(name="Nora New", email="nora@acme.example")
        guest.organization = told
        mine = Objective.objects.owned_by(cleo).filter(cycle__closed_at=None, key_results__gt=0)
        links = Alignment.objects.open().filter(parent__in=mine).order_by("accepted_at", "pk")
        goal = mine.exclude(committed_at=None).latest("committed_at")
        plan = {"text": "Ask ten riders", "owner": cleo, "due_on": told.today()}
        comment = Comment.write(goal, cleo, "We are close.", submission=uuid4())
        things = {
            "link": links.first().pk,
            "objective": goal.pk,
            "key_result": KeyResultFactory(objective=goal).pk,
            "initiative": Initiative.add(goal, by=cleo, **plan).pk,
            "comment": comment.pk,
            "person": cleo.pk,
            "talk": Conversation.objects.of_now(cleo, cleo.today())[0].pk,
            "department": Department.objects.latest("pk").pk,
            "change": ChangeRequest.objects.open().get().pk,
            "cycle": Cycle.objects.quarters().covering(told.today()).get().pk,
            "focus": Objective.objects.one_focus().get().pk,
            "batch": batch_of(people["max"]),
            "theme": Objective.objects.live().filter(kind="thematic").get().pk,
            "dependency": Dependency.objects.filter(state="asked").earliest("pk").pk,
            "part": Part.objects.owned().get(department__name="Rider Care").pk,
            "value": Value.objects.earliest("pk").pk,
        }
        arguments = {
            "objectives:respond": {"pk": Part.objects.get(department__name="Software").linked_id},
            "objectives:part_write": {
                "pk": things["focus"],
                "department_pk": Department.objects.get(name="Rider Care").pk,
            },
        }
        several = [one.pk for one in Objective.objects.editable_by(people["max"])[:5]]
        closed = {"pk": Objective.objects.owned_by(cleo).exclude(closed_at=None).get().pk}
    TOTP.activate(people["ada"].user, generate_totp_secret())
    RecoveryCodes.activate(people["ada"].user)
    people["somebody without an organization"] = SimpleNamespace(user=UserFactory())
    folder = tmp_path_factory.mktemp("mail")
    mailers = {"default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(folder)}}}
    with override_settings(MAIL_FOLDER=folder, MAILERS=mailers):
        send_mail("Three key results due today", "They wait for you.", None, [cleo.email])
        arguments |= {
            "objectives:amend": closed,
            "objectives:carry": closed,
            "join": {"token": Invitation.of(guest).url.rstrip("/").rpartition("/")[2]},
            "mail_detail": {"name": read_folder(folder)[0].name},
            "account_reset_password_from_key": {"uidb36": "1", "key": "x-x"},
            "account_confirm_email": {"key": "x"},
        }
        yield SimpleNamespace(
            people=people, things=things, link=link, arguments=arguments, several=several
        )


def batch_of(manager):
    """Two of a manager's own that were handed to one of their reports, and back."""
    mine = Objective.objects.owned_by(manager).live()[:2]
    wish = Wish("owner", Person.objects.get(email="cleo@acme.example"))
    batch = change(manager, wish, {one.pk: one.version for one in mine}, uuid4())
    undo(batch, manager)
    return batch.pk


@pytest.fixture(scope="module")
def visits(world, browser, site):
    """One page for each visitor, which keeps files between visits as browsers do."""
    with visiting(browser, site) as visits:
        for name, person in [*world.people.items(), (None, None)]:
            visits.pages[name] = visits.page_as(person, answers={404})
        yield visits


@pytest.fixture
def pages(visits):
    yield visits.pages
    visits.judge()


def path_of(world, urlconf, name, rest):
    thing = PAGES[name].thing if name in PAGES else ""
    arguments = world.arguments.get(name) or ({"pk": world.things[thing]} if thing else {})
    path = reverse(name, urlconf=urlconf, kwargs=arguments)
    start = {ROOT: "/", INSIDE: "/o/acme/", LINK: world.link}[urlconf]
    return f"{start}{path.removeprefix('/')}{rest}"


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# By night the same elements stand in the same places, in other colours.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_AXE = """async (only) => (await axe.run({ runOnly: only, resultTypes: ["violations"] }))
  .violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
    `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`))"""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)"""


WIDTHS = {1360: 850, 390: 844}


@pytest.fixture
def nights(request, rounds):
    """The widths to look at by night: one after the other in turn, or both where thorough."""
    turn = request.node.callspec.indices["name"]
    return {list(WIDTHS)[(turn + more) % len(WIDTHS)] for more in range(rounds)}


def findings(page, path, status, nights=frozenset(WIDTHS)):
    """Return all that axe finds, by day and by night, and what stands out at 320 px."""
    found = []
    page.set_viewport_size({"width": 1360, "height": 850})
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    assert answer.status == status
    assert page.url.endswith(path), f"It leads to {page.url}: who sees it?"
    page.evaluate(AXE_SCRIPT)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        found += [f"{width} by day: {text}" for text in page.evaluate(RUN_AXE, WCAG)]
        if width in nights:
            page.emulate_media(color_scheme="dark")
            found += [f"{width} by night: {text}" for text in page.evaluate(RUN_AXE, COLOURS)]
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        found.append(f"wider than 320: {page.evaluate(WIDE)}")
    return found


pytestmark = pytest.mark.django_db


@pytest.mark.thorough(1, len(WIDTHS))
@pytest.mark.parametrize(
    ("urlconf", "name", "rest", "status"),
    [*pages_of(INSIDE), *pages_of(ROOT), *LOOKS],
    ids=lambda value: None if value in {ROOT, INSIDE, LINK, 200} else str(value),
)
def test_nothing_is_wrong_with(pages, world, nights, urlconf, name, rest, status):
    who = None if urlconf == LINK else OTHERS.get(name, "ada")
    path = path_of(world, urlconf, name, rest)
    assert findings(pages[who], path, status, nights) == []


def test_nothing_is_wrong_with_a_closed_objective(pages, world):
    path = reverse("objectives:detail", INSIDE, kwargs=world.arguments["objectives:carry"])
    assert findings(pages["cleo"], f"/o/acme{path}", 200) == []


def test_nothing_is_wrong_with_a_preview(pages, world):
    chosen = "&".join(f"objective={pk}" for pk in world.several)
    path = f"/o/acme/objectives/several/?what=commit&{chosen}"
    assert findings(pages["max"], path, 200) == []


MAIN = ["home", "objectives:list", "objectives:outline", "objectives:detail", "objectives:create"]
MAIN += ["objectives:planning", "objectives:focus"]
MAIN += ["checkins:create", "team", "organizations:person_list", "organizations:cycle_list"]
HTML, REQUESTS, SCRIPT, STYLES = 100_000, 12, 40_000, 25_000


@pytest.mark.parametrize("name", MAIN)
def test_a_first_view_is_light(visits, pages, world, name):
    page = visits.page_as(None)
    page.context.add_cookies(pages[OTHERS.get(name, "ada")].context.cookies())
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - it must be ours
    answer = page.goto(path_of(world, INSIDE, name, ""), wait_until="networkidle")
    assert len(answer.body()) <= HTML
    assert len(answers) <= REQUESTS, [answer.url for answer in answers]
    sent = Counter()
    for one in answers:
        sent[one.request.resource_type] += one.request.sizes()["responseBodySize"]
    assert sent["script"] <= SCRIPT
    assert sent["stylesheet"] <= STYLES
