"""ShareGPT conversations (from/value) and chat messages (role/content) as training sets hold them.

Source: the ShareGPT and OpenAI layouts that LLaMA-Factory, Axolotl and TRL read; peers_and_formats §3.11. A `system`
column becomes the first message; `function_call` messages become an assistant's tool calls. Other columns are read by
their names.
"""

from collections.abc import Iterator

from ..decode import UnreadableError, decode_json
from ..files import SourceFile
from ..presets import Claim, FileSample
from ..readers import RawRow
from ..transforms import from_cell, to_text
from .raw_values import Row, inside, list_of, object_of, shaped

THOUGHT = "<|begin_of_thought|>"
COLUMNS = ("conversations", "messages")
EXTRAS = {
    "system", "tools", "functions", "id", "source", "dataset", "images", "videos", "audios", "weight", "metadata",
    "lang",
    "language", "category", "type", "tags", "model", "parallel_tool_calls", "chat_template_kwargs", "num_turns",
}  # fmt: skip


class _ShareGpt:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(_column(row) and set(row) <= {*EXTRAS, *COLUMNS} for row in rows):
            return None
        return None if any(_is_marked(row) for row in rows) else Claim()

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            column = "" if raw.error else _column(raw.value)
            if not column:
                yield raw
                continue
            row = with_system(raw.value, column, "turns")
            yield shaped(raw, {key: value for key, value in row.items() if key not in ("tools", "functions")})


def _is_marked(row: Row) -> bool:
    """Whether the last message is written with OpenThoughts' markers."""
    return THOUGHT in str(inside(row, _column(row), -1, "value"))


def _column(row: Row) -> str:
    """The column that holds a conversation with at least one answer; '' where there is none."""
    for name in COLUMNS:
        messages = [object_of(message) for message in list_of(from_cell(row.get(name)))]
        roles = {str(message.get("from") or message.get("role")).lower() for message in messages}
        if messages and all(messages) and roles & {"gpt", "assistant", "model", "chatgpt"}:
            return name
    return ""


def with_system(row: Row, column: str, name: str) -> dict[str, object]:
    """The row with its conversation under another name, the system prompt as its first message."""
    messages = [_message(message) for message in list_of(from_cell(row.get(column)))]
    system = to_text(row.get("system"))
    told = {str(object_of(message).get("from") or object_of(message).get("role")).lower() for message in messages[:1]}
    if system and "system" not in told:
        messages = [{"role": "system", "content": system}, *messages]
    return {**{key: value for key, value in row.items() if key not in (column, "system")}, name: messages}


def _message(message: object) -> object:
    """A function_call message is an assistant's tool call; any other stays as it is."""
    known = object_of(message)
    if str(known.get("from") or known.get("role")).lower() not in ("function_call", "tool_call"):
        return message
    value = to_text(known.get("value") or known.get("content")) or ""
    try:
        called = decode_json(value.encode("utf-8", "replace")).value
    except UnreadableError:
        called = value
    calls = called if isinstance(called, list) else [called]
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "function": call} for call in calls],
    }


FORMAT = _ShareGpt()
