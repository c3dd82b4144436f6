"""What is asked of a model and what it answers: plain values that protocols write and engines read. Knows neither."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.types import Role


class Message(NamedTuple):
    """One message of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. Temperature 0 is greedy; `n_alternatives` others are returned with each token."""

    max_tokens: int = 512
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    stop: tuple[str, ...] = ()
    n_alternatives: int = 0

    def __post_init__(self) -> None:
        if self.max_tokens < 0:
            raise ValueError(f"max_tokens is {self.max_tokens}, must be at least 0")
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}, must be at least 0")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}, must be in (0, 1]")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to the model of a role: a conversation, or a bare prompt as text or token ids (one of the three).

    `prefix` begins the assistant's reply, which is continued. `continuations` are texts whose log-probability after
    the prompt and prefix is wanted; with max_tokens 0 nothing else is.
    """

    messages: tuple[Message, ...] = ()
    text: str | None = None
    token_ids: tuple[int, ...] | None = None
    prefix: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    role: str = "solver"
    continuations: tuple[str, ...] = ()


class Point(NamedTuple):
    """A place of a trace at which an answer is forced: code points of the prefix kept, and what is put after."""

    offset: int
    suffix: str


@dataclass(frozen=True, slots=True)
class Probing:
    """Forced answers at many points of one trace. `ask.prefix` is the whole trace; each point is answered by itself."""

    ask: Ask
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Splitting:
    """A text whose tokens are wanted: the reply's tokens have their texts; it has none where the engine knows none."""

    text: str
    role: str = "solver"


class Token(NamedTuple):
    """One token of a reply: its id (-1 where the server gives none), text, log-probability and likeliest others."""

    token_id: int
    text: str
    log_probability: float | None
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the new text only, without prompt or prefix.

    `finish_reason` is "stop", "length" or "error"; with "error", `error` says what happened in words and the text is
    what had come until then. `continuations` are summed log-probabilities (nats) in the order asked, None where the
    engine cannot give them. `n_tokens` counts the new tokens.
    """

    text: str = ""
    finish_reason: str = "stop"
    tokens: Sequence[Token] = ()
    n_tokens: int = 0
    n_prompt_tokens: int = 0
    continuations: tuple[float | None, ...] = ()
    seed: int = 0
    error: str = ""
