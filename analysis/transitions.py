"""What one candidate became in the next: the five transitions, and changes of answer that need no gold.

Knows no text and grades nothing: outcomes and classes of equal value are given.
Source: First Try Matters (arXiv 2510.08308v1), section 2.2 and Fig. 3.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.types import Outcome, Transition

DECIDED = (Outcome.CORRECT, Outcome.INCORRECT)
SAME_BY = "class"
"""How "the same" wrong answer is tested, which the paper leaves open: two candidates are the same when the grader put
their values in one class of equal values of the rollout (mathematical equality, with equal strings as the fallback)."""


class Reflections(NamedTuple):
    """The transitions of one rollout in order, and how many candidates were left out because they have no verdict."""

    transitions: tuple[Transition, ...]
    n_undecided: int

    def n(self, transition: Transition) -> int:
        return Counter(self.transitions)[transition]


def classify(outcomes: Sequence[Outcome], classes: Sequence[int]) -> Reflections:
    """Transitions between consecutive candidates of one rollout.

    `outcomes` and `classes` run in the order of the text; equal class = equal value. A candidate that is neither
    correct nor incorrect (unparsed, no gold ...) is left out and counted, and its neighbours become consecutive.
    n decided candidates give n - 1 transitions; none or one give none. Two correct candidates are T→T whatever their
    classes. Raises ValueError when the lengths differ.
    First Try Matters (arXiv 2510.08308v1), section 2.2; SAME_BY says what the paper leaves open.

    >>> wrong, right = Outcome.INCORRECT, Outcome.CORRECT
    >>> [t.value for t in classify([wrong, wrong, wrong, right, right, wrong], [0, 0, 1, 2, 2, 1]).transitions]
    ['ffs', 'ffd', 'ft', 'tt', 'tf']
    """
    decided = [(o, c) for o, c in zip(outcomes, classes, strict=True) if o in DECIDED]
    pairs = pairwise(decided)
    return Reflections(tuple(_transition(*a, *b) for a, b in pairs), len(outcomes) - len(decided))


def n_changed(classes: Sequence[int]) -> int:
    """How many consecutive candidates differ in value; needs no gold.

    >>> n_changed([0, 0, 1, 0])
    2
    """
    return sum(a != b for a, b in pairwise(classes))


def _transition(before: Outcome, class_before: int, after: Outcome, class_after: int) -> Transition:
    if before is Outcome.CORRECT:
        return Transition.TT if after is Outcome.CORRECT else Transition.TF
    if after is Outcome.CORRECT:
        return Transition.FT
    return Transition.FFS if class_before == class_after else Transition.FFD
