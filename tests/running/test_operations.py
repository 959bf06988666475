import re

from okr_platform.embedded.state import ROOT


def test_every_variable_that_the_settings_read_is_documented():
    settings = (ROOT / "okr_platform/settings.py").read_text()
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", settings))
    assert read
    documented = (ROOT / "docs/operations.md").read_text()
    assert sorted(name for name in read if f"`{name}`" not in documented) == []
