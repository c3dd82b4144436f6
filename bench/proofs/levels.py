"""How often each paired test that is shipped says p < .05 where nothing differs: at most 5 % is wanted.

A null is a law in which the two sides are exchangeable, or, said so, only have the same mean. Knows no test.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.proofs.base import SAMPLES, Design, frame_of, lists, outcomes
from bench.proofs.correction import FORMS
from bench.proofs.reflection import phrase_rollouts
from bench.proofs.sampling import TOKENS, arms, draw_arms

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Null:
    """A measure's p-values where nothing differs: the least of the rows of this name, so that a family counts once.

    Where `is_count`, the row is a number of things found, of which there are none.
    """

    label: str
    measure: str
    row: str
    draw: Callable[[Design, np.random.Generator], pl.DataFrame]
    n_samples: int = SAMPLES
    is_count: bool = False
    only: float | None = None
    """The one base rate at which it is a null."""


def answers(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """First and final answers, and two attempts, with the same chance of being right."""
    chance = design.chances(rng)
    right = rng.random((design.n, 2)) < chance[:, None]
    return frame_of(
        design.n,
        problem_id=design.problem,
        first_outcome=outcomes(right[:, 0]),
        final_outcome=outcomes(right[:, 1]),
        n_candidates=1,
        attempt_outcomes=outcomes(right),
    )


def options(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Probabilities of the right option before and after, both drawn from one law per problem."""
    before, after = (rng.beta(*design.ability, design.n_problems)[design.problem] for _ in range(2))
    return frame_of(design.n, problem_id=design.problem, option_flow=lists(np.column_stack([before, after, after])))


def forms(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Every problem in two forms with the same chance."""
    right = rng.random((design.n, 2)) < design.chances(rng)[:, None]
    parts = [
        frame_of(
            design.n,
            rollout_id=np.arange(design.n) + place * design.n,
            problem_id=design.problem,
            condition=f"form {form}",
            attempt_outcomes=outcomes(right[:, [place]]),
            final_outcome=outcomes(right[:, place]),
        )
        for place, form in enumerate(FORMS)
    ]
    return pl.concat(parts)


def two_alike(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Two arms with the same chance on each problem, and tokens of one law."""
    return _alike(design, rng, "ab")


def three_alike(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    return _alike(design, rng, "abc")


def _alike(design: Design, rng: np.random.Generator, names: str) -> pl.DataFrame:
    chance = rng.beta(*design.ability, design.n_problems)
    return arms(design, rng, dict.fromkeys(names, chance), dict.fromkeys(names, TOKENS))


def no_phrase(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    return phrase_rollouts(design, rng, has_wait=False)


NULLS = {
    "gain_mcnemar": Null("first and final answer, one rollout a problem", "accuracy", "gain_p_value", answers, 1),
    "gain_flips": Null("first and final answer, four rollouts a problem", "accuracy", "gain_p_value", answers),
    "attempts_mcnemar": Null("two attempts, one rollout a problem", "self_correction", "p_value", answers, 1),
    "attempts_flips": Null("two attempts, four rollouts a problem", "self_correction", "p_value", answers),
    "options_flips": Null("options before and after", "self_correction", "p_value", options),
    "forms_mcnemar": Null("two forms of an item, one rollout each", "forms", "form_p", forms, 1),
    "arms_mcnemar": Null("two arms, one rollout a problem", "compare", "p_value", two_alike, 1),
    "arms_flips": Null("two arms, four rollouts a problem", "compare", "p_value", two_alike),
    "arms_same_mean": Null(
        "two arms of equal accuracy, but other chances on 3 of 10 problems", "compare", "p_value", draw_arms, only=0.8
    ),
    "arms_tokens": Null("tokens of two arms", "compare", "tokens_p", two_alike),
    "arms_holm": Null("any of three pairs of arms, corrected by Holm", "compare", "p_holm", three_alike),
    "phrases_holm": Null(
        "any phrase said to stand out, corrected by Holm", "mined_phrases", "phrases_found", no_phrase, is_count=True
    ),
}
