"""Numbers as people type them."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import format_decimal, parse_decimal

TYPED = [
    ("4150", "4150"),
    ("4,150", "4150"),
    ("4.150,5", "4150.5"),
    ("4,150.5", "4150.5"),
    ("3,9", "3.9"),
    ("3.9", "3.9"),
    ("3.9%", "3.9"),
    ("1 200", "1200"),
    ("1\N{NO-BREAK SPACE}200,25", "1200.25"),
    ("1\N{NARROW NO-BREAK SPACE}200", "1200"),
    ("1'200.5", "1200.5"),
    ("1\N{RIGHT SINGLE QUOTATION MARK}200", "1200"),
    ("1,200", "1200"),
    ("1.200", "1.2"),
    ("1,200,000", "1200000"),
    ("1.200.000", "1200000"),
    ("0,125", "0.125"),
    ("12,3456", "12.3456"),
    ("-2,5", "-2.5"),
    ("\N{MINUS SIGN}7", "-7"),
    ("+7", "7"),
    (".5", "0.5"),
    ("5.", "5"),
    ("0", "0"),
    ("-0", "0"),
]


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_a_typed_number_is_read_as_meant(text, expected):
    assert parse_decimal(text) == Decimal(expected)


@pytest.mark.parametrize(("text", "expected"), [("1,200", "1.2"), ("1.200", "1200")])
def test_where_both_readings_are_possible_the_language_decides(text, expected):
    with override("de"):
        assert parse_decimal(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "about 5",
        "1,2,3",
        "12,34,567.8",
        "1.2.3",
        "NaN",
        "Infinity",
        "1e5",
        "--1",
        "1" * 31,
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"\w+ .*\."):
        parse_decimal(text)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@given(value=st.decimals(-(10**12), 10**12, places=3, allow_nan=False, allow_infinity=False))
def test_what_we_write_is_read_back_as_the_same_number(language, value):
    with override(language):
        assert parse_decimal(format_decimal(value)) == value


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("4150", None, "4,150"), ("3.90", None, "3.9"), ("3.9", 2, "3.90"), ("1E+3", None, "1,000")],
)
def test_a_number_is_written_with_its_groups(value, decimals, expected):
    assert format_decimal(Decimal(value), decimals) == expected
