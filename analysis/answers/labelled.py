"""Hand-labelled traces as they lie in JSON lines. Knows the labels' file format and nothing of extraction or grading.

Source: the format of the labelling GUIDE: id, source, problem, gold, reasoning, candidates [{line, values}],
doubtful_lines.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from analysis.answers.extract.values import boxes_in
from analysis.answers.options import options_in
from analysis.answers.scoring import LabelledTrace
from analysis.types import AnswerType, Problem


class Labelled(NamedTuple):
    """A labelled trace with the problem and the text that an extractor is given."""

    trace: LabelledTrace
    problem: Problem
    text: str


def read_labelled(rows: Iterable[str]) -> list[Labelled]:
    r"""Read JSON lines. A question that prints options is one of choice; the problem handed on has no gold.

    The gold of a solution text is its last box. Raises KeyError where a row lacks a field, json.JSONDecodeError where
    it is no JSON.

    >>> row = {"id": "t", "source": "s", "problem": "1 + 1?", "gold": "\\\\boxed{2}", "reasoning": "2"}
    >>> row |= {"candidates": [{"line": 1, "values": ["2"]}], "doubtful_lines": []}
    >>> read_labelled([json.dumps(row)])[0].trace.gold
    '2'
    """
    return [_labelled(json.loads(row)) for row in rows if row.strip()]


def _labelled(row: dict[str, Any]) -> Labelled:
    question = str(row["problem"])
    labels = {entry["line"]: tuple(entry["values"]) for entry in row["candidates"]}
    trace = LabelledTrace(
        id=str(row["id"]),
        source=str(row["source"]),
        problem=question,
        gold=_gold(str(row["gold"])),
        labels=labels,
        doubtful=frozenset(row["doubtful_lines"]),
    )
    kind = AnswerType.CHOICE if options_in(question) else AnswerType.MATH
    return Labelled(trace, Problem(question=question, answer_type=kind), str(row["reasoning"]))


def _gold(text: str) -> str:
    return [text, *(box.text for box in boxes_in(text))][-1]
