"""Every address, method, visitor and thing: the answers follow from the one table in this file.

A new page fails here until it has a row. Nobody is tried on a page that nobody can reach: each
method of each page has to succeed for somebody, or the refusals prove nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from checkins.arranging import arrange
from checkins.models import CheckInPeriod, Conversation, Question
from checkins.models.period import LINK_PURPOSE
from checkins.starting import start
from objectives import linking
from objectives.closing import close
from objectives.models import (
    Batch,
    BatchRow,
    Change,
    ChangeRequest,
    Comment,
    Dependency,
    Initiative,
    Objective,
    Part,
    Reader,
    Value,
)
from objectives.sums import allocate
from organizations.models import Department, Membership, Organization, RoleGrant
from organizations.tenancy import organization_scope

from .answers import bare
from .conftest import signed_in
from .factories import (
    LONG_AGO,
    KeyResultFactory,
    ObjectiveFactory,
    OrganizationFactory,
    RoleGrantFactory,
    UserFactory,
    join,
    running_quarter,
)

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
NOWHERE = uuid4()

# Who.

# Max manages Cleo. Otto manages somebody else, which is nothing to her (lessons 5).
EVERYONE = frozenset({"cleo", "max", "vera", "ada", "otto"})
ADMINS = frozenset({"ada"})
READERS = frozenset({"ada", "vera"})  # an auditor reads what admins read
NOBODY: frozenset[str] = frozenset()
TWO = frozenset({"cleo", "max"})
# These knock at Acme's door with a session that is none of its, and find nothing there.
OUTSIDERS = ("stranger", "membership closed", "left", "mallory")

# Whose, and who may know that it is there.

THINGS: dict[str, dict[str, frozenset[str]]] = {
    "objective": {
        "cleo's": EVERYONE,
        "cleo's draft": frozenset({"cleo", "max"}),
        "cleo's private one": frozenset({"cleo"}),
        "cleo's private draft": frozenset({"cleo"}),
        # Otto is named; Max reads it as her manager.
        "cleo's restricted one": frozenset({"cleo", "otto", "max"}),
        "max's draft": frozenset({"max"}),
        "ada's private one": frozenset({"ada"}),
        "cleo's closed one": EVERYONE,
        "works' plan": EVERYONE,
        "works' draft": frozenset({"cleo", "max"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    "change": {
        "cleo's": EVERYONE,
        "cleo's private one's": frozenset({"cleo"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    "cycle": {"acme's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "batch": {"cleo's": frozenset({"cleo"}), "globex's": NOBODY, "nobody's": NOBODY},
    "focus": {"acme's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "theme": {"cleo's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "dependency": {"works'": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "part": {"works'": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "value": {"acme's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "key_result": {"cleo's": frozenset({"cleo"}), "globex's": NOBODY, "nobody's": NOBODY},
    "link": {
        "cleo's": EVERYONE,
        "cleo's private one": frozenset({"cleo"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    # Of cleo's objectives; what adds up, and what is done, is read by whoever reads the objective.
    "initiative": {
        "cleo's": EVERYONE,
        "otto's in cleo's": EVERYONE,
        "cleo's private one": frozenset({"cleo"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    "allocation": {"cleo's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    "person": {"cleo": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
    # Between two people, and nobody else's: not the people team's either.
    "talk": {
        "cleo's": TWO,
        "cleo's held": TWO,
        "cleo's signed": TWO,
        "vera's": frozenset({"vera", "otto"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    "comment": {
        "on cleo's": EVERYONE,
        "on cleo's private one": frozenset({"cleo"}),
        "on ada's private one": frozenset({"ada"}),
        "globex's": NOBODY,
        "nobody's": NOBODY,
    },
    "department": {"acme's": EVERYONE, "globex's": NOBODY, "nobody's": NOBODY},
}
EDITORS = {
    "cleo's": {"cleo", "max"},
    "cleo's draft": {"cleo", "max"},
    "cleo's private one": {"cleo"},
    "cleo's private draft": {"cleo"},
    "cleo's restricted one": {"cleo", "max"},
    "max's draft": {"max"},
    "ada's private one": {"ada"},
    "works' plan": {"cleo", "max"},
    "works' draft": {"cleo", "max"},
}
# Whoever does it may tick it, and those who may change the plan.
TICKERS = {
    "cleo's": {"cleo", "max"},
    "otto's in cleo's": {"otto", "cleo", "max"},
    "cleo's private one": {"cleo"},
}
PLANNERS = TICKERS | {"otto's in cleo's": {"cleo", "max"}}
# Drafts are thrown away by those who made them; what was committed stays.
DISCARDERS = {
    "cleo's draft": {"cleo"},
    "cleo's private draft": {"cleo"},
    "max's draft": {"max"},
    "works' draft": {"cleo"},
}
DRAFT_EDITORS = {label: who for label, who in EDITORS.items() if "draft" in label}
# Otto asks for a link with cleo's objective: she answers, or her manager; either side ends it.
ANSWERERS = {"cleo's": {"cleo", "max"}, "cleo's private one": {"cleo"}}
ENDERS = {"cleo's": {"cleo", "max", "otto"}, "cleo's private one": {"cleo"}}
# Nobody says yes to their own, unless nobody who may read it stands above them.
DECIDERS = {
    "cleo's": {"max", "ada"},
    "cleo's draft": {"max"},
    "cleo's private one": {"cleo"},
    "cleo's private draft": {"cleo"},
    # Ada leads the programme, but she can't read it.
    "cleo's restricted one": {"max"},
    "max's draft": {"max"},
    "ada's private one": {"ada"},
    "cleo's closed one": {"max", "ada"},
    "works' plan": {"max", "ada"},
    "works' draft": {"max"},
}
CHANGE_DECIDERS = {"cleo's": {"max", "ada"}, "cleo's private one's": {"cleo"}}
# Cleo's draft belongs to a department that reviews.
SUBMITTERS = {"cleo's draft": {"cleo", "max"}}
COMMITTERS = EDITORS | {"cleo's draft": {"max"}}
STEERERS = {label: who for label, who in EDITORS.items() if "draft" not in label}
# Closing again is harmless, for who might have been the first.
CLOSERS = STEERERS | {"cleo's closed one": {"cleo", "max"}}
CLOSED = dict.fromkeys(THINGS["objective"], NOBODY) | {"cleo's closed one": EVERYONE}
# Max wrote about cleo's, which is hers.
AUTHORS = {
    "on cleo's": {"max"},
    "on cleo's private one": {"cleo"},
    "on ada's private one": {"ada"},
}
REMOVERS = {**AUTHORS, "on cleo's": {"max", "cleo"}}
COMMITTED = {label: who for label, who in THINGS["objective"].items() if "draft" not in label}

# What.

May = frozenset[str] | Mapping[str, set[str]]


@dataclass(frozen=True)
class Page:
    """Who may GET and POST a page, of those who may see its thing; None: not by this method."""

    get: May | None = None
    post: May | None = None
    thing: str = ""
    data: Callable[[Any], dict[str, Any]] = lambda world: {}
    sees: Mapping[str, frozenset[str]] | None = None
    query: str = ""

    def may(self, method: str) -> May | None:
        return self.get if method == "get" else self.post

    def expected(self, method: str, who: str, label: str) -> set[int]:
        """The statuses that are right; 422 is an invalid form, which has been read at least."""
        may = self.may(method)
        if may is None:
            return {405}
        sees = self.sees or THINGS.get(self.thing, {})
        if self.thing and who not in sees.get(label, NOBODY):
            return {404}
        allowed = may if isinstance(may, frozenset) else may.get(label, set())
        if who not in allowed:
            return {403}
        return {200} if method == "get" else {200, 204, 302, 422}


def objective_form(world: Any) -> dict[str, Any]:
    return {
        "title": "Riders trust the range shown",
        "kind": "supporting",
        "level": "individual",
        "ambition": "aspirational",
        "visibility": "public",
        "basis": "both",
        "cycle": world.cycle.pk,
        "owner": "Cleo",
        "version": 1,
        "key_results-TOTAL_FORMS": 1,
        "key_results-INITIAL_FORMS": 0,
        "key_results-0-title": "Trips that end with the charge we predicted",
        "key_results-0-measure": "percent",
        "key_results-0-start": "68",
        "key_results-0-target": "90",
        "key_results-0-weight": 1,
    }


def link_form(world: Any) -> dict[str, Any]:
    here = world.things["objective"]["cleo's"]
    return {"here": here, "way": "up supports", "other": "Of otto", "weight": 1}


def batch_form(world: Any) -> dict[str, Any]:
    pk = world.things["objective"]["cleo's"]
    return {"what": "commit", "objective": pk, f"version_{pk}": "1", "submission": uuid4()}


def reason_form(world: Any) -> dict[str, Any]:
    return {"reason": "We measure that already."}


def rhythm_form(world: Any) -> dict[str, Any]:
    form = {"checkin_cadence": "weekly", "checkin_weekday": "0", "checkin_at": "09:00"}
    return form | {"time_zone": "UTC"}


def person_form(world: Any) -> dict[str, Any]:
    return {"name": "Nora New", "email": "nora@acme.example"}


def department_form(world: Any) -> dict[str, Any]:
    return {"name": "Workshop", "kind": "team"}


def in_words(world: Any) -> dict[str, Any]:
    return {"words": "The supplier is gone."}


def skip_form(world: Any) -> dict[str, Any]:
    return {"reason": "leave"}


def move_form(world: Any) -> dict[str, Any]:
    return {"meets_on": world.cycle.end}


def addendum_form(world: Any) -> dict[str, Any]:
    return {"addendum-text": "Later", "addendum-submission": uuid4()}


def action_form(world: Any) -> dict[str, Any]:
    return {"action-text": "Ask Lena", "action-owner": world.people["cleo"].pk}


def start_form(world: Any) -> dict[str, Any]:
    return {"employee": world.people["max"].pk, "kind": "biweekly"}


def check_in_form(world: Any) -> dict[str, Any]:
    pk = world.things["key_result"]["cleo's"]
    return {
        "key_result": pk,
        "submission": uuid4(),
        f"{pk}-value": "40",
        f"{pk}-confidence": "8",
    }


def initiative_form(world: Any) -> dict[str, Any]:
    return {"text": "Ask ten riders", "owner": "Cleo", "due_on": "2031-01-01"}


def comment_form(world: Any) -> dict[str, Any]:
    return {"text": "Well done @Max", "submission": uuid4()}


def access_form(world: Any) -> dict[str, Any]:
    return {"owner": "Cleo", "reason": "A complaint about her", "hours": 4}


# Vera prepares with Otto; Cleo has shared with Max in one, and both have signed another.
UNHELD = {"cleo's": {"cleo", "max"}, "vera's": {"vera", "otto"}}
BEGUN = UNHELD | {"cleo's held": {"cleo", "max"}}
ANSWERED = {"cleo's": {"cleo", "max"}, "cleo's held": {"cleo", "max"}, "vera's": {"vera"}}
WRITERS = {"cleo's held": {"cleo"}, "vera's": {"vera"}}
VERAS = {"vera's": frozenset({"vera", "otto"})}

PAGES = {
    "conversations:list": Page(get=EVERYONE),
    "conversations:create": Page(get=EVERYONE, post=EVERYONE, data=start_form),
    "conversations:record": Page(get=READERS),
    "conversations:detail": Page(get=EVERYONE, thing="talk"),
    "conversations:move": Page(get=UNHELD, post=UNHELD, thing="talk", data=move_form),
    "conversations:skip": Page(get=UNHELD, post=UNHELD, thing="talk", data=skip_form),
    # What was shared before is harmless to share again.
    "conversations:answers": Page(post=ANSWERED, thing="talk"),
    "conversations:answer": Page(get=WRITERS, post=WRITERS, thing="talk"),
    "conversations:note": Page(get=EVERYONE, post=EVERYONE, thing="talk"),
    "conversations:review": Page(
        post=WRITERS, thing="talk", data=lambda world: {"submission": uuid4()}
    ),
    "conversations:open": Page(post={"cleo's": {"max"}}, thing="talk"),
    "conversations:take_back": Page(post=ANSWERED, thing="talk"),
    "conversations:hold": Page(post=BEGUN, thing="talk"),
    "conversations:object": Page(post={"cleo's held": {"max"}}, thing="talk"),
    "conversations:sign": Page(
        post={"cleo's held": {"cleo", "max"}, "cleo's signed": {"cleo", "max"}}, thing="talk"
    ),
    "conversations:add": Page(
        post={"cleo's signed": {"cleo", "max"}}, thing="talk", data=addendum_form
    ),
    "conversations:point_create": Page(
        post=BEGUN,
        thing="talk",
        data=lambda world: {"point-text": "Vans", "point-audience": "shared"},
    ),
    "conversations:point_tick": Page(post=EVERYONE, thing="talk", sees=VERAS),
    "conversations:action_create": Page(post=BEGUN, thing="talk", data=action_form),
    "conversations:action_tick": Page(post=EVERYONE, thing="talk", sees=VERAS),
    "home": Page(get=EVERYONE),
    "waiting": Page(get=EVERYONE),
    "news_read": Page(post=EVERYONE),
    "search": Page(get=EVERYONE, query="?q=cleo"),
    "search_options": Page(get=EVERYONE, query="?q=cleo"),
    "department": Page(get=EVERYONE, thing="department"),
    "team": Page(get=EVERYONE),  # with nobody on it for who manages nobody
    "checkins:create": Page(get=EVERYONE, post=EVERYONE, data=check_in_form),
    "checkins:unchanged": Page(post=EVERYONE),
    "checkins:preview": Page(get=frozenset({"cleo"}), thing="key_result"),
    "objectives:list": Page(get=EVERYONE),
    "objectives:outline": Page(get=EVERYONE),
    "objectives:map": Page(get=EVERYONE),
    "objectives:outline_changes": Page(get=EVERYONE),
    "objectives:changes": Page(get=EVERYONE, thing="objective", sees=COMMITTED),
    "objectives:options": Page(get=EVERYONE),
    "objectives:readers": Page(get=EVERYONE),
    "objectives:access_create": Page(get=ADMINS, post=ADMINS, data=access_form),
    "objectives:access_end": Page(post=ADMINS),
    "objectives:create": Page(get=EVERYONE, post=EVERYONE, data=objective_form),
    "objectives:detail": Page(get=EVERYONE, thing="objective"),
    "objectives:edit": Page(get=EDITORS, post=EDITORS, thing="objective", data=objective_form),
    "objectives:commit": Page(post=COMMITTERS, thing="objective"),
    "objectives:discard": Page(post=DISCARDERS, thing="objective"),
    "objectives:archive": Page(post=DRAFT_EDITORS, thing="objective"),
    "objectives:restore": Page(post=DRAFT_EDITORS, thing="objective"),
    "objectives:archived": Page(get=EVERYONE),
    "objectives:earlier": Page(get=EVERYONE),
    # A stranger's objectives among the chosen are left alone.
    "objectives:batch_create": Page(get=EVERYONE, post=EVERYONE, data=batch_form),
    "objectives:batch_detail": Page(get=EVERYONE, thing="batch"),
    "objectives:batch_undo": Page(post=EVERYONE, thing="batch"),
    "objectives:reach": Page(get=EVERYONE),
    "objectives:gaps": Page(get=EVERYONE),
    "objectives:link_list": Page(get=EVERYONE, thing="objective"),
    "objectives:link_create": Page(get=EDITORS, post=EDITORS, thing="objective", data=link_form),
    "objectives:link_suggestions": Page(get=EDITORS, thing="objective"),
    "objectives:link_accept": Page(post=ANSWERERS, thing="link"),
    "objectives:link_decline": Page(get=ANSWERERS, post=ANSWERERS, thing="link", data=reason_form),
    "objectives:link_end": Page(get=ENDERS, post=ENDERS, thing="link", data=reason_form),
    "objectives:key_result_preview": Page(post=EVERYONE, query="?row=key_results-0"),
    "objectives:key_result_options": Page(get=EVERYONE),
    "objectives:key_result_sum": Page(
        get={"cleo's": {"cleo", "max"}},
        post={"cleo's": {"cleo", "max"}},
        thing="key_result",
        sees=THINGS["key_result"] | {"cleo's": EVERYONE},
        data=lambda world: {"child": "Counted too", "percent": "10"},
    ),
    "objectives:allocation_delete": Page(post={"cleo's": {"cleo", "max"}}, thing="allocation"),
    "objectives:initiative_list": Page(get=EVERYONE, thing="objective"),
    "objectives:initiative_create": Page(
        get=EDITORS, post=EDITORS, thing="objective", data=initiative_form
    ),
    "objectives:initiative_edit": Page(
        get=PLANNERS, post=PLANNERS, thing="initiative", data=initiative_form
    ),
    "objectives:initiative_tick": Page(post=TICKERS, thing="initiative"),
    "objectives:initiative_drop": Page(post=PLANNERS, thing="initiative"),
    "objectives:hint_list": Page(get=EDITORS, thing="objective"),
    "objectives:hint_dismiss": Page(post=EDITORS, thing="objective"),
    "objectives:discussion": Page(
        get=EVERYONE, post=EVERYONE, thing="objective", data=comment_form
    ),
    "objectives:mention_options": Page(get=EVERYONE, thing="objective"),
    "objectives:follow": Page(post=EVERYONE, thing="objective"),
    "objectives:unfollow": Page(post=EVERYONE, thing="objective"),
    "objectives:comment_edit": Page(get=AUTHORS, post=AUTHORS, thing="comment", data=comment_form),
    "objectives:comment_delete": Page(post=REMOVERS, thing="comment"),
    "objectives:comment_react": Page(
        post=EVERYONE, thing="comment", data=lambda world: {"kind": "agree"}
    ),
    "objectives:branch": Page(get=EVERYONE, thing="objective", sees=COMMITTED),
    "objectives:submit": Page(post=SUBMITTERS, thing="objective"),
    "objectives:take_back": Page(post=EDITORS, thing="objective"),
    "objectives:approve": Page(post=DECIDERS, thing="objective", data=lambda world: {"version": 1}),
    "objectives:return": Page(get=DECIDERS, post=DECIDERS, thing="objective", data=in_words),
    "objectives:pause": Page(get=STEERERS, post=STEERERS, thing="objective", data=in_words),
    "objectives:resume": Page(post=STEERERS, thing="objective"),
    "objectives:cancel": Page(get=STEERERS, post=STEERERS, thing="objective", data=in_words),
    "objectives:close": Page(get=STEERERS, post=CLOSERS, thing="objective"),
    "objectives:confirm": Page(post={"cleo's closed one": {"max"}}, thing="objective", sees=CLOSED),
    "objectives:amend": Page(
        get={"cleo's closed one": {"cleo", "max", "ada"}},
        post={"cleo's closed one": {"cleo", "max", "ada"}},
        thing="objective",
        data=lambda world: {"words": "Late truth", "submission": uuid4()},
        sees=CLOSED,
    ),
    "objectives:carry": Page(
        get={"cleo's closed one": {"cleo", "max"}},
        post={"cleo's closed one": {"cleo", "max"}},
        thing="objective",
        data=lambda world: {"cycle": world.following.pk},
        sees=CLOSED,
    ),
    "objectives:requests": Page(get=EVERYONE, thing="objective"),
    "objectives:change_accept": Page(post=CHANGE_DECIDERS, thing="change"),
    "objectives:change_decline": Page(
        get=CHANGE_DECIDERS, post=CHANGE_DECIDERS, thing="change", data=in_words
    ),
    "objectives:change_withdraw": Page(
        post={"cleo's": {"cleo"}, "cleo's private one's": {"cleo"}}, thing="change"
    ),
    "objectives:cycle_close": Page(
        get={"acme's": set(READERS)},
        post={"acme's": set(ADMINS)},
        thing="cycle",
        data=lambda world: {"reason": "Nobody answers."},
    ),
    "objectives:kind": Page(get=EVERYONE, thing="objective"),
    "objectives:moves": Page(get=EVERYONE, thing="objective"),
    "objectives:share": Page(post={"works' draft": {"cleo", "max"}}, thing="objective"),
    "objectives:planning": Page(get=EVERYONE),
    # Otto heads a department beside the one that plans.
    "objectives:respond": Page(
        get={"works' plan": {"otto"}},
        post={"works' plan": {"otto"}},
        thing="objective",
        data=lambda world: {"department": world.beside, "stance": "support"},
    ),
    "objectives:dependency": Page(
        get=EVERYONE,
        post={"works'": {"max"}},
        thing="dependency",
        data=lambda world: {"answer": "decline", "words": "We cannot"},
    ),
    "objectives:dependency_agree": Page(post={"works'": {"otto"}}, thing="dependency"),
    "objectives:dependency_withdraw": Page(post={"works'": {"otto"}}, thing="dependency"),
    "objectives:dependency_doubt": Page(
        post={"works'": {"max"}}, thing="dependency", data=lambda world: {"risk": "Rain"}
    ),
    "objectives:dependency_keep": Page(post={"works'": {"max"}}, thing="dependency"),
    "objectives:focus": Page(get=EVERYONE),
    # Cleo owns the focus, Max manages her and heads the works, Otto heads another department.
    "objectives:part_write": Page(
        get={"acme's": {"cleo", "max"}},
        post={"acme's": {"cleo", "max"}},
        thing="focus",
        data=lambda world: {"owner": "Max", "line": "The works never stand still"},
    ),
    "objectives:part_ask": Page(post={"acme's": {"cleo", "max"}}, thing="focus"),
    "objectives:part_end": Page(
        get={"works'": {"cleo", "max"}},
        post={"works'": {"cleo", "max"}},
        thing="part",
        data=lambda world: {"decision": "drop", "reason": "Done"},
    ),
    "objectives:functions": Page(
        get={"cleo's": {"cleo", "max"}},
        post={"cleo's": {"cleo", "max"}},
        thing="theme",
        data=lambda world: {"functions-TOTAL_FORMS": 0, "functions-INITIAL_FORMS": 0},
    ),
    "objectives:value_list": Page(get=READERS),
    "objectives:levels": Page(post=ADMINS),
    "objectives:value_create": Page(get=ADMINS, post=ADMINS, data=lambda world: {"name": "Speed"}),
    "objectives:value_edit": Page(
        get=ADMINS, post=ADMINS, thing="value", data=lambda world: {"name": "Speed"}
    ),
    "objectives:value_archive": Page(post=ADMINS, thing="value"),
    "organizations:department_dissolve": Page(
        get=ADMINS, post=ADMINS, thing="department", data=lambda world: {"on": "2031-01-01"}
    ),
    "organizations:person_list": Page(get=READERS),
    "organizations:person_options": Page(get=EVERYONE),
    "organizations:person_create": Page(get=ADMINS, post=ADMINS, data=person_form),
    "organizations:person_detail": Page(get=EVERYONE, thing="person"),
    "organizations:person_edit": Page(get=ADMINS, post=ADMINS, thing="person", data=person_form),
    "organizations:person_invite": Page(post=ADMINS, thing="person"),
    "organizations:person_leave": Page(
        get=ADMINS, post=ADMINS, thing="person", data=lambda world: {"on": "2031-01-01"}
    ),
    "organizations:person_rejoin": Page(post=ADMINS, thing="person"),
    "organizations:department_list": Page(get=READERS),
    "organizations:department_options": Page(get=EVERYONE),
    "organizations:department_create": Page(get=ADMINS, post=ADMINS, data=department_form),
    "organizations:department_edit": Page(
        get=ADMINS, post=ADMINS, thing="department", data=department_form
    ),
    "organizations:cycle_list": Page(get=READERS),
    "organizations:rhythm_edit": Page(get=ADMINS, post=ADMINS, data=rhythm_form),
    "organizations:cycle_create": Page(
        get=ADMINS, post=ADMINS, data=lambda world: {"year": world.cycle.start.year + 1}
    ),
}

# What a mail's link opens: True, or False where it must not, though the page has an address.
LINKS = {"checkins:create": True, "checkins:unchanged": True, "checkins:preview": True}


@dataclass(frozen=True)
class Outside:
    """A page of no organization: for anyone, or for whoever is signed in."""

    anyone: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset({200, 302})


SIGNED_IN, ANYONE = Outside(), Outside(anyone=True)
OUTSIDE = {
    "landing": SIGNED_IN,
    "organization_create": SIGNED_IN,
    "health": ANYONE,
    "theme": SIGNED_IN,
    "join": Outside(anyone=True, arguments={"token": "x"}, statuses=frozenset({404, 410})),
    "mail_list": ANYONE,
    "mail_detail": Outside(anyone=True, arguments={"name": "x"}, statuses=frozenset({404})),
    "mail_html": Outside(anyone=True, arguments={"name": "x"}, statuses=frozenset({404})),
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_signup": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": ANYONE,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": Outside(
        anyone=True, arguments={"uidb36": "1", "key": "x-x"}
    ),
    "account_reset_password_from_key_done": ANYONE,
    "account_confirm_login_code": ANYONE,
    "account_confirm_email": Outside(
        anyone=True, arguments={"key": "x"}, statuses=frozenset({200, 404})
    ),
    "account_request_login_code": ANYONE,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": ANYONE,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": Outside(statuses=frozenset({302, 404})),
    "mfa_view_recovery_codes": Outside(statuses=frozenset({302, 404})),
    "mfa_generate_recovery_codes": Outside(statuses=frozenset({302, 403, 404})),
    "mfa_download_recovery_codes": Outside(statuses=frozenset({302, 404})),
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": Outside(statuses=frozenset({200, 302})),
    "mfa_remove_webauthn": Outside(arguments={"pk": 1}, statuses=frozenset({302, 404})),
    "mfa_edit_webauthn": Outside(arguments={"pk": 1}, statuses=frozenset({302, 404})),
    "mfa_login_webauthn": ANYONE,
    "usersessions_list": SIGNED_IN,
}


# The addresses there are.


def addresses(urlconf):
    """Every pattern below a urlconf by its full name."""
    found = {}

    def walk(patterns, namespace):
        for entry in patterns:
            if isinstance(entry, URLPattern):
                found[f"{namespace}{entry.name}"] = entry
            else:
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                walk(entry.url_patterns, inner)

    walk(get_resolver(urlconf).url_patterns, "")
    return found


@pytest.mark.parametrize(
    ("urlconf", "table"),
    [("ORGANIZATION_URLCONF", PAGES), ("LINK_URLCONF", LINKS), ("ROOT_URLCONF", OUTSIDE)],
)
def test_every_page_is_listed(settings, urlconf, table):
    names = set(addresses(getattr(settings, urlconf)))
    assert names - set(table) == set(), "List the new page, so that strangers are tried on it."
    assert set(table) - names == set(), "Strike the page off; it has no address any more."


# The company they all knock at.


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once: every visit is undone. It is taken back after the last test of this file."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(PASSWORD_HASHERS=hashers),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield furnish(*(OrganizationFactory(slug=slug) for slug in ("acme", "globex")))
        transaction.set_rollback(True)


def furnish(acme, globex):  # noqa: PLR0915 - one world, told in order
    with organization_scope(acme):
        people = {name: join(acme, name.title()) for name in sorted(EVERYONE)}
        ada, boss, cleo, vera = (people[name] for name in ("ada", "max", "cleo", "vera"))
        RoleGrantFactory(person=ada, role=RoleGrant.Role.HR_ADMIN)
        RoleGrantFactory(person=vera, role=RoleGrant.Role.AUDITOR)
        cleo.report_to(boss, on=LONG_AGO)
        vera.report_to(people["otto"], on=LONG_AGO)
        leaver, closed = join(acme, "Leaver"), join(acme, "Closed")
        leaver.leave(on=acme.today())
        drafted = {"committed_at": None, "committed_by": None}
        objectives = {
            "cleo's": ObjectiveFactory(title="Of cleo", owner=cleo),
            "cleo's draft": ObjectiveFactory(title="Draft", owner=cleo, **drafted),
            "cleo's private one": ObjectiveFactory(
                title="Private", owner=cleo, visibility="private"
            ),
            "cleo's private draft": ObjectiveFactory(
                title="Private draft", owner=cleo, visibility="private", **drafted
            ),
            "cleo's restricted one": ObjectiveFactory(
                title="Restricted", owner=cleo, visibility="restricted", manager_chain="direct"
            ),
            "max's draft": ObjectiveFactory(title="Draft of max", owner=boss, **drafted),
            "ada's private one": ObjectiveFactory(title="Of ada", owner=ada, visibility="private"),
            "cleo's closed one": ObjectiveFactory(title="Closed", owner=cleo),
        }
        reviewing = Department.objects.create(name="Care", reviews=True)
        Objective.objects.filter(title="Draft").update(department=reviewing)
        Reader.objects.create(objective=objectives["cleo's restricted one"], person=people["otto"])
        key_results = {
            label: KeyResultFactory(objective=objective) for label, objective in objectives.items()
        }
        initiatives = {
            label: Initiative.add(objectives[of], by=cleo, text="Ask riders", owner=people[who])
            for label, of, who in (
                ("cleo's", "cleo's", "cleo"),
                ("otto's in cleo's", "cleo's", "otto"),
                ("cleo's private one", "cleo's private one", "cleo"),
            )
        }
        total = KeyResultFactory(objective=objectives["cleo's"])
        KeyResultFactory(objective=objectives["cleo's"], title="Counted too")
        allocate(total, key_results["cleo's"], Decimal(50), by=cleo)
        allocations = {"cleo's": total.allocations.get()}
        works, beside = (
            Department.objects.create(name=name, head=head)
            for name, head in (("Works", boss), ("Beside", people["otto"]))
        )
        departments = {"acme's": Department.objects.create(name="Left alone")}
        plan = {"kind": "departmental", "level": "department", "department": works, "owner": cleo}
        objectives["works' plan"] = ObjectiveFactory(title="Plan of works", **plan)
        objectives["works' draft"] = ObjectiveFactory(title="Draft of works", **plan, **drafted)
        company = {"level": "company", "owner": cleo}
        focus = {"acme's": ObjectiveFactory(title="Focus", kind="one_focus", **company)}
        theme = {"cleo's": ObjectiveFactory(title="Theme", kind="thematic", **company)}
        need = Dependency.ask(objectives["works' plan"], beside, people["otto"], text="Parts")
        part = Part.objects.create(
            objective=focus["acme's"], department=works, owner=boss, line="No stops"
        )
        value = Value.objects.create(name="Care", created_by=ada)
        batch = batch_of(objectives["cleo's"])
        comments = {
            f"on {label}": Comment.objects.create(
                objective=objectives[label], author=people[author], text="Well done"
            )
            for label, author in {
                "cleo's": "max",
                "cleo's private one": "cleo",
                "ada's private one": "ada",
            }.items()
        }
        cycle = objectives["cleo's"].cycle
        otto = people["otto"]
        his = ObjectiveFactory(title="Of otto", owner=otto)
        mine, hidden = objectives["cleo's"], objectives["cleo's private one"]
        links = {
            "cleo's": linking.link(his, mine, by=otto),
            "cleo's private one": linking.link(hidden, mine, by=cleo),
        }
        talks, within = converse(acme, cleo, vera)
        following = running_quarter(cycle.end + timedelta(days=1))
        close(objectives["cleo's closed one"], cleo)
        changes = {
            "cleo's": change_of(objectives["cleo's"]),
            "cleo's private one's": change_of(objectives["cleo's private one"]),
        }
    Membership.objects.filter(user=closed.user).update(active=False)
    with organization_scope(globex):
        mallory = join(globex, "Mallory")
        RoleGrantFactory(person=mallory, role=RoleGrant.Role.OWNER)
        objectives["globex's"] = ObjectiveFactory(title="Of mallory", owner=mallory)
        key_results["globex's"] = KeyResultFactory(objective=objectives["globex's"])
        of_mallory = {"text": "Lurk", "owner": mallory}
        initiatives["globex's"] = Initiative.add(objectives["globex's"], by=mallory, **of_mallory)
        total = KeyResultFactory(objective=objectives["globex's"])
        allocate(total, key_results["globex's"], Decimal(50), by=mallory)
        allocations["globex's"] = total.allocations.get()
        comments["globex's"] = Comment.objects.create(
            objective=objectives["globex's"], author=mallory, text="Of mallory"
        )
        links["globex's"] = linking.link(
            objectives["globex's"], ObjectiveFactory(owner=mallory), by=mallory
        )
        changes["globex's"] = change_of(objectives["globex's"])
        underling = join(globex, "Igor")
        underling.report_to(mallory, on=LONG_AGO)
        arrange(globex, globex.today())
        talks["globex's"] = Conversation.objects.filter(employee=underling).first()
        departments["globex's"] = lair = Department.objects.create(name="Lair")
        company = {"level": "company", "owner": mallory}
        focus["globex's"] = ObjectiveFactory(kind="one_focus", **company)
        theme["globex's"] = ObjectiveFactory(kind="thematic", **company)
        plan = ObjectiveFactory(kind="departmental", department=lair, owner=mallory)
        other = Department.objects.create(name="Vault")
        theirs = {
            "batch": batch_of(objectives["globex's"]),
            "dependency": Dependency.ask(plan, other, mallory, text="Parts"),
            "part": Part.objects.create(
                objective=focus["globex's"], department=lair, owner=mallory, line="x"
            ),
            "value": Value.objects.create(name="Greed", created_by=mallory),
        }
    things = {
        "link": {label: link.pk for label, link in links.items()},
        "objective": {label: objective.pk for label, objective in objectives.items()},
        "key_result": {label: key_results[label].pk for label in ("cleo's", "globex's")},
        "initiative": {label: one.pk for label, one in initiatives.items()},
        "allocation": {label: one.pk for label, one in allocations.items()},
        "person": {"cleo": cleo.pk, "globex's": mallory.pk},
        "comment": {label: comment.pk for label, comment in comments.items()},
        "department": {label: department.pk for label, department in departments.items()},
        "change": {label: change.pk for label, change in changes.items()},
        "talk": {label: talk.pk for label, talk in talks.items()},
        "cycle": {"acme's": cycle.pk, "globex's": objectives["globex's"].cycle_id},
    }
    things |= {
        "focus": {label: one.pk for label, one in focus.items()},
        "theme": {label: one.pk for label, one in theme.items()},
        "dependency": {"works'": need.pk, "globex's": theirs["dependency"].pk},
        "part": {"works'": part.pk, "globex's": theirs["part"].pk},
        "value": {"acme's": value.pk, "globex's": theirs["value"].pk},
        "batch": {"cleo's": batch.pk, "globex's": theirs["batch"].pk},
    }
    for labels in things.values():
        labels["nobody's"] = NOWHERE
    clients = {name: signed_in(person) for name, person in people.items()}
    clients |= {
        "anonymous": Client(),
        "stranger": signed_in(SimpleNamespace(user=UserFactory())),
        "membership closed": signed_in(closed),
        "left": signed_in(leaver),
        "mallory": signed_in(mallory),
    }
    for client in clients.values():
        client.raise_request_exception = False
    where = {"cycle": cycle, "following": following, "works": works.pk, "beside": beside.pk}
    where["within"] = within
    return SimpleNamespace(people=people, things=things, clients=clients, **where)


def batch_of(objective):
    batch = Batch.objects.create(what="commit", made_by=objective.owner, submission=uuid4())
    BatchRow.objects.create(batch=batch, objective=objective, version=objective.version)
    return batch


def converse(organization, cleo, vera):
    """Cleo's conversations, shared, held and signed; and vera's, with a topic and an action."""
    today = organization.today()
    Organization.objects.filter(pk=organization.pk).update(
        checkin_anchor=today, checkin_weekday=today.weekday()
    )
    organization.refresh_from_db()
    arrange(organization, today)
    hers, held = Conversation.objects.filter(employee=cleo, kind="biweekly")[:2]
    signed = start(cleo, hers.counterpart, "quarter_end", by=cleo)
    for one in (held, signed):
        one.hold(cleo, today)
    for person in (cleo, signed.counterpart):
        signed.sign(person)
    hers.share(cleo)
    veras = Conversation.objects.filter(employee=vera, kind="biweekly").first()
    question = Question.objects.filter(template=veras.template_id, answered_by="employee").first()
    within = {
        "conversations:answer": question.pk,
        "conversations:point_tick": veras.talking_points.create(author=vera, text="Vans").pk,
        "conversations:action_tick": veras.action_items.create(owner=vera, text="Ask").pk,
    }
    talks = {"cleo's": hers, "cleo's held": held, "cleo's signed": signed, "vera's": veras}
    return talks, within


def change_of(objective):
    """Somebody's wish for another title, which waits for an answer."""
    request = ChangeRequest.objects.create(
        objective=objective,
        reason="was_wrong",
        words="Wrong",
        effective_on=objective.cycle.start,
        requested_by=objective.owner,
        submission=uuid4(),
    )
    Change.objects.create(request=request, field="title", old=objective.title, new="Better")
    return request


