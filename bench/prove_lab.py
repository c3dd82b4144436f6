"""How often the lab's intervals hold a known truth, and how often its tests find what is not there.

`python -m bench.prove_lab [--sets N] [--only NAME]... [--minutes N] [--fresh] [--write]`. Counts are kept data set by
data set in `--cache`, from which a run that was stopped goes on; `--write` makes analysis/psychometrics/rates.json of
them, and the lab's part of docs/proofs.md. Ends with 1 where a row is out of 93 to 97 %, or above its level, by more
than chance from 40 models on. Knows no statistic.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.measures.coverage import written as written_measures
from analysis.psychometrics import rates
from bench.proofs.lab import SIMULATIONS
from bench.proofs.lab_page import out_of
from bench.proofs.report import PAGE, page

CACHE = Path(__file__).resolve().parents[1] / ".bench" / "lab_proofs.jsonl"
SETS, BLOCK = 500, 10


class Line(NamedTuple):
    """A block of one simulation with so many models, and its counts by row."""

    task: tuple[str, int, int]
    counts: dict[str, list[float]]


def tasks(names: Sequence[str], n_sets: int) -> Iterator[tuple[str, int, int]]:
    """Simulation, number of models and block, the first block of all before the second of any."""
    for block in range(int(np.ceil(2 * n_sets / BLOCK))):
        for name in names:
            if block * BLOCK < SIMULATIONS[name].share * n_sets:
                yield from ((name, size, block) for size in SIMULATIONS[name].sizes)


def counted(name: str, size: int, block: int) -> dict[str, list[float]]:
    """Counts by row over the block's data sets."""
    sums: dict[str, list[float]] = {}
    for place in range(BLOCK):
        rng = np.random.default_rng([sorted(SIMULATIONS).index(name), size, block, place])
        for row, count in SIMULATIONS[name].counted(size, rng).items():
            sums[row] = [a + b for a, b in zip(sums.get(row, [0.0, 0, 0]), count, strict=True)]
    return sums


def run(names: Sequence[str], n_sets: int, cache: Path, until: float) -> None:
    done = {line.task for line in _lines(cache)}
    cache.parent.mkdir(parents=True, exist_ok=True)
    for task in tasks(names, n_sets):
        if time.monotonic() > until:
            return
        if task not in done:
            with cache.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"task": task, "counts": counted(*task)}) + "\n")


def summed(cache: Path) -> dict[str, dict[str, list[float]]]:
    """By row and number of models, in the order of the rows."""
    found: dict[str, dict[str, list[float]]] = {}
    for line in _lines(cache):
        for row, count in line.counts.items():
            of_row = found.setdefault(row, {})
            size = str(line.task[1])
            of_row[size] = [a + b for a, b in zip(of_row.get(size, [0.0, 0, 0]), count, strict=True)]
    return {
        row: {size: [round(hits, 3), int(n), int(none)] for size, (hits, n, none) in found[row].items()}
        for row in rates.ROWS
        if row in found
    }


def _lines(cache: Path) -> list[Line]:
    lines = cache.read_text(encoding="utf-8").splitlines() if cache.exists() else []
    return [Line(tuple(read["task"]), read["counts"]) for read in map(json.loads, lines)]


def write(cache: Path) -> None:
    """Rows that were not counted this time keep what the file says of them."""
    data = {row: counts for row, counts in ({**rates.written(), **summed(cache)}).items() if row in rates.ROWS}
    lines = [f"{json.dumps(row)}: {json.dumps(data[row])}" for row in rates.ROWS if row in data]
    rates.FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    rates.written.cache_clear()
    from bench.prove import SIMULATIONS as MEASURES

    labels = {name: MEASURES.label(name) for name in MEASURES}
    required = {name: MEASURES[name].required for name in MEASURES}
    PAGE.write_text("\n".join(page(written_measures(), labels, required)) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.prove_lab", description="Coverage and levels of the lab.")
    parser.add_argument("--only", action="append", choices=list(SIMULATIONS))
    parser.add_argument("--sets", type=int, default=SETS, help="data sets of each simulation and number of models")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where counts are kept")
    parser.add_argument("--fresh", action="store_true", help="forget what was kept")
    parser.add_argument("--write", action="store_true", help="write the report from all that is kept")
    asked = parser.parse_args(arguments)
    if asked.fresh:
        asked.cache.unlink(missing_ok=True)
    run(asked.only or list(SIMULATIONS), asked.sets, asked.cache, time.monotonic() + 60 * asked.minutes)
    if asked.write:
        write(asked.cache)
    out = list(out_of(summed(asked.cache)))
    for line in out:
        print(line, file=sys.stderr)
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
