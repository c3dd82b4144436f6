"""A file as a stream of numbered raw rows: JSON lines, a JSON array or object, a table. Knows no field and no rollout.

Rows arrive at flat memory; every row has its 0-based number and 1-based line, also where it cannot be read.
Lines end at "\\n" only (U+2028, U+0085 and lone "\\r" are text).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import BinaryIO

from .containers.archives import is_zip
from .containers.columnar_kinds import KINDS as COLUMNAR_KINDS
from .containers.columnar_kinds import columnar_kind
from .containers.inspect_files import find_eval, find_json_log, is_json_log, read_eval, read_json_log
from .containers.spooling import seekable
from .decode import UnreadableError, decode_json
from .elements import Element, elements
from .files import (
    HEAD_BYTES,
    MAX_ROW_BYTES,
    ContainerError,
    Encoding,
    SourceFile,
    binary_kind,
    guess_encoding,
    open_utf8,
    read_head,
)
from .objects import Arrangement, arrange, rows_of
from .raw import RawRow as RawRow
from .tables import Dialect, find_dialect, read_table

MAX_OBJECT_BYTES = 256 << 20
TEXT_NAMES = (".md", ".txt", ".rst", ".log", ".py", ".html", ".htm", ".xml", ".yaml", ".yml", ".toml", ".ini", ".pdf")


UTF8 = Encoding("utf-8")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file holds rows. `kind`: jsonl, array, values, object, table ..., none; `words` say it to people."""

    kind: str
    words: str
    encoding: Encoding = UTF8
    arrangement: Arrangement | None = None
    dialect: Dialect | None = None


INSPECT_EVAL = Layout("inspect eval", "an Inspect log (.eval)")
EMPTY_LOG = Layout("none", "an Inspect log without samples")


def find_layout(file: SourceFile) -> Layout:
    """Decide from the head of a file (and, for one JSON object, all of it) how its rows are laid out."""
    try:
        return Layout("none", file.problem) if file.problem else _found_layout(file)
    except ContainerError as problem:
        return Layout("none", str(problem).removeprefix(f"{file.name}: "))


def _found_layout(file: SourceFile) -> Layout:
    head = read_head(file)
    if is_zip(head) and (held := find_eval(seekable(file))):
        return INSPECT_EVAL if held == "samples" else EMPTY_LOG
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return Layout("none", "an empty file")
    if kind := columnar_kind(head):
        _columnar().check_columnar(file, kind)
        return Layout(kind, COLUMNAR_KINDS[kind])
    if words := binary_kind(head):
        return Layout("none", words)
    encoding = guess_encoding(head)
    with open_utf8(file, encoding) as stream:
        text = stream.read(HEAD_BYTES)
    start = text.lstrip()[:1]
    if start == b"[":
        return _array_layout(text, encoding)
    if start == b"{":
        return _object_layout(file, text, encoding)
    return _table_layout(file, text, encoding)


def _columnar() -> ModuleType:
    """Loaded when the first such file comes: pyarrow takes longer to load than all else that reads files."""
    return import_module("apps.traces.importers.containers.columnar")


def _array_layout(text: bytes, encoding: Encoding) -> Layout:
    inside = text.lstrip()[1:].lstrip()
    if inside[:1] in (b"{", b"", b"]"):
        return Layout("array", "one JSON array", encoding)
    return Layout("none", "a JSON array, but not of objects", encoding)


def _object_layout(file: SourceFile, text: bytes, encoding: Encoding) -> Layout:
    lines = [line for line in text.split(b"\n") if line.strip()]
    if len(lines) > 1 and any(map(_is_object, lines[: min(20, len(lines) - 1)])):
        return Layout("jsonl", "JSON lines", encoding)
    if file.base.lower().endswith((".jsonl", ".ndjson")) and not text.lstrip().startswith((b"{\n", b"{\r\n")):
        return Layout("jsonl", "JSON lines", encoding)
    if is_json_log(text) and (held := _held_by_log(file, encoding)):
        return Layout("inspect json", "an Inspect log (.json)", encoding) if held == "samples" else EMPTY_LOG
    if file.size > MAX_OBJECT_BYTES:
        return Layout("none", f"one JSON object of {file.size >> 20} MB; give it as JSON lines", encoding)
    with open_utf8(file, encoding) as stream:
        first, *others = [*_first_elements(stream, 2)] or [Element(b"", 1, "empty")]
    if others:
        return Layout("values", "JSON values one after another", encoding)
    try:
        value = decode_json(first.raw).value
    except UnreadableError:
        return Layout("values", "a JSON object that cannot be read", encoding)
    arrangement = arrange(value)  # type: ignore[arg-type]
    return Layout("object", arrangement.words, encoding, arrangement)


