"""How fast the measures are on 200,000 rollouts of 20 models, and how often their intervals hold a known truth.

Run `python -m bench.measures` for the time and `python -m bench.measures coverage [DATA_SETS]` for the coverage.
Knows no files: all data are simulated from fixed seeds.
"""

import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.measures import MEASURES
from analysis.measures.base import compute_all
from analysis.measures.clusters import Stratum, lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Difference, Mean, Quotient, Share, Statistic
from analysis.resampling import N_RESAMPLES, Ints, Resampler
from bench import calibration

SUMS = ("accuracy", "transitions", "tokens", "candidates")
LIMIT_SECONDS = 3.0
CALIBRATION = ("calibration", "calibration_change", "calibration_length", "recalibration")
RANKED_LIMIT_SECONDS = 60.0

DESIGNS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (20, 4, ()),
    (100, 4, ()),
    (300, 4, ()),
    (300, 1, ()),
    (300, 2, (30, 30, 75, 165)),
)
"""Problems, rollouts of each, and the sizes of the problem sets where the average is macro."""

TRUTH = {
    "first_accuracy": 0.8,
    "gain": 0.2 * 0.1 - 0.8 * 0.02,
    "p_ft": 0.07,
    "tokens": float(np.exp(8 + 0.6**2 / 2 + 0.4**2 / 2)),
    "share_after": 1 / 3,
}
"""What `simulate` draws from: a first answer is right with a chance Beta(1.6, .4) per problem; a wrong one is mended in
10 %, a right one lost in 2 %; F→T succeeds with Beta(.7, 9.3) per problem; tokens are log-normal between problems (.6)
and within (.4) around e^8; two thirds of them, Beta(4, 2), come first."""


def simulate(n_problems: int, n_samples: int, rng: np.random.Generator) -> list[Statistic]:
    """The statistics of one simulated data set, named as in TRUTH."""
    problem = np.repeat(np.arange(n_problems), n_samples)
    n, ones = len(problem), np.ones(n_problems * n_samples)
    ability = rng.beta(1.6, 0.4, n_problems)[problem]
    first = (rng.random(n) < ability).astype(np.float64)
    flip = rng.random(n)
    final = np.where(first > 0, flip > 0.02, flip < 0.1).astype(np.float64)
    wrong = rng.poisson(1 + 4 * ability).astype(np.float64)
    mended = rng.binomial(wrong.astype(np.int64), rng.beta(0.7, 9.3, n_problems)[problem]).astype(np.float64)
    tokens = rng.lognormal(8, 0.6, n_problems)[problem] * rng.lognormal(0, 0.4, n)
    return [
        Share("first_accuracy", first, ones),
        Difference("gain", first, final, ones),
        Share("p_ft", mended, wrong),
        Mean("tokens", tokens, ones, "tokens"),
        Quotient("share_after", tokens * (1 - rng.beta(4, 2, n)), tokens, ones),
    ]


def coverage(
    n_sets: int,
    n_problems: int,
    n_samples: int,
    rng: np.random.Generator,
    clustered: bool = True,
    strata: tuple[int, ...] = (),
) -> dict[str, float]:
    """Share of `n_sets` simulated data sets whose 95 % interval holds the truth, by name.

    `strata` are numbers of problems (their sum is n_problems) of problem sets to macro-average over.
    """
    problem = np.repeat(np.arange(n_problems), n_samples)
    ids: Ints = problem if clustered else np.arange(len(problem))
    sets = np.repeat(np.arange(len(strata)), n_samples * np.array(strata)) if strata else None
    laid_out = lay_out(ids, sets, Resampler(rng))
    hits = [list(_hits(simulate(n_problems, n_samples, rng), laid_out)) for _ in range(n_sets)]
    return dict(zip(TRUTH, np.mean(hits, axis=0).tolist(), strict=True))


def _hits(statistics: list[Statistic], strata: list[Stratum]) -> Iterator[bool]:
    for statistic, found in zip(statistics, estimate(statistics, strata), strict=True):
        assert found.low is not None
        assert found.high is not None
        yield found.low <= TRUTH[statistic.name] <= found.high


def features(n_models: int, n_problems: int, n_sets: int, rng: np.random.Generator) -> pl.DataFrame:
    """One rollout per model and problem with three candidates each, in the columns of analysis.features."""
    n = n_models * n_problems
    problem = np.tile(np.arange(n_problems), n_models)
    right = rng.random((n, 3)) < rng.beta(1.6, 0.4, n_problems)[problem][:, None]
    lines = np.sort(rng.integers(1, 500, (n, 3)), axis=1)
    return pl.DataFrame(_columns(problem, right, lines, n_problems, n_sets, rng), schema=SCHEMA, strict=False)


