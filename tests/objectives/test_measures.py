"""Every measure and direction, from the form to the figure on the page."""

from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction

from checkins.forms import Card
from checkins.models import CheckIn, Reading
from core.templatetags.ui import measure, percent
from objectives.models import KeyResult, Objective
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, running_quarter

RUBRIC = "0: nobody knows it. 0.5: some do. 1: riders tell each other."
# What is typed, the value that is checked in, and the progress it makes.
CASES = [
    ({"measure": "duration", "start": "48", "target": "4", "unit": "h"}, "26", "0.5"),
    ({"measure": "score", "start": "20", "target": "40"}, "45", "1.25"),
    ({"direction": "at_least", "target": "95", "red_low": "85"}, "90", "0.5"),
    ({"direction": "at_least", "target": "95"}, "94", "0"),
    ({"direction": "at_most", "target": "5", "red_high": "9"}, "6", "0.75"),
    ({"direction": "within", "lower": "18", "upper": "22", "red_high": "26"}, "23", "0.75"),
    ({"direction": "within", "lower": "18", "upper": "22", "red_low": "14"}, "15", "0.25"),
    ({"direction": "baseline", "source": "The survey of March"}, "31", "1"),
    ({"measure": "judgement", "rubric": RUBRIC}, "0.7", "0.7"),
]
CONTRADICTIONS = [
    ({"direction": "at_least", "target": "95", "red_low": "95"}, "red_low"),
    ({"direction": "at_most", "target": "5", "red_high": "4"}, "red_high"),
    ({"direction": "within", "lower": "22", "upper": "18"}, "upper"),
    ({"direction": "within", "lower": "18", "upper": "22", "red_low": "19"}, "red_low"),
    ({"direction": "baseline"}, "source"),
    ({"measure": "judgement"}, "rubric"),
]


@pytest.fixture
def typed(acme):
    """Return a form with one key result, as somebody fills it in."""

    def fill(**row):
        with organization_scope(acme):
            quarter = running_quarter()
        form = {"title": "Answer riders", "kind": "supporting", "level": "individual"}
        form |= {"visibility": "public", "ambition": "aspirational", "basis": "both"}
        form |= {"owner": "Cleo", "cycle": quarter.pk}
        form |= {"key_results-TOTAL_FORMS": "1", "key_results-INITIAL_FORMS": "0"}
        row = {"title": "Waits", "measure": "number", "weight": "1"} | row
        return form | {f"key_results-0-{name}": value for name, value in row.items()}

    return fill


def drafted(client, form):
    answer = client.post("/o/acme/objectives/new/", form)
    assert answer.status_code == 302, BeautifulSoup(answer.content, "html.parser").text
    return answer.url


@pytest.mark.parametrize(("row", "value", "progress"), CASES)
def test_what_is_typed_is_measured(as_cleo, acme, cleo, typed, row, value, progress):
    page = drafted(as_cleo, typed(**row))
    with organization_scope(acme):
        key_result = KeyResult.objects.get()
        assert key_result.problem is None
        reading = Reading(Decimal(value), confidence=8)
        CheckIn.record(key_result, cleo, reading, uuid4(), on=acme.today())
        assert key_result.progress == Decimal(progress)
    shown = BeautifulSoup(as_cleo.get(page).content, "html.parser")
    explained = [cell.text for cell in shown.select(f"#explain-{key_result.pk} td")]
    assert explained[-1] == percent(Decimal(progress))
    assert measure(Decimal(value), key_result) in explained
    edit = as_cleo.get(f"{page}edit/")
    form = BeautifulSoup(edit.content, "html.parser")
    for name, told in row.items():
        field = form.select_one(f"[name=key_results-0-{name}]")
        chosen = field.select_one("[selected]")
        shown = chosen["value"] if chosen else field.get("value", field.text.strip())
        assert shown == told


@pytest.mark.parametrize(("row", "field"), CONTRADICTIONS)
def test_what_contradicts_itself_is_said_beside_the_field(as_cleo, cleo, typed, row, field):
    answer = as_cleo.post("/o/acme/objectives/new/", typed(**row))
    assert answer.status_code == 422
    (row,) = answer.context_data["form"].key_results
    assert list(row.errors) == [field]


