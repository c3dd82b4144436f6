"""Linear regression with crossed random intercepts, by restricted maximum likelihood (REML).

y = X beta + sum over groupings of (one random intercept a level) + noise. Levels may cross: a run belongs to a model, a
temperature and a prompt at once. Knows no trait. Source: Patterson and Thompson (1971), Biometrika 58, 545; Bates,
Maechler, Bolker and Walker (2015), J. Stat. Softw. 67(1), sections 2 and 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, stats
from scipy.linalg.lapack import dtrtrs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST, MOST = -18.0, 12.0
"""Bounds of the logarithm of a grouping's variance over the noise's: from none to all of it."""
Method = Literal["L-BFGS-B", "Nelder-Mead"]
COARSE: Any = {"maxiter": 60}
FINE: Any = {"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
STARTS = (-1.0, -6.0, 2.0)
NONE = 1e-5
"""A grouping with less of the noise's variance than this has none."""
STEP = 1e-2
"""Of a standard error, or of a variance ratio: how far the curvature looks."""


class Coefficient(NamedTuple):
    """`z` and `p` are by the normal distribution, as the common packages print them.

    `error` takes the variances as known; `joint_error` is from the curvature of the likelihood in coefficients and
    variances together, as statsmodels prints it: None where a variance is zero, for there it means nothing.
    """

    value: float
    error: float
    joint_error: float | None

    @property
    def p(self) -> float:
        return _two_sided(self.value, self.error)

    @property
    def joint_p(self) -> float | None:
        return None if self.joint_error is None else _two_sided(self.value, self.joint_error)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Coefficients in the order of the columns; `variances` of the groupings, in their order; that of the noise."""

    coefficients: tuple[Coefficient, ...]
    variances: tuple[float, ...]
    noise: float
    n: int


class NotEstimable(ValueError):
    """The columns cannot be told apart, or there are not more rows than columns."""


def crossed(outcome: Floats, columns: Floats, groupings: Sequence[Ints], *, jointly: bool = True) -> Fitted:
    """Fit by REML; without `jointly` no `joint_error` is looked for, which takes a third of the time.

    `outcome` has shape (n,), `columns` (n, p) with a column of ones where an intercept is wanted, each grouping (n,)
    with codes from 0. No value may be missing. Raises NotEstimable where columns are collinear or n <= p. A grouping
    of one level has variance 0.

    >>> rng = np.random.default_rng(0); model = np.repeat(np.arange(30), 20); x = rng.normal(size=600)
    >>> y = 2.0 * x + rng.normal(size=30)[model] + 0.5 * rng.normal(size=600)
    >>> found = crossed(y, np.column_stack([np.ones(600), x]), [model])
    >>> round(found.coefficients[1].value, 2), round(found.noise, 2), 0.5 < found.variances[0] < 2
    (2.02, 0.22, True)
    """
    n, p = columns.shape
    if n <= p:
        raise NotEstimable(f"{n} rows for {p} columns")
    if np.linalg.matrix_rank(columns) < p:
        raise NotEstimable("some columns are sums of others, or do not vary")
    problem = _Problem.of(outcome, columns, groupings)
    ratios = np.exp(_best(problem))
    solved = problem.solve(ratios)
    errors = np.sqrt(np.diag(solved.covariance) * solved.noise)
    joint = _joint_errors(problem, solved, ratios) if jointly and (ratios > NONE).all() else [None] * p
    return Fitted(
        coefficients=tuple(
            Coefficient(float(value), float(error), together)
            for value, error, together in zip(solved.beta, errors, joint, strict=True)
        ),
        variances=tuple(float(ratio * solved.noise) if ratio > NONE else 0.0 for ratio in ratios),
        noise=float(solved.noise),
        n=n,
    )


class _Solved(NamedTuple):
    beta: Floats
    covariance: Floats
    noise: float
    criterion: float


@dataclass(frozen=True, slots=True)
class _Problem:
    """All that the likelihood needs of the data: cross products, so that one evaluation does not grow with n."""

    n: int
    levels: Ints
    zz: Floats
    zxy: Floats
    xx: Floats
    xy: Floats
    yy: float

    @classmethod
    def of(cls, outcome: Floats, columns: Floats, groupings: Sequence[Ints]) -> "_Problem":
        parts = [np.eye(int(codes.max()) + 1)[codes] for codes in groupings]
        z: Floats = np.hstack(parts) if parts else np.zeros((len(outcome), 0))
        levels = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
        return cls(
            n=len(outcome),
            levels=levels.astype(np.int64),
            zz=z.T @ z,
            zxy=z.T @ np.column_stack([columns, outcome]),
            xx=columns.T @ columns,
            xy=columns.T @ outcome,
            yy=float(outcome @ outcome),
        )

    def solve(self, ratios: Floats) -> _Solved:
        """Generalised least squares where grouping g has `ratios[g]` times the noise's variance (Woodbury)."""
        factor, zx, zy = self._reduced(ratios)
        information = self.xx - zx.T @ zx
        covariance: Floats = np.asarray(np.linalg.inv(information), np.float64)
        beta: Floats = covariance @ (self.xy - zx.T @ zy)
        residual = self.yy - zy @ zy - beta @ (self.xy - zx.T @ zy)
        df = self.n - len(beta)
        noise = max(float(residual), 1e-300) / df
        spread = 2 * np.log(np.diag(factor)).sum() + np.linalg.slogdet(information)[1]
        return _Solved(beta, covariance, noise, float(df * np.log(noise) + spread))

    def likelihood(self, at: Floats, p: int) -> float:
        """The restricted log-likelihood, but for a constant, at coefficients and ratios, with the best noise there."""
        beta, ratios = at[:p], at[p:]
        factor, zx, zy = self._reduced(ratios)
        left = zy - zx @ beta
        squares = self.yy - 2 * beta @ self.xy + beta @ self.xx @ beta - left @ left
        spread = 2 * np.log(np.diag(factor)).sum() + np.linalg.slogdet(self.xx - zx.T @ zx)[1]
        return float(-0.5 * ((self.n - p) * np.log(squares) + spread))

    def _reduced(self, ratios: Floats) -> tuple[Floats, Floats, Floats]:
        """The Cholesky factor of what the groupings add, and the cross products seen through it.

        LAPACK is called directly: these matrices are small, and a fit asks for thousands of them.
        """
        root = np.sqrt(ratios)[self.levels]
        factor: Floats = np.asarray(np.linalg.cholesky(np.eye(len(root)) + root[:, None] * self.zz * root), np.float64)
        seen: Floats = dtrtrs(factor, root[:, None] * self.zxy, lower=1)[0] if len(root) else self.zxy
        return factor, seen[:, :-1], seen[:, -1]


