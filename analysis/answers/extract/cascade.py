"""Which mentions can be candidates at all: an exact first stage before all cues are asked for. Knows no cue by name.

Both models are linear, so what a mention can weigh at most follows from a bound of its first score. A value whose
mentions are all too weak to be stated anywhere has no company but its share of the text, and so its mentions can be
left out with no change to any other's result: every feature of company compares a value with itself, with the value
of the largest total, or with the strongest.

Source: early rejection by bounds of a linear score, as in cascades of detectors (Viola and Jones 2001).
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from analysis.answers.extract.company import log_odds
from analysis.answers.extract.mention import Key, Mention, key
from analysis.answers.extract.weighing import Weights, score_alone, sigmoid

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
    values: dict[Key, list[int]] = {}
    for place, one in enumerate(seen):
        values.setdefault(key(one.value), []).append(place)
    looks = _Looks(seen, most, mention, weights)
    leader, able, weak = 0.0, list[int](), []
    for places in values.values():
        bounds = looks.bounds(places)
        if bounds is None:
            able += places
            leader = max(leader, looks.total(places, looks.scores(places)))
        else:
            weak.append((looks.total(places, bounds), places, max(bounds)))
    ceiling = _Ceiling.of(weights)
    for total, places, strongest in sorted(weak, reverse=True):
        if total >= leader - _SAFE or not ceiling.is_hopeless(strongest, total, leader):
            able += places
            leader = max(leader, looks.total(places, looks.scores(places)))
    return [looks.mention(place) for place in sorted(able)]


class _Looks(Generic[S]):
    """The places, of which some have been looked at: those have a mention with all its cues and a score."""

    def __init__(
        self, seen: Sequence[S], most: Callable[[S, float], float], mention: Callable[[S], Mention], weights: Weights
    ) -> None:
        self._seen, self._most, self._mention_of, self._weights = seen, most, mention, weights
        self._enough = log_odds(min(STATED_SOME, weights.threshold)) - _SAFE
        self._known: dict[int, tuple[Mention, float]] = {}

    def bounds(self, places: Sequence[int]) -> list[float] | None:
        """The bounds of one value's places; None once a score is enough, which is all that counts.

        The last place is looked at first. Where a bound is not below what is enough, all cues of that place are asked
        for.
        """
        enough, bounds = self._enough, []
        for place in reversed(places):
            bound = self._most(self._seen[place], enough)
            if bound >= enough:
                _, bound = self._look(place)
            if bound >= enough:
                return None
            bounds.append(bound)
        return bounds[::-1]

    def mention(self, place: int) -> Mention:
        return self._look(place)[0]

    def scores(self, places: Sequence[int]) -> list[float]:
        return [self._look(place)[1] for place in places]

    def total(self, places: Sequence[int], scores: Sequence[float]) -> float:
        """The most of each line, summed, as company_of has it."""
        most: dict[int, float] = {}
        for place, score in zip(places, scores, strict=True):
            rank = self._seen[place].rank
            if score > most.get(rank, -inf):
                most[rank] = score
        return sum(map(sigmoid, most.values()))

    def _look(self, place: int) -> tuple[Mention, float]:
        known = self._known.get(place)
        if known is None:
            mention = self._mention_of(self._seen[place])
            known = self._known[place] = mention, score_alone(mention, self._weights)
        return known


class _Ceiling(NamedTuple):
    """What company can add at most to a value that neither leads nor is stated anywhere."""

    base: float
    of_alone: float
    of_share: float
    of_often: float
    enough: float

    @classmethod
    def of(cls, weights: Weights) -> Self:
        company = weights.company
        most = {name: max(0.0, company.get(name, 0.0)) for name in ("other_leads", "share_of_leader", "often")}
        base = weights.company_bias + weights.most_of_cues + most["other_leads"]
        enough = log_odds(weights.threshold) - _SAFE
        return cls(base, company.get("alone_odds", 0.0), most["share_of_leader"], most["often"], enough)

    def is_hopeless(self, score: float, total: float, leader: float) -> bool:
        """Whether no mention of the value can reach the threshold."""
        most = self.base + self.of_alone * log_odds(sigmoid(score)) + self.of_share * total / leader
        if total > MANY - _SAFE:
            most += self.of_often
        return self.of_alone >= 0 and most < self.enough
