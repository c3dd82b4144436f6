"""Many rows into a table at once, past the ORM: executemany on SQLite, COPY on PostgreSQL. Knows no model by name.

Values are as the database takes them: JSON as text, a foreign key as its id under the column's name.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection, models
from psycopg import sql

STEP = 500
MOST_VALUES = 999
"""Values in one query, at most what any SQLite takes."""
NOWHERE: Mapping[str, int] = {}


def reserved_ids(model: type[models.Model], n: int) -> Sequence[int]:
    """`n` new ids of a table, in rising order; on SQLite they hold until the end of the transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()
            first = (last[0] if last else 0) + 1
            return range(first, first + n)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n])
        return [row[0] for row in cursor.fetchall()]


def find_ids(
    model: type[models.Model], column: str, values: Sequence[Any], within: Mapping[str, int] = NOWHERE
) -> dict[Any, int]:
    """Value -> id of the rows whose `column` holds one of the values, among those `within` other columns' values."""
    found: dict[Any, int] = {}
    extra = "".join(f'"{name}" = %s AND ' for name in within)
    with connection.cursor() as cursor:
        for start in range(0, len(values), STEP):
            some = values[start : start + STEP]
            marks = ", ".join(["%s"] * len(some))
            statement = f'SELECT "{column}", "id" FROM "{model._meta.db_table}" WHERE {extra}"{column}" IN ({marks})'  # noqa: S608  names of a model
            cursor.execute(statement, [*within.values(), *some])
            found.update(cursor.fetchall())
    return found


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], types: Sequence[str] = ()
) -> None:
    """Insert rows of plain values; a clash with a constraint fails as any insert does.

    With the columns' `types` PostgreSQL is sent bytes as they are, not twice as many digits.
    """
    rows = list(rows)
    if not rows:
        return
    if connection.vendor == "sqlite":
        _insert_some(model._meta.db_table, tuple(columns), rows)
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    copying = sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        sql.Identifier(model._meta.db_table), names, sql.SQL("(FORMAT BINARY)" if types else "")
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _insert_some(table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Many rows a statement, which takes two thirds of the time; what is left over goes row by row."""
    n = MOST_VALUES // len(columns)
    whole = len(rows) - len(rows) % n
    connection.ensure_connection()
    with connection.wrap_database_errors:
        several, one = _insertion(table, columns, n), _insertion(table, columns, 1)
        for start in range(0, whole, n):
            connection.connection.execute(several, list(chain.from_iterable(rows[start : start + n])))
        connection.connection.executemany(one, rows[whole:])


@cache
def _insertion(table: str, columns: tuple[str, ...], n: int) -> str:
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([f"({marks})"] * n)}'  # noqa: S608  names of a model


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Give rows other plain values, each row its own; the id stands last in each."""
    rows = list(rows)
    if rows:
        names = ", ".join(f'"{name}" = %s' for name in columns)
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{model._meta.db_table}" SET {names} WHERE "id" = %s', rows)  # noqa: S608  names of a model
