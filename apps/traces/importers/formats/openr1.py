"""OpenR1-Math: several generations of one problem in parallel lists, each with its verdicts.

Source: the dataset card of open-r1/OpenR1-Math-220k and open-r1's scripts/generate_reasoning.py;
peers_and_formats §3.5. The card says who generated; the rows do not, so the model stays to be set.
"""

from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from .raw_values import Row, list_of

FIELDS = {
    "id": Rule("uuid"),
    "problem": Rule("problem"),
    "answer": Rule("answer"),
    "problem.subject": Rule("problem_type"),
    "problem.set": Rule("source"),
    "reasoning": Rule("generations[]", "between"),
    "response": Rule("generations[]", "after tags", "</think>"),
    "correct": Rule("correctness_math_verify[]"),
    "finish_reason": Rule("finish_reasons[]"),
    "attribute.correctness_llama": Rule("correctness_llama[]"),
    "attribute.is_reasoning_complete": Rule("is_reasoning_complete[]"),
    "attribute.question_type": Rule("question_type"),
}
VERDICTS = {"correctness_math_verify", "correctness_llama", "is_reasoning_complete", "finish_reasons"}


class _OpenR1:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(_is_openr1(row) for row in rows):
            return None
        return Claim(preset_guess(Mapping(FIELDS, format="openr1"), "several generations in a row"))


def _is_openr1(row: Row) -> bool:
    texts = list_of(row.get("generations"))
    verdicts = VERDICTS & set(row)
    telling = "correctness_math_verify" in verdicts or {"uuid", "api_metadata"} & set(row)
    return isinstance(row.get("problem"), str) and bool(verdicts and telling) and _are_texts(texts)


def _are_texts(values: list[object]) -> bool:
    return bool(values) and all(isinstance(value, str) for value in values)


FORMAT = _OpenR1()
