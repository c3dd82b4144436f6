"""What stopping at the k-th candidate would have cost in accuracy and saved in tokens."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from analysis.measures.early_stop import MAX_K
from apps.core.templatetags.numbers import interval, percent, points
from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, ends, short
from apps.traces.queries.ranges import address

FEW_GROUPS = 5
"""Up to so many groups have their line in the background named."""
ROOM = 0.07
"""The share of the plot's height that a name at a line's end needs, and of its width that one at a point needs."""
PATH = (0, *range(MAX_K, 0, -1))
"""The order in which the line runs: from no stop (0) over the last candidates to the first."""


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
    drawn = [group for group in groups.parts if _is_drawn(group)]
    named = _named([groups.everything, *drawn]) if len(drawn) <= FEW_GROUPS else set()
    context = [_context(group, is_named=group.label in named) for group in drawn]
    last = max(map(max, map(_saved, groups.both))) if named else None
    return {"data": [*context, _series(groups.everything, links)], "layout": _layout(last)}


def _named(groups: Sequence[Group]) -> set[str]:
    """Labels of the lines whose ends stand far enough from those named before them; the first is always named."""
    ends = {group.label: _changes(group)[-1] for group in groups}
    far = ROOM * (max(max(_changes(group)) for group in groups) - min(min(_changes(group)) for group in groups))
    named: dict[str, float] = {}
    for label, end in ends.items():
        if all(abs(end - other) > far for other in named.values()):
            named[label] = end
    return set(named)


def _is_drawn(group: Group) -> bool:
    return group["accuracy_lost_at_1"].estimate is not None and group["tokens_saved_at_1"].estimate is not None


def _saved(group: Group) -> list[float]:
    return [(group[f"tokens_saved_at_{k}"].estimate or 0.0) * 100 if k else 0.0 for k in PATH]


def _changes(group: Group) -> list[float]:
    return [-(group[f"accuracy_lost_at_{k}"].estimate or 0.0) * 100 if k else 0.0 for k in PATH]


def _context(group: Group, *, is_named: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+text" if is_named else "lines",
        "x": _saved(group),
        "y": _changes(group),
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "text": [*[""] * MAX_K, short(group.label)] if is_named else [],
        "textposition": "middle right",
        "textfont": {"size": 11, "color": "--ink-2"},
        "hoverinfo": "text",
        "hovertext": [group.label] * (MAX_K + 1),
        "cliponaxis": False,
    }


def _series(group: Group, links: Links) -> dict[str, Any]:
    lost = [group[f"accuracy_lost_at_{k}"] for k in PATH[1:]]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": _saved(group),
        "y": _changes(group),
        "error_y": _mirrored(lost),
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 9},
        "text": _point_names(_saved(group)),
        "textposition": ["bottom right", *["top center"] * (MAX_K - 1), "middle right"],
        "textfont": {"color": "--ink", "size": 12},
        "cliponaxis": False,
        "customdata": [links.to(candidates=address(k, None) if k else None) for k in PATH],
        "hovertext": [_hover(k, group) if k else "no stop" for k in PATH],
        "hoverinfo": "text",
    }


def _point_names(saved: Sequence[float]) -> list[str]:
    """The names of both ends, and of the 2nd and 3rd candidate where there is room between the points."""
    names = ["no stop", *[""] * (MAX_K - 1), "stop at 1st"]
    room, taken = 1.5 * ROOM * max(saved), [saved[0], saved[-1]]
    for at, name in ((-2, "2nd"), (-3, "3rd")):
        if all(abs(saved[at] - other) > room for other in taken):
            names[at] = name
            taken.append(saved[at])
    return names


def _mirrored(lost: Sequence[Row]) -> dict[str, Any]:
    bars = ends(lost, 100)
    return bars | {"array": [0.0, *bars["arrayminus"]], "arrayminus": [0.0, *bars["array"]], "color": "--accent"}


def _hover(k: int, group: Group) -> str:
    lost, saved = group[f"accuracy_lost_at_{k}"], group[f"tokens_saved_at_{k}"]
    change = points(None if lost.estimate is None else -lost.estimate)
    return f"stop at {_nth(k)}: {change} points, {percent(saved.estimate)} % of tokens saved · click: open traces"


def _layout(last_named: float | None) -> dict[str, Any]:
    """`last_named`: where the longest line ends whose name needs room on the right."""
    room = {"rangemode": "tozero"} if last_named is None else {"range": [0, last_named * 1.5]}
    return {
        "height": 320,
        "margin": {"r": 40},
        "xaxis": {"title": {"text": "tokens saved, %"}, **room},
        "yaxis": {"title": {"text": "change in accuracy, points"}, "zeroline": True, "zerolinecolor": "--ink-3"},
    }
