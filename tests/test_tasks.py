"""Work in the background happens in the organization that asked for it, or not at all."""

import pytest
from celery import shared_task
from django.db import transaction

from checkins.tasks import plan_reminders
from okr_platform.celery import app as celery_app
from organizations.models import Department, Organization
from organizations.tasks import HEADER, OrganizationTask, PlatformTask
from organizations.tenancy import NoOrganization, current_organization_id, organization_scope

# Tasks that belong to no organization, each reviewed: they carry ids, and open scopes one by one.
PLATFORM = {
    "checkins.tasks.tick",
    "checkins.tasks.deliver_due_mail",
    "checkins.tasks.deliver_mail",
}


@pytest.fixture
def found():
    return []


@pytest.fixture
def look(found):
    """A task that says where it ran and whom it saw there."""

    @shared_task(name="tests.look")
    def look():
        names = sorted(Department.objects.values_list("name", flat=True))
        found.append((current_organization_id(), names))

    yield look
    celery_app.tasks.pop("tests.look")


@pytest.fixture
def published(monkeypatch):
    """What would have gone to the broker, as the headers it would have gone with."""
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda self, *args, **options: sent.append((self.name, options.get("headers"))),
    )
    return sent


@pytest.fixture
def departments(acme, globex):
    for organization in (acme, globex):
        with organization_scope(organization):
            Department.objects.create(name=f"Of {organization.slug}")


def our_tasks():
    celery_app.loader.import_default_modules()
    names = [name for name in celery_app.tasks if not name.startswith(("celery.", "tests."))]
    return {name: celery_app.tasks[name] for name in names}


def test_every_task_is_an_organizations_unless_it_is_reviewed():
    tasks = our_tasks()
    assert all(isinstance(task, PlatformTask) for task in tasks.values())
    platform = {name for name, task in tasks.items() if not isinstance(task, OrganizationTask)}
    assert platform == PLATFORM, "Review what runs outside any organization, then list it."
    assert set(tasks) > PLATFORM


def test_a_plain_task_is_an_organizations(look):
    assert isinstance(look, OrganizationTask)


ASKING = {
    "delay": lambda task: task.delay(),
    "apply_async": lambda task: task.apply_async(),
    "delay_on_commit": lambda task: task.delay_on_commit(),
    "apply_async_on_commit": lambda task: task.apply_async_on_commit(),
    "apply": lambda task: task.apply(throw=True),
    "signature": lambda task: task.s().apply_async(),
    "call": lambda task: task(),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_task_without_an_organization_is_refused(db, published, found, look, ask):
    with pytest.raises(NoOrganization):
        ask(look)
    assert published == found == []


@pytest.mark.parametrize("headers", [None, {}, {"organization": None}, {"other": "x"}])
def test_a_message_without_an_organization_is_refused(departments, found, look, headers):
    with pytest.raises(NoOrganization):
        look.apply(headers=headers, throw=True)
    assert found == []


def test_a_task_runs_where_its_header_says(acme, globex, departments, found, look):
    for organization in (acme, globex):
        look.apply(headers={HEADER: str(organization.pk)}, throw=True)
    assert found == [(acme.pk, ["Of acme"]), (globex.pk, ["Of globex"])]
    with pytest.raises(NoOrganization):
        current_organization_id()


def test_a_scope_at_hand_is_no_substitute_for_the_header(acme, departments, found, look):
    """A worker that forgot to close a scope must not lend it to the next task."""
    with organization_scope(acme), pytest.raises(NoOrganization):
        look()
    assert found == []


def test_the_organization_travels_in_the_header(acme, globex, published):
    for organization in (acme, globex):
        with organization_scope(organization):
            plan_reminders.delay()
    name = plan_reminders.name
    assert published == [(name, {HEADER: str(one.pk)}) for one in (acme, globex)]


@pytest.mark.django_db(transaction=True)
def test_the_organization_is_taken_when_the_task_is_asked_for(acme, published):
    """When the transaction has committed, the scope is closed already."""
    with transaction.atomic():
        with organization_scope(acme):
            plan_reminders.delay_on_commit()
        assert published == []
    assert published == [(plan_reminders.name, {HEADER: str(acme.pk)})]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_asks_for_nothing(acme, published):
    with pytest.raises(RuntimeError), organization_scope(acme):
        plan_reminders.delay_on_commit()
        raise RuntimeError
    assert published == []


@pytest.mark.django_db(transaction=True)
def test_a_broken_broker_is_noticed_in_the_log_only(acme, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr("kombu.messaging.Producer.publish", refuse)
    with organization_scope(acme):
        Department.objects.create(name="kept")
        plan_reminders.delay_on_commit()
    with organization_scope(acme):
        assert Department.objects.filter(name="kept").exists()
    assert "Error calling" in caplog.text


def test_an_organization_that_is_gone_has_no_rows(db, found, look, acme, departments):
    gone = Organization(name="Gone", slug="gone")
    look.apply(headers={HEADER: str(gone.pk)}, throw=True)
    assert found == [(gone.pk, [])]
