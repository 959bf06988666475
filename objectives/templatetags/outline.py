import re
from datetime import date

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def marked(text: str, words: str) -> SafeString:
    """Return the text with every occurrence of the searched words in <mark>, all of it escaped."""
    if not words:
        return escape(text)
    parts = re.split(f"({re.escape(words)})", text, flags=re.IGNORECASE)
    pieces = [
        format_html("<mark>{}</mark>", part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    ]
    return mark_safe("".join(pieces))  # noqa: S308 - each piece was escaped above


@register.filter
def on_day(address: str, day: date | None) -> str:
    """Return the address of the same thing as it was at the end of a day; None is today."""
    path, hashed, piece = address.partition("#")
    return f"{path}?on={day.isoformat()}{hashed}{piece}" if day else address
