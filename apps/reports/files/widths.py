"""How wide a table is in print, guessed from its longest words, so that none is cut. Knows no font.

Three sizes: as it is, small, and small on a page that lies on its side; a table that is too wide even for that is tiny.
"""

import re
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from apps.reports.content import Cell, Table

GAP = 2
"""Characters between two columns."""
SIZES: Final = ((92, "plain"), (112, "dense"), (165, "lying"))
WIDEST: Final = "lying tiny"
NO_BREAK: Final = "\u00a0"
_WHOLE = re.compile(r"\[[^\]]*\]|\S+ of \S+")


def size_of_table(table: Table) -> str:
    """The class of a table in print."""
    width = sum(widths_of(table))
    return next((name for most, name in SIZES if width <= most), WIDEST)


def for_print(table: Table) -> Table:
    """The table with intervals that are not broken inside, only between each other."""
    return replace(table, rows=[[replace(cell, ci=_kept_whole(cell.ci)) for cell in row] for row in table.rows])


def shares_of(table: Table) -> list[float]:
    """Per cent of the width for each column, as it needs; a first column of words gets what is left, up to its words.

    >>> shares_of(Table("", [("a", False), ("b", True)], [[Cell("x" * 8), Cell("12345678")]]))
    [50.0, 50.0]
    """
    least = widths_of(table)
    if least and len(least) > 1:
        longest = max((len(row[0].text) for row in table.rows if row), default=0) + GAP
        left = max(SIZES[0][0] - sum(least), 0)
        least[0] = min(max(longest, least[0]), least[0] + left // 2)
    return [round(100 * width / sum(least), 2) for width in least]


def widths_of(table: Table) -> list[int]:
    """The characters that each column needs at least: its longest piece that is not broken over lines.

    >>> widths_of(Table("", [("group", False), ("share", True)], [[Cell("a long label"), Cell("1.0", "[0.5, 1.5]")]]))
    [7, 12]
    """
    heads = [max(map(len, head.split()), default=0) for head, _ in table.columns]
    columns = zip_longest(*table.rows, fillvalue=Cell(""))
    cells = [max(map(_least, column), default=0) for column in columns]
    return [max(pair) + GAP for pair in zip_longest(heads, cells, fillvalue=0)]


def _least(cell: Cell) -> int:
    """Numbers and intervals stay whole; words break at blanks."""
    pieces = [cell.text] if cell.is_num else cell.text.split(" ")
    return max(map(len, [*pieces, *_kept_whole(cell.ci).split(" ")]), default=0)


def _kept_whole(interval: str) -> str:
    return _WHOLE.sub(lambda found: found[0].replace(" ", NO_BREAK), interval)
