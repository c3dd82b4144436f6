"""Rows inside one JSON object: the object itself, a list under a key, an object of rows, or an object of columns.

Knows which names announce a row (fields.py); knows no files.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .fields import is_row_name

KEY = "(key)"
CONVERSATIONS = {
    "turns",
    "messages",
    "conversations",
    "conversation",
    "dialogue",
    "history",
    "traj",
    "trajectory",
    "steps",
}
WRAPPERS = (
    "data", "results", "rollouts", "samples", "rows", "examples", "items", "records", "outputs", "generations",
    "instances", "predictions", "traces", "responses", "completions", "logs", "entries", "test", "train", "validation",
)  # fmt: skip
Rows = Iterator[dict[str, object]]


class Arrangement(NamedTuple):
    """How one object holds rows: a kind, words for people, and (for a list) its key."""

    kind: str
    words: str
    key: str = ""


def arrange(value: Mapping[str, object]) -> Arrangement:
    """Decide by keys and by the shape of the values; an object that is nothing else is one row."""
    if _columns_of_lists(value):
        return Arrangement("columns", "one JSON object of columns (equally long lists)")
    if _columns_of_objects(value):
        return Arrangement("indexed columns", "one JSON object of columns (objects with the same keys)")
    listed, named = find_list_key(value), sum(map(is_row_name, value))
    if named > 1 or (named and not listed):
        return Arrangement("row", "one JSON object: a single row")
    if listed:
        return Arrangement("list", f"one JSON object with a list of rows under “{listed}”", listed)
    if len(value) > 0 and all(isinstance(item, dict) and item for item in value.values()):
        return Arrangement("keyed rows", "one JSON object of rows by key")
    return Arrangement("row", "one JSON object: a single row")


def rows_of(value: Mapping[str, object], arrangement: Arrangement) -> Rows:
    if arrangement.kind == "list":
        yield from _listed_rows(value, arrangement.key)
    elif arrangement.kind == "columns":
        names = list(value)
        for cells in zip(*(value[name] for name in names), strict=True):
            yield dict(zip(names, cells, strict=True))
    elif arrangement.kind == "indexed columns":
        columns = {name: column for name, column in value.items() if isinstance(column, dict)}
        for index in next(iter(columns.values())):
            yield {KEY: index, **{name: column[index] for name, column in columns.items()}}
    elif arrangement.kind == "keyed rows":
        for key, row in value.items():
            yield {KEY: key, **row} if isinstance(row, dict) else {KEY: key}
    else:
        yield dict(value)


def find_list_key(value: Mapping[str, object]) -> str:
    """The key whose value is a list of row objects: a usual name first, else the only such list."""
    lists = [key for key, item in value.items() if key.lower() not in CONVERSATIONS and _is_row_list(item)]
    for name in WRAPPERS:
        for key in lists:
            if key.lower() == name:
                return key
    return lists[0] if len(lists) == 1 else ""


def _is_row_list(item: object) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(row, dict) for row in item[:20])


def _listed_rows(value: Mapping[str, object], key: str) -> Rows:
    around = {name: item for name, item in value.items() if name != key and not isinstance(item, list)}
    for row in value[key]:  # type: ignore[attr-defined]
        yield {**around, **row} if isinstance(row, dict) else {KEY: row}


def _columns_of_lists(value: Mapping[str, object]) -> bool:
    lengths = {len(item) if isinstance(item, list) else -1 for item in value.values()}
    named = sum(is_row_name(key) for key in value)
    return len(lengths) == 1 and lengths != {-1} and lengths != {0} and len(value) > 1 and named > 1


def _columns_of_objects(value: Mapping[str, object]) -> bool:
    keys = [tuple(item) for item in value.values() if isinstance(item, dict) and item]
    if len(value) < 2 or len(keys) < len(value):
        return False
    return len(set(keys)) == 1 and all(str(key).isdigit() for key in keys[0]) and sum(map(is_row_name, value)) > 1
