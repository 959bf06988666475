"""Numbers as people type and read them.

Commas and points are taken as what they can only mean. Where both readings are possible ("1,200"),
the reader's language decides: in English a comma before exactly three digits groups thousands and a
point is decimal ("1.200" is 1.2), in German it is the other way round. A field is filled with
``format_decimal``, so what the product wrote is always read back as the same number.
"""

import re
from decimal import Decimal

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

SPACES = re.compile("[\\s'\u2019]")
SIGNED = re.compile(r"^([+-]?)([\d.,]*\d[.,]?)%?$")
GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
LONGEST = 30


def parse_decimal(text: str) -> Decimal:
    """Read a number typed by a person; raise ValueError with a sentence to show them."""
    match = SIGNED.match(SPACES.sub("", text).replace("\N{MINUS SIGN}", "-"))
    if match is None or len(text) > LONGEST:
        raise ValueError(_("Enter a number, for example 12 or 3.5."))
    sign, digits = match.groups()
    whole, fraction = split_at_decimal(digits)
    if not is_grouped(whole):
        raise ValueError(
            _("“%(text)s” can be read in two ways. Leave out the thousands marks.")
            % {"text": text.strip()}
        )
    return Decimal(f"{sign}{re.sub('[.,]', '', whole) or '0'}.{fraction or '0'}").normalize() + 0


def split_at_decimal(digits: str) -> tuple[str, str]:
    """Return the part before the decimal mark, still grouped, and the part behind it."""
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return digits, ""
    last = marks[-1]
    repeated = marks.count(last) > 1
    if repeated or (len(marks) == 1 and groups_thousands(digits, last)):
        return digits, ""
    whole, _mark, fraction = digits.rpartition(last)
    return whole, fraction


def groups_thousands(digits: str, mark: str) -> bool:
    """Say whether a single mark groups thousands, where both readings are possible."""
    possible = GROUPED.match(digits) is not None and not digits.startswith("0")
    return possible and mark != get_format("DECIMAL_SEPARATOR")


def is_grouped(whole: str) -> bool:
    marks = set(re.findall(r"[.,]", whole))
    return not marks or (len(marks) == 1 and GROUPED.match(whole) is not None)


def format_decimal(value: Decimal, decimals: int | None = None) -> str:
    """Write a number in the reader's language; without ``decimals``, with as many as it has."""
    if decimals is None:
        exponent = value.normalize().as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return str(number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def in_words(count: int) -> str:
    """Write a small count as a word, to begin a sentence with: Three; from ten on, 10."""
    words = [
        _("No"),
        _("One"),
        _("Two"),
        _("Three"),
        _("Four"),
        _("Five"),
        _("Six"),
        _("Seven"),
        _("Eight"),
        _("Nine"),
    ]
    return words[count] if count < len(words) else format_decimal(Decimal(count))
