"""What k samples are worth (one right, their vote, the best scored) against k, and right votes by how many agree."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from analysis.measures.base import Row
from analysis.measures.sampling import POWERS, SHARES_OF_VOTES
from apps.core.templatetags.numbers import count, share
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
    scaled,
    short,
)


class Curve(NamedTuple):
    """A row's name before "@", its words, colour and symbol, and how far its marks stand aside."""

    name: str
    label: str
    colour: str
    symbol: str
    shift: float


CURVES = (
    Curve("pass", "one of k right (needs a gold)", "--l2", "square", 0.97),
    Curve("majority", "vote of k", "--accent", "circle", 1.0),
    Curve("best_of", "best rewarded of k", "--l4", "diamond", 1.03),
)
LEGEND = [
    ("mark square", "■", "one of k right"),
    ("mark circle", "●", "vote of k"),
    ("mark diamond", "◆", "best rewarded"),
]
SPREAD = {
    "answer_entropy": "answer entropy",
    "semantic_entropy": "semantic entropy, nats",
    "certainty": "certainty",
    "entropy_auroc": "entropy AUROC",
    "distinct_answers": "distinct answers",
    "majority_share": "majority %",
    "surprise": "surprise, nats",
    "surprise_auroc": "surprise AUROC",
    "latent_agreement": "layers that agree %",
    "latent_settled": "settled at % of the layers",
    "latent_auroc": "layers' AUROC",
    "weighted_vote": "weighted vote %",
    "plain_vote": "plain vote, same sets %",
    "weighted_vote_gain": "gain by weights, points",
}


def sampling(groups: Groups, links: Links) -> Figure:
    """Curves over k of all rollouts, votes of the groups thin; a line of the table for each k."""
    ks = _ks(groups.everything)
    return Figure(
        name="sampling",
        measure="sampling",
        title="What k samples are worth",
        sentence="Share of problems answered rightly by one of k samples, by their vote, and by the best rewarded, "
        "against k. The same numbers stand in the table.",
        table=_table(groups, ks, links),
        plot=_plot(groups, ks, links) if ks else None,
        legend=LEGEND if ks else (),
        read="One of k needs someone who knows the right one: it is a ceiling. What lies between it and the vote is "
        f"what choosing better could win. Grey lines are the votes of the groups. {_left_out(groups.everything)}",
        reason="" if ks else groups.everything["pass@1"].reason or "",
    )


def answer_spread(groups: Groups, links: Links) -> Figure:
    """How often the vote is right where so many samples agree, and how much answers differ."""
    bins = [row for row in _bins(groups.everything) if row.estimate is not None]
    return Figure(
        name="answer_spread",
        measure="sampling",
        title="Whether agreement is correctness",
        sentence="Share of right votes by the share of the answers that agree with the vote. The same numbers stand in "
        "the table.",
        table=_spread_table(groups, links),
        plot=_bars(bins, links) if bins else None,
        read="A bar that stays low on the right is a model that is wrong every time in the same way. Entropy depends "
        "on the number of samples: compare it at equal numbers.",
        reason="" if bins else groups.everything["answer_entropy"].reason or "",
    )


def _left_out(group: Group) -> str:
    few = group["fewer_samples_share"]
    return f"{share(few.estimate)} of the sets have fewer samples and are left out." if few.estimate else ""


def _ks(group: Group) -> list[int]:
    return [k for k in POWERS if f"pass@{k}" in group.rows and group[f"pass@{k}"].estimate is not None]


def _table(groups: Groups, ks: Sequence[int], links: Links) -> Table:
    names = ("k", "sets", "one of k %", "vote of k %", "best rewarded %", "its reward")
    rows = [row for group in groups.both for row in _rows(group, ks if group.is_all else _outer(_ks(group)), links)]
    columns = [
        (groups.head, False),
        *((name, True) for name in names),
        ("ever right %", True),
        ("always right %", True),
    ]
    return Table("what k samples are worth", columns, rows, groups.note)


def _outer(ks: Sequence[int]) -> list[int]:
    return list(dict.fromkeys([*ks[:1], *ks[-1:]]))


