"""Self-correction with known flows: right answers are kept, wrong ones repaired, at fixed rates, round after round."""

import numpy as np
import polars as pl

from analysis.correction import SMOOTH, Means, find_smooth
from analysis.resampling import Floats
from bench.proofs.base import Design, Simulation, Truth, frame_of, lists, outcomes

KEPT, FIXED = 0.9, 0.25
ROUNDS_DRAWN = 3
TOKENS = 500.0


def attempts(design: Design, rng: np.random.Generator, n: int) -> Floats:
    """1 where right, rollouts x attempts; rollouts of one problem share its chance of a right first answer."""
    chance = design.chances(rng)
    right = [(rng.random(len(chance)) < chance).astype(np.float64)]
    while len(right) < n:
        right.append((rng.random(len(chance)) < np.where(right[-1] > 0, KEPT, FIXED)).astype(np.float64))
    return np.column_stack(right)


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    right = attempts(design, rng, 2)
    anew = (right[:, 0] == 0) & (rng.random(design.n) < 0.5)
    edits = (rng.random(design.n_problems)[design.problem] + rng.random(design.n)) / 2
    return frame_of(
        design.n,
        problem_id=design.problem,
        attempt_outcomes=outcomes(right),
        attempt_classes=lists(np.column_stack([np.zeros(design.n), np.where(right[:, 0] != right[:, 1], 1, 2 * anew)])),
        attempt_edits=lists(edits[:, None]),
        final_outcome=outcomes(right[:, 1]),
    )


def truth(design: Design) -> Truth:
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
        "eir": 1 - KEPT,
        "ecr": FIXED,
        "srpo_effect": 0.75 * p * KEPT + means.fixed + 0.25 * p * (1 - KEPT),
        "changed_answer": p * (1 - KEPT) + (1 - p) * (FIXED + (1 - FIXED) / 2),
        "edit_ratio": 0.5,
    }
    smooth = {name: find_smooth(name, means) for name in SMOOTH}
    plain |= {name: found.value for name, found in smooth.items() if not isinstance(found, str)}
    return {f"self_correction/{name}": value for name, value in plain.items()}


def draw_rounds(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    right = attempts(design, rng, ROUNDS_DRAWN)
    tokens = TOKENS * np.exp(0.5 * design.mixed(rng) - 0.125)
    spent = tokens[:, None] * np.exp(0.3 * rng.normal(size=right.shape) - 0.045) * [1.0, 0.5, 0.5]
    return frame_of(
        design.n,
        problem_id=design.problem,
        attempt_outcomes=outcomes(right),
        attempt_tokens=lists(np.rint(spent).astype(np.int64)),
        final_outcome=outcomes(right[:, -1]),
    )


def truth_of_rounds(design: Design) -> Truth:
    """A round's accuracy is FIXED + (KEPT - FIXED) times that before; never right by round t: (1 - p)(1 - FIXED)^(t-1).

    Tokens are rounded to whole ones, which moves their mean by less than a thousandth of one.
    """
    p, found = design.base_rate, {}
    for t in range(1, ROUNDS_DRAWN + 1):
        found[f"round_accuracy/{t}"] = p
        found[f"round_ever_right/{t}"] = 1 - (1 - design.base_rate) * (1 - FIXED) ** (t - 1)
        found[f"round_tokens/{t}"] = TOKENS if t == 1 else TOKENS / 2
        p_next = p * KEPT + (1 - p) * FIXED
        if t < ROUNDS_DRAWN:
            after = t + 1
            found[f"round_fixed/{after}"], found[f"round_broken/{after}"] = (1 - p) * FIXED, p * (1 - KEPT)
            found[f"round_ecr/{after}"], found[f"round_eir/{after}"] = FIXED, 1 - KEPT
        p = p_next
    return {f"rounds/{name}": value for name, value in found.items()}


FORMS = ("generation", "multiple choice")
OPTIONS = 4
"""Of a question with options, one of which is right by luck where the answer is not known."""


def draw_forms(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Both forms of every problem, two attempts each, as many samples of each form."""
    chance = design.chances(rng)
    frames = []
    for place, form in enumerate(FORMS):
        first = rng.random(design.n) < (chance + (1 - chance) / OPTIONS if place else chance)
        second = rng.random(design.n) < np.where(first, KEPT, FIXED)
        frames.append(
            frame_of(
                design.n,
                rollout_id=np.arange(design.n) + place * design.n,
                problem_id=design.problem,
                condition=f"form {form}",
                attempt_outcomes=outcomes(np.column_stack([first, second])),
                final_outcome=outcomes(second),
            )
        )
    return pl.concat(frames)


def truth_of_forms(design: Design) -> Truth:
    p = design.base_rate
    first = dict(zip(FORMS, (p, p + (1 - p) / OPTIONS), strict=True))
    second = {form: right * KEPT + (1 - right) * FIXED for form, right in first.items()}
    found = {}
    for attempt, right in (("attempt 1", first), ("attempt 2", second)):
        found[f"form_difference/{attempt}"] = right[FORMS[1]] - right[FORMS[0]]
        found |= {f"form_accuracy/{form}; {attempt}": right[form] for form in FORMS}
    found |= {f"form_ever_right/{form}; attempt 2": 1 - (1 - first[form]) * (1 - FIXED) for form in FORMS}
    return {f"forms/{name}": value for name, value in found.items()}


REQUIRED = frozenset(f"self_correction/{name}" for name in ("acc1", "acc2", "delta", "cl", "cs"))
SIMULATION = Simulation(("self_correction",), draw, truth, required=REQUIRED)
ROUNDS = Simulation(
    ("rounds",),
    draw_rounds,
    truth_of_rounds,
    required=frozenset(f"rounds/round_accuracy/{t}" for t in (1, 2, 3)),
    told_apart=frozenset({"rounds"}),
)
FORMS_OF_ITEMS = Simulation(
    ("forms",),
    draw_forms,
    truth_of_forms,
    required=frozenset(f"forms/form_difference/attempt {t}" for t in (1, 2)),
    told_apart=frozenset({"forms"}),
)
