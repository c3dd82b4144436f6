"""Resampling of problems: shared bootstrap weights, and paired tests that flip or count problems.

Knows no measure: it gets the ids of problems and sums per problem. Rollouts of one problem are not independent, so
problems, never rollouts, are drawn. Sources: Efron and Tibshirani (1993); Rao and Wu (1988), JASA 83, 231-241.
"""

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy import special

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

N_RESAMPLES = 2000
N_FLIPS = 10_000
MAX_UNITS = 1024
"""More problems than this are dealt at random into this many units of resampling (random groups: Wolter 2007, ch. 2);
the relative error that this adds to an interval's width is about 1/sqrt(2·1024) = 2.2 %, less than that of 2,000
resamples (an end's is 0.03 of the half width)."""
_CACHE_BYTES = 256 * 2**20
_EXACT_FLIPS = 12


class Resampler:
    """Bootstrap weights and random signs for sets of problems, drawn once per set and shared by all who ask.

    One number is taken from `rng`; every set of ids then has its own stream, derived from that number and the ids, so
    that equal data give equal intervals whatever the order of rows, groups or calls, and two models on the same
    problems are resampled together.

    >>> ids = np.array([4, 7, 9])
    >>> one = Resampler(np.random.default_rng(0)).weights(ids)
    >>> two = Resampler(np.random.default_rng(0)).weights(ids)
    >>> bool((one == two).all()), one.shape, set(one.sum(axis=1).tolist())
    (True, (2000, 3), {2.0})
    """

    def __init__(self, rng: np.random.Generator, n_resamples: int = N_RESAMPLES) -> None:
        self.n_resamples = n_resamples
        self._seed = int(rng.integers(2**63))
        self._cache: dict[bytes, Weights] = {}

    def units(self, ids: Ints, n_most: int = MAX_UNITS) -> Ints:
        """The unit of resampling of each of the sorted problem ids: itself, or one of `n_most` random groups.

        >>> Resampler(np.random.default_rng(0)).units(np.array([4, 7, 9])).tolist()
        [0, 1, 2]
        """
        if len(ids) <= n_most:
            return np.arange(len(ids), dtype=np.int64)
        return self._stream(ids, "units").permutation(len(ids)) % n_most

    def weights(self, ids: Ints, n_units: int | None = None) -> Weights:
        """How often each unit is drawn in each resample: shape (n_resamples, n_units), rows sum to n_units - 1.

        `ids` are sorted and distinct; `n_units` at least two, by default one per id. Drawing one fewer than there are
        makes the bootstrap variance of a mean the unbiased one. Rao and Wu (1988), JASA 83, 231-241. Raises ValueError
        for fewer than two units.
        """
        n_units = len(ids) if n_units is None else n_units
        key = ids.tobytes() + n_units.to_bytes(8, "little")
        if key not in self._cache:
            self._forget()
            self._cache[key] = self._draw(ids, n_units)
        return self._cache[key]

    def halves(self, ids: Ints, split: int = 0) -> Ints:
        """A random half (0 or 1) for each of the sorted problem ids, as equal in size as can be; `split` picks others.

        >>> sorted(Resampler(np.random.default_rng(0)).halves(np.array([4, 7, 9, 12])).tolist())
        [0, 0, 1, 1]
        """
        return self._stream(ids, f"halves {split}").permutation(len(ids)).astype(np.int64) % 2

    def generator(self, ids: Ints, purpose: str) -> np.random.Generator:
        """Random numbers for a purpose of its own: the same for the same sorted ids, whatever else was drawn.

        >>> one, two = (Resampler(np.random.default_rng(0)).generator(np.array([4, 7]), "null") for _ in range(2))
        >>> bool(one.random() == two.random())
        True
        """
        return self._stream(ids, purpose)

    def sign_flip_p(self, ids: Ints, differences: Floats) -> float:
        """Two-sided p-value of "the differences are symmetric about 0", flipping signs of whole problems.

        `differences` has one sum per id. Up to 12 problems that differ are flipped in all ways (exact); more at random,
        10,000 times, p = (1 + as extreme)/(1 + flips). No problem that differs: 1. Fisher (1935), Design of
        Experiments, section 21; Phipson and Smyth (2010) for the 1 +.

        >>> Resampler(np.random.default_rng(0)).sign_flip_p(np.arange(5), np.ones(5))   # 2 of 2^5
        0.0625
        """
        moved = differences[differences != 0]
        if len(moved) <= _EXACT_FLIPS:
            return _exact_flip_p(moved)
        sums = _flipped_sums(self._stream(ids, "signs"), moved, N_FLIPS)
        return (1 + int(_is_extreme(sums, moved).sum())) / (1 + N_FLIPS)

    def _draw(self, ids: Ints, n_units: int) -> Weights:
        if n_units < 2:
            raise ValueError(f"{n_units} problem cannot be resampled")
        rng, n_rows = self._stream(ids, "weights"), self.n_resamples
        drawn = rng.integers(n_units, size=(n_rows, n_units - 1), dtype=np.int64)
        drawn += np.arange(n_rows)[:, None] * n_units
        return np.bincount(drawn.ravel(), minlength=n_rows * n_units).reshape(n_rows, n_units).astype(np.float32)

    def _stream(self, ids: Ints, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, len(ids), zlib.crc32(ids.tobytes()), zlib.crc32(purpose.encode())])

    def _forget(self) -> None:
        while sum(weights.nbytes for weights in self._cache.values()) > _CACHE_BYTES:
            del self._cache[next(iter(self._cache))]


def mcnemar_exact_p(gains: int, losses: int) -> float:
    """Two-sided exact McNemar p-value from the pairs that differ; only valid with one pair per problem.

    No pair that differs: 1. McNemar (1947), Psychometrika 12, 153-157, with the exact binomial null.

    >>> round(mcnemar_exact_p(9, 1), 6)   # 2·(1 + 10)/2^10
    0.021484
    """
    if gains + losses == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(gains, losses), gains + losses, 0.5)))


def _exact_flip_p(differences: Floats) -> float:
    n = len(differences)
    signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    return float(np.mean(_is_extreme(signs @ differences, differences)))


def _flipped_sums(rng: np.random.Generator, differences: Floats, n: int) -> Floats:
    """n sums of the differences with random signs: a random byte flips eight of them, by a table of its 256 sums."""
    n_bytes = -(-len(differences) // 8)
    eights = np.zeros((n_bytes, 8))
    eights.ravel()[: len(differences)] = differences
    signs = 1.0 - 2.0 * ((np.arange(256)[:, None] >> np.arange(8)) & 1)
    drawn = rng.integers(256, size=(n_bytes, n), dtype=np.uint8)
    sums = np.zeros(n)
    for table, byte in zip(eights @ signs.T, drawn, strict=True):
        sums += table[byte]
    return sums


def _is_extreme(sums: Floats, differences: Floats) -> NDArray[np.bool_]:
    slack = 1e-9 * np.abs(differences).sum()
    extreme: NDArray[np.bool_] = np.abs(sums) >= abs(differences.sum()) - slack
    return extreme
