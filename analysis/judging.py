"""What judges are worth: agreement with golds or people, and preference for a place. Knows no judge and no prompt."""

from collections.abc import Sequence
from typing import NamedTuple


class Agreement(NamedTuple):
    """Of n pairs of labels: the share that is equal, and Cohen's kappa (None where chance alone agrees wholly)."""

    n: int
    share: float | None
    kappa: float | None


def agreement(judge: Sequence[str], truth: Sequence[str]) -> Agreement:
    """How far two labellings agree. Raises ValueError for different lengths.

    Cohen (1960): kappa = (p_o - p_e) / (1 - p_e), p_e from the margins.

    >>> agreement(["a", "a", "b", "b"], ["a", "a", "b", "a"])
    Agreement(n=4, share=0.75, kappa=0.5)
    >>> agreement([], []), agreement(["a"], ["a"])
    (Agreement(n=0, share=None, kappa=None), Agreement(n=1, share=1.0, kappa=None))
    """
    pairs = list(zip(judge, truth, strict=True))
    if not pairs:
        return Agreement(0, None, None)
    n = len(pairs)
    equal = sum(a == b for a, b in pairs) / n
    chance = sum(judge.count(label) * truth.count(label) for label in {*judge, *truth}) / n**2
    return Agreement(n, equal, (equal - chance) / (1 - chance) if chance < 1 else None)


def position_bias(picks_first_place: Sequence[bool]) -> float | None:
    """P(the first place is picked) - 1/2 over pairs that were judged in both orders; None without any.

    Between -0.5 and 0.5; 0 is no bias. Ties are left out by the caller.

    >>> position_bias([True, True, True, False])
    0.25
    """
    if not picks_first_place:
        return None
    return sum(picks_first_place) / len(picks_first_place) - 0.5
