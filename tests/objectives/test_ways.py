"""How a key result gets there: written in the form, shown before saving, expected afterwards."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from checkins.models import CheckIn, Reading
from objectives.models import KeyResult, Milestone, Objective
from objectives.standing import Yardstick
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, running_quarter

PREVIEW = "/o/acme/objectives/key-results/preview/?row=key_results-0"
NEW = "/o/acme/objectives/new/"


def read(answer):
    return BeautifulSoup(answer.content, "html.parser")


@pytest.fixture
def cycle(acme):
    """The running quarter, not locked yet, so that everything is edited freely."""
    with organization_scope(acme):
        cycle = running_quarter()
        cycle.lock_on = acme.today() + timedelta(days=1)
        cycle.save()
        return cycle


@pytest.fixture
def typed(cycle):
    """Return a form with one key result, as somebody fills it in."""

    def fill(**row):
        form = {"title": "Answer riders", "kind": "supporting", "level": "individual"}
        form |= {"visibility": "public", "ambition": "aspirational", "basis": "both"}
        form |= {"owner": "Cleo", "cycle": cycle.pk}
        form |= {"key_results-TOTAL_FORMS": "1", "key_results-INITIAL_FORMS": "0"}
        row = {"title": "Waits", "measure": "number", "weight": "1"} | row
        return form | {f"key_results-0-{name}": value for name, value in row.items()}

    return fill


def saved(client, acme, form):
    answer = client.post(NEW, form)
    assert answer.status_code == 302, read(answer).select(".field-error, .alert")
    with organization_scope(acme):
        return KeyResult.objects.prefetch_related("milestones").get()


def errors(client, form):
    answer = client.post(NEW, form)
    assert answer.status_code == 422
    (row,) = answer.context_data["form"].key_results
    return row.errors


# Written down.


def test_a_change_in_phases_expects_its_points(as_cleo, acme, cleo, cycle, typed):
    middle = cycle.start + (cycle.end - cycle.start) / 2
    points = {"points-day": [middle.isoformat()], "points-value": ["20"]}
    form = typed(start="0", target="100", expectation="phased", **points)
    key_result = saved(as_cleo, acme, form)
    assert key_result.points == [(middle, Decimal(20))]
    yardstick = Yardstick(acme, middle)
    assert yardstick.expected_of(key_result, cycle) == Decimal("0.2")
    assert yardstick.expected_in(cycle) > Decimal("0.4")


def test_end_loaded_expects_little_at_half_time(as_cleo, acme, cleo, cycle, typed):
    key_result = saved(as_cleo, acme, typed(start="0", target="9", expectation="end_loaded"))
    middle = cycle.start + (cycle.end - cycle.start) / 2
    assert Decimal("0.2") < Yardstick(acme, middle).expected_of(key_result, cycle) < Decimal("0.3")


def test_milestones_are_ordered_weighted_and_due(as_cleo, acme, cleo, cycle, typed):
    due = cycle.start + timedelta(days=30)
    steps = {
        "milestones-id": ["", "", ""],
        "milestones-place": ["2", "1", ""],
        "milestones-title": ["Build", "Plan", ""],
        "milestones-weight": ["3", "", "9"],
        "milestones-due_on": ["", due.isoformat(), ""],
    }
    form = typed(measure="milestones", expectation="phased", **steps)
    form["key_results-0-milestones-weight"] = ["3", "", ""]
    key_result = saved(as_cleo, acme, form)
    steps = [(step.title, step.weight, step.due_on) for step in key_result.milestones.all()]
    assert steps == [("Plan", 1, due), ("Build", 3, None)]
    assert Yardstick(acme, due).expected_of(key_result, cycle) == Decimal("0.25")


def test_a_renamed_milestone_stays_done(as_cleo, acme, cleo, key_result, typed):
    with organization_scope(acme):
        objective = key_result.objective
        steps = KeyResultFactory(
            objective=objective, measure="milestones", start=None, target=None, position=1
        )
        plan, build = (Milestone.objects.create(key_result=steps, title=t) for t in "AB")
        reading = Reading(Decimal(1), 7, done_milestones=[plan.pk])
        CheckIn.record(steps, cleo, reading, uuid4(), on=acme.today())
    row = {"id": str(steps.pk), "measure": "milestones", "title": "Steps"}
    row |= {"milestones-id": [str(build.pk), str(plan.pk)], "milestones-title": ["B", "A, agreed"]}
    row |= {"milestones-place": ["1", "2"], "milestones-weight": ["1", "3"]}
    form = typed(**row) | {"version": 1, "key_results-INITIAL_FORMS": "1"}
    form |= {"key_results-TOTAL_FORMS": "1"}
    with organization_scope(acme):
        key_result.delete()
    answer = as_cleo.post(f"/o/acme/objectives/{objective.pk}/edit/", form)
    assert answer.status_code == 302, read(answer).select(".field-error")
    with organization_scope(acme):
        steps.refresh_from_db()
        assert [step.title for step in steps.milestones.all()] == ["B", "A, agreed"]
        assert steps.progress == Decimal("0.75")


@pytest.mark.parametrize(
    ("direction", "start", "percent", "target", "words"),
    [
        ("down_by", "400000", "2", 392000, "2% less than €400,000 is €392,000."),
        ("up_by", "200000", "12,5", 225000, "12.5% more than €200,000 is €225,000."),
    ],
)
def test_a_change_by_per_cent_is_resolved_and_said(
    as_cleo, acme, cleo, typed, direction, start, percent, target, words
):
    form = typed(measure="currency", direction=direction, start=start, by_percent=percent)
    preview = as_cleo.post(PREVIEW, form)
    assert words in read(preview).text
    key_result = saved(as_cleo, acme, form)
    assert (key_result.target, key_result.unit) == (target, "EUR")
    page = read(as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/edit/"))
    chosen = page.select_one("[name=key_results-0-direction] [selected]")
    assert chosen["value"] == direction


def test_two_per_cent_over_the_long_run_have_a_checkpoint(as_cleo, acme, cleo, cycle, typed):
    until = cycle.end + timedelta(days=270)
    form = typed(direction="down_by", start="1000", by_percent="2", horizon=until.isoformat())
    form["key_results-0-checkpoint"] = "995"
    key_result = saved(as_cleo, acme, form)
    with organization_scope(acme):
        CheckIn.record(key_result, cleo, Reading(Decimal(995), 8), uuid4(), on=acme.today())
        assert (key_result.progress, key_result.whole_way) == (1, Decimal("0.25"))
    page = read(as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/")).text
    assert "25% of the whole way to 980" in page
    assert "The whole way: 995 by" in page


@pytest.mark.parametrize(
    ("unit", "kept"), [("eur", "EUR"), ("€", "EUR"), ("", "EUR"), ("CHF", "CHF")]
)
def test_money_is_known_by_three_letters(as_cleo, acme, cleo, typed, unit, kept):
    form = typed(measure="currency", start="0", target="9", unit=unit)
    assert saved(as_cleo, acme, form).unit == kept


@pytest.mark.parametrize(("asked", "kept"), [("3", 3), ("", 1)])
def test_decimals_are_as_asked_or_as_typed(as_cleo, acme, cleo, typed, asked, kept):
    form = typed(start="0", target="4.5", decimals=asked)
    assert saved(as_cleo, acme, form).decimals == kept


# What contradicts itself.

CONTRADICTIONS = [
    pytest.param({"direction": "down_by", "start": "0", "by_percent": "2"}, "start", id="% of 0"),
    pytest.param(
        {"direction": "up_by", "start": "9", "by_percent": "-2"}, "by_percent", id="negative %"
    ),
    pytest.param({"measure": "currency", "unit": "Taler"}, "unit", id="no currency"),
    pytest.param(
        {"start": "0", "target": "9", "expectation": "phased"}, "points", id="phases without points"
    ),
    pytest.param(
        {"measure": "yes_no", "expectation": "phased"}, "expectation", id="yes or no in phases"
    ),
    pytest.param(
        {
            "measure": "milestones",
            "expectation": "phased",
            "milestones-title": ["Plan"],
            "milestones-weight": ["1"],
        },
        "milestones",
        id="milestones in phases that are never due",
    ),
    pytest.param(
        {"start": "0", "target": "9", "horizon": "{start}"}, "horizon", id="horizon within"
    ),
    pytest.param(
        {"start": "0", "target": "9", "horizon": "2099-01-01"},
        "checkpoint",
        id="horizon without a checkpoint",
    ),
    pytest.param(
        {"start": "0", "target": "9", "horizon": "2099-01-01", "checkpoint": "10"},
        "checkpoint",
        id="checkpoint beyond the target",
    ),
    pytest.param(
        {
            "start": "0",
            "target": "9",
            "expectation": "phased",
            "points-day": ["2001-01-01"],
            "points-value": ["3"],
        },
        "points",
        id="a point outside the cycle",
    ),
    pytest.param(
        {
            "start": "0",
            "target": "9",
            "expectation": "phased",
            "points-day": ["{middle}"],
            "points-value": ["-3"],
        },
        "points",
        id="a point the wrong way",
    ),
    pytest.param(
        {
            "start": "0",
            "target": "9",
            "expectation": "phased",
            "points-day": ["{middle}", "{middle}"],
            "points-value": ["3", "4"],
        },
        "points",
        id="one day twice",
    ),
    pytest.param(
        {"start": "0", "target": "9", "points-day": ["{middle}"], "points-value": ["x"]},
        "points",
        id="no number",
    ),
]


@pytest.mark.parametrize(("row", "field"), CONTRADICTIONS)
def test_what_contradicts_itself_is_said_beside_the_field(as_cleo, cleo, cycle, typed, row, field):
    middle = cycle.start + (cycle.end - cycle.start) / 2
    days = {"start": cycle.start.isoformat(), "middle": middle.isoformat()}

    def told(value):
        return [told(one) for one in value] if isinstance(value, list) else value.format(**days)

    found = errors(as_cleo, typed(**{name: told(value) for name, value in row.items()}))
    assert list(found) == [field]


def test_how_it_is_measured_stays_once_somebody_has(as_cleo, acme, cleo, key_result, typed):
    with organization_scope(acme):
        CheckIn.record(key_result, cleo, Reading(Decimal(40), 7), uuid4(), on=acme.today())
    address = f"/o/acme/objectives/{key_result.objective_id}/edit/"
    page = read(as_cleo.get(address))
    for name in ("measure", "unit"):
        assert page.select_one(f"[name=key_results-0-{name}]").has_attr("disabled")
    row = {"id": str(key_result.pk), "measure": "score", "unit": "points", "start": "0"}
    form = typed(**row, target="80") | {"version": 1, "key_results-INITIAL_FORMS": "1"}
    assert as_cleo.post(address, form).status_code == 302
    with organization_scope(acme):
        key_result.refresh_from_db()
        assert (key_result.measure, key_result.unit) == ("number", "")
        assert key_result.progress == Decimal("0.5")
    form |= {"version": 2, "key_results-0-direction": "at_most"}
    answer = as_cleo.post(address, form)
    assert answer.status_code == 422
    assert list(answer.context_data["form"].key_results.forms[0].errors) == ["direction"]


def test_another_owner_of_a_key_result_stays_when_it_is_edited(as_cleo, acme, cleo, max, typed):
    key_result = saved(as_cleo, acme, typed(start="0", target="9", owner="Max"))
    assert key_result.owner_id == max.pk
    page = read(as_cleo.get(f"/o/acme/objectives/{key_result.objective_id}/edit/"))
    assert page.select_one("[name=key_results-0-owner]")["value"] == "Max"


# Shown before saving.


@pytest.mark.parametrize(
    ("row", "levels"),
    [
        (
            {"start": "10", "target": "20", "unit": "h"},
            ["0% 10 h", "50% 15 h", "100% 20 h"],
        ),
        ({"direction": "at_most", "target": "5"}, ["0% beyond it, at once", "100% 5"]),
        (
            {"direction": "at_most", "target": "5", "aggregation": "share_of_periods_ok"},
            ["0% kept in no period", "50% kept in every second", "100% kept in every period"],
        ),
        (
            {"direction": "within", "lower": "2", "upper": "4", "red_low": "0", "red_high": "8"},
            ["0% 0 or 8", "50% 1 or 6", "100% 2 or 4"],
        ),
        (
            {"direction": "baseline", "source": "A survey"},
            ["0% no number yet", "100% number, date and source are known"],
        ),
        ({"measure": "yes_no"}, ["0% not yet", "100% done"]),
        (
            {"measure": "judgement", "rubric": "0: no. 1: yes."},
            ["0% grade 0", "50% grade 0.5", "100% grade 1"],
        ),
        (
            {
                "measure": "milestones",
                "milestones-title": ["Plan", "Build"],
                "milestones-weight": ["1", "2"],
            },
            ["0% none done", "50% 1.5 of a weight of 3", "100% all done"],
        ),
    ],
)
def test_a_row_says_what_it_means_before_it_is_saved(as_cleo, acme, cleo, typed, row, levels):
    answer = as_cleo.post(PREVIEW, typed(**row), headers={"hx-request": "true"})
    assert answer.status_code == 200
    page = read(answer)
    assert [one.text for one in page.select(".levels span")] == levels
    assert "Expected evenly" in page.select_one("svg")["aria-label"]
    with organization_scope(acme):
        assert not Objective.objects.exists()


def test_a_row_that_contradicts_itself_says_so_instead(as_cleo, cleo, typed):
    page = read(as_cleo.post(PREVIEW, typed(start="9", target="9")))
    assert page.text.strip() == "From and to are the same: nothing would change."
    assert read(as_cleo.post(PREVIEW, typed(title=""))).text.strip() == ""


@pytest.mark.parametrize("row", ["", "key_results-99", "x"])
def test_there_is_no_preview_of_another_row(as_cleo, cleo, typed, row):
    assert as_cleo.post(PREVIEW.replace("key_results-0", row), typed()).status_code == 400


def test_the_same_by_a_plain_button(as_cleo, acme, cleo, typed):
    form = typed(start="0", target="10") | {"title": "", "preview": "1"}
    page = read(as_cleo.post(NEW, form))
    levels = page.select_one("#key_results-0-preview .levels")
    assert [one.text for one in levels.select("span")] == ["0% 0", "50% 5", "100% 10"]
    assert not page.select("[data-errors]")
    with organization_scope(acme):
        assert not Objective.objects.exists()


@pytest.mark.parametrize(
    ("example", "measure", "levels"),
    [("launch", "milestones", 3), ("overtime", "duration", 3), ("find-out", "score", 2)],
)
def test_an_example_fills_the_first_empty_row(as_cleo, cleo, typed, example, measure, levels):
    form = typed(start="0", target="9") | {"start_from": "1", "key_result_example": example}
    page = read(as_cleo.post(NEW, form))
    assert page.select_one("[name=key_results-0-title]")["value"] == "Waits"
    chosen = page.select_one("[name=key_results-1-measure] [selected]")
    assert chosen["value"] == measure
    assert len(page.select("#key_results-1-preview .levels span")) == levels
