"""Signing in says nothing about who has an account, and cannot be tried for ever."""

import re
from pathlib import Path

import pytest
from django.test import Client

from core.mail import read_folder
from tests.factories import PASSWORD, UserFactory

KNOWN, UNKNOWN = "cleo@acme.example", "nobody@acme.example"
RANDOM = re.compile(r'csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"|nonce="[^"]+"')
FORMS = {
    "/accounts/login/": lambda email: {"login": email, "password": "wrong password"},
    "/accounts/login/code/": lambda email: {"email": email},
    "/accounts/password/reset/": lambda email: {"email": email},
}


@pytest.fixture(autouse=True)
def mails(settings, tmp_path):
    settings.MAILERS = {
        "default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(tmp_path)}}
    }
    return lambda: read_folder(Path(tmp_path))


@pytest.fixture
def user(db):
    return UserFactory(email=KNOWN)


def answer_to(path, form, email):
    """Return what somebody learns who sends the form for an address: the way and the page."""
    answer = Client().post(path, form(email), follow=True)
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"|nonce="[^"]+"', "", answer.text
    )
    return answer.redirect_chain, answer.status_code, text.replace(email, "ADDRESS")


@pytest.mark.parametrize("path", FORMS)
def test_an_unknown_address_is_answered_like_a_known_one(user, path):
    known, unknown = (answer_to(path, FORMS[path], email) for email in (KNOWN, UNKNOWN))
    assert known == unknown


def test_signing_up_with_a_known_address_is_answered_like_a_new_one(user, settings):
    settings.SIGN_UP_OPEN = True

    def form(email):
        return {"email": email, "password1": "a bicycle in the rain"}

    known, new = (answer_to("/accounts/signup/", form, email) for email in (KNOWN, UNKNOWN))
    assert known == new


def test_where_sign_up_is_closed_nobody_signs_up(db):
    answer = Client().post("/accounts/signup/", {"email": UNKNOWN, "password1": PASSWORD})
    assert "invit" in answer.text


def test_wrong_passwords_cannot_be_tried_for_ever(user):
    wrong = {"login": KNOWN, "password": "wrong password"}
    for _ in range(5):
        Client().post("/accounts/login/", wrong)
    right = Client().post("/accounts/login/", {"login": KNOWN, "password": PASSWORD})
    assert right.status_code != 302
    assert "Too many failed login attempts" in right.text


def test_a_code_signs_in(user, mails):
    client = Client()
    client.post("/accounts/login/code/", {"email": KNOWN})
    [mail] = mails()
    assert mail.subject == "Your sign-in code"
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.text, re.MULTILINE).group(1)
    assert code in mail.html
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_a_forgotten_password_is_replaced_by_mail(user, mails):
    client = Client()
    client.post("/accounts/password/reset/", {"email": KNOWN})
    [mail] = mails()
    assert mail.subject == "Choose a new password"
    assert "example.com" not in mail.text + mail.html
    path = re.search(r"/accounts/password/reset/key/\S+", mail.text).group()
    form = client.get(path, follow=True)
    where = form.redirect_chain[-1][0]
    new = {"password1": "a bicycle in the snow", "password2": "a bicycle in the snow"}
    assert client.post(where, new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("a bicycle in the snow")


def test_mails_about_accounts_have_the_look_of_our_other_mails(user, mails):
    Client().post("/accounts/password/reset/", {"email": KNOWN})
    [mail] = mails()
    assert "Choose a new password</h1>" in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert 'style="' in mail.html


@pytest.mark.parametrize("path", ["sessions/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/"])
def test_devices_two_steps_and_passkeys_are_there(as_cleo, path):
    assert as_cleo.get(f"/accounts/{path}", follow=True).status_code == 200
