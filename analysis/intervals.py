"""Closed-form 95 % intervals for shares and paired differences, on an effective number of independent trials.

Knows no data: counts, shares and effective numbers are given. Used where a bootstrap fails: few events, shares near
0 or 1. Sources stand with each function.
"""

from typing import NamedTuple

from scipy import special

LEVEL = 0.95


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def z_value(level: float = LEVEL) -> float:
    """Two-sided normal quantile: 1.96 for 0.95.

    >>> round(z_value(), 3)
    1.96
    """
    return float(special.ndtri((1 + level) / 2))


def t_value(df: float, level: float = LEVEL) -> float:
    """Two-sided Student quantile for `df` > 0 degrees of freedom; Raises ValueError when df <= 0.

    >>> round(t_value(19), 3)
    2.093
    """
    if df <= 0:
        raise ValueError(f"degrees of freedom must be positive, not {df}")
    return float(special.stdtrit(df, (1 + level) / 2))


def wilson(share: float, n: float, level: float = LEVEL) -> Interval:
    """Wilson score interval of a share in [0, 1] of `n` > 0 (possibly fractional, effective) trials.

    0 of n begins at exactly 0, n of n ends at exactly 1; the width is never 0. Raises ValueError outside these ranges.
    Wilson (1927), JASA 22, 209-212.

    >>> [round(end, 4) for end in wilson(0.1, 10)]
    [0.0179, 0.4042]
    >>> [round(end, 4) for end in wilson(0.0, 10)]
    [0.0, 0.2775]
    """
    _check(share, n)
    z2 = z_value(level) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 / n * (share * (1 - share) + z2 / (4 * n))) ** 0.5 / (1 + z2 / n)
    return Interval(0.0 if share == 0 else max(0.0, middle - half), 1.0 if share == 1 else min(1.0, middle + half))


def clopper_pearson(share: float, n: float, level: float = LEVEL) -> Interval:
    """Clopper-Pearson ("exact", conservative) interval of a share of `n` > 0 (possibly fractional) trials.

    Clopper and Pearson (1934), Biometrika 26, 404-413; on effective trials: Korn and Graubard (1998), Survey
    Methodology 24, 193-201. Raises ValueError as `wilson`.

    >>> [round(end, 4) for end in clopper_pearson(0.1, 10)]
    [0.0025, 0.445]
    """
    _check(share, n)
    tail, k = (1 - level) / 2, share * n
    low = 0.0 if share == 0 else float(special.betaincinv(k, n - k + 1, tail))
    high = 1.0 if share == 1 else float(special.betaincinv(k + 1, n - k, 1 - tail))
    return Interval(low, high)


def paired_difference(gains: float, losses: float, n: float, critical: float | None = None) -> Interval:
    """Interval of the difference of two paired shares, when pairs that differ are few (even none).

    `gains` and `losses` are shares in [0, 1] of `n` > 0 effective pairs that only the second, only the first had.
    One pair is added to each; the width is never 0; ends stay within [-1, 1].
    Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488: adjusted Wald interval.

    >>> [round(end, 3) for end in paired_difference(0.0, 0.0, 100)]
    [-0.027, 0.027]
    """
    _check(gains, n)
    _check(losses, n)
    critical = z_value() if critical is None else critical
    up, down = (gains * n + 1) / (n + 2), (losses * n + 1) / (n + 2)
    middle = up - down
    half = critical * float(((up + down - middle**2) / (n + 2)) ** 0.5)
    return Interval(max(-1.0, middle - half), min(1.0, middle + half))


def gamma_rate(rate: float, variance: float, level: float = LEVEL) -> Interval:
    """Interval of a mean or rate > 0 that few observations hold any of, from its value and `variance` > 0.

    rate²/variance is taken as the number of Poisson events; conservative. Fay and Feuer (1997), Statistics in Medicine
    16, 791-801. Raises ValueError when rate or variance is not positive.

    >>> [round(end, 3) for end in gamma_rate(0.05, 0.0005)]   # 5 events in 100: Garwood's exact interval
    [0.016, 0.117]
    """
    if not (rate > 0 and variance > 0):
        raise ValueError(f"rate and variance must be positive, not {rate} and {variance}")
    tail, events = (1 - level) / 2, rate**2 / variance
    low, high = special.gammaincinv(events, tail), special.gammaincinv(events + 1, 1 - tail)
    return Interval(float(low * rate / events), float(high * rate / events))


def effective_n(share: float, variance: float, n_trials: float, n_independent: float) -> float:
    """How many independent trials would give a share of this `variance`: share·(1 - share) / variance.

    At most `n_trials`. Where the variance is 0 (no or only events) nothing is known of clustering, and each of the
    `n_independent` problems counts once. Kish (1965), Survey Sampling, section 8.2 (design effect).

    >>> effective_n(0.5, 0.0025, 400, 50)
    100.0
    >>> effective_n(0.0, 0.0, 400, 50)
    50.0
    """
    if variance <= 0 or not 0 < share < 1:
        return float(min(n_independent, n_trials))
    return float(min(share * (1 - share) / variance, n_trials))


def _check(share: float, n: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"a share must lie in [0, 1], not {share}")
    if not n > 0:
        raise ValueError(f"the number of trials must be positive, not {n}")
