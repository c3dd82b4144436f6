"""Confidence and accuracy against the length of the reasoning, in bins of equally many rollouts."""

from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell, ends, hover, scaled

Bin = dict[str, Row]
PARTS = ("accuracy", "confidence", "gap", "length")
LINES = {"confidence": ("mean confidence", "--l4", "diamond"), "accuracy": ("answers right", "--accent", "circle")}
LEGEND = [("mark circle", "●", "answers right"), ("mark diamond", "◆", "mean confidence")]


def calibration_length(group: Group, links: Links) -> Figure:
    bins = _bins(group)
    return Figure(
        name="calibration_length",
        measure="calibration_length",
        title="Whether long rollouts are less sure",
        sentence="Mean confidence and accuracy in bins of length. The same numbers stand in the table.",
        table=_table(bins),
        plot=_plot(bins, links) if bins else None,
        legend=LEGEND if bins else (),
        read="Where the two lines part, long rollouts are more sure than they are right.",
        reason="" if bins else group["accuracy_in_1"].reason or "",
    )


def _bins(group: Group) -> list[Bin]:
    n_bins = sum(name.startswith("accuracy_in_") for name in group.rows)
    found = [{part: group[f"{part}_in_{k}"] for part in PARTS} for k in range(1, n_bins + 1)]
    return [each for each in found if each["accuracy"].n]


def _table(bins: list[Bin]) -> Table:
    names = ("rollouts", "mean tokens", "confidence, %", "accuracy, %", "gap, points")
    rows = [_row(each, k == len(bins) - 1) for k, each in enumerate(bins)]
    return Table("confidence by length", [("tokens", False), *((name, True) for name in names)], rows)


def _row(each: Bin, is_last: bool) -> list[Cell]:
    assert each["accuracy"].edges is not None
    low, high = each["accuracy"].edges
    words = f"{count(low)} to {'' if is_last else 'under '}{count(high)}"
    numbers = [cell(each[part]) for part in ("length", "confidence", "accuracy", "gap")]
    return [Cell(words, is_num=False), Cell(count(each["accuracy"].n)), *numbers]


def _plot(bins: list[Bin], links: Links) -> dict[str, Any]:
    return {
        "data": [_line(part, bins, links) for part in LINES],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "tokens, mean of the bin"}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": "%"}, "range": [0, 102], "tickvals": [0, 25, 50, 75, 100]},
        },
    }


def _line(part: str, bins: list[Bin], links: Links) -> dict[str, Any]:
    words, colour, symbol = LINES[part]
    rows = [each[part] for each in bins]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [each["length"].estimate for each in bins],
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": colour},
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "symbol": symbol, "size": 9},
        "customdata": [links.to()] * len(rows),
        "hovertext": [hover(f"{words}:", row, " %") for row in rows],
        "hoverinfo": "text",
    }
