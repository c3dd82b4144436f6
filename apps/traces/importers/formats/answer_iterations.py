"""Answers round after round of one question (arXiv 2511.09381): {id: {question, answers: {iter_0, iter_1 ...}}}.

Every iteration is an attempt. The released shape holds no golds and no grades; a gold that stands beside the question
is taken. Source: github rahmanidashti/task-self-correction.
"""

import re
from collections.abc import Iterator, Mapping

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_text
from .own_rows import Message, Row, ShapeError, own_mapping, reshaped

MAPPING = own_mapping("answer-iterations", "id problem_id problem answer turns")
GOLDS = ("gold", "answer", "correct_answer", "target", "label")
_ROUND = re.compile(r"iter_(\d{1,4})")


class _AnswerIterations:
    def claim(self, sample: FileSample) -> Claim | None:
        if not sample.rows or not all("question" in row and _rounds(row) for row in sample.rows[:20]):
            return None
        return Claim(preset_guess(MAPPING, "answers of each question, round after round"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, _rollout)


def _rounds(row: Row) -> dict[int, object]:
    """The answers by their round; empty where the row has none."""
    answers = row.get("answers")
    named = answers.items() if isinstance(answers, Mapping) else ()
    found = ((_ROUND.fullmatch(str(name)), answer) for name, answer in named)
    return {int(match[1]): answer for match, answer in found if match}


def _rollout(row: Row) -> dict[str, object]:
    rounds = _rounds(row)
    if not rounds:
        raise ShapeError("field answers: is not an object of iter_0, iter_1 ...")
    key, question = to_text(row.get("(key)")) or to_text(row.get("id")), to_text(row.get("question"))
    gold = next((text for name in GOLDS if (text := to_text(row.get(name)))), None)
    asked: list[Message] = [{"role": "user", "text": question}] if question else []
    turns = [*asked, *(_attempt(number, rounds[number]) for number in sorted(rounds))]
    return {"id": key, "problem_id": key, "problem": question, "answer": gold, "turns": turns}


def _attempt(number: int, answer: object) -> Message:
    if not isinstance(answer, str):
        raise ShapeError(f"field answers.iter_{number}: is no text")
    return {"role": "assistant", "text": answer}


FORMAT = _AnswerIterations()
