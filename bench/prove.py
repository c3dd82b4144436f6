"""How often 95 % intervals hold a truth that is known, and how often paired tests reject where nothing differs.

`python -m bench.prove [--only NAME]... [--sets N] [--problems N]... [--jobs N] [--minutes N] [--fresh] [--write]`. One
fixed grid: 20, 100, 300 and 1,000 problems, two clusterings, two base rates, seeded. Counts are kept block by block in
`--cache`, from which a run that was stopped goes on; `--write` makes docs/proofs.md and the measures' data file of
them. Ends with 1 where a row of which 93 to 97 % is asked, or a test, is out by more than chance. Knows no measure.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from analysis.registry import Entry, Registry
from bench.proofs.base import SAMPLES, Design, Simulation
from bench.proofs.counting import covered, rejected
from bench.proofs.kept import CACHE, Block, Kept
from bench.proofs.levels import NULLS
from bench.proofs.report import write
from bench.proofs.truths import truth_of

SIMULATIONS: Registry[Simulation] = Registry(
    "simulation",
    {
        "self_correction": Entry("Self-correction", "bench.proofs.correction:SIMULATION"),
        "forms": Entry("Two forms of the same items", "bench.proofs.correction:FORMS_OF_ITEMS"),
        "rounds": Entry("Round by round", "bench.proofs.correction:ROUNDS"),
        "calibration": Entry("Calibration", "bench.proofs.calibration:SIMULATION"),
        "calibration_change": Entry("Calibration before and after", "bench.proofs.calibration:CHANGE"),
        "recalibration": Entry("Recalibration on other problems", "bench.proofs.calibration:RECALIBRATION"),
        "lengths": Entry("Bins of length", "bench.proofs.lengths:SIMULATION"),
        "sampling": Entry("Eight samples of a problem", "bench.proofs.sampling:SIMULATION"),
        "layers": Entry("Answers of a model's layers", "bench.proofs.sampling:LAYERS"),
        "compare": Entry("Two arms", "bench.proofs.sampling:ARMS"),
        "reading": Entry("Candidates, tokens and answers", "bench.proofs.reading:SIMULATION"),
        "problem_sets": Entry("Averages over four problem sets", "bench.proofs.reading:MACRO"),
        "length_matched": Entry("Reflecting at equal length", "bench.proofs.reflection:LENGTHS"),
        "question_stop": Entry("A rule learnt from questions", "bench.proofs.reflection:QUESTIONS"),
        "mined_phrases": Entry("A planted phrase", "bench.proofs.reflection:PLANTED_PHRASE"),
    },
)
PROBLEMS, CONCENTRATIONS, BASE_RATES = (20, 100, 300, 1000), (2.0, 20.0), (0.3, 0.8)
SETS, BLOCK = 1000, 50
"""Data sets of a design, and how many of them are drawn from one seed."""
EXTRA = 1000
"""The first block of those in which only required rows are counted."""


class Task(NamedTuple):
    """One block of one simulation or null on one design."""

    name: str
    design: Design
    block: int
    n_sets: int

    @property
    def is_extra(self) -> bool:
        return self.block >= EXTRA


def designs(problems: Sequence[int] = PROBLEMS, n_samples: int = SAMPLES) -> list[Design]:
    return [Design(n, c, rate, n_samples) for n in problems for c in CONCENTRATIONS for rate in BASE_RATES]


def designs_of(name: str, problems: Sequence[int] = PROBLEMS) -> list[Design]:
    if name in NULLS:
        null = NULLS[name]
        return [d for d in designs(problems, null.n_samples) if null.only in (None, d.base_rate)]
    return designs(problems, SIMULATIONS[name].n_samples)


def tasks(names: Sequence[str], problems: Sequence[int], n_sets: int, first: int = 0) -> Iterator[Task]:
    """All blocks, the first of every design before the second of any, so that a run that is stopped has some of all."""
    for block in range(-(-n_sets // BLOCK)):
        for name in names:
            for design in designs_of(name, problems):
                yield Task(name, design, first + block, min(BLOCK, n_sets - block * BLOCK))


def counted(task: Task) -> Block:
    name, design, block, n_sets = task
    if name in NULLS:
        counts = {name: rejected(name, NULLS[name], design, block, n_sets)}
    else:
        simulation = SIMULATIONS[name]
        truth = truth_of(name, simulation, design)
        asked = {row: truth[row] for row in sorted(simulation.required)} if task.is_extra else truth
        counts = covered(name, simulation, asked, design, block, n_sets)
    return Block(name, design, block, n_sets, counts)


def run(waiting: Sequence[Task], kept: Kept, jobs: int, until: float) -> None:
    """Counts what is waiting, until the time is up."""
    if jobs == 1:
        for task in waiting:
            if time.monotonic() > until:
                return
            kept.add(counted(task))
        return
    with ProcessPoolExecutor(jobs) as pool:
        for start in range(0, len(waiting), 4 * jobs):
            if time.monotonic() > until:
                return
            for block in pool.map(counted, waiting[start : start + 4 * jobs]):
                kept.add(block)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.prove", description="Coverage of intervals, level of tests.")
    known = [*SIMULATIONS, *NULLS]
    parser.add_argument("--only", action="append", choices=known, metavar="NAME", help=", ".join(known))
    parser.add_argument("--problems", action="append", type=int, choices=PROBLEMS, help="designs of this size only")
    parser.add_argument("--sets", type=int, default=SETS, help="data sets of each design")
    parser.add_argument(
        "--required", action="store_true", help="more data sets, for the rows of which 93-97 % is asked"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where counts are kept")
    parser.add_argument("--fresh", action="store_true", help="forget what was kept of the named ones")
    parser.add_argument("--write", action="store_true", help="write the report from all that is kept")
    return parser


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    names, problems = asked.only or [*SIMULATIONS, *NULLS], asked.problems or PROBLEMS
    kept = Kept.at(asked.cache)
    if asked.fresh:
        kept.forget(names)
    if asked.required:
        names = [name for name in names if name in SIMULATIONS and SIMULATIONS[name].required]
    wanted = tasks(names, problems, asked.sets, EXTRA if asked.required else 0)
    waiting = [task for task in wanted if not kept.has(task.name, task.design, task.block)]
    run(waiting, kept, asked.jobs, time.monotonic() + 60 * asked.minutes)
    required = {name: SIMULATIONS[name].required for name in SIMULATIONS}
    out = list(kept.out(required))
    for line in out:
        print(line, file=sys.stderr)
    if asked.write:
        write(kept, {name: SIMULATIONS.label(name) for name in SIMULATIONS}, required)
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
