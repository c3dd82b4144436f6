"""What stopping once the last k candidates agree would have cost and saved, beside fixed caps."""

from analysis.measures.agreement import SIZES
from analysis.measures.early_stop import MAX_K
from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell
from apps.traces.presenters.figures.frontier import Line, Point, change, frontier
from apps.traces.queries.ranges import address

LEGEND = [
    ("mark circle", "●", "the last k candidates agree"),
    ("mark square", "■", "stop at the k-th candidate, whatever it says"),
]


def agreement(groups: Groups, caps: Group, links: Links) -> Figure:
    group = groups.everything
    agree = [
        Point(f"{k} agree", group[f"accuracy_lost_agree_{k}"], group[f"tokens_saved_agree_{k}"], _href(k, links))
        for k in SIZES
    ]
    plot = frontier([caps_line(caps, links), Line("stop when", agree)], links.to())
    return Figure(
        name="agreement",
        measure="agreement",
        title="What stopping at agreement would have cost",
        sentence="Change in accuracy against the share of tokens saved when a rollout stops once its last k candidates "
        "agree, beside stopping at the k-th candidate. The same numbers stand in the table.",
        table=_table(group, links),
        plot=plot,
        legend=LEGEND if plot else (),
        read="Up and right is better; a point opens the rollouts with at least k candidates.",
        reason=group["accuracy_lost_agree_2"].reason or "" if not plot else "",
    )


def caps_line(caps: Group, links: Links) -> Line:
    """Fixed caps as context of another rule."""
    at = [
        Point(f"candidate {k}", caps[f"accuracy_lost_at_{k}"], caps[f"tokens_saved_at_{k}"], _href(k, links))
        for k in range(1, MAX_K + 1)
    ]
    return Line("stop at", at, "--l2", "square", is_context=True)


def _href(k: int, links: Links) -> str:
    return links.to(candidates=address(k, None))


def _table(group: Group, links: Links) -> Table:
    names = ("accuracy %", "change, points", "tokens saved %", "stopped %", "agreed value right %")
    columns = [("stop when", False), *((name, True) for name in names)]
    nothing = [Cell(text) for text in ("0.0", "0.0", "0.0", "")]
    first = [Cell("never", is_num=False), cell(group["accuracy_without_stop"], links.to(outcome="correct")), *nothing]
    rows = [first, *(_row(group, k, links) for k in SIZES)]
    return Table("stopping at agreement, all rollouts", columns, rows, _note(group))


def _row(group: Group, k: int, links: Links) -> list[Cell]:
    names = (f"tokens_saved_agree_{k}", f"stopped_agree_{k}_share", f"right_when_agree_{k}")
    head = Cell(f"the last {k} agree", href=_href(k, links), is_num=False)
    accuracy, lost = cell(group[f"accuracy_agree_{k}"]), change(group[f"accuracy_lost_agree_{k}"])
    return [head, accuracy, lost, *(cell(group[name]) for name in names)]


def _note(group: Group) -> str:
    place, never = cell(group["convergence_position"]), cell(group["not_converged_share"])
    if group["convergence_position"].estimate is None:
        return ""
    return (
        f"Answers converge (every later candidate equals the final answer) after {place.text} % {place.ci} of the "
        f"tokens on average; in {never.text} % {never.ci} the last candidate is not the final answer."
    )
