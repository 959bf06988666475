from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.calendar import CycleDates, Phase, lay_out_year
from organizations.history import tracked
from organizations.tenancy import SameOrganization, TenantManager, TenantModel, locks, tree_lock

from .person import Person


class DaysInclusive(Func):
    """The calendar days from one date to another, both included, as a range."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


class DaysOf(SameOrganization):
    """Two dates of a row are the first and last day of its cycle, also once the cycle's move (C3).

    Where they are empty the row has no days.
    """

    def __init__(self, cycle: str, first: str, last: str, *, name: str) -> None:
        self.first, self.last = first, last
        super().__init__(cycle, name=name)

    def sql(self, model: Any, schema_editor: Any) -> str:
        columns = [model._meta.get_field(f).column for f in (self.field, self.first, self.last)]
        target = model._meta.get_field(self.field).remote_field.model._meta.db_table
        names = (model._meta.db_table, self.name, target, *columns)
        table, name, target, *columns = map(schema_editor.quote_name, names)
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"FOREIGN KEY (organization_id, {', '.join(columns)}) "
            f'REFERENCES {target} (organization_id, id, "start", "end") ON UPDATE CASCADE '
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def deconstruct(self) -> Any:
        path, fields, kwargs = super().deconstruct()
        return path, (*fields, self.first, self.last), kwargs


class FiscalCalendar(TenantModel):
    """How an organization cuts its years (domain §2)."""

    class Pattern(models.TextChoices):
        MONTHLY = "monthly", _("Calendar months")

    name = models.CharField(_("name"), max_length=100, default="Company calendar")
    pattern = models.CharField(max_length=10, choices=Pattern, default=Pattern.MONTHLY)
    start_month = models.PositiveSmallIntegerField(_("first month of the year"), default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *locks(),
            models.UniqueConstraint(fields=["organization", "name"], name="calendar_name_once"),
            models.CheckConstraint(
                condition=Q(pattern__in=["monthly"]), name="calendar_pattern_is_known"
            ),
            models.CheckConstraint(
                condition=Q(start_month__gte=1, start_month__lte=12),
                name="calendar_starts_in_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def company(cls) -> "FiscalCalendar":
        """Return the organization's own calendar, or a fresh one that is not saved yet."""
        return cls.objects.order_by("pk").first() or cls()

    @property
    def is_in_use(self) -> bool:
        """Whether years are laid out: from then on they all begin in the same month."""
        return self.cycles.exists()

    def years_laid_out(self) -> set[int]:
        """Return the calendar years in which fiscal years begin that are laid out."""
        starts = self.cycles.filter(kind=Cycle.Kind.YEAR).values_list("start", flat=True)
        return {start.year for start in starts}

    @classmethod
    @transaction.atomic
    def publish(cls, start_month: int, year_starting: int) -> "Cycle | None":
        """Lay out a year if nobody has; the first one also fixes the month years begin in."""
        tree_lock("fiscal calendar")
        calendar = cls.company()
        if not calendar.is_in_use:
            calendar.start_month = start_month
            calendar.save()
        if year_starting in calendar.years_laid_out():
            return None
        return calendar.lay_out(year_starting)

    @transaction.atomic
    def lay_out(self, year_starting: int) -> "Cycle":
        """Make the fiscal year that begins in that calendar year, and its four quarters.

        Laying out the same year again changes nothing.
        """
        laid_out = lay_out_year(self.start_month, year_starting)
        year = self._cycle(Cycle.Kind.YEAR, laid_out.label, laid_out.start, laid_out.end)
        for quarter in laid_out.quarters:
            self._cycle(Cycle.Kind.QUARTER, quarter.label, quarter.start, quarter.end, year)
        return year

    def _cycle(
        self, kind: str, label: str, start: date, end: date, parent: "Cycle | None" = None
    ) -> "Cycle":
        dates = asdict(CycleDates.default(start, end))
        cycle, _made = Cycle.objects.get_or_create(
            calendar=self,
            kind=kind,
            start=dates.pop("start"),
            defaults={"label": label, "parent": parent, **dates},
        )
        return cycle


class CycleQuerySet(models.QuerySet["Cycle"]):
    def covering(self, day: date) -> Self:
        return self.filter(start__lte=day, end__gte=day)

    def quarters(self) -> Self:
        return self.filter(kind=Cycle.Kind.QUARTER)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def plannable(self, day: date) -> Self:
        """Those an objective may be written for: not closed, and not over."""
        return self.open().filter(end__gte=day)


@tracked
class Cycle(TenantModel):
    """A span of the calendar that objectives are set for. Only "closed" is stored; the phase
    follows from today. The end is inclusive.
    """

    class Kind(models.TextChoices):
        YEAR = "year", _("Year")
        HALF = "half", _("Half-year")
        TRIMESTER = "trimester", _("Trimester")
        QUARTER = "quarter", _("Quarter")
        MONTH = "month", _("Month")
        CUSTOM = "custom", _("Own dates")

    calendar = models.ForeignKey(FiscalCalendar, models.PROTECT, related_name="cycles")
    kind = models.CharField(max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    label = models.CharField(_("label"), max_length=40)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    planning_opens = models.DateField(_("planning opens"))
    planning_due = models.DateField(_("planning due"))
    lock_on = models.DateField(_("locks on"))
    grading_opens = models.DateField(_("grading opens"))
    grading_due = models.DateField(_("grading due"))
    close_on = models.DateField(_("closes on"))
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(CycleQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["start", "-end"]
        constraints = [
            *locks("calendar", "parent", "closed_by"),
            models.CheckConstraint(
                condition=Q(start__lte=F("end")), name="cycle_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["year", "half", "trimester", "quarter", "month", "custom"]),
                name="cycle_kind_is_known",
            ),
            ExclusionConstraint(
                name="cycles_of_one_kind_never_overlap",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("calendar", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DaysInclusive(F("start"), F("end")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind="custom"),
            ),
            # What `DaysOf` refers to.
            models.UniqueConstraint(
                fields=["organization", "id", "start", "end"], name="cycle_with_its_days"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        parent = self.parent
        if parent and not (parent.start <= self.start and self.end <= parent.end):
            raise ValidationError(
                _("%(cycle)s must lie inside %(parent)s."),
                params={"cycle": self.label, "parent": parent.label},
            )

    @property
    def dates(self) -> CycleDates:
        return CycleDates(
            start=self.start,
            end=self.end,
            planning_opens=self.planning_opens,
            planning_due=self.planning_due,
            lock_on=self.lock_on,
            grading_opens=self.grading_opens,
            grading_due=self.grading_due,
            close_on=self.close_on,
        )

    def overlaps(self, other: "Cycle") -> bool:
        return self.start <= other.end and other.start <= self.end

    def phase(self, today: date) -> Phase:
        return self.dates.phase(today, closed=self.closed_at is not None)

    def close(self, by: Person) -> bool:
        """Close the cycle once; closing it again changes nothing."""
        still_open = Cycle.objects.filter(pk=self.pk, closed_at=None)
        return bool(still_open.update(closed_at=timezone.now(), closed_by=by))
