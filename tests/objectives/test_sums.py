"""A key result that others add up to: its arithmetic, its rules, and who is told what."""

from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection

from checkins.models import CheckIn, Reading
from checkins.verification import differences
from objectives.alignment import align
from objectives.closing import close
from objectives.models import Allocation, KeyResult
from objectives.rollup import roll_up_from
from objectives.sums import allocate, release
from objectives.writing import Written, revise
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory

HALF, ALL = Decimal(50), Decimal(100)


def check_in(key_result, value, confidence=8):
    latest = CheckIn.objects.latest_of([key_result]).get(key_result.pk)
    reading = Reading(Decimal(value), confidence, seen=latest)
    today = key_result.owner.organization.today()
    return CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=today)


@pytest.fixture
def fed(in_acme, objective, cleo, max):
    """Max's total of 0 to 100 under a company goal, and two of cleo's that may add up to it."""
    top = ObjectiveFactory(title="Top", owner=max, level="company", kind="thematic")
    above = ObjectiveFactory(title="Sales", owner=max)
    align(above, top, by=max)
    total = KeyResultFactory(objective=above, title="All contracts")
    north = KeyResultFactory(objective=objective, title="North")
    south = KeyResultFactory(objective=objective, title="South")
    for one in (total, north, south):
        one.owner.organization = in_acme
    return total, north, south


def test_it_is_the_sum_of_parts_and_rises_to_the_top(in_acme, fed, max):
    total, north, south = fed
    allocate(total, north, ALL, by=max)
    allocate(total, south, HALF, by=max)
    check_in(north, 30, confidence=9)
    check_in(south, 40, confidence=3)
    total.refresh_from_db()
    assert (total.current, total.progress) == (50, Decimal("0.5"))
    assert (total.status, total.confidence) == ("off_track", 7)
    top = total.objective.links_up.get().parent
    top.refresh_from_db()
    assert top.progress == Decimal("0.5")
    assert differences() == []
    assert total not in KeyResult.objects.running(in_acme.today())


def test_sums_of_sums(in_acme, fed, objective, max):
    total, north, south = fed
    allocate(total, north, HALF, by=max)
    allocate(north, south, HALF, by=max)
    check_in(south, 40)
    total.refresh_from_db()
    assert total.current == 10
    assert differences() == []


def test_what_is_allocated_after_check_ins_counts_at_once(in_acme, fed, max):
    total, north, _south = fed
    check_in(north, 30)
    allocate(total, north, HALF, by=max)
    roll_up_from([total.objective_id], on=in_acme.today())
    total.refresh_from_db()
    assert total.current == 15


def test_allocating_again_changes_the_part(in_acme, fed, max):
    total, north, _south = fed
    assert allocate(total, north, HALF, by=max)
    assert not allocate(total, north, ALL, by=max)
    assert total.allocations.get().percent == 100


def test_the_last_to_go_leaves_it_to_check_ins(in_acme, fed, max):
    total, north, _south = fed
    allocate(total, north, HALF, by=max)
    check_in(north, 30)
    allocation = total.allocations.get()
    assert release(allocation, by=max)
    assert not release(allocation, by=max)
    roll_up_from([total.objective_id], on=in_acme.today())
    total.refresh_from_db()
    assert (total.fed_by, total.current, total.progress) == ("manual", None, None)
    assert differences() == []


REFUSED = [
    pytest.param({}, {"unit": "kits"}, "same unit", id="another unit"),
    pytest.param(
        {"measure": "currency", "unit": "EUR"},
        {"measure": "currency", "unit": "CHF"},
        "same unit",
        id="two currencies",
    ),
    pytest.param({"measure": "yes_no"}, {"measure": "yes_no"}, "same unit", id="no numbers"),
]


@pytest.mark.parametrize(("parent", "child", "words"), REFUSED)
def test_what_does_not_add_up_is_refused(in_acme, fed, max, parent, child, words):
    total, north, _south = fed
    KeyResult.objects.filter(pk=total.pk).update(**parent)
    KeyResult.objects.filter(pk=north.pk).update(**child)
    with pytest.raises(ValidationError, match=words):
        allocate(total, north, HALF, by=max)


def test_what_is_closed_keeps_what_it_was_made_of(in_acme, fed, max):
    total, north, south = fed
    allocate(total, north, ALL, by=max)
    check_in(north, 30)
    close(total.objective, max)
    with pytest.raises(ValidationError, match="over"):
        allocate(total, south, HALF, by=max)
    assert not release(total.allocations.get(), by=max)
    check_in(north, 60)
    total.refresh_from_db()
    assert (total.current, total.progress) == (30, Decimal("0.3"))
    assert differences() == []


