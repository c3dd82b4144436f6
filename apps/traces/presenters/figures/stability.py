"""Whether answers stay what they were, by group: what stands where there is no gold."""

from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head
from apps.traces.presenters.figures.dots import Series, dots

LEGEND = [
    ("mark circle", "●", "first answer is the final one"),
    ("mark diamond", "◆", "the answer changed at least once"),
]


def stability(groups: Groups, links: Links) -> Figure:
    series = [
        Series(
            "first_is_final_share", "first answer is final", lambda g: links.to(**g.filter, stable="yes"), shift=0.14
        ),
        Series(
            "changed_answer_share",
            "answer changed",
            lambda g: links.to(**g.filter, changes="1.."),
            "--l4",
            "diamond",
            -0.14,
        ),
    ]
    plot = dots(groups.both, series, "share of rollouts, %", 100)
    return Figure(
        name="stability",
        measure="stability",
        title="Whether the answer stays what it first was",
        sentence="Share of rollouts whose first answer is the final one, and of those whose answer changed. The same "
        "numbers stand in the table.",
        table=_table(groups, links),
        plot=plot,
        legend=LEGEND if plot else (),
        read="A dot opens its rollouts.",
        is_wide=True,
        is_open=True,
        reason=groups.everything["changed_answer_share"].reason or "" if not plot else "",
    )


def _table(groups: Groups, links: Links) -> Table:
    columns = [
        "first is final %",
        "answer changed %",
        "changes per rollout",
        "different values",
        "final is no candidate %",
    ]
    heads = [(groups.head, False), *((name, True) for name in columns)]
    return Table("stability", heads, [_row(group, links) for group in groups.both], groups.note)


def _row(group: Group, links: Links) -> list[Cell]:
    here = group.filter
    return [
        head(group, links),
        cell(group["first_is_final_share"], links.to(**here, stable="yes")),
        cell(group["changed_answer_share"], links.to(**here, changes="1..")),
        cell(group["changes_per_rollout"]),
        cell(group["distinct_values"]),
        cell(group["final_not_a_candidate_share"]),
    ]
