"""The four locks, each tried by itself and together, on every table there is."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.utils import timezone

from activity.models import Event, Mail
from checkins.arranging import arrange
from checkins.models import (
    ActionItem,
    Addendum,
    Answer,
    CheckIn,
    CheckInPeriod,
    Conversation,
    PrivateNote,
    Question,
    Reading,
    TalkingPoint,
)
from objectives.alignment import align
from objectives.batches import Wish, change
from objectives.change_requests import Asked, accept, ask, found, written_of
from objectives.closing import close
from objectives.models import (
    AccessEvent,
    Amendment,
    Comment,
    Dismissal,
    Initiative,
    KeyResultFunction,
    Milestone,
    Objective,
    ObjectiveValue,
    Part,
    ParticipatingFunction,
    PlanningResponse,
    Reader,
    Review,
    Snapshot,
    Value,
)
from objectives.sums import allocate
from okr_platform.celery import app as celery_app
from organizations.checks import locked_models, refuse_unsafe_database, tenant_models
from organizations.models import Department, Organization, Person, RoleGrant
from organizations.tenancy import NoOrganization, OtherOrganization, organization_scope

from .factories import LONG_AGO, KeyResultFactory, ObjectiveFactory, join

ROOT = Path(__file__).parent.parent
# Global, and holding nothing about anybody.
GLOBAL_TABLES = {"organizations_membership"}


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def column(statement, *parameters):
    return [value for (value,) in sql(statement, *parameters)]


def tenant_tables():
    """Every table with an organization in it, as the database's own catalogue has them."""
    tables = column(
        """
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE a.attname = 'organization_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
           AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
        """
    )
    return [table for table in tables if table not in GLOBAL_TABLES]


def furnish(organization):
    """Put at least one row into every table of an organization."""
    with organization_scope(organization):
        boss = join(organization, f"Boss of {organization.slug}")
        person = join(organization, f"Somebody of {organization.slug}")
        person.report_to(boss, on=LONG_AGO)
        above, below = (Department.objects.create(name=name) for name in ("Above", "Below"))
        below.move(above, on=LONG_AGO)
        person.place(below, on=LONG_AGO)
        RoleGrant.objects.create(
            person=boss, role=RoleGrant.Role.OWNER, during=(LONG_AGO, None), granted_by=boss
        )
        parent = ObjectiveFactory(title=f"Above all of {organization.slug}", owner=boss)
        objective = ObjectiveFactory(title=f"Below of {organization.slug}", owner=person)
        align(objective, parent, by=person)
        key_result = KeyResultFactory(objective=objective)
        Milestone.objects.create(key_result=key_result, title="First")
        allocate(KeyResultFactory(objective=objective), key_result, Decimal(50), by=person)
        Initiative.add(objective, by=person, text="Ask ten riders", owner=person)
        Dismissal.answer(objective, None, "no_upward_link", "On purpose", by=person)
        plan_together(objective, key_result, parent, above, below, boss)
        change(person, Wish("owner", boss), {objective.pk: objective.version}, uuid4())
        today = organization.today()
        period = CheckInPeriod.objects.create(
            person=person, opens_on=today, due_on=today, grace_until=today
        )
        reading = Reading(value=40, confidence=7)
        CheckIn.record(key_result, person, reading, uuid4(), on=today, period=period)
        Mail.objects.create(person=person, rule="checkin_due", thing=period.pk, period="now")
        Event.record("objective_committed", objective.pk, boss, tell=[person])
        converse(organization, person, boss)
        closed = ObjectiveFactory(title=f"Closed at {organization.slug}", owner=person)
        live_through(closed, person, boss)
        Reader.objects.create(objective=objective, person=boss)
        hour = timezone.now() + timedelta(hours=1)
        AccessEvent.objects.create(
            objective=objective, reader=boss, reason="A complaint", expires_at=hour
        )
        comment = Comment.write(objective, boss, "Well done", naming=[person], submission=uuid4())
        comment.react(person, "thanks")
    return organization


def live_through(objective, person, boss):
    """Have an objective handed in, changed, closed and amended."""
    Review.objects.create(objective=objective, submitted_by=person).decide("approved", boss)
    key_result = KeyResultFactory(objective=objective)
    changes = found(objective, [replace(written_of(key_result), target=Decimal(50))])
    asked = Asked("was_wrong", "A guess", person.organization.today(), uuid4())
    accept(ask(objective, changes, person, asked), boss)
    close(objective, person)
    Amendment.make(Snapshot.objects.get(objective=objective), person, uuid4(), "Late truth")


