"""What a rule that reads the question is worth beside fixed caps, on the half of the problems that did not teach it."""

from analysis.measures.question_stop import SHARES
from apps.traces.presenters.figures.card import Cell, Figure, Group, Links, Table, cell
from apps.traces.presenters.figures.frontier import Line, Point, change, frontier

LEGEND = [("mark circle", "●", "the rule, by the share of problems that run late"), ("mark square", "■", "fixed caps")]
CAPS = {"early": "early cap for all", "late": "late cap for all"}


def question_stop(group: Group, links: Links) -> Figure:
    rule = [_point(group, f"question_{share}", f"{share} % late", links) for share in SHARES]
    caps = [_point(group, name, words.removesuffix(" for all"), links) for name, words in CAPS.items()]
    lines = [Line("fixed", caps, "--l2", "square"), Line("rule", rule)]
    plot = frontier(lines, links.to()) if rule[0].is_defined else None
    return Figure(
        name="question_stop",
        measure="question_stop",
        title="Whether the question tells when to stop",
        sentence="Change in accuracy against tokens saved for a rule that reads the question, beside fixed caps. The "
        "same numbers stand in the table.",
        table=_table(group, links),
        plot=plot,
        legend=LEGEND if plot else (),
        read="Up and right is better; a rule that knows nothing lies on the line between the two caps.",
        reason=group["accuracy_question_25"].reason or "" if not plot else "",
    )


def _point(group: Group, name: str, words: str, links: Links) -> Point:
    return Point(words, group[f"accuracy_lost_{name}"], group[f"tokens_saved_{name}"], links.to())


def _table(group: Group, links: Links) -> Table:
    names = ("accuracy %", "change, points", "tokens saved %", "run late %", "over mixing, points")
    columns = [("stop", False), *((name, True) for name in names)]
    blank = [Cell(text) for text in ("0.0", "0.0", "", "")]
    first = [Cell("never", is_num=False), cell(group["accuracy_without_stop"], links.to(outcome="correct")), *blank]
    fixed = [[*_numbers(group, name, words), Cell(""), Cell("")] for name, words in CAPS.items()]
    rule = [
        [
            *_numbers(group, f"question_{share}", f"by the question, {share} % late"),
            cell(group[f"late_question_{share}_share"]),
            cell(group[f"over_mixing_question_{share}"]),
        ]
        for share in SHARES
    ]
    return Table("stopping by the question, the shown half of the problems", columns, [first, *fixed, *rule])


def _numbers(group: Group, name: str, words: str) -> list[Cell]:
    lost = change(group[f"accuracy_lost_{name}"])
    return [Cell(words, is_num=False), cell(group[f"accuracy_{name}"]), lost, cell(group[f"tokens_saved_{name}"])]
