"""Tables of answers with stated confidence (github Linwei94/LLM-Calibration-Study): grades only, no question, no text.

Row n of every file is question n of the same test; a file of questions by `row` in the same upload gives their texts.
A “confidence” outside 0-1 is no probability (models also state the answer in its place): it is kept as a score and
remarked, and so are values of the other scales. The table of hedging words beside them is read as rollouts of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..tables import Dialect
from ..transforms import to_number, to_text
from .own_rows import Row, own_mapping

KEYS = {"correct_answer", "extracted_answer", "verbal_numerical_confidence"}
HEDGING_KEYS = {"prompt", "hedging_word", "response", "extracted_confidence"}
OTHERS = ("logit_perplexity_confidence", "verbal_linguistic_confidence")
FILE_NAME = re.compile(r"(?P<test>mmlu_pro|[^_]+)_(?P<model>.+)_eval_all_")
ROW_NUMBER = "(column 1)"
NAMES = "problem_id answer answer_type problem.set problem.subject predicted confidence n_tokens turns scores"
NO_ANSWER = [{"role": "assistant"}]
MAPPING = own_mapping("stated-confidence", NAMES)
HEDGING = Mapping(
    {
        "id": Rule(ROW_NUMBER),
        "problem": Rule("prompt"),
        "problem.subject": Rule("hedging_word"),
        "problem.set": Rule("hedging words", "fixed"),
        "answer_type": Rule("none", "fixed"),
        "response": Rule("response"),
        "score.extracted_confidence": Rule("extracted_confidence"),
    },
    format="hedging-words",
)


class _StatedConfidence:
    def claim(self, sample: FileSample) -> Claim | None:
        if not _is_table_of(sample.layout.dialect, KEYS):
            return None
        named = FILE_NAME.match(sample.file.base)
        rules = {"problem": Rule("asked.question")} | ({"model": Rule(named["model"], "fixed")} if named else {})
        mapping = replace(MAPPING.with_rules(rules), joins={"asked": "row@*"})
        return Claim(preset_guess(mapping, "answers with stated confidence, without text"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        named = FILE_NAME.match(file.base)
        test = named["test"].replace("_", "-") if named else ""
        return (raw if raw.error else _reshaped(raw, test) for raw in rows)


class _HedgingWords:
    def claim(self, sample: FileSample) -> Claim | None:
        if not _is_table_of(sample.layout.dialect, HEDGING_KEYS):
            return None
        return Claim(preset_guess(HEDGING, "how a model reads words of doubt"))


def _is_table_of(dialect: Dialect | None, keys: set[str]) -> bool:
    return dialect is not None and keys <= set(dialect.header)


def _reshaped(raw: RawRow, test: str) -> RawRow:
    row = raw.value
    stated = to_number(row.get("verbal_numerical_confidence"))
    others = {name: to_number(row.get(name)) for name in OTHERS}
    outside = [name for name, value in others.items() if not _is_share(value)]
    if not _is_share(stated):
        outside.append("verbal_numerical_confidence")
        others["verbal_numerical_confidence"] = stated
    number = to_text(row.get(ROW_NUMBER)) or str(raw.number)
    value = {"row": number, **_row(row, f"{test}/{number}" if test else number)}
    note = f"{', '.join(outside)} outside 0 to 1: kept as a score, not as a probability" if outside else ""
    confidence = stated if _is_share(stated) else None
    is_blank = value["predicted"] is confidence is value["n_tokens"] is None
    return raw._replace(
        value={
            **value,
            "problem.set": test,
            "confidence": confidence,
            "scores": others,
            "turns": NO_ANSWER if is_blank else None,
        },
        note=raw.note or note,
    )


def _is_share(value: float | None) -> bool:
    """Whether a value can be a probability, or is none at all."""
    return value is None or 0 <= value <= 1


def _row(row: Row, key: str) -> dict[str, object]:
    return {
        "problem_id": key,
        "answer": to_text(row.get("correct_answer")),
        "answer_type": "choice",
        "problem.subject": to_text(row.get("category")),
        "predicted": to_text(row.get("extracted_answer")),
        "n_tokens": to_number(row.get("token_length")),
    }


FORMAT, HEDGING_WORDS = _StatedConfidence(), _HedgingWords()
