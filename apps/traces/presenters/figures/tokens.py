"""Tokens before and after the first answer, by both readings of the paper, by group."""

from collections.abc import Sequence
from typing import Any

from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head, left_out, short

PARTS = (
    ("before", "--line-2", "up to the first candidate"),
    ("between", "--tt", "from the first to the last candidate"),
    ("rest", "--ft", "after the last candidate"),
)
LEGEND = [("swatch before", "", PARTS[0][2]), ("swatch between", "", PARTS[1][2]), ("swatch rest", "", PARTS[2][2])]


def tokens(groups: Groups, links: Links) -> Figure:
    drawn = [group for group in groups.both if group["tokens_total"].estimate is not None]
    return Figure(
        name="tokens",
        measure="tokens",
        title="How much of the text comes after the first answer",
        sentence="Mean tokens up to the first candidate, to the last one, and after it. The same numbers stand in the "
        "table.",
        table=_table(groups, links),
        plot=_plot(drawn, links) if drawn else None,
        legend=LEGEND if drawn else (),
        read="“Between” is the paper's Table 6, “after” its Fig. 4; they differ by what follows the last candidate. "
        "A bar opens the rollouts of its line.",
        reason=groups.everything["tokens_total"].reason or "" if not drawn else "",
    )


def _table(groups: Groups, links: Links) -> Table:
    names = ("to the first", "between", "after", "all", "between %", "after %")
    columns = [(groups.head, False), *((name, True) for name in names)]
    rows = [_row(group, links) for group in groups.both]
    return Table("tokens", columns, rows, f"{_notes(groups.everything)} {groups.note}".strip())


def _notes(group: Group) -> str:
    without = left_out(group["no_candidate_share"], "the rollouts have no candidate and are left out")
    guessed = left_out(group["estimated_share"], "the rollouts have token counts estimated from characters")
    return f"{without} {guessed}".strip()


def _row(group: Group, links: Links) -> list[Cell]:
    names = ("tokens_first", "tokens_between", "tokens_after", "tokens_total", "share_between", "share_after")
    return [head(group, links), *(cell(group[name]) for name in names)]


def _values(group: Group) -> dict[str, float]:
    first, between, after = (group[f"tokens_{name}"].estimate or 0.0 for name in ("first", "between", "after"))
    return {"before": first, "between": between, "rest": max(after - between, 0.0)}


def _plot(groups: Sequence[Group], links: Links) -> dict[str, Any]:
    places = list(range(len(groups)))[::-1]
    return {
        "data": [_trace(part, colour, words, groups, places, links) for part, colour, words in PARTS],
        "layout": {
            "height": 84 + 34 * len(groups),
            "barmode": "stack",
            "xaxis": {"title": {"text": "tokens, mean per rollout"}, "showgrid": True},
            "yaxis": {
                "tickvals": places,
                "ticktext": [short(group.label) for group in groups],
                "showgrid": False,
                "automargin": True,
            },
        },
    }


def _trace(
    part: str, colour: str, words: str, groups: Sequence[Group], places: list[int], links: Links
) -> dict[str, Any]:
    values = [_values(group)[part] for group in groups]
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": places,
        "width": 0.6,
        "marker": {"color": colour, "line": {"color": "--surface", "width": 1}},
        "customdata": [links.to(**group.filter) for group in groups],
        "hovertext": [f"{g.label}: {count(v)} tokens {words}" for g, v in zip(groups, values, strict=True)],
        "hoverinfo": "text",
    }