# django_session and the user's last visit are nobody's rows.
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(?!django_session|usersessions)', re.I)


def visit(client, method, path, data=None, headers=None):
    """Go there and undo what it did; reading must not have done anything."""
    cookies = client.cookies.copy()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(path, data, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    if method == "get":
        written = [query["sql"] for query in queries if WRITES.match(query["sql"])]
        assert written == [], path
    return answer


def path_of(slug, name, page, pk, world):
    arguments = {"pk": pk} if page.thing else {}
    if name in OF_A_DEPARTMENT:
        arguments["department_pk"] = world.works
    if name in WITHIN:
        arguments[WITHIN[name]] = world.within[name]
    path = reverse(name, urlconf=project.ORGANIZATION_URLCONF, kwargs=arguments)
    return f"/o/{slug}{path}{page.query}"


# What lies in vera's conversation is asked for in every other too.
WITHIN = {
    "conversations:answer": "question_pk",
    "conversations:point_tick": "point_pk",
    "conversations:action_tick": "action_pk",
}
OF_A_DEPARTMENT = {"objectives:part_write", "objectives:part_ask"}


def labels_of(page):
    return list(THINGS[page.thing]) if page.thing else [""]


# The things that are asked for as fragments as well: one that may be seen, one that may not.
# Of those who get the same answer one asks, or all where the tests are thorough.
OFTEN = {"", "cleo's", "cleo", "acme's", "works'", "works' plan", "cleo's private one"}
ATTEMPTS = [(name, method) for name in PAGES for method in ("get", "post")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_door_opens_to_its_own_people_only(world, method):
    nowhere = {who: visit(world.clients[who], method, "/o/no-such/") for who in OUTSIDERS}
    for name, page in PAGES.items():
        pk = next(iter(world.things[page.thing].values())) if page.thing else None
        there = path_of("acme", name, page, pk, world)
        for who in OUTSIDERS:
            knock = visit(world.clients[who], method, there)
            assert knock.status_code == 404, (name, who)
            assert bare(knock, "acme", pk) == bare(nowhere[who], "no-such"), (name, who)
        anonymous = world.clients["anonymous"]
        assert visit(anonymous, method, there).url.startswith("/accounts/login/"), name
        fragment = visit(anonymous, method, there, headers=HTMX)
        assert fragment.headers["HX-Redirect"].startswith("/accounts/login/"), name
        assert not fragment.content, name


@pytest.fixture
def bare_refusals(monkeypatch):
    """Refuse without drawing the page that says so: it is drawn for each thing further down."""

    def resolve_error_handler(resolver, status):
        return lambda request, exception=None: HttpResponse(status=status)

    monkeypatch.setattr(URLResolver, "resolve_error_handler", resolve_error_handler)


@pytest.mark.thorough(1, len(EVERYONE))
@pytest.mark.parametrize(("name", "method"), ATTEMPTS)
def test_inside_the_table_says_who_may(world, bare_refusals, rounds, name, method):
    page = PAGES[name]
    data = page.data(world) if method == "post" else None
    wrong, reached = [], page.may(method) is None
    for label in labels_of(page)[: None if page.may(method) else 1]:
        path = path_of(
            "acme", name, page, world.things[page.thing][label] if label else None, world
        )
        asked = Counter()
        for who in sorted(EVERYONE):
            expected = page.expected(method, who, label)
            asked[str(expected)] += 1
            fragment = label in OFTEN and asked[str(expected)] <= rounds
            for headers in ({}, HTMX) if fragment else ({},):
                answer = visit(world.clients[who], method, path, data, headers)
                if answer.status_code not in expected:
                    wrong.append((who, label, headers, answer.status_code, expected))
                reached |= 200 <= answer.status_code < 400
    assert wrong == []
    assert reached, "Nobody got anywhere; give the row valid data."


STRANGE = [(n, method) for n, method in ATTEMPTS if PAGES[n].thing and PAGES[n].may(method)]


@pytest.mark.parametrize(("name", "method"), STRANGE)
def test_what_is_hidden_and_what_is_not_there_answer_alike(world, name, method):
    """Another organization's, somebody's private one, and none at all: one and the same answer."""
    page = PAGES[name]

    @cache
    def missing(who, slug):
        return visit(world.clients[who], method, path_of(slug, name, page, NOWHERE, world))

    for label in labels_of(page):
        blind = [who for who in sorted(EVERYONE) if page.expected("get", who, label) == {404}]
        visitors = [(who, "acme") for who in blind[:1]]
        visitors += [("mallory", "globex")] if label != "globex's" else []
        for who, slug in visitors:
            pk = world.things[page.thing][label]
            hidden = visit(world.clients[who], method, path_of(slug, name, page, pk, world))
            assert missing(who, slug).status_code == 404
            assert bare(hidden, pk) == bare(missing(who, slug), NOWHERE), (who, label)


@pytest.mark.parametrize("name", LINKS)
def test_a_mails_link_opens_what_it_is_for(settings, world, name):
    cleo = world.people["cleo"]
    with organization_scope(cleo.organization):
        today = cleo.organization.today()
        dates = {"opens_on": today, "due_on": today, "grace_until": today + timedelta(days=3)}
        link = CheckInPeriod.objects.get_or_create(person=cleo, **dates)[0].link(today)
    prefix = link.path.removesuffix(f"{LINK_PURPOSE}/")
    pk = world.things["key_result"]["cleo's"]
    arguments = {"pk": pk} if name == "checkins:preview" else {}
    path = prefix + reverse(name, urlconf=settings.LINK_URLCONF, kwargs=arguments).lstrip("/")
    opened = {visit(Client(), method, path).status_code for method in ("get", "post")}
    assert (opened <= {200, 302, 405, 422}) if LINKS[name] else (opened == {404})


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_any_organization(world, name):
    page = OUTSIDE[name]
    path = reverse(name, kwargs=page.arguments)
    answer = visit(world.clients["mallory"], "get", path)
    assert answer.status_code in page.statuses | {405}
    if name == "landing":
        assert answer.url == "/o/globex/"
    for method in ("get", "post"):
        anonymous = visit(world.clients["anonymous"], method, path)
        login = anonymous.status_code == 302 and anonymous.url.startswith("/accounts/login/")
        if page.anyone:
            assert anonymous.status_code in page.statuses | {405, 422}
        else:
            assert login
