"""What the component tags draw."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.template import engines
from django.utils.translation import override

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
QUARTER = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "today": date(2026, 11, 24)}


def draw(source, **context):
    text = engines["django"].from_string(source).render(context)
    return BeautifulSoup(text, "html.parser")


def text_of(source, **context):
    return draw(source, **context).get_text().strip()


BARS = [
    ("0.55", "0.59", "55% done, 59% expected by today", "55%", "59%"),
    ("1.28", "1", "128% done, 100% expected by today", "100%", "100%"),
    ("-0.1", "0.5", "-10% done, 50% expected by today", "0%", "50%"),
    ("0.999", "0.5", "99% done, 50% expected by today", "99.9%", "50%"),
    ("0.5", None, "50% done", "50%", None),
    (None, "0.59", "Not measured yet", None, "59%"),
    (None, None, "Not measured yet", None, None),
]


@pytest.mark.parametrize(("progress", "expected", "sentence", "width", "mark"), BARS)
def test_a_bar_says_and_draws_progress(progress, expected, sentence, width, mark):
    values = {"p": progress and Decimal(progress), "e": expected and Decimal(expected)}
    bar = draw("{% bar p e 'risk' %}", **values).svg
    fill, line = bar.find("rect", class_="f"), bar.find("line", class_="e")
    assert bar["aria-label"] == sentence
    assert bar["data-st"] == "risk"
    assert (fill and fill["width"]) == width
    assert (line and line["x1"]) == mark


PILLS = [
    ("on", "on", "circle-check", "On track"),
    ("risk", "risk", "triangle-alert", "At risk"),
    ("off", "off", "octagon-x", "Off track"),
    ("overdue", "none", "clock", "Overdue"),
    ("none", "none", "circle-dashed", "No update"),
    ("", "none", "circle-dashed", "No update"),
]


@pytest.mark.parametrize(("status", "colour", "icon", "word"), PILLS)
def test_a_pill_says_the_status_by_icon_word_and_colour(status, colour, icon, word):
    pill = draw("{% pill status %}", status=status).span
    assert pill["data-st"] == colour
    assert pill.use["href"].endswith(f"#{icon}")
    assert pill.get_text() == word


@pytest.mark.parametrize(
    ("share", "expected"),
    [("0.52", "52%"), ("0.595", "60%"), ("0.999", "99%"), ("1", "100%"), ("0", "0%")],
)
def test_percent_says_100_only_of_what_is_reached(share, expected):
    assert text_of("{{ share|percent }}", share=Decimal(share)) == expected


def test_unknown_is_not_zero():
    assert text_of("{{ share|percent }}", share=None) == "—"
    assert text_of("{{ share|points }}", share=None) == "—"


@pytest.mark.parametrize(
    ("progress", "expected", "sentence"),
    [
        ("0.52", "0.59", "7 points behind"),
        ("0.60", "0.59", "1 point ahead"),
        ("0.59", "0.59", "On pace"),
    ],
)
def test_pace_compares_what_people_see(progress, expected, sentence):
    values = {"p": Decimal(progress), "e": Decimal(expected)}
    assert text_of("{% pace p e %}", **values) == sentence


@pytest.mark.parametrize(
    ("name", "letters"), [("Maya Okafor", "MO"), ("Ada", "A"), ("Ana de la Cruz", "AC"), (" ", "")]
)
def test_an_avatar_shows_initials_and_keeps_its_hue(name, letters):
    person = SimpleNamespace(pk=7, name=name)
    avatar = draw("{% avatar person 'sm' %}", person=person).span
    again = draw("{% avatar person %}", person=person).span
    assert avatar.get_text() == letters
    assert avatar["aria-hidden"] == "true"
    assert avatar["data-hue"] == again["data-hue"]
    assert avatar["data-hue"] in {"1", "2", "3", "4", "5", "6"}


def test_a_confidence_history_has_a_column_for_each_answer():
    history = draw("{% confidence_history values %}", values=[3, None, 6, 10]).svg
    assert [column["data-st"] for column in history.find_all("rect")] == ["off", "risk", "on"]
    assert history["aria-label"] == "Confidence, oldest first: 3, 6, 10 of 10"
    assert not draw("{% confidence_history values %}", values=[]).svg


POINTS = [(date(2026, 10, 13), Decimal("0.09")), (date(2026, 11, 24), Decimal("0.52"))]
CHART = "{% progress_chart points start end today expected 'risk' %}"


@time_machine.travel(NOW, tick=False)
def test_a_chart_has_its_sentence_and_its_table():
    page = draw(CHART, points=POINTS, expected=Decimal("0.59"), **QUARTER)
    assert page.svg["aria-label"] == (
        "Progress: 9% on 13 Oct, 52% on 24 Nov. 59% is expected today."
    )
    cells = [row.get_text(" ") for row in page.details.find_all("tr")][1:]
    assert cells == ["13 Oct 9%", "24 Nov 52%"]
    assert len(page.find_all("circle")) == 2


def test_a_chart_of_nothing_still_draws_what_is_expected():
    page = draw(CHART, points=[], expected=None, **QUARTER)
    assert page.svg["aria-label"] == "Not measured yet."
    assert page.find("path", class_="exp")
    assert not page.details


def test_a_chart_is_mirrored_where_people_read_from_right_to_left():
    with override("ar"):
        mirrored = draw(CHART, points=POINTS, expected=None, **QUARTER)
    plain = draw(CHART, points=POINTS, expected=None, **QUARTER)
    right, left = mirrored.find("circle")["cx"], plain.find("circle")["cx"]
    assert float(right.strip("%")) == pytest.approx(100 - float(left.strip("%")))


def test_a_ribbon_says_where_in_the_quarter_we_are():
    marks = [(date(2026, 10, 5), "Planning talk", True), (date(2027, 1, 7), "Closing talk", False)]
    page = draw("{% ribbon start end today marks %}", marks=marks, **QUARTER)
    assert page.div["aria-label"] == (
        "Week 8 of 13. Planning talk done in week 1. Closing talk in week 13."
    )
    states = [week["data-week"] for week in page.find_all("i")]
    assert states == ["past"] * 7 + ["now"] + ["next"] * 5
    assert [week.get("data-mark") for week in page.find_all("i")][::12] == ["done", "due"]


@pytest.mark.parametrize("days", [-400, 400])
def test_a_ribbon_outside_its_quarter_has_no_today(days):
    other = QUARTER | {"today": QUARTER["today"] + timedelta(days=days)}
    assert not draw("{% ribbon start end today %}", **other).find("em")


MOMENTS = [
    (timedelta(seconds=-20), "Just now"),
    (timedelta(minutes=-1), "1 minute ago"),
    (timedelta(minutes=-5), "5 minutes ago"),
    (timedelta(hours=-2), "2 hours ago"),
    (timedelta(minutes=30), "In 30 minutes"),
    (timedelta(hours=3), "In 3 hours"),
    (timedelta(days=-1), "Yesterday"),
    (timedelta(days=1), "Tomorrow"),
    (timedelta(days=-3), "3 days ago"),
    (timedelta(days=-14), "10 Nov"),
    (timedelta(days=60), "23 Jan 2027"),
]


@pytest.mark.parametrize(("distance", "words"), MOMENTS, ids=[words for _, words in MOMENTS])
@time_machine.travel(NOW, tick=False)
def test_a_moment_is_said_as_people_say_it(distance, words):
    moment = draw("{% when moment %}", moment=NOW + distance).time
    assert moment.get_text() == words
    assert "202" in moment["title"]


@time_machine.travel(NOW, tick=False)
def test_a_day_has_no_hours():
    assert text_of("{% when day %}", day=NOW.date()) == "Today"
    assert text_of("{% when day %}", day=None) == "—"


def test_readers_are_said_in_words():
    chip = draw("{% readers 'public' 'Acme' %}").span
    assert chip.get_text() == "Everyone at Acme"
    assert chip["data-readers"] == "public"
    assert text_of("{% readers 'unheard of' %}") == "Only the owner and people named"


def test_an_icon_that_points_somewhere_turns_around():
    assert draw("{% icon 'arrow-left' %}").svg["class"] == ["icon", "icon-flip"]
    assert draw("{% icon 'plus' %}").svg["aria-hidden"] == "true"
