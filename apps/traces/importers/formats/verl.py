"""Rollout and validation dumps of verl: `{step}.jsonl` with input, output, gts, score, step and the reward's extras.

Source: verl/trainer/ppo/ray_trainer.py (_dump_generations); peers_and_formats §3.9. Special tokens were skipped when
the texts were decoded: tags that are special tokens are gone, and whether an output was cut off is not in the file.
"""

from collections.abc import Iterator, Sequence

from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..paths import quote_key
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from .raw_values import Counter, Row, is_grade, shaped

KEYS = {"input", "output", "score", "step"}
GRADES = ("acc", "accuracy", "correct", "is_correct", "score")
GOLDS = ("gts", "gt", "ground_truth")
TAKEN = {*KEYS, *GOLDS, "request_id", "sample"}


class _Verl:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(set(row) >= KEYS and _is_dump(row) for row in rows):
            return None
        words = "a training step's rollouts; special tokens are already gone"
        return Claim(preset_guess(Mapping(_fields(sample.rows), format="verl"), words))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        """The rows of one prompt are numbered: equal outputs are samples of a group, no duplicates."""
        counter = Counter()
        for raw in rows:
            if raw.error:
                yield raw
                continue
            place = counter.next(raw.value.get("input"), raw.value.get("step"))
            yield shaped(raw, {**raw.value, "sample": place})


def _is_dump(row: Row) -> bool:
    texts = isinstance(row["input"], str) and isinstance(row["output"], str)
    return texts and isinstance(row["score"], int | float) and isinstance(row["step"], int)


def _fields(rows: Sequence[Row]) -> dict[str, Rule]:
    """The fixed fields, the grade where a column holds right and wrong only, and the extras as scores and labels."""
    grade = next((name for name in GRADES if is_grade([row.get(name) for row in rows])), None)
    extras = {key: [row[key] for row in rows if row.get(key) is not None] for row in rows for key in row}
    return {
        "problem": Rule("input"),
        "prompt": Rule("input"),
        "reasoning": Rule("output", "between"),
        "response": Rule("output", "after tags", "</think>"),
        "answer": Rule(next((name for name in GOLDS if any(name in row for row in rows)), "gts")),
        **({"correct": Rule(grade)} if grade else {}),
        "sample": Rule("sample"),
        "condition.step": Rule("step"),
        "score.score": Rule("score"),
        **{name: Rule(quote_key(key)) for key, values in extras.items() if (name := _extra(key, values))},
    }


def _extra(key: str, values: Sequence[object]) -> str:
    if key in TAKEN or not values:
        return ""
    if all(isinstance(value, bool | int | float) for value in values):
        return f"score.{key}"
    return f"attribute.{key}" if all(isinstance(value, str) and len(value) <= 200 for value in values) else ""


FORMAT = _Verl()
