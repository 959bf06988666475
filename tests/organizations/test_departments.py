import pytest
from bs4 import BeautifulSoup

from organizations.models import Department
from organizations.tenancy import organization_scope
from tests.factories import LONG_AGO, DepartmentFactory, PersonFactory
from tests.queries import assert_queries_do_not_grow

LIST = "/o/acme/organization/departments/"
NEW = f"{LIST}new/"


@pytest.fixture
def field(acme):
    with organization_scope(acme):
        return DepartmentFactory(name="Field")


@pytest.fixture
def sales(acme, field):
    with organization_scope(acme):
        sales = DepartmentFactory(name="Sales")
        sales.move(field, on=LONG_AGO)
        return sales


def rows(client):
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    return [
        (row.select_one(".branch")["data-level"], row.th.text.strip(), row("td")[-1].text.strip())
        for row in page.select("tbody tr")
    ]


def test_the_tree_shows_what_stands_below_what_and_counts_everybody_there(
    as_ada, acme, cleo, max, field, sales
):
    with organization_scope(acme):
        cleo.place(sales, on=LONG_AGO)
        max.place(field, on=LONG_AGO)
        DepartmentFactory(name="Finance")
    assert rows(as_ada) == [
        ("1", "Field", "2"),
        ("2", "Sales, below Field", "1"),
        ("1", "Finance", "0"),
    ]


def test_the_tree_asks_no_more_for_more(as_ada, acme, cleo, field):
    def page():
        return as_ada.get(LIST)

    def grow():
        with organization_scope(acme):
            above = field
            for number in range(90):
                department = DepartmentFactory(head=cleo)
                department.move(above if number % 10 else field, on=LONG_AGO)
                PersonFactory().place(department, on=LONG_AGO)
                above = department

    with organization_scope(acme):
        for _ in range(10):
            DepartmentFactory(head=cleo)
    assert_queries_do_not_grow(page, grow, at_most=15)
    assert len(page().content) < 100_000


def test_without_any_the_page_says_how_to_begin(as_ada):
    assert "Add the first one" in as_ada.get(LIST).text


def test_an_auditor_reads_the_tree_and_changes_nothing(as_vera, field):
    page = as_vera.get(LIST)
    assert page.status_code == 200
    assert f"{field.pk}/edit" not in page.text
    assert as_vera.post(NEW, {"name": "Mine", "kind": "team"}).status_code == 403
    assert as_vera.post(f"{LIST}{field.pk}/edit/", {"name": "Mine"}).status_code == 403


def test_a_department_is_added_where_it_belongs(as_ada, acme, field, cleo):
    form = {"name": "Sales", "kind": "team", "parent": "field", "head": "Cleo"}
    assert as_ada.post(NEW, form).status_code == 302
    with organization_scope(acme):
        sales = Department.objects.get(name="Sales")
        assert (sales.parent_on(acme.today()), sales.head) == (field, cleo)


def test_a_name_is_given_once(as_ada, acme, field):
    answer = as_ada.post(NEW, {"name": "Field", "kind": "team", "head": "nobody at all"})
    assert answer.status_code == 422
    assert "There is a department of that name already." in answer.text
    assert "Nothing here is called “nobody at all”" in answer.text
    assert 'value="nobody at all"' in answer.text


def test_a_department_cannot_stand_below_itself(as_ada, acme, field, sales):
    form = {"name": "Fields", "kind": "department", "parent": "Sales"}
    answer = as_ada.post(f"{LIST}{field.pk}/edit/", form)
    assert answer.status_code == 422
    assert "A department cannot stand below itself." in answer.text
    with organization_scope(acme):
        assert Department.objects.filter(name="Field").exists()


def test_a_group_belongs_to_no_department(as_ada, field):
    answer = as_ada.post(NEW, {"name": "Guild", "kind": "group", "parent": "Field"})
    assert answer.status_code == 422
    assert "belongs to none" in answer.text


def test_editing_moves_it_to_the_top_and_vacates_the_head(as_ada, acme, sales, cleo):
    with organization_scope(acme):
        sales.revise(acme.today(), head=cleo)
    form = {"name": "Sales", "kind": "department", "parent": "", "head": ""}
    assert as_ada.post(f"{LIST}{sales.pk}/edit/", form).status_code == 302
    with organization_scope(acme):
        sales = Department.objects.get(pk=sales.pk)
        assert (sales.parent_on(acme.today()), sales.head) == (None, None)


def test_another_organization_finds_no_department(as_mallory, field):
    assert as_mallory.get(f"{LIST}{field.pk}/edit/").status_code == 404
    assert as_mallory.get(f"/o/globex/organization/departments/{field.pk}/edit/").status_code == 404
    found = as_mallory.get("/o/globex/organization/departments/options/", {"q": "field"})
    assert "Field" not in found.text
