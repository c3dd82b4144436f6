"""Calls of tools as a page shows them: a name and its arguments as text. Knows the shapes that files write, no page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

MAX_CHARS = 4_000


class Call(NamedTuple):
    """One call; `n_left_out` counts the characters of its arguments that do not stand here."""

    name: str
    arguments: str
    n_left_out: int = 0


def shown_calls(calls: Sequence[object] | None) -> list[Call]:
    """OpenAI's shape ({"function": {"name", "arguments"}}) and flat ones ({"name", "arguments" or "input" ...}).

    >>> shown_calls([{"function": {"name": "look", "arguments": '{"at":"pond"}'}}])
    [Call(name='look', arguments='at: pond', n_left_out=0)]
    """
    return [_call(call) for call in calls or [] if isinstance(call, Mapping)]


def _call(call: Mapping[str, object]) -> Call:
    inner = call.get("function")
    function = inner if isinstance(inner, Mapping) else call
    named = inner if isinstance(inner, str) else function.get("name")
    given = next((function[key] for key in ("arguments", "input", "args", "kwargs") if key in function), None)
    text = _words(_parsed(given))
    return Call(str(named or "a call without a name")[:200], text[:MAX_CHARS], max(0, len(text) - MAX_CHARS))


def _parsed(given: object) -> object:
    if not isinstance(given, str) or given[:1] not in ("{", "["):
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError:
        return given


def _words(value: object) -> str:
    """An object as one `name: value` per line, text as it is, anything else as JSON."""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_words_inside(item)}" for key, item in value.items())
    return "" if value is None else _words_inside(value)


def _words_inside(value: object) -> str:
    return (
        value if isinstance(value, str) else orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    )
