"""Lists of messages (our `turns`, OpenAI chat, ShareGPT, content blocks) as turns. Knows no files and no mapping."""

from collections.abc import Mapping
from dataclasses import replace

from analysis.delimiters import Split, split_reasoning
from analysis.types import Role, Span, Turn

from .transforms import to_count, to_flag, to_number, to_text

ROLES = {
    **{role.value: role for role in Role},
    "human": Role.USER, "gpt": Role.ASSISTANT, "model": Role.ASSISTANT, "ai": Role.ASSISTANT, "bot": Role.ASSISTANT,
    "chatgpt": Role.ASSISTANT, "function": Role.TOOL, "observation": Role.TOOL, "environment": Role.TOOL,
    "developer": Role.SYSTEM, "grader": Role.JUDGE, "feedback": Role.CRITIC, "instructor": Role.TEACHER,
    "prompter": Role.USER, "student": Role.ASSISTANT,
}  # fmt: skip
REASONING_KEYS = ("reasoning", "reasoning_content", "thinking")


class TurnsError(ValueError):
    """A list of messages that cannot be read; the message says which one and why."""


def attempt(reasoning: str | None, response: str | None, **facts: object) -> tuple[Turn, Split]:
    """One answering turn from a reasoning field and a response field, or from one text with tags inside.

    Separate fields are put together, reasoning first; tags inside the reasoning field are left out of the span.
    """
    if reasoning:
        split = _separate(reasoning, response)
        text: str | None = reasoning + (response or "")
    elif response is None:
        split, text = Split(None, None, "none", None), None
    else:
        split, text = split_reasoning(response), response
    turn = Turn(Role.ASSISTANT, text, split.reasoning, split.response, is_attempt=True, **facts)  # type: ignore[arg-type]
    return turn, split


def _separate(reasoning: str, response: str | None) -> Split:
    inner = split_reasoning(reasoning)
    is_tagged = inner.source == "inline" and inner.reasoning is not None
    span = inner.reasoning if is_tagged else Span(0, len(reasoning))
    if response is None:
        after = inner.response if is_tagged else None
        return Split(span, after, "field", None)
    whole = Span(len(reasoning), len(reasoning) + len(response))
    return Split(span, whole, "field", None)


def read_content(value: object) -> tuple[str | None, str | None]:
    """(reasoning, text) of a message's content: a string, or a list of blocks (thinking, reasoning, text).

    >>> read_content([{"type": "thinking", "thinking": "a"}, {"type": "text", "text": "b"}])
    ('a', 'b')
    """
    if not isinstance(value, list):
        return None, to_text(value)
    thoughts, texts = [], []
    for block in value:
        if isinstance(block, Mapping):
            thought = to_text(block.get("thinking")) or to_text(block.get("reasoning"))
            if thought:
                thoughts.append(thought)
            elif (text := to_text(block.get("text"))) is not None:
                texts.append(text)
        elif isinstance(block, str):
            texts.append(block)
    return ("".join(thoughts) or None), ("".join(texts) if texts else None)


def read_turns(messages: list[object]) -> tuple[Turn, ...]:
    """Messages in order. Assistant turns are attempts; in a conversation with tools only the last one is.

    Where a message is marked as an attempt (`is_attempt`), what the messages say of that is taken as it stands.

    Raises TurnsError for a message that is no object or has an unknown role.
    """
    turns = [_read_message(number, message) for number, message in enumerate(messages, 1)]
    is_marked = any(isinstance(message, Mapping) and message.get("is_attempt") is True for message in messages)
    if not is_marked and any(turn.role is Role.TOOL or turn.tool_calls for turn in turns):
        last = max((i for i, turn in enumerate(turns) if turn.role is Role.ASSISTANT), default=-1)
        turns = [replace(turn, is_attempt=turn.is_attempt and i == last) for i, turn in enumerate(turns)]
    return tuple(turns)


def _read_message(number: int, message: object) -> Turn:
    if not isinstance(message, Mapping):
        raise TurnsError(f"message {number} is not an object with role and text")
    name = str(message.get("role") or message.get("from") or message.get("speaker") or "").strip().lower()
    if name not in ROLES:
        raise TurnsError(f"message {number} has the role {name!r}; known: {', '.join(sorted(ROLES))}")
    role = ROLES[name]
    raw = next((message[key] for key in ("text", "content", "value", "response") if message.get(key) is not None), None)
    thought, text = read_content(raw)
    thought = next((t for key in REASONING_KEYS if (t := to_text(message.get(key)))), thought)
    calls = message.get("tool_calls")
    called = tuple(call for call in calls if isinstance(call, Mapping)) if isinstance(calls, list) else ()
    facts = _facts(message) | ({"tool_calls": called} if called else {})
    if role is not Role.ASSISTANT:
        return Turn(role, text, **facts)  # type: ignore[arg-type]
    turn, _ = attempt(thought, text, **facts)
    given = message.get("is_attempt")
    return replace(turn, is_attempt=given) if isinstance(given, bool) else turn


def _facts(message: Mapping[str, object]) -> dict[str, object]:
    train = message.get("train_on")
    return {
        "actor": to_text(message.get("actor") or message.get("name")) or "",
        "answer": to_text(message.get("predicted") or message.get("answer")),
        "confidence": to_number(message.get("confidence")),
        "correct": to_flag(message.get("correct")),
        "reward": to_number(message.get("reward")),
        "finish_reason": to_text(message.get("finish_reason")) or "",
        "n_tokens": to_count(message.get("n_tokens")),
        "n_reasoning_tokens": to_count(message.get("n_reasoning_tokens")),
        "train_on": train if isinstance(train, bool) else None,
    }
