"""How long the texts of a row are, and how much of them the loss is taken of. Knows no method and no tokenizer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.tokens import CHARS_PER_TOKEN
from analysis.training.rows import Shape


@dataclass(slots=True)
class Size:
    """Characters of rows; those `learned` have loss, of pairs both sides (their loss compares them)."""

    n_chars: int = 0
    n_learned: int = 0

    @property
    def n_tokens(self) -> int:
        """Estimated from the characters, as `analysis.tokens` does; may be a third off."""
        return round(self.n_chars / CHARS_PER_TOKEN)

    @property
    def n_learned_tokens(self) -> int:
        return round(self.n_learned / CHARS_PER_TOKEN)

    def add(self, row: Mapping[str, Any], shape: Shape) -> None:
        """Count one row of the shape."""
        n_chars, n_learned = sizes_of(row, shape)
        self.n_chars += n_chars
        self.n_learned += n_learned


def sizes_of(row: Mapping[str, Any], shape: Shape) -> tuple[int, int]:
    """Characters of a row that its schema finds good, and of those the ones that have loss.

    Of a row of steps each label is learned at the end of its step: none of its characters is.

    >>> sizes_of({"messages": [{"content": "abc", "spans": []}, {"content": "defg", "spans": [[1, 3]]}]}, Shape.SFT)
    (7, 2)
    >>> said = [{"role": "assistant", "content": "ab"}]
    >>> sizes_of({"prompt": [{"role": "user", "content": "q"}], "chosen": said, "rejected": said}, Shape.PREFERENCES)
    (5, 4)
    """
    if shape is Shape.SFT:
        return _chars(row["messages"]), _spans(row["messages"])
    if shape is Shape.STEPS:
        return len(row["prompt"]) + sum(map(len, row["completions"])), 0
    prompt = _chars(row["prompt"])
    if shape is Shape.COMPLETIONS:
        return prompt + _chars(row["completion"]), _spans(row["completion"])
    if shape is Shape.PREFERENCES:
        sides = _chars(row["chosen"]) + _chars(row["rejected"])
        return prompt + sides, sides
    return prompt, 0


def _chars(messages: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(message["content"]) for message in messages)


def _spans(messages: Sequence[Mapping[str, Any]]) -> int:
    return sum(end - start for message in messages for start, end in message["spans"])
