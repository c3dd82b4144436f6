"""Archives and columnar files with bytes changed, cut out or put in: an answer in words, never another exception."""

import gzip
import json
import random

import pyarrow as pa
import pytest

from analysis.errors import UserError
from apps.traces.importers.files import SourceFile

from .columns import arrow, parquet
from .containers import packed_entry, raw_zip, tarred, zipped, zstd
from .samples import opened, own_row, text_file

ROWS = [own_row(id=str(n), condition={"t": n}) for n in range(60)]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
TABLE = pa.Table.from_pylist(ROWS)
LOG = {"version": 2, "status": "success", "eval": {"task": "t", "task_id": "x", "model": "m"}}
SAMPLE = {"id": 1, "epoch": 1, "input": "q", "target": "2", "messages": [{"role": "assistant", "content": "2"}]}
WHOLE = {
    "zip": zipped({"a.jsonl": LINES, "b/c.jsonl": LINES}),
    "zip with zstandard": raw_zip(packed_entry("a.jsonl", LINES)),
    "gzip": gzip.compress(LINES),
    "zstandard": zstd(LINES),
    "tar": tarred({"a.jsonl": LINES}),
    "packed tar": gzip.compress(tarred({"a.jsonl": LINES})),
    "parquet": parquet(TABLE),
    "parquet of several groups": parquet(TABLE, compression="zstd", row_group_size=20),
    "arrow file": arrow(TABLE),
    "arrow stream": arrow(TABLE, is_stream=True, compression="lz4"),
    "inspect log": zipped(
        {"header.json": json.dumps(LOG).encode(), "samples/1_epoch_1.json": json.dumps(SAMPLE).encode()}
    ),
}


def damaged(content: bytes, rng: random.Random) -> bytes:
    """A copy with 1 to 20 changes, many of them near the end, where directories and footers stand."""
    found = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(len(found))
        at = max(0, len(found) - 1 - rng.randrange(400)) if rng.random() < 0.4 else at
        change = rng.randrange(4)
        if change == 0:
            found[at] = rng.randrange(256)
        elif change == 1:
            found[at : at + 4] = b"\xff" * 4
        elif change == 2 and len(found) > 100:
            del found[at : at + rng.randrange(1, 30)]
        else:
            found[at:at] = found[: rng.randrange(1, 60)]
    return bytes(found)


def read_all(file: SourceFile) -> int:
    """How many items a file gives; 0 where it is refused in words."""
    try:
        return sum(1 for _ in opened(file).rollouts())
    except UserError:
        return 0


@pytest.mark.parametrize("kind", WHOLE)
def test_damaged_files_are_read_in_part_or_refused_in_words(kind: str) -> None:
    rng = random.Random(f"damage to {kind}")
    counts = [read_all(text_file("f", damaged(WHOLE[kind], rng))) for _ in range(40)]
    assert read_all(text_file("f", WHOLE[kind])) > 0
    assert min(counts) == 0
