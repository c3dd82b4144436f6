r"""The plain baseline: a \boxed{...} or an "answer is" pattern, and nothing else. Knows nothing of what the problem
asks.

Source: the usual answer patterns of evaluation harnesses (Hendrycks MATH, arXiv 2103.03874; MMLU-Pro, arXiv
2406.01574).
"""

import re
from collections.abc import Iterator

from analysis.answers.extract.flatten import flatten
from analysis.answers.extract.values import Value, boxes_in, has_substance, values_in, write_down
from analysis.answers.options import LETTERS, options_of
from analysis.segmentation.line import segment
from analysis.types import Candidate, Problem

VERSION = 1
_ANSWER_IS = re.compile(
    r"\banswer(?: choice| option)?(?:\s{0,3}(?:is|:|should be|would be|must be))\s{0,3}:?\s{0,8}", re.IGNORECASE
)
_LETTER = re.compile(r"\(?([A-Z])\b\)?(?!['\w])")


def extract(text: str, problem: Problem, final: str | None = None) -> list[Candidate]:
    r"""Candidates of the plain patterns, in order; [] where none holds. `final` is not read.

    For a problem with options only letters of its options count; otherwise only values that hold a digit or a constant.

    >>> [(c.line, c.value) for c in extract("x = 2\nThe answer is 3.\n\\boxed{4}", Problem())]
    [(2, '3'), (3, '4')]
    """
    letters = LETTERS[: len(options_of(problem))]
    found = []
    for number, start, end in segment(text):
        line = text[start:end]
        if "boxed" in line or "nswer" in line or "NSWER" in line:
            found += [_candidate(value, number, start, letters) for value in _values(line, letters)]
    return _once_per_line(found)


def _values(line: str, letters: str) -> Iterator[Value]:
    flat = flatten(line)
    yield from boxes_in(flat)
    for match in _ANSWER_IS.finditer(flat):
        value = _letter_at(flat, match.end(), letters) if letters else _value_at(flat, match.end())
        if value is not None:
            yield value


def _letter_at(flat: str, position: int, letters: str) -> Value | None:
    match = _LETTER.match(flat, position)
    if match is None or match.group(1) not in letters:
        return None
    return Value(match.start(1), match.end(1), match.group(1))


def _value_at(flat: str, position: int) -> Value | None:
    for start, end, text in values_in(flat[position : position + 200], most=1):
        if start <= 2 and has_substance(text):
            return Value(position + start, position + end, text)
    return None


def _candidate(value: Value, number: int, start: int, letters: str) -> Candidate:
    written = value.text.strip().removeprefix("\\text").strip("{() }") if letters else write_down(value.text)
    return Candidate(
        start + value.start, start + value.end, number, written, "pattern", 'stands in a box or after "answer is"'
    )


def _once_per_line(found: list[Candidate]) -> list[Candidate]:
    seen: dict[tuple[int, str], Candidate] = {}
    for candidate in sorted(found, key=lambda c: c.start):
        seen.setdefault((candidate.line, candidate.value), candidate)
    return list(seen.values())
