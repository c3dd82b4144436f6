"""Rows of measures as lines of a table: plain digits, shares as fractions, text that no sheet runs."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.measures.base import Row
from apps.core.tables.cells import DANGEROUS

Line = Sequence[object]


def safe(value: object) -> object:
    """A cell that a spreadsheet takes as what it is: text that begins a formula gets an apostrophe, numbers stay.

    >>> safe("=1+1"), safe(-1.5), safe("plain"), safe(None), safe(True)
    ("'=1+1", -1.5, 'plain', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def measure_lines(rows: Iterable[Row], by: Sequence[str]) -> Iterator[Line]:
    """A head, then one line per row; a row over all rollouts has empty group columns."""
    numbers = (
        "n",
        "n_problems",
        "estimate",
        "low",
        "high",
        "unit",
        "n_events",
        "bin_low",
        "bin_high",
        "reason",
        "label",
    )
    yield ["measure", *by, *numbers]
    for row in rows:
        edges = row.edges or (None, None)
        values = [
            row.n,
            row.n_problems,
            row.estimate,
            row.low,
            row.high,
            row.unit,
            row.n_events,
            *edges,
            row.reason,
            row.label,
        ]
        yield [row.measure, *(row.group.get(column) for column in by), *values]
