"""The parts of a rollout from the values that a mapping read: problem, prompt, facts of an attempt. Knows no paths."""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from analysis import layers
from analysis.delimiters import Split
from analysis.types import AnswerType, Problem, Role, Turn

from .answers import golds_of, guess_answer_type
from .fields import NUMBERED_NAME
from .transforms import from_cell, to_count, to_flag, to_number, to_options, to_text
from .turns import attempt

MOST_LAYERS = 1000

T = TypeVar("T")
Values = ReadOnly[str, object]
NONE_NAMED: ReadOnly[str, Any] = MappingProxyType({})
TRUNCATED = {
    "length",
    "max_tokens",
    "max_length",
    "max_new_tokens",
    "truncated",
    "token_limit",
    "maxtokens",
    "model_length",
}
ANSWER_TYPES = {kind.value: kind for kind in AnswerType}
NO_SPLIT = Split(None, None, "none", None)


PROBLEM_FIELDS = ("problem", "answer", "options", "answer_type", "problem.set", "problem.subject", "problem.level")
PROMPT_FIELDS = ("system", "prompt")
MEMOISED_CHARS = 10_000_000


@dataclass(slots=True)
class Shared(Generic[T]):
    """What rows give over and over, made once: rows that say the same (1, 1.0 and true differ) share one object."""

    make: Callable[[Values], T]
    fields: tuple[str, ...]
    _known: dict[tuple[object, ...], T] = field(default_factory=dict)
    _room: int = MEMOISED_CHARS

    def read(self, read: Values) -> T:
        values = [read[name] for name in self.fields]
        given = (*values, *map(type, values))
        try:
            known = self._known.get(given)
        except TypeError:
            return self.make(read)
        return self._remembered(given, self.make(read)) if known is None else known

    def _remembered(self, given: tuple[object, ...], made: T) -> T:
        self._room -= 1000 + sum([len(value) for value in given if isinstance(value, str)])
        if self._room < 0:
            self._known, self._room = {}, MEMOISED_CHARS
        self._known[given] = made
        return made


def shared_problems(given: Collection[str]) -> Shared[Problem]:
    """Problems of rows that give these fields."""
    return Shared(problem, tuple(name for name in PROBLEM_FIELDS if name in given))


def shared_prompts(given: Collection[str]) -> Shared[tuple[Turn, ...]]:
    """Prompts of rows that give these fields."""
    return Shared(prompt_turns, tuple(name for name in PROMPT_FIELDS if name in given))


def problem(read: Values) -> Problem:
    options = to_options(read.get("options"))
    golds = golds_of(read.get("answer"), options)
    named = (to_text(read.get("answer_type")) or "").lower()
    return Problem(
        question=to_text(read.get("problem")) or "",
        golds=golds,
        answer_type=ANSWER_TYPES.get(named) or guess_answer_type(golds, options),
        options=options,
        problem_set=to_text(read.get("problem.set")) or "",
        subject=to_text(read.get("problem.subject")) or "",
        level=to_text(read.get("problem.level")) or "",
    )


def prompt_turns(read: Values) -> tuple[Turn, ...]:
    """The prompt as rendered: a system turn and a user turn, each only where there is one."""
    system, prompt = to_text(read.get("system")), to_text(read.get("prompt"))
    turns = [Turn(role, text) for role, text in ((Role.SYSTEM, system), (Role.USER, prompt)) if text]
    return tuple(turns)


FACTS = ("n_tokens", "n_reasoning_tokens", "confidence", "correct", "predicted", "finish_reason")


def attempt_facts(read: Values, number: str) -> dict[str, object]:
    """What a row says of one attempt beside its text; only what is there."""
    confidence = read.get("confidence" + number)
    facts = {
        "correct": to_flag(read.get("correct" + number)),
        "answer": to_text(read.get("predicted" + number)),
        "confidence": to_number(confidence),
        "confidence_text": confidence if isinstance(confidence, str) and to_number(confidence) is None else None,
        "finish_reason": to_text(read.get("finish_reason" + number)),
        "n_tokens": to_count(read.get("n_tokens" + number)),
        "n_reasoning_tokens": to_count(read.get("n_reasoning_tokens" + number)),
    }
    return {name: value for name, value in facts.items() if value is not None}


