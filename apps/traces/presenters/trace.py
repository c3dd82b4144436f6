"""A text as numbered lines in folds: forward reasoning, then each reflection, cut in chunks that a browser can skip.

Knows candidates with their marks, not rows. Lines are split on "\\n" only, so a line's number is a candidate's line.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from analysis.markers import MARKERS
from analysis.types import Transition
from apps.traces.presenters.formulas import Budget, Formula, formulas, line_html
from apps.traces.presenters.marks import TRANSITIONS, Mark

BLOCK_LINES = 40
CHUNK_LINES = 40
CHUNK_CHARS = 6_000
PART_CHARS = 4_000
LONG_LINE = 6_000
CHARS_PER_ROW = 68
ROW_PIXELS = 26
BLANK_PIXELS = 9
HEIGHTS = [round(100 * 1.4**k) for k in range(21)]
"""Heights in pixels that the stylesheet has a class for (`.h0` ...): a chunk has one of them until it was in view."""

_LONGEST_FIRST = sorted(map(re.escape, MARKERS), key=len, reverse=True)
_HEADS = "".join(sorted({marker[0].lower() + marker[0].upper() for marker in MARKERS}))
_MARKERS = re.compile(rf"(?<!\w)(?=[{_HEADS}])(?:{'|'.join(_LONGEST_FIRST)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the page shows it; `lines_since` is None for the first."""

    number: int
    line: int
    value: str
    mark: Mark
    reason: str
    rule: str
    because: str
    transition: Transition | None = None
    lines_since: int | None = None
    href: str = ""

    @property
    def transition_words(self) -> str:
        return TRANSITIONS[self.transition] if self.transition else ""

    @property
    def short_value(self) -> str:
        return self.value if len(self.value) <= 40 else f"{self.value[:39]}…"


