"""From a dropped file to a complete dashboard: 3,000 real rollouts, stage by stage, against bare reading of the file.

Real traces of AFTERTHOUGHT_SHARED repeated under new ids, about 15 MB, on the embedded database, in its own folder.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
N_ROLLOUTS = 3000
NO_VARIABLES: Mapping[str, str] = {}
STAGES = """
import time
from pathlib import Path
import numpy as np
import polars as pl
from analysis.measures import MEASURES
from analysis.measures.base import compute_all
from apps.accounts.services import create_project
from apps.core import blobs
from apps.traces.services import imports
from apps.traces.services.analyses import ensured_analysis
began = time.perf_counter()
def lap(name):
    print(name, time.perf_counter() - began, flush=True)
draft = imports.create_draft(project=create_project(name="bench", owner=None), user=None)
with Path({path!r}).open("rb") as file:
    imports.add_upload(reading=draft, name="rollouts.jsonl", chunks=blobs.chunks_of(file))
lap("kept")
imports.source_of(draft).preview()
lap("previewed")
collection = imports.confirm(reading=draft, wake=False)
imports.execute(import_id=draft.pk)
lap("stored and listed")
analysis = ensured_analysis(collection=collection)
lap("analysed")
frame = pl.read_parquet(blobs.path_of(analysis.features))
compute_all(list(MEASURES), frame, ["model"], rng=np.random.default_rng(0))
lap("measured")
"""


def real_rows(shared: Path) -> Iterator[dict[str, Any]]:
    """Rows of real traces in the upload format."""
    folder = shared / "data" / "math-r1-1p5b-temps"
    for path in sorted(folder.glob("math_cot_results*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            prompt, _, completion = row["generated_cot"].partition("<think>")
            yield {
                "problem_id": row["problem_id"],
                "problem": row["problem_text"],
                "answer": row["ground_truth_solution"],
                "model": path.stem,
                "prompt": prompt,
                "response": "<think>" + completion,
            }


def write_file(path: Path, shared: Path) -> int:
    """The file to be dropped; its size in bytes."""
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(islice(cycle(list(real_rows(shared))), N_ROLLOUTS)):
            sample = {"id": f"r{number}", "sample": number, **row}
            file.write(json.dumps(sample, ensure_ascii=False) + "\n")
    return path.stat().st_size


def bare_seconds(path: Path) -> float:
    """Reading and parsing the file, and nothing else: what every stage is compared with."""
    began = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - began


def laps(code: str, home: Path, variables: Mapping[str, str] = NO_VARIABLES) -> Sequence[tuple[str, float]]:
    """What the code prints, "name number" a line, run by the site's own shell with a state folder of its own."""
    environment = {**os.environ, "AFTERTHOUGHT_HOME": str(home), **variables}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    done = subprocess.run(
        [*manage, "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    pairs = (line.rpartition(" ") for line in done.stdout.splitlines())
    return [(name, float(seconds)) for name, _, seconds in pairs]


def rows() -> list[dict[str, str | float]]:
    """One row a stage: seconds, seconds since the drop, rollouts a second, and times a bare read of the file."""
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        path = Path(folder) / "rollouts.jsonl"
        size = write_file(path, shared)
        bare = bare_seconds(path)
        found = laps(STAGES.format(path=str(path)), Path(folder) / "home")
    table: list[dict[str, str | float]] = []
    before = 0.0
    for name, since_drop in found:
        seconds = since_drop - before
        table.append(
            {
                "stage": name,
                "MB": size / 1e6,
                "seconds": seconds,
                "since the drop": since_drop,
                "rollouts/s": N_ROLLOUTS / seconds,
                "times a bare read": seconds / bare,
            }
        )
        before = since_drop
    return table
