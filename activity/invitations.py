"""The mail that asks somebody in; planned from who is invited, like everything due."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage

from organizations.invitations import VALID_FOR, Invitation
from organizations.models import Organization, Person

from .models import Mail


class InvitationSent:
    """At once, whatever the hour: somebody pressed a button and somebody else waits for it."""

    rule: ClassVar = "invitation"

    def plan(self, organization: Organization, zone: str, now: datetime) -> list[datetime]:
        """Put what is missing into the outbox; nothing about it is ever due later."""
        waiting = Person.objects.waiting_to_join(organization.today())
        mails = [self.mail(person) for person in waiting.in_zone(zone, organization)]
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        return []

    def mail(self, person: Person) -> Mail:
        about = {"person": person, "rule": self.rule, "thing": person.pk}
        assert person.invited_at
        return Mail(**about, period=period_of(person), due_at=person.invited_at)

    def compose(self, mail: Mail, now: datetime) -> EmailMessage | str:
        person = mail.person
        if person.user_id:
            return "has joined"
        if person.has_left(person.organization.today()):
            return "left the organization"
        if mail.period != period_of(person):
            return "invited anew"
        return mail.message(
            inviter=person.invited_by,
            link=Invitation.of(person).url,
            days=VALID_FOR.days,
        )


def period_of(person: Person) -> str:
    """Return what an invitation is sent once for: a day, and the address it went to."""
    assert person.invited_at
    day = person.invited_at.astimezone(ZoneInfo(person.organization.time_zone)).date()
    return f"{day} to address {person.link_version}"
