"""Details of lighteval: details_<task>_<date>.parquet, a row per document with its responses and metrics.

Source: lighteval/logging/info_loggers.py and evaluation_tracker.py; peers_and_formats §3.8. Three layouts: `doc`,
`metric`, `model_response` (0.13), the same between double underscores (0.9 to 0.12), and the flat columns before that
(`example`, `full_prompt`, `predictions`, `gold` …). A metric of several responses grades none of them.
"""

import re
from collections.abc import Iterator, Sequence

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import from_cell, to_letter, to_number, to_text
from .lm_eval_rows import uploaded_grade
from .raw_values import (
    Row,
    chat_of,
    inside,
    list_of,
    numbers_in,
    object_of,
    own_mapping,
    place_of_best,
    refused,
    shaped,
    text_list,
)

NAMES = (
    "problem_id", "problem", "answer", "options", "problem.set", "turns", "prompt", "reasoning", "response",
    "predicted",
    "correct", "n_tokens", "sample", "score", "attribute",
)  # fmt: skip
NESTED = (("doc", "metric", "model_response"), ("__doc__", "__metric__", "__model_response__"))
FLAT = {"example", "full_prompt", "predictions", "metrics"}
RESULTS = {"config_general", "results"}
FOLDER = re.compile(r"(?:^|/)details/(?P<model>[^/]+(?:/[^/]+)?)/\d{4}-\d\d-\d\dT[^/]*/[^/]*$")
BASE = re.compile(r"details_(?P<task>.+)_\d{4}-\d\d-\d\dT[^/]*$")


class _LightEval:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if rows and all(set(row) >= RESULTS and isinstance(row["config_general"], dict) for row in rows):
            return Claim(companion="the aggregate results of an evaluation run", is_attached=True)
        if not rows or not all(_parts(row) for row in rows):
            return None
        names = ("model", *NAMES) if model_in_folder(sample.file.name) else NAMES
        return Claim(preset_guess(own_mapping("lighteval", names), "one row per document"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        facts = {"model": model_in_folder(file.name), "task": task_in_name(file.name)}
        for raw in rows:
            if raw.error:
                yield raw
                continue
            yield from _rollouts(raw, facts)


def model_in_folder(name: str) -> str:
    """
    >>> model_in_folder("out/details/Qwen/Qwen3-8B/2025-01-01T10-00-00.1/details_x_2025-01-01T10-00-00.1.parquet")
    'Qwen/Qwen3-8B'
    """
    found = FOLDER.search(name)
    return found["model"] if found else ""


def task_in_name(name: str) -> str:
    """
    >>> task_in_name("d/details_lighteval|gsm8k|0_2025-01-01T10-00-00.parquet")
    'lighteval|gsm8k|0'
    """
    found = BASE.search(name.rpartition("/")[2])
    return found["task"] if found else ""


def _parts(row: Row) -> tuple[Row, Row, Row] | None:
    """(document, metrics, response) of any layout; None where a row is of none."""
    for names in NESTED:
        if set(names) <= set(row):
            doc, metric, told = (object_of(from_cell(row[name])) for name in names)
            return (doc, metric, told) if doc and told else None
    if not set(row) >= FLAT:
        return None
    doc = {
        "query": row["example"], "choices": row.get("choices") or row.get("gold"), "gold_index": row.get("gold_index"),
        "instruction": row.get("instruction"),
    }  # fmt: skip
    told = {"text": row["predictions"], "input": row["full_prompt"], "output_tokens": row.get("cont_tokens")}
    return doc, object_of(from_cell(row["metrics"])), told


def _rollouts(raw: RawRow, facts: dict[str, str]) -> Iterator[RawRow]:
    parts = _parts(raw.value)
    if parts is None:
        yield refused(raw, "holds no document and no response of lighteval")
        return
    doc, metric, told = parts
    common = {**_problem(doc, told, facts), "score": numbers_in(metric), **_model(facts)}
    texts = [text for text in list_of(told.get("text")) if isinstance(text, str)] or text_list(told.get("text") or None)
    if not texts or _are_likelihoods(told):
        yield _choice(raw, common, told, metric)
        return
    for number, text in enumerate(texts):
        own = _response(told, number, text)
        grade = uploaded_grade(numbers_in(metric)) if len(texts) == 1 else None
        yield shaped(raw, {**common, **own, "correct": grade, "sample": number})


def _model(facts: dict[str, str]) -> dict[str, str]:
    return {"model": facts["model"]} if facts["model"] else {}


def _problem(doc: Row, told: Row, facts: dict[str, str]) -> dict[str, object]:
    task = to_text(doc.get("task_name")) or facts["task"]
    number, query = to_text(doc.get("id")), to_text(doc.get("query"))
    options, gold = _gold(text_list(doc.get("choices")) if doc.get("choices") else [], doc.get("gold_index"))
    chat = chat_of(told.get("input"))
    prompt = told.get("input") if isinstance(told.get("input"), str) else query
    return {
        "problem_id": f"{task}/{number}" if task and number else number or None,
        "problem": query,
        "problem.set": task or None,
        **({"turns": chat} if chat else {"prompt": prompt}),
        "options": options or None,
        "answer": gold,
    }


def _gold(choices: list[str], place: object) -> tuple[list[str], object]:
    """(options, gold): all choices are golds where no place is given or all are right; else the right ones' letters."""
    places = [
        int(number)
        for item in (place if isinstance(place, list) else [place])
        if (number := to_number(item)) is not None
    ]
    right = [at for at in places if 0 <= at < len(choices)]
    if len(choices) < 2 or not right or len(set(right)) == len(choices):
        return [], choices or None
    return [choice.strip() for choice in choices], [to_letter(at) for at in dict.fromkeys(right)]


def _response(told: Row, number: int, text: str) -> dict[str, object]:
    tokens, cleaned = inside(told, "output_tokens", number), to_text(inside(told, "text_post_processed", number))
    cut = to_number(told.get("truncated_tokens_count"))
    labels = {
        "post_processed": cleaned[:200] if cleaned and cleaned != text else None,
        "prompt_tokens_cut": cut or None,
    }
    return {
        "response": text,
        "reasoning": to_text(inside(told, "reasonings", number)),
        "n_tokens": len(tokens) if isinstance(tokens, list) else None,
        "attribute": {name: value for name, value in labels.items() if value is not None},
    }


def _are_likelihoods(told: Row) -> bool:
    """Predictions of the flat layout that are numbers: log-likelihoods of the choices."""
    items = list_of(told.get("text"))
    return bool(items) and not any(isinstance(item, str) for item in items)


def _likelihoods(told: Row) -> Sequence[object]:
    items = list_of(told.get("logprobs")) or list_of(told.get("text"))
    return [item[0] if isinstance(item, list) and item else item for item in items]


def _choice(raw: RawRow, common: Row, told: Row, metric: Row) -> RawRow:
    """A multiple choice by likelihood: no text, the best option and the grade."""
    values, grade = _likelihoods(told), uploaded_grade(numbers_in(metric))
    best = place_of_best(values) if len(values) == len(list_of(common["options"])) else None
    if best is None and grade is None:
        return refused(raw, "holds neither a text nor a grade")
    predicted = to_letter(best) if best is not None else None
    return shaped(raw, {**common, "predicted": predicted, "correct": grade, "sample": 0})


FORMAT = _LightEval()
