"""Who may read an objective: chosen, said beforehand, and obeyed everywhere (domain §6)."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise, takewhile

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.models import Event, Notification
from objectives.alignment import align
from objectives.closing import suggest
from objectives.life import cancel
from objectives.models import AccessEvent, Circle, Follower, Objective, Reader
from objectives.rollup import explain
from objectives.visibility import Narrowing, Seen
from objectives.writing import name_readers
from organizations.models import Person
from organizations.models.effective import from_day
from organizations.models.place import Placement
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    LONG_AGO,
    DepartmentFactory,
    KeyResultFactory,
    ObjectiveFactory,
    OrganizationFactory,
    PersonFactory,
    join,
)
from tests.queries import queries_of

CHAINS = ["none", "direct", "full"]


def named(objective, people=(), departments=(), **choice):
    """Let these read it, as a form would save it."""
    Objective.objects.filter(pk=objective.pk).update(**choice)
    objective.refresh_from_db()
    name_readers(objective, people, departments)
    return objective


def sees(person, objective):
    return Objective.objects.visible_to(person).filter(pk=objective.pk).exists()


# One rule, asked from both ends.


@st.composite
def companies(draw):
    """Trees of departments and lines, places in them, and objectives of every openness."""
    size, count = draw(st.integers(2, 6)), draw(st.integers(1, 5))
    whose = st.integers(0, size - 1)
    where = st.integers(0, count - 1)
    some = st.sets(whose, max_size=2)
    objective = st.fixed_dictionaries(
        {
            "owner": whose,
            "writer": whose,
            "visibility": st.sampled_from(Objective.Visibility.values),
            "chain": st.sampled_from(CHAINS),
            "state": st.sampled_from(["kept", "shared", "committed"]),
            "people": some,
            "departments": st.sets(where, max_size=2),
            "counting": st.none() | whose,
        }
    )
    return {
        "bosses": [draw(st.none() | st.integers(0, index - 1)) for index in range(1, size)],
        "above": [draw(st.none() | st.integers(0, index - 1)) for index in range(1, count)],
        "places": [draw(st.lists(where, max_size=2, unique=True)) for _ in range(size)],
        "leavers": draw(st.sets(whose, max_size=1)),
        "objectives": draw(st.lists(objective, min_size=1, max_size=4)),
    }


def furnish(company, today):
    people = [PersonFactory() for _ in company["places"]]
    departments = [DepartmentFactory() for _ in range(len(company["above"]) + 1)]
    for person, boss in zip(people[1:], company["bosses"], strict=True):
        person.report_to(people[boss] if boss is not None else None, on=LONG_AGO)
    for department, above in zip(departments[1:], company["above"], strict=True):
        department.move(departments[above] if above is not None else None, on=LONG_AGO)
    for person, places in zip(people, company["places"], strict=True):
        for order, place in enumerate(places):
            Placement.objects.create(
                person=person,
                department=departments[place],
                is_primary=not order,
                during=from_day(LONG_AGO),
            )
    objectives = []
    for facts in company["objectives"]:
        drafted = {"committed_at": None, "committed_by": None}
        shared = drafted | {"shared_at": timezone.now(), "shared_by": people[facts["writer"]]}
        state = {"kept": drafted, "shared": shared, "committed": {}}[facts["state"]]
        objective = ObjectiveFactory(
            owner=people[facts["owner"]],
            created_by=people[facts["writer"]],
            visibility=facts["visibility"],
            manager_chain=facts["chain"],
            **state,
        )
        name_readers(
            objective,
            [people[index] for index in facts["people"]],
            [departments[index] for index in facts["departments"]],
        )
        if facts["counting"] is not None:
            KeyResultFactory(objective=objective, owner=people[facts["counting"]])
        objectives.append(objective)
    for index in company["leavers"]:
        people[index].leave(on=today)
    return people, objectives


def may_read(company, person, facts):
    """The rule of domain §6 in plain words, about indexes: nothing of the product is asked."""
    told, public = facts["state"] != "kept", facts["visibility"] == "public"
    if person == facts["owner"] or (told and public):
        return True
    line = line_above(company, facts["owner"])
    if not told:
        manages = public and person in line[:1]
        if person == facts["writer"] or manages:
            return True
    elif person in facts["people"] or person == facts["counting"] or placed(company, person, facts):
        return True
    reach = {"none": 0, "direct": 1, "full": None}[facts["chain"]]
    return not public and person in line[:reach]


def placed(company, person, facts):
    """Whether somebody stands in a department named, or below it."""
    around = {
        one
        for place in company["places"][person]
        for one in (place, *way_up(company["above"], place))
    }
    return facts["visibility"] == "restricted" and bool(facts["departments"] & around)


def line_above(company, person):
    """Whose report somebody is; leaving ends the lines to and from a person (O5)."""
    whole = [person, *way_up(company["bosses"], person)]
    return list(takewhile(lambda one: one not in company["leavers"], whole))[1:]


def way_up(above, index):
    """Follow what stands above each: the first has nothing above it."""
    found = []
    while index and (index := above[index - 1]) is not None:
        found.append(index)
    return found


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(company=companies())
def test_those_named_beforehand_are_exactly_those_who_can_read(company):
    """What the form says before saving is what the rule lets see, and what plain words say, in any
    organization; and what counts by what was chosen is never read by fewer than what it counts in.
    """
    with transaction.atomic():
        organization = OrganizationFactory()
        with organization_scope(organization):
            today = organization.today()
            people, objectives = furnish(company, today)
            present = set(Person.objects.present(today).filter(pk__in=[one.pk for one in people]))
            circles = [Circle.of(one) for one in objectives]
            readers = [set(one.readers(today)) for one in circles]
            for facts, objective, said in zip(
                company["objectives"], objectives, readers, strict=True
            ):
                allowed = {
                    one
                    for index, one in enumerate(people)
                    if one in present and may_read(company, index, facts)
                }
                assert {one for one in present if sees(one, objective)} == allowed
                assert said & present == allowed
                assert Seen.of(Circle.of(objective), today).count == len(said)
            for (one, can_one), (other, can_other) in pairwise(zip(circles, readers, strict=True)):
                assert not one.covers(other) or can_other <= can_one
                assert not other.covers(one) or can_one <= can_other
        transaction.set_rollback(True)


def test_a_department_reads_with_all_below_it(in_acme, objective, cleo, max, ada):
    above, below = (DepartmentFactory(name=name) for name in ("Above", "Below"))
    below.move(above, on=LONG_AGO)
    max.place(below, on=LONG_AGO)
    named(objective, departments=[above], visibility="restricted")
    assert sees(max, objective)
    assert not sees(ada, objective)
    named(objective, departments=[above], visibility="private")
    assert not sees(max, objective)


@pytest.mark.parametrize(
    ("chain", "boss", "bosss_boss"), [("none", 0, 0), ("direct", 1, 0), ("full", 1, 1)]
)
def test_managers_read_as_far_up_as_the_owner_lets_them(
    in_acme, objective, max, ada, chain, boss, bosss_boss
):
    max.report_to(ada, on=LONG_AGO)
    named(objective, visibility="private", manager_chain=chain)
    assert (sees(max, objective), sees(ada, objective)) == (boss, bosss_boss)


def test_a_reader_is_a_person_or_a_department_and_named_once(in_acme, objective, max):
    department = DepartmentFactory()
    for wrong in ({}, {"person": max, "department": department}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reader.objects.create(objective=objective, **wrong)
    Reader.objects.create(objective=objective, person=max)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reader.objects.create(objective=objective, person=max)


def test_the_rule_costs_the_same_for_one_and_for_many(in_acme, objective, cleo, max, as_max):
    named(objective, [max], visibility="restricted")
    before = len(queries_of(lambda: as_max.get("/o/acme/objectives/alignment/")))
    for _ in range(30):
        named(ObjectiveFactory(owner=cleo), [max], visibility="restricted")
    assert len(queries_of(lambda: as_max.get("/o/acme/objectives/alignment/"))) == before


# Titles of what somebody may not read are nowhere.

SECRET = "Wind down the Porto plant"
PLACES = [
    "",
    "team/",
    "objectives/",
    "objectives/alignment/",
    "objectives/alignment/?q=Porto",
    "objectives/alignment/?unlinked=1",
    "objectives/map/",
    "objectives/map/?q=Porto",
    "objectives/options/?q=Porto",
    "objectives/{parent}/",
    "objectives/{child}/",
    "objectives/{parent}/branch/",
    "objectives/{parent}/discussion/",
    "objectives/planning/",
    "objectives/focus/",
    "search/?q=Porto",
    "organization/people/{owner}/",
]


@pytest.fixture
def secret(acme, cleo, max, ada):
    """Cleo's restricted objective between an open parent and an open child."""
    with organization_scope(acme):
        parent = ObjectiveFactory(title="Open above", owner=max, level="company")
        objective = ObjectiveFactory(title=SECRET, owner=cleo)
        KeyResultFactory(objective=objective, title="Porto plant staff placed")
        child = ObjectiveFactory(title="Open below", owner=ada)
        align(objective, parent, by=cleo)
        align(child, objective, by=ada)
        named(objective, visibility="restricted")
        Event.record("objective_changed", objective.pk, cleo, tell=[ada, max])
        Follower.follow(objective, ada, max)
    return objective, parent, child


