"""Objectives as they were at the end of a past day, from the history of their rows (issue 3, 10).

For as long as `as_it_was` lasts, temporary views stand where the tables are: whatever reads
objectives then reads the rows of that day. So the outline, the map and a page have no second way of
being drawn, and nothing that is read there can be written. Decision 0013 says why.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from organizations.http import OrganizationRequest
from organizations.models import Person
from organizations.tenancy import current_organization_id

from .models import Alignment, Allocation, KeyResult, Objective, ProgressPoint

EARLIEST = date(1970, 1, 2)


@contextmanager
def as_it_was(person: Person, on: date | None) -> Iterator[None]:
    """Let what is read inside be as it was when ``on`` ended where the organization is.

    Only what the person may see *today* is there, and of that what they could see then (V1). None,
    today and days to come change nothing. Everything must be read before this ends.
    """
    if on is None or on >= person.organization.today():
        yield
        return
    moment = person.organization.end_of(on)
    with transaction.atomic():
        # The first, while its name still means the table: it asks what may be seen today.
        show(Objective, moment, Objective.objects.visible_to(person).order_by().values("id"))
        for model in (KeyResult, Alignment, Allocation):
            show(model, moment, model.objects.order_by().values("id"))
        hide_later_points(on)
        yield
        transaction.set_rollback(True)


def show(model: type[models.Model], moment: datetime, rows: models.QuerySet[Any, Any]) -> None:
    """Put the latest version before the moment of each of these rows in the place of the table."""
    versions = model.history.rel.related_model  # type: ignore[attr-defined]
    kept = {field.column for field in versions._meta.concrete_fields}
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    taken = ", ".join(f'v."{name}"' if name in kept else f'c."{name}"' for name in columns)
    chosen, parameters = rows.query.sql_with_params()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE TEMPORARY VIEW {table} AS
            SELECT o.id, {taken}
              FROM ({chosen}) o
              JOIN public.{table} c ON c.id = o.id
              CROSS JOIN LATERAL (
                SELECT * FROM public.{versions._meta.db_table}
                 WHERE pgh_obj_id = o.id AND pgh_created_at < %s
                 ORDER BY pgh_id DESC LIMIT 1
              ) v
            """,  # noqa: S608 - names of tables and columns, and a query of our own
            [*parameters, moment],
        )


def hide_later_points(on: date) -> None:
    """Let the chart of progress end with the day."""
    table = ProgressPoint._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY VIEW {table} AS "  # noqa: S608 - the name of a table
            f'SELECT * FROM public.{table} WHERE organization_id = %s AND "on" <= %s',
            [current_organization_id(), on],
        )


def asked_day(request: HttpRequest) -> date | None:
    """Return the past day that an address asks for with ``?on=YYYY-MM-DD``, or None for today.

    What makes no sense, and days to come, are today: addresses are kept, shared and typed.
    """
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if EARLIEST <= day < request.organization.today() else None  # type: ignore[attr-defined]


def as_asked[**P](
    view: Callable[Concatenate[OrganizationRequest, P], HttpResponse],
) -> Callable[Concatenate[OrganizationRequest, P], HttpResponse]:
    """Let a page be read as it was: ``request.past_day`` is the day asked for, or None.

    The page is rendered inside, since templates read as well.
    """

    @wraps(view)
    def answer(request: OrganizationRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request.past_day = asked_day(request)
        with as_it_was(request.person, request.past_day):
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, TemplateResponse) else response

    return answer
