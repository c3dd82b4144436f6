"""Counts that were made, block by block in a file of JSON lines, so that a run that was stopped goes on.

Knows no measure. The file is of one state of the code: `forget` what was made of statistics that have changed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.proofs.base import Design
from bench.proofs.counting import Counts

CACHE = Path(__file__).resolve().parents[2] / ".bench" / "proofs.jsonl"
LEAST, MOST, FROM = 0.93, 0.97, 300
"""What is asked of the coverage of required rows, from so many problems on."""
LEVEL, ERRORS = 0.05, 3.0
"""Tests may reject this often, and this many standard errors more."""
Z = 1.96
Required = Mapping[str, frozenset[str]]
"""The rows of each simulation of which that is asked."""


class Block(NamedTuple):
    """Counts by row of one block of data sets; of a null its one row is its name."""

    name: str
    design: Design
    block: int
    n_sets: int
    counts: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Kept:
    """Blocks in the order of the file at `path`; `blocks` are found by name, design and number."""

    path: Path
    blocks: dict[tuple[str, Design, int], Block]

    @classmethod
    def at(cls, path: Path) -> "Kept":
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        read = [_read(json.loads(line)) for line in lines]
        return cls(path, {block[:3]: block for block in read})

    def has(self, name: str, design: Design, block: int) -> bool:
        return (name, design, block) in self.blocks

    def add(self, block: Block) -> None:
        self.blocks[block[:3]] = block
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(block))

    def forget(self, names: Iterable[str]) -> None:
        gone = set(names)
        for key in [key for key in self.blocks if key[0] in gone]:
            del self.blocks[key]
        if self.path.exists():
            self.path.write_text("".join(map(_line, self.blocks.values())), encoding="utf-8")

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for name, _, _ in self.blocks))

    def summed(self, name: str) -> dict[str, dict[Design, Counts]]:
        """Counts over all blocks, by row and design."""
        found: dict[str, dict[Design, Counts]] = {}
        for block in self.blocks.values():
            if block.name == name:
                for row, counts in block.counts.items():
                    of_row = found.setdefault(row, {})
                    of_row[block.design] = of_row.get(block.design, Counts()).plus(counts)
        return found

    def out(self, required: Required) -> Iterator[str]:
        """A line for each required row or test that is out by more than chance."""
        for name in self.names:
            for row, by_design in self.summed(name).items():
                for design, counts in by_design.items():
                    if is_out(counts, design.n_problems, row in required.get(name, ())) or (
                        row == name and rejects_more(counts)
                    ):
                        share = 100 * counts.n_held / counts.n_sets
                        yield f"{name} {row}: {share:.1f} % of {counts.n_sets} at {design}"


def is_out(counts: Sequence[int], n_problems: int, is_required: bool) -> bool:
    """Whether a row of which 93 to 97 % is asked lies outside by more than the 95 % Monte Carlo error at that edge."""
    n_held, n_sets, _ = counts
    if not is_required or n_problems < FROM or not n_sets:
        return False
    below, above = (Z * (edge * (1 - edge) / n_sets) ** 0.5 for edge in (LEAST, MOST))
    return not LEAST - below <= n_held / n_sets <= MOST + above


def rejects_more(counts: Sequence[int]) -> bool:
    """Whether a test rejects more than 5 % by more than three standard errors."""
    n_held, n_sets, _ = counts
    return bool(n_sets) and n_held / n_sets > LEVEL + ERRORS * (LEVEL * (1 - LEVEL) / n_sets) ** 0.5


def _line(block: Block) -> str:
    d = block.design
    law = [d.n_problems, d.concentration, d.base_rate, d.n_samples]
    given = {"name": block.name, "design": law, "block": block.block, "sets": block.n_sets, "counts": block.counts}
    return json.dumps(given, ensure_ascii=False) + "\n"


def _read(line: Mapping[str, object]) -> Block:
    match line:
        case {"name": str(name), "design": list(law), "block": int(block), "sets": int(n), "counts": dict(counts)}:
            return Block(name, Design(*law), block, n, {row: Counts(*each) for row, each in counts.items()})
    raise ValueError(f"no block of counts: {line}")
