"""Small multiples: five panels that share their lines (one per group), each with its own axis and intervals."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from apps.core.templatetags.numbers import count
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
from apps.traces.presenters.figures.frontier import change

LEGEND = [
    ("mark square", "□", "first answer; tokens up to it"),
    ("mark circle", "●", "final answer; difference; tokens after the first; saved at it"),
]


class Dot(NamedTuple):
    """One row of a measure as a mark in a panel."""

    measure: str
    name: str
    label: str
    symbol: str = "circle"
    colour: str = "--accent"
    shift: float = 0.0


class Panel(NamedTuple):
    title: str
    factor: float
    dots: tuple[Dot, ...]


PANELS = (
    Panel(
        "accuracy, %",
        100,
        (
            Dot("accuracy", "first_accuracy", "first answer", "square-open", "--l2", 0.16),
            Dot("accuracy", "final_accuracy", "final answer", shift=-0.16),
        ),
    ),
    Panel("difference, points", 100, (Dot("accuracy", "gain", "final − first"),)),
    Panel("F→T, % of transitions", 100, (Dot("transitions", "transition_ft", "F→T"),)),
    Panel(
        "tokens",
        1,
        (
            Dot("tokens", "tokens_first", "tokens up to the first candidate", "square-open", "--l2", 0.16),
            Dot("tokens", "tokens_after", "tokens after it", shift=-0.16),
        ),
    ),
    Panel("saved at the 1st, %", 100, (Dot("early_stop", "tokens_saved_at_1", "tokens saved"),)),
)
GAP = 0.025


def panels(accuracy: Groups, transitions: Groups, tokens: Groups, early_stop: Groups, links: Links) -> Figure:
    """Groups with the same lines in the same order."""
    of = {groups.measure: groups.both for groups in (accuracy, transitions, tokens, early_stop)}
    return Figure(
        name="panels",
        measure="early_stop",
        title="Side by side",
        sentence="Five panels with one line per collection, model and problem set: accuracy of the first and the final "
        "answer, their difference, corrections, tokens before and after the first answer, tokens saved by stopping "
        "there. The same numbers stand in the table.",
        table=_table(of, accuracy, links),
        plot=_plot(of, links),
        legend=LEGEND,
        read="Lines share their place over all panels, and all lines share a panel's axis. Whether two lines differ is "
        "not tested here: intervals that overlap can still differ, since lines on the same problems go together.",
        is_wide=True,
        is_open=True,
    )


def _table(of: dict[str, list[Group]], accuracy: Groups, links: Links) -> Table:
    names = ("first %", "final %", "difference, points", "tokens before", "tokens after", "saved at the 1st %")
    columns = [(accuracy.head, False), ("rollouts", True), *((name, True) for name in names), ("change, points", True)]
    rows = [
        [
            head(first, links),
            Cell(count(first["no_gold_share"].n), href=links.to(**first.filter)),
            cell(first["first_accuracy"], links.to(**first.filter, first_outcome="correct")),
            cell(first["final_accuracy"], links.to(**first.filter, outcome="correct")),
            cell(first["gain"]),
            cell(spent["tokens_first"]),
            cell(spent["tokens_after"]),
            cell(stop["tokens_saved_at_1"]),
            change(stop["accuracy_lost_at_1"]),
        ]
        for first, spent, stop in zip(of["accuracy"], of["tokens"], of["early_stop"], strict=True)
    ]
    return Table("side by side", columns, rows, accuracy.note)


def _plot(of: dict[str, list[Group]], links: Links) -> dict[str, Any]:
    n = len(of["accuracy"])
    places = list(range(n))[::-1]
    width = (1 - GAP * (len(PANELS) - 1)) / len(PANELS)
    axes: dict[str, Any] = {}
    for k, panel in enumerate(PANELS):
        start = k * (width + GAP)
        axes["xaxis" if k == 0 else f"xaxis{k + 1}"] = {
            "domain": [start, start + width],
            "title": {"text": panel.title},
            "showgrid": True,
            "nticks": 4,
            "anchor": "y",
        } | ({"rangemode": "tozero"} if panel.title != "difference, points" else {"zeroline": True})
    return {
        "data": [
            _trace(k, panel, dot, of[dot.measure], places, links)
            for k, panel in enumerate(PANELS)
            for dot in panel.dots
        ],
        "layout": {
            "height": 96 + 30 * n,
            **axes,
            "yaxis": {
                "tickvals": places,
                "ticktext": [short(group.label, 44) for group in of["accuracy"]],
                "showgrid": True,
                "range": [-0.6, n - 0.4],
                "automargin": True,
            },
        },
    }


def _trace(
    k: int, panel: Panel, dot: Dot, groups: Sequence[Group], places: Sequence[int], links: Links
) -> dict[str, Any]:
    rows = [group[dot.name] for group in groups]
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": "x" if k == 0 else f"x{k + 1}",
        "x": [scaled(row, panel.factor) for row in rows],
        "y": [place + dot.shift for place in places],
        "error_x": ends(rows, panel.factor) | {"color": dot.colour},
        "marker": {"color": dot.colour, "symbol": dot.symbol, "size": 8},
        "customdata": [links.to(**group.filter) for group in groups],
        "hovertext": [hover(f"{g.label}, {dot.label}:", row) for g, row in zip(groups, rows, strict=True)],
        "hoverinfo": "text",
    }
