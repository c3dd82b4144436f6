"""How often the intervals of the measures of several samples hold a known truth, and how long they take.

Run `python -m bench.samples [DATA_SETS]` for the coverage on a grid of problems and abilities. Knows no files: all data
are simulated from fixed seeds.
"""

import sys
from functools import cache

import numpy as np
import polars as pl
from scipy.special import betaln

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.measures.base import compute

N_SAMPLES = 4
N_WRONG = 5
"""Wrong answers that a problem has; each is as likely as the others."""
SIZES = (20, 100, 300, 1000)
ABILITIES = {"alike": (6.0, 4.0), "apart": (0.6, 0.4), "easy, alike": (9.0, 1.0), "easy, apart": (0.9, 0.1)}
"""Chances of a right answer per problem, Beta: two clusterings (intraclass correlation 1/11 and 1/2) x two base rates
(.6 and .9)."""
Ability = tuple[float, float]


def drawn(right: np.ndarray, wrong: np.ndarray, **columns: object) -> pl.DataFrame:
    """A frame of features of problems x samples: 1 where right, else the number of the wrong answer."""
    n_problems, n_samples = right.shape
    n = right.size
    plain: dict[str, object] = {
        "rollout_id": np.arange(n),
        "problem_id": np.repeat(np.arange(n_problems), n_samples),
        "collection_id": np.ones(n, dtype=int),
        "has_gold": np.ones(n, dtype=bool),
        "truncated": np.zeros(n, dtype=bool),
        "final_outcome": np.where(right.ravel(), "correct", "incorrect"),
        "answer_key": np.char.add("k", np.where(right.ravel(), 0, 1 + wrong.ravel()).astype(str)),
        "marker_counts": [[0] * len(MARKERS)] * n,
    }
    texts = {name: [""] * n for name in ("model", "condition", "problem_set", "subject", "level", "read_from")}
    filled = texts | plain | columns
    return pl.DataFrame({name: filled.get(name, [None] * n) for name in SCHEMA}, schema=SCHEMA, strict=False)


def samples(n_problems: int, ability: Ability, rng: np.random.Generator, n_samples: int = N_SAMPLES) -> pl.DataFrame:
    """Samples of problems whose chance of a right answer is Beta."""
    right = rng.random((n_problems, n_samples)) < rng.beta(*ability, n_problems)[:, None]
    return drawn(right, rng.integers(N_WRONG, size=right.shape))


@cache
def truth(ability: Ability) -> dict[str, float]:
    """pass@k = 1 - B(a, b + k)/B(a, b); votes and shares from a million problems (standard error below .0005)."""
    a, b = ability
    found = {f"pass@{k}": 1 - float(np.exp(betaln(a, b + k) - betaln(a, b))) for k in (1, 2, 4)}
    rng, n = np.random.default_rng(1), 1_000_000
    right = rng.binomial(N_SAMPLES, rng.beta(a, b, n))
    wrong = rng.multinomial(1, [1 / N_WRONG] * N_WRONG, (n, N_SAMPLES)).astype(np.int8)
    wrong = (wrong * (np.arange(N_SAMPLES)[None, :] < (N_SAMPLES - right)[:, None])[:, :, None]).sum(axis=1)
    ties = (wrong == right[:, None]).sum(axis=1)
    won = (right > 0) * (wrong.max(axis=1) <= right) / (1 + ties)
    counts = np.column_stack([right, wrong]) / N_SAMPLES
    bits = -(counts * np.log2(np.where(counts > 0, counts, 1.0))).sum(axis=1)
    return found | {"majority@4": float(won.mean()), "answer_entropy": float(bits.mean())}


def coverage(n_sets: int, n_problems: int, rng: np.random.Generator, ability: str = "apart") -> dict[str, float]:
    """Share of `n_sets` simulated data sets whose 95 % interval holds the truth, by the row's name."""
    known = truth(ABILITIES[ability])
    hits = dict.fromkeys(known, 0)
    for _ in range(n_sets):
        frame = samples(n_problems, ABILITIES[ability], rng)
        for row in compute("sampling", frame, (), {"k_most": "4"}, rng=rng):
            if row.measure in known:
                assert row.low is not None
                assert row.high is not None
                hits[row.measure] += row.low <= known[row.measure] <= row.high
    return {name: count / n_sets for name, count in hits.items()}


def main() -> None:
    """Print one line per design."""
    n_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for ability in ABILITIES:
        for n_problems in SIZES:
            found = coverage(n_sets, n_problems, np.random.default_rng(n_problems), ability)
            shares = ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.items())
            print(f"{ability}, {n_problems} problems x {N_SAMPLES}: {shares}", flush=True)


if __name__ == "__main__":
    main()