@pytest.mark.parametrize("path", PLACES)
def test_a_restricted_title_is_shown_to_no_other(acme, secret, cleo, as_ada, as_vera, path):
    objective, parent, child = secret
    address = f"/o/acme/{path.format(parent=parent.pk, child=child.pk, owner=cleo.pk)}"
    for client in (as_ada, as_vera):
        for headers in ({}, {"hx-request": "true"}):
            page = client.get(address, headers=headers).content.decode()
            assert "Porto plant" not in page
            assert str(objective.pk) not in page


def test_whoever_is_named_finds_it_everywhere(acme, secret, ada, as_ada):
    objective, parent, _child = secret
    with organization_scope(acme):
        named(objective, [ada])
    for path in (
        "objectives/alignment/?q=Porto",
        f"objectives/{parent.pk}/",
        "",
        "objectives/map/",
    ):
        assert SECRET in as_ada.get(f"/o/acme/{path}").content.decode(), path
    assert as_ada.get(f"/o/acme/objectives/{objective.pk}/edit/").status_code == 403


def test_nobody_is_told_of_what_they_may_not_read(acme, secret, ada, cleo):
    objective, _parent, _child = secret
    with organization_scope(acme):
        told = Notification.objects.filter(person=ada).count()
        objective.revise(by=cleo, version=objective.version, title="Another")
        assert Notification.objects.filter(person=ada).count() == told
        assert objective.audience() == [cleo]


