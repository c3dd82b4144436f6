"""Statements that may not take long: they are given up after a while, and whoever asked says so. Knows no table."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction


class TookTooLongError(Exception):
    """A statement was given up."""


@contextmanager
def at_most(seconds: float | None) -> Iterator[None]:
    """PostgreSQL gives up each statement within after so many seconds; None: none. Raises TookTooLongError.

    SQLite gives up nothing: its index of words cannot be interrupted.
    """
    if seconds is None or connection.vendor == "sqlite":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{1000 * seconds:.0f}ms"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != QUERY_CANCELED:
            raise
        raise TookTooLongError from error


QUERY_CANCELED = "57014"
