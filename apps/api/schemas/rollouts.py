"""What the API says of rollouts: a line of a list, one with its turns and texts, its candidates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from apps.traces.models import Candidate, Grade, Rollout, Score, Turn

COLUMNS = {
    "id": "pk",
    "external_id": "external_id",
    "collection_id": "collection_id",
    "problem_id": "problem_id",
    "problem_key": "problem__key",
    "problem_set": "problem__problem_set__name",
    "subject": "problem__subject",
    "level": "problem__level",
    "question": "question",
    "model": "model__name",
    "condition": "condition__label",
    "sample": "sample",
    "truncated": "truncated",
    "error": "error",
    "n_chars": "n_chars",
    "n_uploaded_tokens": "n_tokens",
    "outcome": "measured__outcome",
    "first_outcome": "measured__first_outcome",
    "n_candidates": "measured__n_candidates",
    "n_tt": "measured__n_tt",
    "n_ffs": "measured__n_ffs",
    "n_ffd": "measured__n_ffd",
    "n_tf": "measured__n_tf",
    "n_ft": "measured__n_ft",
    "n_changed": "measured__n_changed",
    "n_tokens": "measured__n_tokens",
    "tokens_first": "measured__tokens_first",
    "position": "measured__position",
}
"""Where each field of a line comes from in the rows of a listing."""
OUTCOMES = frozenset({"outcome", "first_outcome"})


class RolloutLine(Schema):
    """A rollout as lists have it; what no analysis has measured is null. `question` is cut."""

    id: int
    external_id: str
    collection_id: int
    problem_id: int
    problem_key: str
    problem_set: str
    subject: str
    level: str
    question: str
    model: str
    condition: str
    sample: int
    truncated: bool
    error: str
    n_chars: int
    n_uploaded_tokens: int | None
    outcome: str | None
    first_outcome: str | None
    n_candidates: int | None
    n_tt: int | None
    n_ffs: int | None
    n_ffd: int | None
    n_tf: int | None
    n_ft: int | None
    n_changed: int | None
    n_tokens: int | None
    tokens_first: int | None
    position: float | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "RolloutLine":
        values = {name: row[column] for name, column in COLUMNS.items()}
        return cls(**(values | {name: values[name] or None for name in OUTCOMES}))


class TurnOut(Schema):
    """One message. Spans are code points of `text`, `[start, end)`, null where there is no such part."""

    index: int
    role: str
    actor: str
    text: str | None
    reasoning_start: int | None
    reasoning_end: int | None
    response_start: int | None
    response_end: int | None
    is_attempt: bool
    answer: str | None
    confidence: float | None
    n_tokens: int | None
    n_reasoning_tokens: int | None
    token_source: str
    finish_reason: str
    reward: float | None
    tool_calls: Any
    train_on: bool | None

    @classmethod
    def of(cls, turn: Turn, texts: Mapping[int, str]) -> "TurnOut":
        own = {name: getattr(turn, name) for name in cls.model_fields if name != "text"}
        return cls(text=texts.get(turn.text_id) if turn.text_id else None, **own)


class GradeOut(Schema):
    """An outcome of an attempt. `source` is uploaded, ours or person; which one counts is the collection's setting."""

    turn_index: int
    source: str
    grader: str
    outcome: str
    value: str
    reason: str
    graded_by: str | None
    graded_at: datetime

    @classmethod
    def of(cls, grade: Grade) -> "GradeOut":
        own = ("turn_index", "source", "grader", "outcome", "value", "reason", "graded_at")
        person = grade.graded_by.username if grade.graded_by else None
        return cls(graded_by=person, **{name: getattr(grade, name) for name in own})


class ScoreOut(Schema):
    """A named number on a rollout, or on one of its turns."""

    turn_index: int | None
    name: str
    value: float
    source: str

    @classmethod
    def of(cls, score: Score) -> "ScoreOut":
        return cls(**{name: getattr(score, name) for name in cls.model_fields})


class RolloutOut(Schema):
    """One rollout whole. `parent_*`: it continues another from there."""

    id: int
    external_id: str
    unit_key: str
    collection_id: int
    problem_id: int
    model: str
    condition: str
    factors: dict[str, Any]
    sample: int
    parent_id: int | None
    parent_turn: int | None
    parent_offset: int | None
    truncated: bool
    error: str
    n_chars: int
    n_tokens: int | None
    attributes: dict[str, Any]
    turns: list[TurnOut]
    grades: list[GradeOut]
    scores: list[ScoreOut]

    @classmethod
    def of(cls, row: Rollout, turns: list[TurnOut], grades: list[GradeOut], scores: list[ScoreOut]) -> "RolloutOut":
        named = {"id", "model", "condition", "factors", "attributes", "turns", "grades", "scores"}
        return cls(
            id=row.pk,
            model=row.model.name,
            condition=row.condition.label,
            factors=row.condition.factors,
            attributes=row.attributes or {},
            turns=turns,
            grades=grades,
            scores=scores,
            **{name: getattr(row, name) for name in cls.model_fields if name not in named},
        )


class CandidateOut(Schema):
    """A span that states a value for what the problem asks: code points of its turn's text, `line` from 1."""

    rollout_id: int
    turn_index: int
    index: int
    start: int
    end: int
    line: int
    value: str
    rule: str
    because: str

    @classmethod
    def of(cls, row: Candidate) -> "CandidateOut":
        return cls(**{name: getattr(row, name) for name in CandidateOut.model_fields})


class JudgedCandidate(CandidateOut):
    """With its outcome against the golds (null: not graded yet) and what it became of the one before."""

    outcome: str | None
    transition: str | None


class OverruleIn(Schema):
    """A person's grade for the last attempt; null takes an earlier one back."""

    outcome: Literal["correct", "incorrect"] | None
    reason: str = Field("", max_length=1000)
