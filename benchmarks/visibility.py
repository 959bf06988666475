"""What the rule of who may see what costs, beside the same reads without it (P2, P9).

    ./okr test benchmarks/visibility.py -s

One in ten objectives is restricted or private, one in a hundred is a draft, and the reader manages
a thousand people. Prints the least of several rounds, and asserts nothing.
"""

import pytest
from django.db import connection

from objectives.models import Objective
from organizations.tenancy import current_organization_id, organization_scope
from tests.factories import LONG_AGO, DepartmentFactory, OrganizationFactory, join, running_quarter

from .crowd import grow
from .outline import least

SIZES = (1_000, 10_000)
REPORTS = 1_000

PEOPLE = """
WITH made AS (
    INSERT INTO organizations_person (id, organization_id, name, email, job_title, external_id,
        language, time_zone, link_version)
    SELECT uuidv7(), %(organization)s, 'Report ' || n, 'r' || n || '@nowhere.example',
       '', '', '', '', 1
      FROM generate_series(1, %(reports)s) n RETURNING id
)
INSERT INTO organizations_reportingline (id, organization_id, person_id, manager_id, kind, during)
SELECT uuidv7(), %(organization)s, id, %(reader)s, 'solid', daterange(%(since)s, NULL) FROM made
"""
OWNED = """
WITH people AS (SELECT person_id, row_number() OVER (ORDER BY id) - 1 AS n
                  FROM organizations_reportingline WHERE organization_id = %(organization)s),
     numbered AS (SELECT id, row_number() OVER (ORDER BY title) - 1 AS n
                    FROM objectives_objective WHERE organization_id = %(organization)s)
UPDATE objectives_objective o
   SET owner_id = people.person_id, created_by_id = people.person_id,
       visibility = CASE numbered.n %% 20 WHEN 7 THEN 'restricted' WHEN 13 THEN 'private'
                         ELSE 'public' END,
       manager_chain = CASE numbered.n %% 3 WHEN 0 THEN 'full' WHEN 1 THEN 'direct' ELSE 'none' END,
       committed_at = CASE WHEN numbered.n %% 100 = 99 THEN NULL ELSE o.committed_at END
  FROM numbered JOIN people ON people.n = numbered.n %% %(reports)s
 WHERE numbered.id = o.id
"""
COUNTED = """
UPDATE objectives_keyresult k SET owner_id = o.owner_id
  FROM objectives_objective o WHERE o.id = k.objective_id
   AND k.organization_id = %(organization)s AND o.organization_id = %(organization)s
"""
NAMED = """
INSERT INTO objectives_reader (id, organization_id, objective_id, department_id)
SELECT uuidv7(), organization_id, id, %(department)s FROM objectives_objective
 WHERE organization_id = %(organization)s AND visibility = 'restricted'
"""


WRITTEN = (
    "objectives_objective",
    "objectives_reader",
    "objectives_keyresult",
    "organizations_reportingline",
)


def close_some(reader, department):
    facts = {"organization": current_organization_id(), "reader": reader.pk, "since": LONG_AGO}
    facts |= {"reports": REPORTS, "department": department.pk}
    with connection.cursor() as cursor:
        for statement in (PEOPLE, OWNED, COUNTED, NAMED):
            for table in WRITTEN:
                cursor.execute(f"ANALYZE {table}")  # else the next is planned for empty tables
            cursor.execute(statement, facts)
        for table in WRITTEN:
            cursor.execute(f"ANALYZE {table}")


@pytest.mark.django_db
def test_reads_with_and_without_the_rule(capsys):
    for size in SIZES:
        organization = OrganizationFactory(slug=f"seen-{size}")
        with organization_scope(organization):
            reader = join(organization, f"Reader{size}")
            department = DepartmentFactory()
            reader.place(department, on=LONG_AGO)
            grow(size, running_quarter(), reader)
            close_some(reader, department)
            every, seen = Objective.objects.all(), Objective.objects.visible_to(reader)
            reads = {
                "count": lambda rows: rows.count(),
                "first 50 by title": lambda rows: list(rows.order_by("level", "title", "pk")[:50]),
                "one by id": lambda rows, pk=every[7].pk: rows.filter(pk=pk).first(),
            }
            figures = {
                name: (least(lambda r=read: r(every)), least(lambda r=read: r(seen)))
                for name, read in reads.items()
            }
            shown = seen.count()
        told = [f"{name} {bare:.1f} → {ruled:.1f} ms" for name, (bare, ruled) in figures.items()]
        with capsys.disabled():
            print(f"\n{size:>7} objectives, {shown} seen: " + ", ".join(told))
