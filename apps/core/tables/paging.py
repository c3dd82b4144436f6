"""Rows of a queryset as plain tuples, all of one query or a batch at a time by key. Knows no column.

Values come as the database gives them (`columns.frame_of` reads them): making them the ORM's costs more than the query.
No query stays open between two batches, so whoever stops reading leaves nothing behind.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

BATCH = 2_000
Tuples = list[tuple[Any, ...]]


def tuples_of(rows: "QuerySet[Any, Any]", names: Sequence[str]) -> Tuples:
    """The values of one query, unconverted."""
    try:
        sql, parameters = rows.values_list(*names).query.sql_with_params()
    except EmptyResultSet:  # it asks for one of no ids
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def batches_of(rows: "QuerySet[Any, Any]", names: Sequence[str], size: int = BATCH, most: int = 0) -> Iterator[Tuples]:
    """All of it, lowest key first; one batch without rows where there are none.

    Batches grow up to `most`, for rows that no index has in this order: they are sorted anew for each batch.
    """
    chosen = list(names) if "pk" in names else [*names, "pk"]
    at, last = chosen.index("pk"), 0
    while True:
        found = tuples_of(rows.filter(pk__gt=last).order_by("pk")[:size], chosen)
        yield found if len(chosen) == len(names) else [row[:-1] for row in found]
        if len(found) < size:
            return
        last, size = found[-1][at], max(size, min(2 * size, most))
