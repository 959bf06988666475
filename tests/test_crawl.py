"""Marks in every text of two organizations: a crawl finds its own, and none of the other's."""

import html
import re
from decimal import Decimal
from uuid import uuid4

from django.db import models

from checkins.arranging import arrange
from checkins.models import (
    ActionItem,
    Answer,
    CheckIn,
    CheckInPeriod,
    Conversation,
    PrivateNote,
    Question,
    Reading,
    TalkingPoint,
)
from checkins.starting import start
from checkins.windows import Kind
from objectives.alignment import align
from objectives.models import (
    Comment,
    Dependency,
    Dismissal,
    Initiative,
    Milestone,
    Objective,
    ObjectiveValue,
    Part,
    PlanningResponse,
    Reader,
    Value,
)
from objectives.sums import allocate
from objectives.themes import Named, name_functions
from organizations.checks import tenant_models
from organizations.models import Department
from organizations.tenancy import organization_scope

from .conftest import signed_in
from .factories import (
    LONG_AGO,
    DepartmentalFactory,
    KeyResultFactory,
    ObjectiveFactory,
    OneFocusFactory,
    join,
    running_quarter,
)


class Marks:
    """Marks that occur nowhere else, one for each text."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.given: list[str] = []

    def __call__(self) -> str:
        self.given.append(f"{self.word}{len(self.given):03}q")
        return self.given[-1]


# Texts that no page shows, and are no words of anybody: choices, zones, settings, addresses.
# Why something rests or was cancelled is shown only of what does or was.
CHOSEN = {"pause_reason", "cancel_reason", "employee_dissent", "counterpart_dissent"}
CHOSEN |= {"kind", "email", "time_zone", "language", "via", "period", "rule", "pattern", "status"}

# What only one kind of objective has; nobody can write it for the others.
OF_A_KIND = {"functions_reason": "thematic", "challenge_words": "one_focus"}


def mark_all_texts(organization, marks):
    """Write a mark of its own into every text field of every row, past all verbs."""
    organization.name = marks()
    organization.save(update_fields=["name"])
    with organization_scope(organization):
        for model in tenant_models():
            if model._meta.model_name.endswith("version") or model is CheckIn:
                continue
            for text in model._meta.concrete_fields:
                free = isinstance(text, models.CharField | models.TextField) and not text.choices
                if not free or text.name in CHOSEN or isinstance(text, models.EmailField):
                    continue
                about = {"kind": OF_A_KIND[text.name]} if text.name in OF_A_KIND else {}
                for row in model.objects.filter(**about):
                    model.objects.filter(pk=row.pk).update(**{text.attname: marks()})


def populate(organization, people, marks):
    """Lay out a small company, everybody with something of each kind."""
    with organization_scope(organization):
        calendar = running_quarter().calendar
        calendar.lay_out(organization.today().year)
        above, below = (Department.objects.create(name=name) for name in ("Above", "Below"))
        below.move(above, on=LONG_AGO)
        company = ObjectiveFactory(owner=people[0], level="company", kind="thematic")
        KeyResultFactory(objective=company)
        today = organization.today()
        for person in people:
            person.place(below, on=LONG_AGO)
            mine = ObjectiveFactory(owner=person, department=below)
            align(mine, company, by=person)
            for visibility in ("public", "private"):
                ObjectiveFactory(owner=person, visibility=visibility, committed_at=None)
            restricted = ObjectiveFactory(owner=person, visibility="restricted")
            Reader.objects.create(objective=restricted, person=people[0])
            for said in (mine, restricted):
                Comment.write(said, person, "Well done", submission=uuid4())
            number = KeyResultFactory(objective=mine)
            steps = KeyResultFactory(objective=mine, measure="milestones", start=None, target=None)
            for position in range(2):
                Milestone.objects.create(key_result=steps, position=position)
            Initiative.add(mine, by=person, text=marks(), owner=person)
            Dismissal.answer(mine, None, "no_upward_link", marks(), by=person)
            allocate(KeyResultFactory(objective=company), number, Decimal(50), by=person)
            period = CheckInPeriod.current(person, today)
            reading = Reading(value=40, confidence=7, note=marks())
            CheckIn.record(
                number, person, reading, uuid4(), on=today, period=period and period.keep()
            )
        plan_together(company, people, above, below)
        converse(organization, people)
    mark_all_texts(organization, marks)


def converse(organization, people):
    """Have everybody below prepare a conversation with the first, and note something."""
    for person in people[1:]:
        person.report_to(people[0], on=LONG_AGO)
    if len(people) == 1:
        people = [*people, join(organization, "Igor")]
        people[1].report_to(people[0], on=LONG_AGO)
    arrange(organization, organization.today())
    for kind in Kind:
        start(people[1], people[0], kind, by=people[1])
    for person in people[1:]:
        talk = Conversation.objects.filter(employee=person).first()
        for question in Question.objects.filter(template=talk.template_id, type="text"):
            Answer.write(talk, question, talk.person_on(question.answered_by), {"text": "x"})
        for one in (person, people[0]):
            PrivateNote.write(talk, one, "Mine")
            TalkingPoint.objects.create(conversation=talk, author=one, text="Topic")
            ActionItem.objects.create(conversation=talk, owner=one, text="Action")


def plan_together(theme, people, above, below):
    """Have a focus with a part, a theme with a function and a value, and plans with answers."""
    boss = people[0]
    Department.objects.filter(pk=above.pk).update(head=boss)
    focus = OneFocusFactory(owner=boss)
    Part.objects.create(objective=focus, department=above, owner=boss, line="Ours", linked=theme)
    name_functions(theme, boss, [Named("Works", people[-1])])
    ObjectiveValue.choose(theme, [Value.objects.create(name="Care", created_by=boss)])
    plan = DepartmentalFactory(owner=boss, department=below)
    for stance in ("concern", "need"):
        PlanningResponse.give(plan, above, boss, stance, "Words")
    need = Dependency.objects.get()
    need.counter(boss, boss.organization.today(), "Half of it")
    need.agree(boss)
    need.doubt(boss, "Rain")


ADDRESS = re.compile(r' (?:href|hx-get|src|action|data-url|data-href)="([^"#]+)')
POSTED = re.compile(r'<form[^>]* method="post"[^>]*>')


def crawl(client, start, limit=150):
    """Follow every link below ``start``, and return all that was read."""
    waiting, seen, read = [start], set(), []
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        assert answer.status_code < 400, f"{path}, linked from {start}: {answer.status_code}"
        if "text/html" not in answer.headers["Content-Type"]:
            continue
        body = answer.content.decode()
        read.append(body)
        waiting += [html.unescape(to) for to in ADDRESS.findall(POSTED.sub("", body))]
        # An example of ours fills in the same form.
        waiting = [to for to in waiting if to.startswith(start) and "example=" not in to]
    return "\n".join(read), len(seen)


def test_a_crawl_finds_all_of_ones_own_and_nothing_of_others(
    acme,
    globex,
    ada,
    max,
    cleo,
    vera,
    mallory,
):
    own, foreign = Marks("ours"), Marks("canary")
    insiders = [ada, max, cleo, vera]
    populate(acme, insiders, own)
    populate(globex, [mallory], foreign)
    texts = {}
    for person in insiders:
        texts[person.pk], pages = crawl(signed_in(person), "/o/acme/")
        assert pages > 5
    everything = "\n".join(texts.values())
    assert [mark for mark in foreign.given if mark in everything] == []
    missing = [mark for mark in own.given if mark not in everything]
    found = 1 - len(missing) / len(own.given)
    assert found >= 0.9, f"{found:.0%} of {len(own.given)} marks were found; not {missing}"
    with organization_scope(acme):
        closed = Objective.objects.filter(visibility__in=["restricted", "private"])
        for person in insiders:
            seen = Objective.objects.visible_to(person).values("pk")
            for hidden in closed.exclude(pk__in=seen):
                texts_of = [hidden.title, *hidden.comments.values_list("text", flat=True)]
                leaked = [text for text in texts_of if text in texts[person.pk]]
                assert leaked == [], (person, hidden.visibility)
    theirs, _ = crawl(signed_in(mallory), "/o/globex/")
    assert [mark for mark in own.given if mark in theirs] == []
    assert any(mark in theirs for mark in foreign.given)
