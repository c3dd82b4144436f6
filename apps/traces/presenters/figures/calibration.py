"""Whether confidences say how often answers are right: the reliability diagram, and every number of calibration."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count, interval, percent, share
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
    left_out,
    scaled,
    short,
)
from apps.traces.queries.filter_samples import Interval

Bin = tuple[Row, Row]
MOST_DRAWN = 8
SMALLEST, LARGEST = 6.0, 24.0
NUMBERS = {
    "accuracy": "accuracy, %",
    "mean_confidence": "mean confidence, %",
    "gap": "gap (confidence − accuracy), points",
    "ece": "ECE, bins of equal width",
    "ece_equal_mass": "ECE, bins of equal mass",
    "ace": "ACE (equal mass)",
    "ace_equal_width": "ACE (equal width)",
    "mce": "MCE",
    "rmsce": "RMSCE",
    "smece": "smooth ECE",
    "null_ece": "ECE if calibrated (95 % of resamples)",
    "brier": "Brier score",
    "brier_reliability": "reliability (Brier)",
    "brier_resolution": "resolution (Brier)",
    "brier_uncertainty": "uncertainty (Brier)",
    "brier_skill": "Brier skill",
    "auroc": "AUROC",
    "auprc_correct": "AUPRC of right answers",
    "base_rate": "by chance, %",
    "auprc_wrong": "AUPRC of wrong answers",
    "base_rate_wrong": "by chance, %",
    "aurc": "AURC",
    "e_aurc": "E-AURC",
    "accuracy_all": "accuracy with those without confidence, %",
    "accuracy_attempted": "accuracy of attempted, %",
    "stated_share": "confidence read, %",
    "unread_share": "stated, but no number, %",
    "outside_share": "off the scale, %",
    "read_as_share": "read on 0 to 1, %",
    "read_as_ten": "read on 0 to 10, %",
    "read_as_percent": "read on 0 to 100, %",
    "ungraded_share": "without a gold, %",
    "not_attempted_share": "not attempted or refused, %",
}
"""Rows of the table by the measure's names, in its order."""
LEGEND = [
    ("mark circle", "●", "a bin, by how many rollouts it holds"),
    ("mark", "╌", "as often right as said"),
    ("mark square", "■", "share of the rollouts that say so"),
]


class Reach(NamedTuple):
    """What a number of the table opens: rollouts under one filter more."""

    name: str
    value: str


OPENS = {
    "accuracy_all": Reach("outcome", "correct"),
    "not_attempted_share": Reach("outcome", "not_attempted"),
    "ungraded_share": Reach("outcome", "no_gold"),
}


class Reading(NamedTuple):
    """How the confidences of a page are read and binned, as far as it tells which rollouts stand behind a bin."""

    source: str = "stated"
    scale: str = "auto"
    is_right_edge: bool = False
    is_mass: bool = False
    is_known: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Reading":
        """Of the settings that differ from the default. Not known: where ties are split or rollouts left out."""
        return cls(
            settings.get("source", "stated"),
            settings.get("scale", "auto"),
            settings.get("edge") == "right",
            settings.get("shown") == "mass",
            not settings.keys() & {"attempted", "unread", "ties"},
        )

    def opens(self, row: Row, group: Group, links: Links) -> str:
        """The rollouts of a bin; those of the group where an address cannot name them."""
        if row.edges is None or not self.is_known or (self.source == "vote" and not links.filters.keeps_sets):
            return links.to(**group.filter)
        low, high = row.edges
        has_low = self.is_mass or not self.is_right_edge or low == 0
        has_high = self.is_mass or self.is_right_edge or high == 1
        interval = Interval(self.source, self.scale, low, high, has_low, has_high)
        return links.to(**group.filter, confidence=interval.address)


def calibration(groups: Groups, links: Links, reading: Reading = Reading()) -> Figure:  # noqa: B008
    """`reading` is how the measure's settings have it."""
    group = groups.everything
    has_any = bool(bins_of(group))
    return Figure(
        name="calibration",
        measure="calibration",
        title="How often answers are right of which the model is so sure",
        sentence="Reliability diagram: accuracy against confidence in bins, with how many rollouts say so below. The "
        "same numbers stand in the table.",
        table=_table(groups, links, reading),
        plot=_plot(groups, links, reading) if has_any else None,
        legend=LEGEND if has_any else (),
        read="Points below the diagonal are over-confident. A bin stands at its mean confidence; its size is how many "
        "rollouts it holds.",
        is_wide=True,
        reason="" if has_any else group["ece"].reason or "",
    )


def bins_of(group: Group) -> list[Bin]:
    """The bins that hold any rollout: accuracy and mean confidence of each."""
    names = [name for name in group.rows if name.startswith("reliability_bin_")]
    pairs = [(group[name], group[name.replace("reliability_bin", "bin_confidence")]) for name in names]
    return [pair for pair in pairs if pair[0].n]


def columns_of(groups: Groups) -> list[tuple[str, bool]]:
    """A column of words, and one of numbers for each group."""
    return [("", False), *((group.label, True) for group in groups.both)]


def _table(groups: Groups, links: Links, reading: Reading) -> Table:
    rows = [[Cell("rollouts", is_num=False), *(_counted(group, links) for group in groups.both)]]
    rows += [_line(name, words, groups, links) for name, words in NUMBERS.items()]
    bins = [name for name in groups.everything.rows if name.startswith("reliability_bin_")]
    rows += [_bin_line(name, groups, links, reading) for name in bins]
    return Table("calibration, every number", columns_of(groups), rows, _note(groups))


