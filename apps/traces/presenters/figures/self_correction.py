"""First against second answers: what each group keeps and repairs, its accuracies, and round after round."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from analysis.measures.flows import ATTEMPTS
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
    p_cell,
    scaled,
    short,
)
from apps.traces.presenters.figures.dots import Series, dots

LEGEND = [("mark circle", "●", "right"), ("mark square", "□", "right at any attempt until then")]
FLOW_OF = {"delta_ic": "ic", "cs": "ic", "ecr": "ic", "delta_ci": "ci", "eir": "ci", "cl": "cc"}
"""Which rollouts stand behind a number, where attempts were compared."""
NUMBERS = {
    "acc1": "first %",
    "acc2": "second %",
    "delta": "difference, points",
    "p_value": "p",
    "delta_ic": "repaired, of all %",
    "delta_ci": "broken, of all %",
    "cl": "CL %",
    "cs": "CS %",
    "rss": "RSS",
}
FURTHER = {
    "acc2_lowest": "lowest second %",
    "acc2_highest": "highest second %",
    "cl_above_acc1": "CL − first, points",
    "acc1_above_cs": "first − CS, points",
    "steady_state": "steady state %",
    "next_round_gain": "one more round, points",
    "changed_answer": "changed its answer %",
    "edit_ratio": "edit ratio",
    "unchanged_text": "same text %",
    "srpo_effect": "SRPO effect",
    "oracle_gated_share": "oracle-gated %",
    "one_attempt_share": "answered once %",
}
ROUND_NUMBERS = {
    "round_accuracy": "right %",
    "round_ever_right": "right by then %",
    "round_fixed": "repaired %",
    "round_broken": "broken %",
    "round_ecr": "ECR %",
    "round_eir": "EIR %",
    "round_carried": "carried %",
    "round_tokens": "tokens",
}


def plane(groups: Groups, links: Links) -> Figure:
    """Groups in the plane of confidence level and critique score."""
    drawn = [g for g in groups.both if g["cl"].estimate is not None and g["cs"].estimate is not None]
    return Figure(
        name="plane",
        measure="self_correction",
        title="What is kept, what is repaired",
        sentence="Each group by the share of right first answers that it keeps and the share of wrong ones that it "
        "repairs. The same numbers stand in the table.",
        table=_table("self-correction", groups, NUMBERS, links),
        plot=_plane(drawn, links) if drawn else None,
        read="To the right more right answers survive the second look, further up more wrong ones are repaired; the "
        "upper right corner is best. A dot opens the rollouts that were repaired.",
        reason="" if drawn else groups.everything["acc1"].reason or groups.everything["cs"].reason or "",
        is_wide=True,
        is_open=True,
    )


def _plane(groups: Sequence[Group], links: Links) -> dict[str, Any]:
    cl, cs = [g["cl"] for g in groups], [g["cs"] for g in groups]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [scaled(row) for row in cl],
                "y": [scaled(row) for row in cs],
                "error_x": ends(cl, 100) | {"color": "--accent"},
                "error_y": ends(cs, 100) | {"color": "--accent"},
                "text": [short(group.label, 24) for group in groups],
                "textposition": "top left",
                "marker": {"color": "--accent", "size": 9},
                "customdata": [_opens(group, "ic", links) for group in groups],
                "hovertext": [hover(f"{g.label}, CL", a) + "<br>" + hover("CS", b) for g, a, b in _beside(groups)],
                "hoverinfo": "text",
            }
        ],
        "layout": {
            "height": 380,
            "xaxis": {"title": {"text": "CL: right answers kept, %"}, "showgrid": True, "range": [0, 103]},
            "yaxis": {"title": {"text": "CS: wrong answers repaired, %"}, "showgrid": True, "rangemode": "tozero"},
        },
    }


def _beside(groups: Sequence[Group]) -> list[tuple[Group, Row, Row]]:
    return [(group, group["cl"], group["cs"]) for group in groups]


def change(groups: Groups, links: Links) -> Figure:
    """The difference between second and first accuracy, and what else is known of the second answers."""
    series = [
        Series("delta_ic", "repaired", lambda g: _opens(g, "ic", links), "--ft", "circle", 0.18),
        Series("delta_ci", "broken", lambda g: _opens(g, "ci", links), "--tf", "diamond", -0.18),
    ]
    plot = dots(groups.both, series, "of all answers, %", 100)
    return Figure(
        name="change",
        measure="self_correction",
        title="Repaired against broken",
        sentence="The share of all answers that turn right and that turn wrong. The same numbers stand in the table.",
        table=_table("second answers", groups, FURTHER, links),
        plot=plot,
        legend=[
            ("mark circle", "●", "wrong, then right"),
            ("mark diamond", "◆", "right, then wrong"),
        ]
        if plot
        else (),
        read="Where the circle stands to the right of the diamond, the second answers gain. A mark opens its rollouts.",
        reason="" if plot else groups.everything["delta"].reason or "",
        is_wide=True,
    )


def _table(summary: str, groups: Groups, names: dict[str, str], links: Links) -> Table:
    columns = [(groups.head, False), *((label, True) for label in names.values())]
    rows: list[list[Cell]] = [[head(g, links), *(_cell(g, name, links) for name in names)] for g in groups.both]
    return Table(summary, columns, rows, groups.note)


def _cell(group: Group, name: str, links: Links) -> Cell:
    if name == "p_value":
        return p_cell(group[name])
    flow = FLOW_OF.get(name) if group["compared"].label == ATTEMPTS else None
    return cell(group[name], _opens(group, flow, links) if flow else "")


def _opens(group: Group, flow: str, links: Links) -> str:
    """The rollouts of a flow between attempts; of the group where something else was compared."""
    return links.to(**group.filter, **({"flow": flow} if group["compared"].label == ATTEMPTS else {}))


def rounds(everything: Sequence[Row], links: Links) -> Figure:
    """Accuracy after each attempt, and of all attempts until then."""
    by_round: dict[int, dict[str, Row]] = {}
    for row in everything:
        if row.edges:
            by_round.setdefault(int(row.edges[0]), {})[row.measure] = row
    reason = "" if by_round else next((row.reason for row in everything if row.reason), None) or "nothing was counted"
    columns = [("attempt", False), *((label, True) for label in ROUND_NUMBERS.values())]
    lines = [
        [Cell(str(k), is_num=False), *(cell(rows[name]) if name in rows else Cell("–") for name in ROUND_NUMBERS)]
        for k, rows in by_round.items()
    ]
    return Figure(
        name="rounds",
        measure="rounds",
        title="Attempt after attempt",
        sentence="The share of rollouts that are right after each attempt, and that were right at any attempt until "
        "then. The same numbers stand in the table.",
        table=Table("attempt after attempt", columns, lines),
        plot=_lines(by_round, links) if by_round else None,
        legend=LEGEND if by_round else (),
        read="The distance between the lines is what a perfect choice among the attempts would gain.",
        reason=reason,
        is_wide=True,
    )


def _lines(by_round: dict[int, dict[str, Row]], links: Links) -> dict[str, Any]:
    kinds = (
        ("round_accuracy", "right", "--accent", "circle"),
        ("round_ever_right", "until then", "--l2", "square-open"),
    )
    data = []
    for name, label, colour, symbol in kinds:
        rows = [rows[name] for rows in by_round.values()]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(by_round),
                "y": [scaled(row) for row in rows],
                "error_y": ends(rows, 100) | {"color": colour},
                "line": {"color": colour},
                "marker": {"color": colour, "symbol": symbol, "size": 8},
                "customdata": [links.to() for _ in rows],
                "hovertext": [hover(f"attempt {k}, {label}", row) for k, row in zip(by_round, rows, strict=True)],
                "hoverinfo": "text",
            }
        )
    return {
        "data": data,
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "attempt"}, "dtick": 1 if len(by_round) < 12 else None, "showgrid": False},
            "yaxis": {"title": {"text": "right, %"}, "showgrid": True},
        },
    }
