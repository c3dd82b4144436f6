"""One state of the database, read at leisure over a connection of its own, while others write. Knows no table.

SQLite: a read transaction, which in WAL mode blocks no writer. PostgreSQL: REPEATABLE READ, read only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

AT_ONCE = 500


class Snapshot:
    """What a connection sees; rows come a few at a time."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self._wrapper = wrapper

    def rows(self, rows: "QuerySet[Any, Any]") -> Iterator[tuple[Any, ...]]:
        """The rows of a `values_list`, as the database gives them."""
        statement, values = rows.query.sql_with_params()
        with self._wrapper.chunked_cursor() as cursor:
            cursor.execute(statement, values)
            while some := cursor.fetchmany(AT_ONCE):
                yield from some

    def count(self, rows: "QuerySet[Any, Any]") -> int:
        statement, values = rows.order_by().values("pk").query.sql_with_params()
        with self._wrapper.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({statement}) AS counted", values)  # noqa: S608  a query of ours
            return int(cursor.fetchone()[0])


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as it is now; inside a transaction, as that transaction sees it."""
    if connection.in_atomic_block:
        yield Snapshot(connection)
        return
    wrapper = connections.create_connection("default")
    try:
        wrapper.ensure_connection()
        _begin(wrapper)
        yield Snapshot(wrapper)
    finally:
        wrapper.close()


def _begin(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.vendor == "postgresql":
        wrapper.set_autocommit(False)
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "sqlite":
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT COUNT(*) FROM django_migrations")
        else:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT COUNT(*) FROM django_migrations")
