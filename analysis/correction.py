"""What a second answer does to a first: the flows between right and wrong, and every number that papers draw from them.

Knows no rollout: it gets three means over all items (A1 = right first, K = right and kept, F = wrong and then right),
or the probabilities of a question's options. Sources: arXiv 2412.19513 (CL, CS, RSS; equations 1-6 and appendices C,
D), SCoRe arXiv 2409.12917, section 3 (Δ), arXiv 2604.22273 (EIR, ECR, steady state).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

ALL_OR_NONE_RIGHT = "every first answer is right, or every one is wrong"
NO_RIGHT = "no first answer is right"
NO_WRONG = "no first answer is wrong"
NO_CHANGE = "no answer turns right or wrong"


class Means(NamedTuple):
    """Over all items: the share right at first, right at both, and wrong at first and then right; each in [0, 1]."""

    first: float
    kept: float
    fixed: float

    @property
    def second(self) -> float:
        return self.kept + self.fixed


class Smooth(NamedTuple):
    """A value and its derivative by each of the three means."""

    value: float
    by_first: float
    by_kept: float
    by_fixed: float


def acc2_of(acc1: float, cl: float, cs: float) -> float:
    """Second accuracy from first accuracy, confidence level and critique score (equation 5); shares in [0, 1].

    >>> round(acc2_of(0.71, 0.917, 0.449), 3)   # Table 1, Llama3-8B on GSM8k: 78.1
    0.781
    """
    return acc1 * cl + (1 - acc1) * cs


def bounds_of(acc1: float) -> tuple[float, float]:
    """Lowest and highest second accuracy where CS <= Acc1 <= CL (appendix C): acc1² and 2·acc1 - acc1².

    >>> bounds_of(0.5)
    (0.25, 0.75)
    """
    return acc1**2, 2 * acc1 - acc1**2


def rss_of(acc1: float, acc2: float) -> float | None:
    """Relative self-correction score (equation 6): where acc2 lies between its bounds; 0.5 is no change.

    May leave [0, 1] where CS <= Acc1 <= CL fails; None where acc1 is 0 or 1.

    >>> rss_of(0.5, 0.5), rss_of(1.0, 1.0)
    (0.5, None)
    """
    low, high = bounds_of(acc1)
    return (acc2 - low) / (high - low) if 0 < acc1 < 1 else None


def order_holds(acc1: float, cl: float, cs: float) -> bool:
    """Whether CS <= Acc1 <= CL, on which the bounds rest.

    >>> order_holds(0.85, 0.817, 0.529)   # Table 6, GPT-4 Turbo on CommonsenseQA
    False
    """
    return cs <= acc1 <= cl


def steady_of(eir: float, ecr: float) -> float | None:
    """The accuracy at which another round changes nothing: ecr / (ecr + eir); None where neither happens.

    >>> steady_of(0.25, 0.75)
    0.75
    """
    return ecr / (ecr + eir) if ecr + eir > 0 else None


def after_rounds(acc: float, eir: float, ecr: float, n: int) -> float:
    """Accuracy after n more rounds with the same rates: the distance to the steady state shrinks by 1 - eir - ecr.

    >>> round(after_rounds(0.5, 0.1, 0.3, 1), 3)   # 0.5·0.9 + 0.5·0.3
    0.6
    """
    steady = steady_of(eir, ecr)
    return acc if steady is None else steady + (1 - eir - ecr) ** n * (acc - steady)


def pays(acc: float, eir: float, ecr: float) -> bool:
    """Whether another round is expected to gain: ecr·(1 - acc) > eir·acc, that is ecr/eir > acc/(1 - acc).

    >>> pays(0.7, 0.1, 0.3), pays(0.8, 0.1, 0.3)
    (True, False)
    """
    return ecr * (1 - acc) > eir * acc


def option_flow_of(
    first: Sequence[float], after: Sequence[Sequence[float]], right: int
) -> tuple[float, float, float | None]:
    """P(first right), P(right again | right) and P(right | wrong) of one question from its options' probabilities.

    `first` are K probabilities, `after[j]` those of the second answer when option j was given as the first, `right` the
    index of the gold. The last is divided by the probability of a wrong first answer, as the authors' code has it and
    the printed formula (appendix D) has not: only so does equation 5 hold. None where no first answer is wrong.

    >>> [round(x, 2) for x in option_flow_of([0.6, 0.4], [[0.9, 0.1], [0.35, 0.65]], 0)]
    [0.6, 0.9, 0.35]
    """
    p = first[right]
    wrong = sum(row[right] * q for j, (row, q) in enumerate(zip(after, first, strict=True)) if j != right)
    return p, after[right][right], wrong / (1 - p) if p < 1 else None


def _cl(m: Means) -> Smooth:
    return Smooth(m.kept / m.first, -m.kept / m.first**2, 1 / m.first, 0.0)


def _cs(m: Means) -> Smooth:
    wrong = 1 - m.first
    return Smooth(m.fixed / wrong, m.fixed / wrong**2, 0.0, 1 / wrong)


def _rss(m: Means) -> Smooth:
    width, above = 2 * m.first * (1 - m.first), m.second - m.first**2
    by_second = 1 / width
    by_first = (-2 * m.first * width - above * (2 - 4 * m.first)) / width**2
    return Smooth(above / width, by_first, by_second, by_second)


def _steady(m: Means) -> Smooth:
    cl, cs = _cl(m), _cs(m)
    eir, total = 1 - cl.value, 1 - cl.value + cs.value
    by_cs, by_cl = eir / total**2, cs.value / total**2
    ends = zip(cl[1:], cs[1:], strict=True)
    return Smooth(cs.value / total, *(by_cl * of_cl + by_cs * of_cs for of_cl, of_cs in ends))


def _next_gain(m: Means) -> Smooth:
    cl, cs, acc = _cl(m), _cs(m), m.second
    eir = 1 - cl.value
    by_acc = Smooth(0.0, 0.0, 1.0, 1.0)
    parts = zip(cl[1:], cs[1:], by_acc[1:], strict=True)
    derivatives = ((1 - acc) * of_cs + acc * of_cl - (eir + cs.value) * of_acc for of_cl, of_cs, of_acc in parts)
    return Smooth(cs.value * (1 - acc) - eir * acc, *derivatives)


def _above(m: Means) -> Smooth:
    cl = _cl(m)
    return Smooth(cl.value - m.first, cl.by_first - 1, cl.by_kept, cl.by_fixed)


def _below(m: Means) -> Smooth:
    cs = _cs(m)
    return Smooth(m.first - cs.value, 1 - cs.by_first, -cs.by_kept, -cs.by_fixed)


def _lowest(m: Means) -> Smooth:
    return Smooth(m.first**2, 2 * m.first, 0.0, 0.0)


def _highest(m: Means) -> Smooth:
    return Smooth(2 * m.first - m.first**2, 2 - 2 * m.first, 0.0, 0.0)


SMOOTH: Mapping[str, Callable[[Means], Smooth]] = {
    "rss": _rss,
    "acc2_lowest": _lowest,
    "acc2_highest": _highest,
    "cl_above_acc1": _above,
    "acc1_above_cs": _below,
    "steady_state": _steady,
    "next_round_gain": _next_gain,
}
"""Numbers that are no plain ratio, by name."""


def find_smooth(name: str, means: Means) -> Smooth | str:
    """One of SMOOTH with its derivatives, or why it is not defined.

    >>> find_smooth("rss", Means(1.0, 1.0, 0.0))
    'every first answer is right, or every one is wrong'
    >>> round(find_smooth("steady_state", Means(0.5, 0.45, 0.15)).value, 4)   # EIR 0.1, ECR 0.3
    0.75
    """
    if name != "acc2_lowest" and name != "acc2_highest" and not 0 < means.first < 1:
        return ALL_OR_NONE_RIGHT
    if name == "steady_state" and np.isclose(means.kept, means.first) and np.isclose(means.fixed, 0):
        return NO_CHANGE
    return SMOOTH[name](means)
