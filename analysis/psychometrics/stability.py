"""Whether self-report settles: scores of two kinds of models, their means and how far they scatter. Knows no database.

Source: The Personality Illusion (arXiv 2509.03730), its first question (base models against aligned ones). Its tests
take every run as an independent respondent; beside them stand intervals over models, which are the cases.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import Interval, t_value
from analysis.psychometrics.spread import Apart, Floats, apart

N_RESAMPLES = 1000
NOTHING = 1e-18
BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
TOO_FEW = "fewer than two runs of one of the kinds"
FEW_MODELS = "fewer than two models of a kind: no interval over models"
NO_SPREAD = "the first kind's scores do not vary"


class Kind(NamedTuple):
    """Runs of one kind of models: how many, of how many models, and the mean with its interval over models."""

    kind: str
    n: int
    n_models: int
    mean: float | None
    interval: Interval | None


class Drop(NamedTuple):
    """1 - the second kind's figure over the first's; the interval resamples models. None with a reason."""

    value: float | None
    interval: Interval | None = None
    reason: str = ""


class Stability(NamedTuple):
    """One trait of two kinds of models. `apart` is the comparison as published; None with `reason` for too few runs.

    `drop` is that of the variance over all runs, `within` that of the mean variance within a model: pooled, models that
    differ hide how little each of them varies.
    """

    trait: str
    first: Kind
    second: Kind
    apart: Apart | None
    drop: Drop
    within: Drop
    reason: str = ""


def stability(
    figures: pl.DataFrame, kinds: Mapping[str, str], rng: np.random.Generator, first: str = "base",
    second: str = "instruct",
) -> list[Stability]:  # fmt: skip
    """Of each trait of FIGURES, in alphabetical order; `kinds` says of what kind a model is.

    Runs under a persona are left out, and so are models of no kind.

    >>> figures = pl.DataFrame({"model": list("aaabbb"), "persona": [""] * 6, "kind": ["trait"] * 6,
    ...     "name": ["luck"] * 6, "value": [1.0, 3, 5, 2, 3, 4]})
    >>> found = stability(figures, {"a": "base", "b": "instruct"}, np.random.default_rng(0))[0]
    >>> found.trait, found.drop.value, found.first.mean, found.drop.reason       # variances 4 and 1
    ('luck', 0.75, 3.0, 'fewer than two models of a kind: no interval over models')
    """
    scored = figures.filter((pl.col("kind") == "trait") & (pl.col("persona") == "")).drop_nulls("value")
    told = scored.with_columns(of=pl.col("model").replace_strict(dict(kinds), default="", return_dtype=pl.String))
    return [
        _compared(trait, _by_model(told, trait, first), _by_model(told, trait, second), (first, second), rng)
        for trait in sorted(told["name"].unique().to_list())
    ]


def mean_drop(found: list[Stability], *, within: bool = False) -> Drop:
    """The mean over traits of their drops; None where one has none."""
    drops = [each.within if within else each.drop for each in found]
    values = [each.value for each in drops if each.value is not None]
    if not drops or len(values) < len(drops):
        return Drop(None, reason="a trait has no drop" if drops else "no trait")
    return Drop(float(np.mean(values)))


def _by_model(rows: pl.DataFrame, trait: str, kind: str) -> list[Floats]:
    own = rows.filter((pl.col("name") == trait) & (pl.col("of") == kind)).sort("model")
    return [part["value"].to_numpy().astype(np.float64) for _, part in own.group_by("model", maintain_order=True)]


def _compared(
    trait: str, first: list[Floats], second: list[Floats], names: tuple[str, str], rng: np.random.Generator
) -> Stability:
    one, two = _kind(names[0], first), _kind(names[1], second)
    if min(one.n, two.n) < 2:
        return Stability(trait, one, two, None, Drop(None, reason=TOO_FEW), Drop(None, reason=TOO_FEW), TOO_FEW)
    found = apart(np.concatenate(first), np.concatenate(second))
    drops = [_drop(first, second, variance, rng) for variance in (_pooled_variance, _within_variance)]
    return Stability(trait, one, two, found, drops[0], drops[1])


def _kind(name: str, models: list[Floats]) -> Kind:
    """The mean over runs, and Student's interval with the variance between models (their sums as clusters)."""
    n, n_models = sum(map(len, models)), len(models)
    if not n:
        return Kind(name, 0, 0, None, None)
    mean = float(np.concatenate(models).mean())
    if n_models < 2:
        return Kind(name, n, n_models, mean, None)
    moved = np.array([(values - mean).sum() / n for values in models])
    reach = t_value(n_models - 1) * float(np.sqrt(n_models / (n_models - 1) * (moved**2).sum()))
    return Kind(name, n, n_models, mean, Interval(mean - reach, mean + reach))


class _Models(NamedTuple):
    """Of each model: runs, mean, and squares about it. The last axis is models; others are resamples."""

    n: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def of(cls, models: list[Floats]) -> "_Models":
        told = [(len(values), values.mean(), ((values - values.mean()) ** 2).sum()) for values in models]
        n, mean, squares = np.array(told, dtype=np.float64).T
        return cls(n, mean, squares)

    def drawn(self, rng: np.random.Generator) -> "_Models":
        """As many models as there are, with replacement, once for each resample."""
        places = rng.integers(len(self.n), size=(N_RESAMPLES, len(self.n)))
        return _Models(self.n[places], self.mean[places], self.squares[places])


def _pooled_variance(models: _Models) -> Floats:
    n = models.n.sum(axis=-1, keepdims=True)
    centre = (models.n * models.mean).sum(axis=-1, keepdims=True) / n
    squares = (models.squares + models.n * (models.mean - centre) ** 2).sum(axis=-1)
    return np.asarray(squares / np.maximum(n[..., 0] - 1, 1), dtype=np.float64)


def _within_variance(models: _Models) -> Floats:
    """Of models with two runs at least."""
    several = models.n > 1
    variances = np.where(several, models.squares / np.maximum(models.n - 1, 1), 0.0)
    return np.asarray(variances.sum(axis=-1) / np.maximum(several.sum(axis=-1), 1), dtype=np.float64)


def _drop(
    first: list[Floats], second: list[Floats], variance: Callable[[_Models], Floats], rng: np.random.Generator
) -> Drop:
    kinds = [_Models.of(models) for models in (first, second)]
    before, after = (float(variance(models)) for models in kinds)
    if before <= NOTHING:
        return Drop(None, reason=NO_SPREAD)
    value = 1 - after / before
    if min(len(first), len(second)) < 2:
        return Drop(value, reason=FEW_MODELS)
    drawn, others = (variance(models.drawn(rng)) for models in kinds)
    if (drawn <= NOTHING).mean() > 0.02:
        return Drop(value, reason="some models alone do not vary: no interval")
    low, high = np.quantile(1 - others / np.maximum(drawn, NOTHING), [0.025, 0.975])
    return Drop(value, Interval(float(low), float(high)))
