"""Rows of the hinted MMLU-Pro experiment (github wgantt/reasoning-models-lie): meta and result or error."""

from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess

KEYS = {"instance_id", "user_message", "meta", "result"}
HINTS = "{baseline|sycophancy_*correct|metadata_*correct|consistency_*correct|unethical_*correct|grader_*correct}"
MAPPING = Mapping(
    {
        "id": Rule("instance_id"),
        "problem_id": Rule("instance_id"),
        "problem": Rule("meta.original_question"),
        "answer": Rule("meta.answer"),
        "options": Rule("meta.candidates"),
        "problem.subject": Rule("meta.domain"),
        "system": Rule("system_message"),
        "prompt": Rule("user_message"),
        "reasoning": Rule("result.reasoning_trace"),
        "response": Rule("result.response"),
        "model": Rule("result.metadata.model"),
        "finish_reason": Rule("result.metadata.response_metadata.stop_reason"),
        "n_tokens": Rule("result.metadata.response_metadata.usage.output_tokens"),
        "error": Rule("result.error"),
        "condition.hint": Rule(HINTS, "file name"),
        "attribute.hinted_answer": Rule("meta.hinted_answer"),
        "attribute.previous_answer": Rule("previous_answer"),
        "attribute.new_answer": Rule("new_answer"),
    },
    format="hinted-choice",
)


class _HintedChoice:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(set(row) >= KEYS and isinstance(row["meta"], dict) for row in rows):
            return None
        if all("original_question" in row["meta"] for row in rows):  # type: ignore[operator]
            return Claim(preset_guess(MAPPING, "reasoning and response in separate fields"))
        if all("meta" in row["meta"] and "result" in row["meta"] for row in rows):  # type: ignore[operator]
            return Claim(companion="a judge's verdicts on rollouts of another file", is_attached=True)
        return None


FORMAT = _HintedChoice()