def numbered_attempts(read: Values) -> tuple[Turn, ...]:
    """Attempts that a row holds as correct1, correct2 (or response1 …), in order of their numbers."""
    numbers = sorted({found["number"] for name in read if (found := NUMBERED_NAME.fullmatch(name))})
    turns = []
    for number in numbers:
        facts = attempt_facts(read, number)
        reasoning, response = text_of(read.get("reasoning" + number)), text_of(read.get("response" + number))
        if facts or reasoning is not None or response is not None:
            turns.append(attempt(reasoning, response, **facts)[0])
    return tuple(turns)


def has_prompt(turns: tuple[Turn, ...]) -> bool:
    return any(turn.role in (Role.SYSTEM, Role.USER) for turn in turns)


def with_question(asked: Problem, turns: tuple[Turn, ...]) -> Problem:
    """The problem with the first message of the user for its question, where no field gave one."""
    if asked.question:
        return asked
    first = next((turn.text for turn in turns if turn.role is Role.USER and turn.text), "")
    return replace(asked, question=first)


def as_prompt(turns: tuple[Turn, ...], answer: Turn) -> tuple[Turn, ...]:
    """Messages before an answer that has its own field: no attempts, and without the answer where they repeat it."""
    if turns and turns[-1].is_attempt and turns[-1].text == answer.text:
        turns = turns[:-1]
    return tuple(replace(turn, is_attempt=False) if turn.is_attempt else turn for turn in turns)


def with_facts(turns: tuple[Turn, ...], facts: ReadOnly[str, Any]) -> tuple[Turn, ...]:
    """Messages whose last attempt has what the row says of it (grade, answer ...) where the message says nothing."""
    last = next((number for number in reversed(range(len(turns))) if turns[number].is_attempt), None)
    if last is None or not facts:
        return turns
    new = {name: value for name, value in facts.items() if getattr(turns[last], name) in (None, "")}
    return (*turns[:last], replace(turns[last], **new), *turns[last + 1 :])


def split_of(turns: tuple[Turn, ...]) -> Split:
    """How the reasoning of the last attempt of a conversation was found."""
    last = next((turn for turn in reversed(turns) if turn.is_attempt), None)
    if last is None or last.text is None:
        return NO_SPLIT
    is_cut = last.reasoning is not None and last.response is None and last.reasoning.end == len(last.text)
    tagged = last.reasoning is not None and last.reasoning.start > 0
    without = "stripped" if last.n_reasoning_tokens and last.text else "none"
    source = without if last.reasoning is None else "inline" if tagged else "field"
    return Split(last.reasoning, last.response, source, True if is_cut and tagged else False if tagged else None)


def is_truncated(turns: tuple[Turn, ...], split: Split) -> bool | None:
    """By the finish reason where there is one, else by a reasoning that never closes; None = cannot be told."""
    for turn in reversed(turns):
        if turn.is_attempt:
            reason = turn.finish_reason and turn.finish_reason.strip().lower()
            return reason in TRUNCATED if reason else split.truncated
    return split.truncated


def named(read: Values, prefix: str, names: Sequence[str], convert: Callable[[object], T | None]) -> ReadOnly[str, T]:
    """The values of open fields such as `condition.temperature`, without the prefix; an object gives its members."""
    if not names:
        return NONE_NAMED
    found: dict[str, T] = {}
    for name in names:
        value = from_cell(read[name]) if name == "condition.all" else read[name]
        members = value.items() if isinstance(value, dict) else [(name[len(prefix) :], value)]
        found.update({to_text(str(key)) or "": plain for key, item in members if (plain := convert(item)) is not None})
    return found or NONE_NAMED


def layer_scores(value: object) -> dict[str, float]:
    """What the answers of a model's layers say of each other; {} for what is no list of texts or numbers."""
    answers = from_cell(value)
    if not isinstance(answers, list) or len(answers) > MOST_LAYERS:
        return {}
    known = [to_text(answer) for answer in answers if not isinstance(answer, list | dict)]
    return layers.scores_of(known) if len(known) == len(answers) else {}


def plain(value: object) -> object:
    """A label worth keeping: a scalar as it is, short text."""
    return value if isinstance(value, bool | int | float) or (isinstance(value, str) and value) else None


def text_of(value: object) -> str | None:
    return None if isinstance(value, list | dict) else to_text(value)


def id_text(value: object) -> str:
    return "" if value is None else (to_text(value) or "").strip()


def error_text(value: object) -> str:
    """What went wrong, '' where nothing did (null, false, empty)."""
    if isinstance(value, dict):
        value = value.get("message") or value.get("error") or str(value)
    return "" if value is None or value is False else to_text(value) or ""
