"""Numbers over rollouts as tables: the rows of measures, and the problems of which two arms have answers."""

from collections.abc import Iterator

import polars as pl

from analysis.measures import MEASURES
from analysis.measures.base import GROUPS, Row
from apps.core.tables.columns import Column, Kind
from apps.traces.exports.base import COLLECTION, Choices, NoSuchTableError, Option, Scope, Table, in_frames
from apps.traces.exports.candidates import SET
from apps.traces.services import measuring
from apps.traces.services.pairing import KINDS, arms_in, pairs_between

FIRST = "accuracy"
EVERY = "every"
NOT_GROUPED = "the row is of all values of it"
UNDEFINED = "it is not defined; the reason says why"
COLUMNS = (
    Column("measure", Kind.TEXT, "what is measured"),
    *(Column(name, Kind.TEXT, f"the {name.replace('_', ' ')} of the group", missing=NOT_GROUPED) for name in GROUPS),
    Column("label", Kind.TEXT, "what of the measure the row is of; empty text where the measure says it"),
    Column("n", Kind.WHOLE, "how many rollouts, answers or transitions it is over"),
    Column("n_problems", Kind.WHOLE, "how many problems they are of", "problems"),
    Column("estimate", Kind.NUMBER, "the number; shares and differences are fractions of 1", "see unit", UNDEFINED),
    Column("low", Kind.NUMBER, "lower end of its 95 % interval", "see unit", "there is no interval"),
    Column("high", Kind.NUMBER, "upper end of its 95 % interval", "see unit", "there is no interval"),
    Column("unit", Kind.TEXT, "the unit of estimate, low and high"),
    Column("n_events", Kind.WHOLE, "the events of a share", "events", "it is no share"),
    Column("bin_low", Kind.NUMBER, "lower end of the bin that it is of", missing="it is of no bin"),
    Column("bin_high", Kind.NUMBER, "upper end of that bin", missing="it is of no bin"),
    Column("reason", Kind.TEXT, "why there is no estimate or no interval, or which test was used", missing="none"),
)
PAIR_COLUMNS = (
    Column("problem", Kind.WHOLE, "the problem's key on this site"),
    Column("kind", Kind.TEXT, f"what became of it: {'; '.join(f'{name}: {words}' for name, words in KINDS.items())}"),
    Column("first_arm", Kind.TEXT, "the first arm"),
    Column("first_rollout", Kind.WHOLE, "its first sample of the problem"),
    Column("second_arm", Kind.TEXT, "the second arm"),
    Column("second_rollout", Kind.WHOLE, "its first sample of the problem"),
)


def _frames(scope: Scope) -> Iterator[pl.DataFrame]:
    """A frame for each measure that is asked for; nothing where nothing is analysed."""
    name = scope.given.get("measure", "") or FIRST
    by = [each for each in scope.given.get("by", "").split(",") if each]
    for each in MEASURES if name == EVERY else [name]:
        measuring.label_of(each)
        rows = measuring.measure(scope.analyses, each, by, None, scope.filters) if scope.analyses else []
        yield from in_frames(COLUMNS, [_line(row) for row in rows])


def _line(row: Row) -> tuple[object, ...]:
    low, high = row.edges or (None, None)
    groups = [None if name not in row.group else str(row.group[name]) for name in GROUPS]
    numbers = (row.n, row.n_problems, row.estimate, row.low, row.high, row.unit, row.n_events)
    return (row.measure, *groups, row.label, *numbers, low, high, row.reason)


def _pairs(scope: Scope) -> Iterator[pl.DataFrame]:
    """Pairs of the arms `a` and `b`, else of the first and the last."""
    names = {each.pk: each.name for each in scope.collections}
    arms = arms_in(scope.analyses, scope.filters, names) if scope.analyses else []
    if len(arms) < 2:
        raise NoSuchTableError("pairs need two arms: models, conditions or collections with graded rollouts")
    first, second = scope.given.get("a") or arms[0], scope.given.get("b") or arms[-1]
    for kind in KINDS:
        found = pairs_between(scope.analyses, scope.filters, names, (first, second), kind)
        rows = [(each.problem_id, kind, first, each.first_id, second, each.second_id) for each in found.shown]
        yield from in_frames(PAIR_COLUMNS, rows)


def _measures(scope: Scope) -> Choices:
    return [*MEASURES.choices(), (EVERY, "every measure (takes a while)")]


def _arms(scope: Scope) -> Choices:
    names = {each.pk: each.name for each in scope.collections}
    return [(arm, arm) for arm in arms_in(scope.analyses, scope.filters, names)] if scope.analyses else []


ROWS = Table(
    label="Measures",
    row="a number with its interval, of one measure and one group",
    columns=COLUMNS,
    frames=_frames,
    options=(
        COLLECTION,
        SET,
        Option("measure", "Measure", _measures),
        Option("by", "By", lambda scope: [(name, name.replace("_", " ")) for name in GROUPS]),
    ),
    is_filtered=True,
)
PAIRS = Table(
    label="Pairs of two arms",
    row="a problem of which two arms have an answer, with the first sample of each",
    columns=PAIR_COLUMNS,
    frames=_pairs,
    options=(COLLECTION, SET, Option("a", "First arm", _arms), Option("b", "Second arm", _arms)),
    is_filtered=True,
)
