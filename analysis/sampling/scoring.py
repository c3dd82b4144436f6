"""Choosing among samples by a score: how often the best scored of k is right, exactly, over all subsets of size k.

Knows only scores and verdicts; equal scores share what they decide. Sources: best-of-n as in Qwen2.5-Math's rm@8;
Reward@K-S and the balance score, B-STaR (arXiv 2412.17256), section 3 and equation 4.
"""

from collections.abc import Sequence
from math import comb

import numpy as np

from analysis.resampling import Floats, Ints
from analysis.sampling.passing import check_k


def best_weights(rank: Ints, n: Ints, k: int) -> Floats:
    """Chance that the sample of this rank (0 the lowest score of n) is the best of k: C(rank, k - 1)/C(n, k).

    Ties share: average what is weighted over equal scores. Raises ValueError as `pass_at_k`.

    >>> best_weights(np.arange(4), np.full(4, 4), 2).round(4).tolist()       # 0/6, 1/6, 2/6, 3/6
    [0.0, 0.1667, 0.3333, 0.5]
    """
    check_k(n, k)
    weights = k / n
    for i in range(k - 1):
        weights = weights * np.maximum(rank - i, 0) / (n - 1 - i)
    return np.asarray(weights, dtype=np.float64)


def best_of_k(scores: Sequence[float], values: Sequence[float], k: int) -> float:
    """Mean value of the best scored of k samples of one set; equal scores share. Raises ValueError as `pass_at_k`.

    >>> best_of_k([0.1, 0.9, 0.9], [1, 1, 0], 3), round(best_of_k([0.1, 0.9, 0.9], [1, 1, 0], 1), 4)
    (0.5, 0.6667)
    """
    score, value = np.asarray(scores, dtype=np.float64), np.asarray(values, dtype=np.float64)
    order = np.argsort(score, kind="stable")
    _, tied, counts = np.unique(score[order], return_inverse=True, return_counts=True)
    shared = (np.bincount(tied, weights=value[order]) / counts)[tied]
    n = np.full(len(score), len(score))
    return float(shared @ best_weights(np.arange(len(score)), n, k))


def reward_at_k(scores: Sequence[float], right: Sequence[bool], k: int, top: int) -> float:
    """Chance that the `top` best scored of k samples are all right (Reward@K-S of B-STaR); top = 1 is best-of-k.

    Equal scores are averaged over their orders. Raises ValueError where k is not from 1 to the number of samples, or
    `top` not from 1 to k.

    >>> reward_at_k([3, 2, 1], [True, False, True], 2, 1)      # the pairs (3,2), (3,1) are led by a right one
    0.6666666666666666
    >>> reward_at_k([3, 2, 1], [True, False, True], 2, 2)      # only (3,1) is all right
    0.3333333333333333
    """
    n = len(scores)
    check_k(np.array([n]), k)
    if not 1 <= top <= k:
        raise ValueError(f"top must be from 1 to k ({k}), not {top}")
    ways, above, before = 0.0, 0, 0
    for score in sorted(set(scores), reverse=True):
        group = [r for s, r in zip(scores, right, strict=True) if s == score]
        ways += sum(
            _last_of_top(sum(group), len(group), t, above, top) * comb(n - 1 - before - t, k - top)
            for t in range(len(group))
        )
        above, before = above + sum(group), before + len(group)
    return ways / comb(n, k)


def _last_of_top(n_right: int, size: int, place: int, above: int, top: int) -> float:
    """Mean number of ways in which the sample at `place` of a group of equal scores is right and the last of the top.

    `above` right samples score higher; the right ones of the group that stand before `place` are hypergeometric.
    """
    if not n_right:
        return 0.0
    most = min(n_right - 1, place)
    orders = comb(size - 1, place)
    ways = sum(
        comb(n_right - 1, h) * comb(size - n_right, place - h) * comb(above + h, top - 1) for h in range(most + 1)
    )
    return n_right / size * ways / orders


def balance_score(n_kept: Ints, n_right: Ints, wanted: float) -> Floats:
    """min(n'/n*, 1)·n'/n for n samples kept by the reward, n' different right ones among them; 0 where none is kept.

    `wanted` is n*, how many a problem should give. B-STaR (arXiv 2412.17256), equation 4.

    >>> balance_score(np.array([8, 4, 0]), np.array([4, 4, 0]), 8).tolist()     # .5·.5, .5·1, nothing kept
    [0.25, 0.5, 0.0]
    """
    share = np.divide(n_right, n_kept, out=np.zeros(len(n_kept)), where=n_kept > 0)
    return np.asarray(np.minimum(n_right / wanted, 1.0) * share, dtype=np.float64)
