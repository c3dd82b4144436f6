"""A server's JSON as a reply. Everything in it is checked: a server is a stranger. Knows no request."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.asking import Reply, Token
from analysis.protocols.reading import storable

FINISHED = {
    **dict.fromkeys(("stop", "eos", "end_turn", "tool_calls"), "stop"),
    **dict.fromkeys(("length", "max_tokens"), "length"),
}
TOKEN_ID = re.compile(r"token_id:(\d{1,9})")
REASONING = ("reasoning_content", "reasoning")


class Unreadable(ValueError):
    """A reply that is not what the endpoint promises; the message says what is missing."""


def reply_of(body: Mapping[str, Any], seed: int, echoed: str = "") -> Reply:
    """The first choice of a chat or text completion; a prefix that the server echoes is taken off.

    Raises Unreadable.
    """
    choice = _first(body.get("choices"))
    if choice is None:
        raise Unreadable("the server's reply has no choices")
    text, tokens = _text(choice), list(_tokens(choice))
    if echoed and text.startswith(echoed):
        text = text[len(echoed) :]
    usage = _mapping(body.get("usage"))
    reason = choice.get("finish_reason")
    finish = FINISHED.get(str(reason), "stop" if reason is None else "error")
    return Reply(
        text=storable(text),
        finish_reason=finish,
        tokens=tokens,
        n_tokens=_count(usage.get("completion_tokens"), len(tokens)),
        n_prompt_tokens=_count(usage.get("prompt_tokens"), 0),
        seed=seed,
        error="" if finish != "error" else f"the server ended the reply: {storable(str(reason))[:100]}",
    )


def cached_tokens(body: Mapping[str, Any]) -> int | None:
    """Prompt tokens that the server says it had in its prefix cache; None where it does not say."""
    details = _mapping(_mapping(body.get("usage")).get("prompt_tokens_details"))
    found = _count(details.get("cached_tokens"), -1)
    return None if found < 0 else found


def prompt_log_probabilities(body: Mapping[str, Any]) -> list[tuple[str, float]]:
    """(token, log-probability) of a chat prompt's tokens as vLLM shows them, the first without one left out.

    Raises Unreadable.
    """
    listed = body.get("prompt_logprobs")
    if not isinstance(listed, list):
        raise Unreadable("the server shows no log-probabilities of the prompt")
    found = []
    for entry in listed[1:]:
        name, told = next(iter(entry.items()), ("", None)) if isinstance(entry, dict) else ("", None)
        value = _number(_mapping(told).get("logprob"))
        if value is None:
            raise Unreadable("a log-probability of the prompt is missing")
        found.append((str(name), value))
    return found


def echoed_log_probability(body: Mapping[str, Any], start: int, end: int) -> float:
    """The sum over the tokens of an echoed prompt that reach into characters [start, end); raises Unreadable."""
    shown = _mapping(_mapping(_first(body.get("choices"))).get("logprobs"))
    tokens, values, offsets = (shown.get(name) for name in ("tokens", "token_logprobs", "text_offset"))
    if not isinstance(tokens, list) or not isinstance(values, list) or not isinstance(offsets, list):
        raise Unreadable("the server shows no log-probabilities of an echoed prompt")
    total, n = 0.0, 0
    for token, value, offset in zip(tokens, values, offsets, strict=False):
        known = _number(value)
        if isinstance(offset, int) and offset < end and offset + len(str(token)) > start:
            if known is None:
                raise Unreadable("a log-probability of the prompt is missing")
            total, n = total + known, n + 1
    if not n:
        raise Unreadable("the server did not echo the continuation")
    return total


def _text(choice: Mapping[str, Any]) -> str:
    if "message" not in choice:
        text = choice.get("text")
        if not isinstance(text, str):
            raise Unreadable("the server's reply has no text")
        return text
    message = _mapping(choice.get("message"))
    content = _content(message.get("content"))
    thought = next((told for name in REASONING if (told := _content(message.get(name)))), "")
    return f"<think>\n{thought}\n</think>\n\n{content}" if thought else content


def _content(value: object) -> str:
    """A text, or the texts of a list of parts; null is no text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if not isinstance(value, list):
        raise Unreadable("the server's reply has no text")
    texts = (_mapping(part).get("text") for part in value)
    return "".join(text for text in texts if isinstance(text, str))


def _tokens(choice: Mapping[str, Any]) -> Iterator[Token]:
    shown = _mapping(choice.get("logprobs"))
    ids = choice.get("token_ids") if isinstance(choice.get("token_ids"), list) else []
    assert isinstance(ids, list)
    rows = _chat_rows(shown) if isinstance(shown.get("content"), list) else _text_rows(shown)
    for at, (text, value, others) in enumerate(rows):
        given = ids[at] if at < len(ids) and isinstance(ids[at], int) else None
        named = TOKEN_ID.fullmatch(text)
        yield Token(given if given is not None else int(named[1]) if named else -1, storable(text), value, others)


Row = tuple[str, float | None, tuple[tuple[str, float], ...]]


def _chat_rows(shown: Mapping[str, Any]) -> Iterator[Row]:
    for entry in map(_mapping, shown["content"]):
        others = entry.get("top_logprobs")
        pairs = [(each.get("token"), _number(each.get("logprob"))) for each in map(_mapping, _list(others))]
        yield str(entry.get("token", "")), _number(entry.get("logprob")), _pairs(pairs)


def _text_rows(shown: Mapping[str, Any]) -> Iterator[Row]:
    values, others = _list(shown.get("token_logprobs")), _list(shown.get("top_logprobs"))
    for at, token in enumerate(_list(shown.get("tokens"))):
        listed = _mapping(others[at]) if at < len(others) else {}
        pairs = [(name, _number(value)) for name, value in listed.items()]
        yield str(token), _number(values[at]) if at < len(values) else None, _pairs(pairs)


def _pairs(found: Sequence[tuple[Any, float | None]]) -> tuple[tuple[str, float], ...]:
    return tuple((storable(str(name)), value) for name, value in found if value is not None)


def _first(value: object) -> Mapping[str, Any] | None:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else otherwise
