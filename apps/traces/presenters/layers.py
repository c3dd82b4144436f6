"""What other apps know of places in a trace, drawn beside it: forced answers now, people's labels later.

An app above hands over `Layer`s (places in the turn's text, values, marks); here they get lines, a curve and a strip.
Knows no run. The table of those who are asked is in `apps.traces.seams`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from apps.traces.models import Rollout
from apps.traces.presenters.marks import Mark
from apps.traces.presenters.trace import Lines
from apps.traces.seams import LAYERS

WIDTH, TOP, BOTTOM = 320, 6, 86
LEFT = 24
STRIP_LEFT, STRIP_WIDTH = 8.0, 86.0
MOST_POINTS = 2_000


class Point(NamedTuple):
    """One place: code points into the turn's text, what stands for it, its height from 0 to 1 (None: no number)."""

    offset: int
    value: str
    mark: Mark
    height: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """Places of one source, in order. `facts` are sentences about the whole, `columns` name the notes of the points.

    `value_label` is what the points' values are called.
    """

    title: str
    href: str
    height_label: str
    points: Sequence[Point]
    columns: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    value_label: str = "answer"


class Placed(NamedTuple):
    """A point with its line, the line's address, and where it is drawn: on the base line where it has no height."""

    point: Point
    line: int
    href: str
    x: float
    y: float


class Stroke(NamedTuple):
    """A piece of the curve in the strip, in percent."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer on a page."""

    layer: Layer
    placed: Sequence[Placed]
    path: str
    strip: Sequence[Stroke] = field(default=())

    @property
    def has_heights(self) -> bool:
        """Whether its places stand at heights; else they are all on the base line."""
        return any(each.point.height is not None for each in self.placed)

    @property
    def n_left_out(self) -> int:
        return len(self.layer.points) - len(self.placed)


def layers_on(rollout: Rollout, turn_index: int) -> list[Layer]:
    """What every app in the table knows of this turn."""
    return [layer for name in LAYERS for layer in LAYERS[name](rollout, turn_index)]


def drawn(layer: Layer, lines: Lines, read_offset: int, hrefs: Sequence[str]) -> Drawn:
    """The layer's places that lie in the text that is read; `hrefs` are the addresses of its lines."""
    placed = [_placed(point, lines, read_offset, hrefs) for point in layer.points[:MOST_POINTS]]
    inside = [each for each in placed if each is not None]
    known = [(each.x, each.y) for each in inside if each.point.height is not None]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in known) if len(known) > 1 else ""
    return Drawn(layer, inside, path, tuple(_strokes(inside, lines)))


def _placed(point: Point, lines: Lines, read_offset: int, hrefs: Sequence[str]) -> Placed | None:
    """Behind the last character read is its last line; before the first nothing is placed."""
    at = point.offset - read_offset
    if at < 0:
        return None
    line = lines.line_of(min(max(at - 1, 0), len(lines.text)))
    x = LEFT + (WIDTH - LEFT - 8) * min(at / max(len(lines.text), 1), 1.0)
    y = BOTTOM - (BOTTOM - TOP) * min(max(point.height or 0.0, 0.0), 1.0)
    return Placed(point, line, hrefs[line - 1] if line <= len(hrefs) else f"#L{line}", x, y)


def _strokes(placed: Sequence[Placed], lines: Lines) -> Iterator[Stroke]:
    """The curve along the strip: down the lines, to the right with the height."""
    known = [each for each in placed if each.point.height is not None]
    for a, b in pairwise(known):
        yield Stroke(*_place(a, lines), *_place(b, lines))


def _place(each: Placed, lines: Lines) -> tuple[str, str]:
    height = min(max(each.point.height or 0.0, 0.0), 1.0)
    return f"{STRIP_LEFT + STRIP_WIDTH * height:.1f}%", f"{100 * (each.line - 0.5) / lines.n:.2f}%"
