"""P2, P3, P5 and P15 of the promises: the same time at 100,000 objectives as at 1,000.

    ./okr test benchmarks/outline.py -s

Prints milliseconds (the least of several rounds) and the ratio to the smallest size. It asserts
nothing: a busy machine is no defect.
"""

import time
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from checkins.models import CheckIn, Reading
from objectives.models import KeyResult, Objective
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import OrganizationFactory, join, running_quarter

from .crowd import grow

SIZES = (1_000, 5_000)
ROUNDS = 7


def least(work):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def analyze():
    with connection.cursor() as cursor:
        for table in ("objective", "alignment", "keyresult"):
            cursor.execute(f"ANALYZE objectives_{table}")


@pytest.mark.django_db
def test_outline_and_check_in(capsys):
    figures = {}
    for size in SIZES:
        organization = OrganizationFactory(slug=f"size-{size}")
        with organization_scope(organization):
            person = join(organization, f"P{size}")
            grow(size, running_quarter(), person)
            deepest = Objective.objects.order_by("-title")[0]
            some = Objective.objects.roots()[0]
            key_result = KeyResult.objects.filter(objective=deepest)[0]
        analyze()
        client = signed_in(person)
        site = f"/o/{organization.slug}"
        outline = f"{site}/objectives/alignment/"

        def check_in(key_result=key_result, person=person, organization=organization):
            with organization_scope(organization):
                latest = CheckIn.objects.filter(key_result=key_result).latest_first().first()
                reading = Reading(Decimal(60), 8, seen=latest and latest.pk)
                CheckIn.record(key_result, person, reading, uuid4(), on=organization.today())

        branch = f"{site}/objectives/{some.pk}/branch/"
        figures[size] = {
            "first view": least(lambda: client.get(outline)),
            "branch": least(lambda: client.get(branch)),
            "search": least(lambda: client.get(f"{outline}?q=goal+0000123")),
            "objective": least(lambda: client.get(f"{site}/objectives/{deepest.pk}/")),
            "home": least(lambda: client.get(f"{site}/")),
            "check-in": least(check_in),
        }
    smallest = figures[SIZES[0]]
    with capsys.disabled():
        print()
        for size, found in figures.items():
            told = (
                f"{name} {ms:.1f} ms ({ms / smallest[name]:.2f} times)"
                for name, ms in found.items()
            )
            print(f"{size:>7} objectives: " + ", ".join(told))