# What counts, and what only gives its number (V3).


def measured(owner, progress, **facts):
    objective = ObjectiveFactory(owner=owner, basis="key_results", **facts)
    value = Decimal(progress)
    KeyResultFactory(objective=objective, progress=value, current=value * 100)
    return objective


@pytest.fixture
def parent(in_acme, max):
    return ObjectiveFactory(owner=max, basis="children")


def test_of_only_restricted_children_nothing_counts(parent, max):
    align(measured(max, "0.2", visibility="restricted"), parent, by=max)
    parent.refresh_from_db()
    assert (parent.progress, parent.countable) == (None, 0)


def test_one_number_alone_is_not_given_away_and_two_together_are(parent, max, cleo):
    align(measured(max, "0.9"), parent, by=max)
    for share, total in (("0.2", 1), ("0.4", 3)):
        alone = measured(cleo, share, visibility="private", shares_number=True, title=f"Of {share}")
        align(alone, parent, by=cleo)
        parent.refresh_from_db()
        assert parent.countable == total
    assert parent.progress == Decimal("0.5")
    made_of = explain(parent)
    assert made_of.restricted == 2
    assert "Of 0." not in str(made_of.explanation)


def test_their_status_and_dates_are_not_shared(parent, max, cleo):
    hidden = {"visibility": "private", "shares_number": True}
    for _ in range(2):
        align(measured(cleo, "0.5", status="off_track", **hidden), parent, by=cleo)
    parent.refresh_from_db()
    assert (parent.progress, parent.status) == (Decimal("0.5"), "")


def test_what_all_readers_of_the_parent_may_read_counts_by_name(parent, max, cleo, ada):
    child = measured(cleo, "0.8", visibility="private")
    align(child, parent, by=cleo)
    named(parent, [ada], visibility="private")
    named(child, [ada, max], visibility="private")
    assert explain(parent).progress == Decimal("0.8")
    named(child, [ada], visibility="private")
    assert explain(parent).progress is None


def test_explain_says_how_many_are_restricted(parent, acme, max, cleo, as_vera):
    for share in ("0.2", "0.4"):
        hidden = measured(cleo, share, visibility="private", shares_number=True, title="Hush")
        align(hidden, parent, by=cleo)
    align(measured(max, "0.6", title="In the open"), parent, by=max)
    page = as_vera.get(f"/o/acme/objectives/{parent.pk}/").content.decode()
    assert '<th scope="row">2 restricted</th>' in page
    assert '<th scope="row">In the open</th>' in page
    assert "Hush" not in page


def test_the_suggested_score_gives_away_as_little(parent, max, cleo):
    align(measured(max, "0.9"), parent, by=max)
    for share, score in (("0.2", "0.9"), ("0.4", "0.5")):
        alone = measured(cleo, share, visibility="private", shares_number=True)
        align(alone, parent, by=cleo)
        assert suggest(parent).score == Decimal(score)


