"""The tags and filters that draw our components. They are builtins: no template loads them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol
from zlib import crc32

from django import forms, template
from django.core.paginator import Page
from django.forms.formsets import BaseFormSet
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, ngettext, pgettext
from django.utils.translation import gettext as _

from core.charts import Timescale, drawn, line, week_count, week_number, weeks
from core.forms import confidence_band
from core.numbers import format_decimal, in_words

register = template.Library()

# Icons that point somewhere turn around where people read from right to left.
DIRECTED = {"arrow-left", "arrow-right", "chevron-right", "log-out"}
STATUS_ICONS = {
    "on": "circle-check",
    "risk": "triangle-alert",
    "off": "octagon-x",
    "none": "circle-dashed",
    "overdue": "clock",
    "paused": "hourglass",
    "cancelled": "x",
}
# What a person declares, as it is stored.
DECLARED = {"on_track": "on", "at_risk": "risk", "off_track": "off"}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
READER_ICONS = {"public": "globe", "restricted": "users", "private": "lock", "me": "eye-off"}
NOTHING = "—"


class Named(Protocol):
    pk: Any
    name: str


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite. It says nothing; its button needs a name."""
    classes = "icon icon-flip" if name in DIRECTED else "icon"
    address = static("img/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, address, name
    )


@register.simple_tag
def undo_of(sentences: Iterable[Any] | None) -> str:
    """Return where what was just done is taken back: a message's extra tag, if it is an address."""
    tags = [getattr(one, "extra_tags", "") or "" for one in sentences or []]
    return next((tag for tag in tags if tag.startswith("/")), "")


@register.filter
def percent(share: Decimal | None) -> str:
    """Write a share of 1 in per cent: 0.52 is 52%, unknown is a dash."""
    if share is None:
        return NOTHING
    return _("%(number)s%%") % {"number": whole_percent(share)}


