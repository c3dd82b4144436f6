"""The nouns of the project as frozen dataclasses. Knows no storage and computes nothing; words as in docs/words.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})


class AnswerType(StrEnum):
    MATH = "math"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    NONE = "none"


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    CRITIC = "critic"
    JUDGE = "judge"
    TEACHER = "teacher"


class Outcome(StrEnum):
    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNPARSED = "unparsed"
    REFUSED = "refused"
    NOT_ATTEMPTED = "not_attempted"
    TIMED_OUT = "timed_out"
    ERROR = "error"
    NO_GOLD = "no_gold"


class TokenSource(StrEnum):
    UPLOADED = "uploaded"
    TOKENIZER = "tokenizer"
    ESTIMATED = "estimated"


class Transition(StrEnum):
    """What one candidate became in the next (First Try Matters, arXiv 2510.08308, section 2.2)."""

    TT = "tt"
    FFS = "ffs"
    FFD = "ffd"
    TF = "tf"
    FT = "ft"


class Span(NamedTuple):
    """Half-open range of code points [start, end) in a stored text."""

    start: int
    end: int


class Step(NamedTuple):
    """One segment of a text under a segmentation; `number` is 1-based (a line's number)."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What was asked. `golds` are alternatives, any of which is right; `options` are the texts of A, B, C ..."""

    question: str = ""
    golds: tuple[str, ...] = ()
    answer_type: AnswerType = AnswerType.MATH
    options: tuple[str, ...] = ()
    key: str = ""
    problem_set: str = ""
    subject: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `reasoning` and `response` are ranges of `text`; an attempt is a turn that answers the problem."""

    role: Role
    text: str | None = None
    reasoning: Span | None = None
    response: Span | None = None
    is_attempt: bool = False
    actor: str = ""
    answer: str | None = None
    confidence: float | None = None
    confidence_text: str = ""
    n_tokens: int | None = None
    n_reasoning_tokens: int | None = None
    finish_reason: str = ""
    reward: float | None = None
    correct: bool | None = None
    tool_calls: tuple[Mapping[str, object], ...] = ()
    train_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Rollout:
    """One sampled response of one model to one problem under one condition, as an importer reads it."""

    external_id: str
    model: str
    problem: Problem
    turns: tuple[Turn, ...]
    sample: int = 0
    condition: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    scores: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    truncated: bool | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that states a value for exactly what the problem asks.

    `start` and `end` are code points of the text that was read, `line` is 1-based in that text split on "\\n";
    `rule` names what found it and `because` says why in words for a reader.
    """

    start: int
    end: int
    line: int
    value: str
    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A verdict on one value: the outcome, the value as it was read, and why."""

    outcome: Outcome
    value: str = ""
    reason: str = ""
