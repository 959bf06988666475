"""What must be true of every tenant model, and of the database we serve from."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from .models import Membership, Organization
from .tenancy import SameOrganization, TenantPolicy

# Read before any organization is known, and holding nothing about anybody.
GLOBAL = {Membership}


def tenant_models() -> list[type[models.Model]]:
    """Return every model with a foreign key to Organization, history tables included."""
    return [
        model
        for model in apps.get_models()
        if model not in GLOBAL
        and any(field.related_model is Organization for field in model._meta.concrete_fields)
    ]


def locked_models(app_configs: Any, **kwargs: Any) -> Iterator[CheckMessage]:
    """Refuse a tenant model without its policy, or a reference without its composite key."""
    tenants = tenant_models()
    for model in tenants:
        constraints = model._meta.constraints
        if not any(isinstance(constraint, TenantPolicy) for constraint in constraints):
            yield Error("A tenant model needs its TenantPolicy.", obj=model, id="tenancy.E001")
        guarded = {lock.field for lock in constraints if isinstance(lock, SameOrganization)}
        for field in model._meta.concrete_fields:
            constrained = getattr(field, "db_constraint", False)  # history points without one
            if constrained and field.related_model in tenants and field.name not in guarded:
                message = f"{field.name} needs SameOrganization."
                yield Error(message, obj=model, id="tenancy.E002")


UNSAFE = """
SELECT current_user || ' may become ' || rolname FROM pg_roles
 WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
UNION ALL
SELECT relname || ' belongs to ' || current_user FROM pg_class
 WHERE relname = ANY(%(tables)s) AND pg_has_role(current_user, relowner, 'MEMBER')
UNION ALL
SELECT relname || ' has no row-level security' FROM pg_class
 WHERE relname = ANY(%(tables)s) AND NOT relrowsecurity
UNION ALL
SELECT relname || ' has no policy' FROM pg_class c
 WHERE relname = ANY(%(tables)s) AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
"""


def refuse_unsafe_database() -> None:
    """Serve only as a role that row-level security binds, on tables that have it.

    Raises ImproperlyConfigured naming every reason; called when a server starts.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNSAFE, {"tables": [model._meta.db_table for model in tenant_models()]})
        unsafe = [reason for (reason,) in cursor.fetchall()]
    if unsafe:
        raise ImproperlyConfigured("; ".join(unsafe))
