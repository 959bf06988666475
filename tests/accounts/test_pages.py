"""Sign-in and account pages in the product's look."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

OPEN = [
    "login/",
    "login/code/",
    "password/reset/",
    "password/reset/done/",
    "signup/",
    "confirm-email/",
]
OWN = ["email/", "password/set/", "2fa/", "sessions/", "logout/", "reauthenticate/"]


def page(client, path):
    response = client.get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def assert_designed(found):
    assert len(found.find_all("h1")) == 1
    assert len(found.title.get_text(strip=True)) > len("· Plumbline")
    assert found.find("main", id="main")
    assert found.find(id="live")
    for control in found.find_all(["input", "select", "textarea"]):
        assert control.get("type") == "hidden" or control.get("class")
    for button in found.find("main").find_all("button"):
        assert {"btn", "btn-text"} & set(button["class"])


@pytest.mark.parametrize("path", OPEN)
def test_a_page_for_everyone_has_our_look(db, path):
    assert_designed(page(Client(), path))


@pytest.mark.parametrize("path", OWN)
def test_a_page_of_an_account_has_our_look(as_cleo, path):
    assert_designed(page(as_cleo, path))


def test_signing_in_wrong_says_so_and_keeps_the_address(db):
    found = Client().post("/accounts/login/", {"login": "cleo@acme.example", "password": "no"})
    sent_back = BeautifulSoup(found.content, "html.parser")
    assert sent_back.find(attrs={"role": "alert"})
    assert sent_back.find("input", {"name": "login"})["value"] == "cleo@acme.example"
    assert sent_back.find("input", {"name": "password"}).get("value") is None


@pytest.mark.parametrize("path", ["/nowhere/", "/o/nobody/"])
def test_what_is_not_there_is_told_kindly(as_cleo, path):
    response = as_cleo.get(path)
    found = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404
    assert found.h1.get_text() == "There is nothing at this address"
