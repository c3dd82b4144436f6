"""What a protocol is: a generator that asks, is answered, asks again and ends with what came of it.

A protocol is pure: it knows no engine, no database and no clock, and the same item, settings and replies give the same
questions and result. Whoever drives it may answer the asks of many items in one batch.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from analysis.asking import Ask, Message, Probing, Reply, Splitting
from analysis.errors import UserError
from analysis.types import NOTHING, Outcome, Problem, Span, Turn

Asks = Sequence[Ask | Probing | Splitting]
Replies = Sequence[Reply | Sequence[Reply]]
NO_SCORES: Mapping[str, float] = MappingProxyType({})
NO_DECISIONS: Mapping[str, bool] = MappingProxyType({})


class ProtocolFailed(UserError):
    """The item cannot be finished: a reply was an error, or could not be read. The message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """The rollout that an item starts from: its answering turn and the conversation before it."""

    rollout: int
    turn_index: int
    text: str
    reasoning: Span | None = None
    messages: tuple[Message, ...] = ()
    answer: str | None = None
    is_correct: bool | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What one unit of a run is about: a problem, perhaps a rollout to start from, a sample number and its seed.

    A protocol with the setting `samples` wants that many units for every problem or rollout, numbered from 0, each
    with a seed of its own; the run makes them. `rival` is another rollout of the problem, of the collection that the
    setting `rivals` names.
    """

    problem: Problem
    source: Source | None = None
    sample: int = 0
    seed: int = 0
    rival: Source | None = None


class Made(NamedTuple):
    """One rollout that a protocol made. A continuation names its offset in the parent and holds only its suffix."""

    turns: tuple[Turn, ...]
    sample: int = 0
    condition: Mapping[str, str] = NOTHING
    scores: Mapping[str, float] = NO_SCORES
    parent_turn: int | None = None
    parent_offset: int | None = None
    truncated: bool = False


class Probed(NamedTuple):
    """One forced answer at an offset of the source's turn.

    `log_probability` is that of the value's tokens (nats), `entropy` that of the k answers at the offset (bits, None
    for one answer). `decisions` say what stopping rules would have done here, `figures` what they looked at.
    """

    turn_index: int
    offset: int
    k: int
    value: str
    log_probability: float | None = None
    entropy: float | None = None
    p_correct: float | None = None
    outcome: Outcome | None = None
    decisions: Mapping[str, bool] = NO_DECISIONS
    figures: Mapping[str, float] = NO_SCORES


class Judged(NamedTuple):
    """What a judge said of the source: a number or a verdict with its reason. `order` is that of a pair."""

    name: str
    value: float | None
    verdict: str
    rationale: str
    order: str = ""


class Found(NamedTuple):
    """A candidate that a model named: code points of the source's text, the 1-based line, and the value."""

    start: int
    end: int
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an item: rollouts, probes, candidates, scores and judgements of the source, remarks."""

    rollouts: tuple[Made, ...] = ()
    probes: tuple[Probed, ...] = ()
    candidates: tuple[Found, ...] | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    judgements: tuple[Judged, ...] = ()


class Parameter(NamedTuple):
    """One setting of a protocol: forms, the command line and the documentation are made from it.

    `kind` is integer, number, text, long_text, choice, flag, list or collection (its number); `choices` are
    (value, label).
    """

    name: str
    label: str
    kind: str
    default: Any
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None


class Estimate(NamedTuple):
    """Requests and new tokens at most, for one item."""

    n_requests: int
    n_tokens: int


class Conductor(Protocol):
    """One protocol. `needs` is "problem" or "rollout"; `roles` are the parts that models play.

    Settings are given as a form or command line has them; all four methods read them alike and raise SettingRefused
    (a UserError) for one that cannot be used.
    """

    @property
    def version(self) -> str: ...

    @property
    def needs(self) -> str: ...

    @property
    def roles(self) -> tuple[str, ...]: ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    def needs_for(self, settings: Mapping[str, Any]) -> str:
        """What it starts from with these settings: "rollout" also where they ask for a rollout's own text."""

    def settle(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Every parameter with its value, given or default: what provenance records."""

    def is_oracle_gated(self, settings: Mapping[str, Any]) -> bool:
        """Whether golds decide what is asked, so that results are never ranked against intrinsic ones."""

    def conduct(self, item: Item, settings: Mapping[str, Any]) -> Generator[Asks, Replies, Result]: ...

    def estimate(self, item: Item, settings: Mapping[str, Any]) -> Estimate: ...
