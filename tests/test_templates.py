"""Every template: it compiles, it has a title, and it keeps the content security policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
HTML = [name for name in NAMES if name.endswith(".html")]
# Mails carry their styles with them; no policy reaches them.
PAGES = [name for name in HTML if not name.startswith("emails/")]
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
FORBIDDEN = {
    "a style attribute": r"""\sstyle\s*=""",
    "an event handler": r"""<[^>]*\son[a-z]+\s*=""",
    "an htmx event handler": r"""\shx-on""",
    "an htmx filter": r"""hx-trigger\s*=\s*["'][^"']*\[""",
    "boosting": r"""\shx-boost""",
    "an inline script": r"""<script(?![^>]*\ssrc=)(?![^>]*\stype="application/json")""",
    "an inline style sheet": r"""<style""",
    "a class name built from data": r"""class="[^"]*[\w-]\{\{""",
}


def source(name):
    return (TEMPLATES / name).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_keeps_the_policy(name, what):
    assert not re.search(FORBIDDEN[what], source(name)), f"{name} has {what}"


@pytest.mark.parametrize("name", PAGES)
def test_its_icons_exist(name):
    used = set(re.findall(r"""\{% icon ["']([^"']+)["']""", source(name)))
    used |= set(re.findall(r"""icons\.svg' %\}#([\w-]+)""", source(name)))
    assert used <= SYMBOLS


def test_icons_named_in_code_exist():
    from core.templatetags.ui import DIRECTED, READER_ICONS, STATUS_ICONS

    navigation = (ROOT / "okr_platform/navigation.py").read_text()
    entries = set(re.findall(r'self\.entry\(.+?, "[\w:]+", "([\w-]+)"\)', navigation))
    assert entries
    named = {*DIRECTED, *READER_ICONS.values(), *STATUS_ICONS.values(), *entries}
    assert named <= SYMBOLS


def is_page(name):
    """Say whether a template is a page of ours: it extends a frame and fills its body."""
    return "{% extends" in source(name) and re.search(r"\{% block (main|content) %\}", source(name))


FRAMES = {"error.html", "bare.html"}


@pytest.mark.parametrize(
    "name", [n for n in PAGES if is_page(n) and n not in FRAMES and "/layouts/" not in n]
)
def test_a_page_has_a_title(name):
    assert re.search(r"\{% block (head_)?title %\}\s*\S", source(name))


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("components/_")])
def test_a_component_has_no_frame(name):
    assert "{% extends" not in source(name)
