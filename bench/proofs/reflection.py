"""Rollouts in which reflecting adds a known effect, a planted word tells which questions are worth a second try, or a
planted phrase opens sentences after the first answer. Knows no interval.
"""

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.measures.question_rule import design_of
from analysis.measures.question_stop import SHARES, taught_rule
from analysis.resampling import Floats, Resampler
from bench.proofs.base import Design, Found, Simulation, Truth, frame_of, lists, outcomes

EFFECT = 0.1
"""What reflecting adds to the chance of a right answer."""
PLANTED = 7
"""The bucket of the word that tells which questions are worth a second try, where there is such a word."""
MENDABLE, MENDED = 0.3, 0.4
"""The share of problems that a second try mends, and the chance that one does."""
N_OTHER_WORDS = 5
PHRASES = tuple(f"{first}{second} so" for first in "bcdfg" for second in "aeiou")
"""Openings of simulated sentences, beside the planted one."""
WAIT_BEFORE, WAIT_AFTER = 0.05, 0.10
OPENINGS = 20


def length_matched_rollouts(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Reflecting adds EFFECT to the chance of a right answer; hard problems make it likelier and texts longer.

    Given the problem and whether it reflects, length says nothing of being right.
    """
    hard = 1 - design.chances(rng)
    reflects = rng.random(design.n) < 0.15 + 0.7 * hard
    right = outcomes(rng.random(design.n) < 0.85 - 0.7 * hard + EFFECT * reflects)
    tokens = np.exp(6 + 1.5 * hard + rng.normal(0, 0.3, design.n)).astype(np.int64) + 10
    first = np.maximum((tokens * rng.uniform(0.3, 0.9, design.n)).astype(np.int64), 1)
    return frame_of(
        design.n,
        problem_id=design.problem,
        n_candidates=1 + reflects,
        n_read_tokens=tokens,
        candidate_tokens=lists(first[:, None]),
        first_outcome=right,
        final_outcome=right,
    )


def known_effect(design: Design) -> Truth:
    return {f"length_matched/reflecting_{alike}": EFFECT for alike in ("same_problem", "same_length")}


def question_problems(
    n: int, rng: np.random.Generator, *, has_word: bool = True
) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Which of n problems are mendable, their words, and 1 where the first word counts.

    The first word is the planted one, of mendable problems only.
    """
    mendable = (rng.random(n) < MENDABLE).astype(np.float64)
    words = np.sort(np.column_stack([np.full(n, PLANTED), rng.integers(10, 200, (n, N_OTHER_WORDS))]), axis=1)
    return mendable, words, mendable * float(has_word)


def _worded(words: NDArray[np.int64], has_first: Floats) -> pl.Series:
    """Lists of distinct words; without the first where it does not count."""
    frame = pl.DataFrame({"w": lists(words), "skip": (has_first == 0).astype(np.int64)})
    return frame.select(pl.col("w").list.slice(pl.col("skip")).list.unique().list.sort())["w"]


def question_rollouts(design: Design, rng: np.random.Generator, *, has_word: bool = True) -> pl.DataFrame:
    """A first candidate is right with the problem's chance, of mendable problems with .3; by the third, MENDED of all
    rollouts of mendable problems are mended. 100 tokens to the first candidate, 200 to the third, 260 in all.
    """
    by_problem, words, has_first = question_problems(design.n_problems, rng, has_word=has_word)
    mendable = by_problem[design.problem]
    first = rng.random(design.n) < np.where(mendable > 0, 0.3, design.chances(rng))
    third = first | ((mendable > 0) & (rng.random(design.n) < MENDED / 0.7))
    return frame_of(
        design.n,
        problem_id=design.problem,
        question_words=_worded(words, has_first).gather(design.problem.astype(np.uint32)),
        n_candidates=3,
        n_read_tokens=260,
        candidate_tokens=[[100, 150, 200]] * design.n,
        candidate_outcomes=outcomes(np.column_stack([first, first, third])),
        n_ft=(third & ~first).astype(np.int64),
        first_outcome=outcomes(first),
        final_outcome=outcomes(third),
    )


@cache
def _population(has_word: bool) -> tuple[Floats, Floats]:
    """5,000 new problems: which are mendable, and their design."""
    mendable, words, has_first = question_problems(5_000, np.random.default_rng(99), has_word=has_word)
    problems = frame_of(len(mendable), question_words=_worded(words, has_first), problem_id=np.arange(len(mendable)))
    return mendable, design_of(problems, "both")


def question_truth(
    design: Design, frame: pl.DataFrame, share: int, resampler: Resampler, *, has_word: bool = True
) -> Truth:
    """What the rule that this data set teaches is worth on new problems of the same kind."""
    rule, limits = taught_rule(frame, resampler)
    mendable, features = _population(has_word)
    late, extra = rule.scores(features) > limits[SHARES.index(share)], MENDED * mendable
    of_rule = float((late * extra).mean() + late.mean() * MENDED * (MENDABLE - mendable.mean()))
    early = (1 - MENDABLE) * design.base_rate + 0.3 * MENDABLE
    return {
        f"question_stop/accuracy_question_{share}": early + of_rule,
        f"question_stop/over_mixing_question_{share}": of_rule - float(late.mean()) * MENDED * MENDABLE,
    }


def learnt_questions(design: Design, frame: pl.DataFrame, found: Found, resampler: Resampler) -> Truth:
    if found["question_stop/accuracy_question_25"].value is None:
        return {}
    return question_truth(design, frame, 25, resampler)


def known_caps(design: Design) -> Truth:
    early = (1 - MENDABLE) * design.base_rate + 0.3 * MENDABLE
    late = early + MENDABLE * MENDED
    return {"question_stop/accuracy_early": early, "question_stop/accuracy_late": late}


def phrase_rollouts(design: Design, rng: np.random.Generator, *, has_wait: bool = True) -> pl.DataFrame:
    """Twenty sentences before and after the first candidate; each problem has rates of its own on either side.

    The rates of the other phrases have one mean on both sides; "wait" opens 5 % before and 10 % after if `has_wait`.
    """
    after_rate = WAIT_AFTER if has_wait else WAIT_BEFORE
    before, after = (_phrase_counts(design, rate, rng) for rate in (WAIT_BEFORE, after_rate))
    return frame_of(
        design.n,
        problem_id=design.problem,
        phrases=[[*PHRASES, "wait"]] * design.n,
        phrases_before=lists(before),
        phrases_after=lists(after),
        n_openings_before=OPENINGS,
        n_openings_after=OPENINGS,
        n_candidates=1,
    )


def _phrase_counts(design: Design, rate: float, rng: np.random.Generator) -> NDArray[np.int64]:
    alike = 10 * design.concentration
    wait = rng.beta(alike * rate, alike * (1 - rate), design.n_problems)
    others = rng.dirichlet(np.full(len(PHRASES), design.concentration), design.n_problems) * (1 - wait)[:, None]
    rates = np.column_stack([others, wait])[design.problem]
    return rng.multinomial(OPENINGS, rates / rates.sum(axis=1, keepdims=True))


def known_odds(design: Design) -> Truth:
    before, after = (rate / (1 - rate) for rate in (WAIT_BEFORE, WAIT_AFTER))
    odds = {"log_odds": float(np.log(after) - np.log(before)), "after": WAIT_AFTER, "before": WAIT_BEFORE}
    return {f"mined_phrases/phrase_01_{name}/wait": value for name, value in odds.items()}


LENGTHS = Simulation(("length_matched",), length_matched_rollouts, known_effect)
QUESTIONS = Simulation(("question_stop",), question_rollouts, known_caps, learnt=learnt_questions)
PLANTED_PHRASE = Simulation(
    ("mined_phrases",),
    phrase_rollouts,
    known_odds,
    settings={"prior": "1"},
    told_apart=frozenset({"mined_phrases"}),
)
