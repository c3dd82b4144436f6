"""From stored to analysed: rollouts a second, and the processor time of each stage, against bare reading of the texts.

Distinct real rollouts of AFTERTHOUGHT_SHARED (math-r1-1p5b-temps) on the embedded database, in its own folder.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.pipeline import ROOT, laps, real_rows

N_ROLLOUTS = 1500
STAGES = """
import os, time
from pathlib import Path
from analysis.answers.extract import DEFAULT, EXTRACTORS
from apps.accounts.services import create_project
from apps.core import blobs
from apps.traces.models import Collection
from apps.traces.services import imports
from apps.traces.services.analyses import BATCH, ensured_analysis
from apps.traces.services.attempts import attempts_after
draft = imports.create_draft(project=create_project(name="bench", owner=None), user=None)
with Path({path!r}).open("rb") as file:
    imports.add_upload(reading=draft, name="rollouts.jsonl", chunks=blobs.chunks_of(file))
collection = imports.confirm(reading=draft, wake=False)
imports.execute(import_id=draft.pk)
def spent():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
def lap(name):
    global wall, cpu
    print(name + " wall", time.perf_counter() - wall, flush=True)
    print(name + " cpu", spent() - cpu, flush=True)
    wall, cpu = time.perf_counter(), spent()
wall, cpu = time.perf_counter(), spent()
batch = attempts_after(collection, 0, BATCH)
texts = []
while batch:
    texts += [(attempt.read_text, attempt.problem) for attempt in batch]
    batch = attempts_after(collection, batch[-1].rollout.pk, BATCH)
n_lines = sum(len(text.split("\\n")) for text, _ in texts)
lap("texts read and cut into lines")
for text, problem in texts:
    EXTRACTORS[DEFAULT](text, problem)
lap("candidates found, in one process")
ensured_analysis(collection=collection)
lap("analysed, from stored texts to the features file")
print("characters wall", sum(len(text) for text, _ in texts), flush=True)
"""


def write_file(path: Path, shared: Path) -> int:
    """Distinct rollouts; how many."""
    texts = {row["response"]: row for row in real_rows(shared)}
    chosen = list(texts.values())[:N_ROLLOUTS]
    lines = (json.dumps({"id": f"r{number}", "sample": number, **row}) for number, row in enumerate(chosen))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(chosen)


def rows() -> list[dict[str, str | float]]:
    """One row a stage: what it took, and how many times the bare reading of the texts."""
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        path = Path(folder) / "rollouts.jsonl"
        n = write_file(path, shared)
        return table(laps(STAGES.format(path=str(path)), Path(folder) / "home"), n)


def table(found: Sequence[tuple[str, float]], n: int) -> list[dict[str, str | float]]:
    """Rows from "STAGE wall" and "STAGE cpu" seconds for `n` rollouts; the first stage is what others are compared to.

    >>> pairs = [("a wall", 1.0), ("a cpu", 0.5), ("b wall", 4.0), ("b cpu", 5.0), ("characters wall", 3000.0)]
    >>> table(pairs, 100)[1]["rollouts/s"], table(pairs, 100)[1]["times the first"]
    (25.0, 10.0)
    """
    taken = dict(found)
    characters = taken.pop("characters wall") / n
    names = [name.removesuffix(" wall") for name in taken if name.endswith(" wall")]
    bare = taken[f"{names[0]} cpu"]
    return [
        {
            "stage": name,
            "characters a text": characters,
            "rollouts/s": n / taken[f"{name} wall"],
            "CPU s per 1,000": 1000 * taken[f"{name} cpu"] / n,
            "times the first": taken[f"{name} cpu"] / bare,
        }
        for name in names
    ]
