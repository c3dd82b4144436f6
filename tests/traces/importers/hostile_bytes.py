"""Hostile changes to bytes, JSON and containers, each a function of a seeded `Random`. Knows no format."""

import gzip
import io
import json
import zipfile
from collections import deque
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

import pyarrow as pa
import zstandard

from .columns import arrow, parquet
from .containers import packed_entry, raw_zip, tarred, zipped

Change = Callable[[Random, bytes], bytes]

SPLINTERS = (
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\r\n",
    b"\r",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"\xc2\x85",
    b"\x0c",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x1b[31m",
    b"\x1b]0;x\x07",
    b'"',
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 400,
    b"-0",
    b"0.1e-400",
    b"null",
    b"<script>",
    b"<think>",
    b"</think>",
    b"=cmd|'/C calc'!A0",
    b"\t",
    b"//",
    b"/*",
    b"#",
    b"\x1a",
    b"\x7f",
    b"\xf0\x9f\x98\x80",
)
MAGICS = (
    b"PK\x03\x04",
    b"PK\x05\x06" + b"\x00" * 18,
    b"\x1f\x8b\x08\x00",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"ARROW1\x00\x00",
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"%PDF-1.7\n",
    b"\x89PNG\r\n\x1a\n",
    b"\x80\x04\x95",
    b"SQLite format 3\x00",
    b"\xff\xd8\xff",
    b"MZ",
    b"\x7fELF",
    b"<?xml version='1.0'?>",
    b"<!doctype html>",
    b"\x00" * 300 + b"ustar\x0000",
    b"\xff\xff\xff\xff\x10\x00\x00\x00",
)
CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "cp037", "shift_jis", "utf-8-sig")
SLIPS = (
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\win.ini",
    "C:\\x.jsonl",
    "a/../../b.jsonl",
    "a\x00b.jsonl",
    "\u202egnp.jsonl",
    "x" * 5000 + ".jsonl",
    "",
    ".",
    "..",
    "a//b.jsonl",
    "<img src=x onerror=alert(1)>.jsonl",
    "\x1b[2J.jsonl",
    "CON.jsonl",
)


def place(rng: Random, content: bytes) -> int:
    """Anywhere; half of the time near the beginning or the end, where headers and footers are."""
    end = len(content)
    if rng.random() < 0.5:
        return rng.randrange(end + 1)
    near = min(end, rng.choice((1, 8, 64, 512)))
    return rng.randrange(near + 1) if rng.random() < 0.5 else end - rng.randrange(near + 1)


def flip_bits(rng: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8, 64)) if content else 0):
        changed[min(place(rng, content), len(content) - 1)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng: Random, content: bytes) -> bytes:
    return content[: place(rng, content)]


def behead(rng: Random, content: bytes) -> bytes:
    return content[place(rng, content) :]


def drop_span(rng: Random, content: bytes) -> bytes:
    start = place(rng, content)
    return content[:start] + content[start + rng.choice((1, 2, 4, 30, 500)) :]


def repeat_span(rng: Random, content: bytes) -> bytes:
    start, times = place(rng, content), rng.choice((1, 2, 10, 1000))
    span = content[start : start + rng.choice((1, 4, 30, 500))]
    return content[:start] + span * times + content[start:]


def move_span(rng: Random, content: bytes) -> bytes:
    start, to = place(rng, content), place(rng, content)
    span = content[start : start + rng.choice((4, 30, 500))]
    rest = content[:start] + content[start + len(span) :]
    return rest[:to] + span + rest[to:]


