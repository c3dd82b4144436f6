"""Messages of an Inspect sample as turns under our own names: parts, tool calls, attachments. Knows no scores."""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..transforms import to_text

PROTOCOLS = ("attachment://", "tc://")
RESOLVED = ("input", "messages", "output", "target", "scores", "choices", "error")
MEDIA = {"image", "audio", "video", "document", "data"}
MAX_DEPTH = 30
Row = ReadOnly[str, object]


def resolved(row: Row) -> tuple[dict[str, object], list[str]]:
    """The sample with references to attachments replaced by what they stand for, and a note where one is missing."""
    attachments = row.get("attachments")
    texts = attachments if isinstance(attachments, dict) else {}
    missing: list[str] = []
    sample = {name: _resolve(value, texts, missing, 0) if name in RESOLVED else value for name, value in row.items()}
    return sample, ["a text refers to an attachment that the log does not hold"] if missing else []


def _resolve(value: object, texts: Row, missing: list[str], depth: int) -> object:
    if isinstance(value, str):
        if not value.startswith(PROTOCOLS):
            return value
        found = texts.get(value.partition("://")[2])
        if not isinstance(found, str):
            missing.append(value)
            return value
        return found
    if depth >= MAX_DEPTH:
        return value
    if isinstance(value, list):
        return [_resolve(item, texts, missing, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _resolve(item, texts, missing, depth + 1) for name, item in value.items()}
    return value


@dataclass(slots=True)
class Conversation:
    """What was said: turns as `read_turns` takes them, the question, and how the last generation stopped."""

    turns: list[dict[str, object]] = field(default_factory=list)
    question: str = ""
    stop_reason: str = ""
    last_text: str = ""
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sample: Row) -> "Conversation":
        choice = _first_choice(sample)
        messages = _messages(sample, choice)
        notes: dict[str, None] = {}
        turns = [_turn(message, notes) for message in messages]
        answers = [turn["text"] for turn in turns if turn["role"] == "assistant"]
        last = answers[-1] if answers and isinstance(answers[-1], str) else ""
        return cls(turns, _question(sample), to_text(choice.get("stop_reason")) or "", last, list(notes))

    @property
    def n_answers(self) -> int:
        return sum(turn["role"] == "assistant" for turn in self.turns)


def _first_choice(sample: Row) -> Row:
    output = sample.get("output")
    choices = output.get("choices") if isinstance(output, dict) else None
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _messages(sample: Row, choice: Row) -> list[Row]:
    """The messages; of a log without them, the input and the first choice of the output."""
    given = sample.get("messages")
    if isinstance(given, list) and given:
        return [message for message in given if isinstance(message, dict)]
    asked = sample.get("input")
    before = asked if isinstance(asked, list) else [{"role": "user", "content": asked}] if asked else []
    answer = choice.get("message")
    return [message for message in [*before, answer] if isinstance(message, dict)]


def _question(sample: Row) -> str:
    """The input; of a list of messages what the user said last."""
    asked = sample.get("input")
    if not isinstance(asked, list):
        return to_text(asked) or ""
    said = [
        text_of(message.get("content"))
        for message in asked
        if isinstance(message, dict) and message.get("role") == "user"
    ]
    return said[-1] if said else ""


def _turn(message: Row, notes: dict[str, None]) -> dict[str, object]:
    role, content = to_text(message.get("role")) or "user", message.get("content")
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    if any(block.get("type") in MEDIA for block in blocks):
        notes["images and other media in messages are left out"] = None
    turn: dict[str, object] = {"role": role, "text": text_of(content), "tool_calls": _calls(message, blocks)}
    if role == "assistant":
        turn["reasoning"] = _reasoning(blocks, notes)
        if message.get("source") == "input":
            turn["is_attempt"] = False
    elif role == "tool":
        turn["actor"] = to_text(message.get("function"))
        error = message.get("error")
        if not turn["text"] and isinstance(error, dict):
            turn["text"] = to_text(error.get("message"))
    return turn


def text_of(content: object) -> str:
    """The text of a message: a string, or the text parts of a list, one per line (as Inspect joins them)."""
    if not isinstance(content, list):
        return to_text(content) or ""
    texts = [to_text(block.get("text")) if isinstance(block, dict) else to_text(block) for block in content]
    return "\n".join(text for text in texts if text)


def _reasoning(blocks: Sequence[Row], notes: dict[str, None]) -> str | None:
    """Reasoning parts, one after another; of a redacted one its summary, as the rest is encrypted."""
    found = []
    for block in blocks:
        if block.get("type") != "reasoning":
            continue
        is_redacted = block.get("redacted") is True
        if is_redacted:
            notes["reasoning was redacted by the provider; its summary is read where there is one"] = None
        text = (
            to_text(block.get("summary"))
            if is_redacted
            else to_text(block.get("reasoning")) or to_text(block.get("summary"))
        )
        found.append(text or "")
    return "\n".join(filter(None, found)) or None


def _calls(message: Row, blocks: Sequence[Row]) -> list[dict[str, object]]:
    """Tool calls of a message, those that ran on the provider's side included."""
    given = message.get("tool_calls")
    calls = [call for call in given if isinstance(call, dict)] if isinstance(given, list) else []
    kept = [
        {name: call[name] for name in ("id", "function", "arguments", "parse_error") if call.get(name)}
        for call in calls
    ]
    for block in blocks:
        if block.get("type") == "tool_use":
            names = ("id", "name", "arguments", "result", "error")
            kept.append({"function" if name == "name" else name: block[name] for name in names if block.get(name)})
    return kept
