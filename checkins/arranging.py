"""Conversations make themselves, from reporting lines and the calendar (domain §9).

Everything here is one statement for a whole organization, and doing it again, late or twice changes
nothing. What somebody has begun with stays theirs: only untouched conversations move or go.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from core.dates import A_DAY
from organizations.cadence import Cadence, Rhythm
from organizations.models import Cycle, Organization
from organizations.tenancy import current_organization_id, tree_lock

from .models import ConversationTemplate
from .windows import QUARTERLY, Kind, Window

# So early a conversation stands in the list, to be moved or spoken of, before it opens.
AHEAD = timedelta(days=21)


@transaction.atomic
def arrange(organization: Organization, today: date) -> None:
    """Make what is to come, move what the calendar moved, and let go what nobody held."""
    tree_lock("conversations")
    templates = ConversationTemplate.all_current()
    follow_reporting_lines(today)
    arrange_biweekly(organization, templates[Kind.BIWEEKLY], today)
    for kind in QUARTERLY:
        arrange_quarterly(organization, templates[kind], kind, today)
    run(MISS, today=today)


def follow_reporting_lines(today: date) -> None:
    """Begin a series for everybody with their manager of today, and end those that were."""
    run(END_SERIES, today=today)
    run(BEGIN_SERIES, today=today, kinds=list(Kind))
    run(HAND_ON)
    run(LET_GO)


def arrange_biweekly(
    organization: Organization, template: ConversationTemplate, today: date
) -> None:
    """Make the next two in the organization's rhythm; another rhythm moves what hasn't opened."""
    cadence = rhythm_of(organization)
    first = cadence.due_on_or_after(today)
    dues = [first, cadence.due_on_or_after(first + A_DAY)]
    run(DROP_OFF_RHYTHM, today=today, dues=dues)
    for due_on in dues:
        window = Window.biweekly(due_on)
        run(MAKE_BIWEEKLY, template=template.pk, **dates(window, organization))


def rhythm_of(organization: Organization) -> Cadence:
    """On the check-in's day, which is part of the conversation (I12), at most every two weeks."""
    monthly = organization.cadence.kind == Rhythm.MONTHLY
    rhythm = Rhythm.MONTHLY if monthly else Rhythm.BIWEEKLY
    usual = organization.cadence
    return Cadence(rhythm, usual.weekday, usual.clock, usual.anchor)


def arrange_quarterly(
    organization: Organization, template: ConversationTemplate, kind: Kind, today: date
) -> None:
    """Make a kind for every quarter whose window is near, and let it follow the quarter's dates."""
    for cycle in Cycle.objects.quarters().open().order_by("start"):
        window = Window.quarterly(kind, cycle.start, cycle.end)
        about = {"kind": kind, "cycle": cycle.pk, **dates(window, organization)}
        run(FOLLOW_CYCLE, **about)
        if window.opens_on - AHEAD <= today <= window.due_on:
            run(MAKE_QUARTERLY, template=template.pk, **about)


def dates(window: Window, organization: Organization) -> dict[str, date]:
    meets_on = window.meeting_day(organization.working_week)
    return {"opens_on": window.opens_on, "due_on": window.due_on, "meets_on": meets_on}


def run(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "organization": current_organization_id()})
        return int(cursor.rowcount)


# Who speaks with whom today: the manager, or an HR admin where nobody manages (O3).
WANTED = """
wanted AS (
    SELECT p.id AS employee_id, coalesce(
        (SELECT l.manager_id
           FROM organizations_reportingline l JOIN organizations_person m ON m.id = l.manager_id
          WHERE l.organization_id = p.organization_id AND l.person_id = p.id
            AND l.kind = 'solid' AND l.during @> %(today)s::date
            AND (m.leaves_on IS NULL OR m.leaves_on > %(today)s)),
        (SELECT g.person_id
           FROM organizations_rolegrant g JOIN organizations_person h ON h.id = g.person_id
          WHERE g.organization_id = p.organization_id AND g.person_id <> p.id
            AND g.role = 'hr_admin' AND g.department_id IS NULL AND g.during @> %(today)s::date
            AND (h.leaves_on IS NULL OR h.leaves_on > %(today)s)
          ORDER BY lower(g.during), g.id LIMIT 1)
    ) AS counterpart_id
      FROM organizations_person p
     WHERE p.organization_id = %(organization)s
       AND (p.starts_on IS NULL OR p.starts_on <= %(today)s)
       AND (p.leaves_on IS NULL OR p.leaves_on > %(today)s)
)
"""

END_SERIES = f"""
WITH {WANTED}
UPDATE checkins_conversationseries s SET ended_at = now()
 WHERE s.organization_id = %(organization)s AND s.ended_at IS NULL
   AND NOT EXISTS (
       SELECT FROM wanted w
        WHERE w.employee_id = s.employee_id AND w.counterpart_id = s.counterpart_id
   )
"""  # noqa: S608 - composed of the statements above

