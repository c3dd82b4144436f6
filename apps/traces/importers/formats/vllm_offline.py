"""Request outputs of vLLM's offline engine as people dump them: prompt, outputs[].text, token_ids, finish_reason.

Source: vllm/outputs.py (RequestOutput, CompletionOutput); peers_and_formats §3.4. Without a reasoning parser the text
often has only the closing tag, since the template put the opening one into the prompt: analysis.delimiters reads that.
"""

from collections.abc import Iterator

from analysis.delimiters import split_reasoning

from ..fields import fields_by_name, fold
from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from .raw_values import Row, list_of, object_of, shaped
from .replies import Reply, replies_of

MAPPING = Mapping(
    {
        "id": Rule("request_id"),
        "problem": Rule("prompt"),
        "prompt": Rule("prompt"),
        "reasoning": Rule("replies[].reasoning"),
        "response": Rule("replies[].text"),
        "finish_reason": Rule("replies[].finish_reason"),
        "n_tokens": Rule("replies[].n_tokens"),
        "score.cumulative_logprob": Rule("replies[].logprob"),
    },
    format="vllm-offline",
)
OPENERS = ("<think>", "<thinking>", "[THINK]", "◁think▷")
MARKS = {"token_ids", "cumulative_logprob", "finish_reason", "stop_reason"}


class _VllmOffline:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(_is_request_output(row) for row in rows):
            return None
        return Claim(preset_guess(MAPPING, "request outputs"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            replies = [] if raw.error else replies_of({"outputs": raw.value.get("outputs")})
            asked = str(raw.value.get("prompt")).rstrip()
            told = [_as_thought(reply) if asked.endswith(OPENERS) else reply for reply in replies]
            yield shaped(raw, {**raw.value, "replies": told}) if told else raw


def _as_thought(reply: Reply) -> Reply:
    """A text whose thought was opened in the prompt and never closed is all thought."""
    text = reply.get("text")
    if not isinstance(text, str) or "reasoning" in reply or split_reasoning(text).source != "none":
        return reply
    return {**reply, "text": None, "reasoning": text}


def _is_request_output(row: Row) -> bool:
    names = {name for key in row for name, _ in fields_by_name().get(fold(key), ())}
    outputs = list_of(row.get("outputs"))
    marked = all("text" in object_of(output) and MARKS & set(object_of(output)) for output in outputs)
    return "prompt" in row and bool(outputs) and marked and not names & {"problem", "answer", "problem_id", "correct"}


FORMAT = _VllmOffline()
