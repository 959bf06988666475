"""The one form for all that is due: each card stands on its own, and twice is once."""

import sys
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from checkins.models import CheckIn, Reading
from objectives.models import KeyResult, Milestone
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory, days

PAGE = "/o/acme/check-in/"

pytestmark = pytest.mark.usefixtures("on_the_due_day")


def read(response):
    return BeautifulSoup(response.content, "html.parser")


def filled(response):
    """What a browser would post of the page as it stands."""
    form = read(response).select_one("form[data-checkin]")
    data = {}
    for field in form.select("input, textarea"):
        kind, name = field.get("type"), field.get("name")
        if kind in {"radio", "checkbox"} and not field.has_attr("checked"):
            continue
        empty = "on" if kind == "checkbox" else ""
        value = field.get("value", empty) if field.name == "input" else field.text.strip()
        data.setdefault(name, []).append(value)
    return data


def said(answer):
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def check_ins(acme):
    with organization_scope(acme):
        return list(CheckIn.objects.order_by("recorded_at"))


def measured(acme, key_result, value, confidence=8):
    """Let a key result stand at a value since the last fortnight."""
    with organization_scope(acme):
        last_time = acme.today() - days(14)
        reading = Reading(Decimal(str(value)), confidence)
        CheckIn.record(key_result, key_result.owner, reading, uuid4(), on=last_time)


@pytest.fixture
def three(acme, cleo, objective, key_result):
    """Cleo's three key results, measured a fortnight ago."""
    with organization_scope(acme):
        rate = KeyResultFactory(
            objective=objective,
            title="Failure rate",
            measure="percent",
            direction="decrease",
            decimals=1,
            start=Decimal("6.2"),
            target=Decimal(2),
            position=1,
        )
        bikes = KeyResultFactory(
            objective=objective, title="Bikes", unit="bikes", target=9000, position=2
        )
    measured(acme, key_result, 40)
    measured(acme, rate, "3.9", confidence=6)
    measured(acme, bikes, 4150, confidence=3)
    return [key_result, rate, bikes]


def test_every_due_key_result_is_on_the_page_with_last_times_values(as_cleo, three):
    page = read(as_cleo.get(PAGE))
    assert page.h1.text == "How is it going?"
    assert [card.h2.text for card in page.select("section.panel")] == [
        "Answers within an hour",
        "Failure rate",
        "Bikes",
    ]
    values = [field["value"] for field in page.select(".stepper input")]
    assert values == ["40", "3.9", "4,150"]
    rate = page.select("section.panel")[1]
    assert "Was 3.9% on 3 Nov" in rate.text
    assert "How sure are you of reaching 2.0%?" in rate.text
    assert [button["data-step"] for button in rate.select("button")] == ["-0.1", "0.1"]
    assert rate.select_one("input[type=radio][checked]")["value"] == "6"
    ends = [end.text.strip() for end in rate.select(".bar-ends span")]
    assert ends == ["6.2%", "55% done, 52% expected today", "2.0%"]


def test_saving_without_changes_says_no_change_for_each(as_cleo, acme, three):
    answer = as_cleo.post(PAGE, filled(as_cleo.get(PAGE)))
    assert (answer.status_code, answer.url) == (302, "/o/acme/")
    latest = check_ins(acme)[-3:]
    assert {(one.value, one.previous) for one in latest} == {
        (Decimal(40), Decimal(40)),
        (Decimal("3.9"), Decimal("3.9")),
        (Decimal(4150), Decimal(4150)),
    }
    assert all(one.period_id for one in latest)
    assert "Checked in on 3 key results. Max can see it." in said(answer)


def test_one_changed_value_moves_the_objective(as_cleo, acme, objective, three):
    data = filled(as_cleo.get(PAGE))
    rate = three[1]
    data |= {f"{rate.pk}-value": "3,8", f"{rate.pk}-note": "Firmware fix"}
    as_cleo.post(PAGE, data)
    with organization_scope(acme):
        rate.refresh_from_db()
        said = Event.objects.filter(kind="checked_in", details__note="Firmware fix").get().details
    assert rate.current == Decimal("3.8")
    assert rate.progress == Decimal("0.571428")
    assert (said["unit"], said["measure"], said["decimals"]) == ("", "percent", 1)


