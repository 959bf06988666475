"""A comment's words as a page shows them."""

import re

from django import template
from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from objectives.models import Comment

register = template.Library()

TAGS = re.compile(r"(<[^>]*>)")


@register.filter
def said(comment: Comment) -> SafeString:
    """Write a comment's text with its paragraphs, its links, and the people it mentions marked."""
    linked = urlize(comment.text, nofollow=True, autoescape=True)
    text = mark_safe(linebreaks(linked))  # noqa: S308 - urlize has escaped it
    people = [mention.person for mention in comment.mentions.all()]
    names = {name for one in people for name in (one.name, one.email, one.first_name)}
    if not names:
        return text
    called = "|".join(re.escape(escape(name)) for name in sorted(names, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@])@(?:{called})(?!\w)", re.IGNORECASE)
    marked = r'<span class="mention">\g<0></span>'
    # Only between tags: an address may hold an @ of its own.
    parts = [part if part[:1] == "<" else named.sub(marked, part) for part in TAGS.split(text)]
    return mark_safe("".join(parts))  # noqa: S308 - escaped above, and only our own tags added
