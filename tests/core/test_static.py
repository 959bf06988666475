"""The one stylesheet and the one script that production serves."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.management import call_command
from django.test import override_settings

from core.static import STYLESHEET, joined_script, joined_stylesheet, rebased

STYLES_BUDGET = 25_000
SCRIPTS_BUDGET = 40_000
STATIC = Path(__file__).resolve().parent.parent.parent / "static"


def found(pattern):
    storage = StaticFilesStorage(location=STATIC)
    names = [str(path.relative_to(STATIC)) for path in STATIC.rglob(pattern)]
    return {name: (storage, name) for name in names}


@pytest.fixture(scope="module")
def joined():
    return joined_stylesheet(found("*.css"))


@pytest.fixture(scope="module")
def script():
    return joined_script(found("*.js"))


def test_every_style_file_is_joined_in_its_layer(joined):
    imports = re.findall(r'url\("(.+?)"\) layer\((\w+)\)', (STATIC / STYLESHEET).read_text())
    files = {str(path.relative_to(STATIC / "css")) for path in STATIC.rglob("*.css")}
    assert {path for path, _layer in imports} == files - {"app.css"}
    assert re.findall(r"@layer (\w+)\{", joined) == [layer for _path, layer in imports]
    assert "@import" not in joined
    assert joined.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert joined.count("{") == joined.count("}")


def test_the_styles_stay_in_their_budget(joined):
    size = len(gzip.compress(joined.encode()))
    print(f"Joined styles: {size} bytes gzipped")  # noqa: T201
    assert size <= STYLES_BUDGET


def test_every_module_is_joined_once_and_after_what_it_imports(script):
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    places = re.findall(r'^modules\["(.+)"\] =', script, re.MULTILINE)
    assert sorted(places) == sorted(path.name for path in STATIC.glob("js/*.js"))
    for name in places:
        for needed in re.findall(r'^import .*"\./(.+)";', (STATIC / "js" / name).read_text(), re.M):
            assert places.index(needed) < places.index(name)


def test_the_scripts_stay_in_their_budget(script):
    htmx = Path(finders.find("django_htmx/htmx-2.min.js")).read_bytes()
    assert len(gzip.compress(script.encode())) + len(gzip.compress(htmx)) <= SCRIPTS_BUDGET


@pytest.mark.parametrize("module", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_a_module_is_one_behaviour(module):
    assert len(module.read_text().splitlines()) <= 60


def test_an_address_keeps_its_target_when_styles_move():
    styles = 'a{background:url("../../img/a.svg")} b{background:url("data:x")}'
    assert rebased(styles, "css/components/a.css") == (
        'a{background:url("../img/a.svg")} b{background:url("data:x")}'
    )


def test_collected_files_are_joined_hashed_and_compressed(tmp_path):
    backend = {"BACKEND": "core.static.JoinedStaticFilesStorage"}
    storages = {"staticfiles": backend, "default": backend}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages, DEBUG=False):
        for _again in range(2):
            call_command("collectstatic", interactive=False, verbosity=0)
        [sheet] = tmp_path.glob("css/app.????????????.css")
        [script] = tmp_path.glob("js/app.????????????.js")
    assert "@import" not in sheet.read_text()
    font = re.search(r'url\("\.\./(fonts/[^"]+)"\)', sheet.read_text())
    assert (tmp_path / font[1]).is_file()
    assert script.read_text().startswith("const modules")
    assert gzip.decompress(Path(f"{sheet}.gz").read_bytes()) == sheet.read_bytes()
