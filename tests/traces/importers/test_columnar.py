"""Parquet and Arrow files give the rows of the same JSON lines; what is broken or meant to break is said by name."""

import datetime
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analysis.errors import UserError
from apps.traces.importers.containers import arrow_bounds, columnar, parquet_bounds
from apps.traces.importers.containers.columnar import logical_bytes, read_columnar
from apps.traces.importers.containers.columnar_kinds import columnar_kind
from apps.traces.importers.raw import RawRow

from .columns import arrow, parquet, repeated
from .containers import zipped
from .samples import errors, jsonl, opened, own_row, rollouts, text_file

ROOT = Path(__file__).resolve().parents[3]
ROWS = [
    own_row(id=str(n), condition={"temperature": 0.5}, answer=["2", "two"], n_tokens=n, correct=n % 2 == 0)
    for n in range(700)
]
TABLE = pa.Table.from_pylist(ROWS)


def read(table: pa.Table, **options: Any) -> list[RawRow]:
    content = parquet(table, **options)
    return list(read_columnar(text_file("a.parquet", content), "parquet"))


def values(column: Any) -> list[object]:
    """What one column's values become, the same in Parquet and in Arrow."""
    table = pa.table({"x": column})
    found = [row.value["x"] for row in read(table)]
    file = text_file("a.arrow", arrow(table))
    assert [row.value["x"] for row in read_columnar(file, "arrow file")] == found
    return found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.parquet", parquet(TABLE)),
        ("a.parquet", parquet(TABLE, row_group_size=90, compression="zstd")),
        ("a.parquet", parquet(TABLE, compression="gzip", use_dictionary=False, data_page_version="2.0")),
        ("a.parquet", parquet(TABLE, compression="none", data_page_size=100)),
        ("a.parquet", parquet(TABLE, use_dictionary=False, column_encoding={"id": "DELTA_BYTE_ARRAY"})),
        ("a.arrow", arrow(TABLE)),
        ("a.arrow", arrow(TABLE, is_stream=True)),
        ("a.feather", arrow(TABLE, compression="lz4")),
        ("a.arrow", arrow(TABLE, is_stream=True, compression="zstd")),
        ("a.zip", zipped({"data/a.parquet": parquet(TABLE)})),
        ("a.zip", zipped({"data/a.arrow": arrow(TABLE, is_stream=True)})),
    ],
)
def test_every_columnar_file_gives_the_rows_of_the_same_json_lines(name: str, content: bytes) -> None:
    source = opened(text_file(name, content))
    found = rollouts(source)
    assert found == rollouts(opened(jsonl(ROWS)))
    assert (len(found), source.report.errors) == (700, 0)


def test_reading_resumes_at_a_row() -> None:
    content = parquet(TABLE, row_group_size=90)
    whole = list(opened(text_file("a.parquet", content)).rollouts())
    assert list(opened(text_file("a.parquet", content)).rollouts(start=(0, 371))) == whole[371:]


def test_values_become_what_json_would_hold() -> None:
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5)
    assert values([moment, None]) == ["2024-01-02T03:04:05", None]
    assert values(pa.array([1_704_164_645_000_000_001], pa.timestamp("ns"))) == ["2024-01-02T03:04:05"]
    assert values([[{"at": moment}]]) == [[{"at": "2024-01-02T03:04:05"}]]
    assert values([datetime.date(2024, 1, 2)]) == ["2024-01-02"]
    assert values([Decimal("1.50")]) == ["1.50"]
    assert values(pa.array([[("k", 1), ("l", 2)], []], pa.map_(pa.string(), pa.int64()))) == [{"k": 1, "l": 2}, []]
    assert values(pa.array(["u", "v", "u"]).dictionary_encode()) == ["u", "v", "u"]
    assert values(pa.array(["u"], pa.large_string())) == ["u"]
    assert values([[1, 2], None]) == [[1, 2], None]
    assert values([{"a": {"b": [True]}}]) == [{"a": {"b": [True]}}]
    assert values(["a\x00b"]) == ["a\ufffdb"]
    assert values([b"text", "zwölf".encode()]) == ["text", "zwölf"]


def test_numbers_that_are_none_and_data_that_is_no_text_are_left_out_and_said() -> None:
    rows = read(pa.table({"x": [1.5, float("nan"), float("inf")], "y": [{"b": b"\xff\xfe"}, None, None]}))
    assert [row.value["x"] for row in rows] == [1.5, None, None]
    assert [row.note for row in rows] == [
        "y.b: data that is not text is left out", "NaN read as missing", "NaN read as missing",
    ]  # fmt: skip
    assert rows[0].value["y"] == {"b": None}


