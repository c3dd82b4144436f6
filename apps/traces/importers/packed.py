"""A rollout as read, in plain values that a pipe carries and tables take. Knows neither files nor tables.

Texts are hashed and compressed where rollouts are read: beside the database, and before any transaction. A reader that
falls behind leaves long texts as they are; then `compressed` is called where they arrive, still before the transaction.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from typing import NamedTuple, TypeVar

import orjson
import zstandard

from analysis.types import AnswerType, Problem, Rollout, TokenSource, Turn

from .identity import unit_key

MOST_LABEL, MOST_NAME = 2_000, 200
SOURCES = {"field", "inline", "closer_only", "stripped", "none"}
MOST_REMEMBERED, MOST_REMEMBERED_CHARS = 4_000, 200
LEVEL = 1
T = TypeVar("T")
P = TypeVar("P")
PackedProblem = tuple[str, tuple[str, ...], str, tuple[str, ...], str, str, str, str]
PackedText = tuple[bytes, int, bytes]
"""The hash of a text's UTF-8, its characters, and its UTF-8, compressed or on its way to be."""
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class PackedTurn(NamedTuple):
    """One message: its text, its uploaded grade, then columns of the table of turns."""

    text: PackedText | None
    correct: bool | None
    role: str
    actor: str
    reasoning_start: int | None
    reasoning_end: int | None
    response_start: int | None
    response_end: int | None
    is_attempt: bool
    answer: str | None
    confidence: float | None
    confidence_text: str
    n_tokens: int | None
    n_reasoning_tokens: int | None
    token_source: str
    finish_reason: str
    reward: float | None
    tool_calls: str | None
    train_on: bool | None


class Packed(NamedTuple):
    """One rollout with the key that makes it unique in its collection; cut to what the columns hold.

    `n_chars` and `n_tokens` are sums over the attempts; `attributes` are JSON.
    """

    unit_key: str
    external_id: str
    model: str
    problem: PackedProblem
    condition: tuple[tuple[str, str], ...]
    sample: int
    truncated: bool
    error: str
    n_chars: int
    n_tokens: int | None
    attributes: str
    scores: dict[str, float]
    turns: tuple[PackedTurn, ...]


def compressor() -> Callable[[bytes], bytes]:
    """How texts are compressed; each thread takes its own."""
    return zstandard.ZstdCompressor(level=LEVEL).compress


def compressed(text: PackedText, compress: Callable[[bytes], bytes]) -> PackedText:
    """The text compressed; as it is where it was before, which its first bytes tell, as no UTF-8 begins with them."""
    digest, n_chars, content = text
    return text if content.startswith(zstandard.FRAME_HEADER) else (digest, n_chars, compress(content))


def _hashed(text: str) -> PackedText:
    content = text.encode()
    return sha256(content).digest(), len(text), content


def _always() -> bool:
    return True


@dataclass(slots=True)
class Packer:
    """Packs rollouts of one upload; what they share (the problem, the prompt, short texts) is packed once.

    `has_time` is asked before each long text of an attempt is compressed; without time it stays as it is.
    """

    has_time: Callable[[], bool] = _always
    _problems: dict[int, tuple[Problem, PackedProblem]] = field(default_factory=dict)
    _prompts: dict[int, tuple[Turn, PackedTurn]] = field(default_factory=dict)
    _texts: dict[str, PackedText] = field(default_factory=dict)
    _compress: Callable[[bytes], bytes] = field(default_factory=compressor)

    def pack(self, rollout: Rollout, key: str = "") -> Packed:
        """Plain values of a rollout, under its own unit key unless another is given."""
        asked = rollout.problem
        problem = self._problems.get(id(asked)) or _kept(self._problems, asked, _pack_problem(asked))
        turns = tuple([self._turn(turn) for turn in rollout.turns])
        return _packed(rollout, key or unit_key(rollout), problem[1], turns)

    def _turn(self, turn: Turn) -> PackedTurn:
        if turn.is_attempt:
            return _pack_turn(turn, self._text(turn.text, self.has_time))
        known = self._prompts.get(id(turn))
        return (known or _kept(self._prompts, turn, _pack_turn(turn, self._text(turn.text))))[1]

    def _text(self, text: str | None, has_time: Callable[[], bool] = _always) -> PackedText | None:
        if text is None:
            return None
        if len(text) > MOST_REMEMBERED_CHARS:
            return self._pack_text(text) if has_time() else _hashed(text)
        if len(self._texts) >= MOST_REMEMBERED:
            self._texts.clear()
        return self._texts.get(text) or self._texts.setdefault(text, self._pack_text(text))

    def _pack_text(self, text: str) -> PackedText:
        return compressed(_hashed(text), self._compress)


