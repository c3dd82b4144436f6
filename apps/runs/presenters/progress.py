"""How far a run is: shares of the bar, tokens a second, what is left, the throughput as a drawing. Knows no page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.core.templatetags.numbers import count
from apps.runs.models import Run, RunState, Unit
from apps.runs.queries.runs import UnitCounts
from apps.runs.queries.workers import Service
from apps.runs.services.pace import STEP_SECONDS, Pace, Points, pace_of

WIDTH, TOP, BOTTOM = 1180, 1, 83
MOST_WINDOWS = 60
BAR = 1290
GLYPHS = {
    RunState.DRAFT: ("", "–"),
    RunState.QUEUED: ("", "…"),
    RunState.RUNNING: ("", "▶"),
    RunState.PAUSED: ("", "❚❚"),
    RunState.DONE: ("ok", "✓"),
    RunState.FAILED: ("no", "✗"),
    RunState.CANCELLED: ("unread", "■"),
}


class Chip(NamedTuple):
    """A run's state: the chip's class, glyph and words."""

    look: str
    glyph: str
    words: str


class Piece(NamedTuple):
    """One piece of the bar."""

    css: str
    x: float
    width: float


class Reason(NamedTuple):
    """Failed units of one reason: how many, the words, what to do, the first of them."""

    n: int
    words: str
    advice: str
    first: Unit


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that the live part of a run's page shows."""

    run: Run
    counts: UnitCounts
    pace: Pace
    service: Service
    curve: str
    band: str
    highest: str
    n_before: int = 0

    @property
    def chip(self) -> Chip:
        return chip_of(self.run)

    @property
    def is_live(self) -> bool:
        return self.run.state in (RunState.QUEUED, RunState.RUNNING)

    @property
    def share(self) -> float:
        return (self.counts.done + self.counts.failed) / max(self.run.n_total, 1)

    @property
    def bar(self) -> list[Piece]:
        """Done, running and, at the other end, failed."""
        each = BAR / max(self.run.n_total, 1)
        done, running, failed = (n * each for n in (self.counts.done, self.counts.running, self.counts.failed))
        pieces = [Piece("f-accent", 0, done), Piece("f-accent half", done, running)]
        return [piece for piece in (*pieces, Piece("f-no", BAR - failed, failed)) if piece.width > 0]

    @property
    def left(self) -> str:
        """`about 11 min`; a dash where it cannot be told."""
        n = self.counts.waiting + self.counts.running
        if not n or self.run.state == RunState.PAUSED:
            return "–"
        return f"about {duration(n / self.pace.units_a_second)}" if self.pace.units_a_second else "–"

    @property
    def left_why(self) -> str:
        if not self.counts.waiting + self.counts.running:
            return "nothing is left"
        if self.run.state == RunState.PAUSED:
            return "paused"
        return "at the rate of the last minutes" if self.pace.units_a_second else "no unit has ended yet"

    @property
    def took(self) -> str:
        if self.run.started_at is None or self.run.finished_at is None:
            return ""
        return duration((self.run.finished_at - self.run.started_at).total_seconds())

    @property
    def waits(self) -> str:
        """Why nothing moves, where that is for want of a worker."""
        return self.service.words if self.is_live else ""

    @property
    def turn(self) -> str:
        """That it waits for others to end, where it does."""
        if self.run.state != RunState.QUEUED or not self.service.is_served or not self.n_before:
            return ""
        others = "another run" if self.n_before == 1 else f"{self.n_before} other runs"
        return f"It waits for its turn: the workers of the queue “{self.run.queue}” are at {others} first."


def progress_of(run: Run, counts: UnitCounts, service: Service, n_before: int = 0) -> Progress:
    rates = _rates(run.pace)
    curve, band, highest = _drawing(rates)
    return Progress(run, counts, pace_of(run.pace), service, curve, band, highest, n_before)


def chip_of(run: Run) -> Chip:
    look, glyph = GLYPHS[RunState(run.state)]
    return Chip(look, glyph, str(RunState(run.state).label))


def duration(seconds: float) -> str:
    """
    >>> duration(4), duration(95), duration(660), duration(9000), duration(200000)
    ('4 s', '1 min 35 s', '11 min', '2 h 30 min', '2 d 7 h')
    """
    whole = max(1, round(seconds))
    for size, name, part, part_name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            is_short = rest and not (size == 60 and whole >= 600)
            return f"{whole // size} {name} {rest} {part_name}" if is_short else f"{whole // size} {name}"
    return f"{whole} s"


def reasons_of(failed: Sequence[Unit]) -> list[Reason]:
    """Failed units by their words, digits aside, the most frequent first."""
    groups: dict[str, list[Unit]] = {}
    for unit in failed:
        groups.setdefault(_shape(unit.error), []).append(unit)
    sizes = Counter({shape: len(units) for shape, units in groups.items()})
    return [
        Reason(n, groups[shape][0].error[:300], advice_for(groups[shape][0].error), groups[shape][0])
        for shape, n in sizes.most_common(12)
    ]


def advice_for(error: str) -> str:
    """What a user can do about a failure, from what it says."""
    said = error.lower()
    for cue, advice in ADVICE:
        if cue in said:
            return advice
    return "retry the failed"


ADVICE = (
    ("context", "lower the new tokens at most, or leave out the longest"),
    ("429", "retry the failed; the engine's requests a minute can be lowered"),
    ("empty", "retry the failed with another seed, or read it as no answer"),
    ("connect", "see whether the server is up, then retry the failed"),
    ("no text", "this rollout has no text to start from"),
    ("no step", "choose steps that every trace has, or probe every n-th"),
    ("protocol broke", "this is a fault of ours; the log of the worker has the trace"),
)


def _shape(error: str) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in error[:120])


def _rates(points: Points) -> list[tuple[float, float]]:
    """(seconds, tokens a second) over windows long enough that what a batch brings at once makes no spike."""
    rates, first = [], points[0] if points else ()
    window = max(STEP_SECONDS, points[-1][0] / MOST_WINDOWS) if points else STEP_SECONDS
    for point in points[1:]:
        if point[0] - first[0] >= window:
            rates.append((point[0], (point[2] - first[2]) / (point[0] - first[0])))
            first = point
    return rates


def _drawing(rates: Sequence[tuple[float, float]]) -> tuple[str, str, str]:
    """The path of the throughput, the area under it, and what the top of the scale is called."""
    if len(rates) < 3:
        return "", "", ""
    top = max(rate for _, rate in rates) or 1.0
    first, last = rates[0][0], rates[-1][0]
    scale = WIDTH / max(last - first, 0.001)
    places = [((at - first) * scale, BOTTOM - rate / top * (BOTTOM - TOP)) for at, rate in rates]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return f"M{line}", f"M0 {BOTTOM}L{line}L{places[-1][0]:.1f} {BOTTOM}Z", count(top)
