"""Completions that TRL's trainers log: completions_{step}.parquet (or JSON lines) with a column per reward function.

Source: trl/trainer/grpo_trainer.py (log_completions); peers_and_formats §3.10. `prompt` is a text or messages,
`completion` a text or messages; every other column of numbers is a reward function's or an extra's.
"""

from collections.abc import Iterator, Sequence

from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..paths import quote_key
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from .raw_values import Counter, Row, chat_of, is_grade, shaped, with_facts

KEYS = {"step", "prompt", "completion"}
TAKEN = {*KEYS, "sample", "messages"}
CORRECTNESS = ("accuracy", "correct", "exact_match", "math_verify")
GOLDS = ("answer", "solution", "ground_truth", "gold", "target")


class _Trl:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(set(row) >= KEYS and _is_logged(row) for row in rows):
            return None
        if "advantage" not in rows[0] and not sample.file.base.startswith("completions_"):
            return None
        mapping = Mapping(_fields(sample.rows), format="trl")
        return Claim(preset_guess(mapping, "a training step's completions"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        """Messages of prompt and completion become one conversation; the rows of one prompt are numbered."""
        counter = Counter()
        for raw in rows:
            if raw.error:
                yield raw
                continue
            row = {key: _chat_or_self(value) if key in KEYS else value for key, value in raw.value.items()}
            row["sample"] = counter.next(row.get("prompt"), row.get("step"))
            if isinstance(row.get("prompt"), list) or isinstance(row.get("completion"), list):
                told = [*_messages(row.get("prompt"), "user"), *_messages(row.get("completion"), "assistant")]
                row["messages"] = with_facts(told, correct=_grade(row))
            yield shaped(raw, row)


def _grade(row: Row) -> object:
    """What a reward function of correctness says, where it says right or wrong."""
    named = (value for key, value in row.items() if key not in TAKEN and any(word in key for word in CORRECTNESS))
    return next((value for value in named if is_grade([value])), None)


def _messages(value: object, role: str) -> list[object]:
    return value if isinstance(value, list) else [{"role": role, "content": value}] if isinstance(value, str) else []


def _chat_or_self(value: object) -> object:
    """Messages, also where a cell holds them as JSON text; any other value as it is."""
    return chat_of(value) or value


def _is_logged(row: Row) -> bool:
    texts = [_chat_or_self(row[key]) for key in ("prompt", "completion")]
    return isinstance(row["step"], int) and all(isinstance(text, str) or chat_of(text) for text in texts)


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _fields(rows: Sequence[Row]) -> dict[str, Rule]:
    columns = {key: [row[key] for row in rows if row.get(key) is not None] for row in rows for key in row}
    numbers = {key for key, values in columns.items() if values and all(map(_is_number, values))}
    grades = [key for key in columns if key in numbers - TAKEN and any(word in key for word in CORRECTNESS)]
    grade = next((key for key in grades if is_grade(columns[key])), None)
    gold = next((key for key in GOLDS if key in columns and key not in numbers | TAKEN), None)
    texts = {
        "problem": Rule("prompt"),
        "prompt": Rule("prompt"),
        "reasoning": Rule("completion", "between"),
        "response": Rule("completion", "after tags", "</think>"),
    }
    chat = any(isinstance(_chat_or_self(row.get(key)), list) for row in rows for key in KEYS)
    return {
        **({"turns": Rule("messages")} if chat else texts),
        **({"answer": Rule(gold)} if gold else {}),
        **({"correct": Rule(quote_key(grade))} if grade else {}),
        "sample": Rule("sample"),
        "condition.step": Rule("step"),
        **{f"score.{key}": Rule(quote_key(key)) for key in columns if key in numbers - TAKEN},
    }


FORMAT = _Trl()
