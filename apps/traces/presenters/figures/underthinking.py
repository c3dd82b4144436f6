"""How much wrong rollouts write after a right candidate, by group."""

from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head
from apps.traces.presenters.figures.dots import Series, dots

COLUMNS = {
    "xi_ut": "ξ_UT",
    "reached_share": "were right once %",
    "xi_ut_reached": "ξ of these",
    "tokens_after_right": "tokens after it",
    "tokens_wrong": "tokens, wrong",
    "tokens_right": "tokens, right",
    "changes_wrong": "changes, wrong",
    "changes_right": "changes, right",
}


def underthinking(groups: Groups, links: Links) -> Figure:
    series = [Series("xi_ut", "ξ_UT", lambda group: _wrong(group, links), "--tf", "diamond")]
    plot = dots(groups.both, series, "ξ_UT, mean over wrong rollouts")
    return Figure(
        name="underthinking",
        measure="underthinking",
        title="How much wrong rollouts write after they were right",
        sentence="Mean share of the tokens after the first right candidate, over rollouts that end wrong. The same "
        "numbers stand in the table.",
        table=_table(groups, links),
        plot=plot,
        read="Higher is more underthinking; a dot opens the wrong rollouts of its line.",
        reason=groups.everything["xi_ut"].reason or "" if not plot else "",
    )


def _wrong(group: Group, links: Links) -> str:
    return links.to(**group.filter, outcome="incorrect")


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), *((label, True) for label in COLUMNS.values())]
    rows: list[list[Cell]] = [[head(group, links), *(cell(group[name]) for name in COLUMNS)] for group in groups.both]
    return Table("underthinking, candidate-based", columns, rows, groups.note)
