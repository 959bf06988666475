"""What each kind of objective is asked for, and in which words (domain §3)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from objectives.models import Objective

Kind = Objective.Kind
KINDS: dict[str, Any] = {
    Objective.Kind.ONE_FOCUS: _("The one thing the whole company moves"),
    Objective.Kind.DEPARTMENTAL: _("What a department owns"),
    Objective.Kind.THEMATIC: _("Shared by several departments"),
    Objective.Kind.SUPPORTING: _("The part of a team or a person in something larger"),
}
LEVELS = {
    Objective.Kind.ONE_FOCUS: Objective.Level.COMPANY,
    Objective.Kind.THEMATIC: Objective.Level.COMPANY,
    Objective.Kind.DEPARTMENTAL: Objective.Level.DEPARTMENT,
}
SCOPES = {
    Objective.Level.INDIVIDUAL: _("One person"),
    Objective.Level.DEPARTMENT: _("A department or team"),
    Objective.Level.COMPANY: _("The whole company"),
}
CHALLENGES: dict[str, Any] = {
    Objective.Challenge.THREAT: _("Something that will hurt us if we let it be"),
    Objective.Challenge.OPPORTUNITY: _("Something that is ours if we take it now"),
}
# What a kind asks for beside what all of them do; the rest follows from the kind (domain §3).
ASKED: dict[str, set[str]] = {
    Kind.ONE_FOCUS: {"challenge", "challenge_words"},
    Kind.DEPARTMENTAL: {"department", "parent"},
    Kind.THEMATIC: {"values"},
    Kind.SUPPORTING: {"level", "department", "parent"},
}
# Others plan beside these, and everybody has a part in them.
EVERYBODYS = {Kind.ONE_FOCUS, Kind.DEPARTMENTAL}
ALWAYS = {"title", "kind", "why", "cycle", "owner", "ambition", "basis", "version"}
ALWAYS |= {"key_result_example"}
TITLES: dict[str, tuple[Any, Any]] = {
    Kind.ONE_FOCUS: (_("Objective"), _("What will have changed for the company? No numbers.")),
    Kind.THEMATIC: (_("Theme"), _("A line that people in every department would repeat.")),
}
WHYS: dict[str, Any] = {
    Kind.ONE_FOCUS: _("The plan, in a few sentences"),
    Kind.THEMATIC: _("The story behind it"),
}