def converse(organization, person, boss):
    """Have two prepare a conversation, note things, and add to what they signed."""
    arrange(organization, organization.today())
    talk = Conversation.objects.filter(employee=person).first()
    question = Question.objects.filter(template=talk.template_id).first()
    Answer.write(talk, question, person, {"text": "Fine"})
    PrivateNote.write(talk, person, "Mine")
    TalkingPoint.objects.create(conversation=talk, author=person, text="Vans")
    ActionItem.objects.create(conversation=talk, owner=boss, text="Ask")
    Addendum.objects.create(conversation=talk, author=boss, text="Later", submission=uuid4())


def plan_together(objective, key_result, parent, above, below, boss):
    """Put a row into every table that a kind of objective has of its own."""
    slug = boss.organization.slug
    theme = ObjectiveFactory(title=f"Theme of {slug}", owner=boss, kind="thematic")
    function = ParticipatingFunction.objects.create(
        objective=theme, name="Works", department=above, stakeholder=boss
    )
    KeyResultFunction.objects.create(key_result=key_result, function=function)
    value = Value.objects.create(name="Riders first", created_by=boss)
    ObjectiveValue.objects.create(objective=theme, value=value)
    Part.objects.create(objective=parent, department=below, owner=boss, line="x", linked=objective)
    plan = ObjectiveFactory(
        title=f"Plan of {slug}", owner=boss, kind="departmental", department=above
    )
    PlanningResponse.give(plan, below, boss, "need", "Parts", dependent=objective)


@pytest.fixture
def both(acme, globex):
    return furnish(acme), furnish(globex)


# Who we are in the database.


def test_the_tests_run_as_the_application_does(db):
    assert column("SELECT current_user") == ["okr_app"]
    refuse_unsafe_database()


@pytest.mark.django_db(transaction=True)
def test_a_role_that_could_bypass_is_refused(as_owner):
    with pytest.raises(ImproperlyConfigured, match="belongs to okr_owner"):
        refuse_unsafe_database()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP POLICY objectives_objective_policy ON objectives_objective", "has no policy"),
        (
            "ALTER TABLE objectives_objective DISABLE ROW LEVEL SECURITY",
            "has no row-level security",
        ),
    ],
)
def test_a_table_without_its_lock_is_refused(as_owner, statement, reason):
    with pytest.raises(ImproperlyConfigured, match=f"objectives_objective {reason}"):
        with transaction.atomic():
            sql(statement)
            refuse_unsafe_database()


# Row-level security alone: SQL by hand, as the application's role.


def test_every_table_has_a_row_to_hide(both):
    for organization in both:
        with organization_scope(organization):
            empty = [table for table in tenant_tables() if not sql(f"SELECT FROM {table} LIMIT 1")]
        assert empty == [], "Add a row of it to furnish(), so that strangers are tried on it."


def test_without_a_setting_nothing_is_read_and_nothing_written(both):
    for table in tenant_tables():
        assert sql(f"SELECT count(*) FROM {table}") == [(0,)], table
        assert sql(f"UPDATE {table} SET organization_id = organization_id") == 0, table
        assert sql(f"DELETE FROM {table}") == 0, table


@pytest.mark.parametrize("setting", ["", str(uuid4())], ids=["empty", "unknown"])
def test_a_setting_of_nobody_shows_nothing(both, setting):
    sql("SELECT set_config('app.organization_id', %s, true)", setting)
    for table in tenant_tables():
        assert sql(f"SELECT count(*) FROM {table}") == [(0,)], table
        assert sql(f"DELETE FROM {table}") == 0, table


def test_with_another_organizations_setting_nothing_is_read_and_nothing_written(both):
    acme, globex = both
    with organization_scope(globex):
        for table in tenant_tables():
            assert column(f"SELECT DISTINCT organization_id FROM {table}") == [globex.pk], table
            theirs = f"{table} WHERE organization_id = %s"
            assert sql(f"SELECT count(*) FROM {theirs}", acme.pk) == [(0,)], table
            assert sql(f"DELETE FROM {theirs}", acme.pk) == 0, table
            update = f"UPDATE {table} SET organization_id = organization_id"
            assert sql(f"{update} WHERE organization_id = %s", acme.pk) == 0, table


def test_no_row_is_written_into_another_organization(both):
    acme, globex = both
    for table in tenant_tables():
        with organization_scope(acme):
            [row] = column(f"SELECT to_jsonb({table})::text FROM {table} LIMIT 1")
        insert = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(null::{table}, %s)"
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            sql(insert, row)
        with organization_scope(globex):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                sql(insert, row)


