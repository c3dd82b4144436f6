"""Logs of two answers to a question (arXiv 2412.19513): sampled pairs, and probabilities of a question's options.

Pairs have two answers and their grades, no question. Of options only three probabilities are kept, as scores: of a
right first answer, of a right second after a right first, and after a wrong one. Source: the authors' row formats
(github Zhe-Young/SelfCorrectDecompose).
"""

from collections import Counter
from collections.abc import Iterator

from analysis.correction import option_flow_of

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_number, to_text
from .own_rows import Message, Row, ShapeError, list_in, own_mapping, reshaped, rows_have

PAIR_KEYS = {"id", "answer1", "answer2", "correct1", "correct2"}
OPTION_KEYS = {"id", "answer", "probs1", "probs2_list"}
PAIRS_MAPPING = own_mapping("answer-pairs", "id problem_id answer_type sample turns")
OPTIONS_MAPPING = own_mapping("option-probabilities", "id problem_id answer_type answer turns scores")
SLACK = 0.02
"""How far from 1 probabilities that were rounded may sum."""


class _Pairs:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, PAIR_KEYS):
            return None
        return Claim(preset_guess(PAIRS_MAPPING, "two answers to each question, graded"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        times: Counter[str] = Counter()
        return reshaped(rows, lambda row: _pair(row, times))


class _Options:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, OPTION_KEYS):
            return None
        return Claim(preset_guess(OPTIONS_MAPPING, "probabilities of the options, before and after a first answer"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, _options)


def _pair(row: Row, times: Counter[str]) -> dict[str, object]:
    """A question that was asked several times has as many rows under its id: samples, in their order."""
    key, turns = to_text(row.get("id")) or "", [_attempt(row, number) for number in "12"]
    sample = times[key]
    times[key] += 1
    return {"id": f"{key}/{sample}", "problem_id": key, "answer_type": "text", "sample": sample, "turns": turns}


def _attempt(row: Row, number: str) -> Message:
    right = to_flag(row.get(f"correct{number}"))
    if right is None:
        raise ShapeError(f"field correct{number}: is neither true nor false")
    text = to_text(row.get(f"answer{number}"))
    return {"role": "assistant", "correct": right, **({"text": text} if text else {})}


def _options(row: Row) -> dict[str, object]:
    key, right = to_text(row.get("id")), to_number(row.get("answer"))
    first = _probabilities(row, "probs1")
    if right is None or right != int(right) or not 0 <= right < len(first):
        raise ShapeError(f"field answer: is not the index of one of {len(first)} options")
    after = [_checked(each, f"probs2_list[{j}]", len(first)) for j, each in enumerate(list_in(row, "probs2_list"))]
    if len(after) != len(first):
        raise ShapeError(f"field probs2_list: has {len(after)} lists for {len(first)} options")
    p, keep, fix = option_flow_of(first, after, int(right))
    return {
        "id": key,
        "problem_id": key,
        "answer_type": "choice",
        "answer": chr(ord("A") + int(right)),
        "turns": [{"role": "assistant", "correct": p >= max(first)}],
        "scores": {"option_p_first": p, "option_p_keep": keep, "option_p_fix": 0.0 if fix is None else fix},
    }


def _probabilities(row: Row, name: str) -> list[float]:
    return _checked(row.get(name), name, None)


def _checked(given: object, name: str, n: int | None) -> list[float]:
    """Probabilities that sum to 1, of `n` options where that is known."""
    found = [to_number(each) for each in given] if isinstance(given, list) else []
    known = [each for each in found if each is not None and 0 <= each <= 1]
    if not 2 <= len(known) <= 26 or len(known) != len(found) or abs(sum(known) - 1) > SLACK:
        raise ShapeError(f"field {name}: is not a list of 2 to 26 probabilities that sum to 1")
    if n is not None and len(known) != n:
        raise ShapeError(f"field {name}: has {len(known)} probabilities, not {n}")
    return known


PAIRS, OPTIONS = _Pairs(), _Options()
