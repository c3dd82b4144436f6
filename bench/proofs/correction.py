"""Self-correction with known flows: right first answers are kept, wrong ones repaired, at fixed rates."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from analysis.correction import SMOOTH, Means, find_smooth
from bench.proofs.base import Design, Simulation, frame_of, outcomes

KEPT, FIXED = 0.9, 0.25


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Two attempts each; rollouts of one problem share its chance of a right first answer."""
    chance = design.chances(rng)
    first = (rng.random(len(chance)) < chance).astype(np.float64)
    second = (rng.random(len(chance)) < np.where(first > 0, KEPT, FIXED)).astype(np.float64)
    n = len(first)
    return frame_of(
        n,
        problem_id=design.problem,
        attempt_outcomes=[list(pair) for pair in zip(outcomes(first), outcomes(second), strict=True)],
        attempt_classes=np.column_stack([np.zeros(n), first != second]).astype(int).tolist(),
        attempt_tokens=[[None, None]] * n,
        attempt_confidences=[[None, None]] * n,
        attempt_edits=[[0.5]] * n,
        final_outcome=outcomes(second),
    )


def truth(design: Design) -> Mapping[str, float]:
    p = design.base_rate
    means = Means(p, p * KEPT, (1 - p) * FIXED)
    plain = {
        "acc1": p,
        "acc2": means.second,
        "delta": means.second - p,
        "delta_ic": means.fixed,
        "delta_ci": p * (1 - KEPT),
        "cl": KEPT,
        "cs": FIXED,
    }
    smooth = {name: find_smooth(name, means) for name in SMOOTH}
    return plain | {name: found.value for name, found in smooth.items() if not isinstance(found, str)}


def round_truth(design: Design) -> Mapping[str, float]:
    found = truth(design)
    return {"round_ecr": found["cs"], "round_eir": 1 - found["cl"], "round_fixed": found["delta_ic"]}


SIMULATION = Simulation("self_correction", draw, truth, required=frozenset({"acc1", "acc2", "delta", "cl", "cs"}))
ROUNDS = Simulation("rounds", draw, round_truth)
