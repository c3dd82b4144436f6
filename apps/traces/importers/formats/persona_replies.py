"""PersonaLLM's replies under personas (arXiv 2305.02547): a questionnaire filled in, or a story written.

One row per persona and iteration: `annotation` is the model's whole reply, `prev_prompts` (stories only) what was said
before it: system prompt, questionnaire, the model's own answers to it, the task. Source: github hjian42/PersonaLLM.
"""

from collections.abc import Iterator

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_text
from .own_rows import Message, Row, ShapeError, own_mapping, reshaped, rows_have, texts_in

KEYS = {"persona_encoding", "iteration", "annotation"}
MAPPING = own_mapping(
    "persona-replies", "problem_id problem answer_type problem.set model sample turns condition attributes"
)
SPEAKERS = {4: ("system", "user", "assistant", "user"), 2: ("system", "user"), 1: ("user",)}


class _PersonaReplies:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        return Claim(preset_guess(MAPPING, "replies under personas"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        task = file.base.partition("_")[0].partition(".")[0]
        return reshaped(rows, lambda row: _rollout(row, task))


def _rollout(row: Row, task: str) -> dict[str, object]:
    reply, persona = to_text(row.get("annotation")), to_text(row.get("persona_encoding"))
    if reply is None:
        raise ShapeError("field annotation: is missing or no text")
    before = texts_in(row, "prev_prompts")
    speakers = SPEAKERS.get(len(before), ("user",) * len(before))
    said: list[Message] = [
        {"role": speaker, "text": text, "is_attempt": False} for speaker, text in zip(speakers, before, strict=True)
    ]
    return {
        "problem_id": task,
        "problem": before[-1] if before else None,
        "answer_type": "none",
        "problem.set": "PersonaLLM",
        "model": to_text(row.get("model")),
        "sample": row.get("iteration"),
        "turns": [*said, {"role": "assistant", "text": reply}],
        "condition": {"persona": persona} if persona else {},
        "attributes": {"source_file": to_text(row.get("source_file"))},
    }


FORMAT = _PersonaReplies()