BEGIN_SERIES = f"""
WITH {WANTED}
INSERT INTO checkins_conversationseries (organization_id, employee_id, counterpart_id, kind)
SELECT %(organization)s, w.employee_id, w.counterpart_id, k.kind
  FROM wanted w CROSS JOIN unnest(%(kinds)s::text[]) AS k(kind)
 WHERE w.counterpart_id IS NOT NULL
ON CONFLICT (organization_id, employee_id, kind) WHERE ended_at IS NULL DO NOTHING
"""  # noqa: S608 - composed of the statements above

# Nobody has begun with it: nothing was shared, moved, started by hand or written.
UNTOUCHED = """
c.employee_shared_at IS NULL AND c.counterpart_shared_at IS NULL AND c.held_at IS NULL
AND c.skipped_at IS NULL AND c.missed_at IS NULL AND c.moved_at IS NULL
AND c.created_by_id IS NULL
AND NOT EXISTS (SELECT FROM checkins_answer a WHERE a.conversation_id = c.id)
AND NOT EXISTS (SELECT FROM checkins_talkingpoint t WHERE t.conversation_id = c.id)
AND NOT EXISTS (SELECT FROM checkins_actionitem i WHERE i.conversation_id = c.id)
AND NOT EXISTS (SELECT FROM checkins_privatenote n WHERE n.conversation_id = c.id)
"""

HAND_ON = f"""
UPDATE checkins_conversation c SET series_id = n.id, counterpart_id = n.counterpart_id
  FROM checkins_conversationseries o, checkins_conversationseries n
 WHERE c.organization_id = %(organization)s AND o.id = c.series_id AND o.ended_at IS NOT NULL
   AND n.organization_id = c.organization_id AND n.employee_id = c.employee_id
   AND n.kind = c.kind AND n.ended_at IS NULL AND {UNTOUCHED}
   AND NOT EXISTS (
       SELECT FROM checkins_conversation d WHERE d.series_id = n.id AND d.due_on = c.due_on
   )
"""  # noqa: S608 - composed of the statements above

LET_GO = f"""
DELETE FROM checkins_conversation c USING checkins_conversationseries o
 WHERE c.organization_id = %(organization)s AND o.id = c.series_id AND o.ended_at IS NOT NULL
   AND {UNTOUCHED}
"""  # noqa: S608 - composed of the statements above

DROP_OFF_RHYTHM = f"""
DELETE FROM checkins_conversation c
 WHERE c.organization_id = %(organization)s AND c.kind = 'biweekly' AND c.opens_on > %(today)s
   AND c.due_on <> ALL(%(dues)s::date[]) AND {UNTOUCHED}
"""  # noqa: S608 - composed of the statements above

MAKE = """
INSERT INTO checkins_conversation
    (organization_id, series_id, template_id, kind, employee_id, counterpart_id, cycle_id,
     opens_on, due_on, meets_on)
SELECT s.organization_id, s.id, %(template)s, s.kind, s.employee_id, s.counterpart_id, {cycle},
       %(opens_on)s, %(due_on)s, %(meets_on)s
  FROM checkins_conversationseries s JOIN organizations_person p ON p.id = s.employee_id
 WHERE s.organization_id = %(organization)s AND s.ended_at IS NULL AND s.kind = {kind}
   AND (p.leaves_on IS NULL OR p.leaves_on > %(due_on)s)
ON CONFLICT DO NOTHING
"""
MAKE_BIWEEKLY = MAKE.format(cycle="NULL", kind="'biweekly'")
MAKE_QUARTERLY = MAKE.format(cycle="%(cycle)s", kind="%(kind)s")

# A day that somebody has chosen stays, and so does a conversation that somebody has started.
FOLLOW_CYCLE = """
UPDATE checkins_conversation c
   SET opens_on = %(opens_on)s, due_on = %(due_on)s,
       meets_on = CASE WHEN c.moved_at IS NULL THEN %(meets_on)s ELSE c.meets_on END
 WHERE c.organization_id = %(organization)s AND c.kind = %(kind)s AND c.cycle_id = %(cycle)s
   AND c.held_at IS NULL AND c.skipped_at IS NULL AND c.missed_at IS NULL
   AND c.created_by_id IS NULL AND (c.opens_on, c.due_on) <> (%(opens_on)s, %(due_on)s)
"""

# Later is late and still possible, until the next of its kind opens.
MISS = """
UPDATE checkins_conversation c SET missed_at = now()
 WHERE c.organization_id = %(organization)s AND c.due_on < %(today)s
   AND c.held_at IS NULL AND c.skipped_at IS NULL AND c.missed_at IS NULL
   AND EXISTS (
       SELECT FROM checkins_conversation d
        WHERE d.organization_id = c.organization_id AND d.employee_id = c.employee_id
          AND d.kind = c.kind AND d.due_on > c.due_on AND d.opens_on <= %(today)s
   )
"""
