"""Rows of a measure as a table for readers: a line a number, a column a group while groups are few. Knows no block."""

from collections.abc import Mapping, Sequence

from analysis.measures.base import Row
from apps.core.templatetags.numbers import DASH, count, interval, written
from apps.reports.content import Cell, Table
from apps.traces.presenters.figures.card import told_apart
from apps.traces.queries.filter_fields import NONE

MOST_GROUPS = 6
MOST_ROWS = 300
UNITS = {"share": "%", "difference": "points", "position": "% of the lines"}


def table_of(title: str, rows: Sequence[Row], by: Sequence[str]) -> Table:
    """Numbers that no group has are named below the table with the reason, not shown as dashes."""
    undefined = set(map(name_of, rows)) - {name_of(row) for row in rows if row.estimate is not None}
    shown = [row for row in rows if name_of(row) not in undefined]
    groups = list(dict.fromkeys(tuple(row.group[column] for column in by) for row in rows))
    make = _beside if by and len(groups) <= MOST_GROUPS else _below
    columns, lines = make(shown, by)
    notes = [_undefined([row for row in rows if name_of(row) in undefined])]
    if len(lines) > MOST_ROWS:
        notes.append(f"{count(len(lines) - MOST_ROWS)} further rows stand in the table's CSV.")
    return Table(title, columns, lines[:MOST_ROWS], " ".join(filter(None, notes)))


def name_of(row: Row) -> str:
    """What the number is, with what it is of and the bounds of its bin."""
    parts = [row.measure.replace("_", " "), row.label]
    if row.edges is not None:
        parts.append(f"{row.edges[0]:g} to {row.edges[1]:g}")
    return ", ".join(part for part in parts if part)


def _below(rows: Sequence[Row], by: Sequence[str]) -> tuple[list[tuple[str, bool]], list[list[Cell]]]:
    """A line each number of each group."""
    columns = [("number", False), *((column.replace("_", " "), False) for column in by), ("unit", False)]
    columns += [("estimate", True), ("n", True), ("problems", True), ("remark", False)]
    return columns, [_line(row, by) for row in rows]


def _line(row: Row, by: Sequence[str]) -> list[Cell]:
    return [
        Cell(name_of(row), is_num=False),
        *(Cell(row.group[column] or NONE, is_num=False) for column in by),
        Cell(_unit(row), is_num=False),
        _estimate(row),
        Cell(count(row.n)),
        Cell(count(row.n_problems)),
        Cell(row.reason or "", is_num=False),
    ]


def _beside(rows: Sequence[Row], by: Sequence[str]) -> tuple[list[tuple[str, bool]], list[list[Cell]]]:
    """A line each number, a column each group, n beside the interval."""
    keys = list(dict.fromkeys(tuple(row.group[column] for column in by) for row in rows))
    told = [told_apart([key[place] for key in keys]) for place in range(len(by))]
    heads = [" · ".join(names[label] for names, label in zip(told, key, strict=True)) for key in keys]
    found: dict[str, dict[tuple[str, ...], Row]] = {}
    for row in rows:
        found.setdefault(name_of(row), {})[tuple(row.group[column] for column in by)] = row
    return [("number", False), ("unit", False), *((head, True) for head in heads)], [
        [Cell(name, is_num=False), Cell(_unit(next(iter(own.values()))), is_num=False), *_across(own, keys)]
        for name, own in found.items()
    ]


def _across(own: Mapping[tuple[str, ...], Row], keys: Sequence[tuple[str, ...]]) -> list[Cell]:
    return [_estimate(own[key], with_n=True) if key in own else Cell("") for key in keys]


def _unit(row: Row) -> str:
    return UNITS.get(row.unit, row.unit)


def _estimate(row: Row, *, with_n: bool = False) -> Cell:
    if row.estimate is None:
        return Cell(DASH, title=row.reason or "")
    beside = interval(row.low, row.high, row.unit) + (f" n={count(row.n)}" if with_n else "")
    events = "" if row.n_events is None else f", {count(row.n_events)} of {count(row.n)}"
    title = f"n={count(row.n)}, {count(row.n_problems)} problems{events}"
    return Cell(written(row.estimate, row.unit), beside.strip(), f"{title}; {row.reason}" if row.reason else title)


def _undefined(rows: Sequence[Row]) -> str:
    """`Without a number here: ece, mce (no rollout with a confidence).`, each reason once."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.reason or "undefined", {})[row.measure.replace("_", " ")] = None
    parts = [f"{', '.join(names)} ({reason})" for reason, names in found.items()]
    return f"Without a number here: {'; '.join(parts)}." if parts else ""
