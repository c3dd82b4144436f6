"""The balance of exploration and exploitation against the reward threshold, one line per condition."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from apps.traces.presenters.figures.card import Cell, Figure, Links, Table, cell, ends, hover, scaled, short

CUT = "; "
LINES = ("--accent", "--l2", "--l4", "--l3", "--l5", "--l6", "--l7", "--ink-2")


def balance(rows: Sequence[Row], links: Links) -> Figure:
    """`rows` are those of the measure `balance` over all rollouts."""
    grid = [row for row in rows if row.measure == "balance_at" and row.estimate is not None]
    named = {row.measure: row for row in rows}
    return Figure(
        name="balance",
        measure="balance",
        title="Which temperature and threshold keep many right samples",
        sentence="Balance score of each condition at each reward threshold. The same numbers stand in the table.",
        table=_table(grid, named),
        plot=_plot(grid, links) if grid else None,
        read="1 says that as many different right samples as wanted are kept and no wrong one. The best cell of a grid "
        "is the best partly by chance.",
        reason="" if grid else named["balance"].reason or "",
    )


def _table(grid: Sequence[Row], named: dict[str, Row]) -> Table:
    whole = {
        "balance": "at the threshold of the settings",
        "kept_share": "samples kept there",
        "pass@K-S": "S different right ones among K",
        "reward@K-S": "the S best rewarded of K all right",
    }
    rows = [[Cell(words, is_num=False), cell(named[name])] for name, words in whole.items()]
    rows += [[Cell(row.label, is_num=False), cell(row)] for row in grid]
    return Table("balance of exploration and exploitation", [("", False), ("%", True)], rows)


def _plot(grid: Sequence[Row], links: Links) -> dict[str, Any]:
    lines: dict[str, list[Row]] = {}
    for row in grid:
        lines.setdefault(row.label.rsplit(CUT, 1)[0], []).append(row)
    cuts = list(dict.fromkeys(_cut(row) for row in grid))
    return {
        "data": [
            _line(name if len(lines) > 1 else "", each, LINES[i % len(LINES)], links)
            for i, (name, each) in enumerate(lines.items())
        ],
        "layout": {
            "height": 320,
            "margin": {"r": 60},
            "xaxis": {"title": {"text": "kept with a reward from"}, "type": "category", "categoryarray": cuts},
            "yaxis": {"title": {"text": "balance score, %"}, "rangemode": "tozero"},
        },
    }


def _line(name: str, rows: Sequence[Row], colour: str, links: Links) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [_cut(row) for row in rows],
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": colour},
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 8},
        "text": [*[""] * (len(rows) - 1), short(name)],
        "textposition": "top center",
        "textfont": {"size": 11, "color": "--ink"},
        "cliponaxis": False,
        "customdata": [links.to()] * len(rows),
        "hovertext": [hover(f"{row.label}:", row, " %") for row in rows],
        "hoverinfo": "text",
    }


def _cut(row: Row) -> str:
    return row.label.rsplit(CUT, 1)[1].removeprefix("reward from ")