def test_what_a_direction_does_not_ask_for_is_not_kept(as_cleo, acme, cleo, typed):
    drafted(as_cleo, typed(direction="at_most", start="1", target="5", lower="2", rubric="Fine"))
    with organization_scope(acme):
        key_result = KeyResult.objects.get()
    assert (key_result.start, key_result.lower, key_result.rubric) == (None, None, "")


@pytest.mark.parametrize(
    "contradiction",
    [
        {"direction": "at_least", "target": 5, "red_low": 5},
        {"direction": "at_most", "target": 5, "red_high": 5},
        {"direction": "within", "lower": 5, "upper": 4},
        {"direction": "within", "lower": 4, "upper": 5, "red_low": 4},
        {"direction": "sideways"},
        {"measure": "guess"},
    ],
)
def test_the_database_refuses_it_too(in_acme, objective, contradiction):
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyResultFactory(objective=objective, **{"start": None, "target": None} | contradiction)


def test_the_pages_say_at_which_values_it_is_none_half_and_all(as_cleo, acme, cleo, typed):
    page = drafted(as_cleo, typed(direction="at_most", target="4", red_high="8", unit="h"))
    for address in (page, f"{page}edit/"):
        levels = BeautifulSoup(as_cleo.get(address).content, "html.parser").select_one(".levels")
        assert [one.text for one in levels.select("span")] == ["0% 8 h", "50% 6 h", "100% 4 h"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"direction": "at_most", "target": 5}, "at most 5"),
        ({"direction": "within", "lower": 2, "upper": 3}, "2 to 3"),
        ({"direction": "baseline"}, "to be found out"),
    ],
)
def test_every_page_says_what_would_be_good(as_cleo, in_acme, objective, facts, words):
    KeyResultFactory(objective=objective, **{"start": None, "target": None} | facts)
    for page in ("objectives/", f"objectives/{objective.pk}/"):
        assert words in as_cleo.get(f"/o/acme/{page}").content.decode()
    card = as_cleo.get(f"/o/acme/check-in/?objective={objective.pk}").content.decode()
    limit = facts["direction"] != "baseline"
    assert (f"How sure are you of keeping it {words}?" in card) == limit


@pytest.fixture
def judged(in_acme, objective):
    return KeyResultFactory(
        objective=objective, measure="judgement", start=None, target=None, rubric=RUBRIC
    )


@pytest.mark.parametrize(
    ("value", "note", "wrong"),
    [("0.7", "Ten riders asked", []), ("0.7", "", ["note"]), ("1.1", "Wow", ["value"])],
)
def test_a_judgement_is_a_grade_and_its_evidence(judged, value, note, wrong):
    typed = {"value": value, "confidence": "8", "note": note}
    card = Card(judged, {f"{judged.pk}-{name}": text for name, text in typed.items()})
    assert list(card.errors) == wrong


def test_its_card_shows_the_rubric(as_cleo, judged):
    page = as_cleo.get(f"/o/acme/check-in/?key_result={judged.pk}").content.decode()
    assert RUBRIC in page
    assert "What the grade rests on" in page


def test_every_measure_can_be_committed(as_cleo, acme, cleo, typed):
    page = drafted(as_cleo, typed(direction="within", lower="1", upper="2"))
    as_cleo.post(f"{page}commit/")
    with organization_scope(acme):
        assert not Objective.objects.get().is_draft


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"measure": "yes_no"}, "Nobody has checked in yet"),
        ({"measure": "milestones"}, "It does not say yet what it is measured by"),
    ],
)
def test_what_is_unknown_is_explained_too(as_cleo, in_acme, objective, facts, words):
    one = KeyResultFactory(objective=objective, **facts)
    page = as_cleo.get(f"/o/acme/objectives/{objective.pk}/").content
    explained = BeautifulSoup(page, "html.parser").select_one(f"#explain-{one.pk}")
    assert words in explained.text
    assert explained.h4.text == "Why there is no number"
    assert explained.select("td")[-1].text == "—"
