"""One organization's rows at a time, or nothing at all.

Four locks hold every customer's row inside its organization (docs/decisions/0002): the door
(`middleware.py`), and here the manager, the composite keys and row-level security.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models.functions import UUID7

from core.ids import uuid7

if TYPE_CHECKING:
    from .models import Organization

_current: ContextVar[UUID | None] = ContextVar("organization", default=None)


class NoOrganization(RuntimeError):
    """A tenant's rows were asked for with no organization in scope."""


class OtherOrganization(RuntimeError):
    """One organization's scope was opened inside another's."""


def current_organization_id() -> UUID:
    """Return the id in scope; raises NoOrganization outside any scope."""
    if organization_id := _current.get():
        return organization_id
    raise NoOrganization("Wrap this code in `with organization_scope(organization):`.")


def cache_key(key: str, prefix: str, version: int) -> str:
    """Make every cache key begin with its organization (the KEY_FUNCTION of settings)."""
    return f"{_current.get() or 'platform'}:{prefix}:{version}:{key}"


@contextmanager
def organization_scope(organization: Organization | UUID) -> Iterator[None]:
    """Work inside one organization, in one transaction.

    The setting that row-level security reads dies with the transaction, so no connection pool
    can hand it to somebody else. Opening the same scope again inside is harmless; opening
    another organization's raises OtherOrganization.
    """
    inner = organization if isinstance(organization, UUID) else organization.pk
    outer = _current.get()
    if outer not in {None, inner}:
        raise OtherOrganization(f"{inner} was opened inside {outer}.")
    with transaction.atomic():
        _tell_database(inner)
        token = _current.set(inner)
        try:
            yield
        finally:
            _current.reset(token)
        # A rollback restores the setting by itself, and in a broken transaction this statement
        # would hide the real error. Only success inside another transaction has to clean up.
        if connection.savepoint_ids and not connection.needs_rollback:
            _tell_database(outer)


def _tell_database(organization_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.organization_id', %s, true)", [str(organization_id or "")]
        )


def tree_lock(tree: str) -> None:
    """Let one transaction at a time change a tree of this organization, until it ends.

    Whoever checks for circles, or adds up along a tree, must not be overtaken in between.
    """
    with connection.cursor() as cursor:
        name = f"{current_organization_id()}:{tree}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


class CurrentOrganizationId(models.Expression):
    """The organization in scope when the query runs, not when it was built."""

    output_field = models.UUIDField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (current_organization_id(),)


class TenantManager[M: models.Model](models.Manager[M]):
    """Rows of the organization in scope; rows in hand fetch what they refer to together."""

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset().filter(organization_id=CurrentOrganizationId())
        return rows.fetch_mode(models.FETCH_PEERS)


class _Lock(models.BaseConstraint):
    """Any statement about one table that makemigrations should carry, as a constraint."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        # Deferred to the end of the migration: makemigrations does not know that a foreign key
        # needs the target's unique constraint, and the target may be this very table.
        schema_editor.deferred_sql.append(self.sql(model, schema_editor))
        return ""

    constraint_sql = create_sql

    def sql(self, model: Any, schema_editor: Any) -> str:
        raise NotImplementedError

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Forms offer only the organization's own rows already; the database is the guard."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lock) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]


class TenantPolicy(_Lock):
    """Row-level security: only the rows of the organization in the setting.

    It is not forced on the owner, who migrates: a forced policy hides every row from a data
    migration, and from the check of a foreign key that is added to a table with rows in it.
    """

    # As a sub-select it is evaluated once and can use an index. After a transaction the setting
    # is an empty string, not null.
    ours = (
        "organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid)"
    )

    def sql(self, model: Any, schema_editor: Any) -> str:
        table, policy = _quoted(schema_editor, model._meta.db_table, self.name)
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
            f"CREATE POLICY {policy} ON {table} USING ({self.ours}) WITH CHECK ({self.ours})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table, policy = _quoted(schema_editor, model._meta.db_table, self.name)
        return f"DROP POLICY {policy} ON {table}"


class SameOrganization(_Lock):
    """A foreign key may only point inside the row's own organization."""

    def __init__(self, field: str, *, name: str) -> None:
        self.field = field
        super().__init__(name=name)

    def sql(self, model: Any, schema_editor: Any) -> str:
        field = model._meta.get_field(self.field)
        target = field.remote_field.model._meta.db_table
        names = (model._meta.db_table, self.name, field.column, target)
        table, name, column, target = _quoted(schema_editor, *names)
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column}) "
            f"REFERENCES {target} (organization_id, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table, name = _quoted(schema_editor, model._meta.db_table, self.name)
        return f"ALTER TABLE {table} DROP CONSTRAINT {name}"

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs


class PartOf(SameOrganization):
    """A foreign key may only point to a part of what another foreign key of the row points to.

    The part's model names that whole by the field ``of``, and has a unique constraint over
    (organization, whole, id). Inside one organization it is by that as well.
    """

    def __init__(self, field: str, whole: str, *, of: str, name: str) -> None:
        self.whole, self.of = whole, of
        super().__init__(field, name=name)

    def sql(self, model: Any, schema_editor: Any) -> str:
        part, whole = (model._meta.get_field(name) for name in (self.field, self.whole))
        target = part.remote_field.model._meta
        names = (model._meta.db_table, self.name, whole.column, part.column)
        table, name, *columns = _quoted(schema_editor, *names)
        other, of = _quoted(schema_editor, target.db_table, target.get_field(self.of).column)
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"FOREIGN KEY (organization_id, {', '.join(columns)}) "
            f"REFERENCES {other} (organization_id, {of}, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def deconstruct(self) -> Any:
        path, fields, kwargs = super().deconstruct()
        return path, (*fields, self.whole), {**kwargs, "of": self.of}


def _quoted(schema_editor: Any, *names: str) -> list[str]:
    return [schema_editor.quote_name(name) for name in names]


def policy() -> TenantPolicy:
    return TenantPolicy(name="%(app_label)s_%(class)s_policy")


def locks(*fields: str) -> list[models.BaseConstraint]:
    """The database's locks on a tenant table; name each foreign key to another tenant table."""
    return [
        policy(),
        models.UniqueConstraint(
            fields=["organization", "id"], name="%(app_label)s_%(class)s_tenant"
        ),
        *(
            SameOrganization(field, name=f"%(app_label)s_%(class)s_{field}_same_organization")
            for field in fields
        ),
    ]


class TenantModel(models.Model):
    """A table that holds customers' data: one organization's rows at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=UUID7(), editable=False)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        default=current_organization_id,
        editable=False,
        db_index=False,
        related_name="+",
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # forward foreign keys and refresh_from_db are scoped too
        constraints = locks()
