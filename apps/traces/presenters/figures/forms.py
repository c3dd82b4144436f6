"""Generation against multiple choice on the same items: accuracy after each attempt, and how far apart they are."""

from collections.abc import Sequence
from typing import Any

from analysis.measures.base import Row
from analysis.measures.forms import CHOICE, FORMS, OPEN
from apps.core.templatetags.numbers import p_value, percent
from apps.traces.presenters.figures.card import Cell, Figure, Links, Table, cell, ends, hover, scaled

COLOURS = {OPEN: ("--accent", "circle"), CHOICE: ("--l4", "diamond")}
Found = dict[tuple[str, str], Row]


def has_forms(rows: Sequence[Row]) -> bool:
    return any(row.measure == "form_difference" and row.estimate is not None for row in rows)


def forms(rows: Sequence[Row], links: Links) -> Figure:
    """`rows` are those of the measure `forms` over all rollouts, where there is anything to compare."""
    found = {(row.measure, row.label): row for row in rows}
    attempts = [row.label for row in rows if row.measure == "form_difference"]
    common, p = found["form_common_share", ""], found["form_p", ""].estimate
    tested = f" At the last attempt {p_value(p)} (exact McNemar test)." if p is not None else ""
    return Figure(
        name="forms",
        measure="forms",
        title="Writing an answer against choosing one",
        sentence="Share of the same items that are right after each attempt, asked freely and with options. The same "
        "numbers stand in the table.",
        table=_table(attempts, found),
        plot=_plot(attempts, found, links),
        legend=[("mark circle", "●", OPEN), ("mark diamond", "◆", CHOICE)],
        read=f"{percent(common.estimate)} % of the items were asked in both forms, and only those are counted.{tested}",
        is_wide=True,
    )


def _table(attempts: Sequence[str], found: Found) -> Table:
    columns = [("attempt", False), *((f"{form} %", True) for form in FORMS), ("difference, points", True)]
    columns += [(f"{form}, right by then %", True) for form in FORMS]
    rows = [
        [
            Cell(attempt, is_num=False),
            *(cell(found["form_accuracy", f"{form}; {attempt}"]) for form in FORMS),
            cell(found["form_difference", attempt]),
            *(cell(found["form_ever_right", f"{form}; {attempt}"]) for form in FORMS),
        ]
        for attempt in attempts
    ]
    return Table("generation against multiple choice", columns, rows)


def _plot(attempts: Sequence[str], found: Found, links: Links) -> dict[str, Any]:
    numbers = [int(attempt.rpartition(" ")[2]) for attempt in attempts]
    return {
        "data": [
            _line(form, [found["form_accuracy", f"{form}; {a}"] for a in attempts], numbers, links) for form in FORMS
        ],
        "layout": {
            "height": 320,
            "xaxis": {"title": {"text": "attempt"}, "dtick": 1, "showgrid": False},
            "yaxis": {"title": {"text": "right, %"}, "showgrid": True},
        },
    }


def _line(form: str, rows: Sequence[Row], numbers: Sequence[int], links: Links) -> dict[str, Any]:
    colour, shape = COLOURS[form]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(numbers),
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": colour},
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "symbol": shape, "size": 9},
        "customdata": [links.to()] * len(rows),
        "hovertext": [hover(f"{form}, attempt {k}:", row, " %") for k, row in zip(numbers, rows, strict=True)],
        "hoverinfo": "text",
    }
