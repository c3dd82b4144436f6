"""How far answers to a questionnaire repeat themselves: over items, over keyed pairs, over seeds. Knows no instrument.

Tables have one row a respondent (a run of a model under one condition) and one column an item; what could not be read
is NaN and leaves its row out of what needs complete rows. Undefined is None with a reason: at temperature 0 many
tables do not vary. Sources: Cronbach (1951), Psychometrika 16, 297; McDonald (1999), Test Theory, ch. 6; Shrout and
Fleiss (1979), Psychol. Bull. 86, 420; Feldt (1965), Psychometrika 30, 357.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Floats = NDArray[np.float64]
NO_VARIANCE = "the answers do not vary"
TOO_FEW_ROWS = "fewer than three complete rows"
TOO_FEW_ITEMS = "fewer than two items"
NO_FACTOR = "no single factor fits: a loading could not be found"


class Index(NamedTuple):
    """A number of reliability with its 95 % interval, n complete rows, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    reason: str = ""


def cronbach_alpha(table: Floats) -> Index:
    """k/(k-1) · (1 - sum of item variances / variance of the sums), with Feldt's interval.

    `table` has shape (rows, items), reversed items already turned round. May be negative. Feldt's interval is exact for
    normal respondents who are independent; for seeds of one model it says how well that model's alpha is known.

    >>> rng = np.random.default_rng(0); trait = rng.normal(size=(400, 1))
    >>> round(cronbach_alpha(trait + rng.normal(size=(400, 4))).value, 1)      # 4·0.5 / (1 + 3·0.5) = 0.8
    0.8
    """
    rows, reason = _complete(table)
    if reason:
        return Index(None, n=len(rows), reason=reason)
    n, k = rows.shape
    value = float(k / (k - 1) * (1 - rows.var(axis=0, ddof=1).sum() / rows.sum(axis=1).var(ddof=1)))
    upper, lower = (stats.f.ppf(q, n - 1, (n - 1) * (k - 1)) for q in (0.975, 0.025))
    return Index(value, float(1 - (1 - value) * upper), float(1 - (1 - value) * lower), n)


def mcdonald_omega(table: Floats) -> Index:
    """(sum of loadings)² / ((sum of loadings)² + sum of uniquenesses), of one factor by least squares (minres).

    `table` as for `cronbach_alpha`. No interval. None where an item does not vary or has a negative uniqueness.

    >>> rng = np.random.default_rng(0); trait = rng.normal(size=(2000, 1))
    >>> round(mcdonald_omega(trait * [1, 2, 3] + rng.normal(size=(2000, 3))).value, 2)   # 36 / (36 + 3)
    0.92
    """
    rows, reason = _complete(table)
    if reason:
        return Index(None, n=len(rows), reason=reason)
    if rows.shape[1] < 3:
        return Index(None, n=len(rows), reason="fewer than three items: loadings of one factor are not determined")
    covariance: Floats = np.cov(rows, rowvar=False)
    loadings = _one_factor(covariance)
    unique = np.diag(covariance) - loadings**2
    if (np.diag(covariance) <= 0).any() or (unique < -1e-6 * np.diag(covariance)).any():
        return Index(None, n=len(rows), reason=NO_FACTOR)
    common = float(loadings.sum() ** 2)
    return Index(common / (common + float(unique.clip(0).sum())), n=len(rows))


def icc(table: Floats) -> Index:
    """ICC(2,1): two-way random effects, single measurement, absolute agreement, with Shrout and Fleiss's interval.

    `table` has one row a target (a trait of a model under a condition) and one column a repetition (a seed).

    >>> judged = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]])
    >>> round(icc(judged).value, 2)                                                     # their table 4
    0.29
    """
    rows, reason = _complete(table, least=2)
    if reason:
        return Index(None, n=len(rows), reason=reason)
    n, k = rows.shape
    targets, judges, rest = _mean_squares(rows)
    below = targets + (k - 1) * rest + k * (judges - rest) / n
    if below <= 0:
        return Index(None, n=n, reason=NO_VARIANCE)
    value = float((targets - rest) / below)
    low, high = _icc_interval(value, targets, judges, rest, n, k)
    return Index(value, low, high, n)


