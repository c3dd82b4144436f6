"""Calibration with a known excess of confidence: of one attempt, of two, against length, and mended on other problems.

Confidences in steps of .05; how far a problem's own difficulty and mood go is the design's clustering, which moves no
expectation. Knows no interval.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.calibration.mending import Line, isotonic
from analysis.resampling import Floats, Resampler
from bench.proofs.base import Design, Found, Simulation, Truth, frame_of, lists, outcomes

LOG_ODDS = {0.3: -1.0, 0.8: 1.75}
"""Log odds at the mean difficulty that give about this accuracy."""
OVER = 0.6
"""Log odds by which confidences are too high."""
STEPS = 20
N_LARGE = 500_000


class Stated(NamedTuple):
    """Per rollout: its confidence, whether it is right, and how able the model is there (standard normal)."""

    confidence: Floats
    right: Floats
    ability: Floats


def stated(design: Design, rng: np.random.Generator, shift: float = 0.0) -> Stated:
    odds = LOG_ODDS[design.base_rate] + shift
    ability, mood = design.mixed(rng), design.mixed(rng)
    right = rng.random(design.n) < 1 / (1 + np.exp(-(odds + 1.3 * ability)))
    said = 1 / (1 + np.exp(-(odds + OVER + 0.6 * ability + 0.8 * mood)))
    return Stated(np.round(said * STEPS) / STEPS, right.astype(np.float64), ability)


def measured(design: Design, rng: np.random.Generator) -> tuple[Stated, Floats]:
    """Rollouts and their lengths in tokens: harder ones are longer."""
    found = stated(design, rng)
    return found, np.rint(np.exp(7 - 0.5 * found.ability + 0.5 * rng.normal(size=design.n)))


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    found, tokens = measured(design, rng)
    return frame_of(
        design.n,
        problem_id=design.problem,
        confidence=found.confidence,
        final_outcome=outcomes(found.right),
        n_reasoning_tokens=tokens,
    )


def draw_change(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """A first attempt, and a last one that is right more often and less sure."""
    first, last = stated(design, rng, -0.4), stated(design, rng)
    right = np.maximum(first.right, last.right)
    said = np.minimum(first.confidence, last.confidence)
    return frame_of(
        design.n,
        problem_id=design.problem,
        attempt_confidences=lists(np.column_stack([first.confidence, said])),
        attempt_outcomes=outcomes(np.column_stack([first.right, right])),
        final_outcome=outcomes(right),
    )


def nothing_known(design: Design) -> Truth:
    return {}


class Population(NamedTuple):
    """Every confidence that is stated, how often, and how often answers of that confidence are right."""

    value: Floats
    share: Floats
    right: Floats


@cache
def population(base_rate: float) -> Population:
    """Of two million rollouts of as many problems."""
    design = Design(4 * N_LARGE, 1.0, base_rate, 1)
    found = stated(design, np.random.default_rng(1))
    at = np.rint(found.confidence * STEPS).astype(np.int64)
    counts = np.bincount(at, minlength=STEPS + 1)
    right = np.bincount(at, weights=found.right, minlength=STEPS + 1) / np.maximum(counts, 1)
    return Population(np.arange(STEPS + 1) / STEPS, counts / len(at), right)


def worth(mended: Floats, people: Population) -> tuple[float, float]:
    """Brier score and gap of a curve, given at the confidences of the population."""
    brier = people.share @ ((mended - people.right) ** 2 + people.right * (1 - people.right))
    return float(brier), float(people.share @ (mended - people.right))


def learnt(design: Design, frame: pl.DataFrame, found: Found, resampler: Resampler) -> Truth:
    """What the curves that this data set teaches are worth on all other problems."""
    people = population(design.base_rate)
    intercept, slope = (found[f"recalibration/platt_{part}"].value for part in ("intercept", "slope"))
    if intercept is None or slope is None:
        return {}
    half = resampler.halves(np.arange(design.n_problems))[frame["problem_id"].to_numpy()]
    taught = frame.filter(pl.Series(half == 0))
    steps = isotonic(taught["confidence"].to_numpy(), (taught["final_outcome"] == "correct").to_numpy().astype(float))
    curves = {"platt": Line(intercept, slope).mended(people.value), "isotonic": steps.mended(people.value)}
    before = worth(people.value, people)
    told = {"brier_before": before[0], "gap_before": before[1]}
    for way, curve in curves.items():
        brier, gap = worth(curve, people)
        told |= {f"brier_{way}": brier, f"gap_{way}": gap, f"brier_change_{way}": brier - before[0]}
    return {f"recalibration/{name}": value for name, value in told.items()}


SCORES = ("brier", "brier_reliability", "brier_resolution", "brier_uncertainty", "brier_skill", "gap", "accuracy")
ERRORS = ("ece", "ace_equal_width", "mce", "rmsce", "ece_equal_mass", "ace", "smece")
RANKINGS = ("auroc", "auprc_correct", "auprc_wrong", "aurc", "e_aurc", "risk_at_50", "risk_at_80")
CHANGES = ("ece_change", "brier_change", "gap_change", "auroc_change", "accuracy_change")
TIMES = tuple(f"{name}_{time}" for name in ("ece", "brier", "auroc") for time in ("before", "after"))
SHARE = {"scale": "share"}


def _rows(measure: str, *names: str) -> frozenset[str]:
    return frozenset(f"{measure}/{name}" for name in names)


SIMULATION = Simulation(
    ("calibration",),
    draw,
    nothing_known,
    _rows("calibration", *ERRORS, *SCORES, *RANKINGS, "mean_confidence"),
    settings=SHARE,
    is_marginal=True,
    required=_rows("calibration", "brier", "auroc", "gap", "accuracy", "mean_confidence"),
)
CHANGE = Simulation(
    ("calibration_change",),
    draw_change,
    nothing_known,
    _rows("calibration_change", *CHANGES, *TIMES),
    settings=SHARE,
    is_marginal=True,
    required=_rows("calibration_change", "accuracy_change", "brier_change", "brier_before", "brier_after"),
)
RECALIBRATION = Simulation(("recalibration",), draw, nothing_known, learnt=learnt, settings=SHARE)
