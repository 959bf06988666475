"""Who is reminded of what, when; computed from cadence, zone and calendar (domain §11).

Looking twice, late, or from two places does no harm: what is due is written into the outbox under
a unique key, and asked again just before it is sent.
"""

from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db import connection

from activity.models import Mail
from core.dates import local_instant
from organizations.models import Organization, Person
from organizations.tenancy import current_organization_id

from .models import CheckInPeriod
from .models.period import cadence_of
from .schedule import Period, due_at

MIDNIGHT = time()
LONGEST_PAUSE = timedelta(days=1)


class CheckInDue:
    """On the due day, at the organization's hour where the person is: these key results wait."""

    rule: ClassVar = "checkin_due"

    def plan(self, organization: Organization, zone: str, now: datetime) -> list[datetime]:
        """Open the periods and fill the outbox for one zone; return the moments still to come."""
        today = now.astimezone(ZoneInfo(zone)).date()
        cadence = cadence_of(organization)
        moments = []
        for due_on in (cadence.due_before(today), cadence.due_on_or_after(today)):
            period = cadence.period_for(due_on)
            opens_at = local_instant(period.opens_on, MIDNIGHT, zone)
            reminds_at = due_at(due_on, organization.checkin_at, zone)
            if opens_at <= now and today <= period.grace_until:
                open_periods(organization, zone, period)
            if reminds_at <= now and today <= period.grace_until:
                plan_mails(self.rule, organization, zone, period, reminds_at)
            moments += [opens_at, reminds_at]
        return [moment for moment in moments if moment > now]

    def compose(self, mail: Mail) -> EmailMessage | str:
        """Write the mail as things stand now, or say why it isn't needed any more (N2)."""
        period = CheckInPeriod.objects.filter(pk=mail.thing).first()
        if period is None:
            return "the period is gone"
        today = mail.person.organization.today()
        if mail.person.has_left(today):
            return "left the organization"
        key_results = list(period.due_key_results())
        if not key_results:
            return "checked in meanwhile"
        following = CheckInPeriod.next_after(mail.person.organization, period.due_on)
        return mail.message(
            period=period,
            key_results=key_results,
            link=period.link(today),
            next_due_on=following.due_on,
        )


RULES = {rule.rule: rule for rule in (CheckInDue(),)}


def compose(mail: Mail) -> EmailMessage | str:
    return RULES[mail.rule].compose(mail)


def plan(organization: Organization, now: datetime) -> None:
    """Do what the organization's calendar wants by ``now``, and say when to come back.

    At the latest a day from now, so that a person in a new zone is not overlooked.
    """
    later = [now + LONGEST_PAUSE]
    for zone in zones_of(organization):
        for rule in RULES.values():
            later += rule.plan(organization, zone, now)
    Organization.objects.filter(pk=organization.pk).update(next_due_at=min(later))


def zones_of(organization: Organization) -> set[str]:
    people = Person.objects.present(organization.today())
    own = people.order_by().values_list("time_zone", flat=True).distinct()
    return {zone or organization.time_zone for zone in own}


def open_periods(organization: Organization, zone: str, period: Period) -> int:
    """Make the period of everybody in a zone who has a key result running, once."""
    with connection.cursor() as cursor:
        parameters = {**period._asdict(), "zone": zone, "usual": organization.time_zone}
        cursor.execute(OPEN, parameters | {"organization": current_organization_id()})
        return int(cursor.rowcount)


def plan_mails(
    rule: str, organization: Organization, zone: str, period: Period, at: datetime
) -> int:
    """Put everybody's reminder of a period into the outbox in one statement."""
    with connection.cursor() as cursor:
        parameters = {**period._asdict(), "zone": zone, "usual": organization.time_zone}
        parameters |= {"rule": rule, "at": at, "organization": current_organization_id()}
        cursor.execute(PLAN, parameters)
        return int(cursor.rowcount)


OPEN = """
INSERT INTO checkins_checkinperiod (organization_id, person_id, opens_on, due_on, grace_until)
SELECT p.organization_id, p.id, %(opens_on)s, %(due_on)s, %(grace_until)s
  FROM organizations_person p
 WHERE p.organization_id = %(organization)s
   AND coalesce(nullif(p.time_zone, ''), %(usual)s) = %(zone)s
   AND (p.leaves_on IS NULL OR p.leaves_on > %(due_on)s)
   AND EXISTS (
       SELECT FROM objectives_keyresult k
         JOIN objectives_objective o ON o.id = k.objective_id
         JOIN organizations_cycle c ON c.id = o.cycle_id
        WHERE k.organization_id = p.organization_id AND k.owner_id = p.id
          AND o.committed_at IS NOT NULL AND o.closed_at IS NULL AND c.closed_at IS NULL
          AND c.start <= %(due_on)s AND c.grading_due >= %(due_on)s
   )
ON CONFLICT (organization_id, person_id, due_on) DO NOTHING
"""

PLAN = """
INSERT INTO activity_mail (organization_id, person_id, rule, thing, period, due_at)
SELECT t.organization_id, t.person_id, %(rule)s, t.id, %(due_on)s::text, %(at)s
  FROM checkins_checkinperiod t JOIN organizations_person p ON p.id = t.person_id
 WHERE t.organization_id = %(organization)s AND t.due_on = %(due_on)s
   AND coalesce(nullif(p.time_zone, ''), %(usual)s) = %(zone)s
ON CONFLICT (organization_id, person_id, rule, thing, period) DO NOTHING
"""
