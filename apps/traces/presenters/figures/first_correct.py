"""By when rollouts have stated the right answer, by group: a cumulative share, and those that never do beside it."""

from typing import Any

from analysis.measures.first_correct import STEPS
from apps.traces.presenters.figures.card import (
    Cell,
    Figure,
    Group,
    Groups,
    Links,
    Table,
    cell,
    ends,
    head,
    hover,
    scaled,
    short,
)

MOST_LINES = 6
COLUMNS = {
    "first_correct_position": "position, mean %",
    "correct_at_once_share": "right at once %",
    "correct_later_share": "right later %",
    "never_correct_share": "never right %",
}


def first_correct(groups: Groups, links: Links) -> Figure:
    drawn = [group for group in groups.parts if group["correct_by_100"].estimate is not None][:MOST_LINES]
    has_any = groups.everything["correct_by_100"].estimate is not None
    return Figure(
        name="first_correct",
        measure="first_correct",
        title="When the right answer is first there",
        sentence="Cumulative share of rollouts that have stated the right answer, against the share of their text. The "
        "same numbers stand in the table.",
        table=_table(groups, links),
        plot=_plot(groups.everything, drawn, links) if has_any else None,
        read="The line ends below 100 % by the rollouts that never state the right answer; bars are 95 % "
        "intervals, grey lines the groups of the table.",
        reason="" if has_any else groups.everything["correct_by_100"].reason or "",
    )


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), *((label, True) for label in COLUMNS.values())]
    rows: list[list[Cell]] = [[head(group, links), *(cell(group[name]) for name in COLUMNS)] for group in groups.both]
    return Table("the first right answer", columns, rows, groups.note)


def _plot(everything: Group, groups: list[Group], links: Links) -> dict[str, Any]:
    return {
        "data": [*(_context(group) for group in groups), _line(everything, links)],
        "layout": {
            "height": 320,
            "margin": {"r": 24},
            "xaxis": {
                "title": {"text": "share of the tokens read, %"},
                "range": [0, 102],
                "tickvals": [*range(0, 101, 25)],
            },
            "yaxis": {"title": {"text": "have stated the right answer, %"}, "range": [0, 102]},
        },
    }


def _rows(group: Group) -> list[Any]:
    return [group[f"correct_by_{step}"] for step in STEPS]


def _context(group: Group) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, *STEPS],
        "y": [0, *(scaled(row) for row in _rows(group))],
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "hoverinfo": "text",
        "hovertext": [short(group.label)] * (len(STEPS) + 1),
    }


def _line(group: Group, links: Links) -> dict[str, Any]:
    rows = _rows(group)
    bars = ends(rows, 100)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, *STEPS],
        "y": [0, *(scaled(row) for row in rows)],
        "error_y": bars | {"array": [0, *bars["array"]], "arrayminus": [0, *bars["arrayminus"]], "color": "--accent"},
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": [1, *[7] * len(STEPS)]},
        "customdata": [links.to()] * (len(STEPS) + 1),
        "hovertext": [
            "",
            *(hover(f"by {step} % of the text:", row, " %") for step, row in zip(STEPS, rows, strict=True)),
        ],
        "hoverinfo": "text",
    }
