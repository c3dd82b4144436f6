"""The features of an analysis as a table: what every measure reads, one row per rollout, and what each column means."""

from collections.abc import Iterator
from itertools import chain

import polars as pl
import pyarrow.parquet as pq

from analysis.features import SCHEMA, completed
from apps.core import blobs
from apps.core.tables.columns import DTYPES, Column, Kind
from apps.traces.exports.base import COLLECTION, Scope, Table
from apps.traces.exports.candidates import SET
from apps.traces.models import Analysis

LINES, TOKENS, CHARACTERS = "lines", "tokens", "characters"
NO_CANDIDATE, UNCOUNTED, NOT_GIVEN = "no candidate", "nobody counted them", "nothing of the kind came"
MEANINGS: dict[str, tuple[str, str, str]] = {
    "rollout_id": ("the rollout's key on this site", "", ""),
    "problem_id": ("the problem's key on this site", "", ""),
    "collection_id": ("the collection's key on this site", "", ""),
    "model": ("the model that it came from", "", ""),
    "problem_set": ("the problem's set; empty text for none", "", ""),
    "subject": ("the problem's subject; empty text for none", "", ""),
    "level": ("the problem's level; empty text for none", "", ""),
    "condition": ("the label of its condition; empty text for none", "", ""),
    "sample": ("which sample of the model's to the problem under the condition", "", ""),
    "parent": ("whether it continues another rollout", "", ""),
    "has_gold": ("whether the problem has an answer that counts as right", "", ""),
    "final_outcome": ("the grade of the final answer that counts", "", ""),
    "first_outcome": ("the grade of the first candidate", "", NO_CANDIDATE),
    "first_is_final": ("whether first candidate and final answer are of equal value", "", "one of them is not there"),
    "truncated": ("whether it was cut off before its end", "", ""),
    "read_from": ("the part in which candidates were looked for: reasoning, response, none", "", ""),
    "n_chars": ("length of its texts", CHARACTERS, ""),
    "n_lines": ("lines of the part that was read; 0 without a text", LINES, ""),
    "n_tokens": ("length of the whole attempt", TOKENS, UNCOUNTED),
    "n_reasoning_tokens": ("length of the reasoning, where that was read", TOKENS, UNCOUNTED),
    "n_read_tokens": ("length of the part that was read", TOKENS, UNCOUNTED),
    "token_source": ("who counted the tokens: uploaded, a tokenizer, or estimated from characters", "", ""),
    "candidate_lines": ("the line of each candidate, from 1", LINES, ""),
    "candidate_tokens": ("tokens up to the end of each candidate's line", TOKENS, UNCOUNTED),
    "candidate_outcomes": ("the grade of each candidate", "", ""),
    "candidate_classes": ("equal numbers for candidates of equal value", "", ""),
    "final_class": ("the class of the final answer; -1 when it equals no candidate", "", "no final answer"),
    "n_candidates": ("candidate answers", "candidates", ""),
    "n_tt": ("transitions from right to right", "transitions", ""),
    "n_ffs": ("transitions from wrong to the same wrong value", "transitions", ""),
    "n_ffd": ("transitions from wrong to another wrong value", "transitions", ""),
    "n_tf": ("transitions from right to wrong", "transitions", ""),
    "n_ft": ("transitions from wrong to right", "transitions", ""),
    "n_undecided": ("transitions of which an end could not be graded", "transitions", ""),
    "n_changed": ("transitions to another value", "transitions", ""),
    "marker_counts": ("how often each reflection marker of analysis.markers occurs, in that order", "markers", ""),
    "n_markers_words": ("reflection markers as whole words", "markers", ""),
    "kappa_paper": ("share of marker tokens, as Self-Braking Tuning defines it", "fraction of 1", "no text was read"),
    "kappa_repo": ("share of marker tokens, as that paper's code counts", "fraction of 1", "no text was read"),
    "first_correct_line": ("the line of the first right candidate, from 1", LINES, "no candidate is right"),
    "first_correct_tokens": ("tokens up to the end of that line", TOKENS, "no candidate is right, or uncounted"),
    "n_question_chars": ("length of the question", CHARACTERS, "the question did not come"),
    "question_words": ("buckets that the question's words fall into", "", ""),
    "phrases": ("openings of the sentences that were read, each once", "", ""),
    "phrases_before": ("how often each opening stands before the first candidate's line ends", "sentences", ""),
    "phrases_after": ("how often each opening stands after it", "sentences", ""),
    "n_openings_before": ("sentences before the first candidate's line ends", "sentences", "no text was read"),
    "n_openings_after": ("sentences after it", "sentences", "no text was read"),
    "answer_type": ("how answers are compared", "", ""),
    "answer_key": ("equal for final answers that are of equal value", "", "no final answer"),
    "text_key": ("equal for equal texts", "", "no text"),
    "attempt_outcomes": ("the grade of each attempt, oldest first", "", ""),
    "attempt_classes": ("equal numbers for attempts of equal answers", "", ""),
    "attempt_tokens": ("length of each attempt", TOKENS, ""),
    "attempt_edits": ("how much each attempt but the first differs from the one before", "fraction of 1", ""),
    "attempt_confidences": ("confidence stated with each attempt", "on the scale it was stated on", ""),
    "oracle_gated": ("whether later attempts were asked for only where the earlier one was wrong", "", ""),
    "confidence": ("confidence stated with the last attempt", "on the scale it was stated on", "none was read"),
    "confidence_unread": ("whether one was stated that could not be read", "", NOT_GIVEN),
    "token_confidence": ("confidence by the probabilities of the answer's tokens", "", NOT_GIVEN),
    "word_confidence": ("confidence by the words that it was stated in", "fraction of 1", NOT_GIVEN),
    "probe_confidence": ("confidence by forced answers", "fraction of 1", NOT_GIVEN),
    "reward": ("reward of the last attempt", "", NOT_GIVEN),
    "option_flow": ("P(first right), P(right again | right), P(right | wrong)", "probability", NOT_GIVEN),
    "latent_agreement": ("how far the answers of layers agree with the last one", "fraction of 1", NOT_GIVEN),
    "latent_settled": ("the share of layers before the answer stays what it is", "fraction of 1", NOT_GIVEN),
}
assert list(MEANINGS) == list(SCHEMA), "every feature needs its meaning"


