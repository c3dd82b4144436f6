"""The texts of a rollout beside the one that was read: the prompt, the response, what stands between, other turns.

Nothing uploaded is left out silently: a text too long for the page is named with its length and a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.traces.models import Turn
from apps.traces.presenters.formulas import Budget
from apps.traces.presenters.trace import Fold, plain_fold
from apps.traces.services.attempts import Attempt
from apps.traces.services.texts import contents

MAX_CHARS = 400_000
TAG_CHARS = 40
NEITHER = "Neither reasoning nor response"


@dataclass(frozen=True, slots=True)
class Beside:
    """A text beside the trace; a few characters are a `tag`, and what is too long has its length and a link only."""

    label: str
    note: str
    n_chars: int
    is_open: bool = False
    fold: Fold | None = None
    tag: str = ""
    open_turn: int | None = None


def rest_of_attempt(attempt: Attempt, budget: Budget | None) -> tuple[list[Beside], list[Beside]]:
    """What stands before and after the text that was read, in its own turn."""
    if attempt.turn is None or attempt.read_from == "none":  # then the whole text of the turn is the trace
        return [], []
    begin, end = attempt.read_offset, attempt.read_offset + len(attempt.read_text)
    spans = _named_spans(attempt)
    before = [_part(attempt, *span, budget) for span in spans if span[2] <= begin]
    after = [_part(attempt, *span, budget) for span in spans if span[1] >= end]
    return before, after


def other_turns(turns: Sequence[Turn], main: Turn | None, budget: Budget | None) -> tuple[list[Beside], list[Beside]]:
    """The turns before and after the one that was read."""
    others = [turn for turn in turns if main is None or turn.pk != main.pk]
    wanted, room = [], MAX_CHARS
    for turn in others:
        n_chars = turn.text.n_chars if turn.text else 0
        if turn.text_id and n_chars <= room:
            wanted.append(turn.text_id)
            room -= n_chars
    texts = contents(wanted)
    shown = [(turn.index, _turn(turn, texts, budget)) for turn in others]
    split = main.index if main else len(turns)
    return [each for index, each in shown if index < split], [each for index, each in shown if index > split]


def _named_spans(attempt: Attempt) -> list[tuple[str, int, int]]:
    """The parts of the turn's text that are not blank: reasoning, response, and what is neither."""
    turn = attempt.turn
    assert turn is not None
    reasoning = (turn.reasoning_start, turn.reasoning_end, "Reasoning")
    response = (turn.response_start, turn.response_end, "Response")
    known = sorted((a, b, name) for a, b, name in (reasoning, response) if a is not None and b is not None)
    spans: list[tuple[str, int, int]] = []
    position = 0
    for start, end, name in [*known, (len(attempt.text), len(attempt.text), "")]:
        if attempt.text[position:start].strip():
            spans.append((NEITHER, position, start))
        if name and attempt.text[start:end].strip():
            spans.append((name, start, end))
        position = max(position, end)
    return spans


def _part(attempt: Attempt, name: str, start: int, end: int, budget: Budget | None) -> Beside:
    text = attempt.text[start:end].strip()
    if name == NEITHER and len(text) <= TAG_CHARS:
        return Beside(name, "", end - start, tag=text)
    prefix = {"Reasoning": "B", "Response": "A"}.get(name, f"N{start}-")
    fold = plain_fold(name, attempt.text[start:end], prefix, budget)
    return Beside(name, "not read for candidates", end - start, is_open=name == "Response", fold=fold)


def _turn(turn: Turn, texts: dict[int, str], budget: Budget | None) -> Beside:
    label = f"Turn {turn.index + 1}: {turn.role}" + (f", {turn.actor}" if turn.actor else "")
    n_chars = turn.text.n_chars if turn.text else 0
    if turn.text_id is None:
        return Beside(label, "no text was uploaded", 0)
    if turn.text_id not in texts:
        return Beside(label, "too long to stand here too", n_chars, open_turn=turn.index)
    fold = plain_fold(label, texts[turn.text_id], f"T{turn.index}-", budget)
    return Beside(label, "an earlier attempt" if turn.is_attempt else "", n_chars, fold=fold)
