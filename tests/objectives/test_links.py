"""The pages of links: who reads what, answers with one press, and finds out why."""

import pytest
from bs4 import BeautifulSoup

from objectives import linking
from objectives.alignment import align
from objectives.closing import close
from objectives.links import Links
from objectives.models import Alignment, Objective
from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.conftest import signed_in
from tests.factories import LONG_AGO, KeyResultFactory, ObjectiveFactory, join
from tests.queries import assert_queries_do_not_grow

from .test_outline import OUTLINE, rows


def soup_of(answer, status=200):
    assert answer.status_code == status
    return BeautifulSoup(answer.content.decode(), "html.parser")


def page_of(objective, rest=""):
    return f"/o/acme/objectives/{objective.pk}/{rest}"


def link_page(link, verb):
    return f"/o/acme/objectives/links/{link.pk}/{verb}/"


@pytest.fixture
def otto(acme):
    """A colleague whom nobody of the others manages."""
    with organization_scope(acme):
        return join(acme, "Otto")


@pytest.fixture
def as_otto(otto):
    return signed_in(otto)


@pytest.fixture
def his(acme, otto):
    with organization_scope(acme):
        return ObjectiveFactory(owner=otto, title="Parts are there in time")


@pytest.fixture
def proposal(acme, his, objective, otto):
    """Otto asks cleo whether his goal may contribute to hers."""
    with organization_scope(acme):
        return linking.link(his, objective, by=otto)


def typed(objective, goal, **more):
    form = {"here": objective.pk, "way": "up contributes", "other": goal.title, "weight": 1}
    return form | more


def edited(client, objective, **more):
    """Return the form of an objective as it stands, with changes."""
    soup = soup_of(client.get(page_of(objective, "edit/")))
    form = {one["name"]: one.get("value", "") for one in soup.select("form#form input[name]")}
    form |= {
        "kind": "supporting",
        "level": "individual",
        "ambition": objective.ambition,
        "basis": "both",
    }
    form |= {"visibility": "public", "cycle": objective.cycle_id}
    return form | {f"key_results-{n}-measure": "number" for n in range(3)} | more


def state(acme, link):
    with organization_scope(acme):
        return Alignment.objects.get(pk=link.pk).state


# Asking.


def test_a_link_is_asked_for_and_says_who_is_asked(as_cleo, acme, objective, his):
    form = typed(objective, his, way="up depends_on")
    answer = as_cleo.post(page_of(objective, "links/new/"), form, follow=True)
    soup = soup_of(answer)
    assert "Proposed. Otto is asked." in soup.text
    assert "asked by Cleo" in soup.text
    with organization_scope(acme):
        link = Alignment.objects.get()
        assert (link.child, link.parent, link.kind) == (objective, his, "depends_on")


@pytest.mark.parametrize(
    ("way", "upside_down"), [("up supports", False), ("down contributes", True)]
)
def test_either_way_with_a_key_result_at_either_end(
    as_cleo, acme, objective, key_result, his, way, upside_down
):
    with organization_scope(acme):
        theirs = KeyResultFactory(objective=his, title="Parts short")
    form = typed(objective, theirs, here=key_result.pk, way=way, other_chosen=theirs.pk)
    assert as_cleo.post(page_of(objective, "links/new/"), form).status_code == 302
    with organization_scope(acme):
        link = Alignment.objects.get()
        assert (link.source, link.target) == (
            (theirs, key_result) if upside_down else (key_result, theirs)
        )
        assert link.asked_of == ("child" if upside_down else "parent")


def test_what_cannot_be_is_said_beside_the_field(as_cleo, objective, his, otto, acme, key_result):
    url = page_of(objective, "links/new/")
    for other, sentence in [
        (objective.title, "not linked with itself"),
        ("No such goal", "Nothing here is called"),
        ("", "Fill this in."),
    ]:
        soup = soup_of(as_cleo.post(url, typed(objective, his, other=other)), 422)
        assert sentence in soup.text
        assert soup.select_one("[name=other]")["aria-invalid"] == "true"


