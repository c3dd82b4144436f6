"""Files into lines and JSON values, within bounds. Knows no format; an error names the line and says what is wrong."""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn

from analysis.labelling.exchange.types import BadFile, stored

MOST_BYTES = 256 << 20
MOST_LINE_BYTES = 64 << 20
DEEPEST = 100
ESCAPED = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
"""What may stand for NUL or for half a character."""


class Line(NamedTuple):
    """A line of a file and its number, from 1."""

    number: int
    text: str

    @property
    def where(self) -> str:
        return f"line {self.number}"


def lines_of(source: BinaryIO, most: int = MOST_BYTES, longest: int = MOST_LINE_BYTES) -> Iterator[Line]:
    """Lines ended by "\\n" only, blank ones left out; raises BadFile past the bounds or where bytes are not UTF-8."""
    total, number = 0, 0
    while raw := source.readline(longest + 1):
        number, total = number + 1, total + len(raw)
        if len(raw) > longest:
            raise BadFile(f"line {number}: longer than {longest >> 20} MB")
        _check_size(total, most)
        if raw.strip():
            yield Line(number, _decoded(raw, f"line {number}", is_first=number == 1))


def whole_text(source: BinaryIO, most: int = MOST_BYTES) -> str:
    """The whole file; raises BadFile past the bound or where bytes are not UTF-8."""
    raw = source.read(most + 1)
    _check_size(len(raw), most)
    return _decoded(raw, "the file", is_first=True)


def parsed(text: str, where: str) -> Any:
    """One JSON value; raises BadFile for what is no JSON, NaN, or a value nested deeper than 100 levels."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadFile(f"{where}: nested deeper than {DEEPEST} levels") from None
    except json.JSONDecodeError as problem:
        at = f"line {problem.lineno}, " if problem.lineno > 1 else ""
        raise BadFile(f"{where}: no JSON: {problem.msg} at {at}character {problem.colno}") from None
    except ValueError as problem:
        raise BadFile(f"{where}: no JSON that can be read: {problem}") from None
    _check_depth(value, where)
    return _mended(value) if ESCAPED.search(text) else value


def _check_size(n_bytes: int, most: int) -> None:
    if n_bytes > most:
        raise BadFile(f"the file is larger than {most >> 20} MB; divide it")


def _decoded(raw: bytes, where: str, is_first: bool) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as problem:
        raise BadFile(f"{where}: byte {problem.start + 1} is not UTF-8") from None
    return text.removeprefix("\ufeff") if is_first else text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_depth(value: Any, where: str) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise BadFile(f"{where}: nested deeper than {DEEPEST} levels")
        level = [child for each in level if isinstance(each, dict | list) for child in _children(each)]


def _children(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return stored(value)
    if isinstance(value, list):
        return [_mended(child) for child in value]
    if isinstance(value, dict):
        return {stored(key): _mended(child) for key, child in value.items()}
    return value
