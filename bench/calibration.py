"""How often the intervals of calibration hold a known truth, and how long 200,000 rollouts take against a plain loop.

`python -m bench.calibration [DATA_SETS]` prints the coverage, `python -m bench measures` the times. Knows no files:
all data are simulated from fixed seeds.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.calibration import ranking
from analysis.calibration.binning import equal_width, errors
from analysis.calibration.mending import Line
from analysis.measures import MEASURES
from analysis.measures.sample import Group, Sample
from analysis.measures.statistics import Estimate
from analysis.resampling import N_RESAMPLES, Floats, Resampler
from bench.proofs.base import frame_of

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
    return _plain(len(outcome)).with_columns(confidence=pl.Series(confidence), final_outcome=_said(outcome > 0))


def _said(right: NDArray[np.bool_]) -> pl.Expr:
    return pl.when(pl.Series(right)).then(pl.lit("correct")).otherwise(pl.lit("incorrect"))


@cache
def _plain(n: int) -> pl.DataFrame:
    problems = np.repeat(np.arange(n // N_SAMPLES), N_SAMPLES)
    return frame_of(n, problem_id=problems, confidence_unread=False)


def estimates(confidence: Floats, outcome: Floats, resampler: Resampler) -> dict[str, Estimate]:
    """The rows of the measure on one data set."""
    measure = MEASURES["calibration"]
    sample = Sample(Group({}, frame(confidence, outcome), False, resampler), measure.chosen({"scale": "share"}))
    found = list(measure.statistics(sample))
    return {s.name: e for s, e in zip(found, sample.estimates(found), strict=True) if s.name in ROWS}


@cache
def truth(log_odds: float) -> Mapping[str, float]:
    """The rows of 40,000 problems: clustering moves no expectation."""
    c, y = simulate(40_000, 0.5, log_odds, np.random.default_rng(1))
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


CHANGES = ("ece_change", "brier_change", "gap_change", "auroc_change", "accuracy_change")


def two_attempts(n_problems: int, clustering: float, log_odds: float, rng: np.random.Generator) -> pl.DataFrame:
    """A first attempt of `simulate`, and a last one of the same problem that is right more often and less sure."""
    first, last = (simulate(n_problems, clustering, odds, rng) for odds in (log_odds - 0.4, log_odds))
    said = np.minimum(first[0], last[0])
    attempts = {
        "attempt_confidences": pl.concat_list(pl.Series(first[0]), pl.Series(said)),
        "attempt_outcomes": pl.concat_list(_said(first[1] > 0), _said((first[1] + last[1]) > 0)),
        "oracle_gated": pl.lit(value=False),
    }
    return _plain(len(said)).with_columns(**attempts)


def changes(frame: pl.DataFrame, resampler: Resampler) -> dict[str, Estimate]:
    """The changes from first to last attempts."""
    measure = MEASURES["calibration_change"]
    sample = Sample(Group({}, frame, False, resampler), measure.chosen({"scale": "share"}))
    found = list(measure.statistics(sample))
    return {s.name: e for s, e in zip(found, sample.estimates(found), strict=True) if s.name in CHANGES}


def change_coverage(
    n_sets: int, n_problems: int, clustering: float, log_odds: float, rng: np.random.Generator
) -> dict[str, float]:
    """As `coverage`, for the changes."""
    large = two_attempts(40_000, clustering, log_odds, np.random.default_rng(1))
    known = {name: e.value for name, e in changes(large, Resampler(np.random.default_rng(0), n_resamples=2)).items()}
    resampler, hits = Resampler(rng), dict.fromkeys(CHANGES, 0)
    for _ in range(n_sets):
        for name, e in changes(two_attempts(n_problems, clustering, log_odds, rng), resampler).items():
            true = known[name]
            assert e.low is not None
            assert e.high is not None
            assert true is not None
            hits[name] += e.low <= true <= e.high
    return {name: n / n_sets for name, n in hits.items()}


def recalibration_coverage(
    n_sets: int, n_problems: int, clustering: float, log_odds: float, rng: np.random.Generator
) -> float:
    """How often the interval of Brier after Platt's line holds that line's Brier score on 40,000 other problems."""
    c, y = simulate(40_000, clustering, log_odds, np.random.default_rng(1))
    measure, resampler, n_held = MEASURES["recalibration"], Resampler(rng), 0
    for _ in range(n_sets):
        one = frame(*simulate(n_problems, clustering, log_odds, rng))
        sample = Sample(Group({}, one, False, resampler), measure.chosen({"scale": "share"}))
        statistics = list(measure.statistics(sample))
        found = {s.name: e for s, e in zip(statistics, sample.estimates(statistics), strict=True)}
        line = Line(*(found[f"platt_{part}"].value or 0.0 for part in ("intercept", "slope")))
        true, e = float(((line.mended(c) - y) ** 2).mean()), found["brier_platt"]
        assert e.low is not None
        assert e.high is not None
        n_held += e.low <= true <= e.high
    return n_held / n_sets


def table(n_sets: int) -> Iterator[dict[str, str | float]]:
    """One line per number of problems, clustering and base rate."""
    for n_problems, (word, clustering), (rate, log_odds) in product(PROBLEMS, CLUSTERINGS.items(), BASE_RATES.items()):
        found = coverage(n_sets, n_problems, clustering, log_odds, np.random.default_rng(n_problems))
        design: dict[str, str | float] = {"problems": n_problems, "clustering": word, "accuracy": rate}
        found |= change_coverage(n_sets, n_problems, clustering, log_odds, np.random.default_rng(n_problems))
        found["brier_platt"] = recalibration_coverage(
            n_sets, n_problems, clustering, log_odds, np.random.default_rng(n_problems)
        )
        yield design | {name: round(100 * share, 1) for name, share in found.items()}


def models(n_models: int, n_problems: int, rng: np.random.Generator) -> pl.DataFrame:
    """One rollout of each model and problem, with two attempts that both state a confidence in steps of .05."""
    n = n_models * n_problems
    first, last = (np.round(rng.beta(4, 1, n) * 20) / 20 for _ in range(2))
    said = [_said(rng.random(n) < c) for c in (first, last)]
    return (
        _plain(N_SAMPLES)
        .clear(n)
        .with_columns(
            rollout_id=pl.int_range(n),
            problem_id=pl.int_range(n) % n_problems,
            model=pl.format("model {}", pl.int_range(n) // n_problems),
            collection_id=pl.lit(1, pl.Int64),
            condition=pl.lit(""),
            has_gold=pl.lit(value=True),
            n_tokens=pl.Series(rng.integers(10, 9000, n), dtype=pl.Int32),
            confidence=pl.Series(last),
            confidence_unread=pl.lit(value=False),
            oracle_gated=pl.lit(value=False),
            final_outcome=said[1],
            attempt_confidences=pl.concat_list(pl.Series(first), pl.Series(last)),
            attempt_outcomes=pl.concat_list(*said),
        )
    )


def plain_seconds(frame: pl.DataFrame, n_resamples: int = 10) -> tuple[float, float]:
    """Wall and processor time that a loop over resampled problems would take for the ECE, AUROC and AURC of all
    models, one after another (measured on few resamples of one model)."""
    one = frame.filter(pl.col("model") == "model 0")
    c, y = one["confidence"].to_numpy(), (one["final_outcome"] == "correct").cast(pl.Float64).to_numpy()
    rng, wall, cpu = np.random.default_rng(0), time.perf_counter(), time.process_time()
    for _ in range(n_resamples):
        drawn = rng.integers(len(c), size=len(c))
        errors(c[drawn], y[drawn], equal_width(c[drawn], 10))
        ranking.auroc(c[drawn], y[drawn])
        ranking.aurc(c[drawn], y[drawn])
    scale = frame["model"].n_unique() * N_RESAMPLES / n_resamples
    return scale * (time.perf_counter() - wall), scale * (time.process_time() - cpu)


def main() -> None:
    n_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for line in table(n_sets):
        print(*(f"{name} {value}" for name, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