def test_what_one_may_not_see_cannot_be_linked_or_found(as_cleo, acme, objective, his):
    with organization_scope(acme):
        KeyResultFactory(objective=his, title="Parts short")
        Objective.objects.filter(pk=his.pk).update(visibility="private")
    form = typed(objective, his, other_chosen=his.pk)
    assert as_cleo.post(page_of(objective, "links/new/"), form).status_code == 422
    for words in ("parts", "Parts+are"):
        found = as_cleo.get(f"/o/acme/objectives/options/?q={words}").content.decode()
        assert "Parts" not in found


def test_the_picker_finds_goals_and_then_key_results(as_cleo, acme, his):
    with organization_scope(acme):
        KeyResultFactory(objective=his, title="Stops for want of parts")
    found = soup_of(as_cleo.get("/o/acme/objectives/options/?q=parts"))
    assert [one.span.text for one in found.select("[role=option]")] == [
        "Parts are there in time",
        "Stops for want of parts",
    ]
    assert "Key result of “Parts are there in time”" in found.text
    assert "Stops" not in as_cleo.get("/o/acme/objectives/options/?q=").content.decode()


def test_the_objectives_form_takes_a_key_result_as_what_it_supports(
    as_cleo, acme, objective, key_result, cleo
):
    with organization_scope(acme):
        mine = ObjectiveFactory(owner=cleo, title="Answer by night too")
    form = edited(as_cleo, mine, parent=key_result.title, parent_chosen=key_result.pk)
    answer = as_cleo.post(page_of(mine, "edit/"), form)
    assert answer.status_code == 302, answer.context_data["form"].errors
    with organization_scope(acme):
        link = Alignment.objects.get()
        assert (link.target, link.is_primary, link.state) == (key_result, True, "accepted")
    assert edited(as_cleo, mine)["parent"] == key_result.title


def test_an_objective_whose_parent_is_over_can_still_be_edited(as_cleo, acme, objective, his, otto):
    with organization_scope(acme):
        align(objective, his, by=otto)
        close(his, by=otto)
    form = edited(as_cleo, objective)
    assert form["parent"] == his.title
    assert as_cleo.post(page_of(objective, "edit/"), form).status_code == 302


# Answering.


def test_a_proposal_waits_at_home_and_is_accepted_with_one_press(as_cleo, acme, proposal, his):
    soup = soup_of(as_cleo.get("/o/acme/waiting/"))
    assert "“Parts are there in time” wants to contribute to" in soup.text
    form = soup.find("form", action=link_page(proposal, "accept"))
    values = {one["name"]: one["value"] for one in form.select("input") if one.get("value")}
    answer = as_cleo.post(form["action"], values)
    assert answer.url == "/o/acme/"
    assert state(acme, proposal) == "accepted"
    assert "wants to contribute" not in as_cleo.get("/o/acme/waiting/").content.decode()


def test_a_proposal_waits_on_the_objective_and_is_declined_with_a_reason(
    as_cleo, as_otto, acme, proposal, objective, his
):
    soup = soup_of(as_cleo.get(page_of(objective)))
    assert "1 link waits for your answer" in soup.text
    form = soup.find("form", action=link_page(proposal, "decline"))
    assert as_cleo.post(form["action"], {"reason": " "}).status_code == 422
    assert state(acme, proposal) == "proposed"
    reason = "We measure that already."
    assert as_cleo.post(form["action"], {"reason": reason}).url == page_of(objective)
    assert state(acme, proposal) == "declined"
    assert "waits for your answer" not in soup_of(as_cleo.get(page_of(objective))).text
    home = soup_of(as_otto.get("/o/acme/")).text
    assert "declined a link of" in home
    assert reason in home
    history = soup_of(as_otto.get(page_of(his, "links/"))).text
    assert "Asked by Otto, declined by Cleo" in history
    assert reason in history


