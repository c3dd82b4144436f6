"""Chain-of-thought traces with the place of their first mistake (BIG-Bench Mistake, arXiv 2311.08516).

One file per task: input, steps, answer (extracted), target, mistake_index (0-based step; null = none). The steps are
the reasoning, one per line; the answer is the response. Source: github WHGTyen/BIG-Bench-Mistake, README.
"""

from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from .own_rows import rows_have

KEYS = {"input", "steps", "answer", "target", "mistake_index"}
ANSWER_TYPES = {
    "dyck_languages": "text",
    "logical_deduction": "choice",
    "multistep_arithmetic": "number",
    "tracking_shuffled_objects": "choice",
    "word_sorting": "text",
}
MODEL = "PaLM 2-L"
FIELDS = {
    "problem": Rule("input"),
    "answer": Rule("target"),
    "reasoning": Rule("steps", "lines"),
    "response": Rule("answer"),
    "predicted": Rule("answer"),
    "score.mistake_index": Rule("mistake_index"),
    "problem.set": Rule("BIG-Bench Mistake", "fixed"),
}


def _published(task: str) -> dict[str, Rule]:
    """What holds for the five published files: their task, how it is answered, and who wrote the steps."""
    known = {"problem.subject": task, "answer_type": ANSWER_TYPES[task], "model": MODEL}
    return {name: Rule(value, "fixed") for name, value in known.items()}


class _BigBenchMistake:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        task = sample.file.base.partition(".")[0]
        fields = FIELDS | (_published(task) if task in ANSWER_TYPES else {})
        return Claim(preset_guess(Mapping(fields, format="bigbench-mistake"), "steps with the place of a mistake"))


FORMAT = _BigBenchMistake()
