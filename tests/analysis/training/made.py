"""Small analysed traces written out, and short ways to export them."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.training.exporter import Counts, export
from analysis.training.table import TRAINING_SETS
from analysis.training.traces import Mark, Trace
from analysis.types import Outcome, Problem, Role, Span, Turn

RIGHT, WRONG, UNREAD = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNPARSED
PROBLEM = Problem("What is 2 + 2?", ("4",), key="p1")
FIVE = "<think>a</think><answer>5</answer><reflection>b</reflection><think>c</think><answer>4</answer>"
ASKED = Turn(Role.USER, "What is 2 + 2?")


def attempt(reasoning: str, response: str) -> Turn:
    """An answering turn with its thoughts between tags."""
    text = f"<think>{reasoning}</think>{response}"
    end = len("<think>") + len(reasoning)
    return Turn(Role.ASSISTANT, text, Span(7, end), Span(end + 8, len(text)), is_attempt=True)


def plain(text: str) -> Turn:
    return Turn(Role.ASSISTANT, text, None, Span(0, len(text)), is_attempt=True)


def reasoned(reasoning: str, marked: Sequence[str], response: str = "4", **facts: Any) -> Trace:
    """A right trace: each text in `marked` is found from the last one on and is a candidate, right where it is "4"."""
    marks, at = [], 7
    turn = attempt(reasoning, response)
    for value in marked:
        at = (turn.text or "").index(value, at)
        marks.append(Mark(at, at + len(value), RIGHT if value == "4" else WRONG, int(value)))
        at += len(value)
    given: dict[str, Any] = {"source": "a", "outcomes": (RIGHT,), "final_class": int(response)}
    return Trace(problem=PROBLEM, turns=(ASKED, turn), marks=tuple(marks), **(given | facts))


def two(source: str, first: str, second: str, *outcomes: Outcome) -> Trace:
    """Two answers with a review between them."""
    review = Turn(Role.USER, "Look again.")
    return Trace(source, PROBLEM, (ASKED, plain(first), review, plain(second)), outcomes)


def criticised(source: str, first: str, critique: str, second: str, *outcomes: Outcome) -> Trace:
    """An answer, what a critic says of it, and the next answer."""
    return Trace(source, PROBLEM, (ASKED, plain(first), Turn(Role.CRITIC, critique), plain(second)), outcomes)


def one(source: str, text: str, outcome: Outcome, model: str = "m", **facts: Any) -> Trace:
    return Trace(source, PROBLEM, (ASKED, plain(text)), (outcome,), model, **facts)


def exported(name: str, *group: Trace, **settings: Any) -> tuple[list[dict[str, Any]], Counts]:
    counts = Counts()
    return list(export(name, TRAINING_SETS[name], [group] if group else [], settings, counts)), counts


def last(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row["messages"][-1]
    return found


def trained(message: Mapping[str, Any]) -> list[str]:
    return [message["content"][start:end] for start, end in message["spans"]]
