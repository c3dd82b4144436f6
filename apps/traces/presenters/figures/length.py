"""Accuracy against the length of the reasoning, in bins of equally many rollouts."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell, ends, hover, scaled
from apps.traces.queries.ranges import address

Bin = tuple[Row, Row]


def length(group: Group, links: Links) -> Figure:
    bins = _bins(group)
    return Figure(
        name="length",
        measure="length",
        title="Whether long rollouts are right less often",
        sentence="Accuracy of the final answer in bins of length. The same numbers stand in the table.",
        table=_table(bins, links),
        plot=_plot(bins, links) if bins else None,
        read="A point stands at the mean length of its bin and opens its rollouts.",
        reason="" if bins else group["accuracy_in_1"].reason or "",
    )


def _bins(group: Group) -> list[Bin]:
    names = [name for name in group.rows if name.startswith("accuracy_in_")]
    pairs = [(group[name], group[name.replace("accuracy", "length")]) for name in names]
    return [pair for pair in pairs if pair[0].n]


def _href(accuracy: Row, is_last: bool, links: Links) -> str:
    assert accuracy.edges is not None
    low, high = accuracy.edges
    return links.to(read_tokens=address(low, None if is_last else high))


def _table(bins: Sequence[Bin], links: Links) -> Table:
    columns = [("tokens read", False), ("rollouts", True), ("mean tokens", True), ("final accuracy %", True)]
    rows = [_row(pair, k == len(bins) - 1, links) for k, pair in enumerate(bins)]
    return Table("accuracy by length", columns, rows)


def _row(pair: Bin, is_last: bool, links: Links) -> list[Cell]:
    accuracy, mean = pair
    assert accuracy.edges is not None
    low, high = accuracy.edges
    words = f"{count(low)} to {'' if is_last else 'under '}{count(high)}"
    href = _href(accuracy, is_last, links)
    return [Cell(words, href=href, is_num=False), Cell(count(accuracy.n)), cell(mean), cell(accuracy, href)]


def _plot(bins: Sequence[Bin], links: Links) -> dict[str, Any]:
    accuracy = [pair[0] for pair in bins]
    series = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [pair[1].estimate for pair in bins],
        "y": [scaled(row) for row in accuracy],
        "error_y": ends(accuracy, 100) | {"color": "--accent"},
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 9},
        "customdata": [_href(row, k == len(bins) - 1, links) for k, row in enumerate(accuracy)],
        "hovertext": [hover(f"{count(mean.estimate)} tokens on average:", row, " %") for row, mean in bins],
        "hoverinfo": "text",
    }
    return {
        "data": [series],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "tokens of the text read, mean of the bin"}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": "final answers right, %"}, "range": [0, 102], "tickvals": [0, 25, 50, 75, 100]},
        },
    }
