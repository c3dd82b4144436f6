"""One column against a yes or no: the slope of a logistic regression, per standard deviation. Knows no persona.

Source: the behaviour's own regression in The Personality Illusion (arXiv 2509.03730), persona injection: persona
against none on one standardised behaviour, with Wald's test. Runs count as independent there.
"""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from analysis.intervals import z_value
from analysis.psychometrics.persona import Floats, ridge_logistic

NEXT_TO_NOTHING = 1e-9
SEPARATED = "the two kinds of runs do not overlap: the slope has no end"


class Logit(NamedTuple):
    """Slope per standard deviation with Wald's 95 % interval and p; None with a reason."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    reason: str = ""


def logit_slope(column: Floats, is_persona: Floats) -> Logit:
    """`column` and `is_persona` (0 or 1) have shape (n,); no value may be missing.

    None where all rows are of one kind, the column does not vary, or a threshold separates the kinds.

    >>> found = logit_slope(np.array([0.0, 1, 0, 1, 0, 1]), np.array([0.0, 0, 0, 1, 1, 1]))
    >>> round(found.value, 3)          # odds 1/2 and 2: log 4 a unit, of which half is a standard deviation
    0.693
    """
    n = len(column)
    if not n or not 0 < is_persona.mean() < 1 or column.std() == 0:
        return Logit(None, None, None, None, n, "runs of both kinds that vary are needed")
    with_, without = column[is_persona > 0], column[is_persona == 0]
    if with_.min() >= without.max() or without.min() >= with_.max():
        return Logit(None, None, None, None, n, SEPARATED)
    beta = ridge_logistic(column[:, None], is_persona, penalty=NEXT_TO_NOTHING)
    design = np.column_stack([(column - column.mean()) / column.std(), np.ones(n)])
    share = special.expit(design @ beta)
    error = float(np.sqrt(np.linalg.inv((design * (share * (1 - share))[:, None]).T @ design)[0, 0]))
    value, reach = float(beta[0]), z_value() * error
    return Logit(value, value - reach, value + reach, float(2 * stats.norm.sf(abs(value) / error)), n)
