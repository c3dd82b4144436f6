"""Values with intervals as dots on the line of their group: the plot that several figures share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.measures.base import Row
from apps.traces.presenters.figures.card import Group, ends, hover, scaled, short


@dataclass(frozen=True, slots=True)
class Series:
    """One row name across groups; `href` is where a group's dot leads."""

    name: str
    label: str
    href: Callable[[Group], str]
    colour: str = "--accent"
    symbol: str = "circle"
    shift: float = 0.0


def dots(groups: Sequence[Group], series: Sequence[Series], axis: str, factor: float = 1.0) -> dict[str, Any] | None:
    """A Plotly figure with groups from top to bottom; None where no value is defined."""
    drawn = [group for group in groups if any(group[each.name].estimate is not None for each in series)]
    if not drawn:
        return None
    places = list(range(len(drawn)))[::-1]
    return {
        "data": [_trace(each, drawn, places, factor) for each in series],
        "layout": {
            "height": 84 + 30 * len(drawn),
            "xaxis": {"title": {"text": axis}, "rangemode": "tozero", "showgrid": True},
            "yaxis": {
                "tickvals": places,
                "ticktext": [short(group.label) for group in drawn],
                "showgrid": False,
                "range": [-0.6, len(drawn) - 0.4],
                "automargin": True,
            },
        },
    }


def _trace(each: Series, groups: Sequence[Group], places: Sequence[int], factor: float) -> dict[str, Any]:
    rows: list[Row] = [group[each.name] for group in groups]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scaled(row, factor) for row in rows],
        "y": [place + each.shift for place in places],
        "error_x": ends(rows, factor) | {"color": each.colour},
        "marker": {"color": each.colour, "symbol": each.symbol, "size": 9},
        "customdata": [each.href(group) for group in groups],
        "hovertext": [hover(f"{g.label}, {each.label}", row) for g, row in zip(groups, rows, strict=True)],
        "hoverinfo": "text",
    }
