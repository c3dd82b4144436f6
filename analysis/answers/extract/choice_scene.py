"""Where a line names an option: by its letter, by its text or by its number. Decides nothing about which mention
settles.

Source: GUIDE rule 3 of the hand labels: a line that settles on an option by letter or by content is a candidate, a
quotation is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from analysis.answers.extract.asked import content, stem
from analysis.answers.extract.contexts import Line, Sentence, sentences_of
from analysis.answers.extract.values import boxes_in
from analysis.answers.options import LETTERS

_LETTER = re.compile(r"(?<![A-Za-z0-9_\\'.-])([A-Z])(?![A-Za-z0-9_'])(?!-[A-Za-z])")
_NAMED = re.compile(
    r"(?:\b(?:options?|choices?|answers?|letter|select|choose|pick|with|is|be|either|or|and|[A-Z],)"
    r"|[:(\"'=→*-])\s{0,3}[\"'(*]{0,3}$",
    re.IGNORECASE,
)
_PROSE_AFTER = re.compile(r"\s[a-z]")
_NUMBER = re.compile(r"(?<![\w.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d])")
_STARTS_WITH_NUMBER = re.compile(r"[~$≈\s]{0,3}-?[\d.]")
_WORDS = re.compile(r"[A-Za-z0-9]+")
_EXCEPTION = re.compile(
    r"\b(?:which|what)\b[^.?!]{0,80}\b(?:not|isn't|aren't|never|false|incorrect|except|least)\b|\bexcept\b|\bNOT\b",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 6
_MOST_IN_SENTENCE = 100
_FAR = 400


@dataclass(slots=True, eq=False)
class ChoiceScene:
    """One mention of option `letter` at [start, end) of a line; `kind`: "box", "letter", "text", "words", "number".

    `before` and `after` are the rest of the sentence, at most 400 characters each.
    """

    line: Line
    sentence: Sentence
    start: int
    end: int
    letter: str
    kind: str
    n_named: int
    position: float
    asks_exception: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OptionTable:
    """The options made ready for search: a pattern for short texts, stems for long ones, numbers for numeric ones."""

    letters: str
    phrases: tuple[tuple[str, re.Pattern[str]], ...]
    stems: tuple[tuple[str, frozenset[str]], ...]
    numbers: tuple[tuple[str, float, int], ...]


@lru_cache(maxsize=256)
def table_of(options: tuple[str, ...]) -> OptionTable:
    """Prepare options. Long texts and texts without a word get no phrase; only an option that starts with a number
    has one.

    >>> table = table_of(("1.5 l", "3.0 l", "natural selection"))
    >>> table.letters, table.numbers, [letter for letter, _ in table.phrases]
    ('ABC', (('A', 1.5, 1), ('B', 3.0, 1)), ['C'])
    """
    letters = LETTERS[: len(options)]
    phrases, stems, numbers = [], [], []
    for letter, option in zip(letters, options, strict=False):
        words = _WORDS.findall(option)
        found = _NUMBER.findall(option)
        if found and _STARTS_WITH_NUMBER.match(option):
            numbers += [(letter, float(text.replace(",", "")), len(text.partition(".")[2])) for text in found[:3]]
        elif words and len(words) <= _LONGEST_PHRASE and any(len(word) > 2 for word in words):
            phrases.append((letter, re.compile(_spelt(words), re.IGNORECASE)))
        elif len(words) > _LONGEST_PHRASE:
            stems.append((letter, content(option)))
    return OptionTable(letters, tuple(phrases), tuple(stems), tuple(numbers))


def asks_exception(question: str) -> bool:
    """Whether the question asks which option is not so.

    >>> asks_exception("Which of these is NOT a tool?"), asks_exception("Which is a tool?")
    (True, False)
    """
    return _EXCEPTION.search(question) is not None


def _spelt(words: list[str]) -> str:
    """A pattern for a phrase, in the singular or plural of each of its words."""
    return r"\b" + r"\W{1,3}".join(re.escape(stem(word)) + r"(?:e?s|'s)?" for word in words) + r"\b"


def scenes_of(line: Line, table: OptionTable, position: float, is_exception: bool = False) -> Iterator[ChoiceScene]:
    """Every mention of an option in a line, sentence by sentence."""
    for sentence in sentences_of(line.flat):
        found = list(islice(_mentions(line.flat, sentence, table), _MOST_IN_SENTENCE))
        n_named = len({letter for _, _, letter, _ in found})
        for start, end, letter, kind in found:
            before = line.flat[max(sentence.start, start - _FAR) : start]
            after = line.flat[end : max(end, min(sentence.end, end + _FAR))]
            yield ChoiceScene(line, sentence, start, end, letter, kind, n_named, position, is_exception, before, after)


def _mentions(flat: str, sentence: Sentence, table: OptionTable) -> Iterator[tuple[int, int, str, str]]:
    piece = sentence.text
    yield from _boxes(piece, sentence.start, table.letters)
    yield from _letters(flat, sentence, table.letters)
    for letter, pattern in table.phrases:
        for match in pattern.finditer(piece):
            yield sentence.start + match.start(), sentence.start + match.end(), letter, "text"
    yield from _numbers(piece, sentence.start, table)
    yield from _long_texts(piece, sentence, table)


def _boxes(piece: str, offset: int, letters: str) -> Iterator[tuple[int, int, str, str]]:
    if "box" not in piece:
        return
    for box in boxes_in(piece):
        match = _LETTER.search(box.text)
        if match and match.group(1) in letters:
            start = offset + box.start + match.start(1)
            yield start, start + 1, match.group(1), "box"


def _letters(flat: str, sentence: Sentence, letters: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _LETTER.finditer(flat, sentence.start, sentence.end):
        if match.group(1) in letters and _is_a_name(flat, sentence, match):
            yield match.start(1), match.end(1), match.group(1), "letter"


def _is_a_name(flat: str, sentence: Sentence, match: re.Match[str]) -> bool:
    """The article "A" and the pronoun "I" name an option only where something says so."""
    if match.group(1) not in "AI" or not _PROSE_AFTER.match(flat, match.end()):
        return True
    return re.search(
        r"(?:option|choice|answer|is)[:\s]{1,3}[\"'(]?$", flat[max(sentence.start, match.start() - 12) : match.start()]
    ) is not None and (
        match.group(1) == "A"
        or not re.match(
            r"\s(?:think|need|have|am|can|will|should|would|was|don't|know|must|could|guess|believe)",
            flat[match.end() :],
        )
    )


def _numbers(piece: str, offset: int, table: OptionTable) -> Iterator[tuple[int, int, str, str]]:
    if not table.numbers:
        return
    for match in _NUMBER.finditer(piece):
        same = _same_number(match.group(), table.numbers)
        if len(same) == 1:
            yield offset + match.start(), offset + match.end(), same[0], "number"


@lru_cache(maxsize=4096)
def _same_number(text: str, numbers: tuple[tuple[str, float, int], ...]) -> list[str]:
    """The letters of the options that a number is, at their precision."""
    value = float(text.replace(",", ""))
    return [letter for letter, option, places in numbers if round(value, places) == option]


def _long_texts(piece: str, sentence: Sentence, table: OptionTable) -> Iterator[tuple[int, int, str, str]]:
    if not table.stems or len(piece) < 30:
        return
    said = content(piece)
    shares = sorted(((len(said & stems) / max(1, len(stems)), letter) for letter, stems in table.stems), reverse=True)
    if shares[0][0] >= 0.6 and (len(shares) < 2 or shares[0][0] - shares[1][0] >= 0.2):
        yield sentence.start, sentence.end, shares[0][1], "words"
