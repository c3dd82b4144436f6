"""Every grade of an attempt side by side: ours, uploaded, a person's; which one counts, and whether they disagree."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.types import Outcome
from apps.traces.models import Grade
from apps.traces.presenters.marks import Mark, mark_of
from apps.traces.services.attempts import Attempt
from apps.traces.services.reading import counting_outcome

DECIDED = {Outcome.CORRECT, Outcome.INCORRECT}


@dataclass(frozen=True, slots=True)
class Line:
    """One source's grade; `mark` is None where it gave none."""

    source: str
    mark: Mark | None
    note: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Grades:
    """`ours` is our grader's newest; `overruled` a person's outcome, empty where nobody overruled."""

    lines: Sequence[Line]
    counting: Mark
    disagree: bool
    ours: Grade | None
    overruled: str
    is_graded: bool


def grades_on(attempt: Attempt, rows: Sequence[Grade]) -> Grades:
    by_source = {source: [row for row in rows if row.source == source] for source in Grade.Source.values}
    ours = next(iter(by_source[Grade.Source.OURS]), None)
    person = next(iter(by_source[Grade.Source.PERSON]), None)
    uploaded = by_source[Grade.Source.UPLOADED]
    lines = [
        *([_line(row.grader, row) for row in by_source[Grade.Source.OURS]] or [Line("ours", None, "not graded yet")]),
        *([_line("uploaded", row) for row in uploaded] or [Line("uploaded", None, "the file has no grade")]),
        _person(person),
    ]
    outcomes = {row.outcome for row in [ours, person, *uploaded] if row is not None} & DECIDED
    counting = _counting(attempt, ours, uploaded, person)
    overruled = person.outcome if person else ""
    return Grades(lines, mark_of(counting), len(outcomes) > 1, ours, overruled, counting is not None)


def _line(source: str, row: Grade) -> Line:
    return Line(source, mark_of(row.outcome), row.reason, row.value)


def _person(row: Grade | None) -> Line:
    if row is None:
        return Line("a person", None, "nobody overruled")
    who = row.graded_by.username if row.graded_by else "an account that is gone"
    return Line("a person", mark_of(row.outcome), f"{who}: {row.reason}" if row.reason else who)


def _counting(attempt: Attempt, ours: Grade | None, uploaded: Sequence[Grade], person: Grade | None) -> Outcome | None:
    """Which outcome counts, by the rule of the analysis; without our grade, what a person or the file says."""
    if ours is not None:
        return counting_outcome(attempt, Outcome(ours.outcome), attempt.rollout.collection.counting_grade)
    given = person or next(iter(uploaded), None)
    return Outcome(given.outcome) if given else None
