"""How often the intervals of the later reflection measures hold a known truth, on simulated rollouts with columns.

Run `python -m bench.reflection [DATA_SETS]`. Knows no files: all data are simulated from fixed seeds.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.measures.base import compute
from analysis.measures.question_rule import design_of
from analysis.measures.question_stop import SHARES, taught_rule
from analysis.resampling import Floats


def frame_of(n: int, columns: Mapping[str, object]) -> pl.DataFrame:
    """n rollouts with these columns of the features, a plain value in those that every measure reads."""
    plain: dict[str, object] = {
        "rollout_id": list(range(n)),
        "collection_id": 1,
        "model": "m",
        "problem_set": "",
        "subject": "",
        "level": "",
        "condition": "",
        "sample": 0,
        "has_gold": True,
        "truncated": False,
        "read_from": "reasoning",
        "token_source": "uploaded",
        "n_lines": 100,
        "marker_counts": [[0] * len(MARKERS)] * n,
    }
    filled = dict.fromkeys(SCHEMA) | plain | dict(columns)
    series = {
        name: pl.Series(name, value if isinstance(value, list) else [value] * n, dtype=SCHEMA[name], strict=False)
        for name, value in filled.items()
    }
    return pl.DataFrame(series).select(list(SCHEMA))


def outcomes(right: NDArray[np.bool_]) -> list[str]:
    return ["correct" if each else "incorrect" for each in right]


def length_matched_rollouts(
    n_problems: int, n_samples: int, rng: np.random.Generator, effect: float = 0.1
) -> pl.DataFrame:
    """Reflecting adds `effect` to the chance of a right answer; hard problems make it likelier and texts longer.

    Given the problem and whether it reflects, length says nothing of being right.
    """
    hard = np.repeat(rng.random(n_problems), n_samples)
    n = len(hard)
    reflects = rng.random(n) < 0.15 + 0.7 * hard
    right = rng.random(n) < 0.85 - 0.7 * hard + effect * reflects
    tokens = np.exp(6 + 1.5 * hard + rng.normal(0, 0.3, n)).astype(int) + 10
    first = np.maximum((tokens * rng.uniform(0.3, 0.9, n)).astype(int), 1)
    return frame_of(
        n,
        {
            "problem_id": np.repeat(np.arange(n_problems), n_samples).tolist(),
            "n_candidates": (1 + reflects).tolist(),
            "n_read_tokens": tokens.tolist(),
            "candidate_tokens": [[int(t)] for t in first],
            "first_outcome": outcomes(right),
            "final_outcome": outcomes(right),
        },
    )


def length_matched(n_problems: int, n_samples: int, rng: np.random.Generator) -> dict[str, bool | None]:
    frame = length_matched_rollouts(n_problems, n_samples, rng)
    truth = {"reflecting_same_problem": 0.1, "reflecting_same_length": 0.1}
    rows = {row.measure: row for row in compute("length_matched", frame, rng=rng) if row.measure in truth}
    return {name: _holds(rows[name].low, rows[name].high, value) for name, value in truth.items()}


PLANTED = 7
"""The bucket of the word that tells which questions are worth a second try, where there is such a word."""
MENDABLE = 0.3


def question_problems(n: int, has_word: bool, rng: np.random.Generator) -> tuple[Floats, list[list[int]]]:
    """Which of n problems are mendable, and the word buckets of their questions: one planted among five others."""
    mendable = (rng.random(n) < MENDABLE).astype(np.float64)
    others = rng.integers(10, 200, (n, 5))
    words = [
        sorted({*map(int, row), *([PLANTED] if m and has_word else [])})
        for m, row in zip(mendable, others, strict=True)
    ]
    return mendable, words


def question_rollouts(n_problems: int, n_samples: int, rng: np.random.Generator, has_word: bool = True) -> pl.DataFrame:
    """A first candidate is right with .8, of mendable problems with .3; by the third .4 of all mendable are mended.

    So early has accuracy .65 and late .77; 100 tokens to the first candidate, 200 to the third, 260 in all.
    """
    by_problem, words = question_problems(n_problems, has_word, rng)
    mendable = np.repeat(by_problem, n_samples)
    n = len(mendable)
    first = rng.random(n) < np.where(mendable > 0, 0.3, 0.8)
    third = first | ((mendable > 0) & (rng.random(n) < 0.4 / 0.7))
    return frame_of(
        n,
        {
            "problem_id": np.repeat(np.arange(n_problems), n_samples).tolist(),
            "question_words": [words[p] for p in np.repeat(np.arange(n_problems), n_samples)],
            "n_candidates": 3,
            "n_read_tokens": 260,
            "candidate_tokens": [[100, 150, 200]] * n,
            "candidate_outcomes": [outcomes(np.array(each)) for each in zip(first, first, third, strict=True)],
            "n_ft": (third & ~first).astype(int).tolist(),
            "first_outcome": outcomes(first),
            "final_outcome": outcomes(third),
        },
    )


@cache
def _population(has_word: bool) -> tuple[Floats, Floats]:
    """5,000 new problems: which are mendable, and their design."""
    mendable, words = question_problems(5_000, has_word, np.random.default_rng(99))
    problems = frame_of(len(mendable), {"question_words": words, "problem_id": list(range(len(mendable)))})
    return mendable, design_of(problems, "both")


def question_truth(
    frame: pl.DataFrame, share: int, rng: np.random.Generator, has_word: bool = True
) -> dict[str, float]:
    """What the rule that this data set teaches is worth on new problems of the same kind."""
    rule, limits = taught_rule(frame, rng)
    mendable, design = _population(has_word)
    late, extra = rule.scores(design) > limits[SHARES.index(share)], 0.4 * mendable
    of_rule = float((late * extra).mean() + late.mean() * 0.4 * (MENDABLE - mendable.mean()))
    return {
        f"accuracy_question_{share}": 0.8 - 0.5 * MENDABLE + of_rule,
        f"over_mixing_question_{share}": of_rule - float(late.mean()) * 0.4 * MENDABLE,
    }


def question_stop(n_problems: int, n_samples: int, rng: np.random.Generator) -> dict[str, bool | None]:
    frame, seed = question_rollouts(n_problems, n_samples, rng), int(rng.integers(2**31))
    truth = question_truth(frame, 25, np.random.default_rng(seed))
    rows = {row.measure: row for row in compute("question_stop", frame, rng=np.random.default_rng(seed))}
    return {name: _holds(rows[name].low, rows[name].high, value) for name, value in truth.items()}


PHRASES = tuple(f"{first}{second} so" for first in "bcdfg" for second in "aeiou")
"""Openings of simulated sentences, beside the planted one."""
WAIT_BEFORE, WAIT_AFTER = 0.05, 0.10


def phrase_rollouts(n_problems: int, n_samples: int, rng: np.random.Generator, has_wait: bool = True) -> pl.DataFrame:
    """Twenty sentences before and after the first candidate; each problem has rates of its own on either side.

    The rates of the other phrases have one mean on both sides; "wait" opens 5 % before and 10 % after if `has_wait`.
    """
    after_rate = WAIT_AFTER if has_wait else WAIT_BEFORE
    sides = [_phrase_counts(n_problems, n_samples, rate, rng) for rate in (WAIT_BEFORE, after_rate)]
    names, n = [*PHRASES, "wait"], n_problems * n_samples
    return frame_of(
        n,
        {
            "problem_id": np.repeat(np.arange(n_problems), n_samples).tolist(),
            "phrases": [names] * n,
            "phrases_before": sides[0].tolist(),
            "phrases_after": sides[1].tolist(),
            "n_openings_before": 20,
            "n_openings_after": 20,
            "n_candidates": 1,
        },
    )


def _phrase_counts(n_problems: int, n_samples: int, rate: float, rng: np.random.Generator) -> NDArray[np.int64]:
    wait = rng.beta(40 * rate, 40 * (1 - rate), n_problems)
    others = rng.dirichlet(np.full(len(PHRASES), 2.0), n_problems) * (1 - wait)[:, None]
    rates = np.column_stack([others, wait])
    return np.vstack([rng.multinomial(20, rates[p], n_samples) for p in range(n_problems)])


def mined_phrases(n_problems: int, n_samples: int, rng: np.random.Generator) -> dict[str, bool | None]:
    """Whether the interval of the planted phrase holds its log-odds, and whether nothing is found where nothing is."""
    truth = float(np.log(WAIT_AFTER / (1 - WAIT_AFTER)) - np.log(WAIT_BEFORE / (1 - WAIT_BEFORE)))
    rows = compute("mined_phrases", phrase_rollouts(n_problems, n_samples, rng), (), {"prior": "1"}, rng=rng)
    planted = [row for row in rows if row.label == "wait" and row.measure.endswith("log_odds")]
    null = compute("mined_phrases", phrase_rollouts(n_problems, n_samples, rng, has_wait=False), rng=rng)
    n_found = next(row.estimate for row in null if row.measure == "phrases_found")
    holds = _holds(planted[0].low, planted[0].high, truth) if planted else None
    return {"log_odds": holds, "found": bool(planted), "nothing_found": n_found == 0}


def _holds(low: float | None, high: float | None, truth: float) -> bool | None:
    return None if low is None or high is None else low <= truth <= high


SIMULATIONS: dict[str, Callable[[int, int, np.random.Generator], dict[str, bool | None]]] = {
    "length_matched": length_matched,
    "question_stop": question_stop,
    "mined_phrases": mined_phrases,
}
DESIGNS = ((30, 4), (100, 4), (300, 4))


def coverage(name: str, n_sets: int, n_problems: int, n_samples: int, rng: np.random.Generator) -> dict[str, float]:
    """Share of simulated data sets whose 95 % interval holds the truth, by row; those without one are left out."""
    found = [SIMULATIONS[name](n_problems, n_samples, rng) for _ in range(n_sets)]
    held = {row: [float(hit) for each in found if (hit := each[row]) is not None] for row in found[0]}
    return {row: float(np.mean(hits)) for row, hits in held.items() if hits}


def main() -> None:
    """Print one line per measure and design."""
    n_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name in sys.argv[2:] or SIMULATIONS:
        for n_problems, n_samples in DESIGNS:
            found = coverage(name, n_sets, n_problems, n_samples, np.random.default_rng(n_problems))
            shares = ", ".join(f"{row} {100 * share:.1f} %" for row, share in found.items())
            print(f"{name}, {n_problems} problems x {n_samples}: {shares}", flush=True)


if __name__ == "__main__":
    main()