def test_a_text_that_is_no_utf_8_is_an_error_of_its_row_and_field() -> None:
    bad = pa.array([b"ok", b"\xff\xfe"], pa.binary()).view(pa.string())
    rows = read(pa.table({"id": ["1", "2"], "response": bad}))
    assert rows[0].value == {"id": "1", "response": "ok"}
    assert rows[1].error.startswith("the field response cannot be read ('utf-8' codec can't decode")


def test_columns_of_one_name_are_told_apart() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", "b"])
    assert read(table)[0].value == {"a": 1, "a (2)": 2, "b": 3}


def test_a_dataset_folder_is_its_shards_in_order_with_the_split_as_a_factor() -> None:
    halves = [TABLE.slice(0, 350), TABLE.slice(350)]
    files = [text_file(f"ds/data/train-0000{n}-of-00002.parquet", parquet(half)) for n, half in enumerate(halves)]
    about = text_file("ds/dataset_info.json", json.dumps({"features": {"id": {"dtype": "string"}}, "splits": {}}))
    readme = text_file("ds/README.md", "# A dataset\n")
    source = opened(about, *reversed(files), readme)
    found = rollouts(source)
    assert [rollout.external_id for rollout in found] == [str(n) for n in range(700)]
    assert {rollout.condition["split"] for rollout in found} == {"train"}
    others = {file.name: file for file in source.detection.files if file.not_rollouts}
    assert others["ds/dataset_info.json"].not_rollouts == "what a dataset says of itself (features, splits, licence)"
    assert all(file.attached for file in others.values())
    assert len(others) == 2


def test_a_dataset_saved_to_disk_is_read_the_same() -> None:
    shards = [
        text_file(f"ds/{split}/data-00000-of-00001.arrow", arrow(TABLE, is_stream=True)) for split in ("test", "train")
    ]
    about = [
        text_file("ds/dataset_dict.json", '{"splits": ["train", "test"]}'),
        *(text_file(f"ds/{split}/state.json", '{"_data_files": [{"filename": "x"}]}') for split in ("test", "train")),
        *(text_file(f"ds/{split}/dataset_info.json", '{"features": {"id": {}}}') for split in ("test", "train")),
    ]
    source = opened(*about, *shards)
    assert len(rollouts(source)) == 1_400
    assert sum(file.attached for file in source.detection.files) == 5
    assert [rollout.condition["split"] for rollout in rollouts(source)][::700] == ["test", "train"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.parquet", b"PAR1....", "the Parquet file is cut off"),
        ("a.parquet", parquet(TABLE)[:-20], "the Parquet file is cut off"),
        ("a.parquet", parquet(TABLE)[:-12] + b"\xff" * 4 + b"\xff\xff\x00\x00PAR1", "footer"),
        ("a.parquet", parquet(TABLE)[:-4] + b"PARE", "an encrypted Parquet file"),
        ("a.arrow", arrow(TABLE)[:3_000], "is cut off"),
        ("a.arrow", arrow(TABLE, is_stream=True)[:3_000], "is cut off"),
        ("a.arrow", b"ARROW1\x00\x00" + b"x" * 100, "the Arrow file is broken, or older than Arrow 0.15"),
        ("a.parquet", parquet(pa.table({f"c{n}": [1] for n in range(10_001)})), "a Parquet file of 10,001 columns"),
        ("a.arrow", arrow(pa.table({f"c{n}": [1] for n in range(10_001)})), "10,001 columns; at most 10,000"),
        ("a.parquet", parquet(TABLE.slice(0, 0)), "no rows"),
    ],
)
def test_broken_files_are_named_with_what_is_wrong(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        opened(text_file(name, content))


def nested(depth: int) -> pa.Table:
    column: Any = pa.array([1])
    for _ in range(depth):
        column = pa.StructArray.from_arrays([column], names=["x"])
    return pa.table({"x": column})


@pytest.mark.parametrize("depth", [101, 1_000])
def test_a_schema_that_is_too_deep_is_refused(depth: int) -> None:
    with pytest.raises(UserError, match="nested deeper than 100 levels"):
        opened(text_file("a.parquet", parquet(nested(depth))))


def test_a_page_that_is_broken_ends_the_reading_with_an_error_of_its_row() -> None:
    content = bytearray(parquet(TABLE, row_group_size=350, compression="none", use_dictionary=False))
    footer = int.from_bytes(content[-8:-4], "little") + 8
    at = bytes(content[:-footer]).rindex(b"What is 1+1?") - 4  # the length that stands before the last plain value
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    source = opened(text_file("a.parquet", bytes(content)))
    assert len(rollouts(source)) >= 350
    (error,) = errors(source)
    assert "a Parquet file that is broken here" in error.message
    assert error.row > 350


def test_pages_past_the_bound_are_refused_by_their_own_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_bounds, "MAX_PAGE", 1_000)
    with pytest.raises(UserError, match=r"row group 1: a page of .* unpacks to .* KB; at most 1000 bytes are read"):
        opened(text_file("a.parquet", parquet(TABLE, compression="zstd")))


