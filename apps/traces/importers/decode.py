"""Bytes of one JSON value into Python values, within bounds. Knows neither files nor fields."""

import json
from collections.abc import Callable
from typing import NamedTuple

import orjson

from .files import MAX_COLUMNS, MAX_DEPTH, decode_latin

REPLACEMENT = "\ufffd"


class UnreadableError(ValueError):
    """A row that cannot be read; the message says why, for the error list."""


class Decoded(NamedTuple):
    """A JSON value, and what had to be done to read it ('' = nothing)."""

    value: object
    note: str = ""


def clean_text(text: str) -> str:
    """NUL and lone surrogates become U+FFFD; every other character stays.

    >>> clean_text("a\\x00b\\r\\n")
    'a\\ufffdb\\r\\n'
    """
    if "\x00" in text:
        text = text.replace("\x00", REPLACEMENT)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "".join(REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def decode_json(raw: bytes) -> Decoded:
    """One JSON value; NaN and infinities become None, bytes that are not UTF-8 are read as Latin-1, and both are said.

    Raises UnreadableError for broken JSON and for values past the bounds (depth 100, 10,000 keys in an object).
    """
    try:
        decoded = Decoded(orjson.loads(raw))
    except orjson.JSONDecodeError as problem:
        decoded = _decode_leniently(raw, problem)
    check_bounds(decoded.value)
    return decoded


def _decode_leniently(raw: bytes, problem: orjson.JSONDecodeError) -> Decoded:
    notes: list[str] = []
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text, notes = decode_latin(raw), ["not UTF-8; read as Latin-1"]
    try:
        value = json.loads(text, strict=False, parse_constant=_constant_noted(notes))
    except RecursionError:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise UnreadableError(f"not JSON: {problem.msg.partition(':')[0]}, character {problem.pos + 1}") from None
    check_bounds(value)
    return Decoded(_map_strings(value), "; ".join(dict.fromkeys(notes)))


def _constant_noted(notes: list[str]) -> Callable[[str], None]:
    def constant(name: str) -> None:
        notes.append(f"{name} read as missing")

    return constant


def _map_strings(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_map_strings(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): _map_strings(item) for key, item in value.items()}
    return value


def check_bounds(value: object, depth: int = 1) -> None:
    """Raises UnreadableError where a value is nested too deep or an object has too many keys."""
    if isinstance(value, dict):
        if len(value) > MAX_COLUMNS:
            raise UnreadableError(f"an object of {len(value)} keys; at most {MAX_COLUMNS} are read")
        children = value.values()
    elif isinstance(value, list):
        children = value  # type: ignore[assignment]
    else:
        return
    if depth > MAX_DEPTH:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels")
    for child in children:
        if child.__class__ is dict or child.__class__ is list:
            check_bounds(child, depth + 1)
