"""Two people in two browsers: each blind to the other's side until it is shared (domain §9)."""

import pytest
from playwright.sync_api import expect

from checkins.arranging import arrange
from checkins.models import Answer, Conversation, PrivateNote, Question
from checkins.starting import start
from organizations.tenancy import organization_scope
from tests.factories import running_quarter

SECRET, REPLY = "The forecast for cold weeks is wrong", "You kept the fleet calm"


@pytest.fixture
def talks(acme, cleo, max):
    """Today's conversation of each kind between Cleo and Max."""
    with organization_scope(acme):
        running_quarter()
        acme.checkin_anchor = acme.today()
        acme.checkin_weekday = acme.today().weekday()
        acme.save()
        arrange(acme, acme.today())
        cleo.organization = acme
        made = {kind: start(cleo, max, kind, by=cleo) for kind in ("quarter_start", "quarter_end")}
        mine = Conversation.objects.filter(employee=cleo, kind="biweekly")
        return made | {"biweekly": mine.get(due_on=acme.today())}


def where(talk):
    return f"/o/acme/conversations/{talk.pk}/"


def boxes(page):
    return page.locator(".answer[data-autosave]")


def fill_in(page, text):
    """Answer everything this side is asked, as whoever is in a hurry would."""
    for box in boxes(page).all():
        for radio in box.locator("input[type=radio]").all()[:1]:
            radio.check()
        for area in box.locator("textarea").all():
            area.fill(text)
        rows = box.locator(".answer-row")
        if not rows.count():
            continue
        row = rows.first
        for select in row.locator("select").all():
            select.select_option(index=1)
        for number in row.locator("input[inputmode=decimal]").all():
            number.fill("100")
        row.locator("input.input:not([inputmode]):not([type=date])").first.fill(text)


def share(page, other):
    page.get_by_role("button", name=f"Share with {other}").click()
    expect(page.get_by_text("Shared", exact=True).first).to_be_visible()


@pytest.mark.parametrize("kind", ["biweekly", "quarter_start", "quarter_end"])
def test_two_browsers_are_blind_until_shared_and_sign_off(page_as, acme, cleo, max, talks, kind):
    employee, manager = page_as(cleo), page_as(max)
    for page in (employee, manager):
        page.goto(where(talks[kind]))
    expect(manager.get_by_text("Your part opens once they share")).to_be_visible()
    assert boxes(manager).count() == 0

    fill_in(employee, SECRET)
    expect(boxes(employee).first.get_by_text("Draft saved")).to_be_visible()
    manager.reload()
    assert SECRET not in manager.content()

    share(employee, "Max")
    manager.reload()
    assert SECRET not in manager.content()
    manager.get_by_role("button", name="Read what Cleo wrote").click()
    expect(manager.get_by_text(SECRET).first).to_be_visible()

    fill_in(manager, REPLY)
    expect(boxes(manager).first.get_by_text("Draft saved")).to_be_visible()
    employee.reload()
    assert REPLY not in employee.content()
    share(manager, "Cleo")
    employee.reload()
    employee.get_by_role("button", name="Read what Max wrote").click()
    expect(employee.get_by_text(REPLY).first).to_be_visible()

    employee.get_by_role("button", name="Mark as held").click()
    employee.get_by_role("button", name="I have read this").click()
    manager.reload()
    manager.get_by_label("I see it differently").fill("Not quite")
    manager.get_by_role("button", name="I have read this").click()
    expect(manager.get_by_text("Both of you have signed off.")).to_be_visible()
    with organization_scope(acme):
        assert Conversation.objects.get(pk=talks[kind].pk).counterpart_dissent == "Not quite"


def text_questions(acme, talk):
    with organization_scope(acme):
        asked = Question.objects.filter(template=talk.template_id, type="text")
        return [str(one.pk) for one in asked if one.is_asked_of("employee")]


def saved(acme, talk):
    with organization_scope(acme):
        return {one.text for one in Answer.objects.filter(conversation=talk)}


def test_a_lost_line_loses_nothing(page_as, acme, cleo, talks):
    """What was typed stays in the window over a reload, and is saved when the line is back."""
    page = page_as(cleo, answers={503})
    talk = talks["quarter_end"]
    page.goto(where(talk))
    area = page.locator(f"#text-{text_questions(acme, talk)[0]}")
    page.route("**/answers/*/", lambda route: route.fulfill(status=503))
    area.fill(SECRET)
    expect(page.locator("[data-lost]")).to_contain_text("Not saved yet")
    page.reload()
    expect(area).to_have_value(SECRET)
    assert saved(acme, talk) == set()
    page.unroute("**/answers/*/")
    # htmx says in the console what the test has asked for.
    heard = page_as.__self__.complaints
    heard[:] = [complaint for complaint in heard if "Response Status Error" not in complaint]
    page.reload()
    expect(area).to_have_value(SECRET)
    expect(page.get_by_text("Draft saved")).to_be_visible()
    assert saved(acme, talk) == {SECRET}
    page.reload()
    expect(area).to_have_value(SECRET)
    assert (
        page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('auto')).length") == 0
    )


def test_an_expired_session_loses_nothing(page_as, acme, cleo, talks, site):
    from .conftest import cookie_of

    page = page_as(cleo)
    talk = talks["quarter_end"]
    page.goto(where(talk))
    page.context.clear_cookies()
    area = page.locator(f"#text-{text_questions(acme, talk)[0]}")
    area.fill(SECRET)
    page.wait_for_url("**/accounts/login/**")
    page.context.add_cookies([cookie_of(cleo.user, site)])
    page.goto(where(talk))
    expect(area).to_have_value(SECRET)
    expect(page.get_by_text("Draft saved")).to_be_visible()
    assert saved(acme, talk) == {SECRET}


def test_a_second_window_is_noticed(page_as, acme, cleo, talks):
    talk = talks["quarter_end"]
    here, there = page_as(cleo, answers={422}), page_as(cleo)
    area = f"#text-{text_questions(acme, talk)[0]}"
    for page in (here, there):
        page.goto(where(talk))
    there.locator(area).fill("from there")
    expect(there.get_by_text("Draft saved")).to_be_visible()
    here.locator(area).fill("from here")
    expect(here.get_by_text("Changed in another window")).to_be_visible()
    expect(here.locator("q")).to_have_text("from there")
    expect(here.locator(area)).to_have_value("from here")
    assert saved(acme, talk) == {"from there"}
    here.locator(area).press_sequentially("!")
    expect(here.get_by_text("Draft saved")).to_be_visible()
    assert saved(acme, talk) == {"from here!"}


def test_it_all_works_without_script(page_as, acme, cleo, talks):
    talk = talks["biweekly"]
    page = page_as(cleo, script=False)
    page.goto(where(talk))
    fill_in(page, SECRET)
    page.get_by_role("button", name="Keep as draft").click()
    assert SECRET in saved(acme, talk)
    page.get_by_role("textbox", name="Private notes").fill("Mine")
    page.get_by_role("button", name="Save notes").click()
    page.get_by_role("button", name="Share with Max").click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    with organization_scope(acme):
        assert PrivateNote.objects.get().text == "Mine"
