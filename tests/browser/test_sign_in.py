from playwright.sync_api import expect

from tests.factories import PASSWORD


def fill(page, email, password):
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_leads_to_the_page_that_was_asked_for(page_as, cleo):
    page = page_as(None)
    page.goto("/o/acme/objectives/")
    expect(page).to_have_title("Sign in · Plumbline")
    fill(page, "cleo@acme.example", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("My OKRs")
    assert page.url.endswith("/o/acme/objectives/")


def test_signing_in_without_script_leads_to_the_only_organization(page_as, cleo):
    page = page_as(None, script=False)
    page.goto("/")
    fill(page, "cleo@acme.example", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Cleo")


def test_a_wrong_password_shows_a_message_and_keeps_the_e_mail(page_as, cleo):
    page = page_as(None)
    page.goto("/accounts/login/")
    fill(page, "cleo@acme.example", "not it")
    message = page.get_by_role("alert")
    expect(message).to_contain_text("not correct")
    expect(message).to_be_focused()
    expect(page.get_by_label("Work e-mail")).to_have_value("cleo@acme.example")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
