"""What a page may ask of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def assert_queries_do_not_grow(page, grow, at_most=None):
    """Ask for the page, let ``grow`` add rows to it, and ask again: not one query more.

    We assert growth and not numbers, so that a new feature may cost a query, but never one a row;
    ``at_most`` is what a page of its kind may cost in all.
    """
    before = queries_of(page)
    grow()
    after = queries_of(page)
    more = "\n".join(query["sql"][:300] for query in after)
    assert len(after) <= len(before), f"{len(before)} queries became {len(after)}:\n{more}"
    assert at_most is None or len(after) <= at_most, f"{len(after)} queries:\n{more}"


def queries_of(page):
    with CaptureQueriesContext(connection) as queries:
        answer = page()
    assert answer.status_code == 200, answer.status_code
    return [
        query
        for query in queries.captured_queries
        # A test stands in a transaction of its own; a request of its own has none of these.
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))
        and "set_config('app.organization_id', ''" not in query["sql"]
    ]
