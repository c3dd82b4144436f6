"""Generated hostile uploads: case number `index` of a seed, always the same, and what must hold when it is read.

Every case begins as a small hand-written sample of some format, is broken as values, as text or as bytes, put into
tables and archives or not, and broken again. Knows no database.
"""

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from random import Random
from typing import Any, NamedTuple

from analysis.errors import UserError
from analysis.types import Rollout
from apps.traces.importers.files import SourceFile
from apps.traces.importers.packed import pack
from apps.traces.importers.readers import source_from_bytes
from apps.traces.importers.source import open_source

from .hostile_bytes import (
    BYTE_CHANGES,
    BYTE_WEIGHTS,
    as_columns,
    as_csv,
    change_value,
    doubled_keys,
    dumped,
    in_container,
)
from .samples import own_row
from .samples_of_formats import FORMATS
from .set_samples import SETS

OWN_TURNS = [
    {"role": "user", "text": "What is 1+1?"},
    {
        "role": "assistant",
        "reasoning": "One and one.",
        "text": "2",
        "tool_calls": [{"name": "add", "arguments": {"a": 1}}],
    },
]
PLAIN: dict[str, dict[str, Any]] = {
    "own": {"rows.jsonl": [own_row(), own_row(id="b", response="3")]},
    "own turns": {"rows.jsonl": [{**own_row(), "turns": OWN_TURNS}, own_row(id="b")]},
    "unknown keys": {
        "x.jsonl": [{"qid": 1, "gen": "It is 2.", "gold": "2"}, {"qid": 2, "gen": "It is 3.", "gold": "4"}]
    },
    "options": {"x.json": [own_row(options=["1", "2"], answer="B", temperature=0.6, reward=1.5, correct=True)]},
}
COMPANIONS = {"README.md": b"# Notes\n", "empty.jsonl": b"", "meta.json": b"{}", ".DS_Store": b"\x00\x00\x00\x01Bud1"}

MOST_BYTES = 8 << 20
"""Changes that multiply make no larger files: what takes long is to be hostile, not only large."""
ENDINGS = ("csv", "json", "jsonl", "parquet", "zip", "eval", "gz", "txt", "arrow", "")


class Case(NamedTuple):
    """An upload: where it began, what was done to it, and its files."""

    name: str
    files: dict[str, bytes]

    def sources(self) -> list[SourceFile]:
        return [source_from_bytes(name, content) for name, content in self.files.items()]


class Broken(NamedTuple):
    """What must not have come out: the kind and words that say where."""

    kind: str
    words: str


@cache
def beginnings() -> dict[str, Mapping[str, Any]]:
    """Every sample by name: files by name, each a list of rows, an object or a text."""
    sets = {name: {path: content} for name, (path, content) in SETS.items()}
    return {**{name: sample.files for name, sample in FORMATS.items()}, **sets, **PLAIN}


def case(seed: int, index: int) -> Case:
    rng = Random(f"{seed}:{index}")
    name = rng.choice(list(beginnings()))
    content = copy.deepcopy(dict(beginnings()[name]))
    done: list[str] = []
    for file in content:
        if not isinstance(content[file], str | bytes) and rng.random() < 0.6:
            for _ in range(rng.choice((1, 1, 2, 6))):
                content[file] = change_value(rng, content[file])
            done.append("values")
    files = dict(_written(rng, file, value, done) for file, value in content.items())
    if rng.random() < 0.5:
        files = _broken(rng, files, done)
    if rng.random() < 0.2:
        files = dict([in_container(rng, files)])
        done.append("container")
        if rng.random() < 0.6:
            files = _broken(rng, files, done)
    if rng.random() < 0.1:
        file, told = rng.choice(list(COMPANIONS.items()))
        files[file] = told
    return Case(f"{name}: {', '.join(done)}", {file: content[:MOST_BYTES] for file, content in files.items()})


def _written(rng: Random, file: str, value: Any, done: list[str]) -> tuple[str, bytes]:
    if isinstance(value, str):
        return file, value.encode("utf-8", "replace")
    rows = value if isinstance(value, list) else [value]
    if rng.random() < 0.15 and (columns := as_columns(rng, rows)) is not None:
        done.append("columns")
        return f"{file.rpartition('.')[0]}.{rng.choice(('parquet', 'arrow', 'jsonl'))}", columns
    if rng.random() < 0.15:
        done.append("csv")
        return f"{file.rpartition('.')[0]}.{rng.choice(('csv', 'tsv', 'txt', 'jsonl'))}", as_csv(rng, rows)
    if isinstance(value, list) and file.endswith(".jsonl"):
        lines = [dumped(rng, row).replace(b"\n", b" ") for row in rows]
        return file, b"\n".join(doubled_keys(rng, line) if rng.random() < 0.05 else line for line in lines) + b"\n"
    return file, dumped(rng, value)


def _broken(rng: Random, files: dict[str, bytes], done: list[str]) -> dict[str, bytes]:
    file = rng.choice(list(files))
    content = files.pop(file)
    for change in rng.choices(BYTE_CHANGES, BYTE_WEIGHTS, k=rng.choice((1, 1, 2, 4))):
        content = change(rng, content)[:MOST_BYTES]
        done.append(change.__name__)
    if rng.random() < 0.1:
        file = f"{file.rpartition('.')[0]}.{rng.choice(ENDINGS)}"
    return {file: content, **files}


def read_whole(case: Case) -> Broken | None:
    """Open, preview and read to the end; what came out that must not. Exceptions other than UserError are raised."""
    try:
        source = open_source(case.sources())
        preview = source.preview()
        json.dumps([row.problem_key for row in preview.rows])
        for _, item in source.rollouts():
            wrong = next(_unfit(item, type(item).__name__), None)
            if wrong is not None:
                return wrong
            if isinstance(item, Rollout):
                pack(item)
    except UserError as error:
        words = str(error)
        return None if words.strip() and len(words) < 20_000 else Broken("message", words[:200])
    return None


NOT_STORED_AS_COLUMNS = {"attributes", "tool_calls"}
"""Attributes are not stored, tool calls are one JSON text that `pack` writes."""
Check = Callable[[Any], str]
CHECKS: dict[type, Check] = {
    str: lambda text: "NUL" if "\0" in text else "a lone surrogate" if not _is_utf8(text) else "",
    float: lambda number: "" if math.isfinite(number) else "not finite",
    int: lambda number: "" if -(2**31) <= number < 2**31 else "past 32 bits",
}


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unfit(value: Any, where: str) -> Iterator[Broken]:
    """What no store takes in a value or inside it: NUL, lone surrogates, numbers without an end."""
    check = CHECKS.get(type(value))
    if check is not None:
        if words := check(value):
            yield Broken(words, where)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name in NOT_STORED_AS_COLUMNS:
                continue
            yield from _unfit(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unfit(key, f"{where} key")
            yield from _unfit(item, f"{where}[{key!r}]")
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _unfit(item, f"{where}[]")
