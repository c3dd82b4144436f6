"""Linear regression with one random intercept a cluster, and inference that holds whatever goes on inside a cluster.

The intercept's share of the variance only weighs the rows; errors are the bias-reduced clustered ones (CR2), with
Satterthwaite's degrees of freedom for each coefficient: few clusters, or one cluster that decides, give wide intervals.
Knows no trait. Sources: Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky and Tipton (2018),
J. Bus. Econ. Stat. 36, 672-683, sections 2 and 3; Swamy and Arora (1972), Econometrica 40, 261, for the variances.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.intervals import t_value
from analysis.psychometrics.mixed import NotEstimable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WHOLE = 1 - 1e-9
"""A direction in which one cluster has more than this share of the information is that cluster's alone."""
LEAST_DF = 1.0
MOST_RATIO = 1e4
"""Of the intercepts' variance over the noise's: runs that never vary are weighed as nearly one."""


class Slope(NamedTuple):
    """A coefficient, its clustered error and Satterthwaite's degrees of freedom; no error where a cluster decides."""

    value: float
    error: float | None
    df: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        if self.error is None or self.df is None:
            return None
        reach = t_value(self.df) * self.error
        return self.value - reach, self.value + reach

    @property
    def p(self) -> float | None:
        if self.error is None or self.df is None or self.error <= 0:
            return None
        return float(2 * special.stdtr(self.df, -abs(self.value) / self.error))


def clustered(outcome: Floats, columns: Floats, clusters: Ints) -> list[Slope]:
    """Coefficients in the order of the columns, with errors clustered by `clusters`.

    `outcome` has shape (n,), `columns` (n, p) with a column of ones where an intercept is wanted, `clusters` codes from
    0, each of them there. No value may be missing. Raises NotEstimable where columns are collinear, n <= p, or there is
    one cluster.

    >>> rng = np.random.default_rng(0); model = np.repeat(np.arange(30), 20); x = rng.normal(size=600)
    >>> y = 2.0 * x + rng.normal(size=30)[model] + 0.5 * rng.normal(size=600)
    >>> found = clustered(y, np.column_stack([np.ones(600), x]), model)[1]
    >>> round(found.value, 2), 20 < found.df < 30
    (2.02, True)
    """
    n, p = columns.shape
    order = np.argsort(clusters, kind="stable")
    outcome, columns, clusters = outcome[order], columns[order], clusters[order]
    sizes = np.bincount(clusters)
    if n <= p or len(sizes) < 2:
        raise NotEstimable(f"{n} rows in {len(sizes)} clusters for {p} columns")
    if np.linalg.matrix_rank(columns) < p:
        raise NotEstimable("some columns are sums of others, or do not vary")
    kept = 1 - 1 / np.sqrt(1 + sizes * _ratio(outcome, columns, clusters))
    x, y = (_lessened(each, clusters, sizes, kept) for each in (columns, outcome[:, None]))
    bread: Floats = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    beta: Floats = (bread @ x.T @ y)[:, 0]
    return _errors(x, y[:, 0] - x @ beta, clusters, bread, beta)


def _errors(x: Floats, left: Floats, clusters: Ints, bread: Floats, beta: Floats) -> list[Slope]:
    """CR2 errors. Per cluster X = U S V' in the bread's metric, so (I - H)^-1/2 is 1/sqrt(1 - s²) along U."""
    p = len(beta)
    root = np.linalg.cholesky(bread)
    crosses, scores = _sums(x[:, :, None] * x[:, None, :], clusters), _sums(x * left[:, None], clusters)
    shares, turns = np.linalg.eigh(root.T @ crosses @ root)
    shares = np.clip(shares, 0.0, 1.0)
    own = shares > WHOLE
    with np.errstate(divide="ignore"):
        stretch = np.where(own, 0.0, 1 / np.sqrt(1 - shares))
    # what the adjusted rows of a cluster are worth to each coefficient: bread X' A X root, and its score
    frames = root @ turns
    adjusted = (frames * stretch[:, None, :]) @ np.swapaxes(frames, 1, 2)
    parts = np.einsum("gij,gj->gi", adjusted, scores)
    worth = (frames * (stretch * shares)[:, None, :]) @ np.swapaxes(turns, 1, 2)
    squares = np.einsum("gik,gk->gi", frames**2, stretch**2 * shares)
    found = []
    for k in range(p):
        matrix = np.diag(squares[:, k]) - worth[:, k] @ worth[:, k].T
        traced, norm = float(np.trace(matrix)), float((matrix**2).sum())
        decided = norm <= 1e-12 * bread[k, k] ** 2 or (own & (np.abs(frames[:, k]) > 1e-6 * bread[k, k] ** 0.5)).any()
        df = None if decided else traced**2 / norm
        error = None if decided else float(np.sqrt((parts[:, k] ** 2).sum()))
        found.append(Slope(float(beta[k]), error, None if df is None else max(df, LEAST_DF)))
    return found


def _lessened(values: Floats, clusters: Ints, sizes: Ints, kept: Floats) -> Floats:
    """Less a part of their cluster's mean: what a random intercept leaves."""
    less: Floats = values - (kept / sizes)[clusters, None] * _sums(values, clusters)[clusters]
    return less


def _sums(values: Floats, clusters: Ints) -> Floats:
    """By cluster, of rows that are sorted by cluster."""
    starts = np.searchsorted(clusters, np.arange(int(clusters[-1]) + 1))
    return np.add.reduceat(values, starts, axis=0)


def _ratio(outcome: Floats, columns: Floats, clusters: Ints) -> float:
    """The intercepts' variance over the noise's, from what is left within clusters and between their means."""
    sizes = np.bincount(clusters)
    whole = np.ones(len(sizes))
    x, y = (_lessened(each, clusters, sizes, whole) for each in (columns, outcome[:, None]))
    _, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    within = _squares(x, y) / max(len(outcome) - len(sizes) - int(rank), 1)
    means = _sums(np.column_stack([columns, outcome]), clusters) / sizes[:, None]
    df = len(sizes) - np.linalg.matrix_rank(means[:, :-1])
    if df < 1 or within <= 0:
        return 1.0
    between = _squares(means[:, :-1], means[:, -1:]) / float(df)
    return min(max(0.0, between / within - float((1 / sizes).mean())), MOST_RATIO)


def _squares(x: Floats, y: Floats) -> float:
    solved = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(((y - x @ solved) ** 2).sum())
