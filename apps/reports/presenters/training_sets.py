"""Training sets as a page shows them: methods, the first rows with their masks, counts. Knows no request.

Texts are those of uploads and models: templates escape them. Long ones are cut, and what is cut is said.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analysis.training.exporter import Exporter
from analysis.training.rows import Shape
from analysis.training.table import TRAINING_SETS
from apps.reports.services.training_sets import Preview, Row

SHAPES: Mapping[Shape, tuple[str, str]] = {
    Shape.SFT: ("Conversations", "messages with loss masks, for supervised fine-tuning"),
    Shape.PREFERENCES: ("Pairs", "a chosen and a rejected answer, for DPO"),
    Shape.PROMPTS: ("Prompts with gold", "questions and right answers, for reinforcement learning"),
    Shape.COMPLETIONS: ("Completions with reward", "a prompt, what was answered with its mask, and a reward"),
    Shape.STEPS: ("Steps with labels", "an answer's steps, each right or wrong, for a process reward model"),
}
HEAD_CHARS, TAIL_CHARS = 500, 250


class Card(NamedTuple):
    """A method in the list of them."""

    name: str
    label: str
    exporter: Exporter


class Shelf(NamedTuple):
    """The methods whose rows have one shape."""

    label: str
    words: str
    cards: Sequence[Card]


class Piece(NamedTuple):
    """A part of a message: the loss is taken of it or not; `n_cut` characters are left out between head and tail."""

    head: str
    tail: str
    n_cut: int
    is_learned: bool


class Message(NamedTuple):
    role: str
    pieces: Sequence[Piece]
    state: str


class Part(NamedTuple):
    """Messages of a row under one heading."""

    title: str
    messages: Sequence[Message]


class Shown(NamedTuple):
    """A row: what kind it is of, where it came from, its parts, and short facts beside it."""

    kind: str
    problem: str
    sources: Sequence[tuple[str, int | None]]
    parts: Sequence[Part]
    facts: Sequence[tuple[str, object]]


class Page(NamedTuple):
    """The preview of a set."""

    rows: Sequence[Shown]
    made: Sequence[tuple[str, int]]
    left_out: Sequence[tuple[str, int]]
    preview: Preview


def shelves() -> list[Shelf]:
    cards = [Card(name, label, TRAINING_SETS[name]) for name, label in TRAINING_SETS.choices()]
    return [
        Shelf(label, words, [card for card in cards if card.exporter.shape is shape])
        for shape, (label, words) in SHAPES.items()
    ]


def page_of(preview: Preview, shape: Shape, rollouts: Mapping[str, int]) -> Page:
    """`rollouts` are the keys of the rollouts that sources name, as far as they are still there."""
    counts = preview.making.counts
    rows = [shown(row, shape, rollouts) for row in preview.rows]
    return Page(rows, _counted(counts.made), _counted(counts.left_out), preview)


def _counted(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def shown(row: Row, shape: Shape, rollouts: Mapping[str, int]) -> Shown:
    about = row["metadata"]
    sources = [(source, rollouts.get(source)) for source in about["sources"]]
    facts = [*_facts(row), *((name.replace("_", " "), value) for name, value in about["scores"].items())]
    return Shown(about["kind"], about["problem"], sources, list(PARTS[shape](row)), facts)


def _facts(row: Row) -> Iterator[tuple[str, object]]:
    if "reward" in row:
        yield "reward", row["reward"]
    if "gold" in row:
        yield "gold", " or ".join(row["gold"])


def _conversation(row: Row) -> Iterator[Part]:
    yield Part("", [_masked(message) for message in row["messages"]])


def _pair(row: Row) -> Iterator[Part]:
    """Of the two sides the loss compares all; what an SFT term beside it takes is a fact of the chosen one."""
    yield Part("Prompt", [_plain(message) for message in row["prompt"]])
    learned = (
        "" if row["learned"] is None else f"SFT term: {sum(end - start for start, end in row['learned']):,} characters"
    )
    yield Part(f"Chosen. {learned}".strip(), [_compared(message) for message in row["chosen"]])
    yield Part("Rejected", [_compared(message) for message in row["rejected"]])


def _prompt(row: Row) -> Iterator[Part]:
    yield Part("Prompt", [_plain(message) for message in row["prompt"]])


def _completion(row: Row) -> Iterator[Part]:
    yield Part("Prompt", [_plain(message) for message in row["prompt"]])
    yield Part("Completion", [_masked(message) for message in row["completion"]])


def _steps(row: Row) -> Iterator[Part]:
    yield Part("Prompt", [Message("user", [piece(row["prompt"], is_learned=False)], "read only")])
    steps = zip(row["completions"], row["labels"], strict=True)
    yield Part(
        "Steps",
        [Message("✓ right" if is_right else "✗ wrong", [piece(text, is_learned=True)], "") for text, is_right in steps],
    )


PARTS = {
    Shape.SFT: _conversation,
    Shape.PREFERENCES: _pair,
    Shape.PROMPTS: _prompt,
    Shape.COMPLETIONS: _completion,
    Shape.STEPS: _steps,
}


def _plain(message: Mapping[str, Any]) -> Message:
    return Message(message["role"], [piece(message["content"], is_learned=False)], "read only")


def _compared(message: Mapping[str, Any]) -> Message:
    return Message(message["role"], [piece(message["content"], is_learned=True)], "")


def _masked(message: Mapping[str, Any]) -> Message:
    pieces = list(pieces_of(message["content"], message["spans"]))
    has_gaps = any(not each.is_learned for each in pieces)
    state = ("learned in part" if has_gaps else "learned") if message["spans"] else "read only"
    return Message(message["role"], pieces, state)


def pieces_of(content: str, spans: Sequence[Sequence[int]]) -> Iterator[Piece]:
    """A content cut at the ends of its spans.

    >>> [(each.head, each.is_learned) for each in pieces_of("abcd", [[1, 3]])]
    [('a', False), ('bc', True), ('d', False)]
    """
    at = 0
    for start, end in spans:
        if at < start:
            yield piece(content[at:start], is_learned=False)
        yield piece(content[start:end], is_learned=True)
        at = end
    if at < len(content):
        yield piece(content[at:], is_learned=False)


def piece(text: str, *, is_learned: bool) -> Piece:
    """
    >>> piece("a" * 1000, is_learned=True).n_cut
    250
    """
    n_cut = len(text) - HEAD_CHARS - TAIL_CHARS
    if n_cut <= 0:
        return Piece(text, "", 0, is_learned)
    return Piece(text[:HEAD_CHARS], text[-TAIL_CHARS:], n_cut, is_learned)
