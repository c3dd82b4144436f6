"""The folder layout of Thought Anchors (arXiv 2506.19143): one folder per trace, base_solution.json + problem.json.

Source: github interp-reasoning/thought-anchors.com, src/app/data; peers_and_formats §3.16.
"""

from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess

BASE = "base_solution.json"
COMPANIONS = {
    "problem.json": "the problem of a trace, read with its base_solution.json",
    "scenario.json": "the scenario of a trace, read with its base_solution.json",
    "chunks_labeled.json": "labelled sentences of a trace",
    "chunks_resampled.json": "resampled sentences of a trace",
    "step_importance.json": "importance scores between sentences of a trace",
    "summary.json": "a summary of a trace",
}
_PLACE = {
    "id": Rule(f"{{*_base_solution/*}}/{BASE}", "file name"),
    "problem_id": Rule(f"*_base_solution/{{}}/{BASE}", "file name"),
    "model": Rule(f"{{}}/*_base_solution/*/{BASE}", "file name"),
    "attribute.base_solution": Rule(f"{{*}}_base_solution/*/{BASE}", "file name"),
    "prompt": Rule("prompt"),
    "response": Rule("solution"),
}
_PROBLEM = {
    **_PLACE,
    "problem": Rule("problem.problem"),
    "answer": Rule("problem.gt_answer"),
    "problem.level": Rule("problem.level"),
    "problem.subject": Rule("problem.type"),
    "predicted": Rule("answer"),
    "correct": Rule("is_correct"),
    "attribute.nickname": Rule("problem.nickname"),
}
_SCENARIO = {
    **_PLACE,
    "problem": Rule("scenario.user_prompt"),
    "answer_type": Rule("none", "fixed"),
    "attribute.contains_blackmail": Rule("contains_blackmail"),
    "attribute.nickname": Rule("scenario.nickname"),
}


class _ThoughtAnchors:
    def claim(self, sample: FileSample) -> Claim | None:
        base = sample.file.base
        if base in COMPANIONS and BASE in sample.siblings:
            return Claim(companion=COMPANIONS[base], is_attached=True)
        if base != BASE or not sample.rows or not {"prompt", "solution"} <= set(sample.rows[0]):
            return None
        if "problem.json" in sample.siblings:
            return self._trace(_PROBLEM, "problem")
        if "scenario.json" in sample.siblings:
            return self._trace(_SCENARIO, "scenario")
        return None

    def _trace(self, fields: dict[str, Rule], joined: str) -> Claim:
        mapping = Mapping(fields, {joined: f"{joined}.json"}, "thought-anchors")
        return Claim(preset_guess(mapping, f"one trace in a folder, with its {joined}.json"))


FORMAT = _ThoughtAnchors()
