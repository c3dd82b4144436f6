"""Whether an answer is right or two are the same, by the cheap routes: a protocol cannot run symbolic mathematics.

What only that could tell is None, never wrong; the run grades it afterwards.
"""

from collections.abc import Sequence

from analysis.answers.grade import classes, grade, same_value
from analysis.types import Grade, Outcome, Problem


def _open(gold: str, answer: str) -> Grade:
    return Grade(Outcome.ERROR, answer, "only symbolic mathematics can tell")


def outcome_of(problem: Problem, answer: str | None) -> Outcome | None:
    """The outcome of an answer; None where only symbolic mathematics can tell.

    >>> problem = Problem(golds=("42",))
    >>> [outcome_of(problem, answer) for answer in ("42.0", "41", None, "x + 1")][:3]
    [<Outcome.CORRECT: 'correct'>, <Outcome.INCORRECT: 'incorrect'>, <Outcome.UNPARSED: 'unparsed'>]
    """
    found = grade(problem.golds, answer, problem.answer_type, problem.options, symbolic=_open).outcome
    return None if found == Outcome.ERROR else found


def is_right(problem: Problem, answer: str | None) -> bool | None:
    """Whether an answer is correct; None without a gold and where only symbolic mathematics can tell."""
    outcome = outcome_of(problem, answer)
    return None if outcome in (None, Outcome.NO_GOLD) else outcome == Outcome.CORRECT


def are_same(problem: Problem, a: str, b: str) -> bool:
    """Whether two answers state one value; as strings where the cheap routes cannot tell."""
    return bool(same_value(a, b, problem.answer_type, problem.options))


def classes_of(problem: Problem, answers: Sequence[str]) -> list[int]:
    """The class of equals of each answer, numbered as they come."""
    return classes(answers, lambda a, b: are_same(problem, a, b))
