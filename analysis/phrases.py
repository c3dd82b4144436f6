"""How sentences open before and after the first candidate: counts per rollout, and a bounded vocabulary of them.

Knows no statistics and no page. An opening is the first one to three words of a sentence or line: where reflection
announces itself ("Wait", "Let me check"). Only the text near the first candidate is read, so that a rollout costs the
same however long it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from analysis.columns import column

WINDOW = 4_000
"""Characters read on either side of the end of the first candidate's line."""
MOST_SENTENCES = 40
"""Sentences counted on either side, those nearest to it."""
MOST_PHRASES = 2_000
MOST_COUNTED = 200_000
LEAST_ROLLOUTS = 3
COLUMNS = ("phrases", "phrases_before", "phrases_after")

_WORD = r"(?:[a-z']{2,}|[ai])(?![a-z'\\])"
_OPENING = re.compile(rf"[\n.!?:](?:(?<=\n)|(?<!\n)\s)[\s*#>\-\d.()]{{0,12}}({_WORD}(?:[ ,]{{1,2}}{_WORD}){{0,2}})")


class Openings(NamedTuple):
    """Distinct openings by their letters, how often each stands before and after, and all sentences of both."""

    phrases: list[str]
    before: list[int]
    after: list[int]
    n_before: int
    n_after: int


def openings(text: str, split: int) -> Openings:
    """The openings of the sentences around `split`, the offset where the first candidate's line ends.

    Letter case and commas are ignored; a sentence that opens with a number or a formula is none.

    >>> openings("So it is 4.\\nWait, let me check. So it is 5. Wait, let me see.", 12)
    Openings(phrases=['so it is', 'wait let me'], before=[1, 0], after=[1, 2], n_before=1, n_after=3)
    """
    before = _found(text[max(split - WINDOW, 0) : split])[-MOST_SENTENCES:]
    after = _found(text[split : split + WINDOW])[:MOST_SENTENCES]
    counts = Counter(before), Counter(after)
    phrases = sorted(counts[0].keys() | counts[1].keys())
    return Openings(phrases, [counts[0][p] for p in phrases], [counts[1][p] for p in phrases], len(before), len(after))


def prefixes(phrase: str) -> list[str]:
    """The phrase and what it begins with, longest first.

    >>> prefixes("let me check")
    ['let me check', 'let me', 'let']
    """
    found = [phrase]
    while " " in phrase:
        phrase = phrase[: phrase.rindex(" ")]
        found.append(phrase)
    return found


class Vocabulary:
    """Phrases counted by rollouts over any number of frames in bounded memory.

    Past MOST_COUNTED distinct phrases those that were seen once are forgotten (lossy counting, Manku and Motwani 2002):
    a phrase can lose one rollout per such time, which matters to none that is among the most frequent.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, lists: Iterable[Sequence[str] | None]) -> None:
        """Count the phrases of rollouts, each of their prefixes once per rollout."""
        known: dict[str, list[str]] = {}
        for phrases in lists:
            new = [phrase for phrase in phrases or () if phrase not in known]
            known |= {phrase: prefixes(phrase) for phrase in new}
            self._counts.update({prefix for phrase in phrases or () for prefix in known[phrase]})
        if len(self._counts) > MOST_COUNTED:
            self._counts = Counter({phrase: n for phrase, n in self._counts.items() if n > 1})

    def kept(self) -> frozenset[str]:
        """The MOST_PHRASES that most rollouts hold, LEAST_ROLLOUTS at least; ties by their letters.

        >>> words = Vocabulary()
        >>> words.add([["so it is"], ["so it was"], ["so", "wait"], None])
        >>> sorted(words.kept())
        ['so']
        """
        enough = sorted((-n, phrase) for phrase, n in self._counts.items() if n >= LEAST_ROLLOUTS)
        return frozenset(phrase for _, phrase in enough[:MOST_PHRASES])


def pruned(frame: pl.DataFrame, kept: frozenset[str]) -> pl.DataFrame:
    """A features frame whose phrases are cut to their longest prefix in the vocabulary; those without one are left out.

    >>> frame = pl.DataFrame({"phrases": [["so it is", "so it was", "x"]], "phrases_before": [[1, 2, 1]],
    ...     "phrases_after": [[0, 3, 1]]})
    >>> pruned(frame, frozenset({"so", "so it"})).row(0)
    (['so it'], [3], [3])
    """
    longest: dict[str, str | None] = {}
    rows = [_cut(row, kept, longest) for row in frame.select(COLUMNS).iter_rows()]
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    series = [column(name, values, frame.schema[name]) for name, values in zip(COLUMNS, columns, strict=True)]
    return frame.with_columns(series)


def _cut(
    row: tuple[list[str] | None, list[int] | None, list[int] | None],
    kept: frozenset[str],
    longest: dict[str, str | None],
) -> tuple[list[str] | None, list[int] | None, list[int] | None]:
    phrases, before, after = row
    if phrases is None or before is None or after is None:
        return None, None, None
    sums: dict[str, list[int]] = {}
    for phrase, b, a in zip(phrases, before, after, strict=True):
        if phrase not in longest:
            longest[phrase] = next((prefix for prefix in prefixes(phrase) if prefix in kept), None)
        found = longest[phrase]
        if found is not None:
            total = sums.setdefault(found, [0, 0])
            total[0] += b
            total[1] += a
    return list(sums), [b for b, _ in sums.values()], [a for _, a in sums.values()]


def row_of(text: str, split: int | None) -> Mapping[str, object]:
    """The columns of one rollout; without a first candidate there is nothing before or after it."""
    if split is None:
        return {column: [] for column in COLUMNS} | {"n_openings_before": 0, "n_openings_after": 0}
    found = openings(text, split)
    lists = dict(zip(COLUMNS, found[:3], strict=True))
    return lists | {"n_openings_before": found.n_before, "n_openings_after": found.n_after}


def _found(text: str) -> list[str]:
    lower = "\n" + text.lower().replace("’", "'")
    return [" ".join(words.replace(",", " ").split()) for words in _OPENING.findall(lower)]
