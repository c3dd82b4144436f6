"""200,000 rollouts of 20 models with every column that the measures read filled, in three shapes. Knows no measure."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.features import SCHEMA
from analysis.markers import MARKERS
from analysis.resampling import Floats, Ints

N_MODELS = 20
N_SETS = 5
N_WRONG = 5
"""Problem sets, and wrong answers that a problem has."""


class Shape(NamedTuple):
    """Problems, and samples of each by each model."""

    n_problems: int
    n_samples: int


SHAPES: Mapping[str, Shape] = {
    "20 x 10,000 x 1": Shape(10_000, 1),
    "20 x 2,500 x 4": Shape(2_500, 4),
    "20 x 500 x 20": Shape(500, 20),
}
"""Models x problems x samples."""


def features(shape: Shape, rng: np.random.Generator, n_models: int = N_MODELS) -> pl.DataFrame:
    """Rollouts with three candidates, two attempts that both state a confidence, an answer key and a reward each.

    Rollouts of a problem share its chance of being right (a Beta law), whatever the model.
    """
    n = n_models * shape.n_problems * shape.n_samples
    problem = np.arange(n) // shape.n_samples % shape.n_problems
    chance = rng.beta(1.6, 0.6, shape.n_problems)[problem]
    columns = _identity(problem, np.arange(n) // (n // n_models), shape, rng)
    columns |= _candidates(rng.random((n, 3)) < chance[:, None], rng)
    columns |= _answers(rng.random(n) < 0.2 + 0.7 * chance, rng)
    empty = {name: pl.Series(name, [None], dtype=kind).new_from_index(0, n) for name, kind in SCHEMA.items()}
    return pl.DataFrame([_series(name, columns[name]) if name in columns else empty[name] for name in SCHEMA])


def _series(name: str, values: NDArray[np.generic]) -> pl.Series:
    if values.ndim == 1:
        return pl.Series(name, values).cast(SCHEMA[name])
    return pl.Series(name, values.ravel()).reshape(values.shape).arr.to_list().cast(SCHEMA[name])


def _identity(problem: Ints, model: Ints, shape: Shape, rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    n = len(problem)
    return {
        "rollout_id": rng.permutation(n),
        "problem_id": problem,
        "collection_id": np.ones(n, dtype=np.int64),
        "model": np.char.add("model ", model.astype(str)),
        "problem_set": np.char.add("set ", (problem % N_SETS).astype(str)),
        "sample": np.arange(n) % shape.n_samples,
        "token_source": np.full(n, "uploaded"),
        "read_from": np.full(n, "reasoning"),
        **{name: np.full(n, "") for name in ("condition", "subject", "level")},
        **{name: np.zeros(n, dtype=np.bool_) for name in ("parent", "truncated", "confidence_unread", "oracle_gated")},
        "has_gold": np.ones(n, dtype=np.bool_),
        "n_lines": np.full(n, 500),
        "n_chars": np.full(n, 15_000),
    }


def _candidates(right: NDArray[np.bool_], rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    n, before, after = len(right), right[:, :-1], right[:, 1:]
    lines = np.sort(rng.integers(1, 500, (n, 3)), axis=1)
    marks, tokens = rng.poisson(1, (n, len(MARKERS))), rng.integers(5_000, 9_000, n)
    pairs = {"n_tt": before & after, "n_ffs": ~before & ~after, "n_tf": before & ~after, "n_ft": ~before & after}
    return {
        "candidate_lines": lines,
        "candidate_tokens": 10 * lines,
        "candidate_outcomes": outcomes(right),
        "candidate_classes": right.astype(np.int64),
        "first_outcome": outcomes(right[:, 0]),
        "first_correct_line": lines[:, 0],
        "first_correct_tokens": 10 * lines[:, 0],
        "n_candidates": np.full(n, 3),
        "n_changed": (before != after).sum(axis=1),
        **{name: counted.sum(axis=1) for name, counted in pairs.items()},
        **{name: np.zeros(n, dtype=np.int64) for name in ("n_undecided", "n_ffd", "final_class")},
        "marker_counts": marks,
        "n_markers_words": marks.sum(axis=1),
        "kappa_paper": marks.sum(axis=1) / 5_000,
        "kappa_repo": marks.sum(axis=1) / 4_000,
        "n_tokens": tokens + 300,
        "n_read_tokens": tokens,
        "n_reasoning_tokens": tokens,
    }


def _answers(right: NDArray[np.bool_], rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    n = len(right)
    first = np.where(rng.random(n) < 0.8, right, ~right)
    said: Floats = np.round(rng.beta(4, 1, (n, 2)) * 20) / 20
    return {
        "final_outcome": outcomes(right),
        "first_is_final": first == right,
        "answer_type": np.full(n, "math"),
        "answer_key": np.char.add("k", np.where(right, 0, 1 + rng.integers(N_WRONG, size=n)).astype(str)),
        "text_key": rng.integers(0, 2**62, n),
        "attempt_outcomes": outcomes(np.column_stack([first, right])),
        "attempt_classes": np.column_stack([np.zeros(n), first != right]).astype(np.int64),
        "attempt_tokens": rng.integers(1_000, 4_000, (n, 2)),
        "attempt_edits": rng.random((n, 1)),
        "attempt_confidences": said,
        "confidence": said[:, 1],
        "token_confidence": rng.beta(8, 1, n),
        "reward": rng.normal(size=n) + right,
    }


def outcomes(right: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.where(right, "correct", "incorrect")
