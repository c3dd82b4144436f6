"""What one reply of the demo model came to, read by the project's own extractor and grader. Knows no engine."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.answers.extract import DEFAULT, EXTRACTORS
from analysis.answers.grade import classes, grade, same_value
from analysis.answers.symbolic import grade_symbolic
from analysis.asking import Reply
from analysis.protocols.reading import attempt_of
from analysis.transitions import classify
from analysis.types import Outcome, Problem, Transition


class Read(NamedTuple):
    """Whether the first candidate and the final answer are right, what is said of it, and what the reflections did."""

    is_first_right: bool
    is_final_right: bool
    is_in_format: bool
    confidence: float | None
    transitions: Sequence[Transition]


def read(reply: Reply, problem: Problem) -> Read:
    """A reply without a candidate has its final answer as its first; one without an answer is wrong.

    In format is a reply that ended by itself, whose closed reasoning holds a candidate, with an answer and a
    confidence after it.
    """
    turn = attempt_of(reply, problem)
    thought = reply.text[turn.reasoning.start : turn.reasoning.end] if turn.reasoning else ""
    values = [candidate.value for candidate in EXTRACTORS[DEFAULT](thought, problem)]
    outcomes = [_outcome(value, problem) for value in values]
    final = _outcome(turn.answer, problem)
    said = (turn.response, values, turn.answer, turn.confidence is not None)
    return Read(
        (outcomes[0] if outcomes else final) is Outcome.CORRECT,
        final is Outcome.CORRECT,
        reply.finish_reason == "stop" and all(said),
        turn.confidence,
        classify(outcomes, classes(values, lambda a, b: bool(_same(a, b, problem)))).transitions,
    )


def _outcome(value: str | None, problem: Problem) -> Outcome:
    return grade(problem.golds, value, problem.answer_type, problem.options, symbolic=grade_symbolic).outcome


def _same(a: str, b: str, problem: Problem) -> bool | None:
    return same_value(a, b, problem.answer_type, problem.options)