def whole_percent(share: Decimal) -> int:
    """Round to whole per cents; 100 is only said of what is reached."""
    rounded = int((share * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return 99 if rounded == 100 and share < 1 else rounded


register.filter(in_words)


@register.filter
def measure(value: Decimal | str | None, counted: Any) -> str:
    """Write a value as its key result counts: 3.9%, €4,150, 4,150 bikes, Done, 3 of 5 milestones.

    ``counted`` is the key result, or the details of an event that recorded what it was then.
    """
    if value in {None, ""}:
        return NOTHING
    kind, number = str(trait(counted, "measure", "number")), Decimal(value)
    if kind == "yes_no":
        return _("Done") if number else _("Not yet")
    if kind == "milestones":
        return milestones_words(int(number), trait(counted, "steps", None))
    text = format_decimal(number, decimals_for(number, int(trait(counted, "decimals", 0))))
    unit = str(trait(counted, "unit", "") or {"percent": "%"}.get(kind, ""))
    if kind == "currency" and SIGNS.get(unit, unit) in SIGNS.values():
        pattern = pgettext("money, with a sign like €", "%(sign)s%(number)s")
        return pattern % {"sign": SIGNS.get(unit, unit), "number": text}
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".strip()


@register.filter
def aim(counted: Any) -> str:
    """Say what a key result that counts a number is to come to: target 90%, at most 4 h, 2 to 3."""
    names = ("target", "lower", "upper")
    values = {name: measure(getattr(counted, name), counted) for name in names}
    words = {
        "at_least": _("at least %(target)s"),
        "at_most": _("at most %(target)s"),
        "within": _("%(lower)s to %(upper)s"),
        "baseline": _("to be found out"),
    }
    return words.get(counted.direction, _("target %(target)s")) % values


def trait(counted: Any, name: str, usual: Any) -> Any:
    found = counted.get(name) if isinstance(counted, dict) else getattr(counted, name, None)
    return usual if found is None else found


def decimals_for(number: Decimal, usual: int) -> int:
    """Show as many decimals as the key result has, or more where the value does."""
    exponent = number.normalize().as_tuple().exponent
    return max(usual, -exponent if isinstance(exponent, int) else 0)


def milestones_words(done: int, steps: int | None) -> str:
    if steps is None:
        return ngettext("%(n)d milestone", "%(n)d milestones", done) % {"n": done}
    words = ngettext("%(done)d of %(n)d milestone", "%(done)d of %(n)d milestones", steps)
    return words % {"done": done, "n": steps}


@register.filter
def points(difference: Decimal | None) -> str:
    """Write the size of a difference between two shares: 0.07 is 7 points."""
    if difference is None:
        return NOTHING
    number = abs(int((difference * 100).quantize(Decimal(1), ROUND_HALF_UP)))
    return ngettext("%(number)d point", "%(number)d points", number) % {"number": number}


@register.simple_tag
def pace(progress: Decimal | None, expected: Decimal | None) -> str:
    """Say in words how progress stands to what today's date lets expect."""
    if progress is None or expected is None:
        return _("Not measured yet") if progress is None else ""
    gap = whole_percent(progress) - whole_percent(expected)
    if gap == 0:
        return _("On pace")
    text = points(Decimal(gap) / 100)
    return (_("%(points)s ahead") if gap > 0 else _("%(points)s behind")) % {"points": text}


def done_sentence(progress: Decimal | None, expected: Decimal | None) -> str:
    if progress is None:
        return _("Not measured yet")
    if expected is None:
        return _("%(done)s done") % {"done": percent(progress)}
    return _("%(done)s done, %(expected)s expected by today") % {
        "done": percent(progress),
        "expected": percent(expected),
    }


@register.inclusion_tag("components/_bar.html")
def bar(progress: Decimal | None, expected: Decimal | None, status: str) -> dict[str, Any]:
    return {
        "status": known_status(status),
        "sentence": done_sentence(progress, expected),
        "width": None if progress is None else drawn(progress),
        "mark": None if expected is None else drawn(expected),
    }


def known_status(status: str) -> str:
    """Return the status our styles have a colour for; overdue has that of no update."""
    status = DECLARED.get(status, status)
    return status if status in {"on", "risk", "off"} else "none"


@register.filter
def status_word(status: str) -> str:
    words = {
        "on": _("On track"),
        "risk": _("At risk"),
        "off": _("Off track"),
        "overdue": _("Overdue"),
        "paused": _("Paused"),
        "cancelled": _("Cancelled"),
    }
    return words.get(DECLARED.get(status, status), _("No update"))


@register.inclusion_tag("components/_pill.html")
def pill(status: str) -> dict[str, str]:
    return {
        "status": known_status(status),
        "icon": STATUS_ICONS.get(DECLARED.get(status, status), STATUS_ICONS["none"]),
        "word": status_word(status),
    }


@register.inclusion_tag("components/_avatar.html")
def avatar(person: Named, size: str = "") -> dict[str, Any]:
    """Draw initials; ``size`` is xs, sm or lg. The name must stand beside it."""
    return {
        "initials": initials(person.name),
        "hue": crc32(str(person.pk).encode()) % 6 + 1,
        "size": size,
    }


def initials(name: str) -> str:
    words = name.split()
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


@register.inclusion_tag("components/_confidence_history.html")
def confidence_history(values: Sequence[int | None]) -> dict[str, Any]:
    """Draw one column per check-in, oldest first; where nobody said a confidence there is none."""
    said = [value for value in values if value is not None]
    columns = [
        {"x": index * 8, "y": f"{18 - value * 1.8:.1f}", "height": f"{value * 1.8:.1f}"}
        | {"status": confidence_band(value)}
        for index, value in enumerate(said)
    ]
    listed = ", ".join(str(value) for value in said)
    sentence = _("Confidence, oldest first: %(values)s of 10") % {"values": listed}
    return {"columns": columns, "width": max(len(said) * 8 - 2, 1), "sentence": sentence}


@register.inclusion_tag("components/_progress_chart.html")
def progress_chart(
    points: Sequence[tuple[date, Decimal]],
    start: date,
    end: date,
    today: date,
    expected: Decimal | None,
    status: str,
) -> dict[str, Any]:
    """Draw progress from ``start`` to ``end``, with its sentence and its table."""
    mirrored = get_language_bidi()
    scale = Timescale(start, end, mirrored)
    dots = scale.dots(points)
    values = [(dot.x, dot.y) for dot in dots]
    now = scale.place(today) if start <= today <= end else None
    origin, goal = (scale.place(start), "100"), (scale.place(end), "0")
    turn = [(now, drawn(1 - expected))] if now and expected is not None else []
    return {
        "status": known_status(status),
        "mirrored": mirrored,
        "levels": [(100 - level, percent(Decimal(level) / 100)) for level in range(0, 101, 25)],
        "dots": dots,
        "last": dots[-1] if dots else None,
        "value_line": line(values) if values else "",
        "area": line([*values, (values[-1][0], "100"), (values[0][0], "100")]) if values else "",
        "expected_line": line([origin, *turn, goal]),
        "expected": expected,
        "expected_y": drawn(1 - expected) if expected is not None else None,
        "now": now,
        "late": now is not None and Decimal(now) > 65,
        "ends": [(origin[0], start), (goal[0], end)],
        "months": scale.months(),
        "sentence": chart_sentence(points, expected),
    }


def chart_sentence(points: Sequence[tuple[date, Decimal]], expected: Decimal | None) -> str:
    told = ", ".join(
        _("%(share)s on %(day)s") % {"share": percent(value), "day": short_day(day)}
        for day, value in points
    )
    sentence = _("Progress: %(told)s.") % {"told": told} if told else _("Not measured yet.")
    if expected is None:
        return sentence
    goal = _("%(share)s is expected today.") % {"share": percent(expected)}
    return f"{sentence} {goal}"


@register.inclusion_tag("components/_ribbon.html")
def ribbon(
    start: date, end: date, today: date, marks: Sequence[tuple[date, str, bool]] = ()
) -> dict[str, Any]:
    """Draw a quarter as a strip of weeks; ``marks`` are (day, what happens, is it done)."""
    count = week_count(start, end)
    placed = [(week_number(start, end, day), text, done) for day, text, done in marks]
    now = week_number(start, end, today) if start <= today <= end else None
    parts = [_("Week %(week)d of %(count)d.") % {"week": now, "count": count}] if now else []
    for week, text, done in placed:
        told = _("%(what)s done in week %(week)d.") if done else _("%(what)s in week %(week)d.")
        parts.append(told % {"what": text, "week": week})
    strip = weeks(start, end, today, {week: done for week, _text, done in placed})
    return {"start": start, "end": end, "weeks": strip, "sentence": " ".join(parts)}


@register.simple_tag
def when(moment: datetime | date | None) -> SafeString | str:
    """Write a moment as people say it, with the full date where one points at it."""
    if moment is None:
        return NOTHING
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
        title = date_format(moment, "DATETIME_FORMAT")
        text = clock_words(moment) or day_words(moment.date())
    else:
        title = date_format(moment, "DATE_FORMAT")
        text = day_words(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, text)


def clock_words(moment: datetime) -> str:
    """Say how many minutes or hours lie between, or nothing if it is another day."""
    seconds = int((timezone.now() - moment).total_seconds())
    distance, past = abs(seconds), seconds >= 0
    if distance < 60:
        return _("Just now")
    if distance < 3600:
        return minutes_words(distance // 60, past=past)
    if distance < 12 * 3600 and moment.date() == timezone.localdate():
        return hours_words(distance // 3600, past=past)
    return ""


def minutes_words(n: int, *, past: bool) -> str:
    if past:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    return ngettext("In %(n)d minute", "In %(n)d minutes", n) % {"n": n}


def hours_words(n: int, *, past: bool) -> str:
    if past:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    return ngettext("In %(n)d hour", "In %(n)d hours", n) % {"n": n}


def day_words(day: date) -> str:
    days = (timezone.localdate() - day).days
    near = {0: _("Today"), 1: _("Yesterday"), -1: _("Tomorrow")}
    if days in near:
        return near[days]
    if 0 < days < 7:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return short_day(day)


@register.filter
def short_day(day: date) -> str:
    """Write a day without its year, unless it is another year's: 24 Nov, 7 Jan 2027."""
    this_year = day.year == timezone.localdate().year
    short = pgettext("date format, day and short month", "j M")
    longer = pgettext("date format, day, short month and year", "j M Y")
    return date_format(day, short if this_year else longer)


@register.inclusion_tag("components/_readers.html")
def readers(visibility: str, organization_name: str = "") -> dict[str, str]:
    """Say who can read something, where it is written."""
    words = {
        "public": _("Everyone at %(organization)s") % {"organization": organization_name},
        "restricted": _("Only chosen departments and people"),
        "private": _("Only the owner and people named"),
        "me": _("Only you"),
    }
    return {
        "level": visibility,
        "icon": READER_ICONS.get(visibility, "lock"),
        "words": words.get(visibility, words["private"]),
    }


@register.inclusion_tag("components/_pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Say where one is in a long list, and link to the other pages of it."""
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    gap = page.paginator.ELLIPSIS
    return {"page": page, "numbers": pages, "gap": gap, "request": context.get("request")}


@register.inclusion_tag("components/_error_summary.html")
def error_summary(*sources: forms.BaseForm | BaseFormSet) -> dict[str, Any]:  # type: ignore[type-arg]
    """List what is wrong in forms and formsets, each with a link to its field."""
    problems: list[dict[str, str]] = []
    for source in sources:
        if isinstance(source, BaseFormSet):
            problems += [{"message": str(error)} for error in source.non_form_errors()]
        for form in getattr(source, "forms", [source]):
            problems += form_problems(form)
    return {"problems": problems}


def form_problems(form: forms.BaseForm) -> list[dict[str, str]]:
    problems = [{"message": str(error)} for error in form.non_field_errors()]
    for field in form:
        target = field.id_for_label or f"{field.auto_id}_0"
        label = str(field.label)
        problems += [
            {"target": target, "label": label, "message": str(error)} for error in field.errors
        ]
    return problems
