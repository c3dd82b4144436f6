"""Every published format claims its own files and no other's, and no broken value in them is more than an error row."""

import copy
import json
import os
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pytest

from analysis.errors import UserError
from analysis.types import Rollout
from apps.traces.importers.files import SourceFile
from apps.traces.importers.identity import Duplicate
from apps.traces.importers.mapping import mapping_from_json
from apps.traces.importers.presets import IMPORTERS, FileSample
from apps.traces.importers.readers import find_layout, read_rows, source_from_bytes
from apps.traces.importers.report import RowError

from .columns import parquet
from .samples import opened, own_row
from .samples_of_formats import FORMATS, Sample, as_file
from .set_samples import SETS, set_file

GENERAL = {"own", "rows"}
MISSING = object()
HOSTILE: tuple[object, ...] = (
    None, [], {}, "", "text", 7, True, [None], [[]], [{}], {"a": None}, [1, "x"], -1, 1e300, "[", '{"a": 1}', MISSING,
)  # fmt: skip


def is_table(content: object) -> bool:
    """Whether rows have one shape, as Parquet wants it (a batch of answers and errors has not)."""
    return isinstance(content, list) and "custom_id" not in content[0] and "instance_id" not in content[0]


TABLES = [name for name, sample in FORMATS.items() if any(map(is_table, sample.files.values()))]


def claims_of(file: SourceFile) -> set[str]:
    rows = [raw.value for raw in read_rows(file, find_layout(file)) if not raw.error]
    sample = FileSample(file, find_layout(file), rows, upload=(file,))
    return {name for name in IMPORTERS if name not in GENERAL and IMPORTERS[name].claim(sample) is not None}


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_file_is_claimed_by_its_own_format_alone(name: str) -> None:
    sample = FORMATS[name]
    assert {found for file in sample.sources() for found in claims_of(file)} == {sample.format}
    assert all(len(claims_of(file)) == 1 for file in sample.sources())


@pytest.mark.parametrize("name", list(SETS))
def test_a_published_set_is_claimed_by_at_most_one_format(name: str) -> None:
    assert len(claims_of(set_file(name))) <= 1


def test_our_own_rows_and_unknown_rows_are_claimed_by_no_published_format() -> None:
    turns = [{"role": "user", "text": "1+1?"}, {"role": "assistant", "text": "2"}]
    for row in (
        own_row(),
        own_row(turns=turns),
        {"qid": 1, "gen": "It is 2.", "gold": "2"},
        {"question": "1+1?", "messages": turns, "answer": "2"},
    ):
        assert claims_of(as_file("rows.jsonl", [row, row])) == set()


@pytest.mark.parametrize("name", list(FORMATS))
def test_everything_in_a_sample_is_read_without_a_question_or_an_error(name: str) -> None:
    source = opened(*FORMATS[name].sources())
    assert source.detection.questions == ()
    items = [item for _, item in source.rollouts()]
    assert items
    assert all(isinstance(item, Rollout) for item in items)
    assert source.report.notes == {}


@pytest.mark.parametrize("name", TABLES)
def test_rows_from_parquet_are_the_rollouts_that_json_lines_are(name: str) -> None:
    tables = {base: content for base, content in FORMATS[name].files.items() if is_table(content)}
    told = opened(*(as_file(base, content) for base, content in tables.items()))
    again = opened(*(source_from_bytes(parquet_name(base), in_parquet(content)) for base, content in tables.items()))
    assert [item for _, item in again.rollouts()] == [item for _, item in told.rollouts()]
    assert again.detection.format == FORMATS[name].format


def parquet_name(base: str) -> str:
    return base.replace(".jsonl", ".parquet")


def in_parquet(content: object) -> bytes:
    return parquet(pa.Table.from_pylist(content))


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_mapping_that_was_kept_reads_the_same_rollouts_again(name: str) -> None:
    source = opened(*FORMATS[name].sources())
    kept = mapping_from_json(source.detection.mapping.dumps())
    again = opened(*FORMATS[name].sources(), mapping=kept)
    assert list(again.rollouts()) == list(source.rollouts())


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_reading_that_starts_anywhere_goes_on_as_if_it_had_never_stopped(name: str) -> None:
    source = opened(*FORMATS[name].sources())
    whole = list(source.rollouts())
    for position, _ in whole:
        start = (position.file, position.row)
        assert list(source.rollouts(start)) == [item for item in whole if (item[0].file, item[0].row) >= start]


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every member of every object, and of the first two elements of every list."""
    members = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in members:
        yield (*path, key)
        yield from places_in(item, (*path, key))


def changed(value: object, path: tuple[str | int, ...], new: object) -> object:
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]  # type: ignore[index]
    if new is MISSING:
        del inner[path[-1]]  # type: ignore[attr-defined]
    else:
        inner[path[-1]] = new  # type: ignore[index]
    return whole


def hostile_files(sample: Sample) -> Iterator[Mapping[str, object]]:
    """The upload with one value changed: every place takes four of the seventeen values, in turn.

    AFTERTHOUGHT_ALL_HOSTILE=1 gives every place all of them (minutes).
    """
    turn, n_values = 0, 17 if os.environ.get("AFTERTHOUGHT_ALL_HOSTILE") else 4
    for name, content in sample.files.items():
        for path in places_in(content):
            if len(path) > 1 or isinstance(content, dict):
                for new in [*HOSTILE[turn % 17 :], *HOSTILE[: turn % 17]][:n_values]:
                    yield {**sample.files, name: changed(content, path, new)}
                turn += n_values


@pytest.mark.parametrize("name", list(FORMATS))
def test_any_value_anywhere_may_be_wrong_without_an_exception(name: str) -> None:
    for files in hostile_files(FORMATS[name]):
        sources = [as_file(base, content) for base, content in files.items()]
        for options in ({}, {"format": FORMATS[name].format}):
            try:
                source = opened(*sources, **options)
                preview = source.preview()
                items = [item for _, item in source.rollouts()]
            except UserError:
                continue
            except Exception as problem:
                raise AssertionError(json.dumps(files)) from problem
            assert all(isinstance(item, Rollout | RowError | Duplicate) for item in items)
            assert preview.report.is_complete