def test_the_manager_is_told_of_what_is_public_alone(as_cleo, acme, max, objective, three):
    with organization_scope(acme):
        objective.visibility = "private"
        objective.save()
        before = max.notifications.count()
    answer = as_cleo.post(PAGE, filled(as_cleo.get(PAGE)))
    assert "can see it" not in said(answer)
    with organization_scope(acme):
        assert max.notifications.count() == before == 3


def test_what_is_right_is_saved_and_only_the_rest_comes_back(as_cleo, acme, three):
    data = filled(as_cleo.get(PAGE))
    bikes = three[2]
    data |= {f"{bikes.pk}-value": "many", f"{bikes.pk}-note": "Counting"}
    answer = as_cleo.post(PAGE, data)
    page = read(answer)
    assert answer.status_code == 200
    assert [card.h2.text for card in page.select("section.panel")] == ["Bikes"]
    assert page.select_one(".stepper input")["value"] == "many"
    assert page.textarea.text.strip() == "Counting"
    assert "Enter a number" in page.select_one("[data-errors]").text
    assert "2 key results are saved" in page.text
    assert len(check_ins(acme)) == 5
    again = filled(answer) | {f"{bikes.pk}-value": "4,200"}
    assert as_cleo.post(PAGE, again).status_code == 302
    assert len(check_ins(acme)) == 6


def test_nothing_right_saves_nothing(as_cleo, acme, key_result):
    answer = as_cleo.post(PAGE, filled(as_cleo.get(PAGE)))
    assert answer.status_code == 422
    page = read(answer)
    assert "Enter where it stands now." in page.text
    assert "Choose how sure you are" in page.text
    assert check_ins(acme) == []


def test_the_same_form_twice_is_one_check_in_and_leads_home_both_times(as_cleo, acme, three):
    data = filled(as_cleo.get(PAGE))
    answers = [as_cleo.post(PAGE, data) for _ in range(2)]
    assert [(one.status_code, one.url) for one in answers] == [(302, "/o/acme/")] * 2
    assert len(check_ins(acme)) == 6


def test_who_was_overtaken_sees_the_other_value_and_may_save_on_top(as_cleo, acme, key_result):
    measured(acme, key_result, 40)
    first, second = (filled(as_cleo.get(PAGE)) for _ in range(2))
    as_cleo.post(PAGE, first | {f"{key_result.pk}-value": "50"})
    answer = as_cleo.post(PAGE, second | {f"{key_result.pk}-value": "60"})
    assert answer.status_code == 422
    page = read(answer)
    assert "Cleo saved 50 with confidence 8" in page.select_one(".overtaken").text
    assert page.select_one(".stepper input")["value"] == "60"
    assert as_cleo.post(PAGE, filled(answer)).status_code == 302
    with organization_scope(acme):
        key_result.refresh_from_db()
    assert key_result.current == 60


def test_all_is_done_until_the_next_time(as_cleo, three):
    as_cleo.post(PAGE, filled(as_cleo.get(PAGE)))
    page = read(as_cleo.get(PAGE))
    assert page.h1.text == "All checked in until 1 Dec"
    assert len(page.select("li.row")) == 3
    assert page.select_one("form[data-checkin]") is None


def test_nothing_is_due_between_two_periods(as_cleo, key_result, time_machine, acme):
    time_machine.move_to(acme.today() + days(7))
    page = read(as_cleo.get(PAGE))
    assert page.h1.text == "All checked in until 1 Dec"


