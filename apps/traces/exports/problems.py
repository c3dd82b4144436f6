"""What a project's rollouts are of, as tables: collections, problems, conditions, and who changed what."""

from collections.abc import Iterator

import polars as pl

from apps.accounts.models import Change
from apps.core.tables.columns import Column, Kind
from apps.traces.exports.base import Scope, Table, paged
from apps.traces.models import Collection, Condition, Problem

PROBLEM_PATHS = {
    "key": "pk",
    "problem_set": "problem_set__name",
    "problem": "key",
    "question": "question",
    "golds": "golds",
    "answer_type": "answer_type",
    "options": "options",
    "subject": "subject",
    "level": "level",
    "merged_into": "merged_into_id",
}
PROBLEM_COLUMNS = (
    Column("key", Kind.WHOLE, "the problem's key on this site"),
    Column("problem_set", Kind.TEXT, "its set; empty text for problems that came without one"),
    Column("problem", Kind.TEXT, "its key in the set: uploaded, else a hash of the question"),
    Column("question", Kind.TEXT, "what was asked; empty text where only the key is known"),
    Column("golds", Kind.JSON, "the answers that count as right"),
    Column("answer_type", Kind.TEXT, "how answers are compared: math, choice, text, number, code, none"),
    Column("options", Kind.JSON, "the options of a choice, in their order"),
    Column("subject", Kind.TEXT, "its subject; empty text where none came"),
    Column("level", Kind.TEXT, "its level; empty text where none came"),
    Column("merged_into", Kind.WHOLE, "the key of the problem that it was merged into", missing="it stands alone"),
)
CONDITION_PATHS = {"key": "pk", "hash": "hash", "condition": "label", "factors": "factors"}
CONDITION_COLUMNS = (
    Column("key", Kind.WHOLE, "the condition's key on this site"),
    Column("hash", Kind.TEXT, "hash of its factors: equal conditions have equal ones"),
    Column("condition", Kind.TEXT, "its label; empty text for no condition"),
    Column("factors", Kind.JSON, "its factors by name"),
)
COLLECTION_PATHS = {
    "collection": "pk",
    "name": "name",
    "revision": "revision",
    "counting_grade": "counting_grade",
    "rollouts": "n_rollouts",
    "problems": "n_problems",
    "models": "n_models",
    "made_by": "created_by__username",
    "made_at": "created_at",
    "changed_at": "changed_at",
}
COLLECTION_COLUMNS = (
    Column("collection", Kind.WHOLE, "the collection's key on this site"),
    Column("name", Kind.TEXT, "its name"),
    Column("revision", Kind.WHOLE, "rises when anything in it changes"),
    Column("counting_grade", Kind.TEXT, "which grades count: ours or the uploaded ones"),
    Column("rollouts", Kind.WHOLE, "how many rollouts it holds", "rollouts"),
    Column("problems", Kind.WHOLE, "how many problems they are of", "problems"),
    Column("models", Kind.WHOLE, "how many models they came from", "models"),
    Column("made_by", Kind.TEXT, "who made it", missing="nobody who is known here"),
    Column("made_at", Kind.TIME, "when it was made", "UTC"),
    Column("changed_at", Kind.TIME, "when it was changed last", "UTC"),
)
CHANGE_PATHS = {
    "at": "at",
    "who": "actor__username",
    "verb": "verb",
    "target": "target",
    "label": "label",
    "before": "before",
    "after": "after",
    "reason": "reason",
}
CHANGE_COLUMNS = (
    Column("at", Kind.TIME, "when", "UTC"),
    Column("who", Kind.TEXT, "who did it", missing="nobody who is known here"),
    Column("verb", Kind.TEXT, "what was done"),
    Column("target", Kind.TEXT, "to what, by kind and key"),
    Column("label", Kind.TEXT, "what that was called; empty text where it has no name"),
    Column("before", Kind.JSON, "what was so before", missing="nothing is kept of it"),
    Column("after", Kind.JSON, "what is so since", missing="nothing is kept of it"),
    Column("reason", Kind.TEXT, "why; empty text where nobody said"),
)


def _problems(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Problem.objects.filter(project=scope.project)
    return paged(PROBLEM_COLUMNS, rows, PROBLEM_PATHS, scope.size)


def _conditions(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Condition.objects.filter(project=scope.project)
    return paged(CONDITION_COLUMNS, rows, CONDITION_PATHS, scope.size)


def _collections(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Collection.objects.filter(project=scope.project, is_deleted=False)
    return paged(COLLECTION_COLUMNS, rows, COLLECTION_PATHS, scope.size)


def _changes(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Change.objects.filter(project=scope.project)
    return paged(CHANGE_COLUMNS, rows, CHANGE_PATHS, scope.size)


PROBLEMS = Table("Problems", "a problem of the project", PROBLEM_COLUMNS, _problems)
CONDITIONS = Table("Conditions", "a condition of the project, with its factors", CONDITION_COLUMNS, _conditions)
COLLECTIONS = Table("Collections", "a collection of the project", COLLECTION_COLUMNS, _collections)
CHANGES = Table("History", "a change that somebody made in the project", CHANGE_COLUMNS, _changes)
