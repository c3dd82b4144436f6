"""Columns, frames and formats of tables that leave as files: what is written in one format is read in every other."""

import csv
import doctest
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from apps.core.tables import cells, columns, dictionary
from apps.core.tables.columns import Column, Kind, frame_of
from apps.core.tables.dictionary import dictionary_csv, dictionary_of
from apps.core.tables.formats import FORMATS, UnknownFormatError, begun, get_format
from apps.core.tables.zipped import Member, zip_parts
from apps.traces.importers.tables import restore_neutralised

EVERY_KIND = (
    Column("text", Kind.TEXT, "a text"),
    Column("whole", Kind.WHOLE, "a count", "things", "not counted"),
    Column("number", Kind.NUMBER, "a number"),
    Column("is", Kind.YES_NO, "whether"),
    Column("at", Kind.TIME, "when", "UTC"),
    Column("json", Kind.JSON, "anything"),
    Column("texts", Kind.TEXTS, "some texts"),
    Column("wholes", Kind.WHOLES, "some counts"),
    Column("numbers", Kind.NUMBERS, "some numbers"),
)
AT = datetime(2026, 11, 23, 19, 0, 0, 250_000, UTC)
ROWS: list[tuple[Any, ...]] = [
    ("=1+1", 2**53 + 1, 0.1, 1, AT, '{"a": -1}', ["=x", 'a"b'], [1, -2], [0.1, 1e-300]),
    ('a,"b"\n\r c\u2028é', -3, -1e300, 0, "2026-11-23 19:00:00.250000", "-5", [], [], []),
    ("", 0, 1 / 3, 0, AT, "null", ["", None], [None], [2.5]),
    (None,) * 9,
]


def written(form: str, rows: list[tuple[Any, ...]] = ROWS) -> bytes:
    return b"".join(FORMATS[form].parts([frame_of(EVERY_KIND, rows[:2]), frame_of(EVERY_KIND, rows[2:])], EVERY_KIND))


def test_the_examples_run_as_written() -> None:
    assert [doctest.testmod(module).failed for module in (cells, columns, dictionary)] == [0, 0, 0]


def test_every_format_holds_the_same_values() -> None:
    frame = pq.read_table(io.BytesIO(written("parquet"))).to_pylist()
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    table = list(csv.DictReader(io.StringIO(written("csv").decode(), newline="")))
    assert len(frame) == len(lines) == len(table) == len(ROWS)
    for exact, line, cell in zip(frame, lines, table, strict=True):
        same = ("text", "whole", "number", "is", "texts", "wholes", "numbers")
        assert {name: line[name] for name in same} == {name: exact[name] for name in same}
        assert line["json"] == (None if exact["json"] is None else json.loads(exact["json"]))
        assert (line["at"] or "") == cell["at"] == ("" if exact["at"] is None else "2026-11-23T19:00:00.250000Z")
        assert restore_neutralised(cell["text"]) == (exact["text"] or "")
        assert cell["whole"] == ("" if exact["whole"] is None else str(exact["whole"]))
        assert (float(cell["number"]) if cell["number"] else None) == exact["number"]
        assert cell["is"] == {True: "true", False: "false", None: ""}[exact["is"]]
        for name in ("texts", "wholes", "numbers"):
            assert (json.loads(cell[name]) if cell[name] else None) == exact[name]


def test_an_empty_text_is_told_from_none_in_csv() -> None:
    *_, empty, none = written("csv").split(b"\n")[:-1]
    assert empty.startswith(b'"",0,')
    assert none == b"," * 8


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_a_text_that_begins_a_formula_is_neutralised_and_comes_back(text: str) -> None:
    column = [Column("a", Kind.TEXT, "a text")]
    body = b"".join(FORMATS["csv"].parts([frame_of(column, [(text,)])], column)).decode()
    (row,) = csv.DictReader(io.StringIO(body, newline=""))
    assert row["a"] == f"'{text}"
    assert restore_neutralised(row["a"]) == text


@pytest.mark.parametrize("text", ["1", "a=1", ";", "'=1", "<", "A"])
def test_other_texts_and_numbers_stay_as_they_are(text: str) -> None:
    both = [Column("a", Kind.TEXT, "a text"), Column("n", Kind.NUMBER, "a number")]
    body = b"".join(FORMATS["csv"].parts([frame_of(both, [(text, -1.5)])], both)).decode()
    (row,) = csv.DictReader(io.StringIO(body, newline=""))
    assert row == {"a": text, "n": "-1.5"}


def test_a_number_without_end_is_the_same_word_in_csv_and_jsonl_and_itself_in_parquet() -> None:
    column = [Column("n", Kind.NUMBER, "a number")]
    frame = frame_of(column, [(float("inf"),), (float("-inf"),), (1.0,), (None,)])
    assert b"".join(FORMATS["csv"].parts([frame], column)) == b"n\ninf\n-inf\n1.0\n\n"
    lines = b"".join(FORMATS["jsonl"].parts([frame], column)).splitlines()
    assert [json.loads(line)["n"] for line in lines] == ["inf", "-inf", 1.0, None]
    table = pq.read_table(io.BytesIO(b"".join(FORMATS["parquet"].parts([frame], column))))
    assert table["n"].to_pylist() == [float("inf"), float("-inf"), 1.0, None]


def test_fields_of_parquet_carry_the_dictionary() -> None:
    field = pq.read_schema(io.BytesIO(written("parquet"))).field("whole")
    told = {b"kind": b"whole number", b"meaning": b"a count", b"unit": b"things", b"missing": b"not counted"}
    assert field.metadata.items() >= told.items()


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_are_a_file_with_a_head(form: str) -> None:
    body = b"".join(FORMATS[form].parts([], EVERY_KIND))
    names = [column.name for column in EVERY_KIND]
    if form == "csv":
        assert body.decode() == ",".join(names) + "\n"
    elif form == "parquet":
        assert pq.read_table(io.BytesIO(body)).column_names == names
    else:
        assert body == b""


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownFormatError, match="there is no format 'xlsx'; there are: csv, jsonl, parquet"):
        get_format("xlsx")


def test_a_dictionary_says_kind_unit_meaning_and_what_is_missing() -> None:
    told = dictionary_of("things", "a thing", EVERY_KIND)
    assert (told["table"], told["row"]) == ("things", "a thing")
    assert told["columns"][1] == {
        "column": "whole", "type": "whole number", "unit": "things", "meaning": "a count", "missing": "not counted",
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(dictionary_csv(EVERY_KIND).decode())))
    assert [row["column"] for row in table] == [column.name for column in EVERY_KIND]


def test_a_zip_is_written_while_it_is_read() -> None:
    read: list[str] = []

    def parts(name: str) -> Iterator[bytes]:
        for number in range(3):
            read.append(f"{name}{number}")
            yield f"{name}{number}".encode() * 50_000

    stream = zip_parts([Member("a", parts("a")), Member("b", parts("b"))])
    first = next(stream)
    assert read == ["a0"]
    with zipfile.ZipFile(io.BytesIO(first + b"".join(stream))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a", "b"]
        assert archive.read("b") == b"b0" * 50_000 + b"b1" * 50_000 + b"b2" * 50_000


def test_the_first_frame_is_read_before_anything_is_sent() -> None:
    def refusing() -> Iterator[pl.DataFrame]:
        yield from ()
        raise LookupError("nothing of the kind")

    with pytest.raises(LookupError, match="nothing of the kind"):
        begun(refusing())
