"""What people say about an objective, whom they reach, and who is told."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.utils import timezone

from activity.models import Event, Notification
from objectives.closing import close
from objectives.discussion import people_named
from objectives.models import Comment, Follower, Mention, Reaction
from organizations.tenancy import organization_scope
from tests.factories import PersonFactory
from tests.queries import assert_queries_do_not_grow

HTMX = {"hx-request": "true"}


@pytest.fixture
def path(objective):
    return f"/o/acme/objectives/{objective.pk}/discussion/"


def say(client, path, text, **more):
    return client.post(path, {"text": text, "submission": uuid4(), **more}, follow=True)


def told(person, kind):
    return Notification.objects.filter(person=person, event__kind=kind).count()


@pytest.fixture
def comment(acme, objective, max):
    with organization_scope(acme):
        return Comment.write(objective, max, "Well done", submission=uuid4())


def test_a_comment_is_said_and_its_followers_are_told(as_max, as_cleo, acme, cleo, max, path):
    page = say(as_max, path, "Where do we stand?\n\nhttps://acme.example/list <b>bold</b>")
    html = page.content.decode()
    assert "<p>Where do we stand?</p>" in html
    assert '<a href="https://acme.example/list" rel="nofollow">' in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    with organization_scope(acme):
        assert (told(cleo, "commented"), told(max, "commented")) == (1, 0)
    assert "wrote about" in as_cleo.get("/o/acme/").content.decode()


def test_the_same_submission_says_it_once(as_max, acme, path):
    once = {"text": "Once", "submission": uuid4()}
    for _ in range(3):
        assert as_max.post(path, once).status_code == 302
    with organization_scope(acme):
        assert Comment.objects.count() == 1
        assert Event.objects.filter(kind="commented").count() == 1


def test_an_empty_comment_is_sent_back(as_max, acme, path):
    answer = as_max.post(path, {"text": "  ", "submission": uuid4()}, headers=HTMX)
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    with organization_scope(acme):
        assert not Comment.objects.exists()


def test_a_comment_may_be_about_one_key_result(as_max, acme, path, key_result, objective):
    say(as_max, path, "About the answers", key_result=key_result.pk)
    say(as_max, path, "About it all")
    of_it = as_max.get(f"{path}?key_result={key_result.pk}").content.decode()
    assert "About the answers" in of_it
    assert "About it all" not in of_it
    with organization_scope(acme):
        key_result.delete()
        assert Comment.objects.filter(key_result=None).count() == 2


def test_closed_objectives_take_comments_too(as_max, acme, objective, cleo, path):
    with organization_scope(acme):
        close(objective, cleo)
    assert "Looking back" in say(as_max, path, "Looking back").content.decode()


# Mentions.


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Cleo Winter, could you look?", ["Cleo Winter"]),
        ("Ask @cleo winter.", ["Cleo Winter"]),
        ("@Cleo and @Max Adler", ["Cleo Winter", "Max Adler"]),
        ("Write to cleo@acme.example", []),
        ("@cleo.winter@acme.example knows", ["Cleo Winter"]),
        ("@Sam Fox", []),
        ("@sam.two@acme.example", ["Sam Fox"]),
        ("@Nobody", []),
        ("(@Max)", ["Max Adler"]),
        ("@Maxim", []),
        ("@", []),
    ],
)
def test_whom_a_text_names(in_acme, text, named):
    PersonFactory(name="Cleo Winter", email="cleo.winter@acme.example")
    PersonFactory(name="Max Adler")
    PersonFactory(name="Sam Fox", email="sam.one@acme.example")
    PersonFactory(name="Sam Fox", email="sam.two@acme.example")
    assert [one.name for one in people_named(text, in_acme.today())] == named


def test_another_organizations_people_are_not_named(mallory, in_acme):
    assert people_named("@Mallory @mallory@globex.example", in_acme.today()) == []


def test_who_is_mentioned_is_told_once_and_follows(as_max, acme, objective, vera, path):
    page = say(as_max, path, "@Vera should know. @vera really.")
    assert '<span class="mention">@Vera</span>' in page.content.decode()
    with organization_scope(acme):
        assert (told(vera, "mentioned"), told(vera, "commented")) == (1, 0)
        assert vera in objective.audience()


def test_whoever_cannot_see_it_is_not_told_and_the_writer_learns_it(
    as_cleo, acme, objective, vera, path
):
    with organization_scope(acme):
        type(objective).objects.filter(pk=objective.pk).update(visibility="private")
    page = say(as_cleo, path, "@Vera look at this").content.decode()
    assert "Vera can&#x27;t read this objective, so nobody told them." in page
    assert 'class="mention"' not in page
    with organization_scope(acme):
        assert told(vera, "mentioned") == 0
        assert not Mention.objects.exists()
        assert not Follower.objects.filter(person=vera).exists()
    options = as_cleo.get(f"/o/acme/objectives/{objective.pk}/mentions/?q=ver").content.decode()
    assert "t read this</small>" in options


def test_the_picker_gives_an_address_where_two_bear_a_name(as_cleo, acme, objective):
    with organization_scope(acme):
        PersonFactory(name="Sam Fox", email="sam.one@acme.example")
        PersonFactory(name="Sam Fox", email="sam.two@acme.example")
    options = as_cleo.get(f"/o/acme/objectives/{objective.pk}/mentions/?q=sam").content.decode()
    assert 'data-text="sam.one@acme.example"' in options
    assert 'data-text="sam.two@acme.example"' in options


# Changing one's mind.


def edit(client, comment, text):
    return client.post(
        f"/o/acme/objectives/comments/{comment.pk}/edit/", {"text": text}, follow=True
    )


def test_the_author_edits_for_a_quarter_of_an_hour(as_max, acme, comment, vera):
    page = edit(as_max, comment, "Very well done @Vera").content.decode()
    assert "Very well done" in page
    assert "edited" in page
    with organization_scope(acme):
        assert told(vera, "mentioned") == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert "too late" in edit(as_max, comment, "Too late").content.decode()
        assert "It is too late" not in as_max.get(f"/o/acme/objectives/{comment.objective_id}/")
        form = as_max.get(f"/o/acme/objectives/comments/{comment.pk}/edit/").content.decode()
        assert "for fifteen minutes" in form
    with organization_scope(acme):
        comment.refresh_from_db()
        assert comment.text == "Very well done @Vera"


def test_nobody_edits_what_another_said(as_cleo, comment):
    assert edit(as_cleo, comment, "Mine").status_code == 403


@pytest.mark.parametrize("who", ["as_max", "as_cleo"])  # its author, and the objective's owner
def test_a_deleted_comment_leaves_a_mark_and_no_words(request, acme, comment, path, vera, who):
    client = request.getfixturevalue(who)
    with organization_scope(acme):
        comment.react(vera, "agree")
    for _ in range(2):
        page = client.post(f"/o/acme/objectives/comments/{comment.pk}/delete/", follow=True)
        assert page.status_code == 200
    html = page.content.decode()
    assert "Deleted by" in html
    assert "Well done" not in html
    with organization_scope(acme):
        comment.refresh_from_db()
        assert (comment.text, Reaction.objects.count()) == ("", 0)


# Reactions and followers.


def test_reactions_carry_names_and_are_taken_back(as_vera, as_cleo, acme, comment, path):
    react = f"/o/acme/objectives/comments/{comment.pk}/react/"
    as_vera.post(react, {"kind": "thanks"})
    page = as_cleo.post(react, {"kind": "thanks"}, follow=True).content.decode()
    button = BeautifulSoup(page, "html.parser").select_one(f"#thanks-{comment.pk}")
    assert button.text == "Thank you: Vera, you"
    assert button["aria-pressed"] == "true"
    as_cleo.post(react, {"kind": "thanks"})
    as_vera.post(react, {"kind": "shrug"})
    with organization_scope(acme):
        assert [one.kind for one in Reaction.objects.all()] == ["thanks"]


def test_follow_and_stop(as_vera, as_cleo, acme, objective, vera, cleo):
    for client, person in ((as_vera, vera), (as_cleo, cleo)):
        for verb, heard in (("follow", True), ("unfollow", False), ("unfollow", False)):
            answer = client.post(f"/o/acme/objectives/{objective.pk}/{verb}/", follow=True)
            assert answer.status_code == 200
            with organization_scope(acme):
                assert (person in objective.audience()) is heard


def test_who_has_stopped_is_not_drawn_in_again(in_acme, objective, vera, max):
    Follower.stop(objective, vera)
    Comment.write(objective, max, "@Vera", naming=[vera], submission=uuid4())
    assert told(vera, "mentioned") == 1  # she is told of this, as she is meant
    Comment.write(objective, max, "And more", submission=uuid4())
    assert told(vera, "commented") == 0


def test_followers_hear_of_changes(in_acme, objective, vera, cleo):
    Follower.follow(objective, vera)
    objective.revise(by=cleo, version=objective.version, title="Another")
    assert told(vera, "objective_changed") == 1


def test_broken_glass_opens_a_discussion_for_reading_only(as_ada, acme, objective, path):
    with organization_scope(acme):
        type(objective).objects.filter(pk=objective.pk).update(visibility="private")
    as_ada.post("/o/acme/objectives/access/", {"owner": "Cleo", "reason": "Why", "hours": 1})
    assert as_ada.get(path).status_code == 200
    assert as_ada.post(path, {"text": "Hm", "submission": uuid4()}).status_code == 403


# Long threads.


def test_five_hundred_comments_are_paged_and_cost_what_twenty_do(
    as_cleo, as_ada, acme, objective, vera, max, path
):
    def grow(count=480):
        now = timezone.now()
        with organization_scope(acme):
            comments = Comment.objects.bulk_create(
                Comment(
                    objective=objective,
                    author=max,
                    text=f"Number {n} @Vera",
                    written_at=now - timedelta(minutes=600 - n),
                )
                for n in range(count)
            )
            Mention.objects.bulk_create(Mention(comment=one, person=vera) for one in comments)
            Reaction.objects.bulk_create(
                Reaction(comment=one, person=vera, kind="agree") for one in comments
            )

    grow(20)
    for client in (as_cleo, as_ada):
        assert_queries_do_not_grow(
            lambda client=client: client.get(path, headers=HTMX), grow, at_most=15
        )
    page = BeautifulSoup(as_cleo.get(path, headers=HTMX).content, "html.parser")
    assert len(page.select("li.message")) == 20
    seen = {li["id"] for li in page.select("li.message")}
    while link := page.select_one("li.day a"):
        page = BeautifulSoup(as_cleo.get(link["hx-get"], headers=HTMX).content, "html.parser")
        assert not page.select("#discussion")
        ids = {li["id"] for li in page.select("li.message")}
        assert not ids & seen
        seen |= ids
    assert len(seen) == 980


def test_the_objectives_page_pays_nothing_for_its_discussion(as_cleo, acme, objective, max):
    def grow():
        with organization_scope(acme):
            for n in range(30):
                Comment.write(objective, max, f"Number {n}", submission=uuid4())

    grow()
    page = f"/o/acme/objectives/{objective.pk}/"
    assert_queries_do_not_grow(lambda: as_cleo.get(page), grow, at_most=20)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_say_it_once(acme, objective, max):
    submission, ready, failed = uuid4(), Barrier(2), []

    def press():
        try:
            with organization_scope(acme):
                ready.wait()
                Comment.write(objective, max, "Once", submission=submission)
        except Exception as error:  # noqa: BLE001 - the test reports it
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with organization_scope(acme):
        assert Comment.objects.count() == 1
        assert Event.objects.filter(kind="commented").count() == 1
