"""How much the answers of one set of samples differ: entropy over classes of equal answers and its relatives.

Knows only how many samples are in each class. Sources: answer entropy in bits, Internal Consistency survey (arXiv
2407.14507), equations 3-4; discrete semantic entropy with natural logarithm, jlko/semantic_uncertainty; certainty,
Certaindex (arXiv 2412.20993).
"""

from collections.abc import Sequence

import numpy as np

from analysis.resampling import Floats, Ints


def entropies(sets: Ints, counts: Floats, n_sets: int) -> Floats:
    """Entropy in nats of each set, from rows (set, how many samples a class has); 0 for a set without rows.

    >>> entropies(np.array([0, 0, 1]), np.array([1.0, 1, 5]), 3).round(4).tolist()     # ln 2, 0, nothing
    [0.6931, 0.0, 0.0]
    """
    totals = np.bincount(sets, weights=counts, minlength=n_sets)
    shares = counts / totals[sets]
    sums = np.bincount(sets, weights=-shares * np.log(shares), minlength=n_sets)
    return np.maximum(sums, 0.0)


def entropy(answers: Sequence[object], base: float = np.e) -> float:
    """Entropy of the answers of one set, equal ones being one class; of no answer 0.

    >>> round(entropy([4, 3, 3, 3, 4], base=2), 3)          # arXiv 2407.14507: Y = {4,3,3,3,4}
    0.971
    """
    codes = {answer: k for k, answer in enumerate(dict.fromkeys(answers))}
    counts = np.bincount([codes[answer] for answer in answers], minlength=1).astype(np.float64)
    counts = counts[counts > 0]
    return float(entropies(np.zeros(len(counts), dtype=np.int64), counts, 1)[0] / np.log(base))


def certainty(nats: Floats, n: Ints) -> Floats:
    """(log n - H)/log n for entropies H of n >= 2 answers: 1 where all agree, 0 where all differ. Certaindex.

    >>> certainty(np.array([0.0, np.log(4)]), np.array([4, 4])).tolist()
    [1.0, 0.0]
    """
    return np.asarray(1.0 - nats / np.log(n), dtype=np.float64)
