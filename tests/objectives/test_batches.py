"""Several objectives at once: shown, changed as one, taken back as one (issue 3, item 9)."""

import threading
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connections

from activity.models import Event, Notification
from objectives.alignment import align
from objectives.archive import archive
from objectives.batches import AT_ONCE, Plan, Wish, change, undo
from objectives.life import Stage, stage_of
from objectives.models import Batch, BatchRow, Objective, Review
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import (
    DepartmentFactory,
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    days,
    running_quarter,
)
from tests.queries import assert_queries_do_not_grow

SEVERAL = "/o/acme/objectives/several/"
MINE = "/o/acme/objectives/"


@pytest.fixture
def quarter(acme):
    """Not locked yet, whatever day the tests run on."""
    with organization_scope(acme):
        quarter = running_quarter()
        Cycle.objects.filter(pk=quarter.pk).update(lock_on=quarter.end)
        quarter.refresh_from_db()
        return quarter


@pytest.fixture
def following(acme, quarter):
    with organization_scope(acme):
        return running_quarter(quarter.end + days(1))


@pytest.fixture
def three(acme, cleo, quarter):
    """Two that run and a draft which can be committed."""
    with organization_scope(acme):
        found = [ObjectiveFactory(title=f"Goal {n}", owner=cleo, cycle=quarter) for n in (1, 2)]
        found.append(
            ObjectiveFactory(title="A draft", owner=cleo, cycle=quarter, committed_at=None)
        )
        for one in found:
            KeyResultFactory(objective=one)
        return found


def wish_of(what, to=None):
    said = {"what": what}
    if what == "owner":
        said |= {"owner": to.name, "owner_chosen": to.pk}
    elif to:
        said[what] = to.pk
    return said


def previewed(client, objectives, what, to=None):
    chosen = {"objective": [one.pk for one in objectives]}
    return client.get(SEVERAL, chosen | wish_of(what, to))


def press(client, preview):
    """Press the preview's button: send what its form holds."""
    form = BeautifulSoup(preview.content, "html.parser").find("form", action=SEVERAL, method="post")
    data = {}
    for one in form.select("input[name]"):
        data.setdefault(one["name"], []).append(one["value"])
    return client.post(SEVERAL, data)


def done(client, objectives, what, to=None):
    answer = press(client, previewed(client, objectives, what, to))
    assert answer.status_code == 302
    return answer.url


def fresh(*objectives):
    return [Objective.objects.with_people().get(pk=one.pk) for one in objectives]


# Choosing.


def test_one_chooses_among_what_one_may_change(as_cleo, as_max, acme, cleo, max, vera, three):
    with organization_scope(acme):
        ObjectiveFactory(title="Vera's own", owner=vera)
        ObjectiveFactory(title="Long over", owner=cleo, closed_at=three[0].committed_at)
        ObjectiveFactory(title="Cleo's secret", owner=cleo, visibility="private")
    mine = as_cleo.get(SEVERAL).content.decode()
    for title in ("Goal 1", "Goal 2", "A draft", "Cleo's secret"):
        assert title.replace("'", "&#x27;") in mine
    assert "Vera" not in mine
    assert "Long over" not in mine
    managers = as_max.get(SEVERAL).content.decode()
    assert "Goal 1" in managers
    assert "secret" not in managers