def test_a_shared_number_goes_when_its_goal_is_cancelled(parent, max, cleo):
    align(measured(max, "0.9"), parent, by=max)
    for share in ("0.2", "0.4"):
        hidden = measured(cleo, share, visibility="private", shares_number=True)
        align(hidden, parent, by=cleo)
    cancel(hidden, cleo, "Not needed any more")
    parent.refresh_from_db()
    # The other is alone now, and one number alone is not given away.
    assert (parent.progress, parent.countable) == (Decimal("0.9"), 1)


# The form.


def form_of(objective, **changes):
    rows = list(objective.key_results.all())
    form = {
        "title": objective.title,
        "kind": objective.kind,
        "level": objective.level,
        "cycle": objective.cycle_id,
        "owner": objective.owner.name,
        "ambition": objective.ambition,
        "basis": objective.basis,
        "visibility": objective.visibility,
        "version": objective.version,
        "key_results-TOTAL_FORMS": len(rows),
        "key_results-INITIAL_FORMS": len(rows),
    }
    for index, row in enumerate(rows):
        form |= {
            f"key_results-{index}-id": row.pk,
            f"key_results-{index}-title": row.title,
            f"key_results-{index}-measure": row.measure,
            f"key_results-{index}-start": row.start,
            f"key_results-{index}-target": row.target,
            f"key_results-{index}-weight": row.weight,
        }
    return form | changes


def test_readers_are_chosen_in_the_form(as_cleo, acme, objective, max, ada):
    with organization_scope(acme):
        department = DepartmentFactory(name="Rider Care")
        form = form_of(
            objective,
            visibility="restricted",
            people=[max.pk],
            people_more="Ada",
            departments_more="rider care",
            manager_chain="full",
            shares_number="on",
            narrow="on",
        )
    answer = as_cleo.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.status_code == 302
    with organization_scope(acme):
        objective.refresh_from_db()
        circle = objective.circle
        assert (circle.people, circle.departments) == ({max.pk, ada.pk}, {department.pk})
        assert (objective.manager_chain, objective.shares_number) == ("full", True)
    page = as_cleo.get(f"/o/acme/objectives/{objective.pk}/").content.decode()
    assert "Only chosen departments and people can read this" in page
    assert "Ada, Cleo, Max" in page


def test_who_will_read_it_is_said_while_one_writes(as_cleo, acme, objective, max, ada):
    address = f"/o/acme/objectives/readers/?objective={objective.pk}&owner=Cleo"
    everybody = as_cleo.get(address + "&visibility=public").content.decode()
    assert "Everyone here will be able to read it: 3 people" in everybody
    chosen = as_cleo.get(
        address
        + f"&visibility=private&manager_chain=direct&people_more=Ada&people_more_chosen={ada.pk}",
        headers={"hx-request": "true"},
    ).content.decode()
    assert "3 people will be able to read it" in chosen
    assert "Ada, Cleo, Max" in chosen
    assert f'value="{ada.pk}" checked' in chosen
    assert "3 people can read it." in chosen  # spoken


def test_without_script_a_press_says_who_will_read_it_and_saves_nothing(as_cleo, acme, objective):
    with organization_scope(acme):
        form = form_of(objective, title="Not saved", visibility="private", look="1")
    answer = as_cleo.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.status_code == 422
    assert "1 person will be able to read it" in answer.content.decode()
    with organization_scope(acme):
        objective.refresh_from_db()
        assert objective.title != "Not saved"


def test_the_preview_tells_nothing_of_what_one_may_not_edit(as_vera, acme, objective, ada):
    with organization_scope(acme):
        named(objective, [ada], visibility="private")
    page = as_vera.get(f"/o/acme/objectives/readers/?objective={objective.pk}&visibility=private")
    assert "Ada" not in page.content.decode()


def test_narrowing_lists_whom_it_affects_and_asks(as_cleo, acme, objective, max, ada, vera):
    with organization_scope(acme):
        parent = ObjectiveFactory(title="Open above", owner=max)
        child = ObjectiveFactory(title="Open below", owner=max)
        unseen = ObjectiveFactory(title="Hidden below", owner=ada, visibility="private")
        align(objective, parent, by=max)
        align(child, objective, by=max)
        align(unseen, objective, by=ada)
        Follower.follow(objective, vera)
        form = form_of(objective, visibility="private", parent="Open above")
    path = f"/o/acme/objectives/{objective.pk}/edit/"
    asked = as_cleo.post(path, form)
    page = asked.content.decode()
    assert asked.status_code == 422
    for affected in ("Vera", "Open above", "Open below"):
        assert affected in page.partition("Fewer people will be able")[2]
    assert "Hidden below" not in page
    assert as_cleo.post(path, form | {"narrow": "on"}).status_code == 302
    with organization_scope(acme):
        objective.refresh_from_db()
        assert objective.visibility == "private"