def test_who_asked_cannot_answer_and_who_may_not_see_finds_nothing(
    as_otto, as_vera, as_cleo, acme, proposal, objective
):
    for verb in ("accept", "decline"):
        for client in (as_otto, as_vera):
            assert client.post(link_page(proposal, verb), {"reason": "x"}).status_code == 403
    with organization_scope(acme):
        Objective.objects.filter(pk=objective.pk).update(visibility="private")
    for verb in ("accept", "decline", "end"):
        assert as_otto.post(link_page(proposal, verb), {"reason": "x"}).status_code == 404
    assert state(acme, proposal) == "proposed"


def test_accepting_twice_is_harmless_and_what_is_impossible_is_said(
    as_cleo, acme, proposal, objective, his, cleo
):
    with organization_scope(acme):
        align(objective, his, by=cleo)
    answer = as_cleo.post(link_page(proposal, "accept"), follow=True)
    assert "already contributes to this one" in soup_of(answer).text
    with organization_scope(acme):
        align(objective, None, by=cleo)
    for _ in range(2):
        assert as_cleo.post(link_page(proposal, "accept")).status_code == 302
    assert state(acme, proposal) == "accepted"


def test_a_link_ends_with_a_reason_that_stays_to_be_read(
    as_cleo, as_otto, acme, proposal, objective, his
):
    as_cleo.post(link_page(proposal, "accept"))
    assert as_otto.post(link_page(proposal, "end"), {"reason": ""}).status_code == 422
    answer = as_otto.post(link_page(proposal, "end"), {"reason": "We do it by hand."})
    assert answer.url == page_of(his)
    for client, goal in ((as_cleo, objective), (as_otto, his)):
        history = soup_of(client.get(page_of(goal, "links/"))).text
        assert "Ended by Otto" in history
        assert "We do it by hand." in history
    assert "ended a link of" in soup_of(as_cleo.get("/o/acme/")).text


def test_on_a_day_gone_by_there_is_nothing_to_answer_or_end(acme, cleo, proposal, objective):
    with organization_scope(acme):
        assert len(Links(objective, cleo, editor=True).to_answer) == 1
        [tie] = Links(objective, cleo, editor=False, frozen=True).down
        assert (tie.may_answer, tie.may_end) == (False, False)


# What is read, and by whom.


def test_what_is_proposed_is_dotted_and_says_for_whom_it_waits(as_otto, proposal, his, objective):
    above = soup_of(as_otto.get(page_of(his))).select_one(".goal[data-proposed]")
    assert objective.title in above.text
    assert "waits for Cleo" in above.text
    below = soup_of(as_otto.get(page_of(objective))).select_one(".goal[data-proposed]")
    assert his.title in below.text


def test_both_sides_of_a_dependency_see_how_the_other_stands(
    as_cleo, as_otto, acme, objective, his, otto
):
    with organization_scope(acme):
        KeyResultFactory(objective=his)
        Objective.objects.filter(pk=his.pk).update(status="at_risk")
        linking.accept(linking.link(objective, his, by=objective.owner, kind="depends_on"), by=otto)
    mine = soup_of(as_cleo.get(page_of(objective))).select_one("[aria-labelledby=dependencies]")
    assert "It depends on" in mine.text
    assert "At risk" in mine.text
    theirs = soup_of(as_otto.get(page_of(his))).select_one("[aria-labelledby=dependencies]")
    assert "Depends on it" in theirs.text
    assert objective.title in theirs.text


def test_a_key_result_says_what_it_contributes_to(
    as_vera, acme, objective, key_result, his, otto, cleo, max
):
    with organization_scope(acme):
        top = ObjectiveFactory(owner=max, level="company", title="Grow in winter")
        align(his, top, by=otto)
        linking.accept(linking.link(key_result, his, by=cleo), by=otto)
    row = soup_of(as_vera.get(page_of(objective))).select_one(f"#kr-{key_result.pk}")
    assert "Contributes to Parts are there in time" in " ".join(row.text.split())
    ways = soup_of(as_vera.get(page_of(objective, "links/"))).select_one("[aria-labelledby=ways]")
    steps = [step.text for step in ways.select(".chain b")]
    assert steps == ["Grow in winter", "Parts are there in time", key_result.title]