def _kept(known: dict[int, tuple[T, P]], given: T, packed: P) -> tuple[T, P]:
    """What was packed, remembered by the object itself, which is held so that no other takes its number."""
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    return known.setdefault(id(given), (given, packed))


def pack(rollout: Rollout, key: str = "") -> Packed:
    """Plain values of a rollout by itself."""
    return Packer().pack(rollout, key)


def _pack_problem(asked: Problem) -> PackedProblem:
    return (
        asked.question, asked.golds, asked.answer_type.value, asked.options, fitting(asked.key),
        fitting(asked.problem_set), asked.subject, asked.level,
    )  # fmt: skip


def _packed(rollout: Rollout, key: str, problem: PackedProblem, turns: tuple[PackedTurn, ...]) -> Packed:
    n_chars, n_tokens = 0, 0
    for turn in turns:
        if turn.is_attempt:
            n_chars += turn.text[1] if turn.text else 0
            n_tokens += turn.n_tokens or 0
    return Packed(
        key, rollout.external_id[:300], fitting(rollout.model), problem, tuple(rollout.condition.items()),
        rollout.sample, rollout.truncated is True, rollout.error, n_chars, n_tokens or None,
        _labels(rollout.attributes), dict(rollout.scores), turns,
    )  # fmt: skip


def problem_of(packed: Packed) -> Problem:
    question, golds, answer_type, options, key, problem_set, subject, level = packed.problem
    return Problem(question, golds, AnswerType(answer_type), options, key, problem_set, subject, level)


def _pack_turn(turn: Turn, text: PackedText | None) -> PackedTurn:
    reasoning_start, reasoning_end = turn.reasoning or (None, None)
    response_start, response_end = turn.response or (None, None)
    counted = "" if turn.n_tokens is None else TokenSource.UPLOADED.value
    return PackedTurn(
        text, turn.correct, turn.role._value_, turn.actor[:200], reasoning_start, reasoning_end, response_start,
        response_end, turn.is_attempt, turn.answer, turn.confidence, turn.confidence_text[:200], turn.n_tokens,
        turn.n_reasoning_tokens, counted, turn.finish_reason[:60], turn.reward, _calls(turn.tool_calls), turn.train_on,
    )  # fmt: skip


def fitting(name: str) -> str:
    """A name as a column of 200 characters takes it: a longer one is cut, and told apart by a hash of all of it."""
    if len(name) <= MOST_NAME:
        return name
    return f"{name[: MOST_NAME - 17]}~{blake2b(name.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def _labels(attributes: Mapping[str, object]) -> str:
    """Labels as JSON, each cut to 2,000 characters."""
    if len(attributes) == 1 and (source := attributes.get("reasoning_source")) in SOURCES:
        return f'{{"reasoning_source":"{source}"}}'
    return _json({name[:200]: _label(value) for name, value in attributes.items()})


def _label(value: object) -> object:
    is_huge = isinstance(value, int) and abs(value) >= 1 << 63
    text = str(value) if is_huge or not isinstance(value, bool | int | float) else None
    return value if text is None else text[:MOST_LABEL]


def _calls(calls: tuple[Mapping[str, object], ...]) -> str | None:
    return _json([dict(call) for call in calls]) if calls else None


def _json(value: object) -> str:
    """JSON as both databases take it: NUL becomes U+FFFD."""
    try:
        written = orjson.dumps(value, default=str).decode()
    except TypeError:
        written = json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    return NUL.sub("\\1\ufffd", written) if "\\u0000" in written else written