def splinter(rng: Random, content: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        at = place(rng, content)
        content = content[:at] + rng.choice(SPLINTERS) + content[at:]
    return content


def noise(rng: Random, content: bytes) -> bytes:
    at = place(rng, content)
    return content[:at] + rng.randbytes(rng.choice((1, 16, 300, 5000))) + content[at:]


def wrong_magic(rng: Random, content: bytes) -> bytes:
    magic = rng.choice(MAGICS)
    return magic + content[rng.choice((0, len(magic))) :]


def other_encoding(rng: Random, content: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode(rng.choice(CODECS), "replace")


def mixed_encodings(rng: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    for number in range(len(lines)):
        if rng.random() < 0.3:
            lines[number] = ("é ½ “" + lines[number].decode("utf-8", "replace")).encode(rng.choice(CODECS), "replace")
    return b"\n".join(lines)


def other_line_ends(rng: Random, content: bytes) -> bytes:
    return content.replace(
        b"\n", rng.choice((b"\r\n", b"\r", b"\xe2\x80\xa8", b"\n\n\n", b"\n\x00\n", b"", b"\x0b", b" \n "))
    )


def nested(rng: Random, content: bytes) -> bytes:
    depth = rng.choice((99, 101, 1_000, 10_000, 100_000))
    opening = rng.choice((b"[", b'{"a":', b'[{"messages":', b'{"content":[', b"("))
    closing = rng.choice((b"]", b"}", b"]}", b"")) * depth
    at = place(rng, content) if rng.random() < 0.5 else max(content.find(b":"), 0) + 1
    return content[:at] + opening * depth + b"1" + closing + content[at:]


def long_line(rng: Random, content: bytes) -> bytes:
    at = place(rng, content)
    return (
        content[:at]
        + rng.choice((b"x", b"<think>", b"\\n", b"[[", b'\\"', b"$", b"(", b"1,", b"a ")) * 100_000
        + content[at:]
    )


def wide_table(rng: Random, content: bytes) -> bytes:
    n, separator = rng.choice((9_000, 10_001, 100_000)), rng.choice((b",", b"\t", b";"))
    header = separator.join(rng.choice((b"id", b"response", b"c%d" % k)) for k in range(n))
    return header + b"\n" + separator.join([b"=1+1"] * n) + b"\n" + content


BYTE_CHANGES: tuple[Change, ...] = (
    flip_bits,
    cut,
    behead,
    drop_span,
    repeat_span,
    move_span,
    splinter,
    noise,
    wrong_magic,
    other_encoding,
    mixed_encodings,
    other_line_ends,
    nested,
    long_line,
    wide_table,
)
BYTE_WEIGHTS = (8, 4, 2, 4, 3, 3, 6, 2, 2, 2, 2, 2, 2, 1, 0.3)

MOST_PLACES, MOST_CHARS = 5_000, 2_000_000
LETTERS = "aé\u2028\u0000\ud800😀\u202e<\x1b=+-@\t\r\n\\$&\"'{}[]"


def hostile_value(rng: Random) -> Any:
    """A value of another type, size or kind than anyone expects."""
    return rng.choice(VALUES)(rng)


VALUES: tuple[Callable[[Random], Any], ...] = (
    lambda rng: rng.choice((None, True, False, 0, -1, 1, "", [], {}, " ", "null", "None", "nan", "[]", "{}")),
    lambda rng: rng.choice(
        (10**400, -(10**30), 2**63, 2**64, -(2**63) - 1, 1e308, 5e-324, float("nan"), float("inf"), -0.0)
    ),
    lambda rng: "".join(rng.choice(LETTERS) for _ in range(rng.choice((1, 5, 60)))),
    lambda rng: rng.choice(
        ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "1/0", "9" * 5000, "1e99999", "٣", "0x10", "1_000")
    ),
    lambda rng: (
        rng.choice(("<think>", "</think>", "<think><think>", "</think>\n</think>", "<|begin_of_thought|>"))
        * rng.choice((1, 2, 500))
    ),
    lambda rng: [hostile_value(rng) for _ in range(rng.choice((1, 2, 30)))] if rng.random() < 0.5 else [[]],
    lambda rng: {
        rng.choice(("role", "content", "text", "", "a.b", "0", "\x00", "type", "value")): rng.choice(
            (None, 1, [], {}, "x")
        )
    },
    lambda rng: rng.choice(
        ('[{"role": "user", "content": "x"}]', '{"a": [1, {"b": NaN}]}', "[" * 5000, '["' * 300, "{'a': nan}")
    ),
    lambda rng: "x" * rng.choice((300, 2_000, 70_000)),
    lambda rng: {f"k{n}": n for n in range(rng.choice((3, 300, 11_000)))},
    lambda rng: rng.choice(
        (
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\x1b[31mred",
            "../../etc/passwd",
            "javascript:alert(1)",
        )
    ),
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every member and element, outer ones first (at most about MOST_PLACES)."""
    found: list[tuple[Any, ...]] = []
    waiting: deque[tuple[Any, tuple[Any, ...]]] = deque([(value, path)])
    while waiting and len(found) < MOST_PLACES:
        inner, at = waiting.popleft()
        members = inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        for key, item in members:
            found.append((*at, key))
            waiting.append((item, (*at, key)))
    return found


def change_value(rng: Random, whole: Any) -> Any:
    """The value with one place replaced, removed, renamed, wrapped or doubled; it is changed where it stands."""
    places = places_in(whole)
    if not places:
        return hostile_value(rng)
    path = rng.choice(places)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    _change_member(rng, inner, path[-1], most_times=min(200, MOST_CHARS // (1 + len(json.dumps(whole)))))
    return whole


def _change_member(rng: Random, inner: Any, key: Any, most_times: int) -> None:
    how = rng.randrange(8)
    if how < 4:
        inner[key] = hostile_value(rng)
    elif how == 4:
        del inner[key]
    elif how == 5:
        inner[key] = rng.choice(([inner[key]], {"a": inner[key]}, str(inner[key]), json.dumps(inner[key])))
    elif how == 6 and isinstance(inner, dict):
        inner[rng.choice(("id", "response", "messages", "model", "", "x.y", "correct", "turns", "\u2028"))] = inner.pop(
            key
        )
    elif isinstance(inner, list):
        inner[key:key] = [deepcopy(inner[key]) for _ in range(min(most_times, rng.choice((1, 2, 200))))]
    else:
        inner[f"{key}2"] = deepcopy(inner[key])


def dumped(rng: Random, value: Any) -> bytes:
    """JSON as several writers write it; lone surrogates stand escaped."""
    as_ascii = rng.random() < 0.5
    text = json.dumps(value, ensure_ascii=as_ascii, indent=rng.choice((None, None, None, 1)))
    return text.encode("utf-8", "surrogatepass" if rng.random() < 0.1 else "replace")


def doubled_keys(rng: Random, line: bytes) -> bytes:
    """An object whose members stand in it twice."""
    inner = line.strip()
    return inner[:-1] + b"," + inner[1:] if inner.startswith(b"{") and len(inner) > 2 else line


def as_csv(rng: Random, rows: list[Any]) -> bytes:
    """Rows as a table of text cells, quoted rightly more often than not."""
    separator, quote = rng.choice(",,,;\t|"), rng.choice(('"', '"', '"', "'", ""))
    names = list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))
    lines = [names, *([_cell(row.get(name)) for name in names] for row in rows if isinstance(row, dict))]
    double = quote * 2 if rng.random() < 0.9 else quote
    text = "\n".join(
        separator.join(f"{quote}{str(c).replace(quote or chr(0), double)}{quote}" for c in line) for line in lines
    )
    return text.encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else "" if value is None else value


def as_columns(rng: Random, rows: list[Any]) -> bytes | None:
    """Rows as Parquet or Arrow; None where they have no common shape."""
    try:
        table = pa.Table.from_pylist(rows)
        if rng.random() < 0.6:
            return parquet(table, compression=rng.choice(("snappy", "gzip", "zstd", "none")))
        return arrow(table, is_stream=rng.random() < 0.5, compression=rng.choice((None, "zstd", "lz4")))
    except (pa.ArrowException, ValueError, TypeError, OverflowError, UnicodeError, AttributeError, NotImplementedError):
        return None


def in_container(rng: Random, members: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The members inside an archive (or, where there is one, compressed): a name and its bytes."""
    named = {rng.choice(SLIPS) if rng.random() < 0.15 else name: content for name, content in members.items()}
    first = next(iter(members))
    kind = rng.choice(("zip", "zip", "tar", "tar.gz", "gz", "zst", "eval", "zip in zip"))
    if kind in ("gz", "zst"):
        content = members[first]
        return f"{first}.{kind}", gzip.compress(content) if kind == "gz" else zstandard.ZstdCompressor().compress(
            content
        )
    if kind == "eval":
        entries = [packed_entry(name, content) for name, content in members.items()]
        return "log.eval", raw_zip(*entries)
    if kind.startswith("tar"):
        content = tarred(
            {name.replace("\x00", "")[:2000].encode("utf-8", "replace").decode(): c for name, c in named.items()}
        )
        return f"a.{kind}", gzip.compress(content) if kind == "tar.gz" else content
    content = _zip(named, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
    return "a.zip", _zip({"inner.zip": content}, zipfile.ZIP_DEFLATED) if kind == "zip in zip" else content


def _zip(members: Mapping[str, bytes], method: int) -> bytes:
    if all(members):
        return zipped(members, method)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for number, (name, content) in enumerate(members.items()):
            archive.writestr(name or f"{number}", content)
    return stream.getvalue()
