"""Large organizations, made in a few statements."""

from django.db import connection

from organizations.tenancy import current_organization_id

OBJECTIVES = """
INSERT INTO objectives_objective (id, organization_id, title, why, kind, level, cycle_id, owner_id,
    ambition, visibility, basis, created_by_id, created_at, committed_at, committed_by_id, version,
    status, measured, countable, progress, manager_chain, shares_number, challenge,
    challenge_words, functions_reason)
SELECT uuidv7(), %(organization)s, format('Goal %%s of many', lpad(n::text, 7, '0')), '',
       'supporting', CASE WHEN n < %(roots)s THEN 'company' ELSE 'individual' END, %(cycle)s,
       %(owner)s, 'aspirational', 'public', 'both', %(owner)s, now(), now(), %(owner)s, 1,
       'on_track', 1, 1, 0.5, 'none', false, '', '', ''
  FROM generate_series(0, %(size)s - 1) n
"""

LINKS = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY title) - 1 AS n FROM objectives_objective
     WHERE organization_id = %(organization)s
)
INSERT INTO objectives_alignment (id, organization_id, child_id, parent_id, kind, is_primary,
    weight, created_at, created_by_id, asked_of, accepted_at, answered_by_id, reason)
SELECT uuidv7(), %(organization)s, child.id, parent.id, 'contributes', true, 1, now(), %(owner)s,
       'parent', now(), %(owner)s, ''
  FROM numbered child JOIN numbered parent ON parent.n = child.n / 5
 WHERE child.n >= %(roots)s
"""

KEY_RESULTS = """
INSERT INTO objectives_keyresult (id, organization_id, objective_id, title, owner_id, measure,
    direction, start, target, unit, decimals, weight, position, done_milestones, confidences,
    status, note, current, progress, confidence, source, rubric, aggregation, expectation, fed_by,
    point_days, point_values, period_ends, period_values, created_at)
SELECT uuidv7(), %(organization)s, o.id, 'Key result ' || k, %(owner)s, 'number', 'increase',
       0, 100, '', 0, 1, k, '{}', '{7,7}', 'on_track', '', 50, 0.5, 7, '', '', 'latest', 'linear',
       'manual', '{}', '{}', '{}', '{}', now()
  FROM objectives_objective o, generate_series(1, 3) k
 WHERE o.organization_id = %(organization)s
"""


def grow(size, cycle, owner, roots=8):
    """Make a tree of ``size`` objectives with three key results each, five children a parent."""
    facts = {"organization": current_organization_id(), "size": size, "roots": roots}
    facts |= {"cycle": cycle.pk, "owner": owner.pk}
    with connection.cursor() as cursor:
        for statement in (OBJECTIVES, LINKS, KEY_RESULTS):
            cursor.execute(statement, facts)
