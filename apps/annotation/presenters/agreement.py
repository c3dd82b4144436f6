"""How far people agree, as a page, rows of a CSV and an object for scripts. Knows no request and reads no row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from analysis.agreement.report import ROLLOUTS, SPANS, STEPS, Line
from analysis.labelling.units import Place
from analysis.measures.statistics import Estimate
from apps.annotation.services.agreement import Matrix, Report, matrix_of, places_in
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
OF = {STEPS: "Steps", SPANS: "Spans", ROLLOUTS: "Whole rollouts"}
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


class Count(NamedTuple):
    """A cell of the matrix: how often, where its steps are listed, and whether both said the same."""

    n: str
    href: str
    is_same: bool
    is_chosen: bool
    words: str


class MatrixRow(NamedTuple):
    title: str
    counts: Sequence[Count]


class Drawn(NamedTuple):
    """A confusion matrix on a page."""

    title: str
    first: str
    second: str
    heads: Sequence[str]
    rows: Sequence[MatrixRow]
    agreed: str


class Listed(NamedTuple):
    """A step of the chosen cell."""

    href: str
    rollout: int
    words: str


class Pick(NamedTuple):
    """Two hands that a reader may choose, or a label."""

    words: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for: two hands, one label's matrix, one cell."""

    first: str = ""
    second: str = ""
    of: str = STEPS
    label: str = ""
    row: int | None = None
    column: int | None = None


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
    matrix = _matrix(report, first, second, chosen)
    places = _places(report, first, second, matrix, chosen)
    return Page(
        finding=_finding(report, two, matrix),
        missing="",
        hands=_hands(report),
        tables=[*_together(report), *_of_pair(report, first, second)],
        pairs=_pairs(report, two),
        labels=_labels(report, first, second, matrix),
        matrix=_drawn(report, first, second, matrix, chosen) if matrix else None,
        listed=[_listed(report, place) for place in places[:MOST_LISTED]],
        cell=_cell_words(report, first, second, matrix, chosen) if matrix else "",
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
        names = " and ".join(_name(report, key) for key in two)
        about = f" on {_title(report, matrix.label)}" if matrix.label else ""
        cell = cell_of(same)
        unit = "step" if matrix.of == STEPS else "rollout"
        parts.append(
            f"{names} say the same{about} of {cell.value} {cell.ci}".rstrip() + f" of {plural(same.estimate.n, unit)}."
        )
    lead = next((line for line in report.lines if not line.first and line.estimate.value is not None), None)
    if lead is not None:
        where = f" on {_title(report, lead.label)}" if lead.label else ""
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
    names = f"{_name(report, first)} and {_name(report, second)}"
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
    return TableRow(_title(report, label), kind.colour if kind else 0, given, cells)


def _matrix(report: Report, first: str, second: str, chosen: Chosen) -> Matrix | None:
    """Of all labels where a unit has one; of the label asked for, else the first, where it may have several."""
    for of in dict.fromkeys((chosen.of, STEPS, ROLLOUTS)):
        if of not in (STEPS, ROLLOUTS):
            continue
        units = report.units(of)
        if units.kinds:
            label = chosen.label if chosen.label in units.kinds else (units.kinds[0] if units.many else "")
            return matrix_of(report, first, second, of, label)
    return None


def _places(report: Report, first: str, second: str, matrix: Matrix | None, chosen: Chosen) -> list[Place]:
    if matrix is None or chosen.row is None or chosen.column is None:
        return []
    return places_in(report, first, second, matrix, chosen.row, chosen.column)


def _drawn(report: Report, first: str, second: str, matrix: Matrix, chosen: Chosen) -> Drawn:
    titles = [_title(report, name) for name in matrix.names]
    rows = [
        MatrixRow(
            titles[i],
            [
                Count(
                    count(n),
                    _href(first, second, matrix, row=i, column=j) if n else "",
                    i == j,
                    (i, j) == (chosen.row, chosen.column),
                    f"{_name(report, first)}: {titles[i]}, {_name(report, second)}: {titles[j]}",
                )
                for j, n in enumerate(line)
            ],
        )
        for i, line in enumerate(matrix.counts)
    ]
    agreed = f"{count(matrix.n_alike)} of {count(matrix.n)} the same" if matrix.n else "nothing shared"
    title = f"{OF[matrix.of]}: who said what" + (f", {_title(report, matrix.label)}" if matrix.label else "")
    return Drawn(title, _name(report, first), _name(report, second), titles, rows, agreed)


def _listed(report: Report, place: Place) -> Listed:
    href = reverse("traces:rollout", args=[report.scheme.project.slug, place.rollout])
    if place.turn < 0:
        return Listed(href, place.rollout, "the whole rollout")
    query = f"?turn={place.turn}&line={place.line}#L{place.line}"
    return Listed(href + query, place.rollout, f"turn {place.turn}, line {place.line}")


def _cell_words(report: Report, first: str, second: str, matrix: Matrix, chosen: Chosen) -> str:
    n = len(matrix.names)
    if chosen.row is None or chosen.column is None or not (chosen.row < n and chosen.column < n):
        return ""
    one, other = (_title(report, matrix.names[k]) for k in (chosen.row, chosen.column))
    return f"{_name(report, first)}: {one}; {_name(report, second)}: {other}"


def _pairs(report: Report, two: tuple[str, str]) -> list[Pick]:
    return [
        Pick(f"{_name(report, one)} · {_name(report, other)}", f"?{_query(one, other)}", (one, other) == two)
        for one, other in _sharing(report)
    ]


def _labels(report: Report, first: str, second: str, matrix: Matrix | None) -> list[Pick]:
    """Whose matrix can be shown: all labels together where a unit has one, and each label against all else."""
    found = []
    for of in (STEPS, ROLLOUTS):
        units = report.units(of)
        for label in [*([] if units.many or not units.kinds else [""]), *units.kinds]:
            href = f"?{_query(first, second, of=of, label=label)}#matrix"
            words = _title(report, label) + (" (rollouts)" if of == ROLLOUTS else "")
            found.append(Pick(words, href, matrix is not None and (matrix.of, matrix.label) == (of, label)))
    return found


def _href(first: str, second: str, matrix: Matrix, **more: int) -> str:
    return f"?{_query(first, second, of=matrix.of, label=matrix.label, **more)}#cell"


def _query(first: str, second: str, **more: str | int) -> str:
    given: dict[str, str | int] = {"first": first, "second": second, **more}
    return urlencode({name: value for name, value in given.items() if value != ""})


def _title(report: Report, label: str) -> str:
    kind = report.compared.scheme.find(label)
    return kind.title if kind else (label or "all labels")


def _name(report: Report, key: str) -> str:
    hand = report.hand(key)
    return hand.name if hand else key


def _written(name: str, value: float | None) -> str:
    if value is None:
        return DASH
    return share(value) if name in SHARES else decimal(value, 2)


def _interval(name: str, e: Estimate) -> str:
    if e.low is None or e.high is None:
        return ""
    times, places = (100, 1) if name in SHARES else (1, 2)
    return f"[{decimal(e.low * times, places)}, {decimal(e.high * times, places)}]"
