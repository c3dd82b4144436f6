"""Confidence and outcome of the first attempt against the last: an arrow per group in the plane of both."""

from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import (
    Cell,
    Figure,
    Group,
    Groups,
    Links,
    Table,
    cell,
    head,
    hover,
    left_out,
    scaled,
    short,
)

NUMBERS = {
    "accuracy": "accuracy, %",
    "mean_confidence": "confidence, %",
    "gap": "gap, points",
    "ece": "ECE",
    "brier": "Brier score",
    "auroc": "AUROC",
}
CHANGES = {name: words for name, words in NUMBERS.items() if name != "mean_confidence"}
LEGEND = [("mark circle", "○", "first attempt"), ("mark circle", "●", "last attempt"), ("mark", "╌", "as said")]


def calibration_change(groups: Groups, links: Links) -> Figure:
    group = groups.everything
    has_any = group["brier_change"].estimate is not None
    return Figure(
        name="calibration_change",
        measure="calibration_change",
        title="Whether reflection makes confidence more honest",
        sentence="Mean confidence and accuracy of the first attempts and of the last ones, joined by a line. The same "
        "numbers stand in the table.",
        table=_table(groups, links),
        plot=_plot(groups, links) if has_any else None,
        legend=LEGEND if has_any else (),
        read="A line that ends nearer to the diagonal is better calibrated on average; one that ends higher is more "
        "often right.",
        reason="" if has_any else group["brier_change"].reason or "",
    )


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), ("rollouts", True)]
    columns += [(f"{words} {time}", True) for words in NUMBERS.values() for time in ("before", "after")]
    columns += [(f"change: {words}", True) for words in CHANGES.values()]
    rows = [_row(group, links) for group in groups.both]
    return Table("calibration before and after reflection", columns, rows, _note(groups))


def _row(group: Group, links: Links) -> list[Cell]:
    both = [cell(group[f"{name}_{time}"]) for name in NUMBERS for time in ("before", "after")]
    changes = [cell(group[f"{name}_change"]) for name in CHANGES]
    return [head(group, links), Cell(count(group["brier_change"].n), href=links.to(**group.filter)), *both, *changes]


def _note(groups: Groups) -> str:
    gated = left_out(groups.everything["oracle_gated_share"], "them were asked again because a gold said so")
    return " ".join(note for note in (gated, groups.note) if note)


def _plot(groups: Groups, links: Links) -> dict[str, Any]:
    drawn = [group for group in groups.both if group["brier_change"].estimate is not None]
    line = {"color": "--ink-3", "width": 1, "dash": "4px,3px"}
    diagonal = {"type": "scatter", "mode": "lines", "x": [0, 100], "y": [0, 100], "line": line, "hoverinfo": "skip"}
    axis = {"range": [-2, 102], "tickvals": [0, 25, 50, 75, 100]}
    return {
        "data": [diagonal, *(_arrow(group, links) for group in drawn)],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "mean confidence, %"}, **axis},
            "yaxis": {"title": {"text": "answers right, %"}, **axis},
        },
    }


def _arrow(group: Group, links: Links) -> dict[str, Any]:
    said = [group[f"mean_confidence_{time}"] for time in ("before", "after")]
    right = [group[f"accuracy_{time}"] for time in ("before", "after")]
    colour = "--accent" if group.is_all else "--ink-3"
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [scaled(row) for row in said],
        "y": [scaled(row) for row in right],
        "line": {"color": colour, "width": 2 if group.is_all else 1},
        "marker": {"color": colour, "symbol": ["circle-open", "circle"], "size": 9},
        "text": ["", short(group.label, 18)],
        "textposition": "top center",
        "textfont": {"size": 11, "color": "--ink-2"},
        "customdata": [links.to(**group.filter)] * 2,
        "hovertext": [_words(group, time, row) for time, row in zip(("first", "last"), right, strict=True)],
        "hoverinfo": "text",
    }


def _words(group: Group, time: str, right: Row) -> str:
    return hover(f"{group.label}, {time} attempts:", right, " % right")