def test_no_row_moves_to_another_organization(both):
    acme, globex = both
    for table in tenant_tables():
        with organization_scope(globex):
            with pytest.raises(DatabaseError, match=r"row-level security|Cannot update|frozen"):
                with transaction.atomic():
                    sql(f"UPDATE {table} SET organization_id = %s", acme.pk)


@pytest.mark.django_db(transaction=True)
def test_the_setting_dies_with_the_transaction(acme, ada):
    with organization_scope(acme):
        assert column("SELECT current_setting('app.organization_id')") == [str(acme.pk)]
    assert column("SELECT current_setting('app.organization_id', true)") == [""]
    assert column("SELECT count(*) FROM organizations_person") == [0]


# The catalogue: what is really there, not what Meta says.


def test_the_code_knows_every_table_of_the_catalogue(db):
    assert {model._meta.db_table for model in tenant_models()} == set(tenant_tables())


def test_every_table_of_ours_is_a_tenants_or_known_to_be_global(db):
    ours = ("activity", "checkins", "objectives", "organizations", "reports", "demo")
    pattern = f"^({'|'.join(ours)})_"
    statement = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ %s"
    tables = set(column(statement, pattern))
    assert tables - set(tenant_tables()) == GLOBAL_TABLES | {"organizations_organization"}


def test_every_table_has_exactly_one_policy_and_it_is_the_same(db):
    policies = sql(
        "SELECT tablename, permissive, roles::text, cmd, qual, with_check FROM pg_policies"
    )
    assert sorted(table for table, *_ in policies) == tenant_tables()
    [(permissive, roles, command, using, check)] = {tuple(rest) for _, *rest in policies}
    assert (permissive, roles, command) == ("PERMISSIVE", "{public}", "ALL")
    assert using == check
    bare = re.sub(r'\(|\)|::\w+| AS "nullif"|\s', "", using)
    assert bare == "organization_id=SELECTNULLIFcurrent_setting'app.organization_id',true,''"


def test_row_level_security_is_on_but_not_forced_on_the_owner(db):
    """Forced, it would blind the owner's check of a foreign key that is added later."""
    flags = sql(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relname = ANY(%s) ORDER BY relname",
        tenant_tables(),
    )
    assert flags == [(table, True, False) for table in tenant_tables()]


REFERENCES = """
SELECT source.relname, target.relname, key.convalidated, key.condeferrable,
       array(SELECT attname::text FROM unnest(key.conkey) WITH ORDINALITY AS n(number, place)
               JOIN pg_attribute ON attrelid = key.conrelid AND attnum = number ORDER BY place),
       array(SELECT attname::text FROM unnest(key.confkey) WITH ORDINALITY AS n(number, place)
               JOIN pg_attribute ON attrelid = key.confrelid AND attnum = number ORDER BY place)
  FROM pg_constraint key
  JOIN pg_class source ON source.oid = key.conrelid JOIN pg_class target ON target.oid = confrelid
 WHERE key.contype = 'f'
"""


def test_every_reference_between_tenants_has_its_composite_key(db):
    tenants, plain, locked = set(tenant_tables()), set(), set()
    for source, target, validated, deferrable, columns, aims in sql(REFERENCES):
        if target not in tenants:
            continue
        assert source in tenants, f"{source} refers to {target} and has no organization"
        if len(columns) == 1:
            plain.add((source, *columns, target))
            continue
        assert columns[0] == aims[0] == "organization_id"
        if aims[1] == "id" and len(aims) > 2:
            continue  # It also keeps columns equal, beside a lock of the key by itself.
        # Between them may stand what the target is a part of.
        assert aims[-1] == "id"
        assert len(columns) <= 3
        assert validated
        assert deferrable
        locked.add((source, columns[-1], target))
    assert plain == locked
    assert len(locked) > 30


def test_no_row_is_without_its_organization(db):
    statement = "SELECT count(*) FROM pg_attribute WHERE attname = 'organization_id' "
    statement += "AND attrelid = ANY(%s::regclass[]) AND attnotnull"
    assert column(statement, tenant_tables()) == [len(tenant_tables())]


def our_models():
    ours = {config.label for config in apps.get_app_configs() if (ROOT / config.label).is_dir()}
    return [model for model in apps.get_models() if model._meta.app_label in ours]


def test_every_constraint_that_is_declared_exists(db):
    declared = {
        (model._meta.db_table, rule.name)
        for model in our_models()
        for rule in [*model._meta.constraints, *model._meta.indexes]
    }
    there = set(
        sql(
            """
            SELECT conrelid::regclass::text, conname::text FROM pg_constraint WHERE conrelid <> 0
            UNION SELECT tablename::text, indexname::text FROM pg_indexes
            UNION SELECT tablename::text, policyname::text FROM pg_policies
            """
        )
    )
    assert declared - there == set()
    assert len(declared) > 100


