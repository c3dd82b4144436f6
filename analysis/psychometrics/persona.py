"""What a persona does to the report and to the behaviour: in the same units, side by side. Knows no persona.

Sources: The Personality Illusion (arXiv 2509.03730), persona injection: a logistic regression of persona against none
on standardised traits. Traits separate the two nearly perfectly, where unpenalised coefficients run away: hence the
ridge.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
STEPS = 200
TOO_FEW = "fewer than two models with runs of both kinds"


class Effect(NamedTuple):
    """A mean difference in standard deviations of the runs without persona, with its 95 % interval over models."""

    value: float | None
    low: float | None
    high: float | None
    n_models: int
    reason: str = ""


def ridge_logistic(columns: Floats, is_persona: Floats, penalty: float = 1.0) -> Floats:
    """Coefficients of a logistic regression with an unpenalised intercept, of standardised columns; the intercept last.

    `columns` has shape (n, p); each is standardised over all rows (a column that does not vary gets 0). What is least
    is the log-loss summed over rows plus `penalty` / 2 times the sum of squares. `is_persona` holds 0 and 1. Raises
    ValueError where all rows are of one kind or the penalty is not positive.

    >>> rng = np.random.default_rng(0); x = rng.normal(size=(500, 1)); y = (x[:, 0] > 0) * 1.0
    >>> bool(5 < ridge_logistic(x, y)[0] < 20)                       # separated, yet finite
    True
    """
    if penalty <= 0 or not 0 < is_persona.mean() < 1:
        raise ValueError("rows with and without persona and a positive penalty are needed")
    spread: Floats = columns.std(axis=0)
    scaled: Floats = np.where(spread > 0, (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0), 0.0)
    design = np.column_stack([scaled, np.ones(len(scaled))])
    ridge = np.append(np.full(columns.shape[1], penalty), 0.0)
    beta: Floats = np.zeros(design.shape[1])
    for _ in range(STEPS):
        step = _newton_step(design, is_persona, ridge, beta)
        beta = np.asarray(beta + step, dtype=np.float64)
        if np.abs(step).max() < 1e-10:
            break
    return beta


def _newton_step(design: Floats, outcome: Floats, ridge: Floats, beta: Floats) -> Floats:
    """Towards the least loss, halved until it falls."""
    share = special.expit(design @ beta)
    slope = design.T @ (outcome - share) - ridge * beta
    curvature = (design * (share * (1 - share))[:, None]).T @ design + np.diag(ridge + 1e-12)
    step = np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)
    before = _loss(design, outcome, ridge, beta)
    while _loss(design, outcome, ridge, beta + step) > before + 1e-12 and np.abs(step).max() > 1e-12:
        step = np.asarray(step / 2, dtype=np.float64)
    return step


def _loss(design: Floats, outcome: Floats, ridge: Floats, beta: Floats) -> float:
    scores = design @ beta
    return float(np.logaddexp(0, scores).sum() - outcome @ scores + 0.5 * (ridge * beta**2).sum())


def standardised_effect(
    default: Floats, persona: Floats, of_default: NDArray[np.int64], of_persona: NDArray[np.int64]
) -> Effect:
    """The mean over models of (mean with persona - mean without) / pooled spread within models without; t interval.

    Values have shapes (n,) and (m,), with each one's model as a code. Models with both kinds of runs count. None with a
    reason for fewer than two of them, or where runs without persona do not vary within any model.
    """
    return over_models(*moved_by_model(default, persona, of_default, of_persona))


def over_models(moved: Mapping[int, float], reason: str = "") -> Effect:
    """The mean of models' values with Student's interval over models; None with a reason for fewer than two.

    >>> [round(end, 2) for end in over_models({0: 1.0, 1: 2.0, 2: 3.0})[:3]]           # 2 ± 4.30 · 1 / sqrt(3)
    [2.0, -0.48, 4.48]
    """
    if reason or len(moved) < 2:
        return Effect(None, None, None, len(moved), reason or TOO_FEW)
    values = list(moved.values())
    reach = float(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    value = float(np.mean(values))
    return Effect(value, value - reach, value + reach, len(values))


def moved_by_model(
    default: Floats, persona: Floats, of_default: NDArray[np.int64], of_persona: NDArray[np.int64]
) -> tuple[dict[int, float], str]:
    """What each model, by its code, adds to the standardised effect, and why there is none.

    Their mean is the effect: the mean of (mean with persona - mean without) / pooled spread within models without. The
    spread is estimated too, so a model whose own variance is above the pooled one has less by effect · (its variance /
    pooled - 1) / 2 (the delta method); over models that sums to nothing, and their scatter is that of the effect.
    Arguments as of `standardised_effect`. Models without both kinds of runs are left out.
    """
    models = [int(model) for model in np.intersect1d(of_default, of_persona)]
    if len(models) < 2:
        return dict.fromkeys(models, 0.0), TOO_FEW
    without = {model: default[of_default == model] for model in models}
    variances = {model: float(values.var(ddof=1)) for model, values in without.items() if len(values) > 1}
    pooled = float(np.mean(list(variances.values()))) if variances else 0.0
    if pooled <= 0:
        return dict.fromkeys(models, 0.0), "runs without persona do not vary within a model"
    moved = {
        model: float(persona[of_persona == model].mean() - values.mean()) / pooled**0.5
        for model, values in without.items()
    }
    effect = float(np.mean(list(moved.values())))
    # a sum over the models whose variance is known is a mean over all of them when weighed so
    weight = len(models) / max(len(variances), 1)
    return {
        model: moved[model] - effect * weight * (variances.get(model, pooled) / pooled - 1) / 2 for model in models
    }, ""
