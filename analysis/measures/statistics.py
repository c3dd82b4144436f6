"""What a measure asks for: shares, means, paired differences, quotients, contrasts and quantiles over a group.

Each holds one number per rollout; analysis.measures.estimates turns them into estimates with intervals.
Knows no column names and draws nothing.
"""

from dataclasses import dataclass

from analysis.resampling import Floats

NOTHING_TO_COUNT = "no rollout to count"


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """Events out of trials, both counted per rollout (0 <= events <= trials)."""

    name: str
    events: Floats
    trials: Floats
    empty: str = NOTHING_TO_COUNT
    edges: tuple[float, float] | None = None
    resample: bool = True
    unit: str = "share"


@dataclass(frozen=True, slots=True, eq=False)
class Mean:
    """Total per count, both per rollout (a mean over rollouts has `per` 1 where the rollout counts, else 0)."""

    name: str
    total: Floats
    per: Floats
    unit: str
    empty: str = NOTHING_TO_COUNT
    edges: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Mean of second minus first for two paired 0/1 values, over the rollouts whose `trials` is 1."""

    name: str
    first: Floats
    second: Floats
    trials: Floats
    empty: str = NOTHING_TO_COUNT
    unit: str = "difference"


@dataclass(frozen=True, slots=True, eq=False)
class Quotient:
    """One average divided by another, over the rollouts whose `counted` is 1 (macro: average first, then divide)."""

    name: str
    top: Floats
    bottom: Floats
    counted: Floats
    unit: str = "share"
    empty: str = NOTHING_TO_COUNT
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Quantile:
    """The q-quantile of a value over the rollouts whose `counted` is 1, pooled: the smallest value whose share of
    rollouts at or below it reaches q."""

    name: str
    value: Floats
    counted: Floats
    q: float
    unit: str
    empty: str = NOTHING_TO_COUNT


@dataclass(frozen=True, slots=True, eq=False)
class PairedTest:
    """p-value of "first and second are equally often 1", over the rollouts whose `trials` is 1."""

    name: str
    first: Floats
    second: Floats
    trials: Floats
    empty: str = NOTHING_TO_COUNT
    unit: str = "p"


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """A value that is no plain ratio, and by how much it moves per weight of each rollout (`influence`, summing to 0).

    Only over one stratum (measures without the setting `average`): the influences of one stratum say nothing of the
    mean of several. `counted` is 1 for the rollouts that enter; a value of None is undefined. Deville (1999), Survey
    Methodology 25, 193-203, for variances from influences. `label` says what the row is of where its name cannot.
    """

    name: str
    value: float | None
    influence: Floats
    counted: Floats
    unit: str = "difference"
    empty: str = NOTHING_TO_COUNT
    label: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate with its 95 % interval; `reason` says why there is no estimate, no interval, or which test it is."""

    n: int
    n_problems: int
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    n_events: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """An estimate that the measure computed itself, as a p-value corrected for a family that only it knows."""

    name: str
    estimate: Estimate
    unit: str
    label: str = ""


Ratio = Share | Mean | Difference | Quotient | Contrast
Statistic = Ratio | Quantile | PairedTest | Known
