"""Every key of every set's sample, broken in every way: reasons and row errors, never an exception."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from analysis.errors import UserError
from analysis.types import Rollout
from apps.traces.importers.identity import Duplicate
from apps.traces.importers.report import RowError
from apps.traces.importers.source import open_source

from .samples import errors, opened, rollouts
from .set_samples import SETS, set_file

MISSING = object()
HOSTILE: list[Any] = [MISSING, None, "", "x", -1, 1e308, True, [], {}, [None], [[1]], {"a": None}, [{"role": 7}]]
CELLS = ["", "x", "-1", "1e999", "nan", "[1]", "\x1b[31m", "=1+1"]


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*here, key)
        yield from paths(inner, (*here, key))


def broken(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with one place replaced, or without it."""
    copy = deepcopy(value)
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    if new is MISSING:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return copy


def variants(content: Any) -> Iterator[Any]:
    if not isinstance(content, str):
        for path in paths(content):
            for new in HOSTILE:
                yield broken(content, path, new)
        return
    lines = [line.split(",") for line in content.split("\n")]
    for path in paths(lines[:-1]):
        for cell in CELLS if len(path) == 2 else [["too", "few"], [""] * 99]:
            yield "\n".join(",".join(cells) for cells in broken(lines, path, cell))


def read_to_its_end(name: str, content: Any, format_name: str) -> bool:
    """Whether there was something to read; the only exception that may come is a UserError."""
    try:
        source = open_source([set_file(name, content)], format=format_name)
    except UserError:
        return False
    for _, item in source.rollouts():
        assert isinstance(item, Rollout | RowError | Duplicate)
        assert not isinstance(item, RowError) or item.message
    return True


@pytest.mark.parametrize("name", list(SETS))
def test_no_value_in_any_place_is_an_exception(name: str) -> None:
    read = [read_to_its_end(name, variant, name.split(" ")[0]) for variant in variants(SETS[name][1])]
    assert sum(read) > 0.3 * len(read)
    assert len(read) > 100


@pytest.mark.parametrize("name", list(SETS))
def test_no_missing_or_null_value_is_an_exception_under_detection(name: str) -> None:
    content = SETS[name][1]
    if isinstance(content, str):
        content = content.replace("0", "").replace("1", "")
        assert read_to_its_end(name, content, "auto") in (True, False)
        return
    for path in paths(content):
        for new in (MISSING, None, {"a": None}):
            read_to_its_end(name, broken(content, path, new), "auto")


@pytest.mark.parametrize("name", [name for name, (path, _) in SETS.items() if path.endswith(".jsonl")])
def test_a_broken_row_leaves_the_good_ones_of_its_file(name: str) -> None:
    content: Any = SETS[name][1]
    lines = [json.dumps(row) for row in content]
    good = rollouts(opened(set_file(name)))
    source = opened(set_file(name, "\n".join([*lines, "{not json", "[1, 2]", ""])))
    assert rollouts(source) == good
    assert [error.line for error in errors(source)] == [len(lines) + 1, len(lines) + 2]
