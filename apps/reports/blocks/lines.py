"""Lines of a trace as pieces of plain text: candidates by verdict, markers between them. Knows no rows and no page.

What is too long is cut: lines far from every candidate first, then the ends of very long lines.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apps.reports.content import Piece, TraceLine
from apps.traces.presenters.marks import CORRECT, INCORRECT, NO_GOLD, Mark
from apps.traces.presenters.trace import Lines, Shown

MOST_LINES = 400
MOST_CHARACTERS = 80_000
MOST_IN_LINE = 4_000
ELLIPSIS = "…"
KINDS: dict[Mark, str] = {CORRECT: "correct", INCORRECT: "incorrect", NO_GOLD: "candidate"}


class Span(NamedTuple):
    """A candidate in the text that was read, as half-open characters."""

    start: int
    end: int
    shown: Shown


class Cut(NamedTuple):
    """Which lines are shown, of how many; `is_asked` for a given range, `is_cut` where there was too much."""

    kept: list[int]
    n: int
    is_asked: bool = False
    is_cut: bool = False

    @property
    def n_left_out(self) -> int:
        return self.n - len(self.kept)


def cut_of(lines: Lines, candidates: Sequence[int], asked: range | None) -> Cut:
    """The lines to show: those asked for, else all; of too many those nearest to the candidates, to the first line
    and to the last.

    >>> cut_of(Lines("a\\nb\\nc"), [], range(2, 9))
    Cut(kept=[2, 3], n=3, is_asked=True, is_cut=False)
    """
    if not lines.text:
        return Cut([], 0)
    within = range(1, lines.n + 1) if asked is None else range(asked.start, min(asked.stop, lines.n + 1))
    anchors = sorted({within.start, within.stop - 1, *(line for line in candidates if line in within)})
    kept, n_characters = list[int](), 0
    for line in sorted(within, key=lambda line: min(abs(line - anchor) for anchor in _near(anchors, line))):
        start, end = lines.span(line)
        n_characters += min(end - start, MOST_IN_LINE)
        if len(kept) >= MOST_LINES or (kept and n_characters > MOST_CHARACTERS):
            break
        kept.append(line)
    return Cut(sorted(kept), lines.n, asked is not None, len(kept) < len(within))


def _near(anchors: Sequence[int], line: int) -> Sequence[int]:
    """The anchors before and after a line."""
    place = bisect_left(anchors, line)
    return anchors[max(place - 1, 0) : place + 1]


def lines_of(lines: Lines, spans: Sequence[Span], cut: Cut) -> list[TraceLine]:
    """The kept lines; the transition of a line is that of its candidates, in their order."""
    return [_line(lines, number, [span for span in spans if span.shown.line == number]) for number in cut.kept]


def _line(lines: Lines, number: int, spans: Sequence[Span]) -> TraceLine:
    start, end = lines.span(number)
    moves = dict.fromkeys(span.shown.transition_words for span in spans if span.shown.transition_words)
    last = min(end, start + MOST_IN_LINE)
    pieces = list(_pieces(lines, start, last, spans))
    if last < end:
        pieces.append(Piece(f"{ELLIPSIS} [{end - last:,} further characters of this line]"))
    return TraceLine(number, pieces, ", ".join(moves))


def _pieces(lines: Lines, start: int, end: int, spans: Sequence[Span]) -> Iterator[Piece]:
    """The line from left to right: a marker that touches a candidate is part of it, of two candidates the earlier
    has what both cover."""
    marks = [(max(each.start, start), min(each.end, end), kind_of(each.shown), title_of(each.shown)) for each in spans]
    free = [(a, min(b, end)) for a, b in lines.marks_between(start, end)]
    marks += [(a, b, "marker", "") for a, b in free if not any(a < m[1] and m[0] < b for m in marks)]
    at = start
    for first, last, mark, title in sorted(marks):
        if last <= max(first, at):
            continue
        if first > at:
            yield Piece(lines.text[at:first])
        yield Piece(lines.text[max(first, at) : last], mark, title)
        at = last
    if at < end:
        yield Piece(lines.text[at:end])


def kind_of(shown: Shown) -> str:
    """`correct`, `incorrect`, `candidate` where there is no gold, `unknown` where nobody could tell."""
    return KINDS.get(shown.mark, "unknown")


def title_of(shown: Shown) -> str:
    return f"candidate {shown.number}: {shown.value}, {shown.mark.words}; found by {shown.rule}: {shown.because}"
