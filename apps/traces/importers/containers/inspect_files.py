"""The two containers of an Inspect log as raw rows, a sample a row: `.eval` (a zip) and `.json` (one object, streamed).

Each row is the sample with the log's header (eval, plan, results, status ...) under LOG_KEY. What a sample did event by
event is dropped as soon as it is read. Knows the members' and keys' names, not what they mean (inspect_log.py does).
Source: inspect_ai 0.3.285, log/_recorders/eval.py and json.py.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..decode import Decoded, UnreadableError, decode_json
from ..elements import CHUNK, TOKEN, Element, elements
from ..files import MAX_ROW_BYTES, ContainerError, SourceFile
from ..raw import RawRow
from .archives import INSPECT_MEMBERS
from .inflate import in_units
from .spooling import seekable
from .zips import ZipEntry, open_entry, read_directory

LOG_KEY = "(log)"
DROPPED = ("events", "events_data", "timelines", "store")
SAMPLE_NAME = re.compile(r"samples/(?P<id>.*)_epoch_(?P<epoch>\d+)\.json")
JSON_LOG = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"(?:status|eval)"\s*:')
SAMPLES, LIST_START, EMPTY_LIST = b'"samples"', re.compile(rb"\s*:\s*\["), re.compile(rb"\[\s*\]")


def find_eval(file: SourceFile) -> str:
    """What a zip archive is as an Inspect log: `samples`, `empty` (it has none), or '' (it is no log)."""
    names = {entry.name for entry in read_directory(file)}
    if not names & INSPECT_MEMBERS:
        return ""
    return "samples" if any(map(SAMPLE_NAME.fullmatch, names)) else "empty"


def read_eval(file: SourceFile) -> Iterator[RawRow]:
    """The samples of a .eval in the order of their ids, then epochs; of members with one name the last one holds."""
    file = seekable(file)
    members = {entry.name: entry for entry in read_directory(file)}
    header = _header(file, members)
    names = sorted((name for name in members if SAMPLE_NAME.fullmatch(name)), key=_place)
    for number, name in enumerate(names):
        yield _row(number, 1, _read_member(file, members[name]), header, f"{name}: ")


def _header(file: SourceFile, members: dict[str, ZipEntry]) -> dict[str, object]:
    """header.json; of a run that has not ended, what its journal says of its start."""
    name = "header.json" if "header.json" in members else "_journal/start.json"
    read = _read_member(file, members[name])
    value = read.value if isinstance(read, Decoded) else {}
    header = value if isinstance(value, dict) else {}
    return header if name == "header.json" else {"status": "started", **header}


def _place(name: str) -> tuple[bool, int, str, int]:
    found = SAMPLE_NAME.fullmatch(name)
    sample_id, epoch = (found["id"], int(found["epoch"][:9])) if found else ("", 0)
    is_number = sample_id.isascii() and sample_id.isdigit() and len(sample_id) < 19
    return not is_number, int(sample_id) if is_number else 0, sample_id, epoch


def _read_member(file: SourceFile, entry: ZipEntry) -> Decoded | str:
    """A member's JSON value; why there is none, in words, where it cannot be read."""
    if entry.size > MAX_ROW_BYTES:
        return f"larger than {in_units(MAX_ROW_BYTES)}"
    name = f"{file.name}/{entry.name}"
    try:
        with open_entry(file, entry, name) as stream:
            return decode_json(stream.read())
    except UnreadableError as problem:
        return str(problem)
    except ContainerError as problem:
        return str(problem).removeprefix(f"{name}: ")


def _row(number: int, line: int, read: Decoded | str, header: dict[str, object], place: str) -> RawRow:
    if isinstance(read, str):
        return RawRow(number, line, {}, f"{place}{read}")
    if not isinstance(read.value, dict):
        return RawRow(number, line, {}, f"{place}holds no sample")
    for key in DROPPED:
        read.value.pop(key, None)
    return RawRow(number, line, {LOG_KEY: header, **read.value}, "", read.note)


def is_json_log(text: bytes) -> bool:
    """By the keys that an Inspect log begins with.

    >>> is_json_log(b'{"version": 2, "status": "success", "eval": {}}'), is_json_log(b'{"version": 2}')
    (True, False)
    """
    return JSON_LOG.match(text) is not None


def read_json_log(stream: BinaryIO) -> Iterator[RawRow]:
    """The samples of a .json log at flat memory; nothing where it has no list of samples."""
    parts = _split(stream)
    if not parts.rest:
        return
    header = decode_json(parts.header).value
    found = elements(io.BufferedReader(_Chained(parts.rest, stream), CHUNK), in_array=True)
    for number, element in enumerate(found):
        line = element.line + parts.lines
        yield _row(number, line, _decoded(element), header if isinstance(header, dict) else {}, "")


def find_json_log(stream: BinaryIO) -> str:
    """What a .json log holds: `samples`, `empty` (it has none), or '' where its header cannot be read."""
    parts = _split(stream)
    try:
        header = decode_json(parts.header).value
    except UnreadableError:
        return ""
    if not isinstance(header, dict) or not isinstance(header.get("eval"), dict):
        return ""
    return "samples" if parts.rest and not EMPTY_LIST.match(parts.rest) else "empty"


def _decoded(element: Element) -> Decoded | str:
    if element.error:
        return element.error
    try:
        return decode_json(element.raw)
    except UnreadableError as problem:
        return str(problem)


class _Parts(NamedTuple):
    """A log's header as an object of its own, what follows from the samples' bracket on, and the lines before that."""

    header: bytes
    rest: bytes = b""
    lines: int = 0


def _split(stream: BinaryIO) -> _Parts:
    """Read up to the list of samples; a log without one is all header."""
    buffer, at, depth = b"", 0, 0
    while chunk := stream.read(CHUNK):
        buffer += chunk
        if len(buffer) > MAX_ROW_BYTES:
            break
        for token in TOKEN.finditer(buffer, at):
            piece = token[0]
            if piece == b'"' or (piece == SAMPLES and depth == 1 and len(buffer) < token.end() + 100):
                break
            if piece == SAMPLES and depth == 1 and (found := LIST_START.match(buffer, token.end())):
                return _parts(buffer, token.start(), found.end() - 1)
            depth += (piece in b"{[") - (piece in b"}]")
            at = token.end()
    key = buffer.find(SAMPLES, at)
    found = LIST_START.match(buffer, key + len(SAMPLES)) if key >= 0 and depth == 1 else None
    return _parts(buffer, key, found.end() - 1) if found else _Parts(buffer)


def _parts(buffer: bytes, key: int, start: int) -> _Parts:
    return _Parts(buffer[:key].rstrip().rstrip(b",") + b"}", buffer[start:], buffer.count(b"\n", 0, start))


class _Chained(io.RawIOBase):
    """Bytes that were read already, then the rest of their stream."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        found = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(buffer) :]
        buffer[: len(found)] = found
        return len(found)
