"""In which direction a trait goes with a behaviour in people, as published. A literal table; knows no statistic.

Source: The Personality Illusion (arXiv 2509.03730), its heatmap of self-report against behaviour, whose colours give
the signs: 28 of 30 cells have one. Behaviours are on their raw scales: more cards, more association with the
stereotype, more points between two statements of confidence, a larger calibration error, more flips.
"""

from collections.abc import Mapping
from typing import Final

TRAITS: Final = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism", "self_regulation")
EXPECTED: Final[Mapping[str, Mapping[str, int]]] = {
    behaviour: dict(zip(TRAITS, signs, strict=True))
    for behaviour, signs in {
        "risk": (1, -1, 1, -1, 0, -1),
        "stereotyping": (-1, -1, 1, -1, 1, -1),
        "inconsistency": (-1, -1, -1, -1, 1, -1),
        "calibration_error": (-1, -1, 1, -1, 1, -1),
        "sycophancy": (-1, 0, 1, 1, 1, -1),
    }.items()
}
"""Behaviour -> trait -> 1, -1, or 0 where the literature does not agree on one."""


def expected_sign(trait: str, behaviour: str) -> int:
    """0 also where nothing is known; of "trait (instrument)" that of the trait.

    >>> expected_sign("openness", "risk"), expected_sign("neuroticism", "risk"), expected_sign("luck", "risk")
    (1, 0, 0)
    """
    return EXPECTED.get(behaviour, {}).get(trait.split(" (")[0], 0)
