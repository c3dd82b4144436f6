"""How many problems and samples a planned comparison needs, and the smallest difference that a design would see.

Knows no data: accuracies, correlations and numbers are planned. Two arms answer the same problems, each some samples of
each; the test is the paired t test over problems' mean differences. Sources: variance components as in Miller (arXiv
2411.00640), sections 3-5; power from the noncentral t distribution, Cohen (1988), chapter 2, as the mean of normal
tails over the quantiles of the estimated spread.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from analysis.resampling import Floats

MOST_PROBLEMS = 10_000_000
MOST_SAMPLES = 100_000
FAR = 20.0
"""Standard errors above the critical value within which the smallest difference is sought."""
_NODES, _WEIGHTS = (
    (part + shift) / 2 for part, shift in zip(np.polynomial.legendre.leggauss(200), (1, 0), strict=True)
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Two arms on the same problems: the first's accuracy, the second's minus the first's, and what samples share.

    `icc` (0 to 1) is the intraclass correlation of right answers within a problem: 0, problems are alike; 1, each is
    always or never right. `correlation` (-1 to 1) is that of the problems' chances in both arms: 1, the same problems
    are hard for both. `n_samples` of each problem in each arm. Raises ValueError for what cannot be.

    >>> Plan(0.5, 0.6)
    Traceback (most recent call last):
    ...
    ValueError: both accuracies must lie between 0 and 1, not 0.5 and 1.1
    """

    accuracy: float
    difference: float
    icc: float = 0.0
    correlation: float = 1.0
    n_samples: int = 1
    power: float = 0.8
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if not (0 < self.accuracy < 1 and 0 < self.other < 1):
            raise ValueError(f"both accuracies must lie between 0 and 1, not {self.accuracy} and {self.other:.4g}")
        if not (0 <= self.icc <= 1 and -1 <= self.correlation <= 1):
            raise ValueError(f"icc and correlation must be at most 1, not {self.icc} and {self.correlation}")
        if not (0 < self.alpha < self.power < 1) or self.n_samples < 1:
            raise ValueError(f"impossible: power {self.power}, alpha {self.alpha}, {self.n_samples} samples")

    @property
    def other(self) -> float:
        return self.accuracy + self.difference


def variance(plan: Plan) -> float:
    """Variance of one problem's mean difference between the arms.

    Each arm: pq·(icc + (1 - icc)/m); less twice correlation·icc·sqrt(p1 q1 p2 q2).

    >>> round(variance(Plan(0.5, 0.1)), 4)              # unpaired, one sample: .25 + .24
    0.49
    >>> round(variance(Plan(0.5, 0.1, icc=0.5, n_samples=4)), 6)     # .49·(.5 + .125) - 2·.5·sqrt(.06)
    0.061301
    """
    own, other = (p * (1 - p) for p in (plan.accuracy, plan.other))
    shared = plan.correlation * plan.icc * float(np.sqrt(own * other))
    return max(0.0, (own + other) * (plan.icc + (1 - plan.icc) / plan.n_samples) - 2 * shared)


def power_of(difference: float, error: float, df: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided t test with `df` sees a difference whose estimate has this standard error.

    >>> round(power_of(0.5, 1 / 34**0.5, 33), 3)       # 34 pairs for d = .5: 81 %, Cohen (1988)
    0.808
    """
    if error <= 0:
        return 1.0 if difference else alpha
    critical, shift = float(special.stdtrit(df, 1 - alpha / 2)), abs(difference) / error
    spread: Floats = np.sqrt(2 * special.gammaincinv(df / 2, _NODES) / df)
    seen: Floats = special.ndtr(shift - critical * spread) + special.ndtr(-shift - critical * spread)
    return float(np.sum(_WEIGHTS * seen))


def problems_needed(plan: Plan) -> int:
    """The fewest problems (at least 2) with which the plan's test has its power. Raises ValueError for no difference.

    >>> problems_needed(Plan(0.5, 0.1))       # (1.96 + .8416)²·.49/.01 = 384.6, and two for the t distribution
    387
    """
    if not plan.difference:
        raise ValueError("no difference: no number of problems sees it")
    spread = variance(plan)
    low, high = 1, 2
    while _power(plan, spread, high) < plan.power:
        low, high = high, 2 * high
        if high > MOST_PROBLEMS:
            raise ValueError(f"more than {MOST_PROBLEMS:,} problems are needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _power(plan, spread, middle) >= plan.power else (middle, high)
    return high


def samples_needed(plan: Plan, n_problems: int) -> int | None:
    """The fewest samples of each of so many problems in each arm; None where no number is enough.

    >>> samples_needed(Plan(0.5, 0.1, icc=0.2), 100), samples_needed(Plan(0.5, 0.1, icc=0.5, correlation=0.0), 50)
    (4, None)
    """
    if _power(plan, variance(_with(plan, MOST_SAMPLES)), n_problems) < plan.power:
        return None
    low, high = 0, MOST_SAMPLES
    while high - low > 1:
        middle = (low + high) // 2
        enough = _power(plan, variance(_with(plan, middle)), n_problems) >= plan.power
        low, high = (low, middle) if enough else (middle, high)
    return high


def smallest_difference(error: float, df: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest true difference that a test with this standard error and `df` > 0 sees with this power.

    >>> round(smallest_difference(1.0, 1e6), 3)       # 1.96 + .8416
    2.802
    """
    if error <= 0:
        return 0.0
    most = float(special.stdtrit(df, 1 - alpha / 2)) + FAR
    return float(optimize.brentq(lambda d: power_of(d, 1.0, df, alpha) - power, 0, most)) * error


def difference_seen(plan: Plan, n_problems: int) -> float | None:
    """The smallest gain of the second arm that so many problems see with the plan's power; its difference is not used.

    None where not even a gain up to an accuracy of 1 is seen.

    >>> round(difference_seen(Plan(0.5, 0.1), 387), 3)
    0.1
    """
    room = 1 - plan.accuracy - 1e-6

    def lacking(difference: float) -> float:
        planned = _with(plan, plan.n_samples, difference)
        return _power(planned, variance(planned), n_problems) - plan.power

    return float(optimize.brentq(lacking, 1e-9, room)) if lacking(room) > 0 else None


def _power(plan: Plan, spread: float, n_problems: int) -> float:
    return power_of(plan.difference, (spread / n_problems) ** 0.5, n_problems - 1, plan.alpha)


def _with(plan: Plan, n_samples: int, difference: float | None = None) -> Plan:
    shift = plan.difference if difference is None else difference
    return Plan(plan.accuracy, shift, plan.icc, plan.correlation, n_samples, plan.power, plan.alpha)
