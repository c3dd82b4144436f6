"""Grades and scores of rollouts as tables, whoever gave them."""

from collections.abc import Iterator

import polars as pl

from apps.core.tables.columns import Column, Kind
from apps.traces.exports.base import COLLECTION, Scope, Table, of_rollouts
from apps.traces.models import Grade, Score

ROLLOUTS_AT_ONCE = 2_000
ROLLOUT = (
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("id", Kind.TEXT, "the rollout's external id"),
)
GRADE_PATHS = {
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "turn": "turn_index",
    "source": "source",
    "grader": "grader",
    "outcome": "outcome",
    "value": "value",
    "reason": "reason",
    "graded_by": "graded_by__username",
    "graded_at": "graded_at",
}
GRADE_COLUMNS = (
    *ROLLOUT,
    Column("turn", Kind.WHOLE, "the attempt that is graded"),
    Column("source", Kind.TEXT, "who graded: ours, uploaded, or a person"),
    Column("grader", Kind.TEXT, "the grader, with its version"),
    Column("outcome", Kind.TEXT, "correct, incorrect, or why there is no verdict"),
    Column("value", Kind.TEXT, "the value that was graded; empty text where none was seen"),
    Column("reason", Kind.TEXT, "why; empty text where nothing was said"),
    Column("graded_by", Kind.TEXT, "the person", missing="no person graded"),
    Column("graded_at", Kind.TIME, "when", "UTC"),
)
SCORE_PATHS = {
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "turn": "turn_index",
    "name": "name",
    "value": "value",
    "source": "source",
}
SCORE_COLUMNS = (
    *ROLLOUT,
    Column("turn", Kind.WHOLE, "the turn that is scored", missing="the score is of the whole rollout"),
    Column("name", Kind.TEXT, "the score's name"),
    Column("value", Kind.NUMBER, "the score, on the scale of its source"),
    Column("source", Kind.TEXT, "who gave it"),
)


def _grades(scope: Scope) -> Iterator[pl.DataFrame]:
    order = ["turn_index", "source", "grader"]
    return of_rollouts(GRADE_COLUMNS, Grade.objects.all(), GRADE_PATHS, scope, order, ROLLOUTS_AT_ONCE)


def _scores(scope: Scope) -> Iterator[pl.DataFrame]:
    return of_rollouts(SCORE_COLUMNS, Score.objects.all(), SCORE_PATHS, scope, ["pk"], ROLLOUTS_AT_ONCE)


GRADES = Table("Grades", "a grade of an attempt", GRADE_COLUMNS, _grades, options=(COLLECTION,), is_filtered=True)
SCORES = Table("Scores", "a score of a rollout", SCORE_COLUMNS, _scores, options=(COLLECTION,), is_filtered=True)
