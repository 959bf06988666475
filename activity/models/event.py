from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from core.ids import is_uuid
from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks


class OccurrenceQuerySet(models.QuerySet["Event"]):
    def about(self, *things: UUID) -> Self:
        return self.filter(thing__in=things)

    def newest_first(self) -> Self:
        return self.order_by("-happened_at", "-pk")


class Event(TenantModel):
    """Something that somebody did to something: written once, with the change itself.

    ``thing`` is the id of what it happened to, ``details`` what its template needs to say it.
    """

    kind = models.SlugField(max_length=50)
    thing = models.UUIDField()
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    happened_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(OccurrenceQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = locks("actor")
        indexes = [
            models.Index(
                fields=["organization", "thing", "-happened_at"],
                name="event_by_thing_newest_first",
            ),
            models.Index(
                fields=["organization", "kind", "-happened_at"], name="event_by_kind_newest_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"

    @property
    def template(self) -> str:
        return f"activity/{self.kind}.html"

    @property
    def news_template(self) -> str:
        """The sentence for somebody who was told, who doesn't stand before the thing itself."""
        return f"{self.template}#news"

    @classmethod
    def record(
        cls,
        kind: str,
        thing: UUID,
        by: Person | None,
        tell: Iterable[Person] = (),
        **details: Any,
    ) -> "Event":
        """Write down what happened, and let others know; nobody is told what they did themself."""
        event = cls(kind=kind, thing=thing, actor=by, details=details)
        cls.record_all([(event, tell)])
        return event

    @classmethod
    def record_all(cls, happened: Iterable[tuple["Event", Iterable[Person]]]) -> None:
        """Write several down in one go, each with those to be told of it."""
        happened = [(event, list(tell)) for event, tell in happened]
        cls.objects.bulk_create(event for event, _ in happened)
        Notification.objects.bulk_create(
            Notification(person=person, event=event)
            for event, tell in happened
            for person in {person.pk: person for person in tell}.values()
            if person.pk != event.actor_id
        )


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(TenantModel):
    """One person to be told of one event."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notifications")
    read_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.from_queryset(NotificationQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("person", "event"),
            models.UniqueConstraint(
                fields=["organization", "person", "event"], name="notification_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "person", "-id"], name="notification_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.person} about {self.event}"

    @classmethod
    def read(cls, person: Person, events: Iterable[str]) -> int:
        """Take note of these events, as far as they were for this person; return how many."""
        valid = [UUID(text) for text in events if is_uuid(text)]
        unread = cls.objects.unread().filter(person=person, event__in=valid)
        return int(unread.update(read_at=timezone.now()))
