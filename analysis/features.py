"""One row per rollout: what every measure reads, and the columns of the Parquet file that holds it.

Knows no database, extracts and grades nothing: candidates, their outcomes and classes of equal value are given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Literal, NamedTuple

import polars as pl

from analysis import markers, phrases, questions, tokens, transitions
from analysis.answering import COLUMNS, Answering, only_attempt
from analysis.columns import column
from analysis.types import Candidate, Outcome, TokenSource, Transition

ReadFrom = Literal["reasoning", "response", "none"]
NO_CANDIDATE_CLASS = -1
"""The class of a final answer that equals none of the rollout's candidates."""

SCHEMA = pl.Schema(
    {
        "rollout_id": pl.Int64(),
        "problem_id": pl.Int64(),
        "collection_id": pl.Int64(),
        "model": pl.String(),
        "problem_set": pl.String(),
        "subject": pl.String(),
        "level": pl.String(),
        "condition": pl.String(),
        "sample": pl.Int32(),
        "parent": pl.Boolean(),
        "has_gold": pl.Boolean(),
        "final_outcome": pl.String(),
        "first_outcome": pl.String(),
        "first_is_final": pl.Boolean(),
        "truncated": pl.Boolean(),
        "read_from": pl.String(),
        "n_chars": pl.Int32(),
        "n_lines": pl.Int32(),
        "n_tokens": pl.Int32(),
        "n_reasoning_tokens": pl.Int32(),
        "n_read_tokens": pl.Int32(),
        "token_source": pl.String(),
        "candidate_lines": pl.List(pl.Int32()),
        "candidate_tokens": pl.List(pl.Int32()),
        "candidate_outcomes": pl.List(pl.String()),
        "candidate_classes": pl.List(pl.Int32()),
        "final_class": pl.Int32(),
        "n_candidates": pl.Int32(),
        "n_tt": pl.Int32(),
        "n_ffs": pl.Int32(),
        "n_ffd": pl.Int32(),
        "n_tf": pl.Int32(),
        "n_ft": pl.Int32(),
        "n_undecided": pl.Int32(),
        "n_changed": pl.Int32(),
        "marker_counts": pl.List(pl.Int32()),
        "n_markers_words": pl.Int32(),
        "kappa_paper": pl.Float64(),
        "kappa_repo": pl.Float64(),
        "first_correct_line": pl.Int32(),
        "first_correct_tokens": pl.Int32(),
        "n_question_chars": pl.Int32(),
        "question_words": pl.List(pl.Int16()),
        "phrases": pl.List(pl.String()),
        "phrases_before": pl.List(pl.Int16()),
        "phrases_after": pl.List(pl.Int16()),
        "n_openings_before": pl.Int32(),
        "n_openings_after": pl.Int32(),
        **COLUMNS,
    }
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose rollout it is and of what: the columns that rows are grouped by."""

    rollout_id: int
    problem_id: int
    collection_id: int
    model: str
    problem_set: str = ""
    subject: str = ""
    level: str = ""
    condition: str = ""
    sample: int = 0
    parent: bool = False
    question: str = field(default="", repr=False)


_IDENTITY = tuple(field.name for field in fields(Identity))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a rollout's attempt.

    `text` is the text that the candidates' offsets refer to (reasoning, else response; None where none was uploaded);
    `candidate_outcomes` and `candidate_classes` belong to `candidates`, in the order of the text; equal class = equal
    value. `final_class` is the class of the final answer, NO_CANDIDATE_CLASS when it equals no candidate, None when
    there is no final answer. `n_attempt_chars` are the characters of reasoning and response together. `answering` is of
    all attempts, where there were several or more is known of the one.
    """

    text: str | None
    read_from: ReadFrom
    final_outcome: Outcome
    has_gold: bool
    candidates: Sequence[Candidate] = ()
    candidate_outcomes: Sequence[Outcome] = ()
    candidate_classes: Sequence[int] = ()
    final_class: int | None = None
    truncated: bool = False
    n_attempt_chars: int = 0
    n_tokens: int | None = None
    n_reasoning_tokens: int | None = None
    token_source: TokenSource = TokenSource.UPLOADED
    answering: Answering | None = None

    @property
    def answered(self) -> Answering:
        """What is given, else the one attempt with its outcome."""
        return self.answering or only_attempt(self.final_outcome, self.n_tokens)


class _Positions(NamedTuple):
    counted: tokens.TokenCount
    at: list[int]
    first_line_end: int | None


def build(identity: Identity, reading: Reading) -> dict[str, object]:
    """The row of one rollout, with a value (or None) for every column of SCHEMA.

    Lines are 1-based in `reading.text` split on "\\n"; n_lines counts blank lines too (0 without a text). Tokens are of
    the whole attempt (n_tokens), of the reasoning where that was read (n_reasoning_tokens) and of the text read
    (n_read_tokens); candidate_tokens count up to and including the candidate's own line, interpolated by characters
    (analysis.tokens). Nothing is undefined by zero: no candidate gives first_outcome None and empty lists.
    Raises ValueError when candidates, outcomes and classes differ in number or are not in the order of the text.
    First Try Matters (arXiv 2510.08308v1), sections 2.1 and 2.2: line included in the forward part.

    >>> text = "So x is 4.\\nWait, x is 5.\\nYes, 5."
    >>> found = [Candidate(at, at + 1, line, text[at], "rule", "") for line, at in enumerate((8, 22, 30), 1)]
    >>> reading = Reading(text, "reasoning", Outcome.CORRECT, True, found,
    ...     [Outcome.INCORRECT, Outcome.CORRECT, Outcome.CORRECT], [0, 1, 1], 1, n_attempt_chars=64, n_tokens=32)
    >>> row = build(Identity(1, 1, 1, "m"), reading)
    >>> row["candidate_lines"], row["candidate_tokens"], row["n_ft"], row["n_tt"], row["first_is_final"]
    ([1, 2, 3], [6, 12, 16], 1, 1, False)
    >>> list(row) == list(SCHEMA)
    True
    """
    _check(reading)
    positions = _positions(reading)
    row: dict[str, object] = {name: getattr(identity, name) for name in _IDENTITY}
    row |= _question(identity.question) | _answers(reading) | _lengths(reading, positions.counted)
    row |= phrases.row_of(reading.text or "", positions.first_line_end)
    row |= (
        reading.answered.row()
        | _candidates(reading, positions.at)
        | _transitions(reading)
        | _markers(reading, positions.counted.read)
    )
    return {name: row[name] for name in SCHEMA}


def frame(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Rows of `build` as a frame with the columns of SCHEMA; no rows give an empty frame.

    >>> frame([]).shape == (0, len(SCHEMA))
    True
    """
    given = list(rows)
    return pl.DataFrame([column(name, [row[name] for row in given], dtype) for name, dtype in SCHEMA.items()])


def completed(frame: pl.DataFrame) -> pl.DataFrame:
    """A stored frame with every column of SCHEMA: those that are younger than the file are empty.

    >>> completed(frame([]).drop("question_words")).schema == SCHEMA
    True
    """
    younger = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(younger).select(list(SCHEMA)) if younger else frame


def _question(question: str) -> dict[str, object]:
    return {
        "n_question_chars": len(question) if question else None,
        "question_words": list(_word_buckets(question)),
    }


@lru_cache(maxsize=256)
def _word_buckets(question: str) -> tuple[int, ...]:
    """Many rollouts answer one question."""
    return questions.word_buckets(question)


def _check(reading: Reading) -> None:
    n = {len(reading.candidates), len(reading.candidate_outcomes), len(reading.candidate_classes)}
    if len(n) != 1:
        raise ValueError(f"candidates, outcomes and classes differ in number: {sorted(n)}")
    starts = [candidate.start for candidate in reading.candidates]
    if starts != sorted(starts):
        raise ValueError(f"candidates are not in the order of the text: starts {starts}")
    if reading.candidates and reading.text is None:
        raise ValueError(f"{len(reading.candidates)} candidates of a text that is not there")


def _positions(reading: Reading) -> _Positions:
    text = reading.text or ""
    uploaded = reading.n_reasoning_tokens if reading.read_from == "reasoning" else None
    counted = tokens.count(len(text), reading.n_attempt_chars, reading.n_tokens, uploaded, reading.token_source)
    ends = [_line_end(text, candidate) for candidate in reading.candidates]
    at = [tokens.at(end, len(text), counted.read or 0) for end in ends]
    return _Positions(counted, at, ends[0] if ends else None)


def _line_end(text: str, candidate: Candidate) -> int:
    newline = text.find("\n", max(candidate.end - 1, candidate.start))
    return len(text) if newline < 0 else newline + 1


def _answers(reading: Reading) -> dict[str, object]:
    known = reading.candidates and reading.final_class is not None
    return {
        "has_gold": reading.has_gold,
        "final_outcome": reading.final_outcome.value,
        "first_outcome": reading.candidate_outcomes[0].value if reading.candidates else None,
        "first_is_final": reading.candidate_classes[0] == reading.final_class if known else None,
        "truncated": reading.truncated,
        "read_from": reading.read_from,
        "final_class": reading.final_class,
    }


def _lengths(reading: Reading, counted: tokens.TokenCount) -> dict[str, object]:
    read_reasoning = reading.read_from == "reasoning"
    return {
        "n_chars": len(reading.text or ""),
        "n_lines": 0 if reading.text is None else reading.text.count("\n") + 1,
        "n_tokens": counted.attempt,
        "n_reasoning_tokens": counted.read if read_reasoning else reading.n_reasoning_tokens,
        "n_read_tokens": None if reading.text is None else counted.read,
        "token_source": counted.source.value if counted.source else "none",
    }


def _candidates(reading: Reading, token_positions: list[int]) -> dict[str, object]:
    lines = [candidate.line for candidate in reading.candidates]
    outcomes = list(reading.candidate_outcomes)
    first = outcomes.index(Outcome.CORRECT) if Outcome.CORRECT in outcomes else None
    return {
        "candidate_lines": lines,
        "candidate_tokens": token_positions,
        "candidate_outcomes": [outcome.value for outcome in outcomes],
        "candidate_classes": list(reading.candidate_classes),
        "n_candidates": len(lines),
        "first_correct_line": None if first is None else lines[first],
        "first_correct_tokens": None if first is None else token_positions[first],
    }


def _transitions(reading: Reading) -> dict[str, object]:
    reflections = transitions.classify(reading.candidate_outcomes, reading.candidate_classes)
    counts: dict[str, object] = {f"n_{transition.value}": reflections.n(transition) for transition in Transition}
    return counts | {
        "n_undecided": reflections.n_undecided,
        "n_changed": transitions.n_changed(reading.candidate_classes),
    }


def _markers(reading: Reading, n_tokens: int | None) -> dict[str, object]:
    counts = markers.count(reading.text or "")
    return {
        "marker_counts": counts,
        "n_markers_words": sum(counts),
        "kappa_paper": markers.kappa_paper(counts, n_tokens or 0),
        "kappa_repo": markers.kappa_repo(reading.text or "", n_tokens or 0),
    }