class Chunk(NamedTuple):
    html: SafeString
    height: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines [first, last] under one title, with what happened in them."""

    title: str
    first: int
    last: int
    n_markers: int = 0
    transitions: Sequence[tuple[str, str, int]] = ()
    is_reflection: bool = False
    chunks: Sequence[Chunk] = ()


@dataclass(slots=True)
class Lines:
    """A text cut at its newlines, with its formulas and its markers."""

    text: str
    starts: list[int] = field(init=False)
    formulas: list[Formula] = field(init=False)
    marks: list[tuple[int, int]] = field(init=False)
    _mark_starts: list[int] = field(init=False)
    _formula_ends: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self.formulas = formulas(self.text)
        self.marks = [match.span() for match in _MARKERS.finditer(self.text)]
        self._mark_starts = [start for start, _ in self.marks]
        self._formula_ends = [formula.end for formula in self.formulas]

    @property
    def n(self) -> int:
        return len(self.starts)

    def span(self, line: int) -> tuple[int, int]:
        """Characters of a line (1-based) without its newline."""
        end = self.starts[line] - 1 if line < self.n else len(self.text)
        return self.starts[line - 1], end

    def is_blank(self, line: int) -> bool:
        start, end = self.span(line)
        return not self.text[start:end].strip()

    def line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def marks_between(self, start: int, end: int) -> list[tuple[int, int]]:
        return self.marks[bisect_left(self._mark_starts, start) : bisect_left(self._mark_starts, end)]

    def formulas_between(self, start: int, end: int) -> list[Formula]:
        first = bisect_right(self._formula_ends, start)
        last = first
        while last < len(self.formulas) and self.formulas[last].start < end:
            last += 1
        return self.formulas[first:last]


def folds(lines: Lines, shown: Sequence[Shown], budget: Budget | None, within: range | None = None) -> list[Fold]:
    """The read text as folds: each ends with the line of a candidate, the last one with the text.

    `within` keeps only its lines (of a trace too long for one page).
    """
    at: dict[int, list[Shown]] = defaultdict(list)
    for candidate in shown:
        at[candidate.line].append(candidate)
    kept = within or range(1, lines.n + 1)
    result = []
    for number, (first, last) in enumerate(_ranges(sorted(at), lines.n)):
        if last < kept.start or first >= kept.stop:
            continue
        title = _title(number, last in at, bool(at))
        writer = Writer(lines, budget, at)
        visible = range(max(first, kept.start), min(last + 1, kept.stop))
        result.append(
            Fold(
                title=title,
                first=first,
                last=last,
                n_markers=_n_markers(lines, first, last),
                transitions=_transitions(at.get(last, [])),
                is_reflection=number > 0,
                chunks=list(writer.chunks(visible)),
            )
        )
    return result


def blocks(lines: Lines, budget: Budget | None, within: range) -> list[Fold]:
    """The lines in folds of equal length: where the candidates are is not told."""
    writer = Writer(lines, budget, {})
    firsts = range(within.start, within.stop, BLOCK_LINES)
    lasts = [min(first + BLOCK_LINES, within.stop) - 1 for first in firsts]
    return [
        Fold(
            title=f"Lines {first} to {last}" if first < last else f"Line {first}",
            first=first,
            last=last,
            n_markers=_n_markers(lines, first, last),
            chunks=list(writer.chunks(range(first, last + 1))),
        )
        for first, last in zip(firsts, lasts, strict=True)
    ]


def plain_fold(title: str, text: str, prefix: str, budget: Budget | None) -> Fold:
    """Text beside the one that was read, with line numbers of its own (`prefix` keeps its anchors apart)."""
    lines = Lines(text)
    lines.marks.clear()
    lines._mark_starts.clear()
    writer = Writer(lines, budget, {}, prefix)
    return Fold(title=title, first=1, last=lines.n, chunks=list(writer.chunks(range(1, lines.n + 1))))


def _ranges(candidate_lines: Sequence[int], n_lines: int) -> Iterator[tuple[int, int]]:
    first = 1
    for line in candidate_lines:
        yield first, line
        first = line + 1
    if first <= n_lines:
        yield first, n_lines


def _title(number: int, ends_in_candidate: bool, has_candidates: bool) -> str:
    if not has_candidates:
        return "All of the text, no candidate"
    if number == 0:
        return "Forward reasoning"
    return f"Reflection {number}" if ends_in_candidate else "After the last candidate"


def _n_markers(lines: Lines, first: int, last: int) -> int:
    return len(lines.marks_between(lines.span(first)[0], lines.span(last)[1]))


def _transitions(shown: Sequence[Shown]) -> list[tuple[str, str, int]]:
    """Class, words and count of the transitions on one line, in the order of the text."""
    counted = Counter(candidate.transition for candidate in shown if candidate.transition)
    return [(transition.value, TRANSITIONS[transition], n) for transition, n in counted.items()]


@dataclass(slots=True)
class Writer:
    """Lines to HTML. Every character of the text goes through `escape` or the formulas' allow-list."""

    lines: Lines
    budget: Budget | None
    at: dict[int, list[Shown]]
    prefix: str = "L"

    def chunks(self, numbers: range) -> Iterator[Chunk]:
        parts: list[str] = []
        n_chars = pixels = 0
        for number in numbers:
            start, end = self.lines.span(number)
            parts.append(self._line(number, start, end))
            n_chars += end - start
            pixels += ROW_PIXELS * ceil((end - start) / CHARS_PER_ROW) or BLANK_PIXELS
            if len(parts) >= CHUNK_LINES or n_chars >= CHUNK_CHARS:
                yield _chunk(parts, pixels)
                parts, n_chars, pixels = [], 0, 0
        if parts:
            yield _chunk(parts, pixels)

    def _line(self, number: int, start: int, end: int) -> str:
        anchor = f"{self.prefix}{number}"
        shown = self.at.get(number, [])
        if not shown and not self.lines.text[start:end].strip():
            return f'<div class="ln blank" id="{anchor}"></div>'
        kind = f" cand {_kind(shown)}" if shown else ""
        chips = f'<span class="chips">{"".join(map(_chip, shown))}</span>' if shown else ""
        return (
            f'<div class="ln{kind}" id="{anchor}">'
            f'<a href="#{anchor}" tabindex="-1" aria-label="line {number}">{number}</a>'
            f"<p>{self._body(start, end)}</p>{chips}</div>\n"
        )

    def _body(self, start: int, end: int) -> str:
        lines = self.lines
        found, marks = lines.formulas_between(start, end), lines.marks_between(start, end)
        if end - start <= LONG_LINE:
            return line_html(lines.text, start, end, found, marks, self.budget)
        return "".join(
            f'<span class="part">{self._body(a, b)}</span>' for a, b in _pieces(lines.text, start, end, found)
        )


def _pieces(text: str, start: int, end: int, found: Sequence[Formula]) -> Iterator[tuple[int, int]]:
    """A long line in pieces of at most LONG_LINE that end after a blank where there is one, and in no formula."""
    starts = [formula.start for formula in found]
    while end - start > PART_CHARS:
        cut = text.rfind(" ", start + 1, start + PART_CHARS) + 1 or start + PART_CHARS
        before = bisect_left(starts, cut) - 1
        if before >= 0 and found[before].end > cut:
            cut = min(found[before].end, end, start + LONG_LINE)
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _chunk(parts: Sequence[str], pixels: int) -> Chunk:
    return Chunk(mark_safe("".join(parts)), f"h{min(bisect_left(HEIGHTS, pixels), len(HEIGHTS) - 1)}")  # noqa: S308


def _kind(shown: Sequence[Shown]) -> str:
    kinds = {candidate.mark.css for candidate in shown}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _chip(candidate: Shown) -> str:
    mark = candidate.mark
    title = escape(f"candidate {candidate.number}: {mark.words}; found by {candidate.rule}: {candidate.because}")
    chip = (
        f'<span class="chip value {mark.css}" title="{title}"><b aria-hidden="true">{mark.glyph}</b> '
        f'<span class="vh">candidate, {mark.words}: </span><bdi>{escape(candidate.short_value)}</bdi></span>'
    )
    if candidate.transition is None:
        return chip
    return f'{chip}<span class="tr {candidate.transition.value}">{candidate.transition_words}</span>'
