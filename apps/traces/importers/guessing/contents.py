"""Whether a column's values can be a given field: the second half of a guess (names are the first). No names here."""

import re
from collections.abc import Callable, Mapping

from analysis.delimiters import find_opener

from ..paths import MODEL_WORDS
from ..transforms import last_boxed, to_options
from .columns import Column

Columns = Mapping[str, Column]
QUESTION_MARKS = re.compile(
    r"\?|^(find|compute|what|how|calculate|determine|solve|evaluate|simplify|let|if|which|suppose|prove)\b"
    r"|^(given|consider|a|the|in)\b",
    re.IGNORECASE,
)
GOLD_MARKERS = (("####", "####"), ("\nA: ", "A: "), ("Answer: ", "Answer: "), ("The answer is", "The answer is"))


def is_free_text(column: Column) -> bool:
    return column.is_text and column.mean_length >= 1 and not column.is_flag


def can_be_response(column: Column) -> bool:
    return is_free_text(column) and (column.mean_length >= 12 or not column.is_number)


def can_be_question(column: Column) -> bool:
    if not column.is_text or column.mean_length < 4 or column.is_flag:
        return False
    marked = sum(bool(QUESTION_MARKS.search(text[:4000])) for text in column.texts)
    return column.mean_length >= 12 or marked > 0


def can_be_gold(column: Column) -> bool:
    if column.is_list and not column.is_exploded:
        return all(
            isinstance(v, list) and len(v) <= 20 and not any(isinstance(i, dict) for i in v) for v in column.values
        )
    return column.is_scalar and not all(isinstance(value, bool) for value in column.values) and not _is_verdict(column)


def _is_verdict(column: Column) -> bool:
    return {text.strip().lower() for text in column.texts} <= {"correct", "incorrect", "wrong", "right", "pass", "fail"}


def can_be_short(column: Column) -> bool:
    return column.is_scalar and not all(isinstance(v, bool) for v in column.values) and column.mean_length <= 200


def can_be_grade(column: Column) -> bool:
    return column.is_flag and column.is_scalar


def can_be_model(column: Column) -> bool:
    return column.is_text and 0 < column.mean_length <= 120 and not any("\n" in text for text in column.texts)


def can_be_options(column: Column) -> bool:
    if column.is_object:
        return all(
            isinstance(v, dict) and v and all(len(str(k)) <= 2 or k in ("text", "label") for k in v)
            for v in column.values
        )
    if column.holds_json("["):
        return all(len(to_options(value)) > 1 for value in column.values)
    return column.is_list and all(isinstance(v, list) and 2 <= len(v) <= 30 and _are_choices(v) for v in column.values)


def _are_choices(items: list[object]) -> bool:
    return all(not isinstance(item, list) and (not isinstance(item, dict) or "text" in item) for item in items)


def can_be_id(column: Column) -> bool:
    return (
        column.is_scalar and column.mean_length <= 200 and not all(isinstance(v, bool | float) for v in column.values)
    )


def can_be_label(column: Column) -> bool:
    return column.is_scalar and column.mean_length <= 80 and not any("\n" in text for text in column.texts)


def can_be_count(column: Column) -> bool:
    return column.is_number and column.is_scalar


def can_be_error(column: Column) -> bool:
    return column.is_scalar


TESTS: dict[str, Callable[[Column], bool]] = {
    "id": can_be_id,
    "problem_id": can_be_id,
    "problem": can_be_question,
    "answer": can_be_gold,
    "gold_solution": is_free_text,
    "options": can_be_options,
    "prompt": is_free_text,
    "system": is_free_text,
    "reasoning": is_free_text,
    "response": can_be_response,
    "predicted": can_be_short,
    "correct": can_be_grade,
    "model": can_be_model,
    "sample": can_be_count,
    "finish_reason": can_be_label,
    "confidence": can_be_label,
    "layer_answers": lambda column: column.is_list and not column.is_messages,
    "n_tokens": can_be_count,
    "n_reasoning_tokens": can_be_count,
    "turns": lambda column: column.is_messages,
    "error": can_be_error,
    "problem.subject": can_be_label,
    "problem.level": can_be_label,
    "problem.set": can_be_label,
    "answer_type": can_be_label,
}


def gold_reading(column: Column) -> tuple[str, str]:
    """How a gold column is read: (how, marker): as it is, the last boxed inside, or after a marker such as “####”."""
    texts = column.texts
    if not texts:
        return "path", ""
    if sum(last_boxed(text) is not None for text in texts) >= 0.1 * len(texts):
        return "boxed", ""
    for sign, marker in GOLD_MARKERS:
        if sum(sign in text for text in texts) >= 0.8 * len(texts):
            return "after last", marker
    return "path", ""


def share_ending_with(texts: Mapping[int, str], responses: Mapping[int, str]) -> float:
    """Share of rows whose response states the short value near its end: the sign of an answer column."""
    rows = [row for row in texts if row in responses and texts[row].strip()]
    hits = sum(texts[row].strip() in responses[row][-300:] for row in rows)
    return hits / len(rows) if rows else 0.0


def share_opening_late(column: Column, questions: Mapping[int, str]) -> float:
    """Share of rows whose text has the question before its first opening tag: a prompt glued to its completion."""
    rows = [row for row in column.by_row if row in questions and questions[row].strip()]
    hits = 0
    for row in rows:
        at = find_opener(column.by_row[row])
        hits += at > 0 and questions[row].strip() in column.by_row[row][:at]
    return hits / len(rows) if rows else 0.0


def looks_like_models(column: Column) -> bool:
    named = sum(bool(MODEL_WORDS.search(text)) for text in column.texts)
    return can_be_model(column) and column.mean_length <= 80 and named >= 0.8 * max(len(column.texts), 1)
