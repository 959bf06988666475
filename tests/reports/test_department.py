"""A department's page: its goals in a time, its people, and nothing the reader may not see."""

import itertools

import pytest

from objectives.closing import close
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.factories import (
    LONG_AGO,
    KeyResultFactory,
    ObjectiveFactory,
    days,
    join,
    running_quarter,
)
from tests.queries import assert_queries_do_not_grow


@pytest.fixture
def care(acme, cleo, max):
    """Rider Care with max at its head, a workshop below it, and cleo in the workshop."""
    with organization_scope(acme):
        care = Department.objects.create(name="Rider Care", head=max)
        workshop = Department.add(on=LONG_AGO, parent=care, name="Workshop")
        max.place(care, on=LONG_AGO)
        cleo.place(workshop, on=LONG_AGO)
        more = {"department": care, "level": "department"}
        ObjectiveFactory(title="Answer the same day", owner=max, **more)
        ObjectiveFactory(title="A spare part in every van", owner=cleo)
        ObjectiveFactory(title="Nobody's business", owner=max, visibility="private", **more)
        return care


@pytest.fixture
def address(care):
    return f"/o/acme/departments/{care.pk}/"


def test_goals_of_the_department_and_of_its_people_stand_there(as_vera, care, address):
    page = as_vera.get(address).content.decode()
    for words in ("Rider Care", "Max", "Workshop", "Answer the same day", "A spare part in every"):
        assert words in page
    assert "Nobody's business" not in page
    assert "Nobody&#x27;s business" not in page


def test_what_is_not_linked_is_counted(as_vera, care, address):
    page = as_vera.get(address).content.decode()
    assert f"department={care.pk}&amp;unlinked=1" in page


def test_another_cycle_has_other_goals(as_vera, acme, care, address):
    with organization_scope(acme):
        quarter = care.objectives.first().cycle
        earlier = type(quarter).objects.quarters().exclude(pk=quarter.pk).order_by("start").first()
    page = as_vera.get(f"{address}?cycle={earlier.pk}").content.decode()
    assert "No goal runs in this time" in page
    assert "Answer the same day" in as_vera.get(f"{address}?cycle=x").content.decode()


def test_few_people_are_not_counted_apart(as_vera, acme, care, address):
    assert "Without a goal here" not in as_vera.get(address).content.decode()
    with organization_scope(acme):
        for n in range(4):
            join(acme, f"New{n}").place(care, on=LONG_AGO)
    assert "Without a goal here" in as_vera.get(address).content.decode()


def test_only_who_administers_is_offered_to_edit(as_vera, as_ada, care, address):
    edit = f"{care.pk}/edit/"
    assert edit not in as_vera.get(address).content.decode()
    assert edit in as_ada.get(address).content.decode()


def test_queries_do_not_grow_with_rows(as_vera, acme, max, care, address):
    numbers = itertools.count()

    def more():
        with organization_scope(acme):
            for n in itertools.islice(numbers, 5):
                person = join(acme, f"Person{n}")
                person.place(Department.add(on=LONG_AGO, parent=care, name=f"D{n}"), on=LONG_AGO)
                ObjectiveFactory(title=f"Goal {n}", owner=person)

    more()  # a group large enough for its people to be counted
    assert_queries_do_not_grow(lambda: as_vera.get(address), more, at_most=20)


@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_calibration_is_told_of_five_people_whose_cycle_is_over(
    as_vera, acme, care, address, people, shown
):
    with organization_scope(acme):
        now = running_quarter()
        before = running_quarter(now.start - days(1))
        for n in range(people):
            owner = join(acme, f"New{n}")
            owner.place(care, on=LONG_AGO)
            for cycle in (now, before):
                objective = ObjectiveFactory(owner=owner, department=care, cycle=cycle)
                # Each was sure at 8 of 10; the first did not get there.
                reached = 0 if n == 0 else 1
                KeyResultFactory(objective=objective, confidence=8, progress=reached)
                KeyResultFactory(objective=objective, progress=1)
                close(objective, owner)
    assert "Calibration" not in as_vera.get(address).content.decode()
    assert "Calibration" not in as_vera.get(f"{address}?cycle={now.pk}").content.decode()
    page = as_vera.get(f"{address}?cycle={before.pk}").content.decode()
    assert ("Calibration" in page) is shown
    # (0.8² + 4 · 0.2²) / 5
    assert ("<b>0.16</b>" in page) is shown
