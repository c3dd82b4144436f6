"""From stored to analysed: rollouts a second, and the processor time of each stage, against bare reading of the texts.

Real rollouts of AFTERTHOUGHT_SHARED (math-r1-1p5b-temps) on the embedded database, in its own folder, from a cold
start: 1,500 distinct ones, and 6,000 of which those after the distinct ones are the same with a line more. What both
sizes take alike is the start: of the readers, of the symbolic grader (its parser learns as it goes, and what was graded
once is known), and of the dashboard's measures; what the larger takes more is the cost of each rollout.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from itertools import count, islice
from pathlib import Path

from bench.pipeline import ROOT, laps, real_rows

FEW, MANY = 1500, 6000
READ, ANALYSED = "texts read and cut into lines", "analysed, from stored texts to the features file"
CHARACTERS = "characters wall"
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
lap({read!r})
for text, problem in texts:
    EXTRACTORS[DEFAULT](text, problem)
lap("candidates found, in one process")
ensured_analysis(collection=collection)
lap({analysed!r})
print("characters wall", sum(len(text) for text, _ in texts), flush=True)
"""


def write_file(path: Path, shared: Path, n: int) -> None:
    """A file of `n` rollouts, the distinct ones first."""
    distinct = list({row["response"]: row for row in real_rows(shared)}.values())
    texts = ((row, f"\n\nOnce more, {times}." if times else "") for times in count() for row in distinct)
    with path.open("w", encoding="utf-8") as file:
        for number, (row, more) in enumerate(islice(texts, n)):
            file.write(json.dumps({"id": f"r{number}", "sample": number, **row, "response": row["response"] + more}))
            file.write("\n")


def rows() -> list[dict[str, str | float]]:
    """One row a stage and size, then the analysis taken apart into its start and its rollouts."""
    few, many = dict(timed(FEW)), dict(timed(MANY))
    return [*table(few, FEW), *table(many, MANY), *apart(few, many)]


def timed(n: int) -> Sequence[tuple[str, float]]:
    """The laps of STAGES over `n` rollouts."""
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        path = Path(folder) / "rollouts.jsonl"
        write_file(path, shared, n)
        return laps(STAGES.format(path=str(path), read=READ, analysed=ANALYSED), Path(folder) / "home")


def table(found: dict[str, float], n: int) -> list[dict[str, str | float]]:
    """Rows from "STAGE wall" and "STAGE cpu" seconds for `n` rollouts; the first stage is what others are compared to.

    >>> found = {"a wall": 1.0, "a cpu": 0.5, "b wall": 4.0, "b cpu": 5.0, "characters wall": 3000.0}
    >>> table(found, 100)[1]["rollouts/s"], table(found, 100)[1]["times the first"]
    (25.0, 10.0)
    """
    names = [name.removesuffix(" wall") for name in found if name.endswith(" wall") and name != CHARACTERS]
    bare = found[f"{names[0]} cpu"]
    return [
        row(name, n, found[CHARACTERS] / n, found[f"{name} wall"], found[f"{name} cpu"], bare / n) for name in names
    ]


def apart(few: dict[str, float], many: dict[str, float]) -> list[dict[str, str | float]]:
    """What each rollout beyond the first FEW takes, and what is left of the time of those: the start.

    >>> few, many = ({f"{ANALYSED} wall": s, f"{ANALYSED} cpu": s, f"{READ} cpu": 1.0} for s in (20.0, 50.0))
    >>> each, start = apart(few | {CHARACTERS: 0.0}, many | {CHARACTERS: 0.0})
    >>> each["rollouts/s"], start["seconds"]
    (150.0, 10.0)
    """
    wall, cpu = (many[f"{ANALYSED} {clock}"] - few[f"{ANALYSED} {clock}"] for clock in ("wall", "cpu"))
    share = FEW / (MANY - FEW)
    first_wall, first_cpu = few[f"{ANALYSED} wall"] - share * wall, few[f"{ANALYSED} cpu"] - share * cpu
    characters, bare = many[CHARACTERS] / MANY, many[f"{READ} cpu"] / MANY
    each = row("of these: each rollout", MANY - FEW, characters, wall, cpu, bare)
    start = row("of these: the start", FEW, characters, first_wall, first_cpu, bare)
    return [each, start | dict.fromkeys(("rollouts", "rollouts/s", "CPU s per 1,000", "times the first"), "")]


def row(
    stage: str, n: int, characters: float, seconds: float, cpu_seconds: float, bare: float
) -> dict[str, str | float]:
    """`bare`: processor seconds of reading one text."""
    return {
        "stage": stage,
        "rollouts": n,
        "characters a text": characters,
        "seconds": seconds,
        "CPU seconds": cpu_seconds,
        "rollouts/s": n / seconds,
        "CPU s per 1,000": 1000 * cpu_seconds / n,
        "times the first": cpu_seconds / n / bare,
    }
