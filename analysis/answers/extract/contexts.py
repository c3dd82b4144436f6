"""What stands around a value in its line: sentence, clause, the equation it ends, the words after it. Knows no problem.

A context is what the cues look at. Everything is text of the flat line, so that offsets stay those of the line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.answers.extract.values import Value, boxes_in, has_substance, values_in

_SENTENCE_STOP = re.compile(r"[.?!;]+(?=\s|$)|[.?!]+(?=\")")
_LIST_NUMBER = re.compile(r"^\s*\(?\d{1,3}[.)](?=\s|$)")
_CLAUSE_STOP = re.compile(
    r"[,:](?=\s)|→|=>|\b(?:so|therefore|thus|hence|which|because|since|but|and then|then|giving|and so|meaning"
    r"|while|whereas)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*(?:=|≈|→|=>|\\approx)\s*[|]?\s*")
_MOST_VALUES = 400
_FAR = 400


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a line: [start, end), how it ends, and the line it stands in."""

    start: int
    end: int
    text: str
    stop: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Context:
    """A value and what stands around it; `root` is the left-most side of the equation that it ends, or ""."""

    value: Value
    sentence: Sentence
    before: str
    clause: str
    after: str
    root: str
    is_boxed: bool
    is_last_value: bool
    number_in_line: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number and offset in the text, and the line that introduces it, if one does."""

    number: int
    start: int
    flat: str
    lead: str


def sentences_of(flat: str) -> list[Sentence]:
    """Cut a flat line into sentences; a list number at its start is no sentence.

    >>> [(s.text, s.stop) for s in sentences_of("1. So x = 3.5. Right? Yes")]
    [('1. So x = 3.5', '.'), (' Right', '?'), (' Yes', '')]
    """
    found = []
    start = 0
    label = _LIST_NUMBER.match(flat)
    for match in _SENTENCE_STOP.finditer(flat, label.end() if label else 0):
        found.append(Sentence(start, match.start(), flat[start : match.start()], match.group()[-1], False))
        start = match.end()
    if flat[start:].strip() or not found:
        found.append(Sentence(start, len(flat), flat[start:], "", True))
    else:
        last = found[-1]
        found[-1] = Sentence(last.start, last.end, last.text, last.stop, True)
    return found


def contexts_of(line: Line) -> Iterator[Context]:
    """Each value of a line but lone letters and sides that another side follows, with what stands around it."""
    flat = line.flat
    if not has_substance(flat):
        return
    sentences = sentences_of(flat)
    starts = [sentence.start for sentence in sentences]
    boxes = list(boxes_in(flat)) if "box" in flat else []
    values = [value for value in values_in(flat) if not any(box.start <= value.start < box.end for box in boxes)]
    values = sorted([*values, *boxes])[:_MOST_VALUES]
    roots = _roots(flat, values)
    for i, value in enumerate(values):
        is_boxed = value in boxes
        if not is_boxed and (not has_substance(value.text) or _goes_on(flat, value, values, i)):
            continue
        sentence = sentences[max(0, bisect_right(starts, value.start) - 1)]
        root = values[roots[i]] if roots[i] != i else None
        before = flat[max(sentence.start, value.start - _FAR) : value.start]
        yield Context(
            value=value,
            sentence=sentence,
            before=before,
            clause=before[_clause_start(before) :],
            after=flat[value.end : max(value.end, min(sentence.end, value.end + _FAR))],
            root=root.text if root else "",
            is_boxed=is_boxed,
            is_last_value=i == len(values) - 1 or values[i + 1].start >= sentence.end,
            number_in_line=i,
        )


def _roots(flat: str, values: list[Value]) -> list[int]:
    roots: list[int] = []
    for i, value in enumerate(values):
        linked = i > 0 and _LINK.fullmatch(flat, values[i - 1].end, value.start) is not None
        roots.append(roots[i - 1] if linked else i)
    return roots


def _goes_on(flat: str, value: Value, values: list[Value], i: int) -> bool:
    return i + 1 < len(values) and re.fullmatch(r"\s*=\s*[|]?\s*", flat[value.end : values[i + 1].start]) is not None


def _clause_start(before: str) -> int:
    start = 0
    for match in _CLAUSE_STOP.finditer(before):
        start = match.end()
    return start
