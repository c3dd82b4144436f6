"""Answers of model APIs as their clients save them: completion objects, and the output files of batches.

Source: OpenAI's batch API (custom_id, response.body, error; its input file has custom_id, url, body), vLLM run-batch
(the same; before 0.6 the completion stood in `response` itself), Anthropic's message batches (custom_id, result). The
prompt of a batch stands in its input file alone: that file is joined by custom_id. What a body means is in replies.py.
"""

from collections.abc import Iterator, Sequence

from ..fields import fields_by_name, fold
from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from .raw_values import Row, inside, list_of, object_of, shaped
from .replies import error_of, replies_of

REPLY = {
    "reasoning": Rule("replies[].reasoning"),
    "response": Rule("replies[].text"),
    "finish_reason": Rule("replies[].finish_reason"),
    "n_tokens": Rule("replies[].n_tokens"),
    "n_reasoning_tokens": Rule("replies[].n_reasoning_tokens"),
}
ERROR = {"error": Rule("error")}
ASKED = {"turns": Rule("messages"), "problem": Rule("prompt"), "prompt": Rule("prompt")}
SETTINGS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_new_tokens": "max_completion_tokens",
    "max_tokens": "max_tokens",
    "effort": "reasoning_effort",
}
REQUESTS = "the requests of a batch; read with the batch's output where that is given too"
CHOICE = {"index", "message", "finish_reason"}
ENDED = ("succeeded", "errored", "canceled", "expired")


def _asked(place: str, messages: str, prompt: str) -> dict[str, Rule]:
    """What a joined request says: its messages (or its one prompt) and its sampling settings."""
    asked = {"turns": Rule(f"{place}.{messages}"), "prompt": Rule(f"{place}.{prompt}")}
    return asked | {f"condition.{name}": Rule(f"{place}.{key}") for name, key in SETTINGS.items()}


def _batch(answer: str, asked: dict[str, Rule]) -> Mapping:
    fields = {"id": Rule("custom_id"), "model": Rule(f"{answer}.model"), **asked, **REPLY, **ERROR}
    return Mapping(fields, {"request": "custom_id@*"}, "chat-api")


class _ChatApi:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows:
            return None
        if all(_is_request(row) for row in rows):
            return Claim(companion=REQUESTS, is_attached=True)
        if all(_is_output(row) for row in rows):
            return Claim(preset_guess(_output_mapping(rows), "the output of a batch"))
        if all(_is_message_output(row) for row in rows):
            asked = _asked("request.params", "messages", "prompt")
            return Claim(preset_guess(_batch("result.message", asked), "the results of a message batch"))
        if all(_is_completion(row) for row in rows):
            asked = {name: rule for name, rule in ASKED.items() if any(rule.path in row for row in rows)}
            fields = {"id": Rule("id"), "model": Rule("model"), **asked, **REPLY, **ERROR}
            return Claim(preset_guess(Mapping(fields, format="chat-api"), "completion objects"))
        return None

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            yield raw if raw.error else shaped(raw, _with_replies(raw.value))


def _with_replies(row: Row) -> Row:
    """The row with its `replies`, or with the `error` that stands in their place."""
    body = _body(row)
    replies = replies_of(body)
    result = object_of(row.get("result"))
    ended = result.get("type")
    error = error_of(row.get("error"), body.get("error"), result.get("error"))
    if error is None and not replies:
        error = str(ended) if ended in ENDED[1:] else error_of(body)
    kept = {key: value for key, value in row.items() if key not in ("error", "replies")}
    return {**kept, **({"replies": replies} if replies else {}), **({"error": error} if error else {})}


def _body(row: Row) -> Row:
    """The answer itself: of a batch's row, of vLLM's first batches, of a message batch, or the row.

    One completion in a file of its own comes as a row per choice; its tokens, those of all choices, are left out.
    """
    response = object_of(row.get("response"))
    if "custom_id" not in row:
        return {"choices": [row]} if "choices" not in row and isinstance(row.get("message"), dict) else row
    return object_of(response.get("body")) or response or object_of(inside(row, "result", "message"))


def _is_request(row: Row) -> bool:
    asked = isinstance(row.get("body"), dict) and ("url" in row or "method" in row)
    return (
        "custom_id" in row and (asked or isinstance(row.get("params"), dict)) and not {"response", "result"} & set(row)
    )


def _is_output(row: Row) -> bool:
    response = row.get("response")
    if "custom_id" not in row or "response" not in row:
        return False
    if response is None:
        return isinstance(row.get("error"), dict)
    return isinstance(response, dict) and bool({"body", "choices", "status_code"} & set(response))


def _is_message_output(row: Row) -> bool:
    return "custom_id" in row and inside(row, "result", "type") in ENDED


def _is_completion(row: Row) -> bool:
    """A completion object, and nothing beside it that a preset would lose (a question, a gold answer)."""
    names = {name for key in set(row) - CHOICE for name, _ in fields_by_name().get(fold(key), ())}
    if names & {"problem", "answer", "problem_id", "correct"}:
        return False
    if row.get("object") == "response":
        return isinstance(row.get("output"), list)
    if row.get("type") == "message" and row.get("role") == "assistant":
        return isinstance(row.get("content"), list)
    choices = list_of(row.get("choices")) or [
        {"message": row["message"]} if isinstance(row.get("message"), dict) else {}
    ]
    told = str(row.get("object", "")).endswith("completion") or isinstance(row.get("usage"), dict)
    return told and bool(choices) and all({"message", "text"} & set(object_of(choice)) for choice in choices)


def _output_mapping(rows: Sequence[Row]) -> Mapping:
    """Where the answers stand and how their requests are named: by the first body that is there."""
    bodies = [body for row in rows if (body := inside(row, "response", "body"))]
    answer = "response.body" if bodies or not any(inside(row, "response", "choices") for row in rows) else "response"
    if any(inside(body, "object") == "response" for body in bodies):
        return _batch(answer, _asked("request.body", "input", "input"))
    return _batch(answer, _asked("request.body", "messages", "prompt"))


FORMAT = _ChatApi()
