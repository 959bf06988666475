"""Links asked for, answered and ended: who has to agree, what counts, and no circle ever."""

import threading
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import RestrictedError

from activity.models import Event, Notification
from checkins.models import CheckIn, Reading
from objectives import linking
from objectives.alignment import align, chain, chosen_parent, path_up
from objectives.closing import close
from objectives.models import Alignment, Objective
from objectives.rollup import explain, roll_up_from
from objectives.writing import commit, draft, revise
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory

from .test_alignment import measured

pytestmark = pytest.mark.django_db


def told(person):
    """Return the kinds of what a person has been told and not read."""
    unread = Notification.objects.unread().filter(person=person)
    return list(unread.order_by("pk").values_list("event__kind", flat=True))


def stands_at(objective):
    objective.refresh_from_db()
    return objective.progress


@pytest.fixture
def theirs(in_acme, max):
    """Max's goal, that counts only what contributes to it."""
    return ObjectiveFactory(owner=max, title="Riders come back", basis="children")


@pytest.fixture
def mine(in_acme, cleo):
    """Cleo's goal at 40%."""
    return measured(cleo, "0.4", title="Answer at once")


@pytest.fixture
def company(in_acme, max):
    return ObjectiveFactory(owner=max, title="Grow in winter", level="company", kind="thematic")


# Who has to agree.


