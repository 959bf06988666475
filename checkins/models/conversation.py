"""A conversation between an employee and their manager, from preparing to sign-off (domain §9)."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from checkins.windows import Kind
from organizations.history import tracked
from organizations.models import Cycle, Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .conversation_series import ConversationSeries
from .conversation_template import KINDS, ConversationTemplate, Question

Side = Question.Side
# So long the other may say that it was not held after all (Q3).
OBJECTION = timedelta(days=3)
SIDES = (Side.EMPLOYEE, Side.COUNTERPART)
# What the verbs write; reading these again leaves the two people at hand.
MOMENTS = [
    *("employee_shared_at", "counterpart_shared_at", "employee_opened_at", "counterpart_opened_at"),
    *("held_at", "held_on", "held_by_id", "employee_signed_at", "counterpart_signed_at"),
    *("employee_dissent", "counterpart_dissent", "closed_at"),
    *("skipped_at", "skipped_by_id", "skip_reason", "meets_on", "meets_at", "moved_at"),
]
UNSIGNED = {"employee_signed_at": None, "counterpart_signed_at": None}
OPEN = Q(skipped_at=None, missed_at=None, closed_at=None)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, person: Person) -> Self:
        """The two it is between, and nobody else, whatever their role (Q5, V5)."""
        return self.filter(Q(employee=person) | Q(counterpart=person))

    def between(self, employee: Any, counterpart: Any) -> Self:
        return self.filter(employee=employee, counterpart=counterpart)

    def open(self) -> Self:
        """Those that still want something: not signed by both, skipped or missed."""
        return self.filter(OPEN)

    def over(self) -> Self:
        return self.exclude(OPEN)

    def unheld(self) -> Self:
        return self.open().filter(held_at=None)

    def with_people(self) -> Self:
        return self.select_related("employee", "counterpart", "template", "cycle")

    def waiting_for(self, person: Person, today: date) -> Self:
        """Those in which it is this person's turn: to prepare, to answer, or to sign off."""
        return self.open().filter(turn_of(person, today))

    def of_now(self, person: Person, today: date) -> Self:
        """Those of a person that are open, whatever waits for them first."""
        waits = Case(When(turn_of(person, today), then=True), default=False)
        mine = self.visible_to(person).open().annotate(waits=waits)
        return mine.with_people().order_by("-waits", "meets_on", "pk")


def turn_of(person: Person, today: date) -> Q:
    """Whether it is a person's turn in an open conversation."""
    prepares = Q(employee=person, held_at=None, employee_shared_at=None, opens_on__lte=today)
    answers = Q(counterpart=person, held_at=None, counterpart_shared_at=None) & Q(
        Q(employee_shared_at__isnull=False) | Q(due_on__lt=today), opens_on__lte=today
    )
    signs = Q(employee=person, employee_signed_at=None) | Q(
        counterpart=person, counterpart_signed_at=None
    )
    return prepares | answers | (Q(held_at__isnull=False) & signs)


