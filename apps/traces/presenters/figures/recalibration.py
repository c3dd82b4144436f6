"""Errors of calibration on held-out problems, as stated and after a curve that was fitted on the others."""

from typing import Any

from apps.core.templatetags.numbers import count
from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head
from apps.traces.presenters.figures.dots import Series, dots

WAYS = {
    "before": ("as stated", "--l2", "square", 0.2),
    "platt": ("after Platt's line", "--accent", "circle", 0.0),
    "isotonic": ("after isotonic steps", "--l4", "diamond", -0.2),
}
LEGEND = [
    ("mark square", "■", "as stated"),
    ("mark circle", "●", "after Platt's line"),
    ("mark diamond", "◆", "after isotonic steps"),
]
NUMBERS = {"ece": "ECE", "brier": "Brier score", "gap": "gap, points"}


def recalibration(groups: Groups, links: Links) -> Figure:
    plot = _plot(groups, links)
    return Figure(
        name="recalibration",
        measure="recalibration",
        title="Whether a learned curve would mend confidence",
        sentence="Expected calibration error on problems that no curve was fitted on: as stated, after Platt's line, "
        "and after isotonic steps. The same numbers stand in the table.",
        table=_table(groups, links),
        plot=plot,
        legend=LEGEND if plot else (),
        read="What falls from the square to the circle was an error of the scale; the rest of the Brier score is not.",
        reason="" if plot else groups.everything["ece_before"].reason or "",
    )


def _plot(groups: Groups, links: Links) -> dict[str, Any] | None:
    series = [
        Series(f"ece_{way}", words, lambda group: links.to(**group.filter), colour, symbol, shift)
        for way, (words, colour, symbol, shift) in WAYS.items()
    ]
    return dots(groups.both, series, "expected calibration error on held-out problems")


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), ("held-out rollouts", True)]
    columns += [(f"{number} {words}", True) for number in NUMBERS.values() for words, *_ in WAYS.values()]
    columns += [("change of Brier, Platt", True), ("change of Brier, isotonic", True)]
    columns += [("intercept", True), ("slope", True), ("fitted, %", True)]
    return Table("before and after recalibration", columns, [_row(group, links) for group in groups.both], groups.note)


def _row(group: Group, links: Links) -> list[Cell]:
    numbers = [f"{name}_{way}" for name in NUMBERS for way in WAYS]
    numbers += ["brier_change_platt", "brier_change_isotonic", "platt_intercept", "platt_slope", "fitted_share"]
    shown = Cell(count(group["brier_before"].n), href=links.to(**group.filter))
    return [head(group, links), shown, *(cell(group[name]) for name in numbers)]
