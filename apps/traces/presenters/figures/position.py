"""Where candidates stand in the reasoning: a histogram of all, and of the first ones."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import percent, share
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell, hover, scaled
from apps.traces.queries.ranges import address


def position(group: Group, links: Links) -> Figure:
    every, first = _bins(group, "all"), _bins(group, "first")
    has_any = bool(every[0].n)
    return Figure(
        name="position",
        measure="position",
        title="Where candidates stand in the reasoning",
        sentence="Histogram of the relative line of all candidates and of the first ones. The same numbers stand in "
        "the table.",
        table=_table(every, first, links),
        plot=_plot(group, every, first, links) if has_any else None,
        read="Bars are all candidates, the outline the first candidate of each rollout; a bar opens the rollouts with "
        "a candidate there.",
        reason="" if has_any else group["first_position"].reason or "",
    )


def _bins(group: Group, of: str) -> list[Row]:
    return [row for name, row in group.rows.items() if name.startswith(f"{of}_in_")]


def _between(row: Row) -> str:
    low, high = _edges(row)
    return address(low, None if high >= 100 else high)


def _edges(row: Row) -> tuple[float, float]:
    assert row.edges is not None
    return round(row.edges[0] * 100, 6), round(row.edges[1] * 100, 6)


def _table(every: Sequence[Row], first: Sequence[Row], links: Links) -> Table:
    columns = [("position, %", False), ("all candidates %", True), ("first candidates %", True)]
    rows = [
        [
            Cell(f"{low:g} to {high:g}", is_num=False),
            cell(a, links.to(at=_between(a))),
            cell(f, links.to(position=_between(f))),
        ]
        for a, f in zip(every, first, strict=True)
        for low, high in [_edges(a)]
    ]
    return Table("relative position", columns, rows)


def _plot(group: Group, every: Sequence[Row], first: Sequence[Row], links: Links) -> dict[str, Any]:
    middles = [sum(_edges(row)) / 2 for row in every]
    bars = {
        "type": "bar",
        "x": middles,
        "y": [scaled(row) for row in every],
        "width": _edges(every[0])[1] * 0.92,
        "marker": {"color": "--tt"},
        "customdata": [links.to(at=_between(row)) for row in every],
        "hovertext": [hover(f"all candidates at {_words(row)}", row, " %") for row in every],
        "hoverinfo": "text",
    }
    outline = {
        "type": "scatter",
        "mode": "lines",
        "x": [*(_edges(row)[0] for row in first), 100],
        "y": [scaled(row) for row in (*first, first[-1])],
        "line": {"color": "--ft", "width": 2, "shape": "hv"},
        "customdata": [links.to(position=_between(row)) for row in (*first, first[-1])],
        "hovertext": [hover(f"first candidates at {_words(row)}", row, " %") for row in (*first, first[-1])],
        "hoverinfo": "text",
    }
    return {"data": [bars, outline], "layout": _layout(group["first_position_median"])}


def _words(row: Row) -> str:
    low, high = _edges(row)
    return f"{low:g} to {high:g} %"


def _layout(median: Row) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "height": 320,
        "xaxis": {
            "title": {"text": "line of the candidate ÷ lines of the text, %"},
            "range": [0, 100],
            "tickvals": [0, 25, 50, 75, 100],
        },
        "yaxis": {"title": {"text": "share of candidates, %"}, "rangemode": "tozero"},
        "bargap": 0.05,
    }
    if median.estimate is not None:
        x = median.estimate * 100
        line = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
        layout["shapes"] = [line | {"line": {"color": "--ink-3", "width": 1, "dash": "3px,3px"}}]
        text = f"median of first candidates: {percent(median.estimate, 0)}{share(0)[-2:]}"
        place = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
        anchor = "right" if x > 50 else "left"
        layout["annotations"] = [place | {"text": text, "xanchor": anchor, "font": {"color": "--ink"}}]
    return layout
