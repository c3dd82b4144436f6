"""Difficulty bands by group: stacked shares of problems, their accuracy and tokens, and how many are never solved."""

from collections.abc import Callable, Sequence
from typing import Any

from analysis.measures.difficulty import BANDS, BETWEEN_BANDS
from apps.core.templatetags.numbers import percent
from apps.traces.presenters.figures.card import (
    Cell,
    Figure,
    Group,
    Groups,
    Links,
    Table,
    cell,
    hover,
    scaled,
    short,
)
from apps.traces.queries.filter_samples import QUEUE

Opens = Callable[[Group, str], str]
COLOURS = {"easy": "--l2", "medium": "--l3", "hard": "--l5", "hardest": "--l6", BETWEEN_BANDS: "--ink-3"}
LABELLED = 0.06
"""Parts of a bar at least this large carry their number."""


def difficulty(groups: Groups, links: Links, *, has_default_bands: bool = True) -> Figure:
    """Marks open the rollouts of their band only where bands are the default ones, which filters know."""
    drawn = [group for group in groups.both if group["share_easy"].estimate is not None]
    opens = _opening(links, has_default_bands=has_default_bands)
    names = _named(drawn)
    return Figure(
        name="difficulty",
        measure="difficulty",
        title="How hard the problems are",
        sentence="Share of problems in each band of accuracy, stacked to 100 percent. The same numbers stand in the "
        "table.",
        table=_table(groups, opens),
        plot=_plot(drawn, names, opens) if drawn else None,
        legend=[(f"mark {COLOURS[name].removeprefix('--')}", "■", _words(name)) for name in names],
        read="The hardest band holds the problems that no sample solved; the queue counts those that none of the "
        "models and conditions solved. Bands are made from few samples, and a problem near an edge may fall on either "
        "side of it.",
        reason="" if drawn else groups.everything["share_easy"].reason or "",
    )


def _opening(links: Links, *, has_default_bands: bool) -> Opens:
    """What opens the rollouts of a band; those of the group where the filter takes a part of a problem's samples only.

    The queue of one group is among those that none of its models solves: others may solve them.
    """
    has_bands = has_default_bands and links.filters.keeps_sets

    def opens(group: Group, band: str) -> str:
        if not has_bands or band not in {*BANDS, QUEUE}:
            return links.to(**group.filter)
        is_part = not group.is_all or bool(links.filters.choosing)
        return links.to(**group.filter, band="hardest" if band == QUEUE and is_part else band)

    return opens


def _named(drawn: Sequence[Group]) -> list[str]:
    """The bands, and what lies between them where it is kept apart and there is any."""
    between = any(group[f"share_{BETWEEN_BANDS}"].estimate for group in drawn)
    return [*BANDS, *([BETWEEN_BANDS] if between else [])]


def _words(name: str) -> str:
    if name == BETWEEN_BANDS:
        return "between two bands"
    low, high = BANDS[name]
    return f"{name}: {100 * low:g} to {100 * high:g} % right" if high else f"{name}: never right"


def _table(groups: Groups, opens: Opens) -> Table:
    columns = [(groups.head, False)]
    columns += [(f"{name} %", True) for name in BANDS]
    columns += [(f"accuracy, {name} %", True) for name in list(BANDS)[:-1]]
    columns += [(f"tokens, {name}", True) for name in BANDS]
    columns += [("never solved, problems", True), ("too few samples %", True)]
    return Table("difficulty bands", columns, [_row(group, opens) for group in groups.both], groups.note)


def _row(group: Group, opens: Opens) -> list[Cell]:
    shares = [cell(group[f"share_{name}"], opens(group, name)) for name in BANDS]
    return [
        Cell(group.label, href=opens(group, ""), is_num=False),
        *shares,
        *(cell(group[f"accuracy_{name}"]) for name in list(BANDS)[:-1]),
        *(cell(group[f"tokens_{name}"]) for name in BANDS),
        cell(group["queue"], opens(group, QUEUE) if group["queue"].estimate else ""),
        cell(group["too_few_samples_share"]),
    ]


def _plot(drawn: Sequence[Group], names: Sequence[str], opens: Opens) -> dict[str, Any]:
    places = list(range(len(drawn)))[::-1]
    return {
        "data": [_part(name, drawn, places, opens) for name in names],
        "layout": {
            "height": 96 + 30 * len(drawn),
            "barmode": "stack",
            "xaxis": {"title": {"text": "problems, %"}, "range": [0, 100]},
            "yaxis": {
                "tickvals": places,
                "ticktext": [short(group.label) for group in drawn],
                "range": [-0.6, len(drawn) - 0.4],
                "automargin": True,
            },
        },
    }


def _part(name: str, drawn: Sequence[Group], places: Sequence[int], opens: Opens) -> dict[str, Any]:
    rows = [group[f"share_{name}"] for group in drawn]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [scaled(row) for row in rows],
        "y": list(places),
        "marker": {"color": COLOURS[name]},
        "text": [percent(row.estimate) if (row.estimate or 0) >= LABELLED else "" for row in rows],
        "customdata": [opens(group, name) for group in drawn],
        "hovertext": [hover(f"{g.label}, {_words(name)}:", row, " %") for g, row in zip(drawn, rows, strict=True)],
        "hoverinfo": "text",
    }
