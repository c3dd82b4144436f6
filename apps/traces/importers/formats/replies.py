"""What model APIs answer, as one kind of reply: chat completions, text completions, Responses, Anthropic messages.

Source: the APIs' references (chat completion object, response object, message object), vLLM's request outputs;
peers_and_formats §3.3, §3.4. Knows one body at a time, no files and no batches.
"""

from collections.abc import Iterator

from ..transforms import to_text
from ..turns import read_content
from .raw_values import Row, first_given, inside, list_of, object_of

REASONING = ("reasoning", "reasoning_content", "thinking")
Reply = dict[str, object]


def replies_of(body: object) -> list[Reply]:
    """Every answer in a response body, in order: `text`, `reasoning`, `finish_reason`, tokens.

    >>> replies_of({"choices": [{"message": {"content": "4"}, "finish_reason": "stop"}]})
    [{'text': '4', 'finish_reason': 'stop'}]
    >>> replies_of({"error": {"message": "no"}})
    []
    """
    answer = object_of(body)
    if isinstance(answer.get("choices"), list):
        found = [_choice(choice) for choice in list_of(answer["choices"])]
    elif isinstance(answer.get("output"), list):
        found = [_response(answer)]
    elif isinstance(answer.get("content"), list) and answer.get("role") == "assistant":
        found = [_message(answer)]
    elif isinstance(answer.get("outputs"), list):
        found = [_offline(output) for output in list_of(answer["outputs"])]
    else:
        return []
    usage = _usage(answer)
    return [_only_given({**reply, **usage} if len(found) == 1 else reply) for reply in found]


def _only_given(reply: Reply) -> Reply:
    return {key: value for key, value in reply.items() if value is not None}


def _choice(choice: object) -> Reply:
    message = object_of(inside(choice, "message"))
    thought, text = read_content(message.get("content"))
    reasoning = first_given(*(to_text(message.get(key)) for key in REASONING), _details(message), thought)
    return {
        "text": first_given(text, to_text(inside(choice, "text")), to_text(message.get("refusal")), text),
        "reasoning": reasoning,
        "finish_reason": first_given(inside(choice, "finish_reason"), inside(choice, "native_finish_reason")),
    }


def _details(message: Row) -> str | None:
    """The reasoning that a router gives as a list of details."""
    items = [object_of(item) for item in list_of(message.get("reasoning_details"))]
    return "".join(to_text(first_given(item.get("text"), item.get("summary"))) or "" for item in items) or None


def _response(answer: Row) -> Reply:
    """A Responses body: reasoning items and the texts of message items."""
    thoughts, texts = [*_parts(answer, "reasoning", "content")], [*_parts(answer, "message", "content")]
    thoughts = thoughts or [*_parts(answer, "reasoning", "summary")]
    reason = inside(answer, "incomplete_details", "reason")
    return {
        "text": "".join(texts) if texts else None,
        "reasoning": "\n\n".join(thoughts) or None,
        "finish_reason": "length" if reason == "max_output_tokens" else first_given(reason, answer.get("status")),
    }


def _parts(answer: Row, kind: str, key: str) -> Iterator[str]:
    for item in list_of(answer.get("output")):
        if object_of(item).get("type") == kind:
            for part in list_of(object_of(item).get(key)):
                if text := to_text(first_given(inside(part, "text"), inside(part, "refusal"))):
                    yield text


def _message(answer: Row) -> Reply:
    thought, text = read_content(answer.get("content"))
    return {"text": text, "reasoning": thought, "finish_reason": answer.get("stop_reason")}


def _offline(output: object) -> Reply:
    """One completion of vLLM's offline engine."""
    tokens = inside(output, "token_ids")
    return {
        "text": to_text(inside(output, "text")),
        "reasoning": first_given(*(to_text(inside(output, key)) for key in REASONING)),
        "finish_reason": inside(output, "finish_reason"),
        "n_tokens": len(tokens) if isinstance(tokens, list) else None,
        "logprob": inside(output, "cumulative_logprob"),
    }


def _usage(answer: Row) -> Reply:
    """The tokens of a body; they are its only reply's where it has one, and nobody's where it has several."""
    usage = object_of(answer.get("usage"))
    details = first_given(usage.get("completion_tokens_details"), usage.get("output_tokens_details"))
    return {
        key: value
        for key, value in (
            ("n_tokens", first_given(usage.get("completion_tokens"), usage.get("output_tokens"))),
            ("n_reasoning_tokens", first_given(inside(details, "reasoning_tokens"), usage.get("reasoning_tokens"))),
        )
        if value is not None
    }


def error_of(*places: object) -> str | None:
    """The first message of an error object (or text); a null or empty one is none.

    >>> error_of(None, {"error": {"type": "invalid_request", "message": "bad"}})
    'bad'
    """
    for place in places:
        if text := (place if isinstance(place, str) else _message_of(object_of(place))):
            return text
    return None


def _message_of(value: Row) -> str | None:
    inner = value.get("error")
    if isinstance(inner, dict):
        return _message_of(inner)
    return to_text(first_given(value.get("message"), inner, value.get("code"), value.get("type")))