def test_what_is_offered_is_narrowed(as_cleo, acme, cleo, three, following):
    with organization_scope(acme):
        team = DepartmentFactory(name="Care")
        ObjectiveFactory(title="Elsewhere", owner=cleo, department=team, cycle=following)
    for narrowed in ({"department": team.pk}, {"cycle": following.pk}, {"q": "elsewh"}):
        page = as_cleo.get(SEVERAL, narrowed).content.decode()
        assert "Elsewhere" in page
        assert "Goal 1" not in page
    assert "Goal 1" in as_cleo.get(SEVERAL, {"department": "nonsense"}).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"what": "commit"}, "Choose at least one objective."),
        ({"what": "owner"}, "Say which."),
        ({"what": "cycle", "cycle": str(uuid4())}, "Select a valid choice"),
        ({"what": "conquer"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_the_choice_kept(as_cleo, three, said, sentence):
    chosen = {"objective": [three[0].pk]} if said["what"] != "commit" else {}
    answer = as_cleo.get(SEVERAL, said | chosen)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    ticked = BeautifulSoup(page, "html.parser").select('input[name="objective"][checked]')
    assert [one["value"] for one in ticked] == [str(pk) for pk in chosen.get("objective", [])]


def test_no_more_than_fifty_at_a_time_and_a_bad_post_is_sent_back(as_cleo, three):
    many = {"objective": [str(uuid4()) for _ in range(AT_ONCE + 1)], "what": "commit"}
    assert "Choose no more than 50 at a time." in as_cleo.get(SEVERAL, many).content.decode()
    assert as_cleo.post(SEVERAL, many).status_code == 422
    assert as_cleo.post(SEVERAL, {"objective": [three[0].pk], "what": "x"}).status_code == 422


# The preview.


def test_the_preview_says_what_changes_and_what_cannot_and_why(
    as_cleo, acme, cleo, max, vera, three, quarter
):
    with organization_scope(acme):
        team = DepartmentFactory(name="Care")
        company = OneFocusFactory(title="The one", owner=cleo, cycle=quarter)
        others = ObjectiveFactory(title="Vera's own", owner=vera, cycle=quarter)
        there = ObjectiveFactory(title="There", owner=cleo, department=team, cycle=quarter)
        over = ObjectiveFactory(title="Over", owner=cleo, closed_at=three[0].committed_at)
    chosen = [*three, company, others, there, over]
    page = BeautifulSoup(previewed(as_cleo, chosen, "department", team).content, "html.parser")
    rows = {row.find(class_="t").text: row.find(class_="s").text for row in page.select("li.row")}
    assert "becomes Care" in " ".join(rows["Goal 1"].split())
    assert "A company objective belongs to no department." in rows["The one"]
    assert "You may read it, but not change it." in rows["Vera's own"]
    assert "It is there already." in rows["There"]
    assert "It is over." in rows["Over"]
    assert "3 of 7 change" in page.text
    assert "Change 3 objectives" in page.text
    with organization_scope(acme):
        assert not Objective.objects.filter(pk__in=[one.pk for one in three], department=team)


def test_what_one_may_not_see_is_not_even_named(as_cleo, acme, vera, three):
    with organization_scope(acme):
        secret = ObjectiveFactory(title="Secret", owner=vera, visibility="private")
    page = previewed(as_cleo, [three[0], secret], "commit").content.decode()
    assert "Secret" not in page
    assert "of 1 change" in page


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("commit", "It is committed already."),
        ("archive", "Only drafts are archived."),
        ("owner", "It is theirs already."),
        ("cycle", "It is there already."),
    ],
)
def test_every_wish_has_its_reasons(as_cleo, cleo, three, quarter, what, sentence):
    to = {"owner": cleo, "cycle": quarter}.get(what)
    assert sentence in previewed(as_cleo, three, what, to).content.decode()


def test_what_few_may_read_changes_its_owner_on_its_own_page(as_cleo, acme, max, three):
    with organization_scope(acme):
        Objective.objects.filter(pk=three[0].pk).update(visibility="restricted")
    page = previewed(as_cleo, three[:2], "owner", max)
    assert "Its readers change with its owner." in page.content.decode()
    done(as_cleo, three[:2], "owner", max)
    with organization_scope(acme):
        assert [one.owner.name for one in fresh(*three[:2])] == ["Cleo", "Max"]