def _joint_errors(problem: _Problem, solved: _Solved, ratios: Floats) -> list[float | None]:
    """From the second derivatives, by central differences; None where the point is no maximum in some direction."""
    p = len(solved.beta)
    at = np.concatenate([solved.beta, ratios])
    steps = np.concatenate([np.sqrt(np.diag(solved.covariance) * solved.noise), ratios]) * STEP
    curvature = np.empty((len(at), len(at)))
    for i, j in combinations_with_replacement(range(len(at)), 2):
        a, b = _unit(len(at), i) * steps, _unit(len(at), j) * steps
        corners = [problem.likelihood(at + s * a + t * b, p) * s * t for s in (1, -1) for t in (1, -1)]
        curvature[i, j] = curvature[j, i] = sum(corners) / (4 * steps[i] * steps[j])
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(-curvature).min() <= 0:
        return [None] * p
    return [float(error) for error in np.sqrt(np.diag(linalg.inv(-curvature)))[:p]]


def _unit(n: int, i: int) -> Floats:
    return np.asarray(np.eye(n)[i], dtype=np.float64)


def _best(problem: _Problem) -> Floats:
    """Logarithms of the variance ratios with the least criterion, from several starts."""
    n_groupings = int(problem.levels.max()) + 1 if len(problem.levels) else 0
    if not n_groupings:
        return np.zeros(0)
    found = [_descend(problem, np.full(n_groupings, start), "L-BFGS-B", COARSE) for start in STARTS]
    near = min(found, key=lambda logs: problem.solve(np.exp(logs)).criterion)
    return _descend(problem, near, "Nelder-Mead", FINE)


def _descend(problem: _Problem, start: Floats, method: Method, options: Any) -> Floats:
    def criterion(logs: Floats) -> float:
        return problem.solve(np.exp(logs)).criterion

    bounds = [(LEAST, MOST)] * len(start)
    found = optimize.minimize(criterion, start, method=method, bounds=bounds, options=options)
    return np.asarray(found.x, dtype=np.float64)


def _two_sided(value: float, error: float) -> float:
    return float(2 * stats.norm.sf(abs(value) / error)) if error > 0 else float(value == 0)
