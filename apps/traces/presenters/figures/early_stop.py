"""What stopping at the k-th candidate would have cost in accuracy and saved in tokens."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from analysis.measures.early_stop import MAX_K
from apps.core.templatetags.numbers import interval, percent, points
from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, ends
from apps.traces.queries.ranges import address

FEW_GROUPS = 4
"""Up to so many groups have their line in the background named."""


def early_stop(groups: Groups, links: Links) -> Figure:
    group = groups.everything
    has_numbers = group["accuracy_lost_at_1"].estimate is not None
    return Figure(
        name="early_stop",
        measure="early_stop",
        title="What stopping early would have cost",
        sentence="Change in accuracy against the share of tokens saved when every rollout stops at its k-th "
        "candidate. The same numbers stand in the table.",
        table=_table(group, links),
        plot=_plot(groups, links) if has_numbers and group["tokens_saved_at_1"].estimate is not None else None,
        read="Up and right is better; a point opens the rollouts that have a k-th candidate. The plot draws the "
        "change, so that a loss points down.",
        reason="" if has_numbers else group["accuracy_lost_at_1"].reason or "",
    )


def _table(group: Group, links: Links) -> Table:
    columns = [
        ("stop at", False),
        ("accuracy %", True),
        ("change, points", True),
        ("tokens saved %", True),
        ("stopped %", True),
    ]
    first = [Cell("no stop", is_num=False), cell(group["accuracy_without_stop"], links.to(outcome="correct"))]
    rows = [[*first, Cell("0.0"), Cell("0.0"), Cell("0.0")], *(_row(group, k, links) for k in range(1, MAX_K + 1))]
    return Table("stopping early, all rollouts", columns, rows)


def _row(group: Group, k: int, links: Links) -> list[Cell]:
    href = links.to(candidates=address(k, None))
    lost = group[f"accuracy_lost_at_{k}"]
    beside = interval(None if lost.high is None else -lost.high, None if lost.low is None else -lost.low, "difference")
    change = Cell(points(None if lost.estimate is None else -lost.estimate), beside, title=lost.reason or "")
    names = (f"tokens_saved_at_{k}", f"stopped_at_{k}_share")
    accuracy = cell(group[f"accuracy_at_{k}"])
    return [Cell(_nth(k), href=href, is_num=False), accuracy, change, *(cell(group[name]) for name in names)]


def _nth(k: int) -> str:
    return f"{k}{({1: 'st', 2: 'nd', 3: 'rd'}).get(k, 'th')} candidate"


def _plot(groups: Groups, links: Links) -> dict[str, Any]:
    names = len(groups.parts) <= FEW_GROUPS
    context = [_context(group, is_named=names) for group in groups.parts if _is_drawn(group)]
    return {"data": [*context, _series(groups.everything, links)], "layout": _layout()}


def _is_drawn(group: Group) -> bool:
    return group["accuracy_lost_at_1"].estimate is not None and group["tokens_saved_at_1"].estimate is not None


def _saved(group: Group) -> list[float]:
    return [0.0, *((group[f"tokens_saved_at_{k}"].estimate or 0.0) * 100 for k in range(1, MAX_K + 1))]


def _changes(group: Group) -> list[float]:
    return [0.0, *(-(group[f"accuracy_lost_at_{k}"].estimate or 0.0) * 100 for k in range(1, MAX_K + 1))]


def _context(group: Group, *, is_named: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+text" if is_named else "lines",
        "x": _saved(group),
        "y": _changes(group),
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "text": ["", group.label] if is_named else [],
        "textposition": "bottom center",
        "textfont": {"size": 11, "color": "--ink-2"},
        "hoverinfo": "text",
        "hovertext": [group.label] * (MAX_K + 1),
        "cliponaxis": False,
    }


def _series(group: Group, links: Links) -> dict[str, Any]:
    lost = [group[f"accuracy_lost_at_{k}"] for k in range(1, MAX_K + 1)]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": _saved(group),
        "y": _changes(group),
        "error_y": _mirrored(lost),
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 9},
        "text": ["no stop", "1st", "2nd", "3rd"],
        "textposition": "top right",
        "textfont": {"color": "--ink", "size": 12},
        "cliponaxis": False,
        "customdata": [links.to(), *(links.to(candidates=address(k, None)) for k in range(1, MAX_K + 1))],
        "hovertext": ["no stop", *(_hover(k, group) for k in range(1, MAX_K + 1))],
        "hoverinfo": "text",
    }


def _mirrored(lost: Sequence[Row]) -> dict[str, Any]:
    bars = ends(lost, 100)
    return bars | {"array": [0.0, *bars["arrayminus"]], "arrayminus": [0.0, *bars["array"]], "color": "--accent"}


def _hover(k: int, group: Group) -> str:
    lost, saved = group[f"accuracy_lost_at_{k}"], group[f"tokens_saved_at_{k}"]
    change = points(None if lost.estimate is None else -lost.estimate)
    return f"stop at {_nth(k)}: {change} points, {percent(saved.estimate)} % of tokens saved · click: open traces"


def _layout() -> dict[str, Any]:
    return {
        "height": 320,
        "margin": {"r": 40},
        "xaxis": {"title": {"text": "tokens saved, %"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "change in accuracy, points"}, "zeroline": True, "zerolinecolor": "--ink-3"},
    }
