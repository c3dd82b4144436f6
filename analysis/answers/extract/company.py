"""How a value stands in its trace: is it stated elsewhere, near, often, more than others. Knows no text, only first
judgements.

A trace repeats its answer, so a bare "756 - 168 = 588." is told by the lines that call 588 the answer. All stated
values count in this way, wrong and abandoned ones too; neither the gold answer nor anything after the reasoning is
used.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Self

from analysis.answers.extract.mention import Key, Mention, key

NEAR = 3
_AROUND = tuple(step for step in range(-NEAR, NEAR + 1) if step)
WEIGHTS = {
    "alone_odds": 1.0,
    "elsewhere_some": 0.3,
    "elsewhere_likely": 0.7,
    "elsewhere_sure": 0.8,
    "earlier": 0.0,
    "often": 0.0,
    "very_often": 0.0,
    "leads": 1.0,
    "share_of_leader": 1.0,
    "near": 0.8,
    "other_leads": 0.0,
    "only_later": 0.0,
}
"""The features of a value's company with the weights that training starts from."""


def company_of(mentions: Sequence[Mention], alone: Sequence[float]) -> list[dict[str, float]]:
    """The features of each mention, from the probabilities `alone` that each has by its own cues.

    >>> mention = Mention(1, 0, 0, 1, "4", frozenset())
    >>> company_of([mention], [0.5])[0]["leads"]
    1.0
    """
    values: dict[Key, dict[int, float]] = {}
    keys = [key(mention.value) for mention in mentions]
    for mention, name, p in zip(mentions, keys, alone, strict=True):
        lines = values.setdefault(name, {})
        lines[mention.rank] = max(p, lines.get(mention.rank, 0.0))
    standing = {name: _Standing.of(lines) for name, lines in values.items()}
    leader = max((value.total for value in standing.values()), default=0.0)
    strongest = max((value.most for value in standing.values()), default=0.0)
    return [
        _features(p, mention.rank, standing[name], leader, strongest)
        for mention, name, p in zip(mentions, keys, alone, strict=True)
    ]


class _Standing(NamedTuple):
    """One value: by the rank of each line that gives it, its probability there and the most of it before."""

    lines: dict[int, float]
    before: dict[int, float]
    total: float
    most: float
    second: float
    n_likely: int

    @classmethod
    def of(cls, lines: dict[int, float]) -> Self:
        ordered = sorted(lines)
        earlier = [0.0, *accumulate((lines[rank] for rank in ordered), max)]
        most, second = [*sorted(lines.values(), reverse=True), 0.0][:2]
        n_likely = sum(p > 0.5 for p in lines.values())
        return cls(lines, dict(zip(ordered, earlier, strict=False)), sum(lines.values()), most, second, n_likely)


def _features(p: float, rank: int, value: _Standing, leader: float, strongest: float) -> dict[str, float]:
    here = value.lines[rank]
    most = value.second if here == value.most else value.most
    before = value.before[rank]
    is_near = value.most > 0.6 and any(value.lines.get(rank + step, 0.0) > 0.6 for step in _AROUND)
    return {
        "alone_odds": log_odds(p),
        "elsewhere_some": float(most > 0.3),
        "elsewhere_likely": float(most > 0.6),
        "elsewhere_sure": float(most > 0.85),
        "earlier": float(before > 0.5),
        "often": float(value.total - here > 1.5),
        "very_often": float(value.n_likely - (here > 0.5) >= 3),
        "leads": float(value.total == leader and leader > 0),
        "share_of_leader": value.total / leader if leader > 0 else 0.0,
        "near": float(is_near),
        "other_leads": float(most < 0.3 and strongest > 0.8),
        "only_later": float(most > 0.6 and before < 0.3),
    }


def log_odds(p: float) -> float:
    """ln(p / (1 - p)), with p kept within [1e-4, 1 - 1e-4].

    >>> log_odds(0.5), round(log_odds(0.0), 2)
    (0.0, -9.21)
    """
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))
