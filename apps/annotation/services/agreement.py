"""How far the hands of a scheme agree: one report, read by page, CSV and command alike. Writes nothing.

Computed once for each state of the scheme's labels, then remembered by this process.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock

import numpy as np

from analysis.agreement.nominal import confusion
from analysis.agreement.report import Compared, Line, lines_of
from analysis.labelling.rows import Row
from analysis.labelling.units import NONE, Place, Units, rollout_units, spans_of, step_units
from apps.annotation.models import Scheme
from apps.annotation.queries.agreement import Hand, hands_of, load, shared_rollouts, state_of
from apps.core import symbolic
from apps.traces.services.equality import Equality

MOST_REPORTS = 8


@dataclass(frozen=True)
class Report:
    """`hands` are those that share a rollout with another; `lines` name them by `Hand.key`."""

    scheme: Scheme
    hands: Sequence[Hand]
    n_rollouts: int
    compared: Compared
    rows: Sequence[Row]

    @cached_property
    def lines(self) -> Sequence[Line]:
        """Every number; worked out when first asked for, since who settles disagreements needs none."""
        return lines_of(self.compared, alike) if len(self.hands) > 1 else ()

    def hand(self, key: str) -> Hand | None:
        return next((hand for hand in self.hands if hand.key == key), None)

    def units(self, of: str) -> Units:
        return self.compared.rollouts if of == "rollouts" else self.compared.steps


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often the first's label (rows) met the second's (columns); `names` are of both, `none` the first."""

    of: str
    label: str
    names: Sequence[str]
    counts: Sequence[Sequence[int]]

    @property
    def n(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def n_alike(self) -> int:
        return sum(row[k] for k, row in enumerate(self.counts))


def report_of(scheme: Scheme) -> Report:
    """What can be said of agreement in this scheme now."""
    state = state_of(scheme)
    with _lock:
        known = _reports.get(scheme.pk)
    if known is None or known[0] != state:
        known = state, _report(scheme)
        with _lock:
            _reports[scheme.pk] = known
            _reports.move_to_end(scheme.pk)
            while len(_reports) > MOST_REPORTS:
                _reports.popitem(last=False)
    return known[1]


def matrix_of(report: Report, first: str, second: str, of: str, label: str = "") -> Matrix:
    """The confusion matrix of two hands: of all labels where a unit has one, else of one label against all else."""
    units = report.units(of)
    two = units.hands.index(first), units.hands.index(second)
    kind = units.kinds.index(label) if label else None
    names = ["no", label] if label else [NONE, *units.kinds]
    counts = confusion(units.labels(kind, two), *two)
    return Matrix(of, label, names, counts.tolist())


def places_in(report: Report, first: str, second: str, matrix: Matrix, row: int, column: int) -> list[Place]:
    """The units of one cell of a matrix."""
    units = report.units(matrix.of)
    one, other = units.hands.index(first), units.hands.index(second)
    if matrix.label:
        kind = units.kinds.index(matrix.label)
        codes = np.where(units.done, units.given[:, :, kind].astype(np.int64), -1)
    else:
        codes = units.codes
    met = np.flatnonzero((codes[one] == row) & (codes[other] == column))
    return [units.places[unit] for unit in met.tolist()]


def alike(a: str, b: str) -> bool:
    """Whether two written values are equal; several of one label, separated by ";", one by one."""
    one, other = ([part.strip() for part in value.split(";")] for value in (a, b))
    return len(one) == len(other) and all(x == y or _equal()(x, y) for x, y in zip(one, other, strict=True))


_reports: "OrderedDict[int, tuple[tuple[object, ...], Report]]" = OrderedDict()
_lock = Lock()


def _report(scheme: Scheme) -> Report:
    every = hands_of(scheme)
    shared = shared_rollouts(every)
    hands = [hand for hand in every if hand.rollouts & shared]
    loaded = load(scheme, hands, shared)
    keys, done, plain = [hand.key for hand in hands], loaded.done, loaded.scheme
    compared = Compared(
        scheme=plain,
        hands=tuple(keys),
        people=tuple(hand.key for hand in hands if not hand.is_gold),
        steps=step_units(plain, keys, done, loaded.steps, loaded.rows),
        rollouts=rollout_units(plain, keys, done, loaded.rows),
        pairs=lambda first, second: spans_of(plain, first, second, done, loaded.rows),
    )
    return Report(scheme, hands, len(shared), compared, loaded.rows)


@lru_cache(maxsize=1)
def _equal() -> Equality:
    return Equality(symbolic.shared())