def keyed_consistency(positive: Floats, negative: Floats) -> Index:
    """Pearson's r between the mean of positively keyed items and that of reversed ones, turned round; Fisher's
    interval.

    Both have shape (rows,), one value a respondent; a pair with a NaN is left out. An honest scale gives a high r, one
    who agrees with everything a negative one.
    """
    there = ~(np.isnan(positive) | np.isnan(negative))
    first, second = positive[there], negative[there]
    n = int(there.sum())
    if n < 4:
        return Index(None, n=n, reason="fewer than four respondents with both kinds of items")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return Index(None, n=n, reason=NO_VARIANCE)
    r = float(np.corrcoef(first, second)[0, 1])
    middle, reach = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)), stats.norm.ppf(0.975) / np.sqrt(n - 3)
    return Index(r, float(np.tanh(middle - reach)), float(np.tanh(middle + reach)), n)


def acquiescence(raw: Floats, is_reversed: NDArray[np.bool_], low: float, high: float) -> Floats:
    """Per respondent, how far the raw answers lean to agreeing whatever the item says, from -1 to 1.

    `raw` has shape (rows, items), not turned round, on a scale from `low` to `high`. The mean answer to positively
    keyed items and that to reversed ones weigh the same, so that a trait cancels out; NaN where one kind was not
    answered.

    >>> acquiescence(np.array([[5.0, 5.0], [5.0, 1.0]]), np.array([False, True]), 1, 5)
    array([1., 0.])
    """
    with np.errstate(invalid="ignore"):
        means = [_row_means(raw[:, chosen]) for chosen in (~is_reversed, is_reversed)]
    middle: Floats = (means[0] + means[1]) / 2
    return (middle - (low + high) / 2) / ((high - low) / 2)


def _row_means(answers: Floats) -> Floats:
    n = (~np.isnan(answers)).sum(axis=1)
    means: Floats = np.nansum(answers, axis=1) / np.where(n > 0, n, np.nan)
    return means


def _complete(table: Floats, least: int = 3) -> tuple[Floats, str]:
    """Rows without a gap, and why they are not enough."""
    rows: Floats = table[~np.isnan(table).any(axis=1)]
    if table.shape[1] < 2:
        return rows, TOO_FEW_ITEMS
    if len(rows) < least:
        return rows, TOO_FEW_ROWS
    return rows, NO_VARIANCE if rows.sum(axis=1).var() == 0 else ""


def _one_factor(covariance: Floats) -> Floats:
    """Loadings whose products come nearest to the covariances off the diagonal."""
    k = len(covariance)
    off = ~np.eye(k, dtype=bool)

    def residuals(loadings: Floats) -> Floats:
        left: Floats = (covariance - np.outer(loadings, loadings))[off]
        return left

    values, vectors = np.linalg.eigh(covariance)
    start = vectors[:, -1] * np.sqrt(max(values[-1], 1e-12))
    found: Floats = optimize.least_squares(residuals, start).x
    return found if found.sum() >= 0 else -found


def _mean_squares(rows: Floats) -> tuple[float, float, float]:
    n, k = rows.shape
    centre = rows.mean()
    targets = k * ((rows.mean(axis=1) - centre) ** 2).sum()
    judges = n * ((rows.mean(axis=0) - centre) ** 2).sum()
    rest = ((rows - centre) ** 2).sum() - targets - judges
    return float(targets / (n - 1)), float(judges / (k - 1)), float(max(rest, 0.0) / ((n - 1) * (k - 1)))


def _icc_interval(value: float, targets: float, judges: float, rest: float, n: int, k: int) -> tuple[float, float]:
    """Shrout and Fleiss (1979), page 424, by Satterthwaite's degrees of freedom; without noise it is a point."""
    if rest <= 0:
        return value, value
    ratio = judges / rest
    above = (k - 1) * (n - 1) * (k * value * ratio + n * (1 + (k - 1) * value) - k * value) ** 2
    below = (n - 1) * k**2 * value**2 * ratio**2 + (n * (1 + (k - 1) * value) - k * value) ** 2
    df = above / below
    up, down = stats.f.ppf(0.975, n - 1, df), stats.f.ppf(0.975, df, n - 1)
    rest_of = k * judges + (k * n - k - n) * rest
    low = n * (targets - up * rest) / (up * rest_of + n * targets)
    high = n * (down * targets - rest) / (rest_of + n * down * targets)
    return float(low), float(high)
