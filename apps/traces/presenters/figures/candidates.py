"""How many candidates a rollout holds, by group."""

from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head
from apps.traces.presenters.figures.dots import Series, dots


def candidates(groups: Groups, links: Links) -> Figure:
    mean = Series("candidates_per_rollout", "candidates per rollout", lambda group: links.to(**group.filter))
    return Figure(
        name="candidates",
        measure="candidates",
        title="How many candidates a rollout holds",
        sentence="Mean number of candidates per rollout with its interval. The same numbers stand in the table.",
        table=_table(groups, links),
        plot=dots(groups.both, [mean], "candidates per rollout, mean"),
        read="A dot opens the rollouts of its line.",
        reason=groups.everything["candidates_per_rollout"].reason or "" if not groups.everything[mean.name].n else "",
    )


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), ("mean", True), ("median", True), ("90th percentile", True), ("none %", True)]
    return Table("candidates per rollout", columns, [_row(group, links) for group in groups.both], groups.note)


def _row(group: Group, links: Links) -> list[Cell]:
    names = ("candidates_per_rollout", "candidates_median", "candidates_p90")
    none = cell(group["no_candidate_share"], links.to(**group.filter, candidates="none"))
    return [head(group, links), *(cell(group[name]) for name in names), none]
