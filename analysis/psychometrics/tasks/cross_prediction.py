"""Who foretells whose replies: predictions of one model held against the behaviour of another, problem by problem.

Knows no protocol: rows are given. After Looking Inward (arXiv 2410.13787, cross-prediction), where the other model is
trained on the first one's behaviour; here it only says what it would reply itself, which is a weaker rival.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.intervals import effective_n, paired_difference, t_value, wilson
from analysis.psychometrics.tasks.properties import PROPERTIES
from analysis.resampling import Floats, Resampler

FEW = 10
"""With fewer right or wrong rows than this a bootstrap says too little: DESIGN, statistics."""
Shares = Mapping[str, float]


class Foretold(NamedTuple):
    """One property of one reply: what the model said it would be, what it was; None where it was not read."""

    model: str
    problem: str
    property: str
    said: str | None
    observed: str | None


class Prediction(NamedTuple):
    """A share of rows foretold with its 95 % interval over problems, the mode's share, n rows; else the reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    mode: float | None = None
    n: int = 0
    n_problems: int = 0
    reason: str = ""


class Cells(NamedTuple):
    """Rows of one problem and property each: how far they agree, from 0 to 1, and their problem's number."""

    agreement: Floats
    problem: np.ndarray[tuple[int], np.dtype[np.int64]]
    mode: float


def rows_of(model: str, problem: str, scores: Mapping[str, float]) -> list[Foretold]:
    """The rows of one rollout of the protocol, from its scores without the prefix.

    >>> rows_of("m", "p", {"asked": 1, "said/is_even": 1.0})
    [Foretold(model='m', problem='p', property='is_even', said='1', observed=None)]
    """
    pairs = [(name, scores.get(f"said/{name}"), scores.get(f"observed/{name}")) for name in PROPERTIES]
    return [
        Foretold(model, problem, name, _written(said), _written(observed))
        for name, said, observed in pairs
        if said is not None or observed is not None
    ]


def cross_prediction(rows: Sequence[Foretold], *, of: str, by: str, rng: np.random.Generator) -> Prediction:
    """How often what `by` says it would reply is what `of` replies, over the problems and properties of both.

    Every pair of a saying and a reply of one problem and property counts alike, and problem and property weigh the
    same however often they were sampled; `of` may be `by`. `mode` is the baseline over the same cells. The interval
    is Student's with the standard error of resampled problems; Wilson's on the effective number where fewer than ten
    rows are right or wrong.

    >>> rows = [Foretold("a", str(n), "is_even", "odd", "odd" if n % 4 else "even") for n in range(40)]
    >>> rows += [Foretold("b", str(n), "is_even", "even", "even") for n in range(40)]
    >>> found = cross_prediction(rows, of="a", by="b", rng=np.random.default_rng(0))
    >>> found.value, found.mode, found.n, bool(found.low < 0.25 < found.high)       # 10 of 40 even
    (0.25, 0.75, 40, True)
    """
    cells = _cells(rows, of, (by,))
    if cells is None:
        return Prediction(None, reason=f"no problem has a reply of {of} and a prediction by {by}")
    return _estimated(cells, cells.agreement, rng, is_share=True)


def privileged_access(rows: Sequence[Foretold], *, of: str, by: str, rng: np.random.Generator) -> Prediction:
    """How much better `of` foretells its own replies than `by` does, over problems and properties that both foretold.

    Above 0: something is known from inside that this other model does not tell from outside. Paired by problem and
    property, interval as for `cross_prediction`, Bonett and
    Price's on problems where fewer than ten rows differ. arXiv 2410.13787, section on cross-prediction.
    """
    own, other = _cells(rows, of, (of, by)), _cells(rows, of, (by, of))
    if own is None or other is None:
        return Prediction(None, reason=f"no problem has a reply of {of} and predictions by {of} and {by}")
    return _estimated(own, own.agreement - other.agreement, rng, is_share=False)


def _written(code: float | None) -> str | None:
    return None if code is None else f"{code:.0f}"


def _cells(rows: Sequence[Foretold], of: str, by: Sequence[str]) -> Cells | None:
    """Cells in which `of` replied and all of `by` foretold; the agreement is with the first of `by`."""
    behaved = _shares([(row.problem, row.property, row.observed) for row in rows if row.model == of])
    told = [_shares([(row.problem, row.property, row.said) for row in rows if row.model == who]) for who in by]
    shared = sorted(cell for cell in behaved if all(cell in each for each in told))
    if not shared:
        return None
    agreement = [
        sum(share * told[0][cell].get(value, 0.0) for value, share in behaved[cell].items()) for cell in shared
    ]
    numbers = {problem: number for number, problem in enumerate(sorted({problem for problem, _ in shared}))}
    return Cells(np.array(agreement), np.array([numbers[problem] for problem, _ in shared]), _mode(behaved, shared))


def _shares(values: Sequence[tuple[str, str, str | None]]) -> dict[tuple[str, str], Shares]:
    """How often each value is in each cell, as shares."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for problem, name, value in values:
        if value is not None:
            counts[problem, name][value] += 1
    return {cell: {value: n / count.total() for value, n in count.items()} for cell, count in counts.items()}


def _mode(behaved: Mapping[tuple[str, str], Shares], shared: Sequence[tuple[str, str]]) -> float:
    """What saying each property's commonest value would get."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for cell in shared:
        for value, share in behaved[cell].items():
            sums[cell[1]][value] += share
    return sum(max(values.values()) for values in sums.values()) / len(shared)


def _estimated(cells: Cells, values: Floats, rng: np.random.Generator, *, is_share: bool) -> Prediction:
    value, n = float(values.mean()), len(values)
    n_problems = int(cells.problem.max()) + 1
    found = Prediction(value, mode=cells.mode if is_share else None, n=n, n_problems=n_problems)
    if n_problems < 2:
        return found._replace(reason="one problem has no interval")
    weights = Resampler(rng).weights(np.arange(n_problems))
    sums, counts = np.bincount(cells.problem, values), np.bincount(cells.problem)
    drawn = (weights @ sums) / (weights @ counts)
    if is_share and min(values.sum(), n - values.sum()) < FEW:
        return found._replace(**wilson(value, effective_n(value, float(drawn.var()), n, n_problems))._asdict())
    if not is_share and np.abs(values).sum() < FEW:
        gains, losses = (float(part.clip(0).mean()) for part in (values, -values))
        return found._replace(**paired_difference(gains, losses, n_problems)._asdict())
    reach, least = t_value(n_problems - 1) * float(drawn.std()), 0.0 if is_share else -1.0
    return found._replace(low=max(least, value - reach), high=min(1.0, value + reach))
