"""The list of rollouts as a table: what it is of, what the counting analysis found, no texts."""

from collections.abc import Iterator

import polars as pl

from apps.core.tables.columns import Column, Kind, frame_of
from apps.core.tables.paging import batches_of, tuples_of
from apps.traces.exports.base import COLLECTION, Scope, Table
from apps.traces.queries.many import among
from apps.traces.services.asked import Asked

UNMEASURED = "no analysis has read the rollout"
TOKENS = "tokens"
PATHS = {
    "rollout": "pk",
    "collection": "collection_id",
    "id": "external_id",
    "problem_set": "problem__problem_set__name",
    "problem": "problem__key",
    "subject": "problem__subject",
    "level": "problem__level",
    "model": "model__name",
    "condition": "condition__label",
    "sample": "sample",
    "truncated": "truncated",
    "error": "error",
    "characters": "n_chars",
    "final_outcome": "measured__outcome",
    "first_outcome": "measured__first_outcome",
    "candidates": "measured__n_candidates",
    "tt": "measured__n_tt",
    "ff_same": "measured__n_ffs",
    "ff_different": "measured__n_ffd",
    "tf": "measured__n_tf",
    "ft": "measured__n_ft",
    "changes": "measured__n_changed",
    "tokens": "measured__n_tokens",
    "uploaded_tokens": "n_tokens",
    "tokens_to_first": "measured__tokens_first",
    "first_position": "measured__position",
}


def _transition(name: str, words: str) -> Column:
    return Column(name, Kind.WHOLE, f"transitions between consecutive candidates: {words}", "transitions", UNMEASURED)


COLUMNS = (
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("collection", Kind.WHOLE, "the key of its collection"),
    Column("id", Kind.TEXT, "the id that it was uploaded or made with"),
    Column("problem_set", Kind.TEXT, "the problem's set; empty text for problems that came without one"),
    Column("problem", Kind.TEXT, "the problem's key in its set"),
    Column("subject", Kind.TEXT, "the problem's subject; empty text where none came"),
    Column("level", Kind.TEXT, "the problem's level; empty text where none came"),
    Column("model", Kind.TEXT, "the model that it came from"),
    Column("condition", Kind.TEXT, "the label of its condition; empty text for none"),
    Column("sample", Kind.WHOLE, "which sample of the model's to the problem under the condition"),
    Column("truncated", Kind.YES_NO, "whether it was cut off before its end"),
    Column("error", Kind.TEXT, "why it failed; empty text where it did not"),
    Column("characters", Kind.WHOLE, "length of its texts", "characters"),
    Column("final_outcome", Kind.TEXT, "the grade of its final answer that counts", missing=UNMEASURED),
    Column("first_outcome", Kind.TEXT, "the grade of its first candidate; empty text without one", missing=UNMEASURED),
    Column("candidates", Kind.WHOLE, "candidate answers in the text that was read", "candidates", UNMEASURED),
    _transition("tt", "right to right"),
    _transition("ff_same", "wrong to the same wrong value"),
    _transition("ff_different", "wrong to another wrong value"),
    _transition("tf", "right to wrong"),
    _transition("ft", "wrong to right"),
    _transition("changes", "to another value, right or wrong"),
    Column("tokens", Kind.WHOLE, "tokens of the attempt, uploaded or else estimated", TOKENS, UNMEASURED),
    Column("uploaded_tokens", Kind.WHOLE, "tokens as the upload counts them", TOKENS, "the upload does not say"),
    Column("tokens_to_first", Kind.WHOLE, "tokens up to its first candidate's line", TOKENS, "none, or unknown"),
    Column("first_position", Kind.NUMBER, "line of its first candidate, of all lines", "fraction of 1", "no candidate"),
)
assert [column.name for column in COLUMNS] == list(PATHS), "every column needs its path"


def frames_of(asked: Asked, size: int) -> Iterator[pl.DataFrame]:
    """All that match, in the list's order."""
    names = list(PATHS.values())
    if asked.is_plain:
        yield from (frame_of(COLUMNS, batch) for batch in batches_of(asked.every, names, size))
        return
    for ids in asked.id_batches(size):
        place = {pk: at for at, pk in enumerate(ids)}
        found = tuples_of(asked.every.filter(among("pk", ids)).order_by(), names)
        yield frame_of(COLUMNS, sorted(found, key=lambda row: place[row[0]]))


def _frames(scope: Scope) -> Iterator[pl.DataFrame]:
    return frames_of(scope.asked, scope.size)


ROLLOUTS = Table(
    label="Rollouts",
    row="a rollout, with what the analysis that counts found in it",
    columns=COLUMNS,
    frames=_frames,
    options=(COLLECTION,),
    is_filtered=True,
)
