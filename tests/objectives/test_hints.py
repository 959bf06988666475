"""Hints at the moment of writing: when each is given, in what words, and how it is set aside."""

from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from checkins.models import CheckIn, Reading
from objectives.hints import hints_about
from objectives.models import Dismissal, KeyResult, Objective
from objectives.quality import Kind, hints_about_key_result
from organizations.tenancy import organization_scope
from tests.factories import KeyResultFactory, ObjectiveFactory

KEY_RESULTS = [
    ({}, []),
    ({"title": "Launch the app"}, [Kind.ACTIVITY_WORDS]),
    ({"title": "PUBLISH articles"}, [Kind.ACTIVITY_WORDS]),
    ({"title": "Launches that riders notice"}, []),
    ({"title": "Launch the app", "measure": "yes_no"}, []),
    ({"start": None}, [Kind.NO_BASELINE]),
    ({"target": None}, [Kind.NOT_MEASURABLE]),
    ({"direction": "within", "target": None}, [Kind.NOT_MEASURABLE]),
    ({"measure": "milestones"}, [Kind.NOT_MEASURABLE]),
    ({"direction": "at_most", "start": None}, []),
    ({"progress": 1, "confidences": [9]}, [Kind.MET_AT_THE_START]),
    ({"progress": 1, "confidences": [5, 9]}, []),
    ({"progress": 1, "confidences": [9], "direction": "at_most", "start": None}, []),
]


@pytest.mark.parametrize(("facts", "kinds"), KEY_RESULTS)
def test_hints_about_a_key_result(facts, kinds):
    usual = {"title": "Answers within an hour", "start": Decimal(0), "target": Decimal(9)}
    key_result = KeyResult(**usual | facts, organization_id=uuid4())
    key_result.hold_milestones([])
    assert [hint.kind for hint in hints_about_key_result(key_result)] == kinds


def test_every_hint_is_a_sentence_and_none_is_a_score():
    key_result = KeyResult(title="Do", target=None, organization_id=uuid4())
    for hint in hints_about_key_result(key_result):
        assert hint.sentence.endswith(("?", "."))


def test_another_language_has_words_of_its_own():
    with translation.override("de"):
        key_result = KeyResult(title="Launch", start=0, target=1, organization_id=uuid4())
        assert hints_about_key_result(key_result)  # until a translation names German verbs


def kinds(objective):
    fetched = Objective.objects.with_people().with_key_results().get(pk=objective.pk)
    return [hint.kind for hint in hints_about(fetched, fetched.owner.organization.today())]


def test_hints_about_an_objective(in_acme, cleo, max):
    alone = ObjectiveFactory(owner=cleo)
    assert kinds(alone) == [Kind.NO_KEY_RESULT, Kind.NO_UPWARD_LINK]
    company = ObjectiveFactory(owner=max, level="company", kind="thematic", basis="children")
    assert kinds(company) == []
    for _ in range(6):
        KeyResultFactory(objective=company)
    assert kinds(company) == [Kind.TOO_MANY_KEY_RESULTS]
    for _ in range(5):
        ObjectiveFactory(owner=max)
    assert kinds(company) == [Kind.TOO_MANY_OBJECTIVES, Kind.TOO_MANY_KEY_RESULTS]


def test_an_owner_who_left_is_missed(in_acme, cleo, max):
    company = ObjectiveFactory(owner=max, level="company", kind="thematic")
    KeyResultFactory(objective=company, owner=cleo)
    assert kinds(company) == []
    cleo.leave(on=in_acme.today())
    assert kinds(company) == [Kind.NO_OWNER]


def test_the_page_shows_them_to_who_may_change_it(as_cleo, as_vera, acme, objective):
    page = f"/o/acme/objectives/{objective.pk}/hints/"
    assert "supports nothing above it" in as_cleo.get(page).content.decode()
    assert as_vera.get(page).status_code == 403
    assert f'hx-get="{page}"' in as_cleo.get(f"/o/acme/objectives/{objective.pk}/").content.decode()
    assert page not in as_vera.get(f"/o/acme/objectives/{objective.pk}/").content.decode()


def test_a_hint_is_set_aside_with_a_reason(as_cleo, acme, objective):
    page = f"/o/acme/objectives/{objective.pk}/hints/"
    form = {"kind": "no_upward_link", "reason": "It is the ground under all"}
    for _twice in range(2):
        assert as_cleo.post(f"{page}dismiss/", form).url == page
    with organization_scope(acme):
        assert Dismissal.objects.get().reason == form["reason"]
    shown = BeautifulSoup(as_cleo.get(page).content, "html.parser").select_one("#hints").text
    assert "supports nothing above it" not in shown
    assert form["reason"] in shown


@pytest.mark.parametrize("form", [{"kind": "no_upward_link", "reason": " "}, {"kind": "x"}])
def test_without_a_reason_it_stays(as_cleo, acme, objective, form):
    page = f"/o/acme/objectives/{objective.pk}/hints/"
    told = as_cleo.post(f"{page}dismiss/", form, follow=True).content.decode()
    assert "Say in a few words why" in told
    with organization_scope(acme):
        assert not Dismissal.objects.exists()


def test_not_measurable_needs_a_reason_to_commit(as_cleo, acme, cleo):
    with organization_scope(acme):
        draft = ObjectiveFactory(owner=cleo, committed_at=None, committed_by=None)
        key_result = KeyResultFactory(objective=draft, start=None, target=None)
    page = f"/o/acme/objectives/{draft.pk}/"
    as_cleo.post(f"{page}commit/")
    with organization_scope(acme):
        draft.refresh_from_db()
        assert draft.is_draft
    form = {"kind": "no_baseline", "key_result": key_result.pk, "reason": "It is a mood"}
    as_cleo.post(f"{page}hints/dismiss/", form)
    as_cleo.post(f"{page}hints/dismiss/", form | {"kind": "not_measurable"})
    as_cleo.post(f"{page}commit/")
    with organization_scope(acme):
        draft.refresh_from_db()
        assert not draft.is_draft
        CheckIn.record(key_result, cleo, Reading(Decimal(3), 8), uuid4(), on=acme.today())
        assert key_result.progress is None


def test_hints_come_with_the_row_that_is_typed(as_cleo, objective):
    form = {"cycle": objective.cycle_id, "key_results-0-title": "Publish articles"}
    form |= {"key_results-0-measure": "number", "key_results-0-weight": "1"}
    form |= {"key_results-0-start": "0", "key_results-0-target": "30"}
    preview = "/o/acme/objectives/key-results/preview/?row=key_results-0"
    told = BeautifulSoup(as_cleo.post(preview, form).content, "html.parser").text
    assert "“publish” says what you will do" in told