def test_a_commitment_says_what_is_missing(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        bare = ObjectiveFactory(title="Bare", owner=cleo, cycle=quarter, committed_at=None)
    assert "Add at least one key result." in previewed(as_cleo, [bare], "commit").content.decode()


def test_what_is_locked_keeps_its_cycle(as_cleo, acme, three, quarter, following):
    with organization_scope(acme):
        Cycle.objects.filter(pk=quarter.pk).update(lock_on=acme.today())
    page = previewed(as_cleo, three, "cycle", following).content.decode()
    assert page.count("It is locked since") == 2


def test_where_drafts_are_reviewed_only_the_decider_commits(acme, cleo, max, three):
    with organization_scope(acme):
        team = DepartmentFactory(name="Care", reviews=True)
        Objective.objects.filter(pk=three[2].pk).update(department=team)
    assert "hand it in" in previewed(signed_in(cleo), three[2:], "commit").content.decode()
    assert "Change 1 objective" in previewed(signed_in(max), three[2:], "commit").content.decode()
    with organization_scope(acme):
        Review.objects.create(objective=three[2], submitted_by=cleo)
    for what in ("commit", "archive"):
        page = previewed(signed_in(max), three[2:], what).content.decode()
        assert "It waits for its review." in page


def test_a_preview_asks_the_same_for_one_and_for_many(as_max, acme, max, cleo, quarter, following):
    with organization_scope(acme):
        team = DepartmentFactory(name="Care", reviews=True)
    more = []

    def grow():
        with organization_scope(acme):
            for kind in ("supporting", "thematic", "departmental"):
                for _ in range(3):
                    drafted = {"committed_at": None, "department": team, "kind": kind}
                    more.append(ObjectiveFactory(owner=cleo, cycle=quarter, **drafted))
                    KeyResultFactory(objective=more[-1])
                more.append(ObjectiveFactory(owner=cleo, cycle=quarter))

    for what, to in (("commit", None), ("archive", None), ("owner", max), ("cycle", following)):
        grow()
        page = lambda: previewed(as_max, more[:AT_ONCE], what, to)  # noqa: B023, E731
        assert_queries_do_not_grow(page, grow, at_most=20)
    assert_queries_do_not_grow(lambda: as_max.get(SEVERAL), grow, at_most=20)


# Changing.


def test_owners_change_together_and_whoever_it_concerns_is_told(as_cleo, acme, cleo, max, three):
    done(as_cleo, three, "owner", max)
    with organization_scope(acme):
        assert {one.owner for one in fresh(*three)} == {max}
        assert Notification.objects.filter(person=max, event__kind="objective_changed").count() == 3
        for one in three:
            owners = [row.owner_id for row in one.history.order_by("pgh_id")]
            assert (owners[0], owners[-1]) == (cleo.pk, max.pk)


def test_departments_and_cycles_change_together(as_cleo, acme, cleo, three, following):
    with organization_scope(acme):
        team = DepartmentFactory(name="Care")
    done(as_cleo, three, "department", team)
    done(as_cleo, three, "cycle", following)
    with organization_scope(acme):
        for one in fresh(*three):
            assert (one.department, one.cycle) == (team, following)


def test_drafts_are_committed_together_and_count_above(as_cleo, acme, cleo, three, quarter):
    with organization_scope(acme):
        parent = ObjectiveFactory(owner=cleo, cycle=quarter)
        align(three[2], parent, by=cleo)
        assert fresh(parent)[0].countable == 0
    done(as_cleo, three, "commit")
    with organization_scope(acme):
        assert not fresh(three[2])[0].is_draft
        assert fresh(parent)[0].countable == 1
        assert BatchRow.objects.count() == 1


def test_archived_drafts_leave_every_list_and_come_back(as_cleo, acme, cleo, three):
    done(as_cleo, three[2:], "archive")
    with organization_scope(acme):
        one = fresh(three[2])[0]
        assert stage_of(one, acme.today()) == Stage.ARCHIVED
        assert not one.is_open
    for path in (MINE, "/o/acme/waiting/", SEVERAL):
        assert "A draft" not in as_cleo.get(path).content.decode()
    page = as_cleo.get(f"{MINE}{three[2].pk}/").content.decode()
    assert "Archived" in page
    assert f"{three[2].pk}/edit/" not in page
    assert as_cleo.get(f"{MINE}{three[2].pk}/edit/").status_code == 403
    assert "A draft" in as_cleo.get(f"{MINE}archived/").content.decode()
    for _ in range(2):
        assert as_cleo.post(f"{MINE}{three[2].pk}/restore/").status_code == 302
    assert "A draft" in as_cleo.get(MINE).content.decode()
    with organization_scope(acme):
        assert Event.objects.filter(kind="objective_restored").count() == 1


def test_a_draft_is_archived_from_its_page_and_what_was_committed_is_not(as_cleo, acme, three):
    path = f"{MINE}{three[2].pk}/archive/"
    for _ in range(2):
        assert as_cleo.post(path).status_code == 302
    with organization_scope(acme):
        assert fresh(three[2])[0].is_archived
        assert Event.objects.filter(kind="objective_archived").count() == 1
    assert as_cleo.post(f"{MINE}{three[0].pk}/archive/").status_code == 403


def test_a_draft_that_waits_for_review_is_not_archived(in_acme, cleo, three):
    Review.objects.create(objective=three[2], submitted_by=cleo)
    assert not archive(three[2], cleo)


def test_pressing_twice_is_one_batch(as_cleo, acme, max, three):
    preview = previewed(as_cleo, three, "owner", max)
    assert press(as_cleo, preview).url == press(as_cleo, preview).url
    with organization_scope(acme):
        assert Batch.objects.count() == 1
        assert Event.objects.filter(kind="objective_changed").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_batch(acme, cleo, max):
    with organization_scope(acme):
        ones = [ObjectiveFactory(owner=cleo) for _ in range(3)]
    versions, submission = {one.pk: one.version for one in ones}, uuid4()
    ready = threading.Barrier(2)

    def act():
        ready.wait()
        with organization_scope(acme):
            change(cleo, Wish("owner", max), versions, submission)
        connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with organization_scope(acme):
        assert Batch.objects.count() == 1
        assert [one.version for one in fresh(*ones)] == [2, 2, 2]


def test_what_somebody_changed_after_the_preview_is_left_alone(as_cleo, acme, cleo, max, three):
    preview = previewed(as_cleo, three, "owner", max)
    with organization_scope(acme):
        three[0].revise(by=cleo, version=1, title="Changed meanwhile")
    page = as_cleo.get(press(as_cleo, preview).url).content.decode()
    assert "Changed meanwhile" not in page
    with organization_scope(acme):
        assert [one.owner for one in fresh(*three)] == [cleo, max, max]


def test_a_forged_press_changes_nothing_that_is_not_ones_own(as_cleo, acme, cleo, vera, three):
    with organization_scope(acme):
        others = ObjectiveFactory(title="Vera's own", owner=vera)
    data = {"objective": [others.pk], f"version_{others.pk}": "1", "submission": uuid4()}
    answer = as_cleo.post(SEVERAL, data | wish_of("owner", cleo), follow=True)
    assert "Nothing was changed" in answer.content.decode()
    with organization_scope(acme):
        assert fresh(others)[0].owner == vera


def test_of_two_one_focuses_of_the_same_days_one_is_committed(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        both = [OneFocusFactory(owner=cleo, cycle=quarter, committed_at=None) for _ in range(2)]
        for one in both:
            KeyResultFactory(objective=one)
    done(as_cleo, both, "commit")
    with organization_scope(acme):
        assert Objective.objects.one_focus().count() == 1
        assert BatchRow.objects.count() == 1


# Taking back.


@pytest.mark.parametrize("what", ["owner", "department", "cycle", "commit", "archive"])
def test_a_batch_is_taken_back_as_one(as_cleo, acme, cleo, max, three, quarter, following, what):
    with organization_scope(acme):
        to = {"owner": max, "department": DepartmentFactory(), "cycle": following}.get(what)
    path = done(as_cleo, three, what, to)
    page = as_cleo.get(path).content.decode()
    assert f'action="{path}undo/"' in page
    assert "data-undo" in page
    for _ in range(2):
        answer = as_cleo.post(f"{path}undo/", follow=True)
        assert "Taken back" in answer.content.decode()
    with organization_scope(acme):
        drafts = [one.is_draft and not one.is_archived for one in fresh(*three)]
        assert drafts == [False, False, True]
        for one in fresh(*three):
            assert (one.owner, one.department, one.cycle) == (cleo, None, quarter)
        expected = 1 if what in {"commit", "archive"} else 3
        assert BatchRow.objects.exclude(undone_at=None).count() == expected


def test_what_somebody_changed_since_stays_and_the_others_go_back(as_cleo, acme, cleo, max, three):
    path = done(as_cleo, three, "owner", max)
    with organization_scope(acme):
        one = fresh(three[0])[0]
        assert one.revise(by=max, version=one.version, title="Max made it his")
    page = as_cleo.post(f"{path}undo/", follow=True).content.decode()
    assert "2 objectives put back." in page
    assert "1 stays: somebody changed it since." in page
    assert "stays: somebody changed it since" in page
    with organization_scope(acme):
        assert [one.owner for one in fresh(*three)] == [max, cleo, cleo]


def test_a_commitment_with_a_check_in_is_not_taken_back(in_acme, cleo, three):
    batch = change(cleo, Wish("commit"), {three[2].pk: 1}, uuid4())
    key_result = three[2].key_results.get()
    key_result.checked_in_on = in_acme.today()
    key_result.save()
    assert len(undo(batch, cleo).kept) == 1
    assert not fresh(three[2])[0].is_draft


def test_what_goes_back_must_still_be_there(in_acme, cleo, max, three, quarter, following):
    batch = change(cleo, Wish("cycle", following), {one.pk: 1 for one in three}, uuid4())
    quarter.close(by=max)
    undone = undo(batch, cleo)
    assert (len(undone.restored), len(undone.kept)) == (0, 3)


def test_nobody_else_takes_a_batch_back_or_reads_it(as_cleo, as_max, acme, max, three):
    path = done(as_cleo, three, "owner", max)
    assert as_max.get(path).status_code == 404
    assert as_max.post(f"{path}undo/").status_code == 404


def test_a_batch_names_only_what_its_maker_may_still_read(as_cleo, acme, max, three):
    path = done(as_cleo, three, "owner", max)
    with organization_scope(acme):
        Objective.objects.filter(pk=three[0].pk).update(visibility="private")
        three[0].key_results.update(owner=max)
    page = as_cleo.get(path).content.decode()
    assert "Goal 1" not in page
    assert "Goal 2" in page
    assert "1 more, which you cannot read any longer." in page


def test_my_okrs_and_a_department_lead_there(as_cleo, acme, cleo, three):
    assert SEVERAL in as_cleo.get(MINE).content.decode()
    with organization_scope(acme):
        team = DepartmentFactory(name="Care")
        Objective.objects.filter(pk=three[0].pk).update(department=team)
    page = as_cleo.get(f"/o/acme/departments/{team.pk}/").content.decode()
    assert f"{SEVERAL}?department={team.pk}" in page


def test_the_plan_itself_writes_nothing(in_acme, cleo, max, three):
    plan = Plan(cleo, Wish("owner", max), [one.pk for one in three])
    assert len(plan.possible) == 3
    assert not Batch.objects.exists()
