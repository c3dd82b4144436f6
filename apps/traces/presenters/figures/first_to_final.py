"""First to final accuracy by group: a line of dots and the numbers beside it."""

from collections.abc import Sequence

from analysis.measures.base import Row
from apps.core.templatetags.numbers import percent
from apps.traces.presenters.conventions import Convention
from apps.traces.presenters.figures.card import (
    Cell,
    Dumbbell,
    Figure,
    Group,
    Groups,
    Links,
    Table,
    cell,
    head,
    left_out,
)

WIDTH = 200.0
EDGE = 6.0


def first_to_final(
    accuracy: Groups, transitions: Groups, tokens: Groups, links: Links, convention: Convention | None = None
) -> Figure:
    low, high = _range([group[name] for group in accuracy.both for name in ("first_accuracy", "final_accuracy")])
    span = f"○ first → ● final, {percent(low, 0)} to {percent(high, 0)} %"
    columns = [
        (accuracy.head, False),
        (span, False),
        ("first %", True),
        ("final %", True),
        ("difference, points", True),
        *([("of those with a candidate", True)] if convention else []),
    ]
    more = [("p(F→T) %", True), ("tokens before", True), ("after", True), ("after %", True)]
    unread = left_out(
        accuracy.everything["unread_share"],
        "the rollouts have an answer, first or final, that could not be read; they count as wrong",
    )
    notes = [unread, f"{convention.said}{convention.part}. {convention.counted}" if convention else "", accuracy.note]
    beside = zip(accuracy.both, transitions.both, tokens.both, strict=True)
    rows = [_row(a, t, n, links, (low, high), convention=convention) for a, t, n in beside]
    return Figure(
        name="first_to_final",
        measure="accuracy",
        title=f"First to final, by {accuracy.head}" if accuracy.by else "First to final",
        sentence="First and final accuracy as two dots on a line.",
        table=Table(
            "first to final",
            [*columns, *more],
            rows,
            " ".join(filter(None, notes)),
        ),
        read="A difference whose interval holds 0 is no gain. Tokens after count from the line after the first "
        "candidate to the end of the text read.",
        is_wide=True,
    )


def _range(rows: Sequence[Row]) -> tuple[float, float]:
    """Both ends in steps of 5 points, a little beyond the values."""
    values = [row.estimate for row in rows if row.estimate is not None] or [0.0, 1.0]
    low, high = int(min(values) * 20 - 0.5) / 20, int(max(values) * 20 + 1.5) / 20
    return max(low, 0.0), min(high, 1.0)


def _row(
    accuracy: Group,
    transitions: Group,
    tokens: Group,
    links: Links,
    ends: tuple[float, float],
    *,
    convention: Convention | None,
) -> list[Cell]:
    here = accuracy.filter
    is_listed = convention is None or convention.lists_first_answers
    return [
        head(accuracy, links),
        _dots(accuracy, ends),
        cell(accuracy["first_accuracy"], links.to(**here, first_outcome="correct") if is_listed else ""),
        cell(accuracy["final_accuracy"], links.to(**here, outcome="correct")),
        cell(accuracy["gain"]),
        *([cell(accuracy["gain_with_candidate"])] if convention else []),
        cell(transitions["p_ft"], links.to(**here, transition="ft")),
        cell(tokens["tokens_first"]),
        cell(tokens["tokens_after"]),
        cell(tokens["share_after"]),
    ]


def _dots(group: Group, ends: tuple[float, float]) -> Cell:
    first, final = group["first_accuracy"].estimate, group["final_accuracy"].estimate
    if first is None or final is None:
        return Cell("", is_num=False)
    words = f"from {percent(first)} to {percent(final)} percent"
    return Cell("", is_num=False, mark=Dumbbell(_place(first, ends), _place(final, ends), words))


def _place(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return EDGE + WIDTH * (value - low) / (high - low or 1.0)
