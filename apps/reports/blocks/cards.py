"""Cards of the application's pages as figures of a report: without links, with the numbers of their tables.

Knows presenters' cards, no measure in particular.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from analysis.measures.base import Row
from apps.reports.content import Cell, Fact, Figure, Method, Table, Tile
from apps.traces.presenters import facts, tiles
from apps.traces.presenters.exports import Line, measure_lines
from apps.traces.presenters.figures import card

LINKS = frozenset({"customdata"})
"""Keys of a Plotly figure that hold addresses of pages."""
CLICK = " · click: open traces"
_WHOLE = re.compile(r"(?:^|(?<=\. ))A \w+ opens [^.;]*\. ?")
_PART = re.compile(r"(?:; a \w+| and) opens [^.;]*")


def figure_of(shown: card.Figure, rows: Iterable[Row], by: Sequence[str]) -> Figure:
    """A card of a dashboard; `rows` are all those of its measure, by groups of `by`."""
    return Figure(
        name=shown.name,
        title=shown.title,
        table=_table(shown.table),
        sentence=shown.sentence,
        measure=shown.measure,
        lines=plain_lines(measure_lines(rows, by)),
        plot=without_links(shown.plot) if shown.plot else None,
        legend=[(kind, letters, words) for kind, letters, words in shown.legend],
        read=without_clicks(shown.read),
        cite=shown.cite,
        method=Method(shown.method.formula, list(shown.method.settings), shown.method.proof, shown.method.coverage),
        is_wide=shown.is_wide,
        is_open=shown.is_open,
        reason=shown.reason,
    )


def facts_of(shown: Iterable[facts.Fact]) -> list[Fact]:
    return [Fact(each.label, each.value, each.note) for each in shown]


def tiles_of(shown: Iterable[tiles.Tile]) -> list[Tile]:
    return [Tile(each.title, each.value, each.small, each.beside, each.how) for each in shown]


def plain_lines(lines: Iterable[Line]) -> list[list[str | int | float | bool | None]]:
    """Lines of a CSV as values that JSON holds."""
    return [[_plain(value) for value in line] for line in lines]


def without_links(part: Any) -> Any:
    """A Plotly figure without addresses, and without the words that invite to follow them.

    >>> without_links({"x": [1], "customdata": ["/p/a/"], "hovertext": ["5 % n=3 · click: open traces"]})
    {'x': [1], 'hovertext': ['5 % n=3']}
    """
    if isinstance(part, dict):
        return {key: without_links(value) for key, value in part.items() if key not in LINKS}
    if isinstance(part, list | tuple):
        return [without_links(value) for value in part]
    return part.replace(CLICK, "") if isinstance(part, str) else part


def without_clicks(words: str) -> str:
    """How to read a figure, without what its marks open on a page.

    >>> without_clicks("Up is better; a point opens the rollouts. A bar opens its rollouts. All are pooled.")
    'Up is better. All are pooled.'
    """
    return _PART.sub("", _WHOLE.sub("", words)).strip()


def _table(shown: card.Table) -> Table:
    return Table(
        shown.summary,
        [(head, is_num) for head, is_num in shown.columns],
        [[_cell(cell) for cell in row] for row in shown.rows],
        shown.note,
    )


def _cell(shown: card.Cell) -> Cell:
    words = shown.mark.words if shown.mark else shown.text
    return Cell(words, shown.ci, shown.title, shown.is_num)


def _plain(value: object) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