def _columns(
    problem: Ints, right: np.ndarray, lines: Ints, n_problems: int, n_sets: int, rng: np.random.Generator
) -> dict[str, object]:
    n, before, after = len(problem), right[:, :-1], right[:, 1:]
    outcomes = np.where(right, "correct", "incorrect")
    final = np.where(rng.random(n) < 0.8, "correct", "incorrect")
    marks = rng.poisson(1, (n, len(MARKERS)))
    plain: dict[str, object] = {
        "rollout_id": np.arange(n),
        "problem_id": problem,
        "model": [f"model {i}" for i in np.arange(n) // n_problems],
        "problem_set": [f"set {i}" for i in problem % n_sets],
        "has_gold": np.ones(n, dtype=bool),
        "truncated": np.zeros(n, dtype=bool),
        "final_outcome": final,
        "first_outcome": outcomes[:, 0],
        "first_is_final": outcomes[:, 0] == final,
        "read_from": ["reasoning"] * n,
        "token_source": ["uploaded"] * n,
        "n_lines": np.full(n, 500),
        "n_chars": np.full(n, 15_000),
        "n_read_tokens": rng.integers(5_000, 9_000, n),
        "candidate_lines": lines.tolist(),
        "candidate_tokens": (10 * lines).tolist(),
        "candidate_outcomes": outcomes.tolist(),
        "candidate_classes": right.astype(int).tolist(),
        "n_candidates": np.full(n, 3),
        "n_undecided": np.zeros(n, dtype=int),
        "n_changed": (before != after).sum(axis=1),
        "marker_counts": marks.tolist(),
        "n_markers_words": marks.sum(axis=1),
        "kappa_paper": marks.sum(axis=1) / 5_000,
        "kappa_repo": marks.sum(axis=1) / 4_000,
        "first_correct_line": lines[:, 0],
        "first_correct_tokens": 10 * lines[:, 0],
        "final_class": np.zeros(n, dtype=int),
        "n_ffd": np.zeros(n, dtype=int),
    }
    pairs = {"n_tt": before & after, "n_ffs": ~before & ~after, "n_tf": before & ~after, "n_ft": ~before & after}
    filled = plain | {name: counts.sum(axis=1) for name, counts in pairs.items()}
    return {name: filled.get(name, [None] * n) for name in SCHEMA}


class Seconds(NamedTuple):
    """Wall and processor time; on a busy machine only the second says what the work costs."""

    wall: float
    cpu: float


def seconds(names: tuple[str, ...], frame: pl.DataFrame) -> Seconds:
    """Time of these measures by model, all on one set of resamples."""
    wall, cpu = time.perf_counter(), time.process_time()
    compute_all(names, frame, ("model",), rng=np.random.default_rng(0))
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def plain_seconds(frame: pl.DataFrame, n_resamples: int = 20) -> Seconds:
    """Time that a plain loop over resamples would take for one accuracy of all models (measured on few resamples)."""
    one = frame.filter(pl.col("model") == "model 0")
    by_problem = [part.to_numpy() for part in _right(one).partition_by("problem_id", include_key=False)]
    rng, wall, cpu = np.random.default_rng(0), time.perf_counter(), time.process_time()
    for _ in range(n_resamples):
        float(np.concatenate([by_problem[i] for i in rng.integers(len(by_problem), size=len(by_problem))]).mean())
    scale = frame["model"].n_unique() * N_RESAMPLES / n_resamples
    return Seconds(scale * (time.perf_counter() - wall), scale * (time.process_time() - cpu))


def _right(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("problem_id", (pl.col("final_outcome") == "correct").cast(pl.Float64))


def rows() -> list[dict[str, str | float]]:
    """One line per set of measures, and the plain loop for a single share."""
    frame = features(n_models=20, n_problems=10_000, n_sets=5, rng=np.random.default_rng(0))
    size = f"{frame.height} rollouts, 20 models, {N_RESAMPLES} resamples: "
    compute_all(SUMS, frame.head(1000), rng=np.random.default_rng(0))
    timed = {
        f"sums ({', '.join(SUMS)}; limit {LIMIT_SECONDS:g} s on two idle cores)": seconds(SUMS, frame),
        f"all {len(MEASURES)} measures": seconds(tuple(MEASURES), frame),
        "a plain loop, one accuracy only": plain_seconds(frame),
    }
    timed |= calibration_seconds()
    return [{"what": size + what, "wall seconds": t.wall, "cpu seconds": t.cpu} for what, t in timed.items()]


def calibration_seconds() -> dict[str, Seconds]:
    """Time of the measures of calibration by model, and of a plain loop for three of their numbers."""
    frame = calibration.models(n_models=20, n_problems=10_000, rng=np.random.default_rng(0))
    limit = f"limit {RANKED_LIMIT_SECONDS:g} s on two idle cores"
    return {
        f"{', '.join(CALIBRATION)} ({limit})": seconds(CALIBRATION, frame),
        "a plain loop, ECE, AUROC and AURC only": Seconds(*calibration.plain_seconds(frame)),
    }


def main() -> None:
    """Print one line per result."""
    if sys.argv[1:2] == ["coverage"]:
        n_sets = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
        for n_problems, n_samples, strata in DESIGNS:
            rng = np.random.default_rng(n_problems + n_samples)
            found = coverage(n_sets, n_problems, n_samples, rng, strata=strata)
            shares = ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.items())
            print(f"{n_problems} problems x {n_samples} {strata or ''}: {shares}", flush=True)
        return
    for row in rows():
        print(row)


if __name__ == "__main__":
    main()
