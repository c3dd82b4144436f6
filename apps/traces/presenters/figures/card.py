"""A figure as its template takes it: plot, table, words, and links behind every mark. Knows no measure and no page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from analysis.measures import MEASURES
from analysis.measures.base import Measure, Row
from apps.core.templatetags.numbers import DASH, count, interval, p_value, share, written
from apps.traces.queries.filter_fields import NONE
from apps.traces.queries.filters import RolloutFilter

ALL = "All rollouts"
MOST_GROUPS = 24
FEW_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, the interval beside it, the rollouts behind it, and why there is no number."""

    text: str
    ci: str = ""
    href: str = ""
    title: str = ""
    is_num: bool = True
    mark: "Dumbbell | None" = None


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """Two values on a line of 200 units, from the open circle to the full one."""

    start: float
    end: float
    words: str

    @property
    def gap(self) -> str:
        """The line between the circles, empty where they overlap."""
        return f"M{self.start:.1f} 9H{self.end:.1f}"


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are (head, holds numbers); the first cell of a row is its head."""

    summary: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How a measure counts: its formula as HTML, its settings with their values here, its proof and coverage."""

    formula: str = ""
    settings: Sequence[tuple[str, str]] = ()
    proof: str = ""
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A card. `plot` is a Plotly figure whose colours are names of tokens (`--tt`); None where the table is all."""

    name: str
    measure: str
    title: str
    table: Table
    sentence: str
    csv: str = ""
    plot: Mapping[str, Any] | None = None
    legend: Sequence[tuple[str, str, str]] = ()
    read: str = ""
    cite: str = ""
    is_wide: bool = False
    is_open: bool = False
    reason: str = ""
    method: Method = Method()

    @property
    def id(self) -> str:
        return self.name.replace("_", "-")

    @property
    def spec_id(self) -> str:
        return f"{self.id}-spec"


@dataclass(frozen=True, slots=True)
class Links:
    """Where marks lead: the list of rollouts under the page's filter and something more."""

    list_url: str
    csv_url: Callable[[str], str]
    filters: RolloutFilter
    pairs_url: str = ""

    def to(self, **more: str | None) -> str:
        return self.list_url + self.filters.having(**more).query

    def csv(self, measure: str, by: str | None, settings: Sequence[tuple[str, str]] = ()) -> str:
        parameters = self.filters.given | ({"by": by} if by else {}) | dict(settings)
        return self.csv_url(measure) + (f"?{urlencode(parameters)}" if parameters else "")


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one group (or of all rollouts), by the row's name."""

    label: str
    rows: Mapping[str, Row]
    filter: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Row:
        return self.rows[name]

    @property
    def is_all(self) -> bool:
        return not self.filter


@dataclass(frozen=True, slots=True)
class Groups:
    """A measure's rows over all rollouts and, where they are compared, of each group; `by` names the column."""

    measure: str
    everything: Group
    parts: Sequence[Group]
    by: str | None
    n_left_out: int

    @property
    def both(self) -> list[Group]:
        """All rollouts first, then each group."""
        return [self.everything, *self.parts]

    @property
    def words(self) -> Measure:
        return MEASURES[self.measure]

    @property
    def head(self) -> str:
        return (self.by or "rollouts").replace("_", " ").replace(",", " · ")

    @property
    def note(self) -> str:
        if not self.n_left_out:
            return ""
        return f"{count(self.n_left_out)} smaller groups are left out here; the CSV has all."


