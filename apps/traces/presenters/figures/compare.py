"""Pairs of arms: differences with intervals beside what was gained and lost, and accuracy against the tokens spent."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from analysis.measures.base import Row
from analysis.measures.budgets import POWERS
from analysis.types import NOTHING
from apps.core.templatetags.numbers import count, decimal, interval, p_value, points, share
from apps.traces.presenters.figures.card import (
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

LEGEND = [
    ("mark circle", "●", "difference"),
    ("mark won", "■", "gained"),
    ("mark lost", "■", "lost"),
]
LINES = ("--accent", "--l2", "--l4", "--l3", "--l5", "--l6", "--l7", "--ink-2")
DIFFERENCES = ("accuracy_difference", "equal_calls_difference", "equal_tokens_difference")


def pairs_in(rows: Sequence[Row]) -> list[Group]:
    """The pairs (of each group, where rows are grouped) as groups: rows by name, in their order."""
    return [pair for pair in _labelled(rows) if pair.rows.get("accuracy_difference")]


def compare(rows: Sequence[Row], links: Links, pairs_url: str = "") -> Figure:
    """`rows` are those of the measure `compare`, of all rollouts or of each group; `pairs_url` (with its query begun)
    is where pairs are seen one by one."""
    pairs = pairs_in(rows)
    drawn = [pair for pair in pairs if pair["accuracy_difference"].estimate is not None]
    return Figure(
        name="compare",
        measure="compare",
        title="Which arm is better on the same problems",
        sentence="Left: difference in accuracy of each pair with 95 percent intervals. Right: problems that only the "
        "second arm has right, and that only the first has. The same numbers stand in the table.",
        table=_table(pairs, rows, pairs_url),
        plot=_plot(drawn, links) if drawn else None,
        legend=LEGEND if drawn else (),
        read="Right of zero the second arm is better. Where the interval holds zero, see the smallest difference that "
        "these problems would have shown: a smaller one may well be there.",
        is_wide=True,
        is_open=True,
        reason="" if drawn else _why(pairs),
    )


def equal_budgets(rows: Sequence[Row], links: Links) -> Figure:
    """Accuracy of the vote of k samples against the tokens that they take, one line per arm."""
    arms = [arm for arm in _labelled(rows) if _points(arm)]
    silent = [arm for arm in _labelled(rows) if "votes@1" in arm.rows]
    return Figure(
        name="equal_budgets",
        measure="compare",
        title="Accuracy at equal tokens",
        sentence="Accuracy of the vote of one, two, four ... samples against the tokens that they take, one line per "
        "arm. The same numbers stand in the table.",
        table=_budget_table(silent),
        plot=_curves(arms, links) if arms else None,
        read="All lines are over the problems that all arms have. At one place of the horizontal axis arms have spent "
        "equal tokens; marks from left to right are one, two, four ... calls.",
        reason="" if arms else "no arm has votes and tokens on problems that all arms have",
    )


def _labelled(rows: Sequence[Row]) -> list[Group]:
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((", ".join(row.group.values()), row.label), {})[row.measure] = row
    return [Group(": ".join(part for part in key if part) or "–", named) for key, named in found.items()]


def _why(pairs: Sequence[Group]) -> str:
    return pairs[0]["accuracy_difference"].reason or "" if pairs else ""


def _table(pairs: Sequence[Group], rows: Sequence[Row], pairs_url: str) -> Table:
    names: tuple[str, ...] = ("common problems", "only A", "only B", "A %", "B %", "B − A, points", "p", "p, Holm")
    names += ("smallest seen, points", "gained", "lost", "tokens B − A", "p", "equal calls", "equal tokens")
    columns = [("A → B", False), *((name, True) for name in names)]
    many = next((row.reason or "" for row in rows if row.measure == "arms"), "")
    note = "More than eight arms: each is compared with one only." if "more than" in many else ""
    return Table("pairs of arms", columns, [_row(pair, pairs_url) for pair in pairs], note)


def _row(pair: Group, pairs_url: str) -> list[Cell]:
    difference, calls, tokens = (pair[name] for name in DIFFERENCES)
    smallest = pair["smallest_difference_seen"]
    return [
        Cell(pair.label, is_num=False),
        *(_events(pair[name]) for name in ("common_share", "only_a_share", "only_b_share")),
        cell(pair["accuracy_a"]),
        cell(pair["accuracy_b"]),
        cell(difference),
        p_cell(pair["p_value"]),
        p_cell(pair["p_holm"]),
        Cell(decimal(scaled(smallest)), title=smallest.reason or ""),
        cell(pair["gained"], opens(pair.label, "gained", pairs_url)),
        cell(pair["lost"], opens(pair.label, "lost", pairs_url)),
        _more(pair["tokens_difference"]),
        p_cell(pair["tokens_p"]),
        cell(calls),
        cell(tokens),
    ]


def opens(label: str, kind: str, pairs_url: str, part: Mapping[str, str] = NOTHING) -> str:
    """The problems of a kind, pair by pair, of a part of them; nowhere where the label does not name two arms."""
    arms = label.split(" → ")
    if not pairs_url or len(arms) != 2:
        return ""
    return f"{pairs_url}&{urlencode({**part, 'a': arms[0], 'b': arms[1], 'kind': kind})}"


def _events(row: Row) -> Cell:
    return Cell(count(row.n_events), title=f"{share(row.estimate)} of {count(row.n)}" if row.n else row.reason or "")


def _more(row: Row) -> Cell:
    """A difference in tokens with its sign."""
    sign = "+" if (row.estimate or 0) > 0 else ""
    return Cell(f"{sign}{count(row.estimate)}", interval(row.low, row.high, row.unit), title=row.reason or "")


def _plot(pairs: Sequence[Group], links: Links) -> dict[str, Any]:
    places = list(range(len(pairs)))[::-1]
    names = [short(pair.label, 44) for pair in pairs]
    return {
        "data": [
            _dots(pairs, places, links),
            _bars("gained", 1, "--ft", pairs, places, links),
            _bars("lost", -1, "--tf", pairs, places, links),
        ],
        "layout": {
            "height": 96 + 34 * len(pairs),
            "barmode": "relative",
            "xaxis": {
                "domain": [0, 0.58],
                "title": {"text": "B − A, points"},
                "zeroline": True,
                "zerolinecolor": "--ink-3",
            },
            "xaxis2": {
                "domain": [0.62, 1],
                "title": {"text": "lost and gained, % of pairs"},
                "zeroline": True,
                "anchor": "y",
            },
            "yaxis": {
                "tickvals": places,
                "ticktext": names,
                "range": [-0.6, len(pairs) - 0.4],
                "automargin": True,
            },
        },
    }


def _dots(pairs: Sequence[Group], places: Sequence[int], links: Links) -> dict[str, Any]:
    rows = [pair["accuracy_difference"] for pair in pairs]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scaled(row) for row in rows],
        "y": list(places),
        "error_x": ends(rows, 100) | {"color": "--accent"},
        "marker": {"color": "--accent", "size": 10},
        "customdata": [links.to()] * len(rows),
        "hovertext": [f"{hover(p.label, row)}, {_test(p)}" for p, row in zip(pairs, rows, strict=True)],
        "hoverinfo": "text",
    }


def _test(pair: Group) -> str:
    seen = pair["smallest_difference_seen"]
    words = p_value(pair["p_holm"].estimate)
    return f"{words} (Holm), smallest seen {points(seen.estimate)}" if seen.estimate is not None else words


def _bars(
    name: str, sign: int, colour: str, pairs: Sequence[Group], places: Sequence[int], links: Links
) -> dict[str, Any]:
    rows = [pair[name] for pair in pairs]
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": "x2",
        "x": [sign * (scaled(row) or 0.0) for row in rows],
        "y": list(places),
        "width": 0.5,
        "marker": {"color": colour},
        "customdata": [links.to()] * len(rows),
        "hovertext": [hover(f"{pair.label}, {name}:", row, " %") for pair, row in zip(pairs, rows, strict=True)],
        "hoverinfo": "text",
    }


def _points(arm: Group) -> list[tuple[int, Row, Row]]:
    """The k of an arm whose accuracy and tokens are known, with both."""
    found = [(k, arm.rows.get(f"votes@{k}"), arm.rows.get(f"votes_tokens@{k}")) for k in POWERS]
    known = [(k, votes, spent) for k, votes, spent in found if votes is not None and spent is not None]
    return [(k, v, s) for k, v, s in known if v.estimate is not None and s.estimate is not None]


def _budget_table(arms: Sequence[Group]) -> Table:
    ks = [k for k in POWERS if any(arm.rows.get(f"votes@{k}") and arm[f"votes@{k}"].n for arm in arms)]
    columns = [("arm", False), *((f"{k}: {what}", True) for k in ks for what in ("right %", "tokens"))]
    rows = [
        [Cell(arm.label, is_num=False), *(cell(arm[f"{name}@{k}"]) for k in ks for name in ("votes", "votes_tokens"))]
        for arm in arms
    ]
    return Table("votes of k samples and what they cost", columns, rows)


def _curves(arms: Sequence[Group], links: Links) -> dict[str, Any]:
    return {
        "data": [_curve(arm, LINES[i % len(LINES)], links) for i, arm in enumerate(arms)],
        "layout": {
            "height": 320,
            "margin": {"r": 60},
            "xaxis": {"title": {"text": "tokens per problem"}, "type": "log"},
            "yaxis": {"title": {"text": "votes right, %"}},
        },
    }


def _curve(arm: Group, colour: str, links: Links) -> dict[str, Any]:
    known = _points(arm)
    votes = [row for _, row, _ in known]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [spent.estimate for _, _, spent in known],
        "y": [scaled(row) for row in votes],
        "error_y": ends(votes, 100) | {"color": colour},
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 8},
        "text": [*[""] * (len(known) - 1), short(arm.label)],
        "textposition": "bottom right",
        "textfont": {"size": 11, "color": "--ink"},
        "cliponaxis": False,
        "customdata": [links.to()] * len(known),
        "hovertext": [hover(f"{arm.label}, vote of {k}:", row, " %") for k, row, _ in known],
        "hoverinfo": "text",
    }
