"""What a page may ask of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def assert_queries_do_not_grow(page, grow):
    """Ask for the page, let ``grow`` add rows to it, and ask again: not one query more.

    We assert growth and not numbers, so that a new feature may cost a query, but never one a row.
    """
    before = queries_of(page)
    grow()
    after = queries_of(page)
    more = "\n".join(query["sql"][:300] for query in after)
    assert len(after) <= len(before), f"{len(before)} queries became {len(after)}:\n{more}"


def queries_of(page):
    with CaptureQueriesContext(connection) as queries:
        answer = page()
    assert answer.status_code == 200, answer.status_code
    return queries.captured_queries
