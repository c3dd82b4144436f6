"""How often marker words stand in the text: per 1,000 tokens, by marker and by group."""

from collections.abc import Sequence
from typing import Any

from analysis.markers import MARKERS
from analysis.measures.base import Row
from apps.traces.presenters.figures.card import Cell, Figure, Groups, Links, Table, cell, ends, head, hover

MOST = 12
"""So many markers are drawn, the most frequent ones."""


def markers(groups: Groups, links: Links) -> Figure:
    rows = _by_marker(groups)
    drawn = sorted((pair for pair in rows if pair[1].estimate), key=lambda pair: -(pair[1].estimate or 0))[:MOST]
    return Figure(
        name="markers",
        measure="markers",
        title="How often the model says that it doubts",
        sentence=f"The {MOST} most frequent markers per 1,000 tokens. The same numbers stand in the table.",
        table=_table(groups, rows, links),
        plot=_plot(drawn, links) if drawn else None,
        read="A bar opens the rollouts that hold the marker.",
        reason=groups.everything["markers"].reason or "" if not drawn else "",
    )


def _by_marker(groups: Groups) -> list[tuple[str, Row]]:
    names = [f"marker_{marker.lower().replace(' ', '_').replace('-', '_')}" for marker in MARKERS]
    return [(marker, groups.everything[name]) for marker, name in zip(MARKERS, names, strict=True)]


def _table(groups: Groups, rows: Sequence[tuple[str, Row]], links: Links) -> Table:
    columns = [("marker, or group", False), ("per 1,000 tokens", True)]
    totals = [[_all(head(group, links)), cell(group["markers"])] for group in groups.both]
    single = [
        [Cell(f"“{marker}”", href=links.to(marker=marker), is_num=False), cell(row)]
        for marker, row in sorted(rows, key=lambda pair: -(pair[1].estimate or 0))
    ]
    return Table("markers", columns, [*totals, *single], groups.note)


def _all(cell: Cell) -> Cell:
    return Cell(f"{cell.text}, all markers", href=cell.href, is_num=False)


def _plot(drawn: Sequence[tuple[str, Row]], links: Links) -> dict[str, Any]:
    places = list(range(len(drawn)))[::-1]
    rows = [row for _, row in drawn]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [row.estimate for row in rows],
        "y": places,
        "marker": {"color": "--line-2"},
        "error_x": ends(rows) | {"color": "--ink-2"},
        "customdata": [links.to(marker=marker) for marker, _ in drawn],
        "hovertext": [hover(f"“{marker}”", row, " per 1,000 tokens") for marker, row in drawn],
        "hoverinfo": "text",
    }
    ticks = {"tickvals": places, "ticktext": [marker for marker, _ in drawn], "showgrid": False, "automargin": True}
    return {
        "data": [bars],
        "layout": {
            "height": 84 + 24 * len(drawn),
            "xaxis": {"title": {"text": "per 1,000 tokens"}, "rangemode": "tozero", "showgrid": True},
            "yaxis": ticks,
        },
    }
