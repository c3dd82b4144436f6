"""Predictions and graded details of OpenCompass: `predictions/` and `results/`, `<model>/<dataset>.json` in both.

Source: opencompass/openicl/icl_inferencer/icl_gen_inferencer.py and tasks/openicl_eval.py; peers_and_formats §3.12.
Both are one object with a record per number ("0", "1" …); results hold theirs under `details`, with the same prompts
and predictions, so where both were given the results are read and the predictions are not read twice.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly

from ..files import SourceFile
from ..objects import KEY
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow, find_layout, read_rows
from ..transforms import to_flag, to_number, to_text
from .raw_values import (
    Row,
    first_given,
    inside,
    last_asked,
    list_of,
    object_of,
    own_mapping,
    refused,
    shaped,
    text_list,
)

NAMES = (
    "problem_id", "problem.set", "turns", "problem", "prompt", "answer", "response", "predicted", "correct", "model",
    "sample", "n_tokens",
)  # fmt: skip
ROLES = {"human": "user", "bot": "assistant", "system": "system", "user": "user", "assistant": "assistant"}
PLACE = re.compile(r"(?:^|/)(?P<kind>predictions|results)/(?P<model>[^/]+)/(?P<dataset>[^/]+)\.json$")
LABEL = "label: "


class _OpenCompass:
    def claim(self, sample: FileSample) -> Claim | None:
        if not sample.rows:
            return None
        records = [record for row in sample.rows[:20] for record in _records(row)][:20]
        names = NAMES if records and _place(sample.file.name)["model"] else tuple(n for n in NAMES if n != "model")
        if records and all(map(_is_record, records)):
            if _stand_in_results(sample):
                return Claim(
                    companion="predictions that are read from their graded details in results", is_attached=True
                )
            return Claim(preset_guess(own_mapping("opencompass", names), "a record per number"))
        if _place(sample.file.name)["kind"] == "results" and not records:
            return Claim(companion="the aggregate results of an evaluation run", is_attached=True)
        return None

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        place = _place(file.name)
        for raw in rows:
            if raw.error:
                yield raw
                continue
            for number, record in enumerate(_records(raw.value)):
                yield from _rollouts(raw, record, place, number)


def _place(name: str) -> dict[str, str]:
    found = PLACE.search(name)
    return found.groupdict() if found else {"kind": "", "model": "", "dataset": ""}


def _stand_in_results(sample: FileSample) -> bool:
    """Whether the results of the same model and dataset are in the upload, with the predictions in their details."""
    folder, found, rest = sample.file.name.rpartition("predictions/")
    wanted = f"{folder}results/{rest}"
    results = next((file for file in sample.upload if found and file.name == wanted), None)
    first = next(iter(read_rows(results, find_layout(results))), None) if results else None
    records = _records(first.value) if first else []
    return bool(records) and all("origin_prediction" in record for record in records)


def _records(row: Row) -> list[Row]:
    """The records of a row: itself, or those under `details` (by number, or a list)."""
    details = row.get("details")
    if isinstance(details, dict):
        return [{KEY: key, **record} for key, record in details.items() if isinstance(record, dict)]
    if isinstance(details, list):
        return [{KEY: str(at), **record} for at, record in enumerate(details) if isinstance(record, dict)]
    return [row] if {"origin_prompt", "origin_prediction", KEY, "idx"} & set(row) and _is_record(row) else []


def _is_record(record: Row) -> bool:
    predicted = {"prediction", "origin_prediction"} & set(record)
    asked = {"origin_prompt", "prompt"} & set(record)
    likely = any(str(key).startswith(LABEL) for key in record)
    return bool(predicted and (asked or {"references", "correct"} & set(record))) or (likely and "prediction" in record)


def _rollouts(raw: RawRow, record: Row, place: ReadOnly[str, str], number: int) -> Iterator[RawRow]:
    key = to_text(first_given(record.get(KEY), record.get("idx"))) or str(number)
    common = {
        "problem_id": f"{place['dataset']}/{key}" if place["dataset"] else key,
        "problem.set": place["dataset"] or None,
        **({"model": place["model"]} if place["model"] else {}),
        **_asked(first_given(record.get("origin_prompt"), record.get("prompt"))),
        "answer": _golds(first_given(record.get("gold"), record.get("references"), record.get("answer"))),
        "correct": to_flag(_one(record.get("correct"))),
    }
    told = record["origin_prediction"] if "origin_prediction" in record else record.get("prediction")
    if isinstance(told, dict) or any(str(name).startswith(LABEL) for name in record):
        yield _by_likelihood(raw, record, common)
        return
    texts = text_list(told) if told is not None else []
    if not texts:
        yield refused(raw, f"record {key} holds no prediction")
    for sample, text in enumerate(texts):
        own = {
            "predicted": _predicted(record, told, sample),
            "n_tokens": to_number(_nth(record.get("res_length"), sample)),
        }
        yield shaped(raw, {**common, **own, "response": text, "sample": sample})


def _one(value: object) -> object:
    """A verdict: itself, or the only one of a list."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _nth(value: object, number: int) -> object:
    return inside(value, number) if isinstance(value, list) else value


def _predicted(record: Row, told: object, sample: int) -> str | None:
    """What was extracted from a response, where the details say it."""
    given = first_given(record.get("predictions"), record.get("pred"))
    return to_text(_nth(given, sample if isinstance(told, list) else 0))


def _golds(value: object) -> object:
    value = value.get("answer", value.get("references")) if isinstance(value, dict) else value
    return [text for item in list_of(value) for text in text_list(item)] if isinstance(value, list) else to_text(value)


def _asked(prompt: object) -> dict[str, object]:
    """The prompt: a text, or the turns that went before (HUMAN, BOT, SYSTEM)."""
    if isinstance(prompt, list):
        turns = [_turn(object_of(turn)) for turn in prompt if to_text(object_of(turn).get("prompt"))]
        return {"turns": turns, "problem": last_asked(turns)}
    text = to_text(prompt)
    return {"problem": text, "prompt": text}


def _turn(turn: Row) -> dict[str, object]:
    return {"role": ROLES.get(str(turn.get("role")).lower(), "user"), "content": to_text(turn.get("prompt"))}


def _by_likelihood(raw: RawRow, record: Row, common: dict[str, object]) -> RawRow:
    """A choice by perplexity: no text, the label that was least surprising, and the grade where it stands there."""
    first = next((object_of(value) for key, value in record.items() if str(key).startswith(LABEL)), {})
    asked = (
        {}
        if "turns" in common or common.get("problem")
        else _asked(first_given(first.get("testing input"), first.get("prompt")))
    )
    predicted = to_text(first_given(record.get("predictions"), record.get("prediction")))
    if predicted is None and common["correct"] is None:
        return refused(raw, "holds neither a prediction nor a grade")
    return shaped(raw, {**common, **asked, "predicted": predicted, "sample": 0})


FORMAT = _OpenCompass()
