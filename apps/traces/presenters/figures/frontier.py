"""Change of accuracy against tokens saved, one line per way of stopping: the plot that stopping rules share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import interval, percent, points
from apps.traces.presenters.figures.card import Cell, ends


@dataclass(frozen=True, slots=True)
class Point:
    """One rule: its name, accuracy lost and tokens saved by it, and the rollouts behind it."""

    name: str
    lost: Row
    saved: Row
    href: str = ""

    @property
    def is_defined(self) -> bool:
        return self.lost.estimate is not None and self.saved.estimate is not None


@dataclass(frozen=True, slots=True)
class Line:
    """Rules of one kind, from the one that saves least; a context line is thin and has no intervals."""

    label: str
    points: Sequence[Point]
    colour: str = "--accent"
    symbol: str = "circle"
    is_context: bool = False


def frontier(lines: Sequence[Line], home: str) -> dict[str, Any] | None:
    """A Plotly figure, `home` behind the point without a stop; None where no rule but the context has both numbers."""
    drawn = [line for line in lines if any(point.is_defined for point in line.points)]
    if not any(not line.is_context for line in drawn):
        return None
    return {
        "data": [_trace(line, home) for line in drawn],
        "layout": {
            "height": 320,
            "margin": {"r": 40},
            "xaxis": {"title": {"text": "tokens saved, %"}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": "change in accuracy, points"}, "zeroline": True, "zerolinecolor": "--ink-3"},
        },
    }


def change(lost: Row) -> Cell:
    """A loss as a change: negative where accuracy is lost."""
    beside = interval(None if lost.high is None else -lost.high, None if lost.low is None else -lost.low, "difference")
    return Cell(points(None if lost.estimate is None else -lost.estimate), beside, title=lost.reason or "")


def _trace(line: Line, home: str) -> dict[str, Any]:
    known = sorted((p for p in line.points if p.is_defined), key=lambda p: p.saved.estimate or 0.0)
    bars = ends([p.lost for p in known], 100)
    mirrored = bars | {"array": bars["arrayminus"], "arrayminus": bars["array"], "color": line.colour}
    ways = {"width": 1, "dash": "4px,3px"} if line.is_context else {"width": 2}
    return {
        "type": "scatter",
        "mode": "lines+markers+text" if not line.is_context else "lines+markers",
        "x": [0.0, *((p.saved.estimate or 0.0) * 100 for p in known)],
        "y": [0.0, *(-(p.lost.estimate or 0.0) * 100 for p in known)],
        "error_y": mirrored | {"array": [0.0, *mirrored["array"]], "arrayminus": [0.0, *mirrored["arrayminus"]]},
        "line": {"color": line.colour, **ways},
        "marker": {"color": line.colour, "size": [1, *[9 if not line.is_context else 6] * len(known)]}
        | {"symbol": line.symbol},
        "text": ["", *_spaced([p.name for p in known], [p.saved.estimate or 0.0 for p in known])],
        "textposition": "bottom center",
        "textfont": {"size": 11, "color": "--ink"},
        "cliponaxis": False,
        "customdata": [home, *(p.href for p in known)],
        "hovertext": ["no stop", *(_hover(line, p) for p in known)],
        "hoverinfo": "text",
    } | ({"error_y": {"visible": False}} if line.is_context else {})


def _spaced(names: Sequence[str], at: Sequence[float]) -> list[str]:
    """Names that stand far enough from the last one that was kept, the furthest point first."""
    room, kept, last = 0.12 * (max(at, default=0.0) or 1.0), [""] * len(names), None
    for k in range(len(names) - 1, -1, -1):
        if last is None or last - at[k] >= room:
            kept[k], last = names[k], at[k]
    return kept


def _hover(line: Line, point: Point) -> str:
    lost = None if point.lost.estimate is None else -point.lost.estimate
    saved = f"{percent(point.saved.estimate)} % of tokens saved"
    end = " · click: open traces" if point.href else ""
    return f"{line.label}, {point.name}: {points(lost)} points, {saved}{end}"
