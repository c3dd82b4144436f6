"""Counts of one design: how often intervals held the truth, and how often tests rejected where nothing differs.

The numbers come from the measures as they are shipped: `Measure.statistics` and `Sample.estimates` on a frame of
features. Knows no single measure. Data are drawn in blocks, each from a seed of its own, so that any order gives the
same counts.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures import MEASURES
from analysis.measures.sample import Group, Sample
from analysis.measures.statistics import Estimate, Statistic
from analysis.resampling import Floats, Ints, Resampler
from bench.proofs.base import Design, Simulation, Truth
from bench.proofs.levels import LEVEL, Null

SEED = 20251009
SLACK = 1e-12
N_CHUNKS, CHUNK = 10, 200_000
"""A population is so many times so many rollouts: two million."""


class Counts(NamedTuple):
    """Data sets whose interval held the truth, those with an interval, and those without one."""

    n_held: int = 0
    n_sets: int = 0
    n_none: int = 0

    def plus(self, other: Sequence[int]) -> "Counts":
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


class Unflipped(Resampler):
    """Draws what intervals need; p-values, which no coverage reads, are not worked out."""

    def sign_flip_p(self, ids: Ints, differences: Floats) -> float:
        return 1.0


def generator_of(name: str, design: Design, block: int) -> np.random.Generator:
    law = [design.n_problems, round(design.concentration), round(100 * design.base_rate), design.n_samples]
    return np.random.default_rng([SEED, zlib.crc32(name.encode()), *law, block])


def covered(
    name: str, simulation: Simulation, truth: Truth, design: Design, block: int, n_sets: int
) -> dict[str, Counts]:
    """Counts of every row with a known truth, over the data sets of one block."""
    rng = generator_of(name, design, block)
    resampler, counts = Unflipped(rng), dict.fromkeys(truth, Counts())
    for _ in range(n_sets):
        frame = simulation.draw(design, rng)
        found = estimates(simulation, frame, resampler, None if simulation.learnt else frozenset(truth))
        own = simulation.learnt(design, frame, found, resampler) if simulation.learnt else {}
        for row, value in {**truth, **own}.items():
            counts[row] = counts.get(row, Counts()).plus(_count(found.get(row), value))
    return counts


def _count(found: Estimate | None, truth: float) -> Counts:
    if found is None or found.low is None or found.high is None:
        return Counts(n_none=1)
    return Counts(int(found.low - SLACK <= truth <= found.high + SLACK), 1)


def estimates(
    simulation: Simulation, frame: pl.DataFrame, resampler: Resampler, wanted: frozenset[str] | None = None
) -> dict[str, Estimate]:
    """The rows of the simulation's measures, or those that are wanted."""
    found: dict[str, Estimate] = {}
    groups = Groups(frame, resampler)
    for measure in simulation.measures:
        if wanted is not None and not any(row.startswith(f"{measure}/") for row in wanted):
            continue
        is_apart = measure in simulation.told_apart
        sample = groups.sample(measure, simulation.settings)
        named = [(_row(measure, s, is_apart), s) for s in MEASURES[measure].statistics(sample)]
        kept = [(row, s) for row, s in named if wanted is None or row in wanted]
        found |= zip([row for row, _ in kept], sample.estimates([s for _, s in kept]), strict=True)
    return found


class Groups:
    """One data set as the group that measures read, laid out once for all that sort it alike."""

    def __init__(self, frame: pl.DataFrame, resampler: Resampler) -> None:
        self.frame = frame
        self.resampler = resampler
        self._laid: dict[bool, Group] = {}

    def sample(self, measure: str, settings: Mapping[str, str]) -> Sample:
        """For a measure, with those of the settings that it has."""
        own = {setting.name for setting in MEASURES[measure].settings}
        chosen = MEASURES[measure].chosen({name: value for name, value in settings.items() if name in own})
        if chosen.is_macro not in self._laid:
            ordered = self.frame.sort(chosen.sort_order)
            self._laid[chosen.is_macro] = Group({}, ordered, chosen.is_macro, self.resampler)
        return Sample(self._laid[chosen.is_macro], chosen)


def _row(measure: str, statistic: Statistic, is_apart: bool) -> str:
    """Its name, and where rows of one name are told apart their label or lower edge."""
    edges, label = getattr(statistic, "edges", None), getattr(statistic, "label", "")
    apart = label or (f"{edges[0]:g}" if edges else "")
    return f"{measure}/{statistic.name}" + (f"/{apart}" if is_apart and apart else "")


def simulated(
    name: str, simulation: Simulation, design: Design, n_chunks: int = N_CHUNKS, chunk: int = CHUNK
) -> dict[str, float]:
    """The simulated truths: each the mean of what the measures say of parts of a large population.

    Parts are weighted by what a row counts, so that a mean or share is that of the whole.
    """
    if not simulation.simulated:
        return {}
    large = design.large(chunk // design.n_samples)
    parts = [
        estimates(simulation, simulation.draw(large, rng), Unflipped(rng, n_resamples=2), simulation.simulated)
        for rng in (generator_of(name, large, block) for block in range(n_chunks))
    ]
    return {row: _pooled([part[row] for part in parts]) for row in sorted(simulation.simulated)}


def _pooled(parts: Sequence[Estimate]) -> float:
    weights = np.array([part.n for part in parts], dtype=np.float64)
    values = np.array([part.value if part.value is not None else 0.0 for part in parts])
    return float(weights @ values / weights.sum())


def rejected(name: str, null: Null, design: Design, block: int, n_sets: int) -> Counts:
    """How often p < .05, over the data sets of one block: held counts those that were rejected."""
    rng = generator_of(name, design, block)
    resampler, counts = Resampler(rng), Counts()
    for _ in range(n_sets):
        p = list(_p_values(null, null.draw(design, rng), resampler))
        is_found = bool(p) and (max(p) > 0 if null.is_count else min(p) < LEVEL)
        counts = counts.plus(Counts(int(is_found), int(bool(p)), int(not p)))
    return counts


def _p_values(null: Null, frame: pl.DataFrame, resampler: Resampler) -> Iterator[float]:
    sample = Groups(frame, resampler).sample(null.measure, {})
    wanted = [s for s in MEASURES[null.measure].statistics(sample) if s.name == null.row]
    for found in sample.estimates(wanted):
        if found.value is not None:
            yield found.value
