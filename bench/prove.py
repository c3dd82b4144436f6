"""`python -m bench.prove [NAME ...] [--sets N] [--write]`: how often 95 % intervals hold a truth that is known.

One fixed grid for every measure: 20, 100, 300 and 1,000 problems of four rollouts, two clusterings, two base rates,
seeded. Prints a table and ends with 1 where a row of which 93 to 97 % is asked (from 300 problems on) is out of it by
more than three standard errors; `--write` keeps the report as docs/proofs.md. Knows no measure.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.measures.base import compute_with
from analysis.registry import Entry, Registry
from analysis.resampling import Resampler
from bench.proofs.base import Design, Simulation

SIMULATIONS: Registry[Simulation] = Registry(
    "simulation",
    {
        "self_correction": Entry("Self-correction", "bench.proofs.correction:SIMULATION"),
        "rounds": Entry("Round by round", "bench.proofs.correction:ROUNDS"),
        "calibration": Entry("Calibration", "bench.proofs.calibration:SIMULATION"),
        "calibration_change": Entry("Calibration before and after", "bench.proofs.calibration:CHANGE"),
        "sampling": Entry("Several samples", "bench.proofs.sampling:SIMULATION"),
        "compare": Entry("Two arms", "bench.proofs.sampling:ARMS"),
    },
)
PROBLEMS, CONCENTRATIONS, BASE_RATES = (20, 100, 300, 1000), (2.0, 20.0), (0.3, 0.8)
SETS = 1000
LEAST, MOST = 0.93, 0.97
FROM = 300
SEED = 20251009
REPORT = Path(__file__).resolve().parent.parent / "docs" / "proofs.md"


class Cell(NamedTuple):
    """The coverage of one row in one design; `n_none` data sets gave no interval and count in neither."""

    design: Design
    name: str
    n_held: int
    n_sets: int
    n_none: int

    @property
    def share(self) -> float | None:
        return self.n_held / self.n_sets if self.n_sets else None

    def is_out(self, required: frozenset[str]) -> bool:
        """Whether a row of which it is asked is outside 93 to 97 % by more than chance."""
        if self.name not in required or self.design.n_problems < FROM or self.share is None:
            return False
        slack = [3 * (edge * (1 - edge) / self.n_sets) ** 0.5 for edge in (LEAST, MOST)]
        return not LEAST - slack[0] <= self.share <= MOST + slack[1]


def designs(problems: Sequence[int] = PROBLEMS) -> list[Design]:
    return [Design(n, c, rate) for n in problems for c in CONCENTRATIONS for rate in BASE_RATES]


def coverage(simulation: Simulation, design: Design, n_sets: int, seed: int = SEED) -> list[Cell]:
    """Of every row whose truth is known, over `n_sets` data sets."""
    rng = np.random.default_rng([seed, design.n_problems, int(design.concentration), int(100 * design.base_rate)])
    truth, resampler = simulation.truth(design), Resampler(rng)
    found = {name: [0, 0, 0] for name in truth}
    for _ in range(n_sets):
        frame = simulation.draw(design, rng)
        for row in compute_with(resampler, [simulation.measure], frame, (), simulation.settings)[simulation.measure]:
            if row.measure in truth:
                _count(found[row.measure], row.low, row.high, truth[row.measure])
    return [Cell(design, name, *counts) for name, counts in found.items()]


def _count(counts: list[int], low: float | None, high: float | None, truth: float) -> None:
    if low is None or high is None:
        counts[2] += 1
        return
    counts[0] += low - 1e-12 <= truth <= high + 1e-12
    counts[1] += 1


def tables(found: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
    """One Markdown table a measure: a line per row, a column per design."""
    for measure, cells in found.items():
        own = list(dict.fromkeys(cell.design for cell in cells))
        heads = [f"{d.n_problems} / {d.concentration:g} / {d.base_rate:g}" for d in own]
        yield f"\n## {measure}\n"
        yield f"| row | {' | '.join(heads)} |"
        yield "| --- |" + " ---: |" * len(own)
        for name in dict.fromkeys(cell.name for cell in cells):
            by_design = {cell.design: cell for cell in cells if cell.name == name}
            yield f"| {name} | {' | '.join(_text(by_design[design]) for design in own)} |"


def _text(cell: Cell) -> str:
    if cell.share is None:
        return "–"
    return f"{100 * cell.share:.1f}" + (f" ({cell.n_none} none)" if cell.n_none else "")


HEAD = """# Proofs

How often a 95 % interval holds the truth where the truth is known: in per cent of {sets} simulated data sets for each
column, which says problems / concentration / base rate. Problems have four rollouts each; their chances follow a Beta
law with this mean and a + b = concentration: at 2 problems differ much and rollouts of one are alike, at 20 they differ
little. With {sets} data sets a coverage of 95 % is known to ± {slack:.1f} points. "none" counts data sets that gave no
interval. `make prove` prints this page; which published numbers are met is said with each measure in measures.md.
"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.prove", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SIMULATIONS)}; all without")
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    found: dict[str, list[Cell]] = {}
    for name in asked.names or SIMULATIONS:
        found[name] = [cell for design in designs() for cell in coverage(SIMULATIONS[name], design, asked.sets)]
        print("\n".join(tables({name: found[name]})), flush=True)
    if asked.write:
        head = HEAD.format(sets=asked.sets, slack=196 * (0.95 * 0.05 / asked.sets) ** 0.5)
        REPORT.write_text(head + "\n".join(tables(found)) + "\n", encoding="utf-8")
    out = [(name, c) for name, cells in found.items() for c in cells if c.is_out(SIMULATIONS[name].required)]
    for name, cell in out:
        print(f"{name} {cell.name}: {100 * (cell.share or 0):.1f} % at {cell.design}", file=sys.stderr)
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