def test_messages_of_an_arrow_file_past_the_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = arrow(pa.table({"id": ["1"], "response": ["x" * 100_000]}), compression="zstd")
    assert len(packed) < 5_000
    monkeypatch.setattr(arrow_bounds, "MAX_BODY", 50_000)
    with pytest.raises(UserError, match=r"message 2 unpacks to 97.* KB; at most 48.8 KB are read"):
        opened(text_file("a.arrow", packed))
    with pytest.raises(UserError, match="message 2 holds"):
        opened(text_file("a.arrow", arrow(TABLE)))


def test_lists_of_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_bounds, "MAX_VALUES", 1_000)
    table = pa.table({"id": [1], "x": [[None] * 5_000]})
    with pytest.raises(UserError, match=r"the lists of x\.list\.element hold 5,000 values"):
        opened(text_file("a.parquet", parquet(table)))


def test_a_row_that_is_too_large_is_an_error_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "MAX_ROW_BYTES", 100_000)
    rows = [own_row(id="1"), own_row(id="2", response="x" * 200_000), own_row(id="3")]
    source = opened(text_file("a.parquet", parquet(pa.Table.from_pylist(rows))))
    assert [rollout.external_id for rollout in rollouts(source)] == ["1", "3"]
    assert [(error.row, error.message) for error in errors(source)] == [
        (2, "a row of 195.4 KB; at most 97.7 KB are read"),
    ]  # fmt: skip


def test_sizes_are_those_of_values_spelt_out() -> None:
    # 8 bytes for each value or place, and the characters: 3 × (8 + 1,000), and once more 8 for the list.
    assert logical_bytes(repeated("x" * 1_000, 3)) == 3 * 1_008
    assert logical_bytes(repeated("x" * 1_000, 3, in_one_list=True)) == 3 * 1_008 + 8
    assert logical_bytes(pa.array([["ab"], None, ["c", "d"]])) == 3 * 8 + 3 * 8 + 4
    assert logical_bytes(pa.array([["ab"], None, ["c", "d"]]).slice(2, 1)) == 8 + 2 * 8 + 2
    assert logical_bytes(pa.array([{"a": "xyz", "b": 1}])) == 8 + (8 + 3) + 8


def bomb(name: str) -> pa.Table:
    if name == "one text of 4 MB in a million rows":
        return pa.table({"id": pa.array(range(1_000_000)), "response": repeated("x" * (4 << 20), 1_000_000)})
    if name == "a list that holds 1 MB a million times":
        return pa.table({"id": ["1"], "response": repeated("x" * (1 << 20), 1_000_000, in_one_list=True)})
    return pa.table({"id": ["1", "2"], "response": ["x" * (100 << 20), "y"]})


WITHIN = """
import re, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (1_200 << 20, 1_200 << 20))
from apps.traces.importers.files import SourceFile
from apps.traces.importers.readers import find_layout, read_rows
path = Path(sys.argv[1])
file = SourceFile(path.name, lambda: path.open("rb"), path.stat().st_size)
layout = find_layout(file)
errors = [row.error for row in read_rows(file, layout) if row.error]
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) >> 10, layout.words, errors[0], sep="|")
"""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("one text of 4 MB in a million rows", "its rows come to far more than its size, as a bomb's do"),
        ("a list that holds 1 MB a million times", "a row of 976.6 GB; at most 64 MB are read"),
        ("one value of 100 MB", "a row of 100 MB; at most 64 MB are read"),
    ],
)
def test_a_parquet_bomb_costs_bounded_memory(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / "bomb.parquet"
    path.write_bytes(parquet(bomb(name), compression="zstd", dictionary_pagesize_limit=1 << 30))
    assert path.stat().st_size < 6 << 20
    ran = subprocess.run(
        [sys.executable, "-c", WITHIN, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    peak, _, said = ran.stdout.strip().split("|")
    assert said.startswith(words)
    assert int(peak) < 700


def test_a_file_is_known_by_how_it_begins() -> None:
    assert columnar_kind(parquet(TABLE)) == "parquet"
    assert columnar_kind(arrow(TABLE)) == "arrow file"
    assert columnar_kind(arrow(TABLE, is_stream=True)) == "arrow stream"
    assert columnar_kind(b'{"id": 1}') == ""
