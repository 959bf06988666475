"""The navigation every page inside an organization shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

PLACES = [
    "objectives:list",
    "objectives:create",
    "objectives:outline",
    "objectives:planning",
    "objectives:focus",
    "objectives:value_list",
    "team",
    "conversations:list",
    "organizations:cycle_list",
    "organizations:person_list",
    "organizations:department_list",
]

# Pages that lie under an entry, though not under its address.
UNDER = {"objectives:map": "objectives:outline", "objectives:outline_changes": "objectives:outline"}


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0


class Navigation:
    """The ways a person may go from here; nothing is worked out before a template asks."""

    def __init__(self, request: Any) -> None:
        self.user = request.user
        self.person = request.person
        self.path = request.path

    @cached_property
    def main(self) -> list[Entry]:
        team = [self.entry(_("Team"), "team", "users-round")] if self.person.manages_anyone else []
        return [
            self.entry(_("Home"), "home", "inbox"),
            self.entry(_("My OKRs"), "objectives:list", "target"),
            *team,
            self.entry(_("Alignment"), "objectives:outline", "list-tree"),
            self.entry(_("Conversations"), "conversations:list", "messages-square"),
            self.entry(_("Planning board"), "objectives:planning", "workflow"),
            self.entry(_("One focus"), "objectives:focus", "flag"),
        ]

    @cached_property
    def administration(self) -> list[Entry]:
        if not self.person.leads_programme:
            return []
        quarters = self.entry(_("Quarters"), "organizations:cycle_list", "calendar-range")
        if not self.person.administers:
            return [quarters]
        return [
            quarters,
            self.entry(_("People"), "organizations:person_list", "users"),
            self.entry(_("Departments"), "organizations:department_list", "building-2"),
            self.entry(_("Values and levels"), "objectives:value_list", "heart"),
        ]

    @cached_property
    def phone(self) -> list[Entry]:
        return [
            self.entry(_("Home"), "home", "inbox"),
            self.entry(_("My OKRs"), "objectives:list", "target"),
            self.entry(_("Align"), "objectives:outline", "list-tree"),
            self.entry(_("Talks"), "conversations:list", "messages-square"),
            self.entry(_("Add"), "objectives:create", "plus"),
        ]

    @cached_property
    def places(self) -> list[Entry]:
        return [*self.main, *self.administration]

    @cached_property
    def menu(self) -> list[Entry]:
        """What the phone's bar has no room for."""
        shown = {entry.url for entry in self.phone}
        return [entry for entry in self.places if entry.url not in shown]

    @cached_property
    def actions(self) -> list[Entry]:
        """What "Find or do" offers before anything is typed."""
        return [
            self.entry(_("Check in"), "checkins:create", "circle-check"),
            self.entry(_("New objective"), "objectives:create", "plus"),
        ]

    @cached_property
    def has_other_organizations(self) -> bool:
        return bool(self.person.organization.has_other_doors)

    def entry(self, label: str, name: str, icon: str) -> Entry:
        url = reverse(name)
        return Entry(label, url, icon, current=url == self.current_url)

    @cached_property
    def current_url(self) -> str:
        """Return the entry this page lies under: the longest address wins, Home only exactly."""
        home = reverse("home")
        if self.path == home:
            return home
        places = {reverse(name): name for name in [*PLACES, *UNDER]}
        above = max((url for url in places if self.path.startswith(url)), key=len, default="")
        return reverse(UNDER[places[above]]) if places.get(above) in UNDER else above


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Offer ``navigation`` to members inside an organization.

    Outside there is none, nor behind a mail's link: that opens one form without sign-in.
    """
    member = getattr(request, "person", None) is not None
    if not member or getattr(request, "link", None) is not None:
        return {"navigation": None}
    return {"navigation": SimpleLazyObject(lambda: Navigation(request))}
