"""The texts of a rollout beside the one that was read: the prompt, the response, what stands between, other turns.

Nothing uploaded is left out silently: a text too long for the page is named with its length and a link.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.traces.models import Turn
from apps.traces.presenters.calls import Call, shown_calls
from apps.traces.presenters.formulas import Budget
from apps.traces.presenters.trace import Fold, plain_fold
from apps.traces.services.attempts import Attempt
from apps.traces.services.texts import contents

MAX_CHARS = 400_000
OPEN_CHARS = 1_500
TAG_CHARS = 40
NEITHER = "Neither reasoning nor response"


@dataclass(frozen=True, slots=True)
class Beside:
    """A text beside the trace; a few characters are a `tag`, and what is too long has its length and a link only.

    A turn has its reasoning apart (`thought`) and the tools that it called.
    """

    label: str
    note: str
    n_chars: int
    is_open: bool = False
    fold: Fold | None = None
    tag: str = ""
    open_turn: int | None = None
    thought: Fold | None = None
    calls: Sequence[Call] = ()


def rest_of_attempt(attempt: Attempt, budget: Budget | None) -> tuple[list[Beside], list[Beside]]:
    """What stands before and after the text that was read, in its own turn."""
    if attempt.turn is None or attempt.read_from == "none":  # then the whole text of the turn is the trace
        return [], []
    begin, end = attempt.read_offset, attempt.read_offset + len(attempt.read_text)
    spans = _named_spans(attempt)
    before = [_part(attempt, *span, budget) for span in spans if span[2] <= begin]
    after = [_part(attempt, *span, budget) for span in spans if span[1] >= end]
    if calls := shown_calls(attempt.turn.tool_calls):
        after.append(Beside("Called", "by this turn", 0, is_open=True, calls=calls))
    return before, after


def other_turns(
    turns: Sequence[Turn], main: Turn | None, budget: Budget | None, *, is_blind: bool = False
) -> tuple[list[Beside], list[Beside]]:
    """The turns before and after the one that was read; blind: without who spoke and how it was rewarded."""
    others = [turn for turn in turns if main is None or turn.pk != main.pk]
    wanted, room = [], MAX_CHARS
    for turn in others:
        n_chars = turn.text.n_chars if turn.text else 0
        if turn.text_id and n_chars <= room:
            wanted.append(turn.text_id)
            room -= n_chars
    texts, is_talk = contents(wanted), _is_conversation(turns)
    shown = [(turn.index, _turn(turn, texts, budget, is_talk, is_blind)) for turn in others]
    split = main.index if main else len(turns)
    before = [each for index, each in shown if index < split]
    if is_talk and main is not None:
        words = [_label(main, is_blind), *_facts(main, is_blind)]
        before.append(Beside("The turn that is read", "", 0, tag=" · ".join(words)))
    return before, [each for index, each in shown if index > split]


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


def _is_conversation(turns: Sequence[Turn]) -> bool:
    """Whether more was said than a prompt and one reply: then the short turns stand open."""
    return sum(turn.role == "assistant" for turn in turns) > 1 or any(turn.role == "tool" for turn in turns)


def _turn(turn: Turn, texts: dict[int, str], budget: Budget | None, is_talk: bool, is_blind: bool) -> Beside:
    label = _label(turn, is_blind)
    facts = [*(["an earlier attempt"] if turn.is_attempt else []), *_facts(turn, is_blind)]
    n_chars, calls = turn.text.n_chars if turn.text else 0, shown_calls(turn.tool_calls)
    is_open = is_talk and turn.role != "system" and n_chars <= OPEN_CHARS
    if turn.text_id is None:
        silent = [] if calls else ["no text was uploaded"]
        return Beside(label, " · ".join([*facts, *silent]), 0, is_open=is_open, calls=calls)
    if turn.text_id not in texts:
        note = " · ".join([*facts, "too long to stand here too"])
        return Beside(label, note, n_chars, is_open=is_open, open_turn=turn.index, calls=calls)
    text, split = texts[turn.text_id], _end_of_thought(turn)
    thought = plain_fold("thought", text[:split], f"R{turn.index}-", budget) if split else None
    fold = plain_fold(label, text[split:], f"T{turn.index}-", budget) if text[split:] or not split else None
    return Beside(label, " · ".join(facts), n_chars, is_open, fold, thought=thought, calls=calls)


def _label(turn: Turn, is_blind: bool) -> str:
    return f"Turn {turn.index + 1}: {turn.role}" + (f", {turn.actor}" if turn.actor and not is_blind else "")


def _facts(turn: Turn, is_blind: bool) -> Iterator[str]:
    """What is known of a turn beside its text, in words."""
    if is_blind:
        return
    if turn.reward is not None:
        yield f"reward {turn.reward:g}"
    if turn.confidence is not None:
        yield f"confidence {turn.confidence:g}"
    if turn.finish_reason:
        yield f"finish: {turn.finish_reason}"


def _end_of_thought(turn: Turn) -> int:
    """Where the reasoning ends that a turn's text begins with; 0 where it begins with something else."""
    return turn.reasoning_end or 0 if turn.reasoning_start == 0 else 0
