"""HELM: scenario_state.json (requests and completions) and display_predictions.json (a prediction per instance).

Source: helm/benchmark/adaptation/request_state.py, helm/common/request.py and presentation/schema; peers_and_formats
§3.13. The predictions repeat the completions of the scenario state without questions and golds, so they are read only
where no scenario state stands beside them.
"""

from collections.abc import Iterator

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_number, to_text
from .lm_eval_rows import uploaded_grade
from .raw_values import Row, first_given, inside, list_of, numbers_in, object_of, own_mapping, refused, shaped

NAMES = (
    "problem_id", "problem", "answer", "options", "prompt", "reasoning", "response", "predicted", "correct", "model",
    "finish_reason", "n_tokens", "sample", "error", "condition", "score",
)  # fmt: skip
STATE = "scenario_state.json"
PREDICTION = {"instance_id", "predicted_text"}
SETTINGS = {"temperature": "temperature", "top_p": "top_p", "max_tokens": "max_new_tokens"}


class _Helm:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if rows and all(map(_is_state, rows)):
            return Claim(preset_guess(own_mapping("helm", NAMES), "the requests of a scenario"))
        if not rows or not all(set(row) >= PREDICTION and {"stats", "train_trial_index"} & set(row) for row in rows):
            return None
        if STATE in sample.siblings:
            return Claim(companion=f"predictions that are read from {STATE}", is_attached=True)
        names = tuple(name for name in NAMES if name != "model")
        return Claim(preset_guess(own_mapping("helm", names), "a prediction per instance"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            if raw.error:
                yield raw
            elif "predicted_text" in raw.value:
                yield shaped(raw, _prediction(raw.value))
            else:
                yield from _completions(raw)


def _is_state(row: Row) -> bool:
    return isinstance(row.get("instance"), dict) and isinstance(row.get("request"), dict) and "result" in row


def _prediction(row: Row) -> dict[str, object]:
    stats = numbers_in(object_of(row.get("stats")))
    return {
        "problem_id": to_text(row.get("instance_id")),
        "reasoning": to_text(row.get("thinking_text")),
        "response": to_text(first_given(row.get("predicted_text"), row.get("truncated_predicted_text"))),
        "predicted": to_text(row.get("mapped_output")),
        "correct": uploaded_grade(stats),
        "condition": _place(row),
        "score": stats,
    }


def _place(row: Row, perturbation: object = None) -> dict[str, object]:
    """What sets rollouts of one instance apart: the draw of its examples, a perturbation of its text."""
    name = to_text(inside(first_given(row.get("perturbation"), perturbation), "name"))
    trial = to_text(row.get("train_trial_index"))
    drawn = {"train_trial_index": trial} if trial not in (None, "0") else {}
    return {**drawn, **({"perturbation": name} if name else {})}


def _completions(raw: RawRow) -> Iterator[RawRow]:
    row = raw.value
    request, result = object_of(row.get("request")), object_of(row.get("result"))
    common = {**_asked(row, request), "error": to_text(result.get("error"))}
    told = list_of(result.get("completions"))
    if not told and not common["error"]:
        yield refused(raw, "result.completions is empty: there is nothing to read")
    if not told and common["error"]:
        yield shaped(raw, common)
    for number, completion in enumerate(told):
        yield shaped(raw, {**common, **_completion(completion), "sample": number})


def _asked(row: Row, request: Row) -> dict[str, object]:
    instance, options = object_of(row.get("instance")), object_of(row.get("output_mapping"))
    settings = {ours: request[key] for key, ours in SETTINGS.items() if request.get(key) is not None}
    return {
        "problem_id": to_text(instance.get("id")),
        "problem": to_text(inside(instance, "input", "text")),
        "answer": _golds(instance, options) or None,
        "options": list(options.values()) or None,
        "prompt": to_text(request.get("prompt")),
        "model": to_text(first_given(request.get("model"), inside(row, "adapter_spec", "model"))),
        "condition": {**settings, **_place(row, instance.get("perturbation"))},
    }


def _golds(instance: Row, options: Row) -> list[str]:
    """The correct references: as letters where the request mapped letters to references, else as texts."""
    right = [object_of(ref) for ref in list_of(instance.get("references")) if "correct" in list_of(inside(ref, "tags"))]
    texts = [text for ref in right if (text := to_text(inside(ref, "output", "text"))) is not None]
    return [letter for letter, text in options.items() if text in texts] or texts


def _completion(completion: object) -> dict[str, object]:
    tokens, reason = inside(completion, "tokens"), inside(completion, "finish_reason")
    return {
        "reasoning": to_text(inside(completion, "thinking", "text")),
        "response": to_text(inside(completion, "text")),
        "finish_reason": to_text(first_given(inside(reason, "reason"), reason)),
        "n_tokens": len(tokens) if isinstance(tokens, list) and tokens else None,
        "score": {"logprob": value} if (value := to_number(inside(completion, "logprob"))) is not None else {},
    }


FORMAT = _Helm()
