"""Which mentions can be candidates at all: an exact first stage before all cues are asked for. Knows no cue by name.

Both models are linear, so what a mention can weigh at most follows from a bound of its first score. A value whose
mentions are all too weak to be stated anywhere has no company but its share of the text, and so its mentions can be
left out with no change to any other's result: every feature of company compares a value with itself, with the value
of the largest total, or with the strongest.

Source: early rejection by bounds of a linear score, as in cascades of detectors (Viola and Jones 2001).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Protocol, TypeVar

from analysis.answers.extract.company import log_odds
from analysis.answers.extract.mention import Key, Mention, key
from analysis.answers.extract.weighing import Weights, probabilities_alone, score_alone, sigmoid

STATED_SOME = 0.3
"""The least probability at which a line makes its value one that is stated elsewhere (company.elsewhere_some)."""
MANY = 1.5
"""The total from which a value is given often (company.often)."""
_SAFE = 1e-6
"""More than any rounding."""


class Seen(Protocol):
    """A value before its cues are asked for."""

    @property
    def rank(self) -> int: ...

    @property
    def value(self) -> str: ...


S = TypeVar("S", bound=Seen)


def weighed(
    seen: Sequence[S], most: Callable[[S, float], float], mention: Callable[[S], Mention], weights: Weights
) -> list[Mention]:
    """The mentions of the values that can be candidates, in order; `most` bounds a score from above.

    `most(one, enough)` may stop once it knows that it is at least `enough`.
    """
    enough = log_odds(min(STATED_SOME, weights.threshold)) - _SAFE
    values: dict[Key, list[int]] = {}
    for place, one in enumerate(seen):
        values.setdefault(key(one.value), []).append(place)
    found: dict[int, Mention] = {}
    leader, weak = 0.0, []

    @cache
    def mention_at(place: int) -> Mention:
        return mention(seen[place])

    for places in values.values():
        bounds = _bounds(places, seen, most, mention_at, weights, enough)
        if bounds is None:
            leader = max(leader, _found(places, mention_at, weights, found))
        else:
            total = _total((seen[place].rank, sigmoid(bound)) for place, bound in zip(places, bounds, strict=True))
            weak.append((total, places, max(bounds)))
    for total, places, strongest in sorted(weak, reverse=True):
        if total >= leader - _SAFE or not _is_hopeless(strongest, total, leader, weights):
            leader = max(leader, _found(places, mention_at, weights, found))
    return [found[place] for place in sorted(found)]


def _bounds(
    places: Sequence[int],
    seen: Sequence[S],
    most: Callable[[S, float], float],
    mention_at: Callable[[int], Mention],
    weights: Weights,
    enough: float,
) -> list[float] | None:
    """The bounds of one value's places; None once a score is at least `enough`, which is all that counts.

    The last place is looked at first. Where a bound is not below `enough`, all cues of that place are asked for.
    """
    bounds = []
    for place in reversed(places):
        bound = most(seen[place], enough)
        if bound >= enough:
            bound = score_alone(mention_at(place), weights)
        if bound >= enough:
            return None
        bounds.append(bound)
    return bounds[::-1]


def _found(
    places: Sequence[int], mention_at: Callable[[int], Mention], weights: Weights, found: dict[int, Mention]
) -> float:
    """Add the mentions of one value; its total, as company_of has it."""
    own = [mention_at(place) for place in places]
    found.update(zip(places, own, strict=True))
    return _total(zip((one.rank for one in own), probabilities_alone(own, weights), strict=True))


def _total(lines: Iterable[tuple[int, float]]) -> float:
    """The most of each line, summed."""
    most: dict[int, float] = {}
    for rank, p in lines:
        most[rank] = max(p, most.get(rank, 0.0))
    return sum(most.values())


def _is_hopeless(score: float, total: float, leader: float, weights: Weights) -> bool:
    """Whether no mention of a value that neither leads nor is stated anywhere can reach the threshold."""
    company = weights.company
    most = weights.company_bias + company.get("alone_odds", 0.0) * log_odds(sigmoid(score)) + weights.most_of_cues
    most += max(0.0, company.get("other_leads", 0.0))
    most += max(0.0, company.get("share_of_leader", 0.0)) * total / leader
    if total > MANY - _SAFE:
        most += max(0.0, company.get("often", 0.0))
    return company.get("alone_odds", 0.0) >= 0 and most < log_odds(weights.threshold) - _SAFE
