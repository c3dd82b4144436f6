"""Votes of samples: how often the answer that most of k samples give is right, exactly, over all subsets of size k.

Knows only how many samples gave each answer. Sources: self-consistency (arXiv 2203.11171) for the vote; ReVISE (arXiv
2502.14565), confidence-aware decoding, for the weighted one. The count over subsets is a product of one polynomial per
answer; the shares 1/(1 + t) of t ties are integrals of y^t, taken exactly by Gauss-Legendre nodes.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from analysis.resampling import Floats, Ints
from analysis.sampling.passing import binomials, check_k

Ties = Literal["share", "wrong", "right"]
"""A tied vote counts by its share (what the first seen of the tied gives over all orders), as wrong, or as right."""

_KEPT = 2**14


class Ballot(NamedTuple):
    """Samples of one problem: so many right, so many for each wrong answer, so many without any answer."""

    right: int
    wrong: tuple[int, ...]
    silent: int = 0

    @property
    def n(self) -> int:
        return self.right + sum(self.wrong) + self.silent


def majority_at(ballot: Ballot, ks: Sequence[int], ties: Ties = "share") -> list[float]:
    """For each k the chance that the vote of k samples, drawn without putting back, is right.

    A sample without an answer has no vote; where none has one the vote is wrong. Exact for any n. Raises ValueError
    where k is not from 1 to the number of samples.

    >>> [round(p, 4) for p in majority_at(Ballot(2, (1, 1)), [1, 2, 3, 4])]
    [0.5, 0.5, 0.6667, 1.0]
    """
    for k in ks:
        check_k(np.array([ballot.n]), k)
    if not ks or not ballot.right:
        return [0.0] * len(ks)
    if not ballot.wrong and not ballot.silent:
        return [1.0] * len(ks)
    chances = _chances(ballot, max(ks), ties)
    return [chances[k] for k in ks]


@lru_cache(maxsize=_KEPT)
def _chances(ballot: Ballot, most: int, ties: Ties) -> tuple[float, ...]:
    """The chance for every k from 0 to `most`."""
    scale = most / ballot.n
    ways, total = _winning(ballot, most, scale, ties), binomials(ballot.n, most, scale)
    return tuple(np.minimum(1.0, ways / total).tolist())


def majority_of_all(ballot: Ballot, ties: Ties = "share") -> float:
    """Whether the vote of all samples is right; a tie by its share.

    >>> majority_of_all(Ballot(2, (2, 1))), majority_of_all(Ballot(0, (), 3)), majority_of_all(Ballot(1, ()))
    (0.5, 0.0, 1.0)
    """
    most = max(ballot.wrong, default=0)
    if ballot.right != most or not ballot.right:
        return float(ballot.right > most)
    return {"share": 1 / (1 + ballot.wrong.count(most)), "wrong": 0.0, "right": 1.0}[ties]


def weighted_vote(weights: dict[bool | str, float]) -> float:
    """Whether the answer with the largest sum of weights is right: keys are answers, True the right one.

    Ties by their share; no weight at all is wrong.

    >>> weighted_vote({True: 0.9, "7": 0.5 + 0.3}), weighted_vote({True: 0.5, "7": 0.5}), weighted_vote({"7": 1.0})
    (1.0, 0.5, 0.0)
    """
    most = max(weights.values(), default=0.0)
    tied = [answer for answer, weight in weights.items() if weight >= most - 1e-12 * abs(most)]
    return float(True in tied) / len(tied) if most > 0 else 0.0


def _winning(ballot: Ballot, most: int, scale: float, ties: Ties) -> Floats:
    """Scaled numbers of subsets of each size 0 ... most in which the right answer wins, ties as said."""
    nodes, shares = _nodes(ties, min(len(ballot.wrong), most))
    largest = min(ballot.right, most)
    wins: Ints = np.arange(1, largest + 1, dtype=np.int64)
    ways = np.zeros((largest, len(nodes), most + 1))
    ways[:, :, 0] = 1.0
    for size, many in Counter(ballot.wrong).items():
        below = _at_most(binomials(size, most, scale), wins, nodes)
        for _ in range(many):
            ways = _times(ways, below, min(size, largest))
    everyone = np.broadcast_to(binomials(ballot.silent, most, scale), ways.shape)
    ways = _times(ways, everyone, min(ballot.silent, most))
    by_wins = np.einsum("jmd,m->jd", ways, shares)
    own = binomials(ballot.right, most, scale)
    won = np.zeros(most + 1)
    for j in wins:
        won[j:] += own[j] * by_wins[j - 1, : most + 1 - j]
    return won


@lru_cache
def _nodes(ties: Ties, most_ties: int) -> tuple[Floats, Floats]:
    """Values y and weights such that the sum of weight·y^t is 1/(1 + t), 0^t or 1 for every t up to most_ties."""
    if ties != "share":
        return np.array([float(ties == "right")]), np.ones(1)
    x, weights = np.polynomial.legendre.leggauss(most_ties // 2 + 1)
    return (x + 1) / 2, weights / 2


def _at_most(drawn: Floats, wins: Ints, nodes: Floats) -> Floats:
    """Drawings of one wrong answer with fewer than `wins` samples, and y times those with as many."""
    m = np.arange(len(drawn))
    fewer, equal = m[None, :] < wins[:, None], m[None, :] == wins[:, None]
    both: Floats = drawn * (fewer[:, None, :] + equal[:, None, :] * nodes[None, :, None])
    return both


def _times(ways: Floats, factor: Floats, degree: int) -> Floats:
    """Product of polynomials along the last axis, cut at its length."""
    product = ways * factor[:, :, :1]
    for m in range(1, degree + 1):
        product[:, :, m:] += ways[:, :, :-m] * factor[:, :, m : m + 1]
    return product
