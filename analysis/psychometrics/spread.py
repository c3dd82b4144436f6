"""How far scores of two kinds of models lie apart and scatter: base against instruct. Knows no trait.

Source: the comparison of The Personality Illusion (arXiv 2509.03730), section on stability, with its tests: Welch
(1947), Biometrika 34, 28; Levene's test about medians, Brown and Forsythe (1974), J. Am. Stat. Assoc. 69, 364.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


class Apart(NamedTuple):
    """Of two groups: means, standard deviations, median absolute deviations, and the two tests.

    `variance_drop` is 1 - variance of the second over that of the first; None where the first does not vary. Tests are
    None where neither group varies, Levene's also where all values of both lie equally far from their medians. Runs of
    one model are no independent respondents: p-values here describe pooled runs as the paper does, and are no evidence
    about models.
    """

    means: tuple[float, float]
    deviations: tuple[float, float]
    absolute: tuple[float, float]
    welch_p: float | None
    levene_f: float | None
    levene_p: float | None
    variance_drop: float | None


def apart(first: Floats, second: Floats) -> Apart:
    """Compare two samples of shapes (n,) and (m,), each of at least two values; raises ValueError for fewer.

    >>> found = apart(np.array([1.0, 2, 3, 4]), np.array([2.0, 2.5, 3, 3.5]))
    >>> round(found.variance_drop, 2), found.absolute
    (0.75, (1.0, 0.5))
    """
    if len(first) < 2 or len(second) < 2:
        raise ValueError(f"two samples of at least two values are needed, not {len(first)} and {len(second)}")
    varies = first.std() > 0 or second.std() > 0
    welch = stats.ttest_ind(first, second, equal_var=False) if varies else None
    scatters = any(np.ptp(np.abs(group - np.median(group))) > 1e-12 for group in (first, second))
    levene = stats.levene(first, second, center="median") if scatters else None
    variances = float(first.var(ddof=1)), float(second.var(ddof=1))
    return Apart(
        means=(float(first.mean()), float(second.mean())),
        deviations=(variances[0] ** 0.5, variances[1] ** 0.5),
        absolute=(_absolute(first), _absolute(second)),
        welch_p=float(welch.pvalue) if welch else None,
        levene_f=float(levene.statistic) if levene else None,
        levene_p=float(levene.pvalue) if levene else None,
        variance_drop=1 - variances[1] / variances[0] if variances[0] > 0 else None,
    )


def _absolute(values: Floats) -> float:
    """The median distance from the median."""
    return float(np.median(np.abs(values - np.median(values))))
