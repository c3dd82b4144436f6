"""A rollout's candidates as the reader shows them: with verdicts already given and transitions. Grades nothing."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from analysis import transitions, types
from analysis.answers.grade import classes, same_value
from analysis.types import Outcome, Transition
from apps.traces.models import Candidate
from apps.traces.presenters.marks import mark_of
from apps.traces.presenters.trace import Shown
from apps.traces.queries.verdicts import key_of, verdicts_by_key, verdicts_for

MAX_COMPARED = 40
"""Values of one rollout whose equality is looked up pair by pair; values after these are the same only as strings."""

NO_GOLD = types.Grade(Outcome.NO_GOLD, reason="the problem has no gold")


def shown_candidates(rows: Sequence[Candidate], problem: types.Problem, grader: str) -> list[Shown]:
    """Candidates in the order of the text. A value without a verdict is shown as not graded."""
    values = [row.value for row in rows]
    grades = verdicts_for(grader, problem, set(values)) if problem.golds else dict.fromkeys(values, NO_GOLD)
    outcomes = [grades[value].outcome if value in grades else Outcome.TIMED_OUT for value in values]
    became = _transitions(outcomes, classes_of(values, problem, grader))
    return [
        Shown(
            number=row.index + 1,
            line=row.line,
            value=row.value,
            mark=mark_of(grades[row.value].outcome if row.value in grades else None),
            reason=grades[row.value].reason if row.value in grades else "no verdict on this value is stored yet",
            rule=row.rule,
            because=row.because,
            transition=became[position],
            lines_since=row.line - rows[position - 1].line if position else None,
        )
        for position, row in enumerate(rows)
    ]


def _transitions(outcomes: Sequence[Outcome], classes: Sequence[int]) -> list[Transition | None]:
    """Beside each candidate what it became from the decided one before it; None for the first and the undecided."""
    became: list[Transition | None] = [None] * len(outcomes)
    decided = [position for position, outcome in enumerate(outcomes) if outcome in transitions.DECIDED]
    found = transitions.classify(outcomes, classes).transitions
    for (_, position), transition in zip(pairwise(decided), found, strict=True):
        became[position] = transition
    return became


def classes_of(values: Sequence[str], problem: types.Problem, grader: str) -> list[int]:
    """Class of each value, as the analysis forms them, from equalities that are known without grading."""
    same = _same_pairs(list(dict.fromkeys(values))[:MAX_COMPARED], problem, grader)
    return classes(values, lambda founder, value: founder == value or (founder, value) in same)


def _same_pairs(values: Sequence[str], problem: types.Problem, grader: str) -> set[tuple[str, str]]:
    """Pairs (earlier, later) of equal value: by the cheap routes, else by a verdict on the pair."""
    same: set[tuple[str, str]] = set()
    asked: dict[bytes, tuple[str, str]] = {}
    for pair in combinations(values, 2):
        cheap = same_value(*pair, problem.answer_type, problem.options)
        if cheap:
            same.add(pair)
        elif cheap is None:
            asked[key_of(grader, (pair[0],), problem.answer_type, problem.options, pair[1])] = pair
    return same | set(_judged_equal(asked))


def _judged_equal(asked: dict[bytes, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for key, given in verdicts_by_key(list(asked)).items():
        if given.outcome == Outcome.CORRECT:
            yield asked[key]
