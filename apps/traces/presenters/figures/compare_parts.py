"""Pairs of arms within each subject, level or problem set: where one arm is better, with its problems a click away."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import (
    MOST_GROUPS,
    Cell,
    Figure,
    Group,
    Links,
    Table,
    cell,
    ends,
    hover,
    p_cell,
    scaled,
    short,
)
from apps.traces.presenters.figures.compare import opens
from apps.traces.queries.filter_fields import NONE

LINES = (("--accent", "circle", "●"), ("--l2", "square", "■"), ("--l4", "diamond", "◆"))
MOST_PAIRS = len(LINES)
"""Pairs that are drawn: those that differ most anywhere; the table has all."""


def compare_parts(rows: Sequence[Row], links: Links, by: str, csv: str) -> Figure:
    """`rows` are those of the measure `compare` by the column `by`."""
    parts = parts_in(rows, by)
    drawn = {label: pair for label, pair in parts.items() if any(_difference(each) is not None for each in pair)}
    words = by.replace("_", " ")
    n_parts = len({each.filter[by] for pair in parts.values() for each in pair})
    return Figure(
        name="compare_parts",
        measure="compare",
        title=f"Where they differ, by {words}",
        sentence=f"Difference in accuracy of each pair within each {words}, with 95 percent intervals. The same "
        "numbers stand in the table.",
        table=_table(parts, words, by, links),
        plot=_plot(drawn, by, links) if drawn else None,
        legend=_legend(_widest(drawn)) if len(drawn) > 1 else (),
        read=f"Each {words} is compared on its own. The p-values are not corrected for looking at {n_parts} of them: "
        "of twenty that do not differ, one has p below .05 by chance. A mark opens the problems one by one.",
        is_wide=True,
        csv=csv,
        reason="" if drawn else f"no pair of arms has problems in common within a {words}",
    )


def _legend(labels: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(f"mark {shape}", glyph, short(label, 44)) for (_, shape, glyph), label in zip(LINES, labels, strict=False)]


def parts_in(rows: Sequence[Row], by: str) -> dict[str, list[Group]]:
    """The parts of each pair of arms, by the pair's label; the largest parts, in the order of the rows."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        if row.label:
            found.setdefault((row.label, row.group[by]), {})[row.measure] = row
    sizes: dict[str, int] = {}
    for (_, part), named in found.items():
        sizes[part] = max(sizes.get(part, 0), *(row.n for row in named.values()))
    shown = sorted(sizes, key=lambda part: -sizes[part])[:MOST_GROUPS]
    pairs: dict[str, list[Group]] = {}
    for (label, part), named in found.items():
        if "accuracy_difference" in named and part in shown:
            pairs.setdefault(label, []).append(Group(part or NONE, named, {by: part or NONE}))
    return pairs


def _difference(part: Group) -> float | None:
    return part["accuracy_difference"].estimate


def _widest(pairs: Mapping[str, Sequence[Group]]) -> list[str]:
    return sorted(pairs, key=lambda label: -max(abs(_difference(part) or 0.0) for part in pairs[label]))[:MOST_PAIRS]


def _table(pairs: Mapping[str, Sequence[Group]], words: str, by: str, links: Links) -> Table:
    names = ("common problems", "A %", "B %", "B − A, points", "p", "smallest seen, points", "gained", "lost")
    columns = [("A → B", False), (words, False), *((name, True) for name in names)]
    rows = [_row(label, part, by, links) for label, parts in pairs.items() for part in parts]
    return Table(f"pairs of arms by {words}", columns, rows)


def _row(label: str, part: Group, by: str, links: Links) -> list[Cell]:
    return [
        Cell(label, is_num=False),
        Cell(part.label, href=links.to(**part.filter), is_num=False),
        Cell(count(part["common_share"].n_events)),
        cell(part["accuracy_a"]),
        cell(part["accuracy_b"]),
        cell(part["accuracy_difference"]),
        p_cell(part["p_value"]),
        cell(part["smallest_difference_seen"]),
        cell(part["gained"], opens(label, "gained", links.pairs_url, part.filter)),
        cell(part["lost"], opens(label, "lost", links.pairs_url, part.filter)),
    ]


def _plot(pairs: Mapping[str, Sequence[Group]], by: str, links: Links) -> dict[str, Any]:
    labels = _widest(pairs)
    parts = list(dict.fromkeys(part.label for label in labels for part in pairs[label]))
    places = {part: len(parts) - 1 - i for i, part in enumerate(parts)}
    return {
        "data": [_dots(label, pairs[label], places, i, len(labels), links) for i, label in enumerate(labels)],
        "layout": {
            "height": 96 + 30 * len(parts),
            "xaxis": {"title": {"text": "B − A, points"}, "zeroline": True, "zerolinecolor": "--ink-3"},
            "yaxis": {
                "tickvals": list(places.values()),
                "ticktext": [short(part) for part in parts],
                "range": [-0.6, len(parts) - 0.4],
                "automargin": True,
            },
        },
    }


def _dots(
    label: str, parts: Sequence[Group], places: Mapping[str, int], i: int, n_pairs: int, links: Links
) -> dict[str, Any]:
    known = [part for part in parts if _difference(part) is not None]
    rows = [part["accuracy_difference"] for part in known]
    colour, shape, _ = LINES[i]
    shift = 0.2 * ((n_pairs - 1) / 2 - i)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scaled(row) for row in rows],
        "y": [places[part.label] + shift for part in known],
        "error_x": ends(rows, 100) | {"color": colour},
        "marker": {"color": colour, "symbol": shape, "size": 9},
        "customdata": [
            opens(label, "lost" if (_difference(part) or 0) < 0 else "gained", links.pairs_url, part.filter)
            or links.to(**part.filter)
            for part in known
        ],
        "hovertext": [hover(f"{part.label}, {label}:", row) for part, row in zip(known, rows, strict=True)],
        "hoverinfo": "text",
    }
