"""How far people agree, as a page, rows of a CSV and an object for scripts. Knows no request and reads no row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from analysis.agreement.report import STEPS, Line
from analysis.measures.statistics import Estimate
from apps.annotation.presenters.confusion import (
    OF,
    Chosen,
    Drawn,
    Listed,
    Pick,
    cell_words,
    chosen_matrix,
    drawn_of,
    hand_name,
    label_picks,
    listed_of,
    places_of,
    query,
    title_of,
)
from apps.annotation.services.agreement import Matrix, Report
from apps.core.templatetags.numbers import DASH, count, decimal, plural, share

COLUMNS = (
    "of", "label", "first", "second", "statistic", "estimate", "low", "high", "n", "n_rollouts", "n_first", "n_second",
    "reason",
)  # fmt: skip
TITLES = {
    "same": "same label",
    "alpha": "Krippendorff’s α",
    "fleiss": "Fleiss’ κ",
    "kappa": "Cohen’s κ",
    "exact_f1": "F1, same span",
    "overlap_f1": "F1, half shared",
    "boundary_f1": "F1 of ends",
    "values": "same value",
    "values_alpha": "α of the value",
    "values_alpha_ordinal": "α of the value, by order",
}
SHARES = frozenset({"same", "exact_f1", "overlap_f1", "boundary_f1", "values"})
MOST_LISTED = 200


class Cell(NamedTuple):
    """A number with its interval and n, or a dash with the reason."""

    value: str
    ci: str
    n: str
    reason: str


class TableRow(NamedTuple):
    label: str
    colour: int
    given: str
    cells: Sequence[Cell]


class Table(NamedTuple):
    """`given` says whose numbers of labels stand in the second column; empty where there is none."""

    title: str
    given: str
    heads: Sequence[str]
    rows: Sequence[TableRow]


@dataclass(frozen=True, slots=True)
class Page:
    finding: str
    missing: str
    hands: Sequence[tuple[str, str, str]]
    tables: Sequence[Table]
    pairs: Sequence[Pick]
    labels: Sequence[Pick]
    matrix: Drawn | None
    listed: Sequence[Listed]
    cell: str
    n_listed: int


def page_of(report: Report, chosen: Chosen) -> Page:
    """The page of a report; what the address asks for and is not there falls back to the first that is."""
    two = _two(report, chosen)
    if two is None:
        return Page("", _missing(report), _hands(report), (), (), (), None, (), "", 0)
    first, second = two
    matrix = chosen_matrix(report, first, second, chosen)
    places = places_of(report, first, second, matrix, chosen)
    return Page(
        finding=_finding(report, two, matrix),
        missing="",
        hands=_hands(report),
        tables=[*_together(report), *_of_pair(report, first, second)],
        pairs=_pairs(report, two),
        labels=label_picks(report, first, second, matrix),
        matrix=drawn_of(report, first, second, matrix, chosen) if matrix else None,
        listed=[listed_of(report, place) for place in places[:MOST_LISTED]],
        cell=cell_words(report, first, second, matrix, chosen) if matrix else "",
        n_listed=len(places),
    )


def csv_lines(report: Report) -> Iterator[tuple[object, ...]]:
    """Every number of the report under COLUMNS, fractions as fractions."""
    yield COLUMNS
    for row in objects(report):
        yield tuple(row[name] for name in COLUMNS)


def objects(report: Report) -> Iterator[dict[str, Any]]:
    """Every number as scripts read it; hands by their names, null where there is no number, with the reason."""
    names = {hand.key: hand.name for hand in report.hands} | {"": None}
    for line in report.lines:
        e = line.estimate
        yield {
            "of": line.of,
            "label": line.label or None,
            "first": names[line.first],
            "second": names[line.second],
            "statistic": line.name,
            "estimate": e.value,
            "low": e.low,
            "high": e.high,
            "n": e.n,
            "n_rollouts": e.n_problems,
            "n_first": line.n_first,
            "n_second": line.n_second,
            "reason": e.reason,
        }


def as_object(report: Report) -> dict[str, Any]:
    """The whole report for scripts: who, on how many rollouts, every number."""
    hands = [{"name": hand.name, "kind": hand.kind, "n_rollouts": len(hand.rollouts)} for hand in report.hands]
    return {
        "scheme": report.scheme.name,
        "version": report.scheme.version,
        "n_rollouts_shared": report.n_rollouts,
        "hands": hands,
        "rows": list(objects(report)),
    }


def cell_of(line: Line) -> Cell:
    e = line.estimate
    return Cell(_written(line.name, e.value), _interval(line.name, e), count(e.n), e.reason or "")


def _finding(report: Report, two: tuple[str, str], matrix: Matrix | None) -> str:
    """How often the two say the same, and how much of it is beyond chance over everybody."""
    parts = []
    same = _found(report, matrix.of, matrix.label, *two, "same") if matrix is not None else None
    if matrix is not None and same is not None and same.estimate.value is not None:
        names = " and ".join(hand_name(report, key) for key in two)
        about = f" on {title_of(report, matrix.label)}" if matrix.label else ""
        cell = cell_of(same)
        unit = "step" if matrix.of == STEPS else "rollout"
        parts.append(
            f"{names} say the same{about} of {cell.value} {cell.ci}".rstrip() + f" of {plural(same.estimate.n, unit)}."
        )
    lead = next((line for line in report.lines if not line.first and line.estimate.value is not None), None)
    if lead is not None:
        where = f" on {title_of(report, lead.label)}" if lead.label else ""
        e = lead.estimate
        ci = _interval(lead.name, e) or f"no interval: {e.reason}"
        parts.append(
            f"Beyond chance, all together{where}: {TITLES[lead.name]} {_written(lead.name, e.value)} {ci}, "
            f"{plural(e.n_problems, 'rollout')}."
        )
    return " ".join(parts) or "No number of agreement is defined yet; the table says why."


def _found(report: Report, of: str, label: str, first: str, second: str, name: str) -> Line | None:
    wanted = (of, label, first, second, name)
    return next((x for x in report.lines if (x.of, x.label, x.first, x.second, x.name) == wanted), None)


def _missing(report: Report) -> str:
    return (
        "Nothing to compare yet: agreement needs a rollout that two hands are done with. Give a queue an overlap of 2, "
        "or import somebody's labels as a layer."
        if not report.hands
        else "No two hands are done with the same rollout yet."
    )


def _hands(report: Report) -> list[tuple[str, str, str]]:
    rows = {hand.key: sum(row.layer == hand.key for row in report.rows) for hand in report.hands}
    return [
        (hand.name, hand.kind, f"{plural(len(hand.rollouts), 'rollout')}, {plural(rows[hand.key], 'label')} compared")
        for hand in report.hands
    ]


def _two(report: Report, chosen: Chosen) -> tuple[str, str] | None:
    """The two hands asked for, else the first two that share a rollout."""
    shared = list(_sharing(report))
    asked = (chosen.first, chosen.second)
    return asked if asked in shared else next(iter(shared), None)


def _sharing(report: Report) -> Iterator[tuple[str, str]]:
    for one, other in combinations(report.hands, 2):
        if one.rollouts & other.rollouts:
            yield one.key, other.key


def _together(report: Report) -> Iterator[Table]:
    for of in OF:
        table = _table(report, f"{OF[of]}: all together", of, "", "", "")
        if table is not None:
            yield table


def _of_pair(report: Report, first: str, second: str) -> Iterator[Table]:
    names = f"{hand_name(report, first)} and {hand_name(report, second)}"
    for of in OF:
        table = _table(report, f"{OF[of]}: {names}", of, first, second, "labels of each")
        if table is not None:
            yield table


def _table(report: Report, title: str, of: str, first: str, second: str, given: str) -> Table | None:
    lines = [line for line in report.lines if (line.of, line.first, line.second) == (of, first, second)]
    if not lines:
        return None
    names = [name for name in TITLES if any(line.name == name for line in lines)]
    by_label: dict[str, dict[str, Line]] = {}
    for line in lines:
        by_label.setdefault(line.label, {})[line.name] = line
    rows = [_row(report, label, names, found, bool(given)) for label, found in by_label.items()]
    return Table(title, given, [TITLES[name] for name in names], rows)


def _row(report: Report, label: str, names: Sequence[str], found: Mapping[str, Line], has_given: bool) -> TableRow:
    kind = report.compared.scheme.find(label)
    one = next(iter(found.values()))
    given = f"{count(one.n_first)} · {count(one.n_second)}" if has_given else ""
    cells = [cell_of(found[name]) if name in found else Cell("", "", "", "") for name in names]
    return TableRow(title_of(report, label), kind.colour if kind else 0, given, cells)


def _pairs(report: Report, two: tuple[str, str]) -> list[Pick]:
    return [
        Pick(f"{hand_name(report, one)} · {hand_name(report, other)}", f"?{query(one, other)}", (one, other) == two)
        for one, other in _sharing(report)
    ]


def _written(name: str, value: float | None) -> str:
    if value is None:
        return DASH
    return share(value) if name in SHARES else decimal(value, 2)


def _interval(name: str, e: Estimate) -> str:
    if e.low is None or e.high is None:
        return ""
    times, places = (100, 1) if name in SHARES else (1, 2)
    return f"[{decimal(e.low * times, places)}, {decimal(e.high * times, places)}]"