def _rows(group: Group, ks: Sequence[int], links: Links) -> list[list[Cell]]:
    right = links.to(**group.filter, outcome="correct")
    return [
        [
            head(group, links),
            Cell(count(k)),
            Cell(count(group[f"pass@{k}"].n)),
            cell(group[f"pass@{k}"], right),
            *(cell(group[f"{name}@{k}"]) for name in ("majority", "best_of", "reward")),
            *(cell(group[name]) if k == ks[0] else Cell("") for name in ("ever_right", "always_right")),
        ]
        for k in ks
    ]


def _plot(groups: Groups, ks: Sequence[int], links: Links) -> dict[str, Any]:
    drawn = [curve for curve in CURVES if groups.everything[f"{curve.name}@{ks[0]}"].estimate is not None]
    context = [_context(group) for group in groups.parts if len(_votes(group)) > 1]
    return {
        "data": [*context, *(_line(curve, groups.everything, ks, links) for curve in drawn)],
        "layout": {
            "height": 320,
            "margin": {"r": 40},
            "xaxis": {
                "title": {"text": "samples k"},
                "type": "log",
                "tickvals": list(ks),
                "ticktext": [str(k) for k in ks],
            },
            "yaxis": {"title": {"text": "problems right, %"}},
        },
    }


def _votes(group: Group) -> list[tuple[int, Row]]:
    return [(k, group[f"majority@{k}"]) for k in _ks(group) if group[f"majority@{k}"].estimate is not None]


def _context(group: Group) -> dict[str, Any]:
    votes = _votes(group)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [k for k, _ in votes],
        "y": [scaled(row) for _, row in votes],
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "hoverinfo": "text",
        "hovertext": [short(group.label)] * len(votes),
    }


def _line(curve: Curve, group: Group, ks: Sequence[int], links: Links) -> dict[str, Any]:
    rows = [group[f"{curve.name}@{k}"] for k in ks]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [k * curve.shift for k in ks],
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": curve.colour},
        "line": {"color": curve.colour, "width": 2},
        "marker": {"color": curve.colour, "symbol": curve.symbol, "size": 9},
        "customdata": [links.to()] * len(ks),
        "hovertext": [hover(f"{curve.label}, k = {k}:", row, " %") for k, row in zip(ks, rows, strict=True)],
        "hoverinfo": "text",
    }


def _bins(group: Group) -> list[Row]:
    return [group[f"majority_right_to_{100 * high:.0f}"] for high in SHARES_OF_VOTES[1:]]


def _spread_table(groups: Groups, links: Links) -> Table:
    agreeing = [f"right where to {100 * high:.0f} % agree, %" for high in SHARES_OF_VOTES[1:]]
    columns = [(groups.head, False), *((name, True) for name in (*SPREAD.values(), *agreeing))]
    rows = [
        [head(group, links), *(cell(group[name]) for name in SPREAD), *(cell(row) for row in _bins(group))]
        for group in groups.both
    ]
    unit = groups.everything["answer_entropy"].unit
    return Table(
        "how much the answers of a problem differ", columns, rows, f"Answer entropy is in {unit}. {groups.note}"
    )


def _bars(bins: Sequence[Row], links: Links) -> dict[str, Any]:
    return {
        "data": [
            {
                "type": "bar",
                "x": [_words(row) for row in bins],
                "y": [scaled(row) for row in bins],
                "error_y": ends(bins, 100) | {"color": "--ink-2"},
                "marker": {"color": "--accent"},
                "customdata": [links.to()] * len(bins),
                "hovertext": [hover(f"{_words(row)} agree:", row, " %") for row in bins],
                "hoverinfo": "text",
            }
        ],
        "layout": {
            "height": 300,
            "xaxis": {"title": {"text": "answers that agree with the vote"}, "type": "category"},
            "yaxis": {"title": {"text": "votes right, %"}, "range": [0, 102]},
        },
    }


def _words(row: Row) -> str:
    assert row.edges is not None
    return f"{100 * row.edges[0]:.0f} to {100 * row.edges[1]:.0f} %"
