"""How often k of n samples hold a right one, or several different right ones: exact, over all subsets of size k.

Knows only counts. Sources: pass@k, Chen et al. (arXiv 2107.03374), equation 1, and openai/human-eval; Pass@K-S,
B-STaR (arXiv 2412.17256).
"""

from collections.abc import Sequence

import numpy as np

from analysis.resampling import Floats, Ints


def pass_at_k(n: Ints, n_right: Ints, k: int) -> Floats:
    """Chance that k of n samples, drawn without putting back, hold a right one: 1 - C(n - c, k)/C(n, k).

    Whole numbers of one shape, 0 <= n_right <= n; exactly 1 where fewer than k are wrong. Raises ValueError where a set
    has fewer than k samples, or k < 1.

    >>> pass_at_k(np.array([10, 10, 3]), np.array([3, 0, 3]), 1).round(4).tolist()
    [0.3, 0.0, 1.0]
    >>> pass_at_k(np.array([10]), np.array([3]), 5).round(4).tolist()     # 1 - C(7, 5)/C(10, 5) = 1 - 21/252
    [0.9167]
    """
    n, wrong = np.asarray(n, dtype=np.int64), np.asarray(n - n_right, dtype=np.int64)
    check_k(n, k)
    none_right = np.ones(n.shape)
    for i in range(k):
        none_right *= np.maximum(wrong - i, 0) / (n - i)
    return 1.0 - none_right


def pass_at_k_distinct(copies: Sequence[int], n_wrong: int, k: int, least: int) -> float:
    """Chance that k of the samples hold at least `least` different right ones (Pass@K-S of B-STaR).

    `copies` says how often each different right response stands among the samples. Raises ValueError as `pass_at_k`.

    >>> round(pass_at_k_distinct([1, 1, 1], 1, 2, 2), 4)    # 3 of the 6 pairs are both right
    0.5
    >>> round(pass_at_k_distinct([2, 1], 1, 2, 2), 4)       # the pair of equal ones does not count: 2 of 6
    0.3333
    """
    n = sum(copies) + n_wrong
    check_k(np.array([n]), k)
    scale = k / n
    ways = np.zeros((least + 1, k + 1))
    ways[0] = binomials(n_wrong, k, scale)
    for size in copies:
        ways = _with_response(ways, binomials(size, k, scale))
    return min(1.0, float(ways[least, k] / binomials(n, k, scale)[k]))


def _with_response(ways: Floats, drawn: Floats) -> Floats:
    """Ways by how many different right ones are drawn (the last row: that many or more) and how many samples."""
    found = ways.copy()
    k = ways.shape[1] - 1
    for many in range(1, min(int(np.count_nonzero(drawn)) - 1, k) + 1):
        moved = np.zeros_like(ways)
        moved[:, many:] = ways[:, : k + 1 - many] * drawn[many]
        found[1:] += moved[:-1]
        found[-1] += moved[-1]
    return found


def binomials(n: int, most: int, scale: float) -> Floats:
    """C(n, m)·scale^m for m = 0 ... most: sizes that stay near 1 where scale is most over the number of all samples.

    >>> binomials(3, 4, 1.0).tolist()
    [1.0, 3.0, 3.0, 1.0, 0.0]
    """
    steps = np.arange(most)
    return np.concatenate([[1.0], np.cumprod(scale * np.maximum(n - steps, 0) / (steps + 1))])


def check_k(n: Ints, k: int) -> None:
    """Raises ValueError for k < 1 or more than the smallest n."""
    if k < 1 or (n.size and k > n.min()):
        raise ValueError(f"k must be from 1 to the number of samples ({n.min(initial=k)}), not {k}")
