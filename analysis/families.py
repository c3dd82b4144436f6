"""Corrections of p-values that belong together. Knows no test: p-values come in, corrected ones go out, in their order.

Sources: Holm (1979), Scand. J. Statist. 6, 65-70; Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.
"""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction over the p-values that there are: p(i)·(m - i + 1), never falling, at most 1.

    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    corrected, ordered = list(p_values), _ordered(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(ordered):
        largest = max(largest, min(1.0, p * (len(ordered) - rank)))
        corrected[place] = largest
    return corrected


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Step-up correction for the false discovery rate: p(i)·m / i, never falling, at most 1.

    >>> benjamini_hochberg([0.01, 0.04, None, 0.03, 0.5])
    [0.04, 0.05333333333333334, None, 0.05333333333333334, 0.5]
    """
    corrected, ordered = list(p_values), _ordered(p_values)
    least = 1.0
    for rank, (p, place) in reversed(list(enumerate(ordered, 1))):
        least = min(least, p * len(ordered) / rank)
        corrected[place] = least
    return corrected


def _ordered(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    return sorted((p, place) for place, p in enumerate(p_values) if p is not None)
