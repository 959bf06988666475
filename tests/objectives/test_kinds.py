"""Writing an objective: first its kind, then only what that kind asks for."""

import pytest
from django.utils import timezone

from objectives.choosing import CHOICES
from objectives.examples import EXAMPLES
from objectives.models import Objective, ObjectiveValue, Value
from organizations.models import Cycle
from organizations.tenancy import organization_scope
from tests.factories import DepartmentFactory, ObjectiveFactory, OneFocusFactory, running_quarter

from .test_objectives import typed

NEW = "/o/acme/objectives/new/"


@pytest.fixture
def quarter(acme):
    with organization_scope(acme):
        return running_quarter()


def fields(client, address):
    return set(client.get(address).context_data["form"].fields)


def test_the_kind_is_asked_first_with_examples_of_several_functions(as_cleo, quarter):
    page = as_cleo.get(NEW).content.decode()
    for choice in CHOICES:
        assert str(choice.sentence) in page.replace("&#x27;", "'")
        assert f"?kind={choice.kind}" in page
        assert len({str(one.where) for one in EXAMPLES[choice.kind]}) >= 2
    assert "Customer service" in page


def test_departmental_objectives_are_suggested_after_two_closed_quarters(as_cleo, acme, quarter):
    suggestion = "ready for this kind"
    assert suggestion not in as_cleo.get(NEW).text
    with organization_scope(acme):
        quarters = Cycle.objects.quarters().order_by("start")
        for closed, shown in ((0, False), (1, True)):
            Cycle.objects.filter(pk=quarters[closed].pk).update(closed_at=timezone.now())
            assert (suggestion in as_cleo.get(NEW).text) == shown


def test_what_was_asked_for_stays_with_the_choice(as_cleo, acme, quarter, max):
    with organization_scope(acme):
        focus = OneFocusFactory(owner=max, title="Winter is ours")
    page = as_cleo.get(f"{NEW}?parent={focus.pk}").content.decode()
    assert f"?parent={focus.pk}&amp;kind=supporting" in page
    form = as_cleo.get(f"{NEW}?parent={focus.pk}&kind=supporting").content.decode()
    assert "Winter is ours" in form


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        ("one_focus", {"challenge", "challenge_words"}, {"department", "parent"}),
        ("departmental", {"department", "parent"}, {"level", "challenge"}),
        ("thematic", {"values"}, {"department", "level", "challenge"}),
        ("supporting", {"level", "department", "parent"}, {"values", "challenge"}),
    ],
)
def test_a_kind_asks_only_what_it_needs(as_cleo, quarter, kind, asked, not_asked):
    there = fields(as_cleo, f"{NEW}?kind={kind}")
    assert asked <= there
    assert not there & not_asked


def rows_of(answer):
    """The form that came back, and its rows."""
    form = answer.context_data["form"]
    return [form, *form.key_results.forms]


