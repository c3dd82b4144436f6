"""Rows of a training set in TRL's conversational shapes, with what the loss is taken of. Knows no method and no file.

Source: TRL's dataset formats (language modelling, prompt-completion, preference, prompt-only, stepwise supervision).
Beside them stand `id`, `train_on` and `spans` of a message, `learned` of a pair, `reward` and `metadata`, which TRL
passes over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from analysis.protocols.conduct import NO_SCORES
from analysis.types import Span


class Shape(StrEnum):
    SFT = "sft"
    PREFERENCES = "preferences"
    PROMPTS = "prompts"
    COMPLETIONS = "completions"
    STEPS = "steps"


class Said(NamedTuple):
    """One message; `spans` are the code points of its content that are trained on, in order and apart."""

    role: str
    content: str
    spans: tuple[Span, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        return {"role": self.role, "content": self.content}

    @property
    def masked(self) -> dict[str, Any]:
        """With its mask, in characters, so that any tokenizer can make labels of it."""
        return self.plain | {"train_on": bool(self.spans), "spans": [list(span) for span in self.spans]}


@dataclass(frozen=True, slots=True)
class Made:
    """A row, what kind of row the method calls it, the rollouts it came from, numbers to choose among rows by."""

    kind: str
    sources: tuple[str, ...]
    body: Mapping[str, Any]
    scores: Mapping[str, float] = field(default_factory=lambda: NO_SCORES)


class LeftOut(NamedTuple):
    """A rollout (or problem) of which no row was made, and why."""

    source: str
    why: str


def learned(role: str, content: str) -> Said:
    """A message that is trained on as a whole.

    >>> learned("assistant", "abc").masked
    {'role': 'assistant', 'content': 'abc', 'train_on': True, 'spans': [[0, 3]]}
    """
    return Said(role, content, whole(content))


def whole(content: str) -> tuple[Span, ...]:
    """All of a text; nothing of an empty one."""
    return (Span(0, len(content)),) if content else ()


def all_but(masked: Span, length: int) -> tuple[Span, ...]:
    """What is left of a text of `length` characters without one span.

    >>> all_but(Span(2, 4), 6), all_but(Span(0, 4), 4)
    ((Span(start=0, end=2), Span(start=4, end=6)), ())
    """
    parts = (Span(0, masked.start), Span(masked.end, length))
    return tuple(part for part in parts if part.start < part.end)


def sft(messages: Sequence[Said]) -> dict[str, Any]:
    return {"messages": [message.masked for message in messages]}


def preference(
    prompt: Sequence[Said], chosen: str, rejected: str, learned: Sequence[Span] | None = None
) -> dict[str, Any]:
    """A pair of answers to one prompt; `learned` is what an SFT term beside DPO's takes of the chosen one."""
    return {
        "prompt": [message.plain for message in prompt],
        "chosen": [Said("assistant", chosen).plain],
        "rejected": [Said("assistant", rejected).plain],
        "learned": None if learned is None else [list(span) for span in learned],
    }


def prompt_only(prompt: Sequence[Said], golds: Sequence[str]) -> dict[str, Any]:
    return {"prompt": [message.plain for message in prompt], "gold": list(golds)}


def completion(prompt: Sequence[Said], answer: Sequence[Said], reward: float) -> dict[str, Any]:
    """A prompt, what was answered to it with its mask, and the reward of the whole."""
    return {
        "prompt": [message.plain for message in prompt],
        "completion": [message.masked for message in answer],
        "reward": reward,
    }


def steps(prompt: str, given: Sequence[str], labels: Sequence[bool]) -> dict[str, Any]:
    """A question, the steps of an answer to it, and whether each is right: TRL's stepwise supervision."""
    return {"prompt": prompt, "completions": list(given), "labels": list(labels)}
