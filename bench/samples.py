"""How often the intervals of the measures of several samples hold a known truth, and how long they take.

Run `python -m bench.samples [DATA_SETS]` for the coverage on a grid of problems and abilities. Knows no files: all data
are simulated from fixed seeds.
"""

import sys
from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl
from scipy.special import betaln

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.measures.clusters import Stratum, lay_out
from analysis.measures.estimates import estimate
from analysis.measures.sets import averaged
from analysis.measures.statistics import Estimate, Mean, Share
from analysis.resampling import Resampler, mcnemar_exact_p
from analysis.sampling.passing import pass_at_k

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


@cache
def truth(ability: Ability) -> dict[str, float]:
    """pass@k = 1 - B(a, b + k)/B(a, b); votes and entropy from 300,000 problems (standard error below .001)."""
    a, b = ability
    found = {f"pass@{k}": 1 - float(np.exp(betaln(a, b + k) - betaln(a, b))) for k in (1, 2, 4)}
    rng, n = np.random.default_rng(1), 300_000
    right = rng.binomial(N_SAMPLES, rng.beta(a, b, n))
    wrong = rng.multinomial(1, [1 / N_WRONG] * N_WRONG, (n, N_SAMPLES)).astype(np.int8)
    wrong = (wrong * (np.arange(N_SAMPLES)[None, :] < (N_SAMPLES - right)[:, None])[:, :, None]).sum(axis=1)
    ties = (wrong == right[:, None]).sum(axis=1)
    won = (right > 0) * (wrong.max(axis=1) <= right) / (1 + ties)
    counts = np.column_stack([right, wrong]) / N_SAMPLES
    bits = -(counts * np.log2(np.where(counts > 0, counts, 1.0))).sum(axis=1)
    return found | {"majority@4": float(won.mean()), "answer_entropy": float(bits.mean())}


def counted(right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """How many samples of each problem gave each answer, the right one first: problems x (1 + N_WRONG)."""
    keys = np.where(right, 0, 1 + wrong)
    counts: np.ndarray = (keys[:, :, None] == np.arange(N_WRONG + 1)).sum(axis=1)
    return counts


def direct(counts: np.ndarray, strata: list[Stratum]) -> dict[str, Estimate]:
    """Rows of the measure `sampling` from the answers' counts, without a frame: the same statistics and intervals."""
    right, wrong, ones = counts[:, 0], counts[:, 1:], np.ones(len(counts))
    n = counts.sum(axis=1)
    won = (right > 0) * (wrong.max(axis=1) <= right) / (1 + (wrong == right[:, None]).sum(axis=1))
    shares = [Share(f"pass@{k}", pass_at_k(n, right, k), ones) for k in (1, 2, 4)]
    shares += [Share(f"majority@{N_SAMPLES}", won, ones)]
    part = counts / N_SAMPLES
    bits = -(part * np.log2(np.where(part > 0, part, 1.0))).sum(axis=1)
    found = {known.name: known.estimate for known in averaged(shares, N_SAMPLES, strata)}
    return found | {"answer_entropy": estimate([Mean("answer_entropy", bits, ones, "bits")], strata)[0]}


def coverage(n_sets: int, n_problems: int, rng: np.random.Generator, ability: str = "apart") -> dict[str, float]:
    """Share of `n_sets` simulated data sets whose 95 % interval holds the truth, by the row's name."""
    known = truth(ABILITIES[ability])
    strata = lay_out(np.arange(n_problems), None, Resampler(rng))
    hits = dict.fromkeys(known, 0)
    for _ in range(n_sets):
        right = rng.random((n_problems, N_SAMPLES)) < rng.beta(*ABILITIES[ability], n_problems)[:, None]
        _hit(hits, known, direct(counted(right, rng.integers(N_WRONG, size=right.shape)), strata))
    return {name: count / n_sets for name, count in hits.items()}


def _hit(hits: dict[str, int], known: Mapping[str, float], rows: Mapping[str, Estimate]) -> None:
    for name, value in known.items():
        low, high = rows[name].low, rows[name].high
        if low is not None and high is not None:  # without an interval, as where nothing varies: not covered
            hits[name] += low <= value <= high


def gain(first: np.ndarray, second: np.ndarray, strata: list[Stratum]) -> dict[str, Estimate]:
    """Rows of the measure `compare` from problems' accuracies: the same statistics and intervals."""
    ones = np.ones(len(first))
    [other] = averaged([Share("accuracy_b", second, ones)], N_SAMPLES, strata)
    [moved] = estimate([Mean("accuracy_difference", second - first, ones, "difference")], strata)
    return {"accuracy_b": other.estimate, "accuracy_difference": moved}


def compare_coverage(
    n_sets: int, n_problems: int, rng: np.random.Generator, ability: str = "apart"
) -> dict[str, float]:
    """Of the second arm's gain: three in ten problems get a new chance of mean .8; the others keep theirs."""
    a, b = ABILITIES[ability]
    known = {"accuracy_b": 0.7 * a / (a + b) + 0.3 * 0.8, "accuracy_difference": 0.3 * (0.8 - a / (a + b))}
    strata = lay_out(np.arange(n_problems), None, Resampler(rng))
    hits = dict.fromkeys(known, 0)
    for _ in range(n_sets):
        first = rng.beta(a, b, n_problems)
        second = np.where(rng.random(n_problems) < 0.3, rng.beta(8, 2, n_problems), first)
        chances = np.stack([first, second])[:, :, None]
        one, other = (rng.random((2, n_problems, N_SAMPLES)) < chances).mean(axis=2)
        _hit(hits, known, gain(one, other, strata))
    return {name: count / n_sets for name, count in hits.items()}


def levels(n_sets: int, n_problems: int, rng: np.random.Generator) -> dict[str, float]:
    """How often p < .05 where the second arm's chance is drawn anew from the same distribution: no difference."""
    found = {"McNemar, 1 sample": 0, f"sign flips, {N_SAMPLES} samples": 0}
    for name, n_samples in zip(found, (1, N_SAMPLES), strict=True):
        fast = Resampler(rng)
        ids = np.arange(n_problems)
        for _ in range(n_sets):
            first, second = (
                (rng.random((n_problems, n_samples)) < rng.beta(0.6, 0.4, n_problems)[:, None]).mean(axis=1)
                for _ in range(2)
            )
            moved = (second - first).astype(np.float64)
            if n_samples == 1:
                p = mcnemar_exact_p(int((moved > 0).sum()), int((moved < 0).sum()))
            else:
                p = fast.sign_flip_p(ids, moved)
            found[name] += p < 0.05
    return {name: count / n_sets for name, count in found.items()}


def main() -> None:
    """Print one line per design."""
    n_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for n_problems in SIZES:
        for ability in ABILITIES:
            found = coverage(n_sets, n_problems, np.random.default_rng(n_problems), ability)
            found |= compare_coverage(n_sets, n_problems, np.random.default_rng(n_problems), ability)
            shares = ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.items())
            print(f"{n_problems} problems x {N_SAMPLES}, {ability}: {shares}", flush=True)
    print(f"level of p < .05: {levels(5 * n_sets, 60, np.random.default_rng(0))}", flush=True)


if __name__ == "__main__":
    main()
