"""Links up: one primary parent, no circle, and progress that rises along them."""

import itertools
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from objectives.alignment import align, chain, path_up
from objectives.closing import close
from objectives.models import Alignment, Objective
from objectives.rollup import explain, roll_up_from
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory


def measured(owner, share, **options):
    """Make an objective whose one key result stands at a share of its way."""
    objective = ObjectiveFactory(owner=owner, **options)
    KeyResultFactory(objective=objective, progress=Decimal(share), current=Decimal(share) * 100)
    roll_up_from([objective.pk], on=owner.organization.today())
    objective.refresh_from_db()
    return objective


def line(owner, length):
    """Make objectives in one line, the top first."""
    objectives = [ObjectiveFactory(owner=owner, title=f"Level {n}") for n in range(length)]
    for parent, child in itertools.pairwise(objectives):
        align(child, parent, by=owner)
    return objectives


def test_a_new_primary_parent_ends_the_old_link_and_keeps_its_history(in_acme, max):
    child, first, second = (ObjectiveFactory(owner=max) for _ in range(3))
    align(child, first, by=max)
    align(child, second, by=max)
    assert path_up(child.pk) == [second.pk]
    assert Alignment.objects.get(parent=first).ended_by == max
    align(child, None, by=max)
    assert path_up(child.pk) == []


def test_aligning_twice_changes_nothing(in_acme, max):
    child, parent = (ObjectiveFactory(owner=max) for _ in range(2))
    for _ in range(2):
        align(child, parent, by=max)
    assert Alignment.objects.count() == 1


def test_a_circle_is_refused_however_long(in_acme, max):
    top, *_between, bottom = line(max, 5)
    with pytest.raises(ValidationError, match="already contributes"):
        align(top, bottom, by=max)
    with pytest.raises(ValidationError, match="not linked with itself"):
        align(top, top, by=max)


def test_more_than_fifty_levels_are_refused_in_words(in_acme, max):
    *_, bottom = line(max, 50)
    with pytest.raises(ValidationError, match="No more than 50 levels"):
        align(ObjectiveFactory(owner=max), bottom, by=max)


def test_a_closed_parent_takes_no_more_children(in_acme, max):
    parent, child = (ObjectiveFactory(owner=max) for _ in range(2))
    close(parent, by=max)
    with pytest.raises(ValidationError, match="closed"):
        align(child, parent, by=max)


def test_linking_and_unlinking_carries_progress_up_on_both_sides(in_acme, max):
    child = measured(max, "0.4")
    before, after = (ObjectiveFactory(owner=max, basis="children") for _ in range(2))
    align(child, before, by=max)
    before.refresh_from_db()
    assert before.progress == Decimal("0.4")
    align(child, after, by=max)
    before.refresh_from_db()
    after.refresh_from_db()
    assert before.progress is None
    assert after.progress == Decimal("0.4")


@pytest.mark.parametrize(
    ("basis", "expected"), [("both", "0.5"), ("key_results", "0.2"), ("children", "0.8")]
)
def test_the_basis_decides_what_counts(in_acme, max, basis, expected):
    parent = measured(max, "0.2", basis=basis)
    align(measured(max, "0.8"), parent, by=max)
    parent.refresh_from_db()
    assert parent.progress == Decimal(expected)


def test_a_weight_of_zero_is_shown_and_does_not_count(in_acme, max):
    objective = measured(max, "0.2")
    KeyResultFactory(objective=objective, progress=Decimal(1), current=Decimal(100), weight=0)
    assert explain(objective).progress == Decimal("0.2")


def test_what_a_reader_of_the_parent_may_not_see_does_not_count(in_acme, max, cleo):
    """The figure is the same for every reader, and no difference gives a private one away (V3)."""
    parent = ObjectiveFactory(owner=max, basis="children")
    align(measured(cleo, "0.8"), parent, by=cleo)
    align(measured(cleo, "0.2", visibility="private", title="Secret"), parent, by=cleo)
    parent.refresh_from_db()
    assert parent.progress == Decimal("0.8")
    made_of = explain(parent)
    assert "Secret" not in str(made_of)
    assert made_of.total == 1


def test_a_draft_does_not_count(in_acme, max):
    parent = ObjectiveFactory(owner=max, basis="children")
    align(measured(max, "0.8", committed_at=None, committed_by=None), parent, by=max)
    parent.refresh_from_db()
    assert parent.progress is None


def test_the_way_up_ends_where_the_reader_may_not_see(in_acme, max, cleo, vera):
    top, middle, bottom = line(max, 3)
    assert chain(bottom, cleo) == [top, middle, bottom]
    Objective.objects.filter(pk=middle.pk).update(visibility="private")
    assert chain(bottom, vera) == [bottom]


@pytest.mark.django_db(transaction=True)
def test_no_circle_after_races(acme, max):
    """Two people link two goals to each other at once, again and again: one of them is refused."""
    with organization_scope(acme):
        pairs = [(ObjectiveFactory(owner=max), ObjectiveFactory(owner=max)) for _ in range(15)]
    refused = []
    ready = threading.Barrier(2)

    def link(order):
        for pair in pairs:
            child, parent = pair[::order]
            ready.wait()
            try:
                with organization_scope(acme):
                    align(child, parent, by=max)
            except ValidationError:
                refused.append(child)
        connections.close_all()

    threads = [threading.Thread(target=link, args=[order]) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with organization_scope(acme):
        assert Alignment.objects.count() == len(refused) == len(pairs)
