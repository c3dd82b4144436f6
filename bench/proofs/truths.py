"""True values of every row: by arithmetic, else those of a population of two million rollouts, kept in truths.json.

`python -m bench.proofs.truths [NAME ...]` computes those that are missing, or those of NAME anew (seeded). Knows no
single simulation.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import cast

from bench.proofs.base import Design, Simulation, Truth
from bench.proofs.counting import simulated

FILE = Path(__file__).with_name("truths.json")


def key_of(name: str, simulation: Simulation, design: Design) -> str:
    law = "" if simulation.is_marginal else f" {design.concentration:g}"
    return f"{name}{law} {design.base_rate:g}"


@cache
def _kept() -> dict[str, dict[str, float]]:
    if not FILE.exists():
        return {}
    return cast(dict[str, dict[str, float]], json.loads(FILE.read_text(encoding="utf-8")))


@cache
def truth_of(name: str, simulation: Simulation, design: Design) -> Truth:
    """All values that are known before a data set is drawn."""
    large = _kept().get(key_of(name, simulation, design), {}) if simulation.simulated else {}
    missing = simulation.simulated - set(large)
    if missing:
        raise LookupError(f"no kept truth of {', '.join(sorted(missing))}: run python -m bench.proofs.truths {name}")
    return {**{row: large[row] for row in sorted(simulation.simulated)}, **simulation.known(design)}


def main(names: list[str]) -> None:
    """Those of the named simulations, or all that are missing."""
    from bench.prove import SIMULATIONS, designs_of

    found = {key: truth for key, truth in _kept().items() if key.split()[0] not in names}
    for name in SIMULATIONS:
        if SIMULATIONS[name].simulated:
            for key, design in {key_of(name, SIMULATIONS[name], d): d for d in designs_of(name, (20,))}.items():
                if not set(found.get(key, {})) >= SIMULATIONS[name].simulated:
                    found[key] = {
                        row: float(f"{v:.8g}") for row, v in simulated(name, SIMULATIONS[name], design).items()
                    }
                    _write(found)


def _write(found: dict[str, dict[str, float]]) -> None:
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{len(found)} laws", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