def test_my_okrs_say_what_each_moves(as_cleo, acme, tree):
    page = soup_of(as_cleo.get("/o/acme/objectives/"))
    way = " ".join(page.select_one(".way").text.split())
    assert way == "Moves A bike ready every cold morning Make winter riding the default"


def test_nothing_of_a_hidden_end_is_shown_anywhere(
    as_vera, as_cleo, acme, objective, key_result, his, otto, cleo
):
    with organization_scope(acme):
        linking.accept(linking.link(key_result, his, by=cleo), by=otto)
        link = linking.link(objective, his, by=cleo)
        linking.decline(link, otto, "Because of the secret deal.")
        linking.accept(linking.link(objective, his, by=cleo, kind="depends_on"), by=otto)
        Objective.objects.filter(pk=his.pk).update(visibility="private")
    for client in (as_vera, as_cleo):
        for page in ("", "links/"):
            text = soup_of(client.get(page_of(objective, page))).text
            assert his.title not in text
            assert "secret deal" not in text
        assert his.title not in client.get(OUTLINE).content.decode()
        for page in ("/o/acme/", "/o/acme/waiting/"):
            home = client.get(page).content.decode()
            assert his.title not in home
            assert "secret deal" not in home


# The outline.


def test_in_the_outline_a_proposed_goal_hangs_dotted_and_counts_as_not_linked(
    as_vera, acme, tree, otto, his
):
    company, product, *_ = tree
    with organization_scope(acme):
        linking.link(his, product, by=otto)
    branch = as_vera.get(page_of(product, "branch/?level=3"))
    dotted = soup_of(branch).select("tr[data-proposed]")
    assert [row.select_one(".name").text for row in dotted] == [his.title]
    assert "Proposed" in dotted[0].text
    loose = as_vera.get(f"{OUTLINE}?unlinked=1")
    assert (1, his.title) in rows(loose)
    opened = soup_of(as_vera.get(f"{OUTLINE}?open={company.pk},{product.pk}"))
    assert opened.select_one(f"#g-{his.pk}[data-proposed]")


def test_in_the_outline_a_goal_names_its_further_parents(as_vera, acme, tree, otto, his):
    company, product, mine, _loose = tree
    with organization_scope(acme):
        linking.accept(linking.link(mine, his, by=mine.owner, kind="supports"), by=otto)
        part = mine.key_results.get()
        linking.link(part, his, by=mine.owner)
    opened = ",".join(str(one.pk) for one in (company, product, mine))
    soup = soup_of(as_vera.get(f"{OUTLINE}?open={opened}"))
    assert "Also supports Parts are there in time" in soup.select_one(f"#g-{mine.pk}").text
    assert "Proposed to Parts are there in time" in soup.select_one(f"#g-{part.pk}").text
    assert "Also supports" not in soup.select_one(f"#g-{product.pk}").text


def test_the_map_draws_proposals_dotted_and_names_further_parents(as_vera, acme, tree, otto, his):
    company, product, mine, _loose = tree
    with organization_scope(acme):
        linking.link(his, product, by=otto)
        second = ObjectiveFactory(owner=mine.owner, title="Nobody calls twice")
        align(second, company, by=mine.owner)
        linking.link(mine, second, by=mine.owner)
    soup = soup_of(as_vera.get("/o/acme/objectives/map/"))
    assert {edge.get("data-link", "") for edge in soup.select(".map .edge")} == {
        "",
        "further",
        "proposed",
    }
    labels = {
        card["aria-label"].split(",")[0]: card["aria-label"] for card in soup.select("a[data-st]")
    }
    assert "proposed to “A bike ready every cold morning”" in labels[his.title]
    assert "also supports “Nobody calls twice”" in labels[mine.title]
    assert "Dotted lines are proposed" in soup.text