def test_one_objective_can_be_checked_in_at_any_time(as_cleo, acme, cleo, objective, three):
    with organization_scope(acme):
        other = KeyResultFactory(objective=ObjectiveFactory(owner=cleo), title="Other")
    as_cleo.post(PAGE, filled(as_cleo.get(PAGE)))
    page = as_cleo.get(PAGE, {"objective": objective.pk})
    assert [card.h2.text for card in read(page).select("section.panel")] == [
        "Answers within an hour",
        "Failure rate",
        "Bikes",
    ]
    assert as_cleo.post(f"{PAGE}?objective={objective.pk}", filled(page)).status_code == 302
    assert len(check_ins(acme)) == 9
    one = read(as_cleo.get(PAGE, {"key_result": other.pk}))
    assert [card.h2.text for card in one.select("section.panel")] == ["Other"]


def test_somebody_elses_key_results_are_not_there(
    acme, as_max, as_mallory, as_cleo, objective, three
):
    assert as_max.get(PAGE, {"objective": objective.pk}).status_code == 404
    assert as_cleo.get(PAGE, {"objective": "nonsense"}).status_code == 404
    data = filled(as_cleo.get(PAGE))
    answer = as_max.post(PAGE, data)
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    assert "Failure rate" not in answer.text
    assert as_mallory.post(PAGE, data).status_code == 404
    assert as_cleo.post(PAGE, data | {"submission": "nonsense"}).status_code == 400
    assert len(check_ins(acme)) == 3


def test_yes_no_and_milestones_are_switched_and_ticked(as_cleo, acme, objective):
    with organization_scope(acme):
        KeyResult.objects.all().delete()
        KeyResultFactory(
            objective=objective, title="Contract", measure="yes_no", start=None, target=None
        )
        steps = KeyResultFactory(
            objective=objective, title="Launch", measure="milestones", start=None, target=None
        )
        for title in ("Plan", "Pilot", "Launch"):
            Milestone.objects.create(key_result=steps, title=title)
    data = filled(as_cleo.get(PAGE))
    page = read(as_cleo.get(PAGE))
    boxes = [box["value"] for box in page.select("input[type=checkbox]:not(.switch)")]
    for card in page.select("section.panel"):
        data[f"{card['id'].removeprefix('kr-')}-confidence"] = "8"
    data |= {f"{steps.pk}-value": boxes[:2]}
    assert as_cleo.post(PAGE, data).status_code == 302
    with organization_scope(acme):
        steps.refresh_from_db()
    assert steps.progress == Decimal("0.666666")
    assert "2 of 3 milestones" in as_cleo.get(PAGE).text
    assert "Not yet" in as_cleo.get(PAGE).text


@pytest.mark.parametrize(
    ("measure", "unit", "decimals", "value", "words"),
    [
        ("percent", "", 1, "3.9", "Was 3.9% on"),
        ("currency", "€", 0, "4150", "Was €4,150 on"),
        ("currency", "CHF", 0, "4150", "Was 4,150 CHF on"),
        ("number", "bikes", 0, "4150", "Was 4,150 bikes on"),
        ("number", "<b>", 0, "1", "Was 1 &lt;b&gt; on"),
        ("number", "", 0, "0.123456", "Was 0.123456 on"),
    ],
)
def test_values_carry_their_unit(as_cleo, acme, objective, measure, unit, decimals, value, words):
    with organization_scope(acme):
        KeyResult.objects.update(measure=measure, unit=unit, decimals=decimals)
        key_result = objective.key_results.get()
    measured(acme, key_result, value)
    assert words in as_cleo.get(PAGE).text


@pytest.mark.parametrize("value", ["-3", "99999999999999", "0,000001", "1.234.567,5", "150%"])
def test_strange_numbers_are_saved(as_cleo, acme, key_result, value):
    data = filled(as_cleo.get(PAGE))
    data |= {f"{key_result.pk}-value": value, f"{key_result.pk}-confidence": "8"}
    assert as_cleo.post(PAGE, data).status_code == 302


