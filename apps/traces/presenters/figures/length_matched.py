"""Long against short, reflecting against not, final against first: crude, within a problem, and at equal length."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell, ends, hover, left_out, scaled


class Comparison(NamedTuple):
    """A difference in points: its words, and its rows by how much is held equal."""

    label: str
    rows: Mapping[str, str]


POINTS = (
    Comparison(
        "longer half − shorter half, final accuracy", {"crude": "longer_crude", "problem": "longer_same_problem"}
    ),
    Comparison(
        "reflecting − not, final accuracy",
        {"crude": "reflecting_crude", "problem": "reflecting_same_problem", "length": "reflecting_same_length"},
    ),
    Comparison(
        "final − first answers, accuracy",
        {"problem": "final_over_first_same_problem", "length": "final_over_first_same_length"},
    ),
)
OTHERS = (
    Comparison("wrong − right, tokens", {"crude": "wrong_tokens_crude", "problem": "wrong_tokens_same_problem"}),
    Comparison(
        "wrong − right, candidates",
        {"problem": "wrong_candidates_same_problem", "length": "wrong_candidates_same_length"},
    ),
)
HELD = {
    "crude": ("all problems together", "--l2", "square", 0.22),
    "problem": ("same problem", "--l4", "diamond", 0.0),
    "length": ("same problem, equal length", "--accent", "circle", -0.22),
}
LEGEND = [
    ("mark square", "■", "all problems together"),
    ("mark diamond", "◆", "same problem"),
    ("mark circle", "●", "same problem and equal length"),
]


def length_matched(group: Group, links: Links) -> Figure:
    has_any = any(group[name].estimate is not None for each in POINTS for name in each.rows.values())
    return Figure(
        name="length_matched",
        measure="length_matched",
        title="Whether longer is worse, or only harder",
        sentence="Differences between two kinds of rollouts: over all problems together, within the same problem, and "
        "at equal length. The same numbers stand in the table.",
        table=_table(group),
        plot=_plot(group, links) if has_any else None,
        legend=LEGEND if has_any else (),
        read="What moves towards 0 from the square to the circle was difficulty, or length.",
        is_wide=True,
        reason="" if has_any else group["reflecting_same_problem"].reason or "",
    )


def _table(group: Group) -> Table:
    columns = [("difference", False), *((words, True) for words, *_ in HELD.values()), ("rollouts compared", True)]
    rows = [_row(group, each) for each in (*POINTS, *OTHERS)]
    note = left_out(group["matched_share"], "the rollouts have a counterpart of equal length")
    gap = cell(group["reflecting_tokens_same_length"])
    still = f" Within a bin reflecting rollouts are still {gap.text} {gap.ci} tokens apart." if gap.ci else ""
    return Table("equal problems, equal lengths", columns, rows, f"{note}{still}".strip())


def _row(group: Group, each: Comparison) -> list[Cell]:
    cells = [cell(group[each.rows[held]]) if held in each.rows else Cell("") for held in HELD]
    last = group[list(each.rows.values())[-1]]
    return [Cell(each.label, is_num=False), *cells, Cell(count(last.n))]


def _plot(group: Group, links: Links) -> dict[str, Any]:
    places = dict(zip((each.label for each in POINTS), range(len(POINTS) - 1, -1, -1), strict=True))
    return {
        "data": [_trace(group, held, places, links) for held in HELD],
        "layout": {
            "height": 84 + 56 * len(POINTS),
            "xaxis": {
                "title": {"text": "difference, points"},
                "showgrid": True,
                "zeroline": True,
                "zerolinecolor": "--ink-3",
            },
            "yaxis": {
                "tickvals": list(places.values()),
                "ticktext": list(places),
                "showgrid": False,
                "range": [-0.6, len(POINTS) - 0.4],
                "automargin": True,
            },
        },
    }


def _trace(group: Group, held: str, places: Mapping[str, int], links: Links) -> dict[str, Any]:
    words, colour, symbol, shift = HELD[held]
    drawn: list[tuple[str, Row]] = [(each.label, group[each.rows[held]]) for each in POINTS if held in each.rows]
    rows = [row for _, row in drawn]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scaled(row) for row in rows],
        "y": [places[label] + shift for label, _ in drawn],
        "error_x": ends(rows, 100) | {"color": colour},
        "marker": {"color": colour, "symbol": symbol, "size": 9},
        "customdata": [links.to()] * len(drawn),
        "hovertext": [hover(f"{label}, {words}:", row, " points") for label, row in drawn],
        "hoverinfo": "text",
    }
