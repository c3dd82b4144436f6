"""Phrases that the model begins sentences with once it has an answer: log-odds, and both rates."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from analysis.measures.mined_phrases import SHOWN
from apps.core.templatetags.numbers import count, decimal, interval, p_value
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell, ends, short


def mined_phrases(group: Group, links: Links) -> Figure:
    names = [f"phrase_{k:02d}" for k in range(1, SHOWN + 1)]
    found = [name for name in names if group[f"{name}_log_odds"].estimate is not None]
    return Figure(
        name="mined_phrases",
        measure="mined_phrases",
        title="With which words it goes on once it has an answer",
        sentence="Log-odds of the phrases that open sentences more often after the first candidate than before it. The "
        "same numbers stand in the table.",
        table=_table(group, found),
        plot=_plot([group[f"{name}_log_odds"] for name in found], links) if found else None,
        read="Further right is more over-represented after the first candidate; the surest stand first.",
        reason="" if found else _why(group),
    )


def _why(group: Group) -> str:
    tested = group["phrases_tested"]
    return (tested.reason if not tested.n else group["phrase_01_log_odds"].reason) or ""


def _table(group: Group, found: Sequence[str]) -> Table:
    columns = [("phrase", False), ("before %", True), ("after %", True), ("log-odds", True), ("p, corrected", True)]
    tested, n_found = group["phrases_tested"], group["phrases_found"]
    note = ""
    if tested.estimate is not None:
        note = (
            f"{count(tested.estimate)} phrases were tested on {count(tested.n)} rollouts; "
            f"{count(n_found.estimate)} are shown, % of sentences."
        )
    return Table(
        "phrases over-represented after the first candidate", columns, [_row(group, name) for name in found], note
    )


def _row(group: Group, name: str) -> list[Cell]:
    odds = group[f"{name}_log_odds"]
    written = Cell(decimal(odds.estimate, 2), interval(odds.low, odds.high, "log odds"), title=odds.reason or "")
    p = Cell(p_value(group[f"{name}_p"].estimate), title=group[f"{name}_p"].reason or "")
    return [
        Cell(f"“{odds.label}”", is_num=False),
        cell(group[f"{name}_before"]),
        cell(group[f"{name}_after"]),
        written,
        p,
    ]


def _plot(rows: Sequence[Row], links: Links) -> dict[str, Any]:
    places = list(range(len(rows)))[::-1]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.estimate for row in rows],
        "y": places,
        "error_x": ends(rows) | {"color": "--accent"},
        "marker": {"color": "--accent", "size": 8},
        "customdata": [links.to()] * len(rows),
        "hovertext": [
            f"“{row.label}” {decimal(row.estimate, 2)} {interval(row.low, row.high, 'log odds')}" for row in rows
        ],
        "hoverinfo": "text",
    }
    return {
        "data": [dots],
        "layout": {
            "height": 84 + 24 * len(rows),
            "xaxis": {"title": {"text": "log-odds, after against before"}, "rangemode": "tozero", "showgrid": True},
            "yaxis": {
                "tickvals": places,
                "ticktext": [short(row.label) for row in rows],
                "showgrid": False,
                "automargin": True,
            },
        },
    }