def _counted(group: Group, links: Links) -> Cell:
    return Cell(count(group["ece"].n), href=links.to(**group.filter))


def _line(name: str, words: str, groups: Groups, links: Links) -> list[Cell]:
    reach = OPENS.get(name)
    more = {reach.name: reach.value} if reach else {}
    cells = [cell(group[name], links.to(**group.filter, **more) if more else "") for group in groups.both]
    return [Cell(words, is_num=False), *cells]


def _bin_line(name: str, groups: Groups, links: Links, reading: Reading) -> list[Cell]:
    said = Cell(f"right where {_said(groups.everything.rows.get(name))} is said, %", is_num=False)
    return [said, *(_bin_cell(group.rows.get(name), group, links, reading) for group in groups.both)]


def _said(row: Row | None) -> str:
    if row is None or row.edges is None:
        return "nothing"
    low, high = (f"{100 * edge:.4g}" for edge in row.edges)
    return f"{low} %" if low == high else f"{low} to {high} %"


def _bin_cell(row: Row | None, group: Group, links: Links, reading: Reading) -> Cell:
    if row is None or not row.n:
        return Cell("–", title="no rollout in this bin")
    found = cell(row)
    return Cell(
        found.text,
        f"{interval(row.low, row.high, row.unit)} n={count(row.n)}".strip(),
        reading.opens(row, group, links),
        found.title,
    )


def _note(groups: Groups) -> str:
    group = groups.everything
    notes = [
        left_out(group["unread_share"], "the rollouts state a confidence that is no number"),
        left_out(group["outside_share"], "the confidences are off the scale"),
        left_out(group["not_attempted_share"], "the graded rollouts were not attempted or refused"),
        groups.note,
    ]
    return " ".join(note for note in notes if note)


def _plot(groups: Groups, links: Links, reading: Reading) -> dict[str, Any]:
    parts = [group for group in groups.parts if bins_of(group)][:MOST_DRAWN]
    everything = groups.everything
    return {
        "data": [
            _diagonal(),
            *(_context(group) for group in parts),
            _points(everything, links, reading),
            _histogram(everything, links, reading),
        ],
        "layout": {
            "height": 420,
            "xaxis": {
                "title": {"text": "confidence, %"},
                "range": [-2, 102],
                "tickvals": [0, 25, 50, 75, 100],
                "anchor": "y2",
            },
            "yaxis": {
                "title": {"text": "answers right, %"},
                "range": [-2, 102],
                "tickvals": [0, 25, 50, 75, 100],
                "domain": [0.28, 1],
            },
            "yaxis2": {"title": {"text": "rollouts, %"}, "rangemode": "tozero", "nticks": 3, "domain": [0, 0.2]},
        },
    }


def _diagonal() -> dict[str, Any]:
    line = {"color": "--ink-3", "width": 1, "dash": "4px,3px"}
    return {"type": "scatter", "mode": "lines", "x": [0, 100], "y": [0, 100], "line": line, "hoverinfo": "skip"}


def _context(group: Group) -> dict[str, Any]:
    """A group as a thin line without intervals, named at its surest bin."""
    bins = bins_of(group)
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [scaled(said) for _, said in bins],
        "y": [scaled(right) for right, _ in bins],
        "line": {"color": "--ink-3", "width": 1},
        "opacity": 0.55,
        "text": [*[""] * (len(bins) - 1), short(group.label, 18)],
        "textposition": "middle left",
        "textfont": {"size": 11, "color": "--ink-2"},
        "cliponaxis": False,
        "hovertext": [_words(group.label, right, said) for right, said in bins],
        "hoverinfo": "text",
    }


def _points(group: Group, links: Links, reading: Reading) -> dict[str, Any]:
    bins = bins_of(group)
    rows = [right for right, _ in bins]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [scaled(said) for _, said in bins],
        "y": [scaled(row) for row in rows],
        "error_y": ends(rows, 100) | {"color": "--accent"},
        "line": {"color": "--accent", "width": 1},
        "marker": {"color": "--accent", "size": _sizes(rows)},
        "customdata": [reading.opens(row, group, links) for row in rows],
        "hovertext": [_words("all rollouts", right, said) for right, said in bins],
        "hoverinfo": "text",
    }


def _sizes(rows: Sequence[Row]) -> list[float]:
    """Areas go with counts, between the smallest and the largest that are read well."""
    most = max(row.n for row in rows)
    return [round(max(SMALLEST, LARGEST * (row.n / most) ** 0.5), 1) for row in rows]


def _histogram(group: Group, links: Links, reading: Reading) -> dict[str, Any]:
    drawn = [right for right, _ in bins_of(group) if right.edges]
    total = sum(row.n for row in drawn)
    edges = [row.edges or (0.0, 0.0) for row in drawn]
    shares = [row.n / total for row in drawn]
    return {
        "type": "bar",
        "yaxis": "y2",
        "x": [50 * (low + high) for low, high in edges],
        "y": [100 * each for each in shares],
        "width": [max(94 * (high - low), 0.8) for low, high in edges],
        "marker": {"color": "--tt"},
        "customdata": [reading.opens(row, group, links) for row in drawn],
        "hovertext": [
            f"{_said(row)}: {share(each)} of the rollouts n={count(row.n)}"
            for row, each in zip(drawn, shares, strict=True)
        ],
        "hoverinfo": "text",
    }


def _words(label: str, right: Row, said: Row) -> str:
    return hover(f"{label}, {percent(said.estimate)} % said:", right, " % right")
