"""The strip beside a trace: the whole text in one column, as marks at percentages of its height, so nothing stretches.

Knows lines and shown candidates. All places are percentages from the top: line n of N is from (n - 1) / N to n / N.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.traces.presenters.trace import Lines, Shown

MAX_BARS = 150
MAX_MARKERS = 120
MAX_CANDIDATES = 600
LONGEST = 34.0
SHORTEST = 4.0
FULL_LINE = 400
COLUMNS = 3


class Bar(NamedTuple):
    """How long the lines are at a place; `width` in percent of the strip."""

    y: str
    width: str


class Dot(NamedTuple):
    """A candidate; the second and third on one line stand beside the first."""

    shown: Shown
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Strip:
    n_lines: int
    bars: Sequence[Bar]
    markers: Sequence[str]
    dots: Sequence[Dot]
    n_left_out: int


def strip_of(lines: Lines, shown: Sequence[Shown]) -> Strip:
    return Strip(
        n_lines=lines.n,
        bars=_bars(lines),
        markers=_markers(lines),
        dots=_dots(lines, shown[:MAX_CANDIDATES]),
        n_left_out=max(0, len(shown) - MAX_CANDIDATES),
    )


def _percent(line: float, n_lines: int) -> str:
    return f"{100 * (line - 0.5) / n_lines:.2f}%"


def _bars(lines: Lines) -> list[Bar]:
    """One bar per line, or per run of lines where there are many: as long as the longest of them."""
    step = max(1, -(-lines.n // MAX_BARS))
    bars = []
    for first in range(1, lines.n + 1, step):
        last = min(first + step - 1, lines.n)
        spans = [lines.span(line) for line in range(first, last + 1)]
        longest = max(end - start for start, end in spans)
        if longest:
            width = SHORTEST + (LONGEST - SHORTEST) * min(longest, FULL_LINE) / FULL_LINE
            bars.append(Bar(_percent((first + last) / 2, lines.n), f"{width:.1f}%"))
    return bars


def _markers(lines: Lines) -> list[str]:
    """Places with a marker, no two nearer than a mark is high."""
    places = {round(MAX_MARKERS * (lines.line_of(start) - 0.5) / lines.n) for start, _ in lines.marks}
    return [f"{100 * place / MAX_MARKERS:.2f}%" for place in sorted(places)]


def _dots(lines: Lines, shown: Sequence[Shown]) -> list[Dot]:
    dots: list[Dot] = []
    beside, line = 0, 0
    for candidate in shown:
        beside = min(beside + 1, COLUMNS - 1) if candidate.line == line else 0
        line = candidate.line
        dots.append(Dot(candidate, f"{60 + 15 * beside}%", _percent(line, lines.n)))
    return dots