def test_letting_more_people_read_asks_nothing(in_acme, objective, cleo, max, ada):
    named(objective, [ada], visibility="private")
    Follower.follow(objective, ada)
    wider = Circle.of(objective)
    wider = Circle(**{**vars(wider), "people": wider.people | {max.pk}})
    assert not Narrowing.to(objective, wider, cleo)


def test_whoever_closes_it_to_themself_is_led_to_their_list(as_max, acme, objective, max):
    with organization_scope(acme):
        form = form_of(objective, visibility="private", narrow="on")
    answer = as_max.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.url == "/o/acme/objectives/"


# Broken glass (V5).


@pytest.fixture
def private(acme, objective):
    with organization_scope(acme):
        return named(objective, visibility="private")


def break_glass(client, **changes):
    form = {"owner": "Cleo", "reason": "A complaint about missed safety checks", "hours": 4}
    return client.post("/o/acme/objectives/access/", form | changes)


def test_an_hr_admin_reads_what_is_private_for_a_reason_and_a_while(
    as_ada, as_cleo, acme, cleo, private
):
    path = f"/o/acme/objectives/{private.pk}/"
    now = timezone.now()
    assert as_ada.get(path).status_code == 404
    assert break_glass(as_ada).status_code == 302
    assert as_ada.get(path).status_code == 200
    assert as_ada.get(f"{path}edit/").status_code == 403
    told = as_cleo.get("/o/acme/").content.decode()
    assert "A complaint about missed safety checks" in told
    page = as_cleo.get(path).content.decode()
    assert "Ada reads it until" in page
    assert "A complaint about missed safety checks" in page
    with time_machine.travel(now + timedelta(hours=4, minutes=1)):
        assert as_ada.get(path).status_code == 404
        assert "Ada opened it on" in as_cleo.get(path).content.decode()
    with organization_scope(acme):
        assert Event.objects.get(kind="glass_broken").details["reason"]


def test_a_manager_kept_out_reads_through_broken_glass_and_changes_nothing(
    as_ada, acme, ada, cleo, private
):
    with organization_scope(acme):
        cleo.report_to(ada, on=LONG_AGO)
    edit = f"/o/acme/objectives/{private.pk}/edit/"
    assert break_glass(as_ada).status_code == 302
    assert as_ada.get(edit).status_code == 403
    with organization_scope(acme):
        editable = Objective.objects.editable_by(ada).filter(pk=private.pk)
        assert not editable.exists()
        named(private, manager_chain="direct")
        assert editable.all().exists()
    assert as_ada.get(edit).status_code == 200


def test_access_can_be_given_back_early_and_stays_written_down(as_ada, acme, private):
    break_glass(as_ada)
    assert as_ada.post("/o/acme/objectives/access/end/").status_code == 302
    assert as_ada.get(f"/o/acme/objectives/{private.pk}/").status_code == 404
    with organization_scope(acme):
        assert AccessEvent.objects.count() == 1


def test_breaking_the_glass_twice_opens_nothing_twice(as_ada, acme, private):
    break_glass(as_ada)
    break_glass(as_ada)
    with organization_scope(acme):
        assert AccessEvent.objects.count() == 1
        assert Event.objects.filter(kind="glass_broken").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"hours": 5000}, {"owner": "Ada"}, {"owner": "Mallory"}]
)
def test_glass_is_not_broken_without_reason_limit_or_need(as_ada, acme, private, mallory, wrong):
    assert break_glass(as_ada, **wrong).status_code == 422
    with organization_scope(acme):
        assert not AccessEvent.objects.exists()


def test_an_hr_admin_who_is_the_subject_is_told_when_another_reads(acme, ada, as_ada):
    with organization_scope(acme):
        other = join(acme, "Hilda")
        other.hold(["hr_admin"], by=ada)
        mine = ObjectiveFactory(title="Ada's own", owner=ada, visibility="private")
    client = signed_in(other)
    assert client.get(f"/o/acme/objectives/{mine.pk}/").status_code == 404
    break_glass(client, owner="Ada")
    assert client.get(f"/o/acme/objectives/{mine.pk}/").status_code == 200
    assert "Hilda" in as_ada.get("/o/acme/").content.decode()


def test_a_plain_manager_breaks_no_glass(as_max, private):
    assert break_glass(as_max).status_code == 403
