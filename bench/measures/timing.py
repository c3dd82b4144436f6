"""`python -m bench.measures.timing SHAPE`: seconds of every measure by model, alone and together, and peak memory.

Prints one JSON object a line.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from analysis.calibration.scores import gap
from analysis.measures import MEASURES
from analysis.measures.base import Measure, compute_all, compute_of
from analysis.measures.calibration_intervals import counted_of
from analysis.measures.calibration_source import confident
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import averaged, sets_of
from analysis.measures.statistics import Contrast, Mean, Share, Statistic
from analysis.resampling import Resampler
from analysis.sampling.passing import pass_at_k
from bench.measures.frames import SHAPES, features

Row = dict[str, str | float]
SUMS = ("accuracy", "transitions", "tokens", "candidates", "self_correction", "rounds", "difficulty", "compare")
RANKS = ("calibration", "calibration_change", "calibration_length", "recalibration", "sampling", "balance")
SUMS_LIMIT, RANKS_LIMIT, MOST_GB = 3.0, 60.0, 1.0


def of_calibration(sample: Sample) -> Iterator[Statistic]:
    """What calibration says with sums alone: Brier score, gap and accuracy."""
    who = confident(sample)
    counted = counted_of(sample, who.counted, who.share, who.right)
    over = gap(counted.confidence, counted.outcome)
    yield Mean("brier", (who.share - who.right) ** 2 * who.counted, who.counted, "score", who.why_none)
    yield Contrast("gap", over.value, counted.spread(over.influence), who.counted, empty=who.why_none)
    yield Share("accuracy", who.right * who.counted, who.counted, who.why_none)


def of_sampling(sample: Sample) -> Iterator[Statistic]:
    """What sampling says with sums alone: pass@k, ever and always right."""
    sets = sets_of(sample)
    per = sets.spread(sets.is_full)
    ks = [k for k in (1, 2, 4, 8, 16) if k <= sets.usual]
    shares = {f"pass@{k}": pass_at_k(sets.n, sets.n_right, k) for k in ks if k <= sets.n.min()}
    shares["ever_right"] = (sets.n_right > 0).astype(np.float64)
    shares["always_right"] = (sets.n_right == sets.n).astype(np.float64)
    found = [Share(name, sets.spread(values * sets.is_full), per, NO_GOLD) for name, values in shares.items()]
    yield from averaged(found, sets.usual, sample.strata)


def sums() -> list[Measure]:
    """The measures of sums, and the parts of others that are."""
    parts = {"calibration": of_calibration, "sampling": of_sampling}
    return [MEASURES[name] for name in SUMS] + [
        replace(MEASURES[name], name=f"{name}, its sums", statistics=part) for name, part in parts.items()
    ]


def rows(shape: str) -> Iterator[Row]:
    """Each measure alone, then those of sums and those of ranks together."""
    frame = features(SHAPES[shape], np.random.default_rng(0))
    compute_all(list(MEASURES), frame.head(300), rng=np.random.default_rng(0))  # imports are not timed
    ranks = [MEASURES[name] for name in RANKS]
    for measure in [*sums(), *ranks]:
        yield {"shape": shape, "what": measure.name, **seconds([measure], frame)}
    yield {"shape": shape, "what": "all of sums together", "limit": SUMS_LIMIT, **seconds(sums(), frame)}
    ranked: Row = {"shape": shape, "what": "all of ranks and kernels together", "limit": RANKS_LIMIT}
    yield {**ranked, **seconds(ranks, frame)}
    every: Row = {"shape": shape, "what": f"all {len(MEASURES)} measures"}
    every |= seconds([MEASURES[name] for name in MEASURES], frame)
    every["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    yield every


def seconds(measures: Sequence[Measure], frame: pl.DataFrame) -> dict[str, str | float]:
    """By model, on resamples of their own: by the clock, and of the processor (which counts on a busy machine)."""
    wall, cpu = time.perf_counter(), time.process_time()
    compute_of(Resampler(np.random.default_rng(0)), measures, frame, ("model",))
    return {"seconds": time.perf_counter() - wall, "cpu seconds": time.process_time() - cpu}


if __name__ == "__main__":
    for row in rows(sys.argv[1]):
        print(json.dumps(row), flush=True)
