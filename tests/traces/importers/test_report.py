"""What is said of each file: truncated, reasoning stripped or inline, error rows, duplicates, no rollouts."""

import json

from apps.traces.importers.report import FileCounts

from .containers import zipped
from .samples import opened, own_row, rollouts, text_file


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_each_file_has_its_own_counts() -> None:
    inline = own_row(reasoning=None, response="<think>One and one.</think>2")
    first = lines(
        {**inline, "id": "1"},
        {**inline, "id": "2", "response": "<think>One and"},
        {**inline, "id": "2", "response": "<think>One and"},
        {"id": "3", "model": "m"},
    )
    stripped = own_row(id="4", reasoning=None, n_reasoning_tokens=90)
    second = lines(stripped, own_row(id="5", reasoning=None, response=None, error="timeout"))
    plain = lines(own_row(id="6"))
    source = opened(
        text_file("all.zip", zipped({"a.jsonl": first, "b.jsonl": second, "c.jsonl": plain, "d.md": b"# x"}))
    )
    assert len(rollouts(source)) == 5
    assert source.report.file_remarks() == [
        ("all.zip/a.jsonl", "1 truncated, reasoning inline in 2, 1 duplicate left out, 1 row with an error"),
        ("all.zip/b.jsonl", "reasoning stripped in 1, 1 that say they failed"),
    ]
    assert [file.name for file in source.detection.files if file.not_rollouts] == ["all.zip/d.md"]


def test_counts_of_files_add_up_to_those_of_the_upload() -> None:
    source = opened(
        text_file("a.jsonl", lines(own_row(id="1"), own_row(id="2"))), text_file("b.jsonl", lines(own_row(id="3")))
    )
    rollouts(source)
    together = FileCounts()
    for counts in source.report.files.values():
        together = together.added(counts)
    assert (together.rollouts, together.sources) == (source.report.rollouts, source.report.sources) == (3, {"field": 3})


def test_nothing_is_said_of_a_file_of_which_nothing_is_to_be_said() -> None:
    assert FileCounts(1_000, sources={"field": 900, "none": 100}).remark() == ""