def test_a_link_to_somebody_elses_goal_waits_for_them_and_counts_nothing(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    assert link.state == "proposed"
    assert told(max) == ["alignment_proposed"]
    assert stands_at(theirs) is None
    assert chain(mine, cleo) == [mine]
    assert linking.accept(link, by=max)
    assert stands_at(theirs) == Decimal("0.4")
    assert chain(mine, cleo) == [theirs, mine]
    assert told(cleo) == ["alignment_accepted"]


@pytest.mark.parametrize("kind", ["contributes", "supports"])
def test_the_companys_public_goals_take_links_from_everybody(mine, company, cleo, kind):
    assert linking.link(mine, company, by=cleo, kind=kind).state == "accepted"


@pytest.mark.parametrize(
    ("kind", "visibility"), [("depends_on", "public"), ("contributes", "private")]
)
def test_but_nobody_is_depended_on_unasked_and_a_private_goal_is_no_open_door(
    mine, company, cleo, kind, visibility
):
    Objective.objects.filter(pk=company.pk).update(visibility=visibility)
    company.refresh_from_db()
    assert linking.link(mine, company, by=cleo, kind=kind).state == "proposed"


def test_who_speaks_for_both_ends_asks_nobody(mine, theirs, max):
    """Max owns one, and manages the owner of the other."""
    assert linking.link(mine, theirs, by=max).state == "accepted"


def test_from_above_it_is_the_owner_below_who_answers(in_acme, theirs, max, vera):
    hers = measured(vera, "0.6")
    link = linking.link(hers, theirs, by=max)
    assert (link.state, link.answerer, link.asker) == ("proposed", vera, max)
    assert list(Alignment.objects.waiting_for(vera)) == [link]
    assert not Alignment.objects.waiting_for(max).exists()
    linking.accept(link, by=vera)
    assert told(max) == ["alignment_accepted"]
    assert stands_at(theirs) == Decimal("0.6")


def test_about_a_key_result_its_owner_is_asked(mine, theirs, cleo, vera):
    key_result = KeyResultFactory(objective=theirs, owner=vera)
    link = linking.link(mine, key_result, by=cleo)
    assert list(Alignment.objects.waiting_for(vera)) == [link]
    assert told(vera) == ["alignment_proposed"]


def test_a_drafts_proposal_is_put_to_others_once_they_may_read_it(in_acme, theirs, cleo, vera):
    Objective.objects.filter(pk=theirs.pk).update(owner=vera, created_by=vera)
    theirs.refresh_from_db()
    frame = {"kind": "supporting", "level": "individual", "cycle": theirs.cycle}
    mine = draft(cleo, [], theirs, title="Half an idea", owner=cleo, basis="children", **frame)
    assert told(vera) == []
    assert not Alignment.objects.visible_to(vera).exists()
    commit(mine, by=cleo)
    assert told(vera) == ["alignment_proposed"]
    commit(mine, by=cleo)
    assert told(vera) == ["alignment_proposed"]


def test_a_private_goals_proposal_is_put_once_it_is_public(in_acme, mine, theirs, cleo, max):
    Objective.objects.filter(pk=mine.pk).update(visibility="private")
    mine.refresh_from_db()
    linking.link(mine, theirs, by=cleo)
    assert told(max) == []
    revise(mine, cleo, mine.version, [], theirs, visibility="public", basis="children")
    assert told(max) == ["alignment_proposed"]


# The answer.


def test_declining_says_why_to_whoever_asked_and_counts_nothing(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    assert linking.decline(link, max, "We measure that already.")
    assert not linking.decline(link, max, "Again.")
    assert not linking.accept(link, by=max)
    link.refresh_from_db()
    assert (link.state, link.reason) == ("declined", "We measure that already.")
    assert told(cleo) == ["alignment_declined"]
    assert stands_at(theirs) is None


def test_accepting_twice_changes_nothing(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    assert linking.accept(link, by=max)
    assert not linking.accept(link, by=max)
    assert told(cleo) == ["alignment_accepted"]


def test_asking_twice_is_one_proposal(mine, theirs, cleo, max):
    assert linking.link(mine, theirs, by=cleo) == linking.link(mine, theirs, by=cleo)
    assert told(max) == ["alignment_proposed"]
    with pytest.raises(ValidationError, match="linked already"):
        linking.link(mine, theirs, by=cleo, kind="supports")


def test_after_a_refusal_one_may_ask_again(mine, theirs, cleo, max):
    linking.decline(linking.link(mine, theirs, by=cleo), max, "Not yet.")
    assert linking.link(mine, theirs, by=cleo).state == "proposed"


def test_two_answers_at_once_are_one(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    stale = Alignment.objects.get(pk=link.pk)
    linking.accept(link, by=max)
    assert not linking.decline(stale, max, "Too late.")
    link.refresh_from_db()
    assert link.state == "accepted"


def test_who_asked_and_lost_sight_of_the_other_end_gets_no_link(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    Objective.objects.filter(pk=theirs.pk).update(visibility="private")
    with pytest.raises(ValidationError, match="may not see both"):
        linking.accept(link, by=max)
    link.refresh_from_db()
    assert link.state == "proposed"
    assert linking.decline(link, max, "It became private.")


def test_what_became_impossible_meanwhile_is_not_accepted(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    align(theirs, mine, by=max)
    with pytest.raises(ValidationError, match="already contributes"):
        linking.accept(link, by=max)
    align(theirs, None, by=max)
    close(theirs, by=max)
    with pytest.raises(ValidationError, match="closed"):
        linking.accept(link, by=max)


# The end.


def test_either_side_ends_it_and_the_other_is_told_why(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=max)
    Notification.objects.all().delete()
    assert linking.end(link, cleo, "We do something else now.")
    assert not linking.end(link, max, "Me too.")
    assert told(max) == ["alignment_ended"]
    assert told(cleo) == []
    assert stands_at(theirs) is None
    link.refresh_from_db()
    assert (link.ended_by, link.reason) == (cleo, "We do something else now.")
    assert set(Event.objects.filter(kind="alignment_ended").values_list("thing", flat=True)) == {
        mine.pk,
        theirs.pk,
    }


def test_a_proposal_can_be_taken_back(mine, theirs, cleo, max):
    link = linking.link(mine, theirs, by=cleo)
    assert linking.end(link, cleo, "A mistake.")
    assert not linking.accept(link, by=max)
    assert not Alignment.objects.waiting_for(max).exists()


def test_when_the_first_parent_goes_the_next_becomes_it(mine, theirs, company, max):
    first, second = (linking.link(mine, goal, by=max) for goal in (company, theirs))
    assert (first.is_primary, second.is_primary) == (True, False)
    linking.end(first, max, "Done.")
    assert path_up(mine.pk) == [theirs.pk]


# The parent that the form asks for.


def test_until_the_new_parent_agrees_a_goal_hangs_where_it_did(mine, theirs, company, cleo, max):
    linking.choose_parent(mine, company, by=cleo)
    linking.choose_parent(mine, theirs, by=cleo)
    assert path_up(mine.pk) == [company.pk]
    assert chosen_parent(mine, cleo) == theirs
    linking.accept(Alignment.objects.proposed().get(), by=max)
    assert path_up(mine.pk) == [theirs.pk]
    assert Alignment.objects.get(parent=company).state == "ended"
    linking.choose_parent(mine, theirs, by=cleo)
    assert Alignment.objects.count() == 2


def test_another_choice_takes_back_what_was_proposed(mine, theirs, company, cleo):
    linking.choose_parent(mine, theirs, by=cleo)
    linking.choose_parent(mine, company, by=cleo)
    assert Alignment.objects.get(parent=theirs).state == "ended"
    assert chosen_parent(mine, cleo) == company
    linking.choose_parent(mine, None, by=cleo)
    assert chosen_parent(mine, cleo) is None


def test_a_parent_that_the_editor_may_not_see_stays(mine, theirs, cleo, max):
    align(mine, theirs, by=max)
    Objective.objects.filter(pk=theirs.pk).update(visibility="private")
    linking.choose_parent(mine, None, by=cleo)
    assert path_up(mine.pk) == [theirs.pk]


# Key results at either end.


def test_a_key_result_that_contributes_counts_alone(in_acme, theirs, cleo, max):
    mine = measured(cleo, "0.4")
    KeyResultFactory(objective=mine, progress=Decimal("0.8"), current=80)
    roll_up_from([mine.pk], on=in_acme.today())
    part = mine.key_results.get(progress=Decimal("0.8"))
    link = linking.link(part, theirs, by=max)
    assert not link.is_primary
    assert stands_at(theirs) == Decimal("0.8")
    assert [line.label for line in explain(theirs).explanation.lines] == [part.title]
    check_in(part, 50)
    assert stands_at(theirs) == Decimal("0.5")


def test_a_goal_reached_twice_counts_once_for_each_direct_parent(in_acme, theirs, cleo, max):
    """Through its key result as well, and through another goal (domain §14.2)."""
    mine, between = measured(cleo, "0.4"), measured(max, "0.8")
    linking.link(mine.key_results.get(), theirs, by=max)
    linking.link(mine, theirs, by=max)
    assert stands_at(theirs) == Decimal("0.4")
    linking.link(mine, between, by=max)
    linking.link(between, theirs, by=max)
    between.refresh_from_db()
    assert between.progress == Decimal("0.6")
    assert stands_at(theirs) == Decimal("0.5")
    assert explain(theirs).total == 2


def test_what_contributes_to_a_key_result_is_not_counted_beside_it(in_acme, mine, max):
    parent = measured(max, "0.2")
    linking.link(mine, parent.key_results.get(), by=max)
    assert stands_at(parent) == Decimal("0.2")
    assert path_up(mine.pk) == [parent.pk]


@pytest.mark.parametrize("kind", ["supports", "depends_on"])
def test_only_contributions_count(mine, theirs, max, kind):
    linking.link(mine, theirs, by=max, kind=kind)
    assert stands_at(theirs) is None


def test_a_weight_says_how_much(in_acme, mine, theirs, max):
    linking.link(mine, theirs, by=max, weight=3)
    linking.link(measured(max, "0.8"), theirs, by=max)
    assert stands_at(theirs) == Decimal("0.5")


def test_a_circle_through_key_results_is_refused(in_acme, mine, theirs, max):
    part = KeyResultFactory(objective=theirs)
    linking.link(mine, part, by=max)
    with pytest.raises(ValidationError, match="already contributes"):
        linking.link(theirs, mine.key_results.get(), by=max, kind="supports")
    with pytest.raises(ValidationError, match="not linked with itself"):
        linking.link(part, theirs, by=max)


def test_a_circle_through_a_further_parent_is_refused(in_acme, mine, theirs, company, max):
    linking.link(mine, company, by=max)
    linking.link(mine, theirs, by=max)
    with pytest.raises(ValidationError, match="already contributes"):
        linking.link(theirs, mine, by=max)


def test_two_goals_may_wait_for_each_other(mine, theirs, max):
    linking.link(mine, theirs, by=max, kind="depends_on")
    assert linking.link(theirs, mine, by=max, kind="depends_on").state == "accepted"


def test_links_go_up_in_time_and_not_down(in_acme, mine, theirs, max):
    year = Cycle.objects.get(kind="year", start__lte=in_acme.today(), end__gte=in_acme.today())
    Objective.objects.filter(pk=theirs.pk).update(cycle=year)
    theirs.refresh_from_db()
    with pytest.raises(ValidationError, match="over sooner"):
        linking.link(theirs, mine, by=max)
    assert linking.link(mine, theirs, by=max).state == "accepted"


def test_nothing_is_linked_to_what_is_closed(in_acme, mine, theirs, max):
    close(theirs, by=max)
    theirs.refresh_from_db()
    for pair in ((mine, theirs), (theirs, mine)):
        with pytest.raises(ValidationError, match="closed"):
            linking.link(*pair, by=max)


def test_closing_a_parent_leaves_its_children_to_be_found(in_acme, mine, theirs, max):
    linking.link(mine, theirs, by=max)
    assert not Objective.objects.lost_their_parent().exists()
    close(theirs, by=max)
    assert list(Objective.objects.lost_their_parent()) == [mine]
    mine.refresh_from_db()
    assert mine.is_open


# What the database holds, whoever writes.


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "likes"},
        {"asked_of": "nobody"},
        {"kind": "depends_on"},  # while it is the primary one
        {"declined_at": "2026-01-01T00:00Z"},  # and accepted
        {"answered_by": None},
    ],
)
def test_the_database_refuses_what_makes_no_sense(mine, theirs, max, change):
    link = linking.link(mine, theirs, by=max)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alignment.objects.filter(pk=link.pk).update(**change)


@pytest.mark.parametrize("end", ["child_key_result", "parent_key_result"])
def test_an_end_is_a_key_result_of_its_own_objective(mine, theirs, max, end):
    elsewhere = KeyResultFactory(objective=ObjectiveFactory(owner=max))
    link = linking.link(mine, theirs, by=max, kind="depends_on")
    with pytest.raises(IntegrityError, match="key_result_is_the"), transaction.atomic():
        Alignment.objects.filter(pk=link.pk).update(**{end: elsewhere})
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_linked_key_result_stays_and_a_draft_goes_with_its_links(in_acme, theirs, cleo, max):
    mine = ObjectiveFactory(owner=cleo, committed_at=None, committed_by=None)
    part = KeyResultFactory(objective=mine)
    linking.link(part, theirs, by=cleo)
    with pytest.raises(RestrictedError):
        part.delete()
    revise(mine, cleo, mine.version, [], None)
    assert mine.key_results.get().is_dropped
    mine.discard(by=cleo)
    assert not Alignment.objects.exists()


# Who waits hears of it.


def check_in(key_result, value, confidence=8, by=None):
    latest = CheckIn.objects.latest_of([key_result]).get(key_result.pk)
    reading = Reading(Decimal(value), confidence=confidence, seen=latest)
    by = by or key_result.owner
    return CheckIn.record(key_result, by, reading, uuid4(), on=by.organization.today())


def test_who_depends_on_it_is_told_once_for_every_change_for_the_worse(in_acme, cleo, max, vera):
    mine, theirs = ObjectiveFactory(owner=cleo), measured(max, "0.5")
    part = theirs.key_results.get()
    linking.accept(linking.link(mine, theirs, by=cleo, kind="depends_on"), by=max)
    Notification.objects.all().delete()
    for confidence in (8, 5, 6, 2, 2, 9, 4):
        check_in(part, 50, confidence)
    assert told(cleo).count("dependency_at_risk") == 3
    statuses = Event.objects.filter(kind="dependency_at_risk", thing=mine.pk).order_by("pk")
    said = [event.details["status"] for event in statuses]
    assert said == ["at_risk", "off_track", "at_risk"]
    assert not Event.objects.filter(kind="dependency_at_risk").exclude(thing=mine.pk).exists()


def test_who_depends_on_a_key_result_hears_of_that_one_only(in_acme, cleo, max):
    mine, theirs = ObjectiveFactory(owner=cleo), measured(max, "0.5")
    needed, other = theirs.key_results.get(), KeyResultFactory(objective=theirs)
    linking.accept(linking.link(mine, needed, by=cleo, kind="depends_on"), by=max)
    Notification.objects.all().delete()
    check_in(other, 10, confidence=2)
    assert told(cleo) == []
    check_in(needed, 10, confidence=2)
    assert told(cleo) == ["dependency_at_risk"]


@pytest.mark.parametrize("state", ["proposed", "ended"])
def test_a_dependency_that_is_not_in_force_tells_nobody(in_acme, cleo, max, state):
    mine, theirs = ObjectiveFactory(owner=cleo), measured(max, "0.5")
    link = linking.link(mine, theirs, by=cleo, kind="depends_on")
    if state == "ended":
        linking.accept(link, by=max)
        linking.end(link, by=cleo)
    Notification.objects.all().delete()
    check_in(theirs.key_results.get(), 10, confidence=2)
    assert told(cleo) == []


# At once.


def at_once(*verbs):
    """Do these in as many threads, as closely together as can be; return what was refused."""
    ready, refused = threading.Barrier(len(verbs)), []

    def do(verb):
        ready.wait()
        try:
            verb()
        except ValidationError as error:
            refused.append(error)
        connections.close_all()

    threads = [threading.Thread(target=do, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_no_circle_after_races_through_key_results_and_answers(acme, max, cleo):
    """Of three links that close a circle together, one is refused each time."""

    def in_scope(verb, *args, **options):
        def do():
            with organization_scope(acme):
                verb(*args, **options)

        return do

    for _round in range(10):
        with organization_scope(acme):
            a, b, c = (ObjectiveFactory(owner=max) for _ in range(3))
            part = KeyResultFactory(objective=b)
            proposal = linking.link(ObjectiveFactory(owner=cleo), c, by=cleo)
            Alignment.objects.filter(pk=proposal.pk).update(child=b)
            proposal.refresh_from_db()
        refused = at_once(
            in_scope(linking.link, a, part, by=max),
            in_scope(linking.accept, proposal, by=max),
            in_scope(linking.link, c, a, by=max, kind="supports"),
        )
        assert len(refused) == 1
        with organization_scope(acme):
            links = Alignment.objects.accepted().filter(child__in=[a, b, c])
            assert links.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_link_asked_for_at_once_is_one(acme, max, cleo):
    with organization_scope(acme):
        mine, theirs = ObjectiveFactory(owner=cleo), ObjectiveFactory(owner=max)

    def ask():
        with organization_scope(acme):
            linking.link(mine, theirs, by=cleo)

    assert at_once(*[ask] * 6) == []
    with organization_scope(acme):
        assert Alignment.objects.count() == 1


def test_a_parent_of_next_quarter_is_nothing_shorter(in_acme, mine, theirs, max):
    """Neither lies within the other: that a parent begins later is no reason to refuse."""
    later = Cycle.objects.filter(kind="quarter", start__gt=mine.cycle.end).first()
    if later is None:
        mine.cycle.calendar.lay_out(mine.cycle.start.year + 1)
        later = Cycle.objects.filter(kind="quarter", start__gt=mine.cycle.end).first()
    assert later.start - mine.cycle.end == timedelta(days=1)
    Objective.objects.filter(pk=theirs.pk).update(cycle=later)
    theirs.refresh_from_db()
    assert linking.link(mine, theirs, by=max).state == "accepted"
