"""Rows of a training set in TRL's conversational shapes, with what the loss is taken of. Knows no method and no file.

Source: TRL's dataset formats (language modelling, preference, prompt-only; conversational). Beside them stand `id`,
`train_on` and `spans` of a message, `learned` of a pair and `metadata`, which TRL passes over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from analysis.types import Span


class Shape(StrEnum):
    SFT = "sft"
    PREFERENCES = "preferences"
    PROMPTS = "prompts"


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
    """A row, what kind of row the method calls it, and the rollouts that it came from."""

    kind: str
    sources: tuple[str, ...]
    body: Mapping[str, Any]


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
