"""Outgoing mail as it can be read where there is no mail server."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailAlternative, EmailMultiAlternatives, mailers
from django.test import Client


@pytest.fixture
def folder(settings, tmp_path, db):
    settings.MAIL_FOLDER = Path(tmp_path)
    settings.MAILERS = {
        "default": {"BACKEND": "core.mail.MailFolder", "OPTIONS": {"folder": str(tmp_path)}}
    }
    return tmp_path


def send(subject, html="<!doctype html><html><head></head><body><b>Hello</b></body></html>"):
    message = EmailMultiAlternatives(
        subject=subject,
        body="See https://nowhere.example/l/token/ <script>",
        to=["Cleo <cleo@acme.example>"],
        headers={"Message-ID": f"<{subject.replace(' ', '-')}@plumbline>"},
        alternatives=[EmailAlternative(html, "text/html")],
    )
    with mailers.default as post:
        post.send_messages([message])


def test_without_mail_the_page_says_what_will_be_here(folder):
    assert "No mail yet" in Client().get("/mail/").text


def test_the_list_leads_to_each_mail(folder):
    send("Three key results due")
    page = BeautifulSoup(Client().get("/mail/").content, "html.parser")
    link = page.find("a", string="Three key results due")
    detail = Client().get(link["href"])
    assert "cleo@acme.example" in detail.text
    assert '<a href="https://nowhere.example/l/token/"' in detail.text
    assert "&lt;script&gt;" in detail.text


def test_the_mail_is_framed_in_a_sandbox_that_runs_nothing(folder):
    send("Framed")
    detail = Client().get("/mail/Framed@plumbline/")
    frame = BeautifulSoup(detail.content, "html.parser").iframe
    assert "allow-scripts" not in frame["sandbox"]
    assert "allow-same-origin" not in frame["sandbox"]
    assert "frame-src 'self'" in detail.headers["Content-Security-Policy"]
    part = Client().get(frame["src"])
    assert "default-src 'none'" in part.headers["Content-Security-Policy"]
    assert part.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in part.text


def test_many_mails_are_paged(folder):
    for number in range(51):
        send(f"Mail {number}")
    assert "1 to 50 of 51" in Client().get("/mail/").text
    assert "51 to 51 of 51" in Client().get("/mail/?page=2").text


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fmanage"])
def test_nothing_else_is_read(folder, name):
    assert Client().get(f"/mail/{name}/").status_code == 404
