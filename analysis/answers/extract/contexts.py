"""What stands around a value in its line: sentence, clause, the equation it ends, the words after it. Knows no problem.

A context is what the cues look at. Everything is text of the flat line, so that offsets stay those of the line.
"""

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from analysis.answers.extract.hearing import lowered, whole_words
from analysis.answers.extract.values import Span, Value, boxes_in, has_substance, values_in

_SENTENCE_STOP = re.compile(r"[.?!;](?:[.?!;]*(?=\s|$)|(?<!;)[.?!]*(?=\"))")
_LIST_NUMBER = re.compile(r"^\s*\(?\d{1,3}[.)](?=\s|$)")
_CLAUSE_STOP = re.compile(
    r",(?=\s)|:(?=\s)|→|=>|"
    + whole_words("so|therefore|thus|hence|which|because|since|but|and then|then|giving|and so|meaning|while|whereas")
)
"""In lower case."""
_NEXT_WORDS = re.compile(
    r"[^A-Za-z\n.,;:=+*/<>|]{0,6}([A-Za-z][A-Za-z'-]*)(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?"
)
_LINKS = frozenset(["=", "≈", "→", "=>", "\\approx"])
"""Signs by which one side leads to the next, as in "x = 3"."""
_MOST_VALUES = 400
_FAR = 400
_NOWHERE = sys.maxsize
"""Where the value after the last one begins."""
_NOTHING: Span = (_NOWHERE, _NOWHERE, "")


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence of a line: [start, end), how it ends; `heard` are the phrases listened for in it, once known."""

    start: int
    end: int
    text: str
    stop: str
    is_last: bool
    heard: int | None = None
    _low: str | None = None
    _stops: list[int] | None = None

    @property
    def low(self) -> str:
        """The text in lower case."""
        if self._low is None:
            self._low = lowered(self.text)
        return self._low

    @property
    def clause_stops(self) -> list[int]:
        """Where clauses begin, as offsets in the sentence."""
        if self._stops is None:
            self._stops = [match.end() for match in _CLAUSE_STOP.finditer(self.low)]
        return self._stops


@dataclass(slots=True, eq=False)
class Context:
    """A value `text` at [start, end) of its line and what stands around it.

    `root` is the left-most side of the equation that it ends, or ""; `before` and `after` are the rest of the
    sentence, at most 400 characters each; `is_cut`: `before` is not all.
    """

    start: int
    end: int
    text: str
    sentence: Sentence
    before: str
    after: str
    root: str
    is_boxed: bool
    is_last_value: bool
    is_cut: bool
    _next_words: tuple[str, ...] | None = None

    @property
    def next_words(self) -> tuple[str, ...]:
        """Up to three words right after the value, as they stand."""
        if self._next_words is None:
            self._next_words = words_after(self.after)
        return self._next_words

    @property
    def clause(self) -> str:
        """What stands before the value in its clause."""
        return self.before[self.clause_start :]

    @property
    def clause_start(self) -> int:
        """Where the clause of the value begins, as an offset in `before`."""
        if self.is_cut or self.before[-1:].isalnum():
            return max((match.end() for match in _CLAUSE_STOP.finditer(lowered(self.before))), default=0)
        stops = self.sentence.clause_stops
        place = bisect_right(stops, len(self.before))
        return stops[place - 1] if place else 0


class Line(NamedTuple):
    """A line that is not blank: its number and offset in the text, and the line that introduces it, if one does."""

    number: int
    start: int
    flat: str
    lead: str


def words_after(after: str) -> tuple[str, ...]:
    """Up to three words right at the start of a text.

    >>> words_after(" (long sides of it)"), words_after(" = 3 sides")
    (('long', 'sides', 'of'), ())
    """
    match = _NEXT_WORDS.match(after)
    return tuple(filter(None, match.groups())) if match else ()


def sentences_of(flat: str) -> list[Sentence]:
    """Cut a flat line into sentences; a list number at its start is no sentence.

    >>> [(s.text, s.stop) for s in sentences_of("1. So x = 3.5. Right? Yes")]
    [('1. So x = 3.5', '.'), (' Right', '?'), (' Yes', '')]
    """
    found = []
    start = 0
    label = _LIST_NUMBER.match(flat)
    for match in _SENTENCE_STOP.finditer(flat, label.end() if label else 0):
        end, after = match.span()
        found.append(Sentence(start, end, flat[start:end], flat[after - 1], False))
        start = after
    if flat[start:].strip() or not found:
        found.append(Sentence(start, len(flat), flat[start:], "", True))
    else:
        last = found[-1]
        found[-1] = Sentence(last.start, last.end, last.text, last.stop, True)
    return found


def contexts_of(line: Line) -> list[Context]:
    """Each value of a line but lone letters and sides that another side follows, with what stands around it."""
    flat = line.flat
    if not has_substance(flat):
        return []
    boxes = list(boxes_in(flat)) if "box" in flat else []
    if not boxes:
        return _contexts(flat, values_in(flat, _MOST_VALUES), boxes)
    values = [value for value in values_in(flat) if not any(box.start <= value[0] < box.end for box in boxes)]
    return _contexts(flat, sorted([*values, *boxes])[:_MOST_VALUES], boxes)


def _contexts(flat: str, values: list[Span], boxes: list[Value]) -> list[Context]:
    if not values:
        return []
    found: list[Context] = []
    sentences = iter(sentences_of(flat))
    sentence, later = next(sentences), next(sentences, None)
    root = ""
    for value, (following, _, _) in zip(values, [*values[1:], _NOTHING], strict=True):
        start, end, text = value
        between = flat[end:following].strip() if following != _NOWHERE else ""
        link = between if between in _LINKS else _link_beside_bar(between) if between[-1:] == "|" else ""
        own, root = root, (root or text) if link else ""
        is_boxed = value in boxes
        if not is_boxed and (link == "=" or not has_substance(text)):
            continue
        while later and later.start <= start:
            sentence, later = later, next(sentences, None)
        stop, before = sentence.end, sentence.start
        is_cut = start - before > _FAR
        if is_cut:
            before = start - _FAR
        found.append(
            Context(
                start,
                end,
                text,
                sentence,
                flat[before:start],
                flat[end:stop][:_FAR],
                own,
                is_boxed,
                following >= stop,
                is_cut,
            )
        )
    return found


def _link_beside_bar(between: str) -> str:
    """The sign before the bar of an absolute value, as in "|x| = |3|"; "" where something else stands there."""
    sign = between.removesuffix("|").rstrip()
    return sign if sign in _LINKS else ""
