"""How often the intervals of calibration hold a known truth, and how long 200,000 rollouts take against a plain loop.

Run `python -m bench.calibration coverage [DATA_SETS]`. Knows no files: all data are simulated from fixed seeds.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

import numpy as np
import polars as pl

from analysis.measures import MEASURES
from analysis.measures.sample import Group, Sample
from analysis.measures.statistics import Estimate
from analysis.resampling import Floats, Resampler
from bench.reflection import frame_of

N_SAMPLES = 4
PROBLEMS = (20, 100, 300, 1000)
CLUSTERINGS = {"weak": 0.1, "strong": 0.6}
"""Share of the variance of difficulty and of confidence that is the problem's own."""
BASE_RATES = {0.3: -1.0, 0.8: 1.75}
"""Accuracy, about, and the log odds at the mean difficulty that give it."""
ROWS = (
    "ece",
    "ece_equal_mass",
    "ace",
    "mce",
    "rmsce",
    "smece",
    "brier",
    "brier_reliability",
    "brier_resolution",
    "brier_uncertainty",
    "brier_skill",
    "auroc",
    "auprc_correct",
    "auprc_wrong",
    "aurc",
    "e_aurc",
    "gap",
    "mean_confidence",
    "accuracy",
)
OVER = 0.6
"""Log odds by which confidences are too high."""


def simulate(n_problems: int, clustering: float, log_odds: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Confidences in steps of .05 and outcomes of N_SAMPLES rollouts per problem, problem by problem."""
    n = n_problems * N_SAMPLES
    ability, mood = (_clustered(n_problems, clustering, rng) for _ in range(2))
    right = rng.random(n) < 1 / (1 + np.exp(-(log_odds + 1.3 * ability)))
    said = 1 / (1 + np.exp(-(log_odds + OVER + 0.6 * ability + 0.8 * mood)))
    return np.round(said * 20) / 20, right.astype(np.float64)


def _clustered(n_problems: int, clustering: float, rng: np.random.Generator) -> Floats:
    of_problem = np.repeat(rng.normal(size=n_problems), N_SAMPLES)
    mixed: Floats = clustering**0.5 * of_problem + (1 - clustering) ** 0.5 * rng.normal(size=len(of_problem))
    return mixed


def frame(confidence: Floats, outcome: Floats) -> pl.DataFrame:
    said = pl.when(pl.Series(outcome > 0)).then(pl.lit("correct")).otherwise(pl.lit("incorrect"))
    return _plain(len(outcome)).with_columns(confidence=pl.Series(confidence), final_outcome=said)


@cache
def _plain(n: int) -> pl.DataFrame:
    problems = np.repeat(np.arange(n // N_SAMPLES), N_SAMPLES)
    return frame_of(n, {"problem_id": problems.tolist(), "confidence_unread": False})


def estimates(confidence: Floats, outcome: Floats, resampler: Resampler) -> dict[str, Estimate]:
    """The rows of the measure on one data set."""
    measure = MEASURES["calibration"]
    sample = Sample(Group({}, frame(confidence, outcome), False, resampler), measure.chosen({"scale": "share"}))
    found = list(measure.statistics(sample))
    return {s.name: e for s, e in zip(found, sample.estimates(found), strict=True) if s.name in ROWS}


@cache
def truth(log_odds: float) -> Mapping[str, float]:
    """The rows of 100,000 problems: clustering moves no expectation."""
    c, y = simulate(100_000, 0.5, log_odds, np.random.default_rng(1))
    found = estimates(c, y, Resampler(np.random.default_rng(0), n_resamples=2))
    return {name: e.value for name, e in found.items() if e.value is not None}


def coverage(
    n_sets: int, n_problems: int, clustering: float, log_odds: float, rng: np.random.Generator
) -> dict[str, float]:
    """Share of the simulated data sets (of those with an interval) whose interval holds the truth, by row."""
    resampler, known = Resampler(rng), truth(log_odds)
    hits: dict[str, list[bool]] = {name: [] for name in ROWS}
    for _ in range(n_sets):
        for name, e in estimates(*simulate(n_problems, clustering, log_odds, rng), resampler).items():
            if e.low is not None and e.high is not None:
                hits[name].append(e.low <= known[name] <= e.high)
    return {name: float(np.mean(held)) for name, held in hits.items()}


def table(n_sets: int) -> Iterator[dict[str, str | float]]:
    """One line per number of problems, clustering and base rate."""
    for n_problems, (word, clustering), (rate, log_odds) in product(PROBLEMS, CLUSTERINGS.items(), BASE_RATES.items()):
        found = coverage(n_sets, n_problems, clustering, log_odds, np.random.default_rng(n_problems))
        design: dict[str, str | float] = {"problems": n_problems, "clustering": word, "accuracy": rate}
        yield design | {name: round(100 * share, 1) for name, share in found.items()}


def main() -> None:
    n_sets = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    for line in table(n_sets):
        print(*(f"{name} {value}" for name, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
