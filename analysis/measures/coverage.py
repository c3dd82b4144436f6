"""How often each measure's intervals held a known truth, in words, from the counts that `make prove` writes.

Knows no measure and simulates nothing: coverage.json beside this file holds the counts.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

FILE = Path(__file__).with_name("coverage.json")
OVER_SETS = "problem_sets"
"""The simulation in which averages are over problem sets."""
PLAIN_LABELS = ("a → b", "wait")
"""Labels that say nothing beside the row's name."""
FEW = 0.01
"""Data sets without an interval are told from this share on."""

Counts = list[int]
"""Data sets whose interval held the truth, those with an interval, those without one."""


class Level(TypedDict):
    """Of one paired test where nothing differs: how often p < .05, as counts by design."""

    measure: str
    label: str
    counts: list[Counts]


class Written(TypedDict):
    """Counts by simulation and row for each of `designs` (problems, concentration, base rate)."""

    designs: list[tuple[int, float, float]]
    coverage: dict[str, dict[str, list[Counts]]]
    levels: dict[str, Level]


@cache
def written() -> Written:
    if not FILE.exists():
        return {"designs": [], "coverage": {}, "levels": {}}
    return cast(Written, json.loads(FILE.read_text(encoding="utf-8")))


def measured(measure: str, also: str = "") -> str:
    """What was found of the rows of a measure, then `also`.

    >>> measured("no such measure", "Intervals are those of a mean.")
    'Not simulated on its own. Intervals are those of a mean.'
    """
    plain = _rows(measure, [name for name in written()["coverage"] if name != OVER_SETS])
    parts = [_said(plain)] if plain else ["Not simulated on its own."]
    over_sets = _rows(measure, [OVER_SETS])
    if over_sets:
        parts.append(f"Averages over four problem sets: {_listed(over_sets)}.")
    tested = [level for level in written()["levels"].values() if level["measure"] == measure]
    if tested:
        parts.append("Where nothing differs p < .05 in " + "; ".join(map(_of_test, tested)) + ".")
    return " ".join([*parts, *([also] if also else [])])


def sizes() -> list[int]:
    return list(dict.fromkeys(n for n, _, _ in written()["designs"]))


def pooled(counts: Sequence[Counts], n_problems: int) -> Counts:
    """Counts of all designs of this size."""
    chosen = [each for (n, _, _), each in zip(written()["designs"], counts, strict=True) if n == n_problems]
    return [sum(part) for part in zip(*chosen, strict=True)]


def _rows(measure: str, simulations: Sequence[str]) -> dict[str, list[Counts]]:
    """Rows of the measure as they are named on its page."""
    found: dict[str, list[Counts]] = {}
    for simulation in simulations:
        for row, counts in written()["coverage"].get(simulation, {}).items():
            owner, name, *label = row.split("/")
            if owner == measure:
                found[" ".join([name, *(each for each in label if each not in PLAIN_LABELS)])] = counts
    return found


def _said(rows: dict[str, list[Counts]]) -> str:
    n_least = min(pooled(counts, n)[1] + pooled(counts, n)[2] for counts in rows.values() for n in sizes())
    many, slack = " / ".join(f"{n:,}" for n in sizes()), 196 * (0.95 * 0.05 / max(n_least, 1)) ** 0.5
    return (
        f"Simulated data with a known truth: 95 % intervals held it in so many per cent of the data sets of {many} "
        f"problems: {_listed(rows)}. Two clusterings and two base rates together, {n_least:,} data sets or more of a "
        f"size, so that each is known to {slack:.1f} points or better; every design: docs/proofs.md, by make prove."
    )


def _listed(rows: dict[str, list[Counts]]) -> str:
    said = {row: " / ".join(_share(pooled(counts, n)) for n in sizes()) for row, counts in rows.items()}
    return "; ".join(f"{row} {shares}" for row, shares in said.items())


def _share(counts: Counts) -> str:
    n_held, n_sets, n_none = counts
    if not n_sets:
        return "–"
    none = f" (none in {100 * n_none / (n_sets + n_none):.0f} %)" if n_none > FEW * n_sets else ""
    return f"{100 * n_held / n_sets:.1f}{none}"


def _of_test(level: Level) -> str:
    held, n_sets, _ = [sum(part) for part in zip(*level["counts"], strict=True)]
    most = max((each[0] / each[1] for each in level["counts"] if each[1]), default=0.0)
    return f"{100 * held / max(n_sets, 1):.1f} % ({level['label']}; {100 * most:.1f} % in the design where most)"
