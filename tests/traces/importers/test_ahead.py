"""An upload read in a process of its own gives what it gives here, and says so when that process dies."""

import io
import json
import os
import signal
from pathlib import Path

import pytest

from apps.traces.importers.ahead import Ahead, Given, Here, Pen, ReadingFailed, ReadingRefused
from apps.traces.importers.packed import Packed
from apps.traces.importers.report import RowError

ROW = {"model": "m", "problem": "What is 1 + 1?", "answer": "2", "response": "<think>a\u2028é</think>2"}


def given(path: Path, start: tuple[int, int] = (0, 0)) -> Given:
    return Given([(path.name, str(path), path.stat().st_size)], "auto", None, {}, {}, {}, start)


def written(path: Path, n: int, response: str = ROW["response"]) -> Path:
    rows = [{"id": f"r{number}", **ROW, "sample": number, "response": response} for number in range(n)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"id": "bad", "model": "m"}\n')
    return path


def test_ahead_and_here_give_the_same_items_in_the_same_order(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", 300)
    here, ahead = Here(given(file)), Ahead(given(file))
    items = list(here.items())
    assert items == list(ahead.items())
    assert [type(item) for _, item in items] == [Packed] * 300 + [RowError]
    assert tuple(here.ending) == tuple(ahead.ending)
    assert here.share == ahead.share == 1.0


def test_long_texts_come_compressed_whoever_compressed_them(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", 300, "<think>a\u2028é</think>" + "so it is 2. " * 40)
    items = list(Ahead(given(file)).items())
    assert items == list(Here(given(file)).items())


def test_the_reading_process_has_time_to_compress_once_sixteen_frames_wait() -> None:
    pen = Pen(io.BytesIO())
    for _ in range(15):
        pen.put(("items", (0.5, [])))
    assert not pen.is_well_ahead()
    pen.put(("items", (0.5, [])))
    assert pen.is_well_ahead()


def test_reading_ahead_starts_where_it_is_told(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", 300)
    assert list(Ahead(given(file, (0, 250))).items()) == list(Here(given(file)).items())[250:]


def test_files_that_cannot_be_read_are_refused_in_the_words_of_the_reader(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_bytes(b"")
    with pytest.raises(ReadingRefused, match=r"empty\.jsonl: an empty file"):
        list(Ahead(given(file)).items())


def test_a_reading_process_that_is_killed_is_an_error_and_no_early_end(tmp_path: Path) -> None:
    # 20,000 rows are far more than a pipe holds, so the child still writes when it is killed.
    items = Ahead(given(written(tmp_path / "rows.jsonl", 20_000))).items()
    next(items)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for child in children:
        if b"apps.traces.importers.ahead" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    with pytest.raises(ReadingFailed):
        list(items)


def test_a_reader_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    items = Ahead(given(written(tmp_path / "rows.jsonl", 20_000))).items()
    next(items)
    items.close()  # type: ignore[attr-defined]
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert not [c for c in children if b"importers.ahead" in Path(f"/proc/{c}/cmdline").read_bytes()]
