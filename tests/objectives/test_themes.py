"""Themes: who takes part, who answers for it, and whether they check in (R34 to R41)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from activity.models import Event, Notification
from objectives.alignment import align
from objectives.models import KeyResult, Objective, ObjectiveValue, ParticipatingFunction, Value
from objectives.standing import Yardstick
from objectives.themes import Named, functions_of, name_functions
from organizations.tenancy import organization_scope
from tests.factories import DepartmentFactory, KeyResultFactory, ObjectiveFactory
from tests.queries import assert_queries_do_not_grow


@pytest.fixture
def theme(acme, max):
    with organization_scope(acme):
        objective = ObjectiveFactory(
            title="Every bike is a safe bike", owner=max, kind="thematic", level="company"
        )
        KeyResultFactory(objective=objective, title="Recalls closed in time")
        return objective


def typed(*functions, reason=""):
    form = {"functions-TOTAL_FORMS": len(functions) + 1, "functions-INITIAL_FORMS": 0}
    for place, function in enumerate(functions):
        form |= {f"functions-{place}-{name}": value for name, value in function.items()}
    return form | {"reason": reason}


def path(theme):
    return f"/o/acme/objectives/{theme.pk}/functions/"


def names(theme):
    return list(theme.functions.values_list("name", flat=True))


def test_functions_are_named_with_their_stakeholders_and_key_results(
    as_max, acme, theme, cleo, max
):
    with organization_scope(acme):
        works = DepartmentFactory(name="Works")
        key_result = theme.key_results.get()
    form = typed(
        {"department": works.pk, "stakeholder": "Cleo", "key_results": [key_result.pk]},
        {"name": "Customer voice", "stakeholder": "Max", "key_results": [key_result.pk]},
    )
    for _ in range(2):
        assert as_max.post(path(theme), form).url == f"/o/acme/objectives/{theme.pk}/"
    with organization_scope(acme):
        assert names(theme) == ["Works", "Customer voice"]
        assert key_result.function_links.count() == 2
        assert Notification.objects.filter(person=cleo, event__kind="functions_named").count() == 2
    page = as_max.get(f"/o/acme/objectives/{theme.pk}/kind/").content.decode()
    assert "Customer voice" in page
    assert "Four to six functions work best." in page


@pytest.mark.parametrize(
    ("functions", "field"),
    [
        ([{"name": "Works"}], "functions-0-stakeholder"),
        ([{"stakeholder": "Cleo"}], "functions-0-name"),
        ([{"name": "Works", "stakeholder": "Nobody"}], "functions-0-stakeholder"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(as_max, acme, theme, cleo, functions, field):
    answer = as_max.post(path(theme), typed(*functions))
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    with organization_scope(acme):
        assert not ParticipatingFunction.objects.exists()


def test_a_function_takes_part_once(as_max, theme, cleo):
    same = [{"name": name, "stakeholder": "Cleo"} for name in ("Works", "works")]
    answer = as_max.post(path(theme), typed(*same))
    assert answer.status_code == 422
    assert "Two rows name the same" in answer.content.decode()


@pytest.mark.parametrize(
    ("count", "fits"), [(0, False), (3, False), (4, True), (6, True), (7, False)]
)
def test_another_number_than_four_to_six_wants_a_reason_and_is_no_wall(in_acme, max, count, fits):
    draft = ObjectiveFactory(owner=max, kind="thematic", committed_at=None)
    KeyResultFactory(objective=draft)
    name_functions(draft, max, [Named(f"Function {n}", max) for n in range(count)])
    if not fits:
        with pytest.raises(ValidationError, match="four to six functions"):
            draft.commit(by=max)
        names_now = [Named(one.name, max, pk=one.pk) for one in draft.functions.all()]
        name_functions(draft, max, names_now, reason="We are a company of nine")
    assert draft.commit(by=max)


def test_two_functions_may_swap_their_names_and_one_may_go(in_acme, theme, max):
    name_functions(theme, max, [Named(name, max) for name in ("One", "Two", "Three")])
    one, two, _three = theme.functions.all()
    swapped = [Named("Two", max, pk=one.pk), Named("One", max, pk=two.pk)]
    assert name_functions(theme, max, swapped)
    assert names(theme) == ["Two", "One"]
    assert not name_functions(theme, max, swapped)
    assert Event.objects.filter(kind="functions_named").count() == 2


def test_only_who_may_edit_the_theme_names_functions(as_cleo, as_max, acme, theme, objective):
    assert as_cleo.get(path(theme)).status_code == 403
    assert as_max.get(path(objective)).status_code == 403


# Check-ins.


def held(acme, theme):
    yardstick = Yardstick(acme, acme.today())
    return {one.name: one for one in functions_of(theme, yardstick)}


def test_a_stakeholder_is_fresh_stale_or_has_nothing_to_check_in_on(acme, theme, max, cleo, vera):
    cycle = theme.cycle
    with time_machine.travel(f"{cycle.start + timedelta(days=60)} 10:00 +0000", tick=False):
        with organization_scope(acme):
            name_functions(
                theme, max, [Named("Care", cleo), Named("Works", max), Named("Audit", vera)]
            )
            below = ObjectiveFactory(owner=cleo, cycle=cycle)
            align(below, theme, by=cleo)
            fresh = KeyResultFactory(objective=below, checked_in_on=acme.today())
            old = acme.today() - timedelta(days=40)
            KeyResult.objects.filter(objective=theme).update(checked_in_on=old)
            functions = held(acme, theme)
            assert functions["Care"].last_check_in == acme.today()
            assert functions["Care"].counted == [fresh]
            assert not functions["Care"].is_stale
            assert functions["Works"].is_stale
            assert functions["Works"].last_check_in == old
            assert functions["Audit"].counted == []
            assert functions["Audit"].is_stale


def test_private_work_below_a_theme_tells_nobody_of_itself(in_acme, theme, max, cleo):
    name_functions(theme, max, [Named("Care", cleo)])
    below = ObjectiveFactory(owner=cleo, visibility="private")
    align(below, theme, by=cleo)
    KeyResultFactory(objective=below, checked_in_on=in_acme.today())
    assert held(in_acme, theme)["Care"].counted == []


def test_the_section_and_the_form_cost_the_same_for_one_and_for_many(as_max, acme, theme, max):
    def grow():
        with organization_scope(acme):
            known = [Named(one.name, max, pk=one.pk) for one in theme.functions.all()]
            more = [Named(f"More {len(known) + n}", max) for n in range(3)]
            KeyResultFactory(objective=theme)
            name_functions(theme, max, [*known, *more])

    grow()
    kind = f"/o/acme/objectives/{theme.pk}/kind/"
    assert_queries_do_not_grow(lambda: as_max.get(kind), grow, at_most=15)
    assert_queries_do_not_grow(lambda: as_max.get(path(theme)), grow, at_most=20)


# Values.


@pytest.fixture
def value(acme, ada):
    with organization_scope(acme):
        return Value.objects.create(name="Riders first", created_by=ada)


def test_values_are_added_reworded_archived_and_taken_back(as_ada, acme, ada):
    here = "/o/acme/objectives/values/"
    assert as_ada.post(f"{here}new/", {"name": "Riders first"}).url == here
    assert as_ada.post(f"{here}new/", {"name": "riders First"}).status_code == 422
    with organization_scope(acme):
        value = Value.objects.get()
    as_ada.post(f"{here}{value.pk}/edit/", {"name": "Riders come first", "meaning": "In doubt too"})
    for archived in (True, False):
        as_ada.post(f"{here}{value.pk}/archive/")
        with organization_scope(acme):
            value.refresh_from_db()
            assert (value.archived_at is not None) == archived
    assert value.name == "Riders come first"


def test_a_value_somebody_reworded_meanwhile_is_not_overwritten(as_ada, acme, value):
    path = f"/o/acme/objectives/values/{value.pk}/edit/"
    seen = as_ada.get(path).context_data["form"].shown
    with organization_scope(acme):
        Value.objects.update(name="Riders come first")
    answer = as_ada.post(path, {"name": "Riders always", "seen": seen})
    assert answer.status_code == 422
    assert "Somebody else changed this" in answer.content.decode()


def test_an_archived_value_is_offered_no_more_and_stays_where_it_is_named(
    as_max, acme, theme, value, ada
):
    with organization_scope(acme):
        ObjectiveValue.choose(theme, [value])
        value.archive(by=ada)
    offered = as_max.get("/o/acme/objectives/new/?kind=thematic").content.decode()
    assert "Riders first" not in offered
    assert "Riders first" in as_max.get(f"/o/acme/objectives/{theme.pk}/edit/").content.decode()
    assert "Riders first" in as_max.get(f"/o/acme/objectives/{theme.pk}/kind/").content.decode()


def test_uses_are_counted_and_never_named(as_ada, as_cleo, acme, theme, value, max):
    with organization_scope(acme):
        secret = ObjectiveFactory(title="A merger", owner=max, visibility="private")
        for objective in (theme, secret):
            ObjectiveValue.choose(objective, [value])
        Objective.objects.filter(pk=theme.pk).update(closed_at=acme.created_at)
    page = as_ada.get("/o/acme/objectives/values/").content.decode()
    assert "Named by 2 objectives" in page
    assert "1 running" in page
    assert "A merger" not in page
    assert as_cleo.get("/o/acme/objectives/values/").status_code == 403