@pytest.mark.parametrize("slug", [one.slug for found in EXAMPLES.values() for one in found])
def test_every_example_fills_in_a_form_that_can_be_saved(as_ada, acme, quarter, slug):
    [example] = [one for found in EXAMPLES.values() for one in found if one.slug == slug]
    with organization_scope(acme):
        department = DepartmentFactory()
    form = as_ada.get(f"{NEW}?kind={example.kind}&example={slug}").context_data["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"owner": "Ada", "department": department.pk, "parent": ""}
    data |= {"visibility": "public", "basis": "both"}  # A browser takes the first of a list.
    rows = form.key_results
    data |= {f"key_results-{name}": len(rows.forms) for name in ("TOTAL_FORMS",)}
    data["key_results-INITIAL_FORMS"] = 0
    for row in rows.forms:
        values = {row.add_prefix(name): row[name].value() for name in row.fields}
        data |= {name: value for name, value in values.items() if value is not None}
        steps = data.pop(row.add_prefix("milestones"), [])
        data[f"{row.add_prefix('milestones')}-title"] = [step["title"] for step in steps]
        for name in ("points", "owner"):
            data.pop(row.add_prefix(name), None)
    data.pop("values", None)
    data = {name: one if isinstance(one, list) else str(one) for name, one in data.items()}
    answer = as_ada.post(f"{NEW}?kind={example.kind}", data)
    assert answer.status_code == 302, [one.errors for one in rows_of(answer)]
    with organization_scope(acme):
        objective = Objective.objects.get()
        assert objective.title == str(example.title)
        assert objective.kind == example.kind
        assert objective.key_results.count() == len(example.results)
        assert not any(one.problem for one in objective.key_results.all())


@pytest.mark.parametrize("visibility", ["restricted", "private"])
def test_a_departmental_objective_is_everybodys_and_says_so(as_cleo, acme, quarter, visibility):
    with organization_scope(acme):
        department = DepartmentFactory(name="Rider Care")
    form = typed(
        owner="Cleo",
        cycle=quarter.pk,
        kind="departmental",
        department=department.pk,
        level="individual",
    )
    refused = as_cleo.post(NEW, form | {"visibility": visibility})
    assert refused.status_code == 422
    assert "this kind of objective is read by everyone" in refused.content.decode()
    as_cleo.post(NEW, form)
    with organization_scope(acme):
        objective = Objective.objects.get()
        assert (objective.visibility, objective.level) == ("public", "department")


def test_a_drafts_kind_can_still_change_a_committed_ones_cannot(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        department = DepartmentFactory()
        draft = ObjectiveFactory(owner=cleo, committed_at=None, visibility="private")
    form = typed(owner="Cleo", cycle=quarter.pk, kind="departmental", department=department.pk)
    as_cleo.post(f"/o/acme/objectives/{draft.pk}/edit/", form | {"version": 1})
    with organization_scope(acme):
        draft.refresh_from_db()
        assert (draft.kind, draft.visibility) == ("departmental", "public")
        draft.commit(by=cleo)
        draft.refresh_from_db()
    form = typed(owner="Cleo", cycle=quarter.pk, kind="supporting", department=department.pk)
    as_cleo.post(f"/o/acme/objectives/{draft.pk}/edit/", form | {"version": draft.version})
    with organization_scope(acme):
        draft.refresh_from_db()
        assert draft.kind == "departmental"


def test_a_theme_asks_for_its_functions_next_and_keeps_its_values(as_cleo, acme, cleo, quarter):
    with organization_scope(acme):
        value = Value.objects.create(name="Riders first", created_by=cleo)
    form = typed(owner="Cleo", cycle=quarter.pk, kind="thematic", values=[value.pk])
    answer = as_cleo.post(NEW, form)
    with organization_scope(acme):
        theme = Objective.objects.get()
        assert answer.url == f"/o/acme/objectives/{theme.pk}/functions/"
        assert ObjectiveValue.objects.get().objective == theme


# Single people's objectives can be switched off.


def test_single_peoples_objectives_can_be_switched_off_and_stay_readable(
    as_ada, as_cleo, as_max, acme, objective, quarter
):
    assert as_cleo.post("/o/acme/objectives/values/levels/").status_code == 403
    as_ada.post("/o/acme/objectives/values/levels/", {})
    choices = dict(
        as_cleo.get(f"{NEW}?kind=supporting").context_data["form"]["level"].field.choices
    )
    assert set(choices) == {"department"}
    refused = as_cleo.post(NEW, typed(owner="Cleo", cycle=quarter.pk))
    assert refused.status_code == 422
    assert as_max.get(f"/o/acme/objectives/{objective.pk}/").status_code == 200
    edit = as_cleo.get(f"/o/acme/objectives/{objective.pk}/edit/").context_data["form"]
    assert "individual" in dict(edit["level"].field.choices)
    as_ada.post("/o/acme/objectives/values/levels/", {"individual_objectives": "on"})
    assert as_cleo.post(NEW, typed(owner="Cleo", cycle=quarter.pk)).status_code == 302