def test_many_links_cost_no_more_queries(as_cleo, as_ada, acme, cleo, otto, objective, his):
    def grow():
        with organization_scope(acme):
            for number in range(5):
                below, above = ObjectiveFactory(owner=cleo), ObjectiveFactory(owner=otto)
                align(below, objective, by=cleo)
                linking.link(above, objective, by=otto)
                linking.link(objective, above, by=cleo, kind="depends_on")
                part = KeyResultFactory(objective=objective, owner=cleo)
                linking.link(part, above, by=cleo, kind="supports")
                if number:
                    linking.end(Alignment.objects.filter(parent=above).with_ends().first(), otto)

    grow()
    for client in (as_cleo, as_ada):
        for page in ("", "links/", "branch/"):
            url = page_of(objective, page)
            assert_queries_do_not_grow(lambda: client.get(url), grow, at_most=20)  # noqa: B023
    for page in ("", "objectives/", "objectives/alignment/", "objectives/map/"):
        assert_queries_do_not_grow(lambda: as_cleo.get(f"/o/acme/{page}"), grow, at_most=20)  # noqa: B023


# Aligned and connected.


@pytest.fixture
def gaps(acme, tree, otto, his, cleo):
    """Beside the tree: one below what hangs on nothing, and one whose parent is over."""
    with organization_scope(acme):
        short = ObjectiveFactory(owner=otto, title="Boxes fit the van")
        align(short, his, by=otto)
        lost = ObjectiveFactory(owner=cleo, title="A calmer summer")
        over = ObjectiveFactory(owner=otto, title="Summer is over")
        align(lost, over, by=otto)
        close(over, by=otto)
    return {"lost": [lost], "loose": [tree[3], his], "short": [short]}


REACH = "/o/acme/objectives/alignment/reach/"
GAPS = "/o/acme/objectives/alignment/not-connected/"


def test_aligned_and_connected_are_counted_with_their_definitions(as_vera, gaps):
    """Six below the company: two of the tree, one below a loose one; two lead to the top."""
    text = " ".join(soup_of(as_vera.get(REACH)).text.split())
    assert "50% aligned 3 of 6 goals below the company contribute to or support one" in text
    assert "33% connected 2 lead up to a company objective" in text
    assert REACH.removeprefix("/o/acme") in as_vera.get(OUTLINE).content.decode()


def test_figures_follow_the_filters_and_what_the_reader_sees(as_vera, acme, gaps, tree):
    text = " ".join(soup_of(as_vera.get(f"{REACH}?q=boxes")).text.split())
    assert "100% aligned 1 of 1 goal" in text
    assert "0% connected" in text
    with organization_scope(acme):
        Objective.objects.filter(pk=tree[1].pk).update(visibility="private")
    text = " ".join(soup_of(as_vera.get(REACH)).text.split())
    assert "20% aligned 1 of 5" in text
    assert "0% connected 0" in text


def test_a_further_or_a_key_results_link_connects_as_well(as_vera, acme, gaps, tree, cleo):
    company, *_ = tree
    loose = gaps["loose"][0]
    with organization_scope(acme):
        linking.link(KeyResultFactory(objective=loose), company, by=cleo, kind="supports")
    assert "50% connected 3" in " ".join(soup_of(as_vera.get(REACH)).text.split())


def test_a_proposal_connects_nothing(as_vera, acme, gaps, tree, otto, his):
    with organization_scope(acme):
        linking.link(his, tree[1], by=otto)
    assert "33% connected 2" in " ".join(soup_of(as_vera.get(REACH)).text.split())