@pytest.mark.parametrize("value", ["", "x", "1e400", "NaN", "9" * 25, "1,23,4", "0.1234567"])
def test_impossible_numbers_are_refused_in_words(as_cleo, key_result, value):
    data = filled(as_cleo.get(PAGE))
    data |= {f"{key_result.pk}-value": value, f"{key_result.pk}-confidence": "8"}
    answer = as_cleo.post(PAGE, data)
    assert answer.status_code == 422
    field = read(answer).select_one(".stepper input")
    assert field["aria-invalid"] == "true"
    assert field.get("value", "") == value


def preview(client, key_result, value):
    data = {f"{key_result.pk}-value": value}
    return client.get(f"{PAGE}{key_result.pk}/preview/", data, headers={"HX-Request": "true"})


def test_the_preview_computes_on_the_server_and_saves_nothing(as_cleo, acme, three):
    before = len(check_ins(acme))
    answer = preview(as_cleo, three[1], "3,8")
    assert answer.status_code == 200
    fragment = read(answer)
    assert "57% done, 52% expected today" in fragment.select_one(".reach").text
    assert "<html" not in answer.text
    assert len(check_ins(acme)) == before
    wrong = preview(as_cleo, three[1], "x")
    assert wrong.status_code == 422
    assert "Enter a number" in wrong.text


def test_the_preview_of_others_is_not_there(as_max, as_cleo, key_result):
    assert preview(as_max, key_result, "1").status_code == 404
    assert as_max.get(f"{PAGE}{uuid4()}/preview/").status_code == 404


def test_nothing_changed_is_one_press(as_cleo, acme, three):
    answers = [as_cleo.post(f"{PAGE}unchanged/", {"submission": uuid4()}) for _ in range(2)]
    assert [one.url for one in answers] == ["/o/acme/"] * 2
    assert len(check_ins(acme)) == 6
    assert "Checked in on 3 key results." in said(answers[0])


def test_nothing_changed_leaves_what_was_never_measured(as_cleo, acme, objective, three):
    with organization_scope(acme):
        KeyResultFactory(objective=objective, title="New", position=9)
    answer = as_cleo.post(f"{PAGE}unchanged/")
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert len(check_ins(acme)) == 6
    page = read(as_cleo.get(PAGE))
    assert "1 key result needs its first number." in page.text
    assert [card.h2.text for card in page.select("section.panel")] == ["New"]


def test_nothing_is_changed_by_looking(as_cleo, three):
    assert as_cleo.get(f"{PAGE}unchanged/").status_code == 405


def counted(client, ask):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = ask(client)
    control = ("SAVEPOINT", "app.organization_id', ''")
    return answer, [
        one["sql"] for one in queries if not any(word in one["sql"] for word in control)
    ]


@pytest.fixture
def many(acme, objective):
    def make(size):
        with organization_scope(acme):
            KeyResult.objects.bulk_create(
                KeyResult(
                    objective=objective,
                    owner=objective.owner,
                    title=f"Key result {n}",
                    start=0,
                    target=100,
                    current=10,
                    confidence=8,
                    position=n,
                )
                for n in range(size)
            )

    return make


def test_the_page_and_saving_cost_the_same_for_one_and_a_hundred(as_cleo, period, many, capsys):
    reads, writes, ends = [], [], []
    for size in (1, 9, 90):
        many(size)
        page, asked = counted(as_cleo, lambda client: client.get(PAGE))
        reads.append(len(asked))
        data = filled(page)
        for pk in data["key_result"]:
            data |= {f"{pk}-value": ["12"], f"{pk}-confidence": ["8"]}
        answer, asked = counted(as_cleo, lambda client, data=data: client.post(PAGE, data))
        assert answer.status_code == 302
        writes.append(len(asked))
        ends.append(len(counted(as_cleo, lambda client: client.get(PAGE))[1]))
    with capsys.disabled():
        sys.stdout.write(f" page {reads}, saving {writes} statements ")
    assert len(set(reads)) == 1
    assert len(set(writes)) == 1
    assert len(set(ends)) == 1
    assert reads[0] <= 15
    assert writes[0] <= 15
    assert ends[0] <= 15
