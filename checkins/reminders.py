"""Who is reminded of what, when; computed from cadence, zone and calendar (domain §11).

Looking twice, late, or from two places does no harm: what is due is written into the outbox under
a unique key, and asked again just before it is sent.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from activity.invitations import InvitationSent
from activity.models import Mail
from core.dates import local_instant, today_in, waking_instant
from objectives.promises import warn_dependents
from organizations.models import Organization, Person
from organizations.tenancy import current_organization_id

from .arranging import arrange
from .missed import miss_periods
from .models import CheckInPeriod
from .models.period import cadence_of
from .schedule import Period, due_at

MIDNIGHT = time()
# Nobody gets a mail in the evening, at night, or on a day off (N1).
WAKING_HOURS = (time(8), time(18))
LONGEST_PAUSE = timedelta(days=1)


class CheckInDue:
    """On the due day, at the organization's hour where the person is: these key results wait."""

    rule: ClassVar = "checkin_due"

    def plan(self, organization: Organization, zone: str, now: datetime) -> list[datetime]:
        """Open the periods and fill the outbox for one zone; return the moments still to come."""
        today = today_in(zone, now)
        cadence = cadence_of(organization)
        moments = []
        for due_on in (cadence.due_before(today), cadence.due_on_or_after(today)):
            period = cadence.period_for(due_on)
            opens_at = local_instant(period.opens_on, MIDNIGHT, zone)
            if opens_at <= now and today <= period.grace_until:
                open_periods(organization, zone, period)
            moments.append(opens_at)
        # From the rows and not from the cadence, which may have changed since they opened (I5).
        for due_on in CheckInPeriod.objects.open_on(today).due_dates():
            reminds_at = self.reminds_at(organization, zone, due_on)
            if reminds_at <= now:
                plan_mails(self.rule, organization, zone, today, due_on, reminds_at)
            moments.append(reminds_at)
        return [moment for moment in moments if moment > now]

    def reminds_at(self, organization: Organization, zone: str, due_on: date) -> datetime:
        """The due day's hour; if that is a holiday or in the evening, the next working morning."""
        moment = due_at(due_on, organization.checkin_at, zone)
        return waking_instant(moment, zone, organization.working_week, WAKING_HOURS)

    def compose(self, mail: Mail, now: datetime) -> EmailMessage | str | datetime:
        """Write the mail as things stand now, or say why or until when it isn't wanted (N2)."""
        period = CheckInPeriod.objects.filter(pk=mail.thing).first()
        if period is None:
            return "the period is gone"
        person = period.person = mail.person
        today = today_in(person.zone, now)
        if person.has_left(today):
            return "left the organization"
        if today > period.grace_until:
            return "its time is over"
        key_results = list(period.due_key_results())
        if not key_results:
            return "checked in meanwhile"
        waking = waking_instant(now, person.zone, person.organization.working_week, WAKING_HOURS)
        if waking > now:
            return waking
        following = CheckInPeriod.next_after(person.organization, max(today, period.due_on))
        return mail.message(
            period=period,
            key_results=key_results,
            how_many=len(key_results),
            first_name=person.name.split()[0],
            link=period.link(person.today()),
            next_due_on=following.due_on,
        )


RULES = {rule.rule: rule for rule in (CheckInDue(), InvitationSent())}


def compose(mail: Mail, now: datetime) -> EmailMessage | str | datetime:
    return RULES[mail.rule].compose(mail, now)


def plan(organization: Organization, now: datetime) -> None:
    """Do what the organization's calendar wants by ``now``, and say when to come back.

    At the latest a day from now, so that a person in a new zone is not overlooked; and at once
    after the rehearsal of a later moment, which must not silence what is due before it.
    """
    today = today_in(organization.time_zone, now)
    warn_dependents(today)
    arrange(organization, today)
    later = [now + LONGEST_PAUSE]
    for zone in zones_of(organization):
        for rule in RULES.values():
            later += rule.plan(organization, zone, now)
    miss_periods(organization.today())
    clock = timezone.now()
    next_due_at = clock if now > clock else min(later)
    Organization.objects.filter(pk=organization.pk).update(next_due_at=next_due_at)


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
    rule: str, organization: Organization, zone: str, today: date, due_on: date, at: datetime
) -> int:
    """Put everybody's reminder of a period into the outbox in one statement."""
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {
            "organization": current_organization_id(),
            "zone": zone,
            "usual": organization.time_zone,
            "rule": rule,
            "today": today,
            "due_on": due_on,
            "at": at,
        }
        cursor.execute(PLAN, parameters)
        return int(cursor.rowcount)


# A period that is still open, under an earlier cadence, is asked for alone: nobody is asked twice.
OPEN = """
INSERT INTO checkins_checkinperiod (organization_id, person_id, opens_on, due_on, grace_until)
SELECT p.organization_id, p.id, %(opens_on)s, %(due_on)s, %(grace_until)s
  FROM organizations_person p
 WHERE p.organization_id = %(organization)s
   AND coalesce(nullif(p.time_zone, ''), %(usual)s) = %(zone)s
   AND (p.starts_on IS NULL OR p.starts_on <= %(due_on)s)
   AND (p.leaves_on IS NULL OR p.leaves_on > %(due_on)s)
   AND EXISTS (
       SELECT FROM objectives_keyresult k
         JOIN objectives_objective o ON o.id = k.objective_id
         JOIN organizations_cycle c ON c.id = o.cycle_id
        WHERE k.organization_id = p.organization_id AND k.owner_id = p.id
          AND k.dropped_at IS NULL AND c.closed_at IS NULL
          AND o.committed_at IS NOT NULL AND o.closed_at IS NULL
          AND o.cancelled_at IS NULL AND o.paused_at IS NULL
          AND c.start <= %(due_on)s AND c.grading_due >= %(due_on)s
   )
   AND NOT EXISTS (
       SELECT FROM checkins_checkinperiod t
        WHERE t.organization_id = p.organization_id AND t.person_id = p.id
          AND t.opens_on <= %(grace_until)s AND t.grace_until >= %(opens_on)s
   )
ON CONFLICT (organization_id, person_id, due_on) DO NOTHING
"""

PLAN = """
INSERT INTO activity_mail (organization_id, person_id, rule, thing, period, due_at)
SELECT t.organization_id, t.person_id, %(rule)s, t.id, %(due_on)s::text, %(at)s
  FROM checkins_checkinperiod t JOIN organizations_person p ON p.id = t.person_id
 WHERE t.organization_id = %(organization)s AND t.due_on = %(due_on)s
   AND t.opens_on <= %(today)s AND t.grace_until >= %(today)s
   AND coalesce(nullif(p.time_zone, ''), %(usual)s) = %(zone)s
ON CONFLICT (organization_id, person_id, rule, thing, period) DO NOTHING
"""
