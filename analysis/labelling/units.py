"""What is compared where several hands labelled: steps, whole rollouts, and sets of spans. Knows no page, no statistic.

A hand is whoever made a layer. Steps of a rollout count for a hand that is done with it: an unlabelled one is "none",
not missing. Blank steps without any label count for nobody: there is nothing to label on them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.agreement.nominal import Labels
from analysis.agreement.spans import Span, Two
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme, Target

Bools = NDArray[np.bool_]
NONE = "none"
TURN = 2**40
"""Texts of different turns are laid so far apart that spans in them never meet."""


class Place(NamedTuple):
    """A step of a turn's text, in code points, or a whole rollout (turn -1); `line` counts from 1 in what is read."""

    rollout: int
    turn: int = -1
    start: int = 0
    end: int = 0
    line: int = 0
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Units:
    """What hands gave to units: `done` is hands x units, `given` is hands x units x kinds, False where not done.

    `values` holds what was written beside a label, by hand, unit and kind.
    """

    hands: tuple[str, ...]
    kinds: tuple[str, ...]
    many: bool
    places: Sequence[Place]
    done: Bools
    given: Bools
    values: Mapping[tuple[int, int, int], str] = field(default_factory=dict)

    @property
    def clusters(self) -> NDArray[np.int64]:
        return np.array([place.rollout for place in self.places], dtype=np.int64)

    @property
    def codes(self) -> NDArray[np.int64]:
        """Of a scheme of single labels, hands x units: 0 for none, else 1 + the kind's place; -1 where not done."""
        found = np.where(self.given.any(axis=2), self.given.argmax(axis=2) + 1, 0)
        return np.where(self.done, found, -1).astype(np.int64)

    def labels(self, kind: int | None = None, hands: Sequence[int] | None = None) -> Labels:
        """One kind against all else (0 no, 1 yes); without one the codes of a scheme of single labels."""
        codes = self.codes if kind is None else np.where(self.done, self.given[:, :, kind].astype(np.int64), -1)
        chosen = list(range(len(self.hands))) if hands is None else list(hands)
        hand, unit = np.nonzero(codes[chosen] >= 0)
        rater = np.array(chosen, dtype=np.int64)[hand]
        n_codes = 2 if kind is not None else len(self.kinds) + 1
        return Labels(unit.astype(np.int64), self.clusters[unit], rater, codes[rater, unit], n_codes)

    def shared(self, first: int, second: int) -> NDArray[np.int64]:
        """Numbers of the units that both are done with."""
        return np.flatnonzero(self.done[first] & self.done[second])


def step_units(
    scheme: Scheme,
    hands: Sequence[str],
    done: Mapping[str, frozenset[int]],
    steps: Mapping[int, Sequence[Place]],
    rows: Iterable[Row],
) -> Units:
    """Every step of every rollout that a hand is done with; `done` and rows name hands by `Row.layer`.

    A label is on each step that it touches. Where two labels of a scheme of single ones touch one step, the one that
    shares more characters with it counts, then the earlier. `Row.rollout` is the rollout's number.
    """
    kinds = [kind.name for kind in scheme.on(Target.STEP)]
    filled = _Filling(hands, kinds, scheme.many, done, steps)
    for row in rows:
        if row.is_span and row.name in filled.kind_of and not row.is_relation:
            filled.put(row)
    return filled.units(lambda place, given: not place.is_blank or bool(given.any()))


def rollout_units(
    scheme: Scheme, hands: Sequence[str], done: Mapping[str, frozenset[int]], rows: Iterable[Row]
) -> Units:
    """One unit a rollout, for labels of whole rollouts."""
    kinds = [kind.name for kind in scheme.on(Target.ROLLOUT)]
    whole = {rollout: [Place(rollout)] for rollout in sorted({each for mine in done.values() for each in mine})}
    filled = _Filling(hands, kinds, scheme.many, done, whole)
    for row in rows:
        if not row.is_span and row.name in filled.kind_of and not row.is_relation:
            filled.put(row)
    return filled.units(lambda place, given: True)