def test_a_circle_is_refused(in_acme, fed, max):
    total, north, south = fed
    allocate(total, north, HALF, by=max)
    allocate(north, south, HALF, by=max)
    for one in (total, north):
        with pytest.raises(ValidationError, match="circle"):
            allocate(south, one, HALF, by=max)


def test_what_has_check_ins_of_its_own_takes_no_parts(in_acme, fed, max):
    _total, north, south = fed
    check_in(north, 30)
    with pytest.raises(ValidationError, match="check-ins of its own"):
        allocate(north, south, HALF, by=max)


def test_a_child_gives_no_more_than_all_of_it(in_acme, fed, max):
    total, north, _south = fed
    other = KeyResultFactory(objective=total.objective)
    allocate(total, north, Decimal(60), by=max)
    with pytest.raises(ValidationError, match=r"gives 60% to others already, so 40% are left"):
        allocate(other, north, Decimal(41), by=max)
    allocate(other, north, Decimal(40), by=max)


def test_what_not_everybody_may_read_neither_adds_up_nor_goes_on_to(in_acme, fed, cleo, max):
    total, north, _south = fed
    allocate(total, north, ALL, by=max)
    check_in(north, 30)
    goal = north.objective
    written = [
        Written(one.pk, one.title, one.measure, one.direction, one.start, one.target)
        for one in goal.key_results.all()
    ]
    assert revise(goal, cleo, goal.version, written, None, visibility="private")
    total.refresh_from_db()
    assert (total.current, total.progress) == (None, None)
    assert differences() == []
    private = KeyResultFactory(objective=goal)
    with pytest.raises(ValidationError, match="Not everybody"):
        allocate(total, private, HALF, by=max)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_away_no_more_than_all_of_it(acme, cleo, max, objective):
    with organization_scope(acme):
        child = objective.key_results.get()
        parents = [KeyResultFactory(objective=objective) for _ in range(4)]
    start, refused = Barrier(4), []

    def give(parent):
        try:
            with organization_scope(acme):
                start.wait()
                allocate(KeyResult.objects.get(pk=parent.pk), child, Decimal(40), by=cleo)
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=give, args=[parent]) for parent in parents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with organization_scope(acme):
        given = [one.percent for one in Allocation.objects.all()]
    assert (given, refused) == ([40, 40], ["over_allocated"] * 2)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_close_no_circle(acme, cleo, objective):
    with organization_scope(acme):
        one, other = objective.key_results.get(), KeyResultFactory(objective=objective)
    start, refused = Barrier(2), []

    def give(parent, child):
        try:
            with organization_scope(acme):
                start.wait()
                allocate(parent, child, HALF, by=cleo)
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=give, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["circle"]


# On the page.


def test_the_owner_lets_others_add_up_on_a_page(as_max, acme, fed, max):
    total, _north, _south = fed
    page = f"/o/acme/objectives/key-results/{total.pk}/sum/"
    answer = as_max.post(page, {"child": "North", "percent": "50"})
    assert (answer.status_code, answer.url) == (302, page)
    shown = BeautifulSoup(as_max.get(page).content, "html.parser")
    assert "North" in shown.select_one("#parts").find_parent("section").text
    answer = as_max.post(page, {"child": "North", "percent": "101"})
    assert answer.status_code == 422
    with organization_scope(acme):
        allocation = total.allocations.get()
    gone = as_max.post(f"/o/acme/objectives/allocations/{allocation.pk}/delete/")
    assert (gone.status_code, gone.url) == (302, page)


def test_both_pages_say_what_counts_where(as_max, as_cleo, fed, max):
    total, north, _south = fed
    allocate(total, north, HALF, by=max)
    check_in(north, 30)
    above = as_max.get(f"/o/acme/objectives/{total.objective_id}/").content.decode()
    assert "50% of 30: 15" in above
    below = BeautifulSoup(
        as_cleo.get(f"/o/acme/objectives/{north.objective_id}/").content, "html.parser"
    )
    assert "50% of it counts in All contracts" in below.select_one(f"#kr-{north.pk}").text


def test_a_sum_above_is_not_named_to_who_may_not_see_it(as_cleo, in_acme, cleo, max):
    hidden = ObjectiveFactory(title="Secret", owner=max, visibility="private")
    total = KeyResultFactory(objective=hidden, title="Secret total")
    mine = KeyResultFactory(objective=ObjectiveFactory(owner=cleo), title="Mine")
    allocate(total, mine, HALF, by=max)
    page = as_cleo.get(f"/o/acme/objectives/{mine.objective_id}/").content.decode()
    assert "Secret" not in page
    assert "counts in" not in page
