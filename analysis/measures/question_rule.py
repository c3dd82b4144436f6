"""A rule that tells from a question alone whether its rollouts may need more than one candidate: learnt by ridge.

Knows no gold of the question it decides on: golds enter the labels of the problems that it learns from, and nothing
else. Stands for the question-aware reflection controller of First Try Matters (arXiv 2510.08308v1, section 4), which is
a fine-tuned language model. Ridge regression: Hoerl and Kennard (1970), Technometrics 12, 55-67.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.questions import WORD_BUCKETS, bucket_of
from analysis.resampling import Floats, Ints

LABELS = ("problem_set", "subject", "level")
LABEL_BUCKETS = 128
WIDTH = WORD_BUCKETS + LABEL_BUCKETS + 1
"""Columns of a design: buckets of words, buckets of labels, and the logarithm of the length."""
INPUTS = {"both": ("words", "labels"), "labels": ("labels",), "words": ("words",)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A linear score of a question; higher means that an F→T transition was likelier where it was learnt."""

    weights: Floats
    centre: Floats
    base: float

    def scores(self, design: Floats) -> Floats:
        scores: Floats = self.base + (design - self.centre) @ self.weights
        return np.round(scores, 12)


def learnt(design: Floats, label: Floats, penalty: float) -> Rule:
    """Ridge regression of the label on the design of the problems, the mean free of charge; `penalty` > 0.

    >>> design = np.array([[0.0], [0.0], [1.0], [1.0]])
    >>> rule = learnt(design, np.array([0.0, 0.0, 1.0, 1.0]), penalty=1.0)
    >>> rule.scores(design).round(3).tolist()     # weight 1/(1 + 1) = .5 around .5
    [0.25, 0.25, 0.75, 0.75]
    """
    centre, base = design.mean(axis=0), float(label.mean())
    x = design - centre
    weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (label - base))
    return Rule(weights, centre, base)


def design_of(problems: pl.DataFrame, inputs: str) -> Floats:
    """One row per problem: shape (problems, WIDTH). Columns read: question_words, n_question_chars, LABELS.

    Words weigh 1/√(how many there are), so that long questions do not score by their length alone; a question that
    was not stored has none. `inputs` is a key of INPUTS.
    """
    design = np.zeros((problems.height, WIDTH))
    if "words" in INPUTS[inputs]:
        _add_words(design, problems["question_words"].to_list())
        chars = problems["n_question_chars"].fill_null(0).to_numpy().astype(np.float64)
        design[:, -1] = np.log1p(chars) / 2
    if "labels" in INPUTS[inputs]:
        for label in LABELS:
            design[np.arange(problems.height), WORD_BUCKETS + _label_buckets(label, problems[label])] = 1.0
    return design


def _add_words(design: Floats, words: Sequence[Sequence[int] | None]) -> None:
    for row, buckets in enumerate(words):
        if buckets:
            design[row, list(buckets)] = len(buckets) ** -0.5


def _label_buckets(label: str, values: pl.Series) -> Ints:
    return np.array([bucket_of(f"{label}={value}", LABEL_BUCKETS) for value in values], dtype=np.int64)
