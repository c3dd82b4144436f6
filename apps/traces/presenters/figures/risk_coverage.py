"""What leaving out the least sure answers would save: error against the share of rollouts that is answered."""

from typing import Any

from analysis.measures.calibration import COVERAGES
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.calibration import MOST_DRAWN
from apps.traces.presenters.figures.card import (
    Cell,
    Figure,
    Group,
    Groups,
    Links,
    Table,
    cell,
    ends,
    hover,
    scaled,
    short,
)

LEGEND = [("mark circle", "●", "error of the most confident"), ("mark", "╌", "error of all")]


def risk_coverage(groups: Groups, links: Links) -> Figure:
    group = groups.everything
    has_any = group["aurc"].estimate is not None
    return Figure(
        name="risk_coverage",
        measure="calibration",
        title="What leaving out the least sure answers would save",
        sentence="Error of the most confident rollouts against the share of the rollouts that they are. The same "
        "numbers stand in the table.",
        table=_table(groups, links),
        plot=_plot(groups, links) if has_any else None,
        legend=LEGEND if has_any else (),
        read="A curve that falls to the left knows which of its answers are wrong; a level one does not. The area "
        "below it is AURC. Equal confidences are counted in part, as if their order were drawn.",
        reason="" if has_any else group["aurc"].reason or "",
    )


def _table(groups: Groups, links: Links) -> Table:
    names = [f"{percent} % answered" for percent in COVERAGES]
    columns = [(groups.head, False), ("rollouts", True), ("AURC", True), ("E-AURC", True)]
    rows = [_row(group, links) for group in groups.both]
    return Table("error, %, by share answered", [*columns, *((name, True) for name in names)], rows, groups.note)


def _row(group: Group, links: Links) -> list[Cell]:
    href = links.to(**group.filter)
    head = [Cell(group.label, href=href, is_num=False), Cell(count(group["aurc"].n), href=href)]
    numbers = ["aurc", "e_aurc", *(f"risk_at_{percent}" for percent in COVERAGES)]
    return [*head, *(cell(group[name]) for name in numbers)]


def _plot(groups: Groups, links: Links) -> dict[str, Any]:
    parts = [group for group in groups.parts if group["aurc"].estimate is not None][:MOST_DRAWN]
    everything = groups.everything
    error = scaled(everything["risk_at_100"])
    level = {"color": "--ink-3", "width": 1, "dash": "4px,3px"}
    of_all = {"type": "scatter", "mode": "lines", "x": [0, 100], "y": [error, error], "line": level}
    return {
        "data": [of_all | {"hoverinfo": "skip"}, *map(_context, parts), _series(everything, links)],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "rollouts answered, %, the surest first"}, "range": [0, 103]},
            "yaxis": {"title": {"text": "answers wrong, %"}, "rangemode": "tozero"},
        },
    }


def _context(group: Group) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": list(COVERAGES),
        "y": [scaled(group[f"risk_at_{percent}"]) for percent in COVERAGES],
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "text": [short(group.label, 18), *[""] * (len(COVERAGES) - 1)],
        "textposition": "top right",
        "textfont": {"size": 11, "color": "--ink-2"},
        "cliponaxis": False,
        "hovertext": [group.label] * len(COVERAGES),
        "hoverinfo": "text",
    }


def _series(group: Group, links: Links) -> dict[str, Any]:
    rows = [group[f"risk_at_{percent}"] for percent in COVERAGES]
    named = zip(COVERAGES, rows, strict=True)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(COVERAGES),
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": "--accent"},
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 8},
        "customdata": [links.to(outcome="incorrect")] * len(rows),
        "hovertext": [hover(f"the surest {percent} %:", row, " % wrong") for percent, row in named],
        "hoverinfo": "text",
    }
