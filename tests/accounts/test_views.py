"""What people decide about their own account."""

import pytest
from django.test import Client

THEME = "/preferences/theme/"


def test_a_theme_is_kept_and_leads_back(as_cleo, cleo):
    response = as_cleo.post(THEME, {"theme": "night", "next": "/o/acme/objectives/?level=2"})
    cleo.user.refresh_from_db()
    assert cleo.user.theme == "night"
    assert response.status_code == 302
    assert response["Location"] == "/o/acme/objectives/?level=2"


def test_htmx_needs_no_page(as_cleo, cleo):
    response = as_cleo.post(THEME, {"theme": "day"}, headers={"hx-request": "true"})
    cleo.user.refresh_from_db()
    assert cleo.user.theme == "day"
    assert response.status_code == 204


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1", ""])
def test_another_host_is_no_way_back(as_cleo, address):
    assert as_cleo.post(THEME, {"theme": "day", "next": address})["Location"] == "/"


def test_an_unknown_theme_changes_nothing(as_cleo, cleo):
    as_cleo.post(THEME, {"theme": "pink"})
    cleo.user.refresh_from_db()
    assert cleo.user.theme == "auto"


def test_looking_changes_nothing(as_cleo):
    assert as_cleo.get(THEME).status_code == 405


def test_a_stranger_is_asked_to_sign_in(db):
    response = Client().post(THEME, {"theme": "night"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
