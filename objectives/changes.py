"""What changed between two days, for one objective or for all that somebody sees (issue 3, 10)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.templatetags.ui import aim, measure, percent, status_word
from organizations.models import Person

from .as_it_was import as_it_was
from .models import Alignment, KeyResult, Objective
from .outline import Outline

COMPARED = 500


@dataclass(frozen=True)
class Difference:
    """One thing that reads otherwise now; either side may be empty."""

    name: str
    before: str
    after: str


@dataclass
class Change:
    """An objective and all that is different about it."""

    objective: Objective
    rank: int
    differences: list[Difference] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.is_new or self.is_gone or bool(self.differences)

    @property
    def is_new(self) -> bool:
        return self.rank == 0

    @property
    def is_gone(self) -> bool:
        return self.rank == 1


@dataclass
class Comparison:
    """What changed for one person's goals; ``left`` of them were too many to be compared."""

    changes: list[Change]
    left: int = 0


@dataclass
class Picture:
    """Objectives as they were on one day, with their key results and what each contributes to."""

    objectives: dict[UUID, Objective]
    parents: dict[UUID, str]

    @classmethod
    def of(cls, person: Person, on: date | None, among: list[UUID]) -> "Picture":
        """Look at what a person sees of these; ``on`` is None for now."""
        with as_it_was(person, on):
            seen = Objective.objects.committed().visible_to(person).filter(pk__in=among)
            found = {one.pk: one for one in seen.with_people().with_key_results()}
            links = Alignment.objects.primary().filter(child__in=found).select_related("parent")
            visible = links.filter(parent__in=Objective.objects.visible_to(person).values("pk"))
            return cls(found, {link.child_id: link.parent.title for link in visible})


def changes(
    person: Person, since: date, until: date | None = None, only: UUID | None = None
) -> Comparison:
    """Compare what ran on ``since`` with what runs on ``until`` (None: now), or one objective.

    Goals that are new come first, then those that no longer run, then the others by title.
    """
    ids = [only] if only else list(running(person, since) | running(person, until))
    before, after = (Picture.of(person, on, ids[:COMPARED]) for on in (since, until))
    found = [change_of(pk, before, after) for pk in before.objectives | after.objectives]
    changed = sorted((one for one in found if one), key=lambda one: (one.rank, one.objective.title))
    return Comparison(changed, len(ids[COMPARED:]))


def running(person: Person, on: date | None) -> dict[UUID, None]:
    """Return the ids of what runs on a day, the company's first, as an ordered set."""
    with as_it_was(person, on):
        outline = Outline(person, None, on or person.organization.today())
        seen = outline.population.select_related(None).order_by("level", "title", "pk")
        return dict.fromkeys(seen.values_list("pk", flat=True))


def change_of(pk: UUID, before: Picture, after: Picture) -> Change:
    if pk not in before.objectives:
        return Change(after.objectives[pk], rank=0)
    if pk not in after.objectives:
        return Change(before.objectives[pk], rank=1)
    return Change(after.objectives[pk], 2, list(differences(pk, before, after)))


def differences(pk: UUID, before: Picture, after: Picture) -> Iterator[Difference]:
    then, now = before.objectives[pk], after.objectives[pk]
    yield from compared(
        facts(then, before.parents.get(pk, "")), facts(now, after.parents.get(pk, ""))
    )
    old = {one.pk: one for one in then.key_results.all() if not one.is_dropped}
    new = {one.pk: one for one in now.key_results.all() if not one.is_dropped}
    for key in old.keys() | new.keys():
        named = (new.get(key) or old[key]).title
        if key not in old:
            yield Difference(_("Key result added"), "", named)
        elif key not in new:
            yield Difference(_("Key result taken out"), named, "")
        else:
            yield from compared(key_facts(old[key], named), key_facts(new[key], named))


def compared(then: dict[str, str], now: dict[str, str]) -> Iterator[Difference]:
    for name, text in now.items():
        if then[name] != text:
            yield Difference(name, then[name], text)


def facts(objective: Objective, parent: str) -> dict[str, str]:
    return {
        _("Title"): objective.title,
        _("Owner"): objective.owner.name,
        _("Department"): objective.department.name if objective.department else "",
        _("Cycle"): objective.cycle.label,
        _("Contributes to"): parent,
        _("Progress"): percent(objective.progress),
        _("Status"): status_word(objective.status),
        _("Closed"): _("yes") if objective.closed_at else "",
    }


def key_facts(key_result: KeyResult, title: str) -> dict[str, str]:
    return {
        title: key_result.title,
        _("%(title)s: owner") % {"title": title}: key_result.owner.name,
        _("%(title)s: from") % {"title": title}: measure(key_result.start, key_result),
        _("%(title)s: to") % {"title": title}: aim(key_result),
        _("%(title)s: weight") % {"title": title}: str(key_result.weight),
        _("%(title)s: progress") % {"title": title}: percent(key_result.progress),
        _("%(title)s: status") % {"title": title}: status_word(key_result.status),
    }
