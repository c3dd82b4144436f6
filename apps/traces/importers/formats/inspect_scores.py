"""Scores of an Inspect sample: which is the grade, and which numbers stay beside it. Knows no messages.

Source: inspect_ai 0.3.285, scorer/_metric.py (`value_to_float`: C = 1, P = 0.5, I = N = 0).
"""

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field

from ..transforms import to_number, to_text

Row = ReadOnly[str, object]
LETTERS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
FREE_TEXT = ("model_graded", "includes", "f1")
MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Scores:
    """`correct`, `answer`, `explanation` are those of `scorer`, the first that says right or wrong."""

    scorer: str = ""
    correct: bool | None = None
    answer: str | None = None
    explanation: str = ""
    numbers: dict[str, float] = field(default_factory=dict)
    answer_type: str | None = None
    is_scored: bool = False


def read_scores(sample: Row, log: Row) -> Scores:
    """Scores by scorer's name; a value that is an object or list gives one number for each member."""
    given = _given(sample)
    graded = _graded_scorers(log)
    numbers: dict[str, float] = {}
    for name, score in given.items():
        numbers.update(_numbers(name, score.get("value")))
    first = next((name for name, score in given.items() if _flag(score.get("value"), name, graded) is not None), "")
    if not first:
        return Scores(scorer=next(iter(given), ""), numbers=numbers, is_scored=bool(given))
    score = given[first]
    answer = to_text(score.get("answer"))
    return Scores(
        first,
        _flag(score.get("value"), first, graded),
        answer if answer is not None and len(answer) <= MAX_ANSWER else None,
        to_text(score.get("explanation")) or "",
        numbers,
        "text" if first.startswith(FREE_TEXT) and not _is_number(sample.get("target")) else None,
        True,
    )


def _given(sample: Row) -> dict[str, Row]:
    scores = sample.get("scores")
    if not isinstance(scores, dict):
        scores = {"score": sample.get("score")}
    return {str(name): score for name, score in scores.items() if isinstance(score, dict) and "value" in score}


def _graded_scorers(log: Row) -> set[str] | None:
    """Scorers whose metrics say that their numbers count right and wrong; None where the log does not say."""
    results = log.get("results")
    found = results.get("scores") if isinstance(results, dict) else None
    if not isinstance(found, list):
        return None
    listed = [score for score in found if isinstance(score, dict)]
    return {str(score.get("name")) for score in listed if _has_accuracy(score.get("metrics"))}


def _has_accuracy(metrics: object) -> bool:
    return isinstance(metrics, dict) and any("accuracy" in str(name) for name in metrics)


def _flag(value: object, scorer: str, graded: set[str] | None) -> bool | None:
    """Right or wrong; None for a part of a point, and for numbers of a scorer that does not count right answers."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        number = LETTERS.get(value, WORDS.get(value.lower()))
        return None if number is None or number == LETTERS["P"] else number == 1.0
    if isinstance(value, int | float) and (graded is None or scorer in graded):
        return {1.0: True, 0.0: False}.get(value)
    return None


def _numbers(name: str, value: object) -> dict[str, float]:
    if isinstance(value, dict):
        found = {f"{name}.{key}": _number(item) for key, item in value.items()}
    elif isinstance(value, list):
        found = {f"{name}.{index}": _number(item) for index, item in enumerate(value[:50])}
    else:
        found = {name: _number(value)}
    return {key: number for key, number in found.items() if number is not None}


def _number(value: object) -> float | None:
    if isinstance(value, str):
        known = LETTERS.get(value, WORDS.get(value.lower()))
        return known if known is not None else to_number(value)
    return to_number(value) if isinstance(value, bool | int | float) else None


def _is_number(target: object) -> bool:
    return to_number(target[0] if isinstance(target, list) and target else target) is not None
