"""Bytes of one JSON value into Python values, within bounds. Knows neither files nor fields."""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import orjson

from .files import MAX_COLUMNS, MAX_DEPTH, decode_latin

REPLACEMENT = "\ufffd"
EXACT_UP_TO = float(1 << 63)


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
        return _decode_leniently(raw, f"{problem.msg.partition(':')[0]}, character {problem.pos + 1}")
    if check_bounds(decoded.value):
        return _decode_leniently(raw, "a number that is too long")
    return decoded


def _decode_leniently(raw: bytes, problem: str) -> Decoded:
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
        raise UnreadableError(f"not JSON: {problem}") from None
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


def check_bounds(value: object, depth: int = 1) -> bool:
    """Whether a whole number was too long for the fast decoder, which made it a float that lost digits.

    Raises UnreadableError where a value is nested too deep or an object has too many keys.
    """
    if isinstance(value, dict):
        if len(value) > MAX_COLUMNS:
            raise UnreadableError(f"an object of {len(value)} keys; at most {MAX_COLUMNS} are read")
        children: Iterable[object] = value.values()
    elif isinstance(value, list):
        children = value
    else:
        return False
    if depth > MAX_DEPTH:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels")
    lost = False
    for child in children:
        kind = child.__class__
        if kind is dict or kind is list:
            lost = check_bounds(child, depth + 1) or lost
        elif kind is float and abs(child) >= EXACT_UP_TO:  # type: ignore[arg-type]
            lost = True
    return lost
