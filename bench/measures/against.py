"""The same numbers by other ways: a plain loop over resampled problems, and scipy.stats.bootstrap over rollouts.

The loop is slow; scipy, which draws rollouts as if they were independent, is slower than shared weights and its
intervals are too narrow where rollouts of a problem are alike: both are shown.
"""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import stats

from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Mean, Quotient, Statistic
from analysis.resampling import N_RESAMPLES, Floats, Ints, Resampler
from bench.measures.frames import N_MODELS

N_PROBLEMS, N_SAMPLES = 2_500, 4
DATA_SETS = 200
FEW_PROBLEMS = 200
TRUE_MEAN, TRUE_RATIO = float(np.exp(8 + 0.6**2 / 2 + 0.2**2 / 2)), 1 / 3


def simulate(n_problems: int, rng: np.random.Generator) -> tuple[Ints, Floats, Floats]:
    """Problems, tokens (log-normal, .6 between problems and .2 within), and those after the first answer (a third)."""
    problem = np.repeat(np.arange(n_problems), N_SAMPLES)
    tokens = rng.lognormal(8, 0.6, n_problems)[problem] * rng.lognormal(0, 0.2, len(problem))
    late = rng.beta(2, 4, n_problems)[problem]
    return problem, tokens, tokens * np.clip(late + rng.normal(0, 0.02, len(problem)), 0, 1)


def ours(problem: Ints, tokens: Floats, after: Floats, resampler: Resampler) -> list[tuple[float, float]]:
    """Intervals of a mean and a ratio, problems resampled."""
    ones = np.ones(len(problem))
    asked: list[Statistic] = [Mean("tokens", tokens, ones, "tokens"), Quotient("share", after, tokens, ones)]
    return [(e.low or 0.0, e.high or 0.0) for e in estimate(asked, lay_out(problem, None, resampler))]


def scipys(tokens: Floats, after: Floats, rng: np.random.Generator) -> list[tuple[float, float]]:
    """The same by scipy.stats.bootstrap: percentiles, rollouts resampled."""
    given: dict[str, Any] = {"n_resamples": N_RESAMPLES, "method": "percentile", "rng": rng, "batch": 100}
    mean = stats.bootstrap((tokens,), np.mean, vectorized=True, **given)
    ratio = stats.bootstrap((after, tokens), _ratio, paired=True, vectorized=True, **given)
    return [(float(f.confidence_interval.low), float(f.confidence_interval.high)) for f in (mean, ratio)]


def _ratio(top: Floats, bottom: Floats, axis: int = -1) -> Floats:
    found: Floats = top.sum(axis=axis) / bottom.sum(axis=axis)
    return found


def loop(problem: Ints, tokens: Floats, after: Floats, rng: np.random.Generator, n_resamples: int) -> None:
    """A mean and a ratio of each of so many resamples, problem by problem."""
    starts = np.searchsorted(problem, np.arange(problem[-1] + 2))
    rows = [np.arange(low, high) for low, high in pairwise(starts)]
    for _ in range(n_resamples):
        drawn = np.concatenate([rows[i] for i in rng.integers(len(rows), size=len(rows))])
        float(tokens[drawn].mean())
        float(after[drawn].sum() / tokens[drawn].sum())


def rows() -> Iterator[dict[str, str | float]]:
    """Seconds of a mean and a ratio of 20 models each way, then how wide and how often right the intervals are."""
    data = simulate(N_PROBLEMS, np.random.default_rng(0))
    resampler, shape = Resampler(np.random.default_rng(0)), f"20 x {N_PROBLEMS:,} x {N_SAMPLES}"
    own = _seconds(lambda: [ours(*data, resampler) for _ in range(N_MODELS)])
    yield {"shape": shape, "what": "a mean and a ratio of 20 models", "seconds": own, "times": 1.0}
    few = 20
    plain = _seconds(lambda: loop(*data, np.random.default_rng(0), few)) * N_MODELS * N_RESAMPLES / few
    yield {"shape": shape, "what": "the same, a plain loop (measured on 20)", "seconds": plain, "times": plain / own}
    theirs = _seconds(lambda: scipys(*data[1:], np.random.default_rng(0))) * N_MODELS
    yield {"shape": shape, "what": "the same, scipy (measured on one)", "seconds": theirs, "times": theirs / own}
    yield from widths(DATA_SETS)


def widths(n_sets: int) -> Iterator[dict[str, str | float]]:
    """Width against scipy's, and how often each holds the truth, over simulated data sets of 200 problems."""
    rng = np.random.default_rng(1)
    resampler = Resampler(rng)
    found = np.array([_both(simulate(FEW_PROBLEMS, rng), resampler, rng) for _ in range(n_sets)])
    truth = np.array([TRUE_MEAN, TRUE_RATIO])
    held = ((found[..., 0] <= truth) & (truth <= found[..., 1])).mean(axis=0)
    width = (found[..., 1] - found[..., 0]).mean(axis=0)
    for k, name in enumerate(("mean", "ratio")):
        words = f"{name}: ours holds {100 * held[0, k]:.1f} %, scipy's {100 * held[1, k]:.1f} %; ours wider by"
        yield {"shape": f"{n_sets} x {FEW_PROBLEMS} x {N_SAMPLES}", "what": words, "times": width[0, k] / width[1, k]}


def _both(
    data: tuple[Ints, Floats, Floats], resampler: Resampler, rng: np.random.Generator
) -> list[list[tuple[float, float]]]:
    return [ours(*data, resampler), scipys(*data[1:], rng)]


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