def test_every_trigger_that_is_declared_exists_and_is_enabled(db):
    declared = {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in our_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    there = sql(
        "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgenabled = 'O'"
    )
    assert declared == set(there)
    assert ("checkins_checkin", "append_only") in {
        (t, n.split("_", 1)[1][:11]) for t, n in declared
    }


# The rules of domain.md that only the database can hold, by the names they go by.
RULES = {
    "one_live_one_focus": "at most one one focus at any date (§3)",
    "one_focus_runs_on_the_days_of_its_cycle": "§3 and C3",
    "one_primary_parent": "A2",
    "person_has_one_primary_placement_at_a_time": "O1",
    "person_has_one_manager_at_a_time": "O1",
    "nobody_manages_themself": "O3",
    "cycles_of_one_kind_never_overlap": "C1",
    "checkin_once": "I4",
    "mail_once": "N3",
    "checkin_period_once": "N3",
    "key_result_goes_somewhere": "K1",
    "department_has_one_parent_at_a_time": "O2",
}


def test_the_documented_rules_are_held_by_the_database(db):
    there = column("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
    assert set(RULES) - set(there) == set()


def test_every_organization_comes_first_in_unique_rules():
    for model in tenant_models():
        for rule in model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                first = rule.fields[0] if rule.fields else rule.expressions[0].name
                assert first == "organization", rule
            elif isinstance(rule, ExclusionConstraint):
                assert rule.expressions[0][0] == "organization", rule


def test_what_looks_across_organizations_is_reviewed_and_hands_out_ids_only(db):
    functions = sql(
        """
        SELECT proname, pg_get_function_result(oid), array_to_string(proconfig, ';'),
               has_function_privilege('public', oid, 'EXECUTE'), pg_get_userbyid(proowner)
          FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
        """
    )
    path = "search_path=pg_catalog, public, pg_temp"
    reviewed = ("organizations_with_mail_due", "SETOF uuid", path, False, "okr_owner")
    assert functions == [reviewed]


def test_a_model_without_its_locks_is_an_error(monkeypatch):
    assert list(locked_models(None)) == []
    monkeypatch.setattr(Objective._meta, "constraints", [])
    found = [(error.id, error.obj) for error in locked_models(None)]
    assert found == [("tenancy.E001", Objective)] + 11 * [("tenancy.E002", Objective)]


def test_makemigrations_has_nothing_to_add(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# The manager alone.

QUERIES = {
    "list": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(title="x"),
    "update": lambda rows: rows.update(title="x"),
    "delete": lambda rows: rows.delete(),
    "values": lambda rows: list(rows.values("pk")),
    "aggregate": lambda rows: rows.aggregate(models.Count("pk")),
    "iterator": lambda rows: list(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk(),
    "union": lambda rows: list(rows.union(rows)),
    "subquery": lambda rows: Organization.objects.filter(
        pk__in=rows.values("organization")
    ).count(),
    "get_or_create": lambda rows: rows.get_or_create(title="x"),
    "bulk_create": lambda rows: rows.bulk_create([rows.model(title="x")]),
    "bulk_update": lambda rows: rows.bulk_update([rows.model(pk=uuid4(), title="x")], ["title"]),
}


@pytest.mark.parametrize("use", QUERIES.values(), ids=QUERIES)
def test_queries_outside_a_scope_raise(acme, ada, use):
    with pytest.raises(NoOrganization), transaction.atomic():
        use(Objective.objects.open())


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_no_model_answers_outside_a_scope(db, model):
    for manager in (model._default_manager, model._base_manager):
        with pytest.raises(NoOrganization):
            manager.exists()


def test_rows_in_hand_raise_outside_their_scope(acme, cleo, objective):
    for use in (
        objective.refresh_from_db,
        objective.save,
        objective.delete,
        lambda: list(cleo.objectives.all()),
        lambda: Objective(id=objective.pk, owner_id=cleo.pk),
    ):
        with pytest.raises(NoOrganization), transaction.atomic():
            use()
    with organization_scope(acme):
        fresh = Objective.objects.get()
    with pytest.raises(NoOrganization):
        _ = fresh.owner


def test_a_scope_sees_only_its_own(both, acme):
    with organization_scope(acme):
        mine = {objective.title for objective in Objective.objects.all()}
    kinds = {"Theme of acme", "Plan of acme"}
    assert mine == {"Above all of acme", "Below of acme", "Closed at acme"} | kinds


@pytest.mark.django_db(transaction=True)
def test_the_manager_holds_where_the_database_would_not(acme, globex, ada, mallory, as_owner):
    """The owner of the tables is bound by no policy, and still sees one organization at a time."""
    assert column("SELECT count(*) FROM organizations_person") == [2]
    with organization_scope(acme):
        assert [person.name for person in Person.objects.all()] == ["Ada"]
        assert not Person.objects.filter(pk=mallory.pk).update(name="Stolen")
        with pytest.raises(Person.DoesNotExist):
            Person.objects.get(pk=mallory.pk)


def test_a_queryset_asks_whose_turn_it_is_when_it_runs(acme, globex, ada, mallory):
    people = Person.objects.all()
    with organization_scope(acme):
        assert people.get() == ada
        leftover = people.iterator()
    with organization_scope(globex):
        assert people.get() == mallory
    with pytest.raises(NoOrganization):
        list(leftover)


def test_one_scope_does_not_open_inside_another(acme, globex, ada, mallory):
    with organization_scope(acme):
        with organization_scope(acme):
            assert Person.objects.get() == ada
        with pytest.raises(OtherOrganization), organization_scope(globex):
            pass
        assert Person.objects.get() == ada


def test_a_new_thread_has_no_scope(in_acme):
    seen = []

    def look():
        try:
            Objective.objects.count()
        except NoOrganization:
            seen.append("closed")

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == ["closed"]


def test_the_error_is_not_hidden_when_a_scope_breaks(acme, ada):
    with pytest.raises(IntegrityError, match="person_email_once"), transaction.atomic():
        with organization_scope(acme):
            Person.objects.create(name="again", email=ada.email.upper())


def test_peers_are_fetched_together(acme, ada, cleo, max, django_assert_num_queries):
    with organization_scope(acme):
        for owner in (ada, cleo, max):
            ObjectiveFactory(owner=owner)
        with django_assert_num_queries(2):
            owners = {objective.owner.name for objective in Objective.objects.all()}
    assert owners == {"Ada", "Cleo", "Max"}


def test_nobody_looks_past_the_manager():
    past = re.compile(r"_base_manager|models\.Manager\(\)|_default_manager|\.unscoped\b")
    for file in ROOT.glob("[!.]*/**/*.py"):
        if "tests" not in file.parts and file.name != "tenancy.py":
            assert not past.search(file.read_text()), file


# The composite key alone.


def test_a_reference_cannot_leave_the_organization(acme, ada, mallory):
    with pytest.raises(IntegrityError, match="head_same_organization"), transaction.atomic():
        with organization_scope(acme):
            Department.objects.create(name="x", head_id=mallory.pk)
            sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_the_composite_key_holds_where_the_policy_would_not(acme, ada, mallory, as_owner):
    with pytest.raises(IntegrityError, match="head_same_organization"):
        sql(
            "INSERT INTO organizations_department (organization_id, name, kind, head_id)"
            " VALUES (%s, 'x', 'team', %s)",
            acme.pk,
            mallory.pk,
        )


@pytest.mark.django_db(transaction=True)
def test_a_lock_added_later_checks_the_rows_already_there(acme, mallory, objective, as_owner):
    [lock] = [lock for lock in Objective._meta.constraints if getattr(lock, "field", "") == "owner"]
    with pytest.raises(IntegrityError, match=lock.name), transaction.atomic():
        with connection.schema_editor(atomic=False) as editor:
            editor.remove_constraint(Objective, lock)
            sql("UPDATE objectives_objective SET owner_id = %s", mallory.pk)
            sql("SET CONSTRAINTS ALL IMMEDIATE")
            editor.add_constraint(Objective, lock)


def test_a_row_cannot_be_saved_in_another_organization(acme, ada, mallory):
    with organization_scope(acme):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            mallory.save()


# What lies beside the database.


def test_cache_keys_begin_with_the_organization(acme, globex):
    with organization_scope(acme):
        assert cache.make_key("x").startswith(f"{acme.pk}:")
        cache.set("x", "acme's")
    with organization_scope(globex):
        assert cache.get("x") is None
    assert cache.get("x") is None
    assert cache.make_key("x").startswith("platform:")
    with organization_scope(acme):
        assert cache.get("x") == "acme's"


def test_clearing_the_cache_leaves_the_queues_alone(acme):
    cache.set("x", timezone.now().isoformat())
    with celery_app.connection_for_write() as broker:
        queue = broker.SimpleQueue(f"kept-{uuid4()}")
        queue.put("a message")
        cache.clear()
        assert cache.get("x") is None
        assert queue.get(timeout=2).payload == "a message"
        queue.queue.delete()
        queue.close()