def _held_by_log(file: SourceFile, encoding: Encoding) -> str:
    with open_utf8(file, encoding) as stream:
        return find_json_log(stream)


def _first_elements(stream: BinaryIO, n: int) -> Iterator[Element]:
    for element, _ in zip(elements(stream, in_array=False, max_bytes=MAX_OBJECT_BYTES), range(n), strict=False):
        yield element


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(decode_json(line).value, dict)
    except UnreadableError:
        return False


def _table_layout(file: SourceFile, text: bytes, encoding: Encoding) -> Layout:
    name = file.base.lower()
    if text.lstrip()[:1] == b"<":
        return Layout("none", "a page of HTML or XML", encoding)
    if name.endswith(TEXT_NAMES):
        return Layout("none", "a text document", encoding)
    if name.endswith((".jsonl", ".ndjson")):
        return Layout("jsonl", "JSON lines", encoding)
    dialect = find_dialect(text.decode("utf-8", "replace"))
    if dialect is None:
        return Layout("none", "text that is neither JSON nor a table", encoding)
    return Layout("table", dialect.words, encoding, None, dialect)


def read_rows(file: SourceFile, layout: Layout) -> Iterator[RawRow]:
    """Every row of a file in order, each once, the same on every call; where its bytes end early, an error says so."""
    last = RawRow(-1, 0, {})
    try:
        for last in _rows(file, layout):
            yield last
    except ContainerError as problem:
        words = str(problem).removeprefix(f"{file.name}: ")
        yield RawRow(last.number + 1, last.line + 1, {}, f"{words}; nothing is read beyond this row")


def _rows(file: SourceFile, layout: Layout) -> Iterator[RawRow]:
    if layout.kind == "none":
        return
    if layout.kind in COLUMNAR_KINDS:
        yield from _columnar().read_columnar(file, layout.kind)
        return
    if layout.kind == "inspect eval":
        yield from read_eval(file)
        return
    with open_utf8(file, layout.encoding) as stream:
        if layout.kind == "jsonl":
            yield from _decoded(_lines(stream))
        elif layout.kind in ("array", "values"):
            yield from _decoded(elements(stream, in_array=layout.kind == "array"))
        elif layout.kind == "inspect json":
            yield from read_json_log(stream)
        elif layout.kind == "object":
            yield from _object_rows(stream, layout)
        elif layout.dialect is not None:
            for index, record in enumerate(read_table(stream, layout.dialect)):
                yield RawRow(index, record.line, record.cells, record.error)


def _lines(stream: BinaryIO) -> Iterator[Element]:
    line = 0
    while raw := stream.readline(MAX_ROW_BYTES + 1):
        line += 1
        if len(raw) > MAX_ROW_BYTES and not raw.endswith(b"\n"):
            while len(raw) > MAX_ROW_BYTES and not raw.endswith(b"\n"):
                raw = stream.readline(MAX_ROW_BYTES + 1)
            yield Element(b"", line, f"a line longer than {MAX_ROW_BYTES >> 20} MB")
        elif not raw.isspace():
            yield Element(raw, line)


def _decoded(found: Iterator[Element]) -> Iterator[RawRow]:
    for index, element in enumerate(found):
        if element.error:
            yield RawRow(index, element.line, {}, element.error)
            continue
        try:
            value, note = decode_json(element.raw)
        except UnreadableError as problem:
            yield RawRow(index, element.line, {}, _say_cut(element.raw, str(problem)))
            continue
        if isinstance(value, dict):
            yield RawRow(index, element.line, value, "", note)
        else:
            yield RawRow(index, element.line, {}, f"holds {type_in_words(value)}, not an object of fields")


def _say_cut(raw: bytes, reason: str) -> str:
    if raw.lstrip().startswith(b"{") and not raw.endswith(b"\n") and not raw.rstrip().endswith(b"}"):
        return f"the line is cut off: it does not end with a bracket ({reason})"
    return reason


def _object_rows(stream: BinaryIO, layout: Layout) -> Iterator[RawRow]:
    first = next(elements(stream, in_array=False, max_bytes=MAX_OBJECT_BYTES))
    value, note = decode_json(first.raw)
    if isinstance(value, dict) and layout.arrangement is not None:
        for index, row in enumerate(rows_of(value, layout.arrangement)):
            yield RawRow(index, first.line, row, "", note)


def type_in_words(value: object) -> str:
    """What a JSON value is, for a message.

    >>> type_in_words([1]), type_in_words(None)
    ('a list', 'null')
    """
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def source_from_bytes(name: str, content: bytes) -> SourceFile:
    """A file that is already in memory (small uploads, tests)."""
    return SourceFile(name, lambda: io.BytesIO(content), len(content))