def _kind(dtype: pl.DataType) -> Kind:
    inner = str(dtype.inner if isinstance(dtype, pl.List) else dtype)
    name = {"String": "TEXT", "Boolean": "YES_NO", "Float64": "NUMBER"}.get(inner, "WHOLE")
    return Kind[f"{name}S" if isinstance(dtype, pl.List) else name]


COLUMNS = tuple(
    Column(name, _kind(SCHEMA[name]), meaning, unit, missing) for name, (meaning, unit, missing) in MEANINGS.items()
)
CASTS = [pl.col(column.name).cast(DTYPES[column.kind]) for column in COLUMNS]


def _frames(scope: Scope) -> Iterator[pl.DataFrame]:
    """As the files hold them, a bounded number of rollouts at a time."""
    chosen = scope.filters.expression()
    batches = chain.from_iterable(_batches(analysis, scope.size) for analysis in scope.analyses)
    for frame in batches:
        yield completed(frame).filter(chosen).select(CASTS)


def _batches(analysis: Analysis, size: int) -> Iterator[pl.DataFrame]:
    assert analysis.features is not None
    with pq.ParquetFile(blobs.path_of(analysis.features)) as file:
        for batch in file.iter_batches(batch_size=size):
            found = pl.from_arrow(batch)
            assert isinstance(found, pl.DataFrame)
            yield found


FEATURES = Table(
    label="Features",
    row="a rollout, with everything that measures read of it",
    columns=COLUMNS,
    frames=_frames,
    options=(COLLECTION, SET),
    is_filtered=True,
)