def groups_of(measure: str, overall: Sequence[Row], parts: Sequence[Row], by: str | None) -> Groups:
    """Rows as groups, the largest MOST_GROUPS of them, in the order of their labels; `by` names columns by commas."""
    columns = (by or "").split(",")
    found: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in parts:
        found.setdefault(tuple(row.group[column] for column in columns), {})[row.measure] = row
    large = sorted(found, key=lambda labels: -max(row.n for row in found[labels].values()))[:MOST_GROUPS]
    shown = [labels for labels in found if labels in set(large)]
    names = [told_apart([labels[place] for labels in shown]) for place in range(len(columns))]
    groups = [
        Group(
            " · ".join(told[label] for told, label in zip(names, labels, strict=True)),
            found[labels],
            {column: label or NONE for column, label in zip(columns, labels, strict=True)},
        )
        for labels in shown
    ]
    everything = Group(ALL, {row.measure: row for row in overall})
    return Groups(measure, everything, groups, by if groups else None, len(found) - len(groups))


def lines_of(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Figures as they stand on a page: wide ones alone, others in pairs."""
    lines: list[list[Figure]] = []
    for figure in figures:
        if lines and len(lines[-1]) == 1 and not figure.is_wide and not lines[-1][0].is_wide:
            lines[-1].append(figure)
        else:
            lines.append([figure])
    return lines


def told_apart(labels: Sequence[str]) -> dict[str, str]:
    """Labels without the factors that all of them share: `temperature 0.4, top_p 0.9` is `temperature 0.4`.

    >>> told_apart(["temperature 0.4, top_p 0.9", "temperature 0.8, top_p 0.9", ""])
    {'temperature 0.4, top_p 0.9': 'temperature 0.4', 'temperature 0.8, top_p 0.9': 'temperature 0.8', '': '(none)'}
    """
    factors = {label: label.split(", ") for label in labels if label}
    shared = set.intersection(*map(set, factors.values())) if len(factors) > 1 else set()
    told = {label: ", ".join(part for part in parts if part not in shared) or label for label, parts in factors.items()}
    return {label: told.get(label, NONE) for label in labels}


def short(label: str, most: int = 30) -> str:
    """A label that a figure has room for."""
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def left_out(row: Row, words: str) -> str:
    """How much a measure leaves out, in a sentence; empty where it is nothing."""
    if not row.estimate:
        return ""
    return f"{share(row.estimate)} of {words}."


def cell(row: Row, href: str = "", places: int | None = None) -> Cell:
    """A row's number with its interval and n; without one, a dash and why."""
    if row.estimate is None:
        return Cell(DASH, title=row.reason or "", href="")
    few = f", {count(row.n_events)} of {count(row.n)}" if row.n_events is not None and row.n_events < FEW_EVENTS else ""
    title = f"n={count(row.n)}, {count(row.n_problems)} problems{few}" + (f"; {row.reason}" if row.reason else "")
    beside = interval(row.low, row.high, row.unit)
    if few:
        beside = f"{beside} {count(row.n_events)} of {count(row.n)}".strip()
    return Cell(written(row.estimate, row.unit), beside, href, title)


def p_cell(row: Row) -> Cell:
    """A p-value under a head that says p."""
    return Cell(p_value(row.estimate).removeprefix("p").removeprefix("="), title=row.reason or "")


def head(group: Group, links: Links) -> Cell:
    return Cell(group.label, href=links.to(**group.filter), is_num=False)


def number(n: int | None, href: str = "") -> Cell:
    return Cell(count(n), href=href if n else "")


def ends(rows: Sequence[Row], scale: float = 1.0) -> dict[str, Any]:
    """Plotly's error bars from the rows' intervals; none where there is no interval."""
    above = [0.0 if row.high is None or row.estimate is None else (row.high - row.estimate) * scale for row in rows]
    below = [0.0 if row.low is None or row.estimate is None else (row.estimate - row.low) * scale for row in rows]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1.5, "width": 0}


def scaled(row: Row, factor: float = 100.0) -> float | None:
    return None if row.estimate is None else row.estimate * factor


def hover(label: str, row: Row, unit: str = "") -> str:
    """`F→T  1.2 % [1.0, 1.4] n=87 840 · click: open traces`."""
    words = f"{written(row.estimate, row.unit)}{unit} {interval(row.low, row.high, row.unit)}".strip()
    return f"{label}  {words} n={count(row.n)} · click: open traces"