@tracked
class Conversation(TenantModel):
    """One talk of a series: both prepare, meet, and sign off that they have read it.

    What a side wrote is in its answers, and who may read those is decided in one place,
    ``Answer.objects.readable_by``. Where the conversation stands follows from the moments here.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        PREPARING = "preparing", _("Preparing")
        EMPLOYEE_SHARED = "employee_shared", _("The employee has shared")
        COUNTERPART_SHARED = "counterpart_shared", _("Both have shared")
        HELD = "held", _("Held")
        SIGNED = "signed", _("Signed off")
        SKIPPED = "skipped", _("Skipped")
        MISSED = "missed", _("Missed")

    class SkipReason(models.TextChoices):
        LEAVE = "leave", _("One of us is away")
        NO_TOPIC = "no_topic", _("There is nothing to talk about")
        MOVED = "moved", _("We talk about it another time")

    series = models.ForeignKey(
        ConversationSeries, models.PROTECT, related_name="conversations", editable=False
    )
    template = models.ForeignKey(ConversationTemplate, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=KINDS)
    employee = models.ForeignKey(Person, models.PROTECT, related_name="conversations")
    counterpart = models.ForeignKey(Person, models.PROTECT, related_name="conversations_led")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="conversations")
    opens_on = models.DateField()
    due_on = models.DateField()
    meets_on = models.DateField(_("day"))
    meets_at = models.TimeField(_("time"), null=True, blank=True)
    moved_at = models.DateTimeField(null=True, editable=False)
    # Nobody, where the calendar has made it.
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    employee_shared_at = models.DateTimeField(null=True, editable=False)
    counterpart_shared_at = models.DateTimeField(null=True, editable=False)
    # When each has opened what the other shared: from then on that is final (Q2).
    employee_opened_at = models.DateTimeField(null=True, editable=False)
    counterpart_opened_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    held_on = models.DateField(null=True, editable=False)
    employee_signed_at = models.DateTimeField(null=True, editable=False)
    counterpart_signed_at = models.DateTimeField(null=True, editable=False)
    employee_dissent = models.TextField(blank=True, db_default="", max_length=4000)
    counterpart_dissent = models.TextField(blank=True, db_default="", max_length=4000)
    closed_at = models.DateTimeField(null=True, editable=False)
    skipped_at = models.DateTimeField(null=True, editable=False)
    skipped_by = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="+"
    )
    skip_reason = models.CharField(max_length=8, choices=SkipReason, blank=True, db_default="")
    missed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ConversationQuerySet)()

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            *locks(
                *("series", "template", "employee", "counterpart", "cycle"),
                *("created_by", "held_by", "skipped_by"),
            ),
            models.UniqueConstraint(
                fields=["organization", "employee", "kind", "cycle"],
                name="conversation_once_per_cycle",
            ),
            models.UniqueConstraint(
                fields=["organization", "series", "due_on"], name="conversation_once_per_due_day"
            ),
            models.CheckConstraint(
                condition=~Q(employee=F("counterpart")), name="conversation_is_between_two"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")), name="conversation_opens_before_it_is_due"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(Kind)), name="conversation_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="biweekly", cycle=None) | Q(~Q(kind="biweekly"), ~Q(cycle=None)),
                name="conversation_of_a_quarter_has_its_cycle",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None, held_by=None, held_on=None)
                | Q(held_at__isnull=False, held_by__isnull=False, held_on__isnull=False),
                name="conversation_is_held_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(skipped_at=None, skipped_by=None, skip_reason="")
                | Q(
                    skipped_at__isnull=False,
                    skipped_by__isnull=False,
                    skip_reason__in=["leave", "no_topic", "moved"],
                ),
                name="conversation_is_skipped_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | Q(skipped_at=None, missed_at=None),
                name="conversation_is_held_or_not",
            ),
            models.CheckConstraint(
                condition=Q(employee_signed_at=None, counterpart_signed_at=None)
                | Q(held_at__isnull=False),
                name="conversation_is_signed_once_held",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "employee", "due_on"], name="conversation_of_employee"
            ),
            models.Index(
                fields=["organization", "counterpart", "due_on"], name="conversation_of_counterpart"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} and {self.counterpart}, {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("conversations:detail", args=[self.pk])

    # Where it stands.

    def state(self, today: date) -> State:
        states = (
            (self.closed_at, self.State.SIGNED),
            (self.skipped_at, self.State.SKIPPED),
            (self.missed_at, self.State.MISSED),
            (self.held_at, self.State.HELD),
            (self.counterpart_shared_at, self.State.COUNTERPART_SHARED),
            (self.employee_shared_at, self.State.EMPLOYEE_SHARED),
        )
        usual = self.State.PREPARING if today >= self.opens_on else self.State.SCHEDULED
        return next((state for moment, state in states if moment), usual)

    @property
    def is_open(self) -> bool:
        return not (self.skipped_at or self.missed_at or self.closed_at)

    def is_late(self, today: date) -> bool:
        """Whether the due day has passed without it; later is late, and still possible (§9)."""
        if self.held_on:
            return self.held_on > self.due_on
        return self.is_open and today > self.due_on

    # Whose side is whose.

    def side_of(self, person: Person) -> Side:
        return Side.EMPLOYEE if person.pk == self.employee_id else Side.COUNTERPART

    def person_on(self, side: Side) -> Person:
        return self.employee if side == Side.EMPLOYEE else self.counterpart

    def other_than(self, person: Person) -> Person:
        return self.person_on(across(self.side_of(person)))

    def moment(self, side: Side, what: str) -> Any:
        """Return when a side has ``shared``, ``opened`` or ``signed``."""
        return getattr(self, f"{side}_{what}_at")

    @property
    def employee_is_first(self) -> bool:
        return self.template.order == ConversationTemplate.Order.EMPLOYEE_FIRST

    def part_is_open(self, side: Side, today: date) -> bool:
        """Whether a side may write: the manager once the employee has shared or is late (Q1)."""
        signed = any(self.moment(one, "signed") for one in SIDES)
        if not self.is_open or signed or self.moment(side, "shared"):
            return False
        if side == Side.EMPLOYEE or not self.employee_is_first:
            return True
        return bool(self.employee_shared_at or self.held_at or today > self.due_on)

    def has_shared(self, side: Side) -> bool:
        """Whether the other may read a side by now; at once both only when both are ready."""
        both = all(self.moment(one, "shared") for one in SIDES)
        return bool(self.moment(side, "shared")) and (self.employee_is_first or both)

    def can_take_back(self, person: Person) -> bool:
        """Sharing is final, except while the other hasn't opened it (Q2)."""
        side = self.side_of(person)
        opened = self.moment(across(side), "opened")
        return bool(self.is_open and self.moment(side, "shared") and not opened)

    def can_open(self, person: Person) -> bool:
        side = self.side_of(person)
        return self.has_shared(across(side)) and not self.moment(side, "opened")

    def can_object(self, person: Person) -> bool:
        """The other has three days to say that it did not take place (Q3)."""
        if not self.held_at or not self.is_open or self.held_by_id == person.pk:
            return False
        signed = any(self.moment(one, "signed") for one in SIDES)
        return not signed and timezone.now() < self.held_at + OBJECTION

    def can_sign(self, person: Person) -> bool:
        """Once it was held, and what the other shared has been opened: it means "I have read"."""
        unread = self.can_open(person)
        signed = self.moment(self.side_of(person), "signed")
        return bool(self.is_open and self.held_at) and not (unread or signed)

    # What people do.

    @transaction.atomic
    def share(self, by: Person) -> bool:
        """Let the other read this side; sharing again changes nothing.

        Nothing is added to what one of them has signed already.
        """
        side = self.side_of(by)
        unshared = self._row().filter(OPEN, **UNSIGNED, **{f"{side}_shared_at": None})
        shared = unshared.update(**{f"{side}_shared_at": timezone.now()})
        if shared:
            self.refresh_from_db(fields=MOMENTS)
            self._record("conversation_shared", by)
        return bool(shared)

    @transaction.atomic
    def take_back(self, by: Person) -> bool:
        """Go on writing, as long as the other hasn't opened it (Q2)."""
        side = self.side_of(by)
        unread = self._row().filter(OPEN, **{f"{across(side)}_opened_at": None})
        taken = unread.exclude(**{f"{side}_shared_at": None}).update(**{f"{side}_shared_at": None})
        if taken:
            self.refresh_from_db(fields=MOMENTS)
            self.action_items.filter(answer__author=by, done_at=None).delete()
        return bool(taken)

    def open_part(self, by: Person) -> bool:
        """Open what the other has shared, which makes it final."""
        side = self.side_of(by)
        shared = self._row().exclude(**{f"{across(side)}_shared_at": None})
        opened = shared.filter(**{f"{side}_opened_at": None})
        done = opened.update(**{f"{side}_opened_at": timezone.now()})
        self.refresh_from_db(fields=MOMENTS)
        return bool(done)

    @transaction.atomic
    def hold(self, by: Person, on: date) -> bool:
        """Say that it took place; the first to say so counts, with or without a word written."""
        unheld = self._row().filter(OPEN, held_at=None)
        held = unheld.update(held_at=timezone.now(), held_by=by, held_on=on)
        if held:
            self.refresh_from_db(fields=MOMENTS)
            self._record("conversation_held", by)
        return bool(held)

    @transaction.atomic
    def object(self, by: Person) -> bool:
        """Say that it did not take place (Q3)."""
        told = self._row().filter(OPEN, held_at__gt=timezone.now() - OBJECTION, **UNSIGNED)
        objected = told.exclude(held_by=by).update(held_at=None, held_by=None, held_on=None)
        if objected:
            self.refresh_from_db(fields=MOMENTS)
            self._record("conversation_objected", by)
        return bool(objected)

    @transaction.atomic
    def sign(self, by: Person, dissent: str = "") -> bool:
        """Say "I have read this"; once both have, the text is frozen (Q3, Q4)."""
        side = self.side_of(by)
        unsigned = self._row().filter(OPEN, held_at__isnull=False, **{f"{side}_signed_at": None})
        signed = unsigned.update(
            **{f"{side}_signed_at": timezone.now(), f"{side}_dissent": dissent}
        )
        if not signed:
            return False
        unfinished = Q(*UNSIGNED.items(), _connector=Q.OR)
        self._row().filter(closed_at=None).exclude(unfinished).update(closed_at=timezone.now())
        self.refresh_from_db(fields=MOMENTS)
        self._record("conversation_signed", by, dissent=bool(dissent))
        return True

    @transaction.atomic
    def skip(self, by: Person, reason: str) -> bool:
        """Let it pass, with a reason; that is no miss (Q6)."""
        unheld = self._row().filter(OPEN, held_at=None)
        skipped = unheld.update(skipped_at=timezone.now(), skipped_by=by, skip_reason=reason)
        if skipped:
            self.refresh_from_db(fields=MOMENTS)
            self._record("conversation_skipped", by)
        return bool(skipped)

    @transaction.atomic
    def move(self, by: Person, day: date, clock: Any = None) -> bool:
        """Meet on another day; by when it is due stays what it is.

        Raises ValidationError for a day before it can be prepared.
        """
        if day < min(self.opens_on, self.meets_on):
            raise ValidationError({"meets_on": _("Nobody can prepare before it opens.")})
        if (day, clock) == (self.meets_on, self.meets_at):
            return False
        unheld = self._row().filter(OPEN, held_at=None)
        moved = unheld.update(meets_on=day, meets_at=clock, moved_at=timezone.now())
        if moved:
            self.refresh_from_db(fields=MOMENTS)
            self._record("conversation_moved", by, day=day)
        return bool(moved)

    def _row(self) -> ConversationQuerySet:
        row: ConversationQuerySet = Conversation.objects.filter(pk=self.pk)
        return row

    def _record(self, kind: str, by: Person, **details: Any) -> None:
        Event.record(kind, self.pk, by, tell=[self.other_than(by)], **details)


def across(side: Side) -> Side:
    return Side.COUNTERPART if side == Side.EMPLOYEE else Side.EMPLOYEE