def test_what_is_not_connected_is_listed_by_why(as_vera, gaps):
    soup = soup_of(as_vera.get(GAPS))
    for gap, goals in gaps.items():
        listed = soup.select(f"section[aria-labelledby={gap}] .t a")
        assert [one.text for one in listed] == sorted(goal.title for goal in goals)


def test_home_tells_the_owner_who_lost_a_parent(as_cleo, gaps):
    assert "“A calmer summer” lost its parent goal" in soup_of(as_cleo.get("/o/acme/waiting/")).text


def test_the_figures_and_the_list_cost_the_same_for_many(as_cleo, acme, gaps, cleo, tree):
    def grow():
        with organization_scope(acme):
            for number in range(10):
                loose = ObjectiveFactory(owner=cleo, title=f"Cold morning {number}")
                align(ObjectiveFactory(owner=cleo), tree[1] if number % 2 else loose, by=cleo)

    grow()
    for page in (REACH, GAPS):
        assert_queries_do_not_grow(lambda: as_cleo.get(page), grow, at_most=15)  # noqa: B023


# Suggestions.


def suggested(answer):
    return [
        " ".join(one.text.split()).removesuffix("Link").strip()
        for one in soup_of(answer).select(".suggestion > span")
    ]


@pytest.fixture
def company_of_three(acme, max, cleo, otto):
    """Care stands above Answers; cleo's goal belongs to Answers and hangs on nothing."""
    with organization_scope(acme):
        care, answers, works = (
            Department.objects.create(name=name) for name in ("Care", "Answers", "Works")
        )
        answers.move(care, on=LONG_AGO)
        facts = {"owner": otto, "level": "department"}
        ObjectiveFactory(title="Back on the road the same day", department=care, **facts)
        ObjectiveFactory(title="Winter batteries last", department=works, **facts)
        ObjectiveFactory(title="Screws are tight", department=works, **facts)
        ObjectiveFactory(title="Calls end at once", department=answers, **facts)
        mine = ObjectiveFactory(
            owner=cleo, title="Say how batteries fare in winter", department=answers
        )
        below = ObjectiveFactory(title="Winter batteries, said again", department=works, **facts)
        align(below, mine, by=cleo)
    return mine


def test_goals_are_suggested_with_the_reason(as_cleo, company_of_three):
    found = suggested(as_cleo.get(page_of(company_of_three, "links/suggestions/")))
    assert found == [
        "Perhaps to Winter batteries last Both speak of: Winter, batteries.",
        "Perhaps to Back on the road the same day It belongs to the department above.",
        "Perhaps to Calls end at once It belongs to the same department.",
    ]


def test_a_suggestion_is_taken_with_one_press(as_cleo, acme, company_of_three):
    soup = soup_of(as_cleo.get(page_of(company_of_three, "links/suggestions/")))
    form = soup.select_one(".suggestion form")
    values = {one["name"]: one["value"] for one in form.select("input[value]")}
    assert as_cleo.post(form["action"], values).status_code == 302
    with organization_scope(acme):
        link = Alignment.objects.get(child=company_of_three)
        assert (link.parent.title, link.state) == ("Winter batteries last", "proposed")
    assert "Winter batteries last" not in suggested(
        as_cleo.get(page_of(company_of_three, "links/suggestions/"))
    )


def test_nothing_hidden_closed_or_linked_is_suggested(as_cleo, acme, company_of_three, otto):
    with organization_scope(acme):
        Objective.objects.filter(title="Winter batteries last").update(visibility="private")
        close(Objective.objects.get(title="Calls end at once"), by=otto)
    found = suggested(as_cleo.get(page_of(company_of_three, "links/suggestions/")))
    assert found == ["Perhaps to Back on the road the same day It belongs to the department above."]


def test_the_list_of_gaps_suggests_for_ones_own(as_cleo, as_vera, company_of_three):
    assert suggested(as_cleo.get(GAPS))[0].startswith("Perhaps to Winter batteries last")
    assert suggested(as_vera.get(GAPS)) == []
