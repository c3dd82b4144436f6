"""One column's value from the database to JSON, and from JSON, checked, to the database. Knows no table and no file.

The written form is the same whatever database the rows stand in, so that equal projects give equal archives.
"""

import base64
import binascii
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from django.db import connection, models

from analysis.errors import UserError
from apps.reports.archives.shapes import MOST_DEPTH, Shape, holds_nul, is_anything, is_shallow

INT = {models.PositiveIntegerField: (0, 2**31 - 1), models.BigIntegerField: (-(2**63), 2**63 - 1)}
INT |= {models.PositiveBigIntegerField: (0, 2**63 - 1)}
INT |= {models.IntegerField: (-(2**31), 2**31 - 1)}
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
LONGEST_TEXT = 64 << 20
Convert = Callable[[Any], Any]
Column: TypeAlias = "models.Field[Any, Any]"


class BadValue(UserError):
    """A value that the application could not have stored."""


def writer_of(column: Column) -> Convert:
    """From what the database gives to what JSON takes."""
    return WRITERS.get(type(column), _as_it_is)


def checker_of(column: Column, shape: Shape = is_anything) -> Convert:
    """From JSON to what `insert_rows` takes; raises BadValue."""
    check = _check_of(column, shape)

    def checked(value: object) -> Any:
        if value is None:
            if not column.null:
                raise BadValue("is missing")
            return None
        return check(value)

    return checked


def default_of(column: Column) -> Any:
    """What a column holds that the archive's application did not know yet; raises BadValue where it must be given."""
    if column.null:
        return None
    if column.has_default() or column.blank:
        value = column.get_default()
        return orjson.dumps(value).decode() if isinstance(column, models.JSONField) else value
    raise BadValue("is missing")


def _as_it_is(value: Any) -> Any:
    return value


def _write_bool(value: Any) -> Any:
    return None if value is None else bool(value)


def _write_time(value: Any) -> Any:
    if value is None:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _write_bytes(value: Any) -> Any:
    return None if value is None else base64.b64encode(bytes(value)).decode()


def _write_uuid(value: Any) -> Any:
    return None if value is None else str(UUID(str(value)))


def _write_json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


def _write_float(value: Any) -> Any:
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


WRITERS: "dict[type[Column], Convert]" = {
    models.BooleanField: _write_bool,
    models.DateTimeField: _write_time,
    models.BinaryField: _write_bytes,
    models.UUIDField: _write_uuid,
    models.JSONField: _write_json,
    models.FloatField: _write_float,
}


def _check_of(column: Column, shape: Shape) -> Convert:
    if isinstance(column, models.JSONField):
        return lambda value: _check_json(value, shape)
    if isinstance(column, models.CharField | models.TextField):
        return _text_check(column)
    if isinstance(column, models.BinaryField):
        return lambda value: _check_bytes(value, column.max_length)
    for kind, bounds in INT.items():
        if isinstance(column, kind):
            return lambda value: _check_int(value, *bounds)
    return CHECKS[type(column)]


def _text_check(column: Column) -> Convert:
    longest = column.max_length or LONGEST_TEXT
    allowed = {key for key, _ in column.choices} if column.choices else None
    if allowed is not None and column.blank:
        allowed.add("")

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise BadValue(f"holds {type(value).__name__}, not text")
        if len(value) > longest:
            raise BadValue(f"holds {len(value):,} characters, at most {longest:,}")
        if "\0" in value:
            raise BadValue("holds a NUL character")
        if allowed is not None and value not in allowed:
            raise BadValue(f"{value[:40]!r} is none of {', '.join(sorted(map(str, allowed)))}")
        return value

    return check


def _check_json(value: object, shape: Shape) -> str:
    if not shape(value):
        raise BadValue(f"is not what the column holds: {shape.__name__.replace('_', ' ')} is asked for")
    if not is_shallow(value):
        raise BadValue(f"is nested deeper than {MOST_DEPTH}")
    body = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if b"\\u0000" in body and holds_nul(value):
        raise BadValue("holds a NUL character")
    return body.decode()


def _check_bytes(value: object, longest: int | None) -> bytes:
    try:
        body = base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        body = None
    if body is None:
        raise BadValue("is not base64")
    if longest is not None and len(body) > longest:
        raise BadValue(f"holds {len(body):,} bytes, at most {longest:,}")
    return body


def _check_int(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadValue(f"{str(value)[:40]!r} is no whole number from {least} to {most}")
    return value


def _check_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"{str(value)[:40]!r} is neither true nor false")
    return value


def _check_float(value: object) -> float:
    if isinstance(value, str) and value in NOT_FINITE:
        return NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue(f"{str(value)[:40]!r} is no number")
    return float(value)


def _check_time(value: object) -> Any:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and value.endswith("Z") else None
    except ValueError:
        at = None
    if at is None:
        raise BadValue(f"{str(value)[:40]!r} is no time")
    return connection.ops.adapt_datetimefield_value(at)


def _check_uuid(value: object) -> Any:
    try:
        key = UUID(value) if isinstance(value, str) else None
    except ValueError:
        key = None
    if key is None:
        raise BadValue(f"{str(value)[:60]!r} is no UUID")
    return models.UUIDField().get_db_prep_value(key, connection)


CHECKS: "dict[type[Column], Convert]" = {
    models.BooleanField: _check_bool,
    models.UUIDField: _check_uuid,
    models.FloatField: _check_float,
    models.DateTimeField: _check_time,
}
