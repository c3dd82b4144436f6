"""What each reflection did: stacked shares of the five transitions by group, and the three changes enlarged."""

from collections.abc import Sequence
from typing import Any

from analysis.answers.extract.measured import Measured
from analysis.measures.base import Row
from analysis.types import Transition
from apps.core.templatetags.numbers import count, percent
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
    left_out,
    scaled,
    short,
)
from apps.traces.queries.filter_fields import LETTERS

STACK = (Transition.TT, Transition.FFS, Transition.FFD, Transition.TF, Transition.FT)
CHANGES = {
    Transition.FT: ("circle", 0.22),
    Transition.FFD: ("square", 0.0),
    Transition.TF: ("diamond", -0.22),
}
MEANING = {
    Transition.TT: "right, kept",
    Transition.FFS: "wrong, kept",
    Transition.FT: "corrected",
    Transition.FFD: "wrong, changed",
    Transition.TF: "lost",
}
LEGEND = [(kind.value, LETTERS[kind], MEANING[kind]) for kind in MEANING]
LABELLED = 0.06
"""Parts of a bar at least this large carry their number."""


def transitions(groups: Groups, links: Links, measured: Measured | None = None) -> Figure:
    drawn = [group for group in groups.both if group["transition_tt"].n]
    return Figure(
        name="transitions",
        measure="transitions",
        title="What each reflection did",
        sentence="Left: share of each transition, stacked to 100 percent. Right: the three changes, enlarged, with "
        "95 percent intervals. The same numbers stand in the table.",
        table=_table(groups, links),
        plot=_plot(drawn, links) if drawn else None,
        legend=LEGEND,
        read="A bar opens the rollouts that have such a transition. Blue ends right, orange ends wrong; a strong "
        f"colour means that the answer changed. {_error(measured)}",
        is_wide=True,
        is_open=True,
        reason=groups.everything["transition_tt"].reason or "" if not drawn else "",
    )


def _error(measured: Measured | None) -> str:
    if measured is None:
        return "How far this extractor is from people's labels has not been measured."
    ours, theirs = measured.shares(measured.found), measured.shares(measured.labelled)
    parts = [f"{LETTERS[kind]} {percent(ours[kind])} ({percent(theirs[kind])})" for kind in MEANING]
    return (
        f"The extractor's own error: on {count(measured.n_traces)} traces that people labelled, problems left "
        f"out of its training, its transitions are, in % (people's in brackets), {', '.join(parts)}."
    )


def _table(groups: Groups, links: Links) -> Table:
    letters = [(f"{LETTERS[kind]} %", True) for kind in MEANING]
    columns = [(groups.head, False), ("transitions", True), *letters, ("p(F→T) %", True)]
    undecided = left_out(groups.everything["undecided_share"], "the candidates have no verdict and are left out")
    rows = [_row(group, links) for group in groups.both]
    return Table("transitions", columns, rows, f"{undecided} {groups.note}".strip())


def _row(group: Group, links: Links) -> list[Cell]:
    shares = [_share(group, kind, links) for kind in MEANING]
    corrected = cell(group["p_ft"], links.to(**group.filter, transition="ft"))
    return [head(group, links), Cell(count(group["transition_tt"].n)), *shares, corrected]


def _share(group: Group, kind: Transition, links: Links) -> Cell:
    return cell(group[f"transition_{kind.value}"], links.to(**group.filter, transition=kind.value))


def _plot(groups: Sequence[Group], links: Links) -> dict[str, Any]:
    places = list(range(len(groups)))[::-1]
    traces = [_bars(kind, groups, places, links) for kind in STACK]
    traces += [_points(kind, groups, places, links) for kind in CHANGES]
    largest = max((group[f"transition_{kind.value}"].high or 0.0 for kind in CHANGES for group in groups), default=0.0)
    return {"data": traces, "layout": _layout(groups, places, max(10 * (int(largest * 10) + 1), 10))}


def _bars(kind: Transition, groups: Sequence[Group], places: list[int], links: Links) -> dict[str, Any]:
    rows = [group[f"transition_{kind.value}"] for group in groups]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [scaled(row) for row in rows],
        "y": places,
        "width": 0.66,
        "marker": {"color": f"--{kind.value}", "line": {"color": "--surface", "width": 1}},
        "text": [_label(row, kind) for row in rows],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "insidetextfont": {"color": f"--{kind.value}-ink", "size": 12},
        "constraintext": "none",
        "customdata": [links.to(**group.filter, transition=kind.value) for group in groups],
        "hovertext": [_hover(kind, group) for group in groups],
        "hoverinfo": "text",
    }


def _label(row: Row, kind: Transition) -> str:
    large = kind in {Transition.TT, Transition.FFS} and (row.estimate or 0) >= LABELLED
    return f" {percent(row.estimate)}" if large else ""


def _points(kind: Transition, groups: Sequence[Group], places: list[int], links: Links) -> dict[str, Any]:
    symbol, shift = CHANGES[kind]
    rows = [group[f"transition_{kind.value}"] for group in groups]
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": "x2",
        "x": [scaled(row) for row in rows],
        "y": [place + shift for place in places],
        "error_x": ends(rows, 100) | {"color": f"--{kind.value}"},
        "marker": {"color": f"--{kind.value}", "symbol": symbol, "size": 9},
        "customdata": [links.to(**group.filter, transition=kind.value) for group in groups],
        "hovertext": [_hover(kind, group) for group in groups],
        "hoverinfo": "text",
    }


def _hover(kind: Transition, group: Group) -> str:
    return hover(f"{group.label} {LETTERS[kind]}", group[f"transition_{kind.value}"], " %")


def _layout(groups: Sequence[Group], places: list[int], limit: int) -> dict[str, Any]:
    left, right = [0.0, 0.62], [0.74, 1.0]
    titles = [
        _note("All transitions, share of a row's transitions, %", 0.0),
        _note("Changes only, %, 95 % intervals", right[0]),
    ]
    counts = [
        {"x": 100, "y": place, "xref": "x", "yref": "y", "xanchor": "left", "xshift": 6, "showarrow": False}
        | {"text": f"n={count(group['transition_tt'].n)}", "font": {"color": "--ink-3", "size": 11}}
        for group, place in zip(groups, places, strict=True)
    ]
    return {
        "height": 96 + 34 * len(groups),
        "margin": {"t": 36},
        "barmode": "stack",
        "xaxis": {"domain": left, "range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "showgrid": True},
        "xaxis2": {"domain": right, "range": [0, limit], "showgrid": True, "anchor": "y"},
        "yaxis": {
            "tickvals": places,
            "ticktext": [short(group.label) for group in groups],
            "showgrid": False,
            "range": [-0.6, len(groups) - 0.4],
            "automargin": True,
        },
        "annotations": [*titles, *counts],
    }


def _note(text: str, x: float) -> dict[str, Any]:
    place = {"x": x, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 8}
    return {"text": text, "showarrow": False, "font": {"color": "--ink-3", "size": 11}} | place
