"""Calibration with a known excess of confidence: the simulation of bench.calibration on the grid of the proofs."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from analysis.resampling import Resampler
from bench.calibration import BASE_RATES, CHANGES, changes, frame, simulate, two_attempts
from bench.calibration import truth as truth_at
from bench.proofs.base import Design, Simulation

LARGE = 40_000


def _clustering(design: Design) -> float:
    """The problem's share of the variance: that of a Beta law with this concentration."""
    return 1 / (1 + design.concentration)


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    return frame(*simulate(design.n_problems, _clustering(design), BASE_RATES[design.base_rate], rng))


def truth(design: Design) -> Mapping[str, float]:
    return truth_at(BASE_RATES[design.base_rate])


def draw_change(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    return two_attempts(design.n_problems, _clustering(design), BASE_RATES[design.base_rate], rng)


def truth_of_change(design: Design) -> Mapping[str, float]:
    large = two_attempts(LARGE, _clustering(design), BASE_RATES[design.base_rate], np.random.default_rng(1))
    found = changes(large, Resampler(np.random.default_rng(0), n_resamples=2))
    return {name: found[name].value or 0.0 for name in CHANGES}


SHARE = {"scale": "share"}
SIMULATION = Simulation("calibration", draw, truth, SHARE, frozenset({"brier", "auroc", "gap", "accuracy"}))
CHANGE = Simulation("calibration_change", draw_change, truth_of_change, SHARE, frozenset({"accuracy_change"}))