def spans_of(
    scheme: Scheme, first: str, second: str, done: Mapping[str, frozenset[int]], rows: Iterable[Row]
) -> list[Two]:
    """What two hands marked in the rollouts that both are done with: labels of steps and spans alike."""
    kinds = {kind.name: kind for kind in scheme.on(Target.STEP, Target.SPAN)}
    both = done.get(first, frozenset()) & done.get(second, frozenset())
    sides: dict[int, tuple[list[Span], list[Span]]] = {rollout: ([], []) for rollout in sorted(both)}
    for row in rows:
        rollout = int(row.rollout)
        if rollout in sides and row.is_span and row.name in kinds and row.layer in (first, second):
            value = row.value.strip() or None if kinds[row.name].has_value else None
            shift = TURN * (row.turn or 0)
            span = Span((row.start or 0) + shift, (row.end or 0) + shift, row.name, value)
            sides[rollout][row.layer == second].append(span)
    return [Two(rollout, one, other) for rollout, (one, other) in sides.items()]


def of_kinds(pairs: Iterable[Two], names: Iterable[str]) -> list[Two]:
    """The same, with spans of these labels only."""
    wanted = frozenset(names)
    return [Two(two.rollout, *([s for s in side if s.label in wanted] for side in two[1:])) for two in pairs]


_Kept = Callable[[Place, Bools], bool]


class _Filling:
    """Units while labels are put on them."""

    def __init__(
        self,
        hands: Sequence[str],
        kinds: Sequence[str],
        many: bool,
        done: Mapping[str, frozenset[int]],
        steps: Mapping[int, Sequence[Place]],
    ) -> None:
        self.hands, self.kinds, self.many = tuple(hands), tuple(kinds), many
        self.hand_of = {name: k for k, name in enumerate(hands)}
        self.kind_of = {name: k for k, name in enumerate(kinds)}
        self.places = [place for rollout in steps for place in steps[rollout]]
        self.units_in: dict[tuple[int, int], list[int]] = defaultdict(list)
        for unit, place in enumerate(self.places):
            self.units_in[place.rollout, place.turn].append(unit)
        self.ends = {key: [self.places[unit].end for unit in units] for key, units in self.units_in.items()}
        shape = (len(self.hands), len(self.places))
        clusters = [place.rollout for place in self.places]
        mine = [done.get(name, frozenset()) for name in hands]
        self.done = np.array([[rollout in own for rollout in clusters] for own in mine], dtype=bool).reshape(shape)
        self.given = np.zeros((*shape, len(self.kinds)), dtype=bool)
        self.values: dict[tuple[int, int, int], str] = {}
        self.weight: dict[tuple[int, int], int] = {}

    def put(self, row: Row) -> None:
        hand = self.hand_of.get(row.layer)
        if hand is None:
            return
        kind = self.kind_of[row.name]
        for unit, shared in self._touched(row):
            if self.done[hand, unit] and self._may_stand(hand, unit, shared):
                self.given[hand, unit, kind] = True
                if row.value:
                    self.values[hand, unit, kind] = row.value

    def _touched(self, row: Row) -> list[tuple[int, int]]:
        """Units with the number of characters shared; an empty step is touched by a label of that very place."""
        key = (int(row.rollout), -1 if row.turn is None else row.turn)
        units = self.units_in.get(key, [])
        if not row.is_span:
            return [(unit, 0) for unit in units]
        start, end, found = row.start or 0, row.end or 0, []
        for unit in units[bisect_left(self.ends.get(key, []), start) :]:
            place = self.places[unit]
            if place.start > end:
                break
            shared = min(place.end, end) - max(place.start, start)
            if shared > 0 or (place.start, place.end) == (start, end):
                found.append((unit, shared))
        return found

    def _may_stand(self, hand: int, unit: int, shared: int) -> bool:
        if self.many:
            return True
        if self.weight.get((hand, unit), -1) >= shared:
            return False
        self.weight[hand, unit] = shared
        self.given[hand, unit] = False
        return True

    def units(self, is_kept: _Kept) -> Units:
        kept = [k for k, place in enumerate(self.places) if is_kept(place, self.given[:, k])]
        new = {old: k for k, old in enumerate(kept)}
        standing = {(h, u, k): v for (h, u, k), v in self.values.items() if self.given[h, u, k] and u in new}
        return Units(
            hands=self.hands,
            kinds=self.kinds,
            many=self.many,
            places=[self.places[k] for k in kept],
            done=self.done[:, kept],
            given=self.given[:, kept],
            values={(h, new[u], k): v for (h, u, k), v in standing.items()},
        )
