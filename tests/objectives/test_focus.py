"""The one focus: one at a time, a part for every department, and who is behind it (R28 to R33)."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from activity.models import Notification
from objectives.alignment import align
from objectives.closing import close
from objectives.coverage import Coverage, competes
from objectives.life import cancel
from objectives.models import Objective, Part
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    LONG_AGO,
    DepartmentFactory,
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    join,
)
from tests.queries import assert_queries_do_not_grow

BOARD = "/o/acme/objectives/focus/"


@pytest.fixture
def boss(acme):
    with organization_scope(acme):
        return join(acme, "Boss")


@pytest.fixture
def as_boss(boss):
    return signed_in(boss)


@pytest.fixture
def focus(acme, boss):
    with organization_scope(acme):
        objective = OneFocusFactory(title="Winter is ours", owner=boss)
        KeyResultFactory(objective=objective)
        return objective


@pytest.fixture
def care(acme, max, cleo):
    """Max heads it, Cleo belongs to it."""
    with organization_scope(acme):
        department = DepartmentFactory(name="Rider Care", head=max)
        cleo.place(department, on=LONG_AGO)
        return department


@pytest.fixture
def works(acme):
    with organization_scope(acme):
        return DepartmentFactory(name="Works")


def part_path(focus, department, verb=""):
    return f"/o/acme/objectives/{focus.pk}/parts/{department.pk}/{verb}"


def told(person, kind):
    return Notification.objects.filter(person=person, event__kind=kind).count()


# What it answers.


@pytest.mark.parametrize("missing", ["challenge", "challenge_words"])
def test_without_its_threat_or_opportunity_it_is_not_committed(in_acme, boss, missing):
    draft = OneFocusFactory(owner=boss, committed_at=None, **{missing: ""})
    KeyResultFactory(objective=draft)
    with pytest.raises(ValidationError, match="Say which threat or opportunity"):
        draft.commit(by=boss)


def test_a_second_one_is_refused_while_drafts_may_compete(in_acme, boss, focus):
    draft = OneFocusFactory(owner=boss, committed_at=None)
    KeyResultFactory(objective=draft)
    with pytest.raises(ValidationError, match="There can only be one"):
        draft.commit(by=boss)
    assert close(focus, boss)
    assert draft.commit(by=boss)


# Parts.


def test_a_head_takes_the_part_of_their_department(as_max, acme, focus, care, max, boss):
    line = "A broken bike is back by the evening"
    form = {"line": line, "owner": "Max", "owner_chosen": max.pk}
    for _ in range(2):
        assert as_max.post(part_path(focus, care), form).url == BOARD
    with organization_scope(acme):
        part = Part.objects.get()
        assert (part.owner, part.line) == (max, line)
        assert told(boss, "part_taken") == 1
    assert line in as_max.get(BOARD).content.decode()
    assert line in as_max.get(f"/o/acme/objectives/{focus.pk}/kind/").content.decode()


@pytest.mark.parametrize("field", ["line", "owner"])
def test_a_part_has_an_owner_and_a_line(as_max, focus, care, field):
    form = {"line": "We repair at night", "owner": "Max", field: ""}
    answer = as_max.post(part_path(focus, care), form)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()


def test_a_head_writes_no_other_departments_part(as_max, as_boss, as_cleo, focus, care, works):
    form = {"line": "We repair at night", "owner": "Max"}
    assert as_max.post(part_path(focus, works), form).status_code == 403
    assert as_cleo.post(part_path(focus, care), form).status_code == 403
    assert as_boss.post(part_path(focus, works), form).status_code == 302


def test_the_head_is_asked_in_one_press_and_once_a_day(as_boss, as_max, acme, focus, care, max):
    for _ in range(2):
        as_boss.post(part_path(focus, care, "ask/"))
    with organization_scope(acme):
        assert told(max, "part_asked") == 1
    home = as_max.get("/o/acme/waiting/").content.decode()
    assert "What does Rider Care take on for the one focus?" in home
    as_max.post(part_path(focus, care), {"line": "We repair at night", "owner": "Max"})
    assert "What does Rider Care take on" not in as_max.get("/o/acme/waiting/").content.decode()
    assert as_max.post(part_path(focus, care, "ask/")).status_code == 403


def test_where_nobody_heads_a_department_nobody_is_asked(as_boss, acme, focus, works):
    page = as_boss.post(part_path(focus, works, "ask/"), follow=True).content.decode()
    assert "Works has no head to ask." in page
    with organization_scope(acme):
        assert not Part.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_part(acme, focus, care, max):
    ready = threading.Barrier(2)

    def take(line):
        ready.wait()
        with organization_scope(acme):
            Part.take(focus, care, max, owner=max, line=line)
        connections.close_all()

    threads = [threading.Thread(target=take, args=[line]) for line in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with organization_scope(acme):
        assert Part.objects.open().count() == 1


# A department dissolved with an open part (domain §14, 11).


@pytest.fixture
def orphan(acme, focus, works, boss):
    with organization_scope(acme):
        Part.take(focus, works, boss, owner=boss, line="No stop at the line")
        works.dissolve(on=acme.today())
        return Part.objects.get()


def test_the_part_of_a_dissolved_department_is_listed_for_a_decision(
    as_boss, as_cleo, orphan, care
):
    page = as_boss.get(BOARD)
    assert "Parts whose department is dissolved" in page.content.decode()
    assert page.context_data["coverage"].owned == 0
    assert "Decide" in page.content.decode()
    assert "Decide<" not in as_cleo.get(BOARD).content.decode()


def test_it_moves_to_another_department_or_ends(as_boss, acme, orphan, care, max):
    path = f"/o/acme/objectives/parts/{orphan.pk}/end/"
    for form in ({"decision": "move"}, {"decision": "drop"}, {"decision": ""}):
        assert as_boss.post(path, form).status_code == 422
    assert as_boss.post(path, {"decision": "move", "to": care.pk}).url == BOARD
    with organization_scope(acme):
        orphan.refresh_from_db()
        assert orphan.department == care
        assert told(max, "part_moved") == 1
    as_boss.post(path, {"decision": "drop", "reason": "Done in summer"})
    with organization_scope(acme):
        orphan.refresh_from_db()
        assert orphan.end_reason == "Done in summer"
        assert not Part.objects.open().exists()
    assert as_boss.post(path, {"decision": "drop", "reason": "Again"}).status_code == 403


def test_a_part_does_not_move_onto_another(in_acme, orphan, focus, care, max):
    Part.take(focus, care, max, owner=max, line="We repair at night")
    with pytest.raises(ValidationError, match="has a part already"):
        orphan.move(care, max)


def test_a_department_with_people_is_not_dissolved(as_ada, acme, care):
    path = f"/o/acme/organization/departments/{care.pk}/dissolve/"
    answer = as_ada.post(path, {"on": acme.today()})
    assert answer.status_code == 422
    assert "People still belong to Rider Care" in answer.content.decode()
    with organization_scope(acme):
        assert Department.objects.standing(acme.today()).contains(care)


# Coverage.


def test_coverage_counts_departments_and_people(in_acme, focus, care, works, max, cleo, boss):
    mine = ObjectiveFactory(owner=max)
    align(mine, focus, by=max)
    deeper = ObjectiveFactory(owner=cleo)
    align(deeper, mine, by=cleo)
    coverage = Coverage(focus, cleo, in_acme.today())
    assert (coverage.owned, len(coverage.rows)) == (0, 2)
    assert coverage.linked == {boss.pk, max.pk, cleo.pk}
    Part.take(focus, works, boss, owner=boss, line="No stop at the line")
    coverage = Coverage(focus, cleo, in_acme.today())
    assert [row.department for row in coverage.missing] == [care]
    [care_row] = coverage.missing
    assert (care_row.linked, care_row.people) == (1, 1)


def test_drafts_private_closed_and_ended_links_count_for_nobody(in_acme, focus, max, cleo, boss):
    for options in (
        {"visibility": "private"},
        {"committed_at": None},
    ):
        align(ObjectiveFactory(owner=cleo, **options), focus, by=cleo)
    closed = ObjectiveFactory(owner=cleo)
    align(closed, focus, by=cleo)
    close(closed, cleo)
    cancelled = ObjectiveFactory(owner=cleo)
    align(cancelled, focus, by=cleo)
    cancel(cancelled, cleo, "Not any more")
    ended = ObjectiveFactory(owner=max)
    align(ended, focus, by=max)
    align(ended, None, by=max)
    assert Coverage(focus, cleo, in_acme.today()).linked == {boss.pk}


def test_who_has_left_counts_no_more(in_acme, focus, care, max):
    Part.take(focus, care, max, owner=max, line="We repair at night")
    max.leave(on=in_acme.today())
    coverage = Coverage(focus, focus.owner, in_acme.today())
    assert max.pk not in coverage.linked | coverage.present


def test_a_linked_objective_stays_hidden_from_who_may_not_see_it(
    as_cleo, as_max, acme, focus, care, max
):
    with organization_scope(acme):
        secret = ObjectiveFactory(title="A merger", owner=max, visibility="private")
        Part.take(focus, care, max, owner=max, line="We repair at night", linked=secret)
    assert "A merger" in as_max.get(BOARD).content.decode()
    assert "A merger" not in as_cleo.get(BOARD).content.decode()


# Where it shows.


def test_it_is_the_first_thing_on_every_home(as_cleo, as_vera, acme, focus, care, max):
    for client in (as_cleo, as_vera):
        page = client.get("/o/acme/").content.decode()
        assert page.index("Winter is ours") < page.index('id="due"')
        assert "Link your work to it" in page
    with organization_scope(acme):
        Part.take(focus, care, max, owner=max, line="We repair at night")
    page = as_cleo.get("/o/acme/").content.decode()
    assert "We repair at night" in page
    assert "1 of 1 departments have a part" in page


def test_other_company_objectives_compete_unless_they_lead_up_to_it(
    as_cleo, acme, focus, max, cleo
):
    with organization_scope(acme):
        other = ObjectiveFactory(title="Safe bikes", owner=max, level="company", kind="thematic")
        assert competes(other, cleo)
        assert not competes(focus, cleo)
    for path in (BOARD, f"/o/acme/objectives/{other.pk}/", "/o/acme/objectives/alignment/"):
        assert "Competes with the one focus" in as_cleo.get(path).content.decode()
    with organization_scope(acme):
        align(other, focus, by=max)
    for path in (BOARD, f"/o/acme/objectives/{other.pk}/", "/o/acme/objectives/alignment/"):
        assert "Competes with the one focus" not in as_cleo.get(path).content.decode()


def test_without_one_nothing_competes_and_the_page_says_so(as_cleo, acme, max):
    with organization_scope(acme):
        ObjectiveFactory(title="Safe bikes", owner=max, level="company", kind="thematic")
        draft = OneFocusFactory(title="Win back the riders", owner=max, committed_at=None)
    page = as_cleo.get(BOARD).content.decode()
    assert "No one focus runs now" in page
    assert "Competes" not in page
    assert "Win back the riders" not in page
    with organization_scope(acme):
        draft.share(by=max)
    assert "Win back the riders" in as_cleo.get(BOARD).content.decode()
    with organization_scope(acme):
        assert Objective.objects.one_focus().count() == 0


def test_the_board_costs_the_same_for_one_and_for_many(as_boss, acme, focus, care, max, boss):
    def grow():
        with organization_scope(acme):
            for _ in range(5):
                department = DepartmentFactory(head=max)
                mine = ObjectiveFactory(owner=boss)
                align(mine, focus, by=boss)
                Part.take(focus, department, boss, owner=boss, line="Ours", linked=mine)

    grow()
    assert_queries_do_not_grow(lambda: as_boss.get(BOARD), grow, at_most=20)
    kind = f"/o/acme/objectives/{focus.pk}/kind/"
    assert_queries_do_not_grow(lambda: as_boss.get(kind), grow, at_most=20)
