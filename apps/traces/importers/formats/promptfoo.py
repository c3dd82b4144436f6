"""Results of promptfoo: one JSON object with `results.results[]` (version 3 and 2), `results[]` before, or JSON lines.

Source: promptfoo's src/types/index.ts (EvaluateSummaryV3, EvaluateResult); peers_and_formats §3.15. Success without any
assertion is no grade. Where only the table was exported, its rows' outputs are read.
"""

from collections.abc import Iterator

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_json, to_number, to_text
from .raw_values import (
    Row,
    chat_of,
    first_given,
    inside,
    last_asked,
    list_of,
    named_member,
    numbers_in,
    object_of,
    own_mapping,
    refused,
    shaped,
)
from .replies import error_of

NAMES = (
    "id", "problem", "answer", "turns", "prompt", "response", "correct", "model", "finish_reason", "n_tokens",
    "n_reasoning_tokens", "error", "condition", "score",
)  # fmt: skip
ERRORED = 2


class _Promptfoo:
    def claim(self, sample: FileSample) -> Claim | None:
        results = [result for row in sample.rows[:20] for result in _results(row)]
        if not results or not all(map(_is_result, results[:50])):
            return None
        return Claim(preset_guess(own_mapping("promptfoo", NAMES), "a result per test, prompt and provider"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            if raw.error:
                yield raw
                continue
            for number, result in enumerate(_results(raw.value) or [{}]):
                if _is_result(result):
                    yield shaped(raw, {"id": str(result.get("testIdx", raw.number or number)), **_rollout(result)})
                else:
                    yield refused(raw, f"result {number + 1} has no prompt or no answer")


def _results(row: Row) -> list[Row]:
    """The results of an export, of its table, or the row where it is a result itself."""
    inner = row.get("results")
    if isinstance(inner, dict) and isinstance(inner.get("results"), list):
        return [object_of(result) for result in list_of(inner["results"])]
    body = inside(inner, "table", "body") or inside(row, "table", "body")
    if isinstance(body, list) and "prompt" not in row:
        heads = list_of(inside(inner, "table", "head", "prompts") or inside(row, "table", "head", "prompts"))
        return [result for test, line in enumerate(body) for result in _from_table(object_of(line), test, heads)]
    return [row] if _is_result(row) else []


def _from_table(line: Row, test: int, heads: list[object]) -> list[Row]:
    """The outputs of a line of the table, as results."""
    outputs = list_of(line.get("outputs"))
    return [{**_from_output(line, output, at, heads), "testIdx": test} for at, output in enumerate(outputs)]


def _from_output(line: Row, output: object, place: int, heads: list[object]) -> dict[str, object]:
    known, head = object_of(output), inside(heads, place)
    return {
        **known,
        "prompt": {"raw": known.get("prompt"), "label": inside(head, "label")},
        "provider": first_given(known.get("provider"), inside(head, "provider")),
        "response": {**object_of(known.get("response")), "output": known.get("text")},
        "success": known.get("pass"),
        "vars": object_of(inside(line, "test", "vars")),
        "testCase": line.get("test"),
        "promptIdx": place,
    }


def _is_result(result: Row) -> bool:
    prompt = result.get("prompt")
    asked = isinstance(prompt, dict) and bool({"raw", "display", "label"} & set(prompt))
    return asked and "success" in result and bool({"response", "error", "vars"} & set(result))


def _rollout(result: Row) -> dict[str, object]:
    answer, usage = object_of(result.get("response")), object_of(result.get("tokenUsage"))
    usage = object_of(answer.get("tokenUsage")) or usage
    raw = first_given(inside(result, "prompt", "raw"), inside(result, "prompt", "display"))
    chat, values = chat_of(raw), object_of(result.get("vars"))
    error = _error(result, answer)
    return {
        "problem": to_text(named_member(values, "problem")) or (last_asked(chat) if chat else to_text(raw)),
        "answer": to_text(named_member(values, "answer")) or _asserted(result),
        **({"turns": chat} if chat else {"prompt": to_text(raw)}),
        "response": _output(answer.get("output")),
        "correct": None if error else _grade(result),
        "model": to_text(first_given(inside(result, "provider", "id"), result.get("provider"))),
        "finish_reason": to_text(answer.get("finishReason")),
        "n_tokens": to_number(usage.get("completion")),
        "n_reasoning_tokens": to_number(inside(usage, "completionDetails", "reasoning")),
        "error": error,
        "condition": _condition(result),
        "score": _scores(result),
    }


def _output(value: object) -> str | None:
    return to_json(value) if isinstance(value, dict | list) else to_text(value)


def _error(result: Row, answer: Row) -> str | None:
    """What kept the model from answering; a failed assertion is no error, though `error` repeats its reason."""
    said = error_of(answer.get("error"))
    if result.get("failureReason") == ERRORED or (answer.get("output") is None and not said):
        return said or error_of(result.get("error")) or "no output"
    return said


def _grade(result: Row) -> bool | None:
    asserted = [inside(result, "gradingResult", "componentResults"), inside(result, "testCase", "assert")]
    told = "gradingResult" in result or "testCase" in result
    return to_flag(result.get("success")) if any(asserted) or not told else None


def _asserted(result: Row) -> str | None:
    """The value of an assertion of equality, where it is no template."""
    for item in list_of(inside(result, "testCase", "assert")):
        value = to_text(object_of(item).get("value"))
        if object_of(item).get("type") == "equals" and value and "{{" not in value:
            return value
    return None


def _condition(result: Row) -> dict[str, object]:
    label = to_text(inside(result, "prompt", "label"))
    name = label if label and len(label) <= 60 else to_text(result.get("promptIdx"))
    return {"prompt": name} if name else {}


def _scores(result: Row) -> dict[str, float]:
    score = to_number(result.get("score"))
    return {**numbers_in(object_of(result.get("namedScores"))), **({"score": score} if score is not None else {})}


FORMAT = _Promptfoo()
