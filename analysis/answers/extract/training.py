"""How the weights are learned from labelled traces, and how that is checked on problems left out. Knows no file.

Source: logistic regression with a Gaussian prior of variance `spread` around the hand-set weights (maximum a
posteriori, L-BFGS). Where a labelled value stands several times on its line, the mention that fits best counts as the
labelled one and the others are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from analysis.answers.extract.company import WEIGHTS as COMPANY
from analysis.answers.extract.company import company_of
from analysis.answers.extract.mention import Mention, key
from analysis.answers.extract.weighing import SEPARATOR, Weights, probabilities_alone, together

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
SPREAD = 0.1
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One trace: its problem, its mentions, and for each whether it is labelled; None where the labellers doubted."""

    problem: str
    mentions: Sequence[Mention]
    labels: Sequence[bool | None]


def fit(examples: Sequence[Example], start: Mapping[str, float], threshold: float, spread: float = SPREAD) -> Weights:
    """Learn both models from `examples`, starting from the hand-set weights `start` of the cues.

    Mentions labelled None take no part in the loss but keep company. Raises ValueError for no example.
    """
    if not examples:
        raise ValueError("no example to learn from")
    truth = np.array([bool(label) for e in examples for label in e.labels])
    used = np.array([label is not None for e in examples for label in e.labels])
    places = [(i, m.line, key(m.value)) for i, e in enumerate(examples) for m in e.mentions]
    cues = sorted(start)
    alone, alone_bias = _learn(
        [dict.fromkeys(m.cues, 1.0) for e in examples for m in e.mentions], cues, start, truth, used, places, spread
    )
    weights = Weights(alone, alone_bias, {}, 0.0, threshold)
    rows = [row for example in examples for row in _rows_in_company(example, weights)]
    names = [*COMPANY, *cues, *("elsewhere" + SEPARATOR + cue for cue in cues)]
    company, company_bias = _learn(rows, names, COMPANY, truth, used, places, spread)
    return Weights(alone, alone_bias, company, company_bias, threshold)


def leave_one_problem_out(
    examples: Sequence[Example], start: Mapping[str, float], threshold: float, spread: float = SPREAD
) -> list[Weights]:
    """For each example the weights learned from the examples of all other problems."""
    learned = {
        problem: fit([e for e in examples if e.problem != problem], start, threshold, spread)
        for problem in dict.fromkeys(e.problem for e in examples)
    }
    return [learned[example.problem] for example in examples]


def label(
    mention: Mention, labels: Mapping[int, Sequence[str]], doubtful: frozenset[int], equal: Callable[[str, str], bool]
) -> bool | None:
    """Whether people wrote this value down for this line; None on a doubtful line.

    >>> label(Mention(2, 0, 0, 1, "4", frozenset()), {2: ["4"]}, frozenset(), str.__eq__)
    True
    """
    if mention.line in doubtful:
        return None
    return any(equal(value, mention.value) for value in labels.get(mention.line, ()))


def _rows_in_company(example: Example, weights: Weights) -> list[dict[str, float]]:
    company = company_of(example.mentions, probabilities_alone(example.mentions, weights))
    return [together(mention, row) for mention, row in zip(example.mentions, company, strict=True)]


def _learn(
    rows: Sequence[Mapping[str, float]],
    names: Sequence[str],
    start: Mapping[str, float],
    truth: Flags,
    used: Flags,
    places: Sequence[object],
    spread: float,
) -> tuple[dict[str, float], float]:
    column = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        for name, value in row.items():
            x[i, column[name]] = value
    prior = np.array([start.get(name, 0.0) for name in names])
    kept = used
    theta = np.append(prior, -4.0)
    for _ in range(ROUNDS):
        theta = _posterior_mode(x[kept], truth[kept], prior, spread, theta)
        w, bias = theta[:-1], float(theta[-1])
        kept = used & _best_of_each_place(x @ w, truth, places)
    return {name: round(float(value), 4) for name, value in zip(names, w, strict=True)}, round(bias, 4)


def _best_of_each_place(scores: Matrix, truth: Flags, places: Sequence[object]) -> Flags:
    kept = ~truth
    best: dict[object, int] = {}
    for i in np.flatnonzero(truth):
        place = places[int(i)]
        if place not in best or scores[i] > scores[best[place]]:
            best[place] = int(i)
    kept[list(best.values())] = True
    return kept


def _posterior_mode(x: Matrix, truth: Flags, prior: Matrix, spread: float, start: Matrix) -> Matrix:
    def loss(theta: Matrix) -> tuple[float, Matrix]:
        z = x @ theta[:-1] + theta[-1]
        error = 1 / (1 + np.exp(-np.clip(z, -500, 500))) - truth
        away = theta[:-1] - prior
        value = np.sum(np.logaddexp(0, z) - truth * z) + away @ away / (2 * spread)
        return float(value), np.append(x.T @ error + away / spread, error.sum())

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-7})
    return np.asarray(found.x, dtype=np.float64)
